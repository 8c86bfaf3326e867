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

// Import: the file is read here and sent in pieces of whole lines, each answered with how far it is.
const PIECE_BYTES = 20_000;
const sending = document.getElementById("sending");
if (sending) sending.hidden = false;
const ask = async (to, fields) => {
  const body = new URLSearchParams({ csrf: sending.elements.csrf.value, ...fields });
  const answer = await fetch(to, { method: "POST", body });
  const said = answer.headers.get("content-type")?.startsWith("application/json") ? await answer.json() : {};
  if (!answer.ok || !said.import_id) throw new Error(said.detail || "The server did not take it; sign in again and choose the same file.");
  return said;
};
const wholeLines = async (file, at, most) => {
  const bytes = new Uint8Array(await file.slice(at, at + most).arrayBuffer());
  const isLast = at + bytes.length >= file.size;
  const end = isLast ? bytes.length : bytes.lastIndexOf(10) + 1;
  if (end === 0) throw new Error("A line is longer than " + most + " bytes; use symbolon tenant import.");
  return new TextDecoder("utf-8", { ignoreBOM: true }).decode(bytes.subarray(0, end));
};
sending?.addEventListener("submit", async event => {
  event.preventDefault();
  const file = sending.elements.file.files[0];
  const status = document.getElementById("sent"), bar = document.getElementById("sent-bar");
  const button = document.getElementById("send");
  button.disabled = true;
  bar.hidden = false;
  try {
    const line = (await wholeLines(file, 0, PIECE_BYTES)).split("\n")[0];
    let done = await ask(sending.dataset.begin, { line, file: file.name, bytes: file.size });
    while (done.bytes_read < file.size && !done.ended_at) {
      const lines = await wholeLines(file, done.bytes_read, PIECE_BYTES);
      done = await ask(sending.dataset.send, { action: "lines", import_id: done.import_id, at: done.bytes_read, lines });
      bar.value = Math.floor(done.bytes_read * 100 / file.size);
      status.textContent = `${bar.value}%: ${done.added} added, ${done.present} there already, ${done.refused} refused`;
    }
    done = await ask(sending.dataset.send, { action: "end", import_id: done.import_id });
    status.textContent = `Done: ${done.added} added, ${done.present} there already, ${done.refused} refused.`;
    bar.value = 100;
    const rows = await fetch("/dashboard/transfer/progress");
    if (rows.ok) document.getElementById("imports").replaceWith(document.createRange().createContextualFragment(await rows.text()));
  } catch (error) {
    status.textContent = error.message;
  } finally {
    button.disabled = false;
  }
});
