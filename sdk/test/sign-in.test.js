import { test } from "node:test";
import assert from "node:assert/strict";
import { webcrypto } from "node:crypto";
import { createClient, AuthApiError, AuthCallbackError, AuthError, AuthLoginRequiredError, AuthRetryableError } from "../src/index.js";
import { json, sign, world } from "./wire.js";

test("a sign-in ends with a session, a user and a clean address", world(async (wire, browser) => {
  const page = await browser.signIn({ request: { returnTo: "/deep?a=1#b", appState: { cart: 7 } }, answer: { signup: true } });
  assert.deepEqual(page.result, { error: null, returnTo: "/deep?a=1#b", appState: { cart: 7 }, is_new_user: true });
  const { data, error } = await page.auth.getSession();
  assert.equal(error, null);
  assert.equal(data.session.user.email, "ana@example.com");
  assert.equal(data.session.token_type, "Bearer");
  assert.equal(page.href, "http://app.test/callback");
  assert.deepEqual(page.names(), ["INITIAL_SESSION", "SIGNED_IN"]);
  assert.deepEqual(browser.localStorage.names().filter((key) => key.includes(".tx.")), []);
}));

test("the authorization request holds everything that protects it, and queryParams cannot weaken it", world(async (wire, browser) => {
  const page = browser.open();
  const { data } = await page.auth.signInWithOauthConnection({
    connection_id: "c1",
    audience: "https://api.test",
    scopes: ["openid", "email"],
    queryParams: { prompt: "login", code_challenge_method: "plain", state: "mine", response_mode: "form_post", login_hint: "ana@example.com" },
    skipBrowserRedirect: true,
  });
  const q = new URL(data.url).searchParams;
  assert.equal(new URL(data.url).pathname, "/authorize");
  assert.equal(q.get("code_challenge_method"), "S256");
  assert.match(q.get("code_challenge"), /^[\w-]{43}$/);
  assert.notEqual(q.get("state"), "mine");
  assert.ok(q.get("state").length >= 32 && q.get("nonce").length >= 32);
  assert.equal(q.get("response_mode"), null);
  assert.deepEqual([q.get("prompt"), q.get("login_hint"), q.get("connection_id"), q.get("audience"), q.get("scope")], ["login", "ana@example.com", "c1", "https://api.test", "openid email"]);
  assert.deepEqual(page.visits, []);
  assert.equal(wire.log.length, 0, "a sign-in starts without a round trip");
}));

for (const alg of ["ES256", "EdDSA"])
  test(`an ID token signed with ${alg} is accepted`, world(async (wire, browser) => {
    const page = await browser.signIn();
    assert.equal(page.result.error, null);
    assert.equal((await page.auth.getClaim("sub")).data.claim, "u1");
  }, { alg }));

test("claims with letters beyond Latin-1 arrive whole", world(async (wire, browser) => {
  wire.user.name = "Łukasz 李 🌱";
  const page = await browser.signIn();
  assert.equal((await page.auth.getClaim("name")).data.claim, "Łukasz 李 🌱");
  assert.equal((await page.auth.getUser()).data.user.name, "Łukasz 李 🌱");
}));

test("two sign-ins at once both finish, in the wrong order", world(async (wire, browser) => {
  const one = browser.open();
  const two = browser.open();
  await one.auth.signInWithOauthConnection({ appState: "one" });
  await two.auth.signInWithOauthConnection({ appState: "two" });
  const backOne = await wire.authorize(one.visits[0]);
  const backTwo = await wire.authorize(two.visits[0]);
  const second = await browser.open(backTwo).auth.initialize();
  const first = await browser.open(backOne).auth.initialize();
  assert.deepEqual([first.error, first.appState, second.error, second.appState], [null, "one", null, "two"]);
}));

test("handleRedirectCallback is initialize, and running it again exchanges nothing again", world(async (wire, browser) => {
  const page = await browser.signIn();
  const again = await page.auth.handleRedirectCallback();
  assert.equal(again, await page.auth.initialize());
  assert.equal(wire.count("/oauth/token"), 1);
}));

test("a reloaded callback with a live session just continues", world(async (wire, browser) => {
  const first = await browser.signIn();
  const page = browser.open("http://app.test/callback?code=old&state=used&iss=" + encodeURIComponent(wire.issuer));
  assert.deepEqual(await page.auth.initialize(), { error: null });
  assert.equal(page.href, "http://app.test/callback");
  assert.ok((await page.auth.getSession()).data.session);
  assert.equal(wire.count("/oauth/token"), 1);
  first.auth.dispose();
}));

test("cleaning keeps the application's own parameters and its fragment", world(async (wire, browser) => {
  const start = browser.open();
  await start.auth.signInWithOauthConnection({ redirectTo: "http://app.test/callback?lang=de" });
  const back = await wire.authorize(start.visits[0]);
  const page = browser.open(back + "#top");
  assert.equal((await page.auth.initialize()).error, null);
  assert.equal(page.href, "http://app.test/callback?lang=de#top");
}));

// -------------------------------------------------------------------------------------------------- sad paths

/** Starts a sign-in, lets `spoil` change the callback, and gives back what the callback page said. */
async function spoiled(wire, browser, spoil, options) {
  wire.changeCallback = spoil;
  const page = await browser.signIn(options);
  assert.equal((await page.auth.getSession()).data.session, null);
  assert.doesNotMatch(page.href, /code=|state=|iss=|error/, "the address is clean after a failure too");
  assert.equal(page.auth.getRedirectError(), page.result.error);
  assert.equal(page.auth.getRedirectError(), null, "told once");
  return page.result.error;
}

const refusals = {
  "another state": ["state", (back) => back.searchParams.set("state", "forged")],
  "no state": ["state", (back) => back.searchParams.delete("state") ?? back.searchParams.set("state", "")],
  "another issuer": ["iss", (back) => back.searchParams.set("iss", "https://evil.test")],
  "no issuer (RFC 9207)": ["iss", (back) => back.searchParams.delete("iss")],
};
for (const [name, [code, spoil]] of Object.entries(refusals))
  test(`a callback with ${name} is refused and no code is spent`, world(async (wire, browser) => {
    const error = await spoiled(wire, browser, spoil);
    assert.ok(error instanceof AuthCallbackError);
    assert.equal(error.code, code);
    assert.equal(wire.count("/oauth/token"), 0);
  }));

test("a lost verifier is said so", world(async (wire, browser) => {
  const error = await spoiled(wire, browser, (back) => {
    const key = `symbolon.tx.${back.searchParams.get("state")}`;
    const { verifier, ...rest } = JSON.parse(browser.localStorage.getItem(key));
    assert.match(verifier, /^[\w-]{43}$/);
    browser.localStorage.setItem(key, JSON.stringify(rest));
  });
  assert.ok(error instanceof AuthCallbackError);
  assert.equal(error.code, "verifier");
}));

test("a wrong verifier is refused by the server", world(async (wire, browser) => {
  const error = await spoiled(wire, browser, (back) => {
    const key = `symbolon.tx.${back.searchParams.get("state")}`;
    const transaction = JSON.parse(browser.localStorage.getItem(key));
    browser.localStorage.setItem(key, JSON.stringify({ ...transaction, verifier: "x".repeat(43) }));
  });
  assert.ok(error instanceof AuthApiError);
  assert.deepEqual([error.code, error.status], ["invalid_grant", 400]);
}));

test("a transaction older than ten minutes is refused and pruned", world(async (wire, browser) => {
  const start = browser.open();
  await start.auth.signInWithOauthConnection();
  const back = await wire.authorize(start.visits[0]);
  const page = browser.open(back, { clockMs: 601_000 });
  assert.equal((await page.auth.initialize()).error.code, "state");
  assert.deepEqual(browser.localStorage.names(), []);
}));

test("no more than twenty transactions are kept, the newest ones", world(async (wire, browser) => {
  const page = browser.open();
  for (let i = 0; i < 23; i++) {
    page.clockMs = i;
    await page.auth.signInWithOauthConnection();
  }
  assert.equal(browser.localStorage.names().length, 20);
  const last = new URL(page.visits.at(-1)).searchParams.get("state");
  assert.ok(browser.localStorage.getItem(`symbolon.tx.${last}`));
}));

const badTokens = {
  "another nonce": ["nonce", (claims) => ({ ...claims, nonce: "other" })],
  "no nonce": ["nonce", ({ nonce, ...claims }) => claims],
  "another issuer": ["iss", (claims) => ({ ...claims, iss: claims.iss + "/" })],
  "another audience": ["id_token", (claims) => ({ ...claims, aud: "other" })],
  "several audiences and no azp": ["id_token", (claims) => ({ ...claims, aud: ["app", "other"] })],
  "azp of another client": ["id_token", (claims) => ({ ...claims, aud: ["app", "other"], azp: "other" })],
  "an exp in the past": ["id_token", (claims) => ({ ...claims, exp: claims.iat - 61 })],
  "an exp that is text": ["id_token", (claims) => ({ ...claims, exp: String(claims.exp) })],
  "no sub": ["id_token", ({ sub, ...claims }) => claims],
  "nothing at all (missing although openid was asked)": ["id_token", () => null],
};
for (const [name, [code, change]] of Object.entries(badTokens))
  test(`an ID token with ${name} is refused`, world(async (wire, browser) => {
    wire.changeIdToken = change;
    const error = await spoiled(wire, browser, () => {});
    assert.ok(error instanceof AuthCallbackError, String(error));
    assert.equal(error.code, code);
    assert.equal(browser.localStorage.getItem("symbolon"), null);
  }));

test("an ID token for several audiences with our azp is accepted", world(async (wire, browser) => {
  wire.changeIdToken = (claims) => ({ ...claims, aud: ["app", "other"], azp: "app" });
  assert.equal((await browser.signIn()).result.error, null);
}));

test("an ID token signed by a stranger with our kid is refused", world(async (wire, browser) => {
  await sign("RS256", {}, { kid: "stranger" });
  wire.signWith = { kid: "stranger", header: { kid: "RS256-1" } };
  const error = await spoiled(wire, browser, () => {});
  assert.equal(error.code, "id_token");
  assert.match(error.message, /signature/);
}));

for (const header of [{ alg: "none" }, { alg: "HS256" }, { alg: "constructor" }, { alg: "ES256" }])
  test(`an ID token whose header says ${header.alg} is refused`, world(async (wire, browser) => {
    wire.signWith = { header };
    assert.equal((await spoiled(wire, browser, () => {})).code, "id_token");
  }));

test("a key published after the JWKS was read is found by reading once more", world(async (wire, browser) => {
  const { jwks } = wire;
  let reads = 0;
  wire.fail("/.well-known/jwks.json", (response) => {
    reads++;
    json(response, 200, { keys: [{ ...jwks[0], kid: "old" }] });
  });
  assert.equal((await browser.signIn()).result.error, null);
  assert.equal(reads, 1);
  assert.equal(wire.count("/.well-known/jwks.json"), 2);
}));

test("an unreachable JWKS is retryable trouble, not a refusal", world(async (wire, browser) => {
  wire.fail("/.well-known/jwks.json", ...Array(6).fill((response) => response.destroy()));
  const error = await spoiled(wire, browser, () => {});
  assert.ok(error instanceof AuthRetryableError);
}));

test("a person who cancels is told so, and keeps the session that was there", world(async (wire, browser) => {
  const first = await browser.signIn();
  const page = await browser.signIn({ answer: { error: { error: "access_denied", error_description: "The person said no" } } });
  assert.deepEqual([page.result.error.code, page.result.error.message], ["access_denied", "The person said no"]);
  assert.ok((await page.auth.getSession()).data.session);
  assert.deepEqual(page.names(), ["INITIAL_SESSION"]);
  first.auth.dispose();
}));

test("an error without a description is seen", world(async (wire, browser) => {
  const page = await browser.signIn({ answer: { error: "access_denied" } });
  assert.equal(page.result.error.code, "access_denied");
  assert.ok(page.result.error.message.length > 10);
}));

test("an error that lost even its state is seen on the callback page, without words from the address", world(async (wire, browser) => {
  const page = browser.open("http://app.test/callback?error=server_error&error_description=Call+0900+now");
  const { error } = await page.auth.initialize();
  assert.equal(error.code, "server_error");
  assert.doesNotMatch(error.message, /0900/);
  assert.equal(page.href, "http://app.test/callback");
  const odd = browser.open("http://app.test/callback?error=%3Cimg%3E");
  assert.equal((await odd.auth.initialize()).error.code, "server_error");
}));

for (const code of ["login_required", "consent_required", "account_selection_required", "interaction_required"])
  test(`a silent attempt answered ${code} is an AuthLoginRequiredError`, world(async (wire, browser) => {
    const page = await browser.signIn({ request: { queryParams: { prompt: "none" } }, answer: { error: code } });
    assert.ok(page.result.error instanceof AuthLoginRequiredError);
    assert.equal(page.result.error.code, code);
  }));

test("code and state of another library on another page stay untouched", world(async (wire, browser) => {
  const page = browser.open("http://app.test/connect?code=theirs&state=theirs");
  assert.deepEqual(await page.auth.initialize(), { error: null });
  assert.equal(page.href, "http://app.test/connect?code=theirs&state=theirs");
}));

test("plain http on a host that is not local says exactly that, and sends nothing", world(async (wire, browser) => {
  const page = browser.open("http://192.168.1.20/", { env: { crypto: { getRandomValues: (bytes) => webcrypto.getRandomValues(bytes) } } });
  const { data, error } = await page.auth.signInWithOauthConnection();
  assert.equal(data.url, null);
  assert.equal(error.code, "webcrypto_unavailable");
  assert.match(error.message, /plain http/);
  assert.match(error.message, /http:\/\/192\.168\.1\.20/);
  assert.deepEqual(page.visits, []);
}));

test("the code exchange survives two 503 and a broken connection is retried", world(async (wire, browser) => {
  const busy = (response) => json(response, 503, { error: "temporarily_unavailable" }, { "retry-after": "0" });
  wire.fail("/oauth/token", busy, (response) => response.destroy());
  assert.equal((await browser.signIn()).result.error, null);
  assert.equal(wire.count("/oauth/token"), 3);
}));

test("a server that stays away fails the sign-in as retryable and never throws", world(async (wire, browser) => {
  wire.fail("/oauth/token", ...Array(3).fill((response) => response.destroy()));
  const page = await browser.signIn();
  assert.ok(page.result.error instanceof AuthRetryableError);
  assert.equal(page.result.error.code, "network");
}));

test("a silent /me does not fail the sign-in: the ID token's claims stand in", world(async (wire, browser) => {
  wire.fail("/me", () => browser.pages.at(-1).loseRequests()); // never answers
  const page = await browser.signIn();
  assert.equal(page.result.error, null);
  const { user } = (await page.auth.getSession()).data.session;
  assert.deepEqual([user.id, user.sub, user.name], ["u1", "u1", "Ana Núñez 🌱"]);
}));

test("a /me of another person is not believed", world(async (wire, browser) => {
  wire.fail("/me", (response) => json(response, 200, { id: "u2", sub: "u2", email: "eve@example.com" }));
  const page = await browser.signIn();
  assert.equal((await page.auth.getSession()).data.session.user.sub, "u1");
}));

test("returnTo to another origin is dropped", world(async (wire, browser) => {
  for (const returnTo of ["https://evil.test/", "//evil.test/x", "javascript:alert(1)", "http://app.test:81/",
    "/.//evil.test/x", "/a/..//evil.test", "/%2e//evil.test", "/.\\/evil.test", "http://app.test//evil.test/x"])
    assert.equal((await browser.signIn({ request: { returnTo } })).result.returnTo, undefined, returnTo);
}));

test("wrong options are the developer's error and thrown at once", () => {
  assert.throws(() => createClient({ clientId: "a" }), TypeError);
  assert.throws(() => createClient({ domain: "a.test" }), TypeError);
  assert.throws(() => createClient({ domain: "https://", clientId: "a" }), TypeError);
});

for (const [domain, issuer] of [["auth.example", "https://auth.example"], ["https://auth.example/", "https://auth.example"], ["http://localhost:8080", "http://localhost:8080"], ["https://x.example/tenant/", "https://x.example/tenant"]])
  test(`the domain ${domain} is the issuer ${issuer}`, async () => {
    const auth = createClient({ domain, clientId: "a", redirectUri: "http://app.test/cb" });
    const { data } = await auth.signInWithOauthConnection({ skipBrowserRedirect: true });
    assert.ok(data.url.startsWith(issuer + "/authorize?"));
    auth.dispose();
  });

test("without a page (Node, a worker) a redirect is refused in words", async () => {
  const auth = createClient({ domain: "auth.example", clientId: "a" });
  const lost = await auth.signInWithOauthConnection();
  assert.equal(lost.error.code, "redirect_uri_missing");
  const { error } = await auth.signInWithOauthConnection({ redirectTo: "http://app.test/cb" });
  assert.ok(error instanceof AuthError);
  assert.equal(error.code, "navigation_unavailable");
  auth.dispose();
});
