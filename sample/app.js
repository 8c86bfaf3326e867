// The sample: everything that an application does with the SDK, and nothing else. No build step.

const $ = (id) => document.getElementById(id);

/** What a person reads. The developer finds the code in the console. */
const WORDS = {
  access_denied: "You cancelled the sign-in. Nothing has changed.",
  login_required: "The server has no session for you in this browser. Press Sign in.",
  consent_required: "The server wants to ask for your consent first. Sign in with the prompt “consent”.",
  account_selection_required: "Several accounts are possible. Sign in with the prompt “select_account”.",
  interaction_required: "The server has something to ask you first. Press Sign in.",
  state: "This answer does not belong to a sign-in of this browser, or it is older than 10 minutes. Press Sign in.",
  nonce: "The answer of the server did not fit this sign-in and was refused. Press Sign in.",
  iss: "The answer came from another server and was refused. Press Sign in.",
  verifier: "Part of this sign-in was lost in the browser. Press Sign in.",
  id_token: "The identity in the answer could not be verified and was refused. Press Sign in.",
  network: "The server cannot be reached. Try again in a moment.",
  timeout: "The server did not answer in time. Try again in a moment.",
  server_unavailable: "The server is busy. Try again in a moment.",
  invalid_grant: "Your session has ended at the server. Press Sign in.",
  session_missing: "You are signed out. Press Sign in.",
};

const HINTS = {
  "": "With a session at the server you come straight back.",
  none: "The server never shows a page: you come straight back, signed in or with login_required.",
  login: "The server asks for your password again, even with a session.",
  consent: "The server asks what this application may know.",
  select_account: "The server lets you choose among the accounts of this browser.",
};

let auth;
let session = null;

function say(text, kind = "info") {
  const message = $("message");
  message.textContent = text;
  message.dataset.kind = kind;
}

function sayError(error) {
  console.warn(error.name, error.code, error.message);
  const kind = error.name === "AuthLoginRequiredError" || error.code === "access_denied" ? "info" : "danger";
  const comfort = error.name === "AuthRetryableError" && session ? " You stay signed in." : "";
  say((WORDS[error.code] ?? error.message) + comfort, kind);
}

// ------------------------------------------------------------------------------------------------ what is shown

function show() {
  const hadFocus = document.activeElement === document.body || !document.activeElement?.checkVisibility?.();
  $("signed-in").hidden = !session;
  $("signed-out").hidden = Boolean(session);
  $("again").hidden = false;
  $("again-actions").hidden = !session;
  document.title = session ? "Signed in · Sample application" : "Sample application";
  if (session) showSession();
  // A button that vanished took the focus with it; the new heading says where one is.
  if (hadFocus && document.documentElement.dataset.ready) $(session ? "user-name" : "signed-out-title").focus();
}

async function showSession() {
  const { user } = session;
  const name = user?.name || user?.email || "Signed in";
  $("user-name").textContent = name;
  $("user-email").textContent = user?.email ?? "no e-mail address shared";
  $("initial").textContent = [...name][0].toUpperCase();
  $("access-token-tail").textContent = session.access_token.slice(-8);
  $("scope").textContent = session.scope || "–";
  countDown();
  const { data } = await auth.getClaims();
  $("claims").replaceChildren(...Object.entries(data.claims ?? {}).map(claimRow));
}

function claimRow([name, value]) {
  const row = document.createElement("div");
  const term = document.createElement("dt");
  const words = document.createElement("dd");
  term.textContent = name;
  words.textContent = typeof value === "object" ? JSON.stringify(value) : String(value);
  if (["iat", "exp", "auth_time", "updated_at"].includes(name) && typeof value === "number") {
    const time = document.createElement("span");
    time.className = "secondary";
    time.textContent = ` ${new Date(value * 1000).toLocaleString()}`;
    words.append(time);
  }
  row.append(term, words);
  return row;
}

function countDown() {
  if (!session) return;
  const left = Math.max(0, Math.round(session.expires_at - Date.now() / 1000));
  const two = (number) => String(number).padStart(2, "0");
  const hours = Math.floor(left / 3600);
  $("countdown").textContent = `${hours ? `${hours}:` : ""}${two(Math.floor(left / 60) % 60)}:${two(left % 60)}`;
}

// ------------------------------------------------------------------------------------------------ what one can do

/** Runs what a button stands for; the button waits meanwhile. */
function on(id, run) {
  $(id).addEventListener("click", async () => {
    $(id).setAttribute("aria-busy", "true");
    say("");
    try {
      await run();
    } catch (thrown) {
      sayError(thrown);
    } finally {
      $(id).removeAttribute("aria-busy");
    }
  });
}

async function signIn(prompt) {
  const { error } = await auth.signInWithOauthConnection({ returnTo: "/", queryParams: { prompt: prompt || undefined } });
  if (error) sayError(error);
}

async function callApi() {
  const { data, error } = await auth.getAccessToken();
  if (error) return sayError(error);
  const response = await fetch("/api/hello", { headers: { authorization: `Bearer ${data.access_token}` } });
  const text = await response.text();
  let answer = text;
  try {
    answer = JSON.stringify(JSON.parse(text), null, 2);
  } catch {
    // shown as it came
  }
  $("api-answer").textContent = answer;
  $("api-answer").hidden = false;
  if (response.ok) say("The API knows you by your access token.", "good");
  else say(`The API refused the token (${response.status}).`, "danger");
}

async function refresh() {
  const { error } = await auth.refreshSession();
  if (error) sayError(error);
  else say("There is a new access token.", "good");
}

async function signOut() {
  const { error } = await auth.signOut({ returnTo: `${location.origin}/` });
  if (error) sayError(error);
}

// ------------------------------------------------------------------------------------------------------ the start

async function start() {
  const answer = await fetch("/config.json");
  if (!answer.ok) throw new Error(`/config.json: ${answer.status}`);
  const config = await answer.json();
  const { createClient } = await import(`${config.domain}/sdk/auth.js`);

  auth = createClient({
    domain: config.domain,
    clientId: config.clientId,
    audience: config.audience,
    redirectUri: `${location.origin}/callback`,
  });
  // This sample is a playground: the client is at hand in the console and for tests. An application would not do this.
  window.auth = auth;

  const { error, returnTo, is_new_user } = await auth.initialize();
  if (location.pathname === "/callback") history.replaceState(null, "", returnTo ?? "/");

  auth.onAuthStateChange((event, now) => {
    session = now;
    show();
    if (event === "SIGNED_OUT") signedOut();
    if (event === "INITIAL_SESSION") {
      if (error) sayError(error);
      else if (is_new_user) say("Welcome. Your account was created.", "good");
      document.querySelector("main").removeAttribute("aria-busy");
      document.documentElement.dataset.ready = "true";
    }
  });

  on("sign-in", () => signIn($("prompt").value));
  on("sign-in-again", () => signIn($("prompt").value));
  on("another-account", () => signIn("select_account"));
  on("call-api", callApi);
  on("refresh", refresh);
  on("sign-out", signOut);
  setInterval(countDown, 1000);
}

function signedOut() {
  $("api-answer").hidden = true;
  const reason = auth.getSignOutReason();
  if (reason === "session_ended") say("Your session has ended at the server. Press Sign in.", "danger");
  if (reason === "other_tab") say("You signed out in another tab.");
}

function hint() {
  $("prompt-hint").textContent = HINTS[$("prompt").value];
}
$("prompt").addEventListener("change", hint);
hint();

start().catch((failure) => {
  console.error(failure);
  say("The Symbolon server cannot be reached. Start it, then reload this page.", "danger");
  document.querySelector("main").removeAttribute("aria-busy");
  document.documentElement.dataset.ready = "false";
});
