import { test } from "node:test";
import assert from "node:assert/strict";
import { AuthApiError, AuthLoginRequiredError, AuthRetryableError, AuthSessionMissingError } from "../src/index.js";
import { Browser, Wire, json, sign, until, world } from "./wire.js";

test("nobody signed in: every method says so without a throw or a request", world(async (wire, browser) => {
  const { auth } = browser.open();
  assert.deepEqual(await auth.initialize(), { error: null });
  assert.deepEqual(await auth.getSession(), { data: { session: null }, error: null });
  for (const call of [auth.getAccessToken(), auth.getTokenSilently(), auth.refreshSession(), auth.getUser(), auth.getClaims(), auth.getClaim("sub")])
    assert.ok((await call).error instanceof AuthSessionMissingError);
  assert.deepEqual([auth.getRedirectError(), auth.getSignOutReason(), await auth.getLastUsedLoginMethod()], [null, null, null]);
  assert.equal(wire.log.length, 0);
}));

// ---------------------------------------------------------------------------------------------------- events

test("INITIAL_SESSION comes first and once to each subscriber, even a late one", world(async (wire, browser) => {
  const page = await browser.signIn();
  const late = [];
  const { data } = page.auth.onAuthStateChange((event) => late.push(event));
  await page.auth.refreshSession();
  await page.auth.refreshSession();
  assert.deepEqual(late, ["INITIAL_SESSION", "TOKEN_REFRESHED", "TOKEN_REFRESHED"]);
  data.subscription.unsubscribe();
  await page.auth.signOut({ scope: "local" });
  assert.equal(late.length, 3);
  assert.deepEqual(page.names(), ["INITIAL_SESSION", "SIGNED_IN", "TOKEN_REFRESHED", "TOKEN_REFRESHED", "SIGNED_OUT"]);
}));

test("a subscriber may call the client, throw or reject; nobody hangs", world(async (wire, browser, t) => {
  const told = [];
  t.mock.method(console, "error", (...words) => told.push(words));
  const page = await browser.signIn();
  let inner;
  page.auth.onAuthStateChange(async (event) => {
    if (event === "TOKEN_REFRESHED") inner = (await page.auth.getSession()).data.session.access_token;
  });
  page.auth.onAuthStateChange(() => {
    throw new Error("mine");
  });
  const { data } = await page.auth.refreshSession();
  await until(() => inner === data.session.access_token);
  assert.ok(told.length >= 1);
}));

test("a sign-in and a sign-out in one tab are heard in the other", world(async (wire, browser) => {
  const other = browser.open();
  await other.auth.initialize();
  const page = await browser.signIn();
  await until(() => other.names().includes("SIGNED_IN"));
  assert.equal((await other.auth.getUser()).data.user.sub, "u1");
  await page.auth.signOut({ scope: "local" });
  await until(() => other.names().includes("SIGNED_OUT"));
  assert.equal(other.auth.getSignOutReason(), "other_tab");
  assert.equal(page.auth.getSignOutReason(), "signed_out");
}));

test("without BroadcastChannel the storage event carries the news", world(async (wire, browser) => {
  const env = { BroadcastChannel: undefined };
  const other = browser.open("http://app.test/", { env });
  await other.auth.initialize();
  await browser.signIn({ env });
  await until(() => other.names().includes("SIGNED_IN"));
}));

test("a changed profile is told as USER_UPDATED, an unchanged one is not", world(async (wire, browser) => {
  const page = await browser.signIn();
  await page.auth.getUser();
  assert.ok(!page.names().includes("USER_UPDATED"));
  wire.user = { ...wire.user, name: "Ana María" };
  assert.equal((await page.auth.getUser()).data.user.name, "Ana María");
  assert.equal(page.names().at(-1), "USER_UPDATED");
  assert.equal(browser.record().session.user.name, "Ana María");
}));

// ----------------------------------------------------------------------------------------------------- the user

test("getUser during trouble gives the last known user beside the error", world(async (wire, browser) => {
  const page = await browser.signIn();
  wire.fail("/me", (response) => json(response, 503, {}));
  const { data, error } = await page.auth.getUser();
  assert.ok(error instanceof AuthRetryableError);
  assert.equal(data.user.email, "ana@example.com");
}));

test("an access token that died early is renewed once by getUser", world(async (wire, browser) => {
  const page = await browser.signIn();
  wire.live.clear();
  const { data, error } = await page.auth.getUser();
  assert.equal(error, null);
  assert.equal(data.user.sub, "u1");
  assert.equal(wire.count("/oauth/token", "refresh_token"), 1);
}));

test("a revoked grant: getUser finds the session ended", world(async (wire, browser) => {
  const page = await browser.signIn();
  wire.live.clear();
  wire.families.clear();
  const { data, error } = await page.auth.getUser();
  assert.equal(data.user, null);
  assert.equal(error.code, "invalid_grant");
  assert.equal(page.names().at(-1), "SIGNED_OUT");
}));

test("getClaim of something that is not there is undefined, also for names of Object.prototype", world(async (wire, browser) => {
  const { auth } = await browser.signIn();
  for (const name of ["nope", "constructor", "__proto__"]) assert.deepEqual(await auth.getClaim(name), { data: { claim: undefined }, error: null });
}));

// ----------------------------------------------------------------------------------------------------- sign out

test("global sign-out clears this browser, revokes, and goes to /logout with the hint", world(async (wire, browser) => {
  const page = await browser.signIn();
  const { id_token, refresh_token } = browser.record().session;
  const { data, error } = await page.auth.signOut({ returnTo: "http://app.test/" });
  assert.equal(error, null);
  assert.deepEqual(page.visits, [data.url]);
  const url = new URL(data.url);
  assert.equal(url.origin + url.pathname, wire.issuer + "/logout");
  assert.deepEqual(Object.fromEntries(url.searchParams), { id_token_hint: id_token, client_id: "app", post_logout_redirect_uri: "http://app.test/" });
  assert.deepEqual(browser.localStorage.names().filter((key) => key !== "symbolon.method"), []);
  await until(() => wire.log.some(({ path, form }) => path === "/oauth/revoke" && form.token === refresh_token));
}));

test("global sign-out without redirect hands out the address", world(async (wire, browser) => {
  const page = await browser.signIn();
  const { data } = await page.auth.signOut({ redirect: false });
  assert.match(data.url, /\/logout\?id_token_hint=/);
  assert.deepEqual(page.visits, []);
}));

test("local sign-out stays here, whatever the revocation endpoint does", world(async (wire, browser) => {
  const page = await browser.signIn();
  wire.fail("/oauth/revoke", (response) => response.destroy());
  assert.deepEqual(await page.auth.signOut({ scope: "local" }), { data: { url: null }, error: null });
  assert.deepEqual(page.visits, []);
  assert.equal(browser.localStorage.getItem("symbolon"), null);
  await until(() => wire.count("/oauth/revoke") === 1);
}));

test("signing out others is refused honestly and changes nothing", world(async (wire, browser) => {
  const page = await browser.signIn();
  const { error } = await page.auth.signOut({ scope: "others" });
  assert.ok(error instanceof AuthApiError);
  assert.equal(error.code, "not_supported");
  assert.ok((await page.auth.getSession()).data.session);
}));

test("a sign-out while /me of the sign-in is under way is not undone", world(async (wire, browser) => {
  const start = browser.open();
  await start.auth.signInWithOauthConnection();
  const back = await wire.authorize(start.visits[0]);
  let go;
  const gate = new Promise((resolve) => (go = resolve));
  wire.fail("/me", async () => {
    await gate;
    return "continue";
  });
  const page = browser.open(back);
  await until(() => wire.count("/me") === 1);
  browser.localStorage.removeItem("symbolon"); // another tab signed out
  go();
  await page.auth.initialize();
  assert.equal(browser.localStorage.getItem("symbolon"), null);
}));

// --------------------------------------------------------------------------------------------------- silently

test("getTokenSilently gives the good token, refreshes an old one, and asks nobody else", world(async (wire, browser) => {
  const page = await browser.signIn();
  const first = await page.auth.getTokenSilently({ redirect: true });
  assert.ok(first.data.access_token);
  const forced = await page.auth.getTokenSilently({ forceRefresh: true });
  assert.notEqual(forced.data.access_token, first.data.access_token);
  assert.deepEqual(page.visits, []);
}));

test("nobody here, but a session at the server: one top-level prompt=none brings it back to the same place", world(async (wire, browser) => {
  const page = browser.open("http://app.test/report?id=5");
  const { data, error } = await page.auth.getTokenSilently({ redirect: true });
  assert.equal(error, null);
  assert.deepEqual(data, { access_token: null, expires_at: null, redirecting: true });
  assert.equal(page.visits.length, 1);
  assert.equal(new URL(page.visits[0]).searchParams.get("prompt"), "none");
  const back = browser.open(await wire.authorize(page.visits[0]));
  const result = await back.auth.initialize();
  assert.deepEqual([result.error, result.returnTo], [null, "/report?id=5"]);
  assert.ok((await back.auth.getTokenSilently({ redirect: true })).data.access_token);
}));

test("a silent answer of login_required is never followed by another navigation (no loop), until a real sign-in", world(async (wire, browser) => {
  const page = browser.open();
  await page.auth.getTokenSilently({ redirect: true });
  const back = browser.open(await wire.authorize(page.visits[0], { error: "login_required" }));
  assert.ok((await back.auth.initialize()).error instanceof AuthLoginRequiredError);
  for (const tab of [back, browser.open(), browser.open()]) {
    const { error } = await tab.auth.getTokenSilently({ redirect: true });
    assert.ok(error instanceof AuthLoginRequiredError);
    assert.equal(tab.visits.length, 0);
  }
  const signedIn = await browser.signIn();
  await signedIn.auth.signOut({ scope: "local" });
  await signedIn.auth.getTokenSilently({ redirect: true });
  assert.equal(signedIn.visits.length, 1, "after a sign-in the question is new");
}));

test("network trouble is no reason to navigate away", world(async (wire, browser) => {
  (await browser.signIn()).auth.dispose();
  browser.expire();
  wire.fail("/oauth/token", ...Array(6).fill((response) => response.destroy()));
  const page = browser.open();
  assert.ok((await page.auth.getTokenSilently({ redirect: true })).error instanceof AuthRetryableError);
  assert.deepEqual(page.visits, []);
}));

test("where nothing can be remembered there is no silent navigation, because there would be no loop guard", world(async (wire, browser) => {
  const page = browser.open("http://app.test/", { client: { storage: "memory" }, sessionStorage: undefined, env: { sessionStorage: undefined } });
  const { error } = await page.auth.getTokenSilently({ redirect: true });
  assert.ok(error);
  assert.deepEqual(page.visits, []);
}));

// -------------------------------------------------------------------------------------------------- setSession

/** Tokens as a native shell would have got them. */
async function shellTokens(wire) {
  const other = new Browser(wire);
  await other.signIn();
  const tokens = other.record().session;
  other.close();
  return tokens;
}

test("setSession takes the tokens of a native shell", world(async (wire, browser) => {
  const { access_token, refresh_token } = await shellTokens(wire);
  const page = browser.open("http://app.test/", { env: { BroadcastChannel: undefined } });
  const { data, error } = await page.auth.setSession({ access_token, refresh_token });
  assert.equal(error, null);
  assert.equal(data.user.email, "ana@example.com");
  assert.ok(data.session.expires_in > 3500);
  assert.equal(page.names().at(-1), "SIGNED_IN");
}));

test("setSession takes a whole session as it is, and it ends when it ends", world(async (wire, browser) => {
  const session = { ...(await shellTokens(wire)), expires_at: Math.floor(Date.now() / 1000) + 600 };
  const page = browser.open("http://app.test/", { env: { BroadcastChannel: undefined } });
  const { data, error } = await page.auth.setSession(session);
  assert.equal(error, null);
  assert.ok(Math.abs(data.session.expires_at - session.expires_at) <= 1, String(data.session.expires_at));
  assert.equal(wire.count("/oauth/token", "refresh_token"), 0);
}));

test("setSession with an expired access token refreshes it first", world(async (wire, browser) => {
  const { refresh_token } = await shellTokens(wire);
  const access_token = await sign("RS256", { sub: "u1", exp: 1 });
  const page = browser.open();
  const { data, error } = await page.auth.setSession({ access_token, refresh_token });
  assert.equal(error, null);
  assert.notEqual(data.session.access_token, access_token);
}));

test("setSession refuses a dead refresh token and a foreign ID token", world(async (wire, browser) => {
  const { auth } = browser.open();
  const expired = await sign("RS256", { sub: "u1", exp: 1 });
  assert.equal((await auth.setSession({ access_token: expired, refresh_token: "dead.0" })).error.code, "invalid_grant");
  const { access_token, refresh_token } = await shellTokens(wire);
  const id_token = await sign("RS256", { iss: wire.issuer, aud: "other", sub: "u1", exp: 9e9 });
  assert.equal((await auth.setSession({ access_token, refresh_token, id_token })).error.code, "id_token");
  assert.equal((await auth.getSession()).data.session, null);
}));

// ----------------------------------------------------------------------------------------------------- storages

for (const storage of ["cookie", "localStorage"])
  test(`the ${storage} storage survives a reload and a journey`, world(async (wire, browser) => {
    const client = storage === "cookie" ? { storage } : {};
    wire.user = { ...wire.user, biography: "ñ".repeat(3000) };
    (await browser.signIn({ client })).auth.dispose();
    const page = browser.open("http://app.test/", { client });
    assert.equal((await page.auth.getUser()).data.user.biography.length, 3000);
    if (storage === "cookie") {
      assert.equal(browser.localStorage.length, 0);
      assert.ok([...browser.cookies.keys()].length >= 4, "cut into pieces");
    }
    await page.auth.signOut({ scope: "local" });
    assert.deepEqual([...browser.cookies.keys()].filter((name) => !name.startsWith("symbolon.method")), []);
  }));

test("memory forgets at a reload, but the sign-in itself survives the journey", world(async (wire, browser) => {
  const client = { storage: "memory" };
  const page = await browser.signIn({ client });
  assert.equal(page.result.error, null);
  assert.equal(browser.localStorage.length, 0);
  assert.deepEqual(page.sessionStorage.names(), []);
  assert.equal((await page.auth.refreshSession()).error, null);
  page.auth.dispose();
  assert.equal((await browser.open("http://app.test/", { client }).auth.getSession()).data.session, null);
}));

test("memory: a global sign-out is heard by the other tabs", world(async (wire, browser) => {
  const client = { storage: "memory" };
  const one = await browser.signIn({ client });
  const two = await browser.signIn({ client });
  await one.auth.signOut({ redirect: false });
  await until(() => two.names().includes("SIGNED_OUT"));
}));

test("a custom asynchronous storage that cannot list its keys works and is pruned", world(async (wire, browser) => {
  const values = new Map();
  const later = (value) => new Promise((resolve) => setImmediate(() => resolve(value)));
  const storage = { getItem: (key) => later(values.get(key) ?? null), setItem: async (key, value) => void values.set(key, await later(value)), removeItem: async (key) => void values.delete(key) };
  const client = { storage };
  const forgotten = browser.open("http://app.test/", { client });
  await forgotten.auth.signInWithOauthConnection();
  assert.equal([...values.keys()].filter((key) => key.includes(".tx.")).length, 1);
  const page = await browser.signIn({ client, clockMs: 601_000 });
  assert.equal(page.result.error, null);
  assert.deepEqual([...values.keys()].sort(), ["symbolon", "symbolon.method"]);
}));

test("a browser that refuses cookies: the sign-in is refused in words before the journey", world(async (wire, browser) => {
  const document = Object.defineProperty(new EventTarget(), "cookie", { get: () => "", set: () => {} });
  const page = browser.open("http://app.test/", { client: { storage: "cookie" }, env: { document } });
  assert.equal((await page.auth.signInWithOauthConnection()).error.code, "storage_unavailable");
  assert.deepEqual(page.visits, []);
}));

test("five tabs refreshing at once over cookies, without Web Locks: one request", world(async (wire, browser) => {
  wire.leeway = false;
  const options = { client: { storage: "cookie" }, env: { locks: undefined } };
  const first = await browser.signIn(options);
  const tabs = [first, ...Array.from({ length: 4 }, () => browser.open("http://app.test/", options))];
  await Promise.all(tabs.map((tab) => tab.auth.initialize()));
  const answers = await Promise.all(tabs.map((tab) => tab.auth.refreshSession()));
  assert.deepEqual(answers.map(({ error }) => error), Array(5).fill(null));
  assert.equal(wire.count("/oauth/token", "refresh_token"), 1);
}));

test("cookies read while another page is half through writing sign nobody out", world(async (wire, browser) => {
  const client = { storage: "cookie" };
  wire.user = { ...wire.user, biography: "ñ".repeat(3000) };
  const page = await browser.signIn({ client });
  const whole = new Map(browser.cookies);
  await page.auth.refreshSession();
  const torn = new Map([...browser.cookies].map(([name, value]) => [name, name.endsWith(".0") ? whole.get(name) : value]));
  const fresh = new Map(browser.cookies);
  for (const [name, value] of torn) browser.cookies.set(name, value);
  page.env.document.dispatchEvent(new Event("visibilitychange"));
  assert.ok((await page.auth.refreshSession()).error instanceof AuthRetryableError);
  for (const [name, value] of fresh) browser.cookies.set(name, value);
  assert.equal((await page.auth.refreshSession()).error, null);
  assert.ok(!page.names().includes("SIGNED_OUT"));
}));

test("cookies that hold less than before leave no old piece behind", world(async (wire, browser) => {
  const client = { storage: "cookie" };
  wire.user = { ...wire.user, biography: "ñ".repeat(3000) };
  const page = await browser.signIn({ client });
  const pieces = browser.cookies.size;
  wire.user = { id: "u1", sub: "u1", name: "Ana" };
  await page.auth.getUser();
  assert.ok(browser.cookies.size < pieces);
  page.auth.dispose();
  const { data } = await browser.open("http://app.test/", { client }).auth.getSession();
  assert.equal(data.session.user.name, "Ana");
}));

test("news that were read before a sign-out do not undo it after", world(async (wire, browser) => {
  const values = new Map();
  let gate = null;
  const storage = {
    getItem: async (key) => {
      const value = values.get(key) ?? null;
      if (key === "symbolon" && gate) await gate;
      return value;
    },
    setItem: async (key, value) => void values.set(key, value),
    removeItem: async (key) => void values.delete(key),
  };
  const page = await browser.signIn({ client: { storage } });
  let go;
  gate = new Promise((resolve) => (go = resolve));
  page.env.events.dispatchEvent(Object.assign(new Event("storage"), { key: "symbolon" }));
  await Promise.resolve(); // the reading is under way
  await page.auth.signOut({ scope: "local" });
  gate = null;
  go();
  await new Promise((resolve) => setImmediate(resolve));
  assert.equal((await page.auth.getSession()).data.session, null);
  assert.deepEqual(page.names(), ["INITIAL_SESSION", "SIGNED_IN", "SIGNED_OUT"]);
}));

test("a slow /me is not written into the session of somebody who signed in meanwhile", world(async (wire, browser) => {
  const page = await browser.signIn({ env: { BroadcastChannel: undefined, events: new EventTarget() } });
  page.env.events.dispatchEvent = () => {}; // hears of nothing
  let go;
  const gate = new Promise((resolve) => (go = resolve));
  wire.user = { ...wire.user, name: "Ana María" };
  wire.fail("/me", async () => {
    await gate;
    return "continue";
  });
  const asking = page.auth.getUser();
  await until(() => wire.count("/me") === 2);
  const newer = browser.record();
  newer.session.refresh_token = "newer.1";
  newer.session.access_token = "newer";
  newer.session.user = { id: "u2", sub: "u2" };
  browser.localStorage.setItem("symbolon", JSON.stringify(newer));
  go();
  assert.equal((await asking).data.user.name, "Ana María");
  assert.deepEqual(browser.record(), newer);
}));

test("a full localStorage: the sign-in is refused in words before the journey, not lost after it", world(async (wire, browser) => {
  const localStorage = { getItem: () => null, removeItem() {}, length: 0, key: () => null, setItem: () => { throw new DOMException("full", "QuotaExceededError"); } };
  const page = browser.open("http://app.test/", { env: { localStorage } });
  const { error } = await page.auth.signInWithOauthConnection();
  assert.equal(error.code, "storage_unavailable");
  assert.deepEqual(page.visits, []);
}));

for (const [name, text] of Object.entries({ rubbish: "{", "null": "null", "an old shape": '{"access_token":"x"}', "no expiry": '{"session":{"access_token":"x"}}' }))
  test(`${name} in the storage is nobody signed in`, world(async (wire, browser) => {
    browser.localStorage.setItem("symbolon", text);
    const page = browser.open();
    assert.deepEqual(await page.auth.initialize(), { error: null });
    assert.equal((await page.auth.getSession()).data.session, null);
  }));

test("a session of another server or client on the same origin is never used, so its refresh token goes nowhere", world(async (wire, browser) => {
  (await browser.signIn()).auth.dispose();
  browser.expire();
  const other = await Wire.start();
  try {
    for (const client of [{ domain: other.issuer }, { clientId: "another" }])
      assert.equal((await browser.open("http://app.test/", { client }).auth.getSession()).data.session, null);
    assert.equal(other.log.length, 0);
    assert.equal(wire.count("/oauth/token", "refresh_token"), 0);
  } finally {
    await other.stop();
  }
}));

test("two clients with different storage keys live side by side", world(async (wire, browser) => {
  const one = await browser.signIn({ client: { storageKey: "one" } });
  const two = await browser.signIn({ client: { storageKey: "two" }, answer: { sub: "u2" } });
  assert.equal((await one.auth.getClaim("sub")).data.claim, "u1");
  assert.equal((await two.auth.getClaim("sub")).data.claim, "u2");
}));

test("the last login method is told once per page, and remembered over a sign-out", world(async (wire, browser) => {
  const page = await browser.signIn({ request: { connection_id: "google" } });
  assert.equal(await page.auth.getLastUsedLoginMethod(), "google");
  assert.equal(await page.auth.getLastUsedLoginMethod(), null);
  await page.auth.signOut({ scope: "local" });
  assert.equal(await browser.open().auth.getLastUsedLoginMethod(), "google");
  const password = await browser.signIn();
  assert.equal(await password.auth.getLastUsedLoginMethod(), "pwd");
}));
