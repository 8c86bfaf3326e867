// What the dashboard does more conveniently with a script. Everything works without it.
document.addEventListener("click", async event => {
  const button = event.target.closest("button[data-copy]");
  if (!button) return;
  const text = document.getElementById(button.dataset.copy).textContent;
  try {
    await navigator.clipboard.writeText(text);
    button.textContent = "Copied";
  } catch {
    getSelection().selectAllChildren(document.getElementById(button.dataset.copy));
    button.textContent = "Press Ctrl+C";
  }
});
const showCopy = () => document.querySelectorAll("button[data-copy][hidden]").forEach(b => { b.hidden = false; });
document.addEventListener("htmx:afterSettle", showCopy);
showCopy();
