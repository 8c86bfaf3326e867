// The sample: everything that an application does with the SDK, and nothing else. No build step.

const $ = (id) => document.getElementById(id);

/** What a person reads. The developer finds the code in the console. */
const WORDS = new Map(Object.entries({
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
}));

/** `access_denied` means two things, and only the description tells them apart. */
const DENIED = new Map([
  ["The person did not allow it.", "You did not allow this application to use your account. Nothing has changed."],
]);

const HINTS = {
  "": "With a session at the server you come straight back.",
  none: "The server never shows a page: you come straight back, signed in or with login_required.",
  login: "The server asks for your password again, even with a session.",
  consent: "The server asks what this application may know.",
  select_account: "The server lets you choose among the accounts of this browser.",
};

let config;
let tenant;
let auth;
let session = null;
let choices = 0;

/**
 * One message at a time, in view wherever the page is scrolled to, and what one looks at does not move for it. What went
 * wrong interrupts a screen reader.
 */
function say(text, kind = "info") {
  const [status, alert] = $("message").querySelectorAll("p");
  const { scrollHeight } = document.documentElement;
  status.textContent = kind === "danger" ? "" : text;
  alert.textContent = kind === "danger" ? text : "";
  $("message").dataset.kind = text && kind;
  if (scrollY > 0) scrollBy(0, document.documentElement.scrollHeight - scrollHeight);
}

function sayError(error) {
  console.warn(error.name, error.code, error.message);
  const denied = error.code === "access_denied";
  const kind = error.name === "AuthLoginRequiredError" || denied ? "info" : "danger";
  const comfort = error.name === "AuthRetryableError" && session ? " You stay signed in." : "";
  say(((denied && DENIED.get(error.message)) || WORDS.get(error.code) || error.message) + comfort, kind);
}

// ------------------------------------------------------------------------------------------------ what is shown

function show() {
  const hadFocus = document.activeElement === document.body || !document.activeElement?.checkVisibility?.();
  $("signed-in").hidden = !session;
  $("signed-out").hidden = Boolean(session);
  $("again").hidden = false;
  $("another-account").hidden = !session;
  $("person-hint").hidden = !tenant.person;
  $("person").textContent = tenant.person;
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
  const client = auth;
  const { data } = await client.getClaims();
  if (client === auth) $("claims").replaceChildren(...Object.entries(data.claims ?? {}).map(claimRow));
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

function hint() {
  $("prompt-hint").textContent = HINTS[$("prompt").value];
}

// ------------------------------------------------------------------------------------------------ what one can do

/** Runs what a button stands for, once at a time. */
async function press(button, run) {
  if (button.hasAttribute("aria-busy")) return;
  button.setAttribute("aria-busy", "true");
  say("");
  try {
    await run();
  } catch (thrown) {
    sayError(thrown);
  } finally {
    button.removeAttribute("aria-busy");
  }
}

const on = (id, run) => $(id).addEventListener("click", () => press($(id), run));

async function signIn(prompt) {
  const { error } = await auth.signInWithOauthConnection({ returnTo: "/", queryParams: { prompt: prompt || undefined } });
  if (error) sayError(error);
}

/** One button for each other server, and a form where codes are sent by mail. */
async function showWays(client) {
  const { data, error } = await client.getConnections();
  if (client !== auth) return;
  if (error) console.warn(error.name, error.code, error.message);
  const others = data.connections.filter(({ kind }) => kind !== "database" && kind !== "passwordless_email");
  $("ways").replaceChildren(...others.map(({ id, label }) => {
    const button = document.createElement("button");
    button.type = "button";
    button.dataset.connection = id;
    button.textContent = `Continue with ${label}`;
    button.addEventListener("click", () => press(button, async () => {
      const { error } = await client.signInWithOauthConnection({ connection: id, returnTo: "/" });
      if (error) sayError(error);
    }));
    return button;
  }));
  $("by-mail").hidden = !data.connections.some(({ kind }) => kind === "passwordless_email");
  $("with-code").hidden = true;
}

async function sendCode() {
  const { error } = await auth.signInWithPasswordless({ email: $("email").value });
  if (error) return sayError(error);
  $("with-code").hidden = false;
  $("otp").focus();
  say("If that address can sign in here, a mail with a code is on its way.");
}

async function useCode() {
  const { data, error } = await auth.signInWithOtp({ email: $("email").value, otp: $("otp").value });
  if (error) return error.code === "invalid_grant" ? say("That is not the code of the mail, or it is over. Look again, or ask for another one.", "danger") : sayError(error);
  $("otp").value = "";
  $("with-code").hidden = true;
  if (data.is_new_user) say("Welcome. Your account was created.", "good");
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

// -------------------------------------------------------------------------------------------------------- tenants

const CHOICE = "sample.tenant";

/** Where this browser stores something: this tab first, which keeps its choice when another tab chooses otherwise. */
function stores() {
  try {
    return [sessionStorage, localStorage];
  } catch {
    return []; // cookies are off
  }
}

/** An answer belongs to the tenant that gives it; without one, the choice of last time counts. */
function tenantOfThisPage() {
  const issuer = new URLSearchParams(location.search).get("iss");
  const wanted = [issuer, ...stores().map((store) => store.getItem(CHOICE)), config.domain];
  return wanted.map((domain) => config.tenants.find((one) => one.domain === domain)).find(Boolean);
}

function showTenants() {
  $("tenant").hidden = config.tenants.length < 2;
  for (const one of config.tenants) {
    const button = document.createElement("button");
    button.type = "button";
    button.textContent = one.name;
    button.title = one.domain;
    button.addEventListener("click", () => one !== tenant && use(one));
    $("tenants").append(button);
  }
}

/** Makes the client of this tenant the client of the page. Each has a session of its own, so each has a key of its own. */
async function use(chosen) {
  const choice = ++choices;
  tenant = chosen;
  for (const store of stores()) store.setItem(CHOICE, chosen.domain);
  for (const button of $("tenants").querySelectorAll("button")) button.setAttribute("aria-pressed", button.title === chosen.domain);
  say("");
  busy(true);
  auth?.dispose();
  session = null;
  try {
    const { createClient } = await import(`${chosen.domain}/sdk/auth.js`);
    if (choice !== choices) return; // another tenant was chosen meanwhile
    auth = createClient({
      domain: chosen.domain,
      clientId: chosen.clientId,
      audience: config.audience,
      redirectUri: `${location.origin}/callback`,
      storageKey: chosen.domain === config.domain ? "symbolon" : `symbolon-${new URL(chosen.domain).hostname}`,
    });
  } catch (failure) {
    if (choice === choices) unreachable(failure);
    return;
  }
  // This sample is a playground: the client is at hand in the console and for tests. An application would not do this.
  window.auth = auth;
  await begin(auth);
}

async function begin(client) {
  const { error, returnTo, is_new_user } = await client.initialize();
  if (client !== auth) return;
  showWays(client);
  if (location.pathname === "/callback") history.replaceState(null, "", returnTo ?? "/");
  client.onAuthStateChange((event, now) => {
    session = now;
    // What was said and answered before is about a session that is no more.
    if (["SIGNED_IN", "SIGNED_OUT", "TOKEN_REFRESHED", "INITIAL_SESSION"].includes(event)) {
      say("");
      $("api-answer").hidden = true;
    }
    show();
    if (event === "SIGNED_OUT") signedOut();
    if (event === "INITIAL_SESSION") {
      if (error) sayError(error);
      else if (is_new_user) say("Welcome. Your account was created.", "good");
      busy(false);
    }
  });
}

function signedOut() {
  const reason = auth.getSignOutReason();
  if (reason === "session_ended") say("Your session has ended at the server. Press Sign in.", "danger");
  if (reason === "other_tab") say("You signed out in another tab.");
}

// ------------------------------------------------------------------------------------------------------ the start

function busy(isBusy) {
  document.querySelector("main").setAttribute("aria-busy", isBusy);
  document.documentElement.dataset.ready = isBusy ? "" : "true";
  if (isBusy) for (const id of ["signed-in", "signed-out", "again", "unreachable"]) $(id).hidden = true;
}

function unreachable(failure) {
  console.error(failure);
  document.querySelector("main").removeAttribute("aria-busy");
  document.documentElement.dataset.ready = "false";
  $("unreachable").hidden = false;
  $("unreachable-title").focus();
}

async function start() {
  const answer = await fetch("/config.json");
  if (!answer.ok) throw new Error(`/config.json: ${answer.status}`);
  config = await answer.json();
  showTenants();
  await use(tenantOfThisPage());
}

on("sign-in", () => signIn());
on("another-account", () => signIn("select_account"));
on("call-api", callApi);
on("refresh", refresh);
on("sign-out", signOut);
on("reload", () => location.reload()); // a module that failed to load stays failed until then
$("prompts").addEventListener("submit", (event) => {
  event.preventDefault();
  press($("sign-in-again"), () => signIn($("prompt").value));
});
for (const [form, button, run] of [["by-mail", "send-code", sendCode], ["with-code", "use-code", useCode]])
  $(form).addEventListener("submit", (event) => {
    event.preventDefault();
    press($(button), run);
  });
$("prompt").addEventListener("change", hint);
$("dismiss").addEventListener("click", () => say(""));
setInterval(countDown, 1000);
hint();
busy(true);
start().catch(unreachable);
