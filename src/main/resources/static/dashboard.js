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
// Previews follow what is typed. Each frame is a new one, so that none of it stands in the history of the browser.
const live = document.querySelector("form[data-live]");
let following;
const follow = async () => {
  for (const button of live.querySelectorAll("button[formtarget]")) {
    const frame = document.querySelector(`iframe[name="${button.formTarget}"]`);
    const fresh = frame.cloneNode();
    fresh.removeAttribute("src");
    frame.replaceWith(fresh);
    live.requestSubmit(button);
    await new Promise(resolve => setTimeout(resolve, 100));
  }
};
live?.addEventListener("input", event => {
  const most = event.target.dataset.maxBytes;
  const isLarge = most && event.target.files[0]?.size > most;
  event.target.setCustomValidity(isLarge ? `This file is larger than ${most / 1024} KiB.` : "");
  if (isLarge) return event.target.reportValidity();
  clearTimeout(following);
  following = setTimeout(follow, 400);
});
