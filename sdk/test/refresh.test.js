import { test } from "node:test";
import assert from "node:assert/strict";
import { AuthApiError, AuthRetryableError, AuthSessionMissingError } from "../src/index.js";
import { json, until, world } from "./wire.js";

const refreshes = (wire) => wire.count("/oauth/token", "refresh_token");
const busy = (status, headers) => (response) => json(response, status, { error: "temporarily_unavailable" }, headers);
const refuse = (error, status = 400) => (response) => json(response, status, { error });
const silent = (_, page) => page.loseRequests();

test("a reload restores the session without a request", world(async (wire, browser) => {
  await browser.signIn();
  const before = wire.log.length;
  const page = browser.open();
  assert.deepEqual(await page.auth.initialize(), { error: null });
  assert.equal((await page.auth.getUser()).data.user.name, "Ana Núñez 🌱");
  assert.equal(refreshes(wire), 0);
  assert.equal(wire.log.length, before + 1, "only the /me of getUser");
  assert.deepEqual(page.names(), ["INITIAL_SESSION"]);
}));

test("an expired session is refreshed before the application sees it", world(async (wire, browser) => {
  const old = (await browser.signIn()).auth;
  old.dispose();
  const stale = browser.record().session;
  browser.expire();
  const page = browser.open();
  const { data, error } = await page.auth.getSession();
  assert.equal(error, null);
  assert.notEqual(data.session.access_token, stale.access_token);
  assert.notEqual(data.session.refresh_token, stale.refresh_token);
  assert.equal(data.session.user.email, "ana@example.com");
  assert.deepEqual(page.names(), ["INITIAL_SESSION", "TOKEN_REFRESHED"]);
  assert.equal(page.events[0][1], data.session.access_token, "the first event already carries the new token");
}));

test("a forced refresh changes the token, keeps the nonce and tells it", world(async (wire, browser) => {
  const page = await browser.signIn();
  const before = (await page.auth.getClaims()).data.claims;
  const { data, error } = await page.auth.refreshSession();
  assert.equal(error, null);
  assert.equal((await page.auth.getClaims()).data.claims.nonce, before.nonce);
  assert.equal(data.user.sub, "u1");
  assert.deepEqual(page.names(), ["INITIAL_SESSION", "SIGNED_IN", "TOKEN_REFRESHED"]);
}));

test("ten calls at once in one page are one request", world(async (wire, browser) => {
  const page = await browser.signIn();
  const answers = await Promise.all(Array.from({ length: 10 }, () => page.auth.refreshSession()));
  assert.equal(refreshes(wire), 1);
  assert.equal(new Set(answers.map(({ data }) => data.session.access_token)).size, 1);
}));

for (const [name, env] of [["Web Locks", {}], ["the storage lock", { locks: undefined }], ["the storage lock and no BroadcastChannel", { locks: undefined, BroadcastChannel: undefined }]])
  test(`five tabs refreshing at once by ${name}: one request, one token, nobody logged out`, world(async (wire, browser) => {
    wire.leeway = false; // any second use of a token would end the family
    const first = await browser.signIn({ env });
    const tabs = [first, ...Array.from({ length: 4 }, () => browser.open("http://app.test/", { env }))];
    await Promise.all(tabs.map((tab) => tab.auth.initialize()));
    const answers = await Promise.all(tabs.map((tab) => tab.auth.refreshSession()));
    assert.deepEqual(answers.map(({ error }) => error), Array(5).fill(null));
    assert.equal(new Set(answers.map(({ data }) => data.session.access_token)).size, 1);
    assert.equal(refreshes(wire), 1);
    for (const tab of tabs) assert.ok(!tab.names().includes("SIGNED_OUT"));
    await until(() => tabs.every((tab) => tab.names().includes("TOKEN_REFRESHED")), "every tab hears of it");
  }));

test("three expired tabs opening at once make one request", world(async (wire, browser) => {
  wire.leeway = false;
  (await browser.signIn()).auth.dispose();
  browser.expire();
  const tabs = [1, 2, 3].map(() => browser.open());
  const answers = await Promise.all(tabs.map((tab) => tab.auth.getAccessToken()));
  assert.deepEqual(answers.map(({ error }) => error), [null, null, null]);
  assert.equal(new Set(answers.map(({ data }) => data.access_token)).size, 1);
  assert.equal(refreshes(wire), 1);
}));

test("an application's own lock is used instead", world(async (wire, browser) => {
  const names = [];
  const lock = (name, run) => (names.push(name), run());
  const page = await browser.signIn({ client: { lock }, env: { locks: { request: () => assert.fail("not asked") } } });
  assert.equal((await page.auth.refreshSession()).error, null);
  assert.deepEqual(names, ["symbolon.lock"]);
}));

test("a lock that a dead page holds is passed after a while", world(async (wire, browser) => {
  const page = await browser.signIn({ limits: { lockWaitMs: 20 } });
  browser.locks.request("symbolon.lock", { signal: new AbortController().signal }, () => new Promise(() => {}));
  assert.equal((await page.auth.refreshSession()).error, null);
}));

test("a storage lock left by a dead page is passed when it is old", world(async (wire, browser) => {
  const page = await browser.signIn({ env: { locks: undefined } });
  browser.localStorage.setItem("symbolon.lock", JSON.stringify({ id: "dead", at: Date.now() - 31_000 }));
  assert.equal((await page.auth.refreshSession()).error, null);
  await until(() => browser.localStorage.getItem("symbolon.lock") === null, "the lock is given back");
}));

// ------------------------------------------------------------------------- what must not log a good user out

const troubles = {
  "503 three times": Array(3).fill(busy(503)),
  "503 with a long Retry-After": [busy(503, { "retry-after": "120" })],
  "429": Array(3).fill(busy(429)),
  "500 in HTML": Array(3).fill((response) => response.writeHead(500).end("<h1>oops</h1>")),
  "a broken connection": Array(3).fill((response) => response.destroy()),
  "a captive portal that answers 200 in HTML": Array(3).fill((response) => response.writeHead(200).end("<h1>Hotel</h1>")),
  "a server that never answers": Array(3).fill(silent),
};
for (const [name, answers] of Object.entries(troubles))
  test(`${name}: the session is kept, stale, with a retryable error; later it works`, world(async (wire, browser) => {
    (await browser.signIn()).auth.dispose();
    browser.expire();
    wire.fail("/oauth/token", ...answers.map((answer) => (response) => answer(response, tab)));
    const tab = browser.open();
    const { error } = await tab.auth.initialize();
    assert.ok(error instanceof AuthRetryableError, String(error));
    assert.equal(refreshes(wire), answers.length);
    assert.ok(browser.record().session.refresh_token);
    assert.deepEqual(tab.names(), ["INITIAL_SESSION"]);
    assert.ok(tab.events[0][1], "still signed in");
    tab.clockMs += 400_000; // past any Retry-After
    const later = await tab.auth.getAccessToken();
    assert.equal(later.error, null);
    assert.ok(!tab.names().includes("SIGNED_OUT"));
  }));

test("a busy server is asked again at once when it says so, and the caller notices nothing", world(async (wire, browser) => {
  const page = await browser.signIn();
  wire.fail("/oauth/token", busy(503, { "retry-after": "0" }), busy(429, { "retry-after": "0" }));
  assert.equal((await page.auth.refreshSession()).error, null);
  assert.equal(refreshes(wire), 3);
}));

test("getSession in a loop does not knock before Retry-After", world(async (wire, browser) => {
  const page = await browser.signIn();
  page.auth.dispose();
  browser.expire();
  wire.fail("/oauth/token", busy(503, { "retry-after": "120" }));
  const tab = browser.open();
  for (let i = 0; i < 5; i++) {
    const { data, error } = await tab.auth.getSession();
    assert.ok(error instanceof AuthRetryableError);
    assert.equal(error.retryAfterMs, 120_000);
    assert.ok(data.session);
  }
  assert.equal((await tab.auth.getAccessToken()).data.access_token, null, "a stale token is not handed out as a good one");
  assert.equal(refreshes(wire), 1);
}));

for (const [code, status] of [["invalid_client", 401], ["invalid_request", 400], ["unauthorized_client", 400], ["invalid_scope", 400], ["access_denied", 403]])
  test(`${code} (${status}) on a refresh keeps the session`, world(async (wire, browser) => {
    const page = await browser.signIn();
    wire.fail("/oauth/token", refuse(code, status));
    const { data, error } = await page.auth.refreshSession();
    assert.ok(error instanceof AuthApiError);
    assert.deepEqual([error.code, error.status], [code, status]);
    assert.ok(data.session);
    assert.ok(!page.names().includes("SIGNED_OUT"));
  }));

test("an answer that got lost: the same token again gives the same successor", world(async (wire, browser) => {
  const page = await browser.signIn();
  wire.fail("/oauth/token", async (response, form) => {
    const [id, generation] = form.refresh_token.split(".");
    const family = wire.families.get(id);
    assert.equal(Number(generation), family.generation);
    // The server rotates, the network swallows the answer.
    const lost = await fetch(wire.issuer + "/oauth/token", { method: "POST", body: new URLSearchParams(form) });
    assert.equal(lost.status, 200);
    response.destroy();
  });
  assert.equal((await page.auth.refreshSession()).error, null);
  const { refresh_token } = browser.record().session;
  assert.match(refresh_token, /\.1$/);
}));

test("invalid_grant, but the storage holds a newer token: that one is taken", world(async (wire, browser) => {
  const page = await browser.signIn();
  wire.fail("/oauth/token", (response) => {
    const record = browser.record(); // another program, outside the lock, was faster
    record.session.refresh_token = "newer.0";
    record.session.access_token += "x";
    browser.localStorage.setItem("symbolon", JSON.stringify(record));
    json(response, 400, { error: "invalid_grant" });
  });
  const { data, error } = await page.auth.refreshSession();
  assert.equal(error, null);
  assert.equal(data.session.refresh_token, "newer.0");
  assert.ok(!page.names().includes("SIGNED_OUT"));
}));

test("invalid_grant, and the newer token has expired too: it is tried before giving up", world(async (wire, browser) => {
  const page = await browser.signIn();
  const good = browser.record();
  const family = wire.families.get(good.session.refresh_token.split(".")[0]);
  wire.fail("/oauth/token", (response) => {
    family.generation = 5;
    good.session.refresh_token = `${family.id}.5`;
    good.session.expires_at = 1;
    browser.localStorage.setItem("symbolon", JSON.stringify(good));
    json(response, 400, { error: "invalid_grant" });
  });
  assert.equal((await page.auth.refreshSession()).error, null);
  assert.equal(browser.record().session.refresh_token, `${family.id}.6`);
}));

test("a storage that cannot be read signs nobody out", world(async (wire, browser) => {
  const values = new Map();
  let broken = false;
  const storage = {
    getItem: async (key) => (broken ? Promise.reject(new Error("locked")) : values.get(key)),
    setItem: async (key, value) => void values.set(key, value),
    removeItem: async (key) => void values.delete(key),
  };
  const page = await browser.signIn({ client: { storage } });
  broken = true;
  const { data, error } = await page.auth.refreshSession();
  assert.equal(error.code, "storage_unavailable");
  assert.ok(error instanceof AuthRetryableError);
  assert.ok(data.session);
  broken = false;
  assert.equal((await page.auth.refreshSession()).error, null);
}));

test("an unreachable JWKS at a refresh keeps the new tokens and the last checked ID token", world(async (wire, browser) => {
  (await browser.signIn()).auth.dispose();
  const before = browser.record().session;
  const page = browser.open(); // a new page has no keys yet
  await page.auth.initialize();
  wire.fail("/.well-known/jwks.json", ...Array(3).fill((response) => response.destroy()));
  const { data, error } = await page.auth.refreshSession();
  assert.equal(error, null);
  assert.notEqual(data.session.refresh_token, before.refresh_token);
  assert.equal(data.session.id_token, before.id_token);
}));

for (const [name, change] of Object.entries({
  "another person": (claims) => ({ ...claims, sub: "u2" }),
  "another nonce": (claims) => ({ ...claims, nonce: "other" }),
  "another client": (claims) => ({ ...claims, aud: "other" }),
}))
  test(`a refreshed ID token of ${name} is refused and the session kept as it was`, world(async (wire, browser) => {
    const page = await browser.signIn();
    const before = browser.record().session;
    wire.changeIdToken = change;
    const { error } = await page.auth.refreshSession();
    assert.ok(["id_token", "nonce"].includes(error.code));
    assert.deepEqual(browser.record().session, before);
  }));

// --------------------------------------------------------------------------------------- what ends a session

test("invalid_grant with nothing newer in the storage ends the session, and says why once", world(async (wire, browser) => {
  const page = await browser.signIn();
  const other = browser.open();
  await other.auth.initialize();
  wire.families.clear();
  const { data, error } = await page.auth.refreshSession();
  assert.equal(data.session, null);
  assert.equal(error.code, "invalid_grant");
  assert.deepEqual(page.names(), ["INITIAL_SESSION", "SIGNED_IN", "SIGNED_OUT"]);
  assert.equal(page.auth.getSignOutReason(), "session_ended");
  assert.equal(page.auth.getSignOutReason(), null);
  assert.equal(browser.localStorage.getItem("symbolon"), null);
  assert.equal(refreshes(wire), 1, "a dead token is not sent twice");
  await until(() => other.names().includes("SIGNED_OUT"), "the other tab hears of it");
  assert.equal(other.auth.getSignOutReason(), "other_tab");
  assert.ok((await page.auth.refreshSession()).error instanceof AuthSessionMissingError);
}));

test("a session that ended while the page was closed: signed out, no error shouted", world(async (wire, browser) => {
  (await browser.signIn()).auth.dispose();
  browser.expire();
  wire.families.clear();
  const page = browser.open();
  assert.deepEqual(await page.auth.initialize(), { error: null });
  assert.deepEqual(page.names(), ["INITIAL_SESSION", "SIGNED_OUT"]);
  assert.deepEqual(await page.auth.getSession(), { data: { session: null }, error: null });
  assert.equal(page.auth.getSignOutReason(), "session_ended");
}));

test("a sign-out during a refresh is not undone by its answer", world(async (wire, browser) => {
  const page = await browser.signIn();
  let arrived;
  const waiting = new Promise((resolve) => (arrived = resolve));
  let go;
  const gate = new Promise((resolve) => (go = resolve));
  wire.fail("/oauth/token", async () => {
    arrived();
    await gate;
    return "continue";
  });
  const refreshing = page.auth.refreshSession();
  await waiting;
  await page.auth.signOut({ scope: "local" });
  go();
  const { data, error } = await refreshing;
  assert.equal(data.session, null);
  assert.ok(error instanceof AuthSessionMissingError);
  assert.equal(browser.localStorage.getItem("symbolon"), null);
  assert.deepEqual(page.names().filter((name) => name === "TOKEN_REFRESHED"), []);
}));

test("another person signing in during a refresh is not overwritten by its answer", world(async (wire, browser) => {
  const page = await browser.signIn();
  let arrived;
  const waiting = new Promise((resolve) => (arrived = resolve));
  let go;
  const gate = new Promise((resolve) => (go = resolve));
  wire.fail("/oauth/token", async () => {
    arrived();
    await gate;
    return "continue";
  });
  const refreshing = page.auth.refreshSession();
  await waiting;
  const theirs = await browser.signIn({ answer: { sub: "u2" } });
  assert.equal(theirs.result.error, null);
  go();
  assert.equal((await refreshing).error, null);
  assert.equal((await page.auth.getClaim("sub")).data.claim, "u2");
  assert.equal(browser.record().session.user.sub, "u2");
}));

test("a session without a refresh token lives until it expires, then ends quietly", world(async (wire, browser) => {
  wire.noRefreshToken = true;
  const page = await browser.signIn();
  const { data, error } = await page.auth.refreshSession();
  assert.equal(error.code, "refresh_token_missing");
  assert.ok(data.session, "still good");
  browser.expire();
  const tab = browser.open();
  assert.deepEqual(await tab.auth.getSession(), { data: { session: null }, error: null });
  assert.equal(refreshes(wire), 0);
}));

// -------------------------------------------------------------------------------------------------- the clock

for (const hours of [-1, 1])
  for (const showDate of [true, false])
    test(`a browser clock ${hours} h off, Date ${showDate ? "shown" : "hidden"}: signs in, no refresh loop, right expiry`, world(async (wire, browser) => {
      wire.expiresIn = 300;
      const clockMs = hours * 3_600_000;
      const page = await browser.signIn({ clockMs });
      assert.equal(page.result.error, null);
      for (let i = 0; i < 5; i++) assert.equal((await page.auth.getAccessToken()).error, null);
      assert.equal(refreshes(wire), 0);
      const { expires_at } = (await page.auth.getSession()).data.session;
      assert.ok(Math.abs(expires_at - (Date.now() / 1000 + 300)) < 3, "expires_at is the server's time");
      page.auth.dispose();
      const reloaded = browser.open("http://app.test/", { clockMs });
      assert.equal((await reloaded.auth.getAccessToken()).error, null);
      assert.equal(refreshes(wire), 0);
      reloaded.clockMs += 290_000;
      assert.equal((await reloaded.auth.getAccessToken()).error, null);
      assert.equal(refreshes(wire), 1, "refreshed when the lifetime is really over");
      await reloaded.auth.getAccessToken();
      assert.equal(refreshes(wire), 1);
    }, { showDate }));

test("a clock that is put right in mid-session costs one refresh at most", world(async (wire, browser) => {
  const page = await browser.signIn({ clockMs: -7_200_000 });
  page.clockMs = 0;
  for (let i = 0; i < 5; i++) assert.equal((await page.auth.getAccessToken()).error, null);
  assert.equal(refreshes(wire), 1);
}));

test("a lifetime of one second makes no storm of timers", world(async (wire, browser) => {
  wire.expiresIn = 1;
  const page = await browser.signIn();
  await page.auth.refreshSession();
  assert.equal(page.timers.length, 1);
  assert.ok(page.timers[0].ms > 3000, String(page.timers[0].ms));
}));

// ------------------------------------------------------------------------------------------ automatic refresh

test("the timer stands at 75 % of the lifetime and refreshes then", world(async (wire, browser) => {
  const page = await browser.signIn();
  const [timer] = page.timers;
  assert.equal(page.timers.length, 1);
  assert.ok(timer.ms > 2_690_000 && timer.ms < 2_706_000, String(timer.ms));
  page.clockMs += timer.ms;
  timer.run();
  await until(() => page.names().includes("TOKEN_REFRESHED"));
  assert.equal(refreshes(wire), 1);
  assert.equal(page.timers.length, 1);
}));

test("a failing automatic refresh comes back later each time, honours Retry-After, and keeps the session", world(async (wire, browser) => {
  const page = await browser.signIn();
  page.clockMs += 2_800_000;
  wire.clockMs = 2_800_000; // time goes by for both
  const delays = [];
  const failures = [[Array(3).fill(busy(500)), 3], [Array(3).fill(busy(500)), 6], [Array(3).fill(busy(500)), 9], [[busy(503, { "retry-after": "100" })], 10]];
  for (const [answers, total] of failures) {
    wire.fail("/oauth/token", ...answers);
    const timer = page.timers.at(-1);
    page.timers = [];
    timer.run();
    await until(() => refreshes(wire) === total && page.timers.length === 1);
    delays.push(page.timers[0].ms);
  }
  assert.ok(delays[0] >= 2_500 && delays[0] <= 5_000, String(delays));
  assert.ok(delays[2] > delays[0]);
  assert.ok(delays[3] > 90_000, String(delays)); // 100 s less what the test itself took
  assert.ok(!page.names().includes("SIGNED_OUT"));
  page.timers[0].run();
  await until(() => page.names().includes("TOKEN_REFRESHED"));
}));

test("a page that becomes visible reads the storage and refreshes if due", world(async (wire, browser) => {
  const page = await browser.signIn({ env: { BroadcastChannel: undefined } });
  page.clockMs += 3_000_000; // the laptop slept; its timer did not fire
  page.timers = [];
  page.env.document.dispatchEvent(new Event("visibilitychange"));
  await until(() => page.timers.length === 1 || refreshes(wire) === 1);
  if (page.timers.length) page.timers[0].run(); // jitter beyond a second is a "long" timer here
  await until(() => page.names().includes("TOKEN_REFRESHED"));
  assert.equal(refreshes(wire), 1);
}));

test("stopAutoRefresh stops the timer, startAutoRefresh sets it again, dispose leaves nothing", world(async (wire, browser) => {
  const page = await browser.signIn();
  page.auth.stopAutoRefresh();
  assert.equal(page.timers.length, 0);
  page.auth.startAutoRefresh();
  assert.equal(page.timers.length, 1);
  page.auth.dispose();
  assert.equal(page.timers.length, 0);
}));
