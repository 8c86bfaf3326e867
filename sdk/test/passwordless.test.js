import { test } from "node:test";
import assert from "node:assert/strict";
import { AuthApiError, AuthCallbackError, AuthRetryableError } from "../src/index.js";
import { json, world } from "./wire.js";

const ANA = "ana@example.com";

test("a code by mail ends with a session, as a sign-in does", world(async (wire, browser) => {
  const page = browser.open();
  const asked = await page.auth.signInWithPasswordless({ email: ` ${ANA.toUpperCase()} ` });
  assert.deepEqual(asked, { data: { expiresIn: 1800 }, error: null });
  const { form } = wire.log.find((entry) => entry.path === "/passwordless/start");
  assert.deepEqual(
    [form.send, form.client_id, form.response_type, form.code_challenge_method, form.redirect_uri, form.scope],
    ["code", "app", "code", "S256", "http://app.test/callback", "openid profile email"],
  );
  assert.ok(form.state && form.nonce && form.code_challenge);
  const { data, error } = await page.auth.signInWithOtp({ email: ANA, otp: "123456" });
  assert.equal(error, null);
  assert.equal(data.is_new_user, false);
  assert.equal(data.session.user.email, ANA);
  assert.equal(data.user.email, ANA);
  assert.ok(page.names().includes("SIGNED_IN"));
  assert.deepEqual(browser.localStorage.names().filter((key) => key.includes(".tx.")), [], "nothing of it is left");
  assert.equal(wire.count("/oauth/token", "authorization_code"), 1);
}));

test("somebody new is told apart, and username is another name of email", world(async (wire, browser) => {
  const page = browser.open();
  await page.auth.signInWithPasswordless({ email: "new@example.com" });
  const { data } = await page.auth.signInWithOtp({ username: "new@example.com", otp: "123456" });
  assert.equal(data.is_new_user, true);
}));

test("a wrong code may be tried again, on another page of the browser too", world(async (wire, browser) => {
  await browser.open().auth.signInWithPasswordless({ email: ANA });
  const page = browser.open();
  const wrong = await page.auth.signInWithOtp({ email: ANA, otp: "000000" });
  assert.ok(wrong.error instanceof AuthApiError);
  assert.equal(wrong.error.code, "invalid_grant");
  assert.deepEqual(wrong.data, { session: null, user: null, is_new_user: false });
  assert.equal((await page.auth.signInWithOtp({ email: ANA, otp: "123456" })).error, null);
  const again = await page.auth.signInWithOtp({ email: ANA, otp: "123456" });
  assert.ok(again.error instanceof AuthCallbackError, "it was used");
  assert.equal(again.error.code, "state");
  assert.equal((await page.auth.getSession()).data.session.user.email, ANA, "and nothing was taken away");
}));

test("the latest of two mails counts, and an address that nobody asked for has none", world(async (wire, browser) => {
  const page = browser.open();
  await page.auth.signInWithPasswordless({ email: ANA });
  page.clockMs += 1_000;
  await page.auth.signInWithPasswordless({ email: ANA });
  await page.auth.signInWithOtp({ email: ANA, otp: "123456" });
  const started = wire.log.filter((entry) => entry.path === "/passwordless/start").length;
  assert.equal(started, 2);
  const stranger = await page.auth.signInWithOtp({ email: "bob@example.com", otp: "123456" });
  assert.equal(stranger.error.code, "state");
}));

test("a link comes back to the callback as any sign-in", world(async (wire, browser) => {
  const start = browser.open();
  await start.auth.signInWithPasswordless({ email: ANA, type: "link", redirectTo: "http://app.test/callback", appState: { cart: 7 } });
  const { form } = wire.log.at(-1);
  assert.equal(form.send, "link");
  const asked = new URL(`${wire.issuer}/authorize`);
  for (const [name, value] of Object.entries(form)) asked.searchParams.set(name, value);
  const page = browser.open(await wire.authorize(asked.href, { signup: true }));
  assert.deepEqual(await page.auth.initialize(), { error: null, returnTo: undefined, appState: { cart: 7 }, is_new_user: true });
}));

test("a code of half an hour outlives the ten minutes of other sign-ins", world(async (wire, browser) => {
  const page = browser.open();
  await page.auth.signInWithPasswordless({ email: ANA });
  const late = browser.open("http://app.test/", { clockMs: 25 * 60_000 });
  assert.equal((await late.auth.signInWithOtp({ email: ANA, otp: "000000" })).error.code, "invalid_grant", "still known");
  const tooLate = browser.open("http://app.test/", { clockMs: 31 * 60_000 });
  assert.equal((await tooLate.auth.signInWithOtp({ email: ANA, otp: "123456" })).error.code, "state");
}));

test("an answer that names another issuer signs nobody in", world(async (wire, browser) => {
  const page = browser.open();
  await page.auth.signInWithPasswordless({ email: ANA });
  wire.fail("/passwordless/verify", (response) => json(response, 200, { code: "x", iss: "https://evil.example" }));
  const { error } = await page.auth.signInWithOtp({ email: ANA, otp: "123456" });
  assert.equal(error.code, "iss");
  assert.equal(wire.count("/oauth/token"), 0);
}));

test("too many mails and a busy server are errors to try again later", world(async (wire, browser) => {
  const page = browser.open();
  wire.fail("/passwordless/start", (response) => json(response, 429, { error: "too_many_requests" }, { "retry-after": "3600" }));
  const { error } = await page.auth.signInWithPasswordless({ email: ANA });
  assert.ok(error instanceof AuthRetryableError);
  assert.equal(error.code, "too_many_requests");
}));

test("sign-up and a forgotten password say what the server says, and send no more than they need", world(async (wire, browser) => {
  const page = browser.open();
  assert.deepEqual(await page.auth.signup({ email: ANA, password: "four quiet lanterns", name: "Ana" }), { data: { status: "verification_sent" }, error: null });
  assert.deepEqual(wire.log.at(-1).form, { client_id: "app", email: ANA, password: "four quiet lanterns", name: "Ana" });
  const weak = await page.auth.signup({ email: ANA, password: "password1" });
  assert.equal(weak.error.code, "invalid_password");
  assert.match(weak.error.message, /tried first/);
  assert.deepEqual(await page.auth.changePassword({ email: ANA }), { data: { status: "sent" }, error: null });
  assert.deepEqual(wire.log.at(-1).form, { client_id: "app", email: ANA });
}));

test("the connections are read for this client", world(async (wire, browser) => {
  const page = browser.open();
  const { data } = await page.auth.getConnections();
  assert.deepEqual(data.connections.map(({ label }) => label), ["GitHub"]);
  wire.fail("/connections", (response) => json(response, 200, { other: "shape" }));
  assert.deepEqual((await page.auth.getConnections()).data, { connections: [] });
  wire.fail("/connections", (response) => json(response, 400, { error: "invalid_request" }));
  const refused = await page.auth.getConnections();
  assert.deepEqual(refused.data, { connections: [] });
  assert.equal(refused.error.code, "invalid_request");
}));

test("linking and another address are pages of the account, with the way back", world(async (wire, browser) => {
  const page = browser.open();
  await page.auth.linkOauthConnection({ connection: "github" });
  assert.equal(page.visits[0], `${wire.issuer}/account/identities/add?connection=github&client_id=app&return_to=http%3A%2F%2Fapp.test%2Fcallback`);
  const { data } = await page.auth.changeEmail({ redirectTo: "http://app.test/settings", skipBrowserRedirect: true });
  assert.equal(data.url, `${wire.issuer}/account/email?client_id=app&return_to=http%3A%2F%2Fapp.test%2Fsettings`);
  assert.equal(page.visits.length, 1);
}));

test("a code that is typed while the page still starts does not come before what is restored", world(async (wire, browser) => {
  const before = await browser.signIn();
  await before.auth.signInWithPasswordless({ email: ANA });
  before.auth.dispose();
  const page = browser.open();
  const { data, error } = await page.auth.signInWithOtp({ email: ANA, otp: "123456" });
  assert.equal(error, null);
  assert.deepEqual(page.names(), ["INITIAL_SESSION", "SIGNED_IN"]);
  assert.equal((await page.auth.getSession()).data.session.access_token, data.session.access_token);
}));

test("an ID token with another nonce is refused", world(async (wire, browser) => {
  wire.changeIdToken = (claims) => ({ ...claims, nonce: "other" });
  const page = browser.open();
  await page.auth.signInWithPasswordless({ email: ANA });
  const { data, error } = await page.auth.signInWithOtp({ email: ANA, otp: "123456" });
  assert.deepEqual([error.code, data.session], ["nonce", null]);
}));

test("a password is never kept, and a refusal leaves nothing behind", world(async (wire, browser) => {
  const page = browser.open();
  await page.auth.signup({ email: ANA, password: "four quiet lanterns" });
  wire.fail("/passwordless/start", (response) => json(response, 400, { error: "unauthorized_client", error_description: "No." }));
  const { error } = await page.auth.signInWithPasswordless({ email: ANA });
  assert.deepEqual([error.code, error.message], ["unauthorized_client", "No."]);
  assert.deepEqual(browser.localStorage.names(), []);
}));

for (const storage of ["cookie", "memory"])
  test(`a code by mail is good with storage ${storage}`, world(async (wire, browser) => {
    const page = browser.open("http://app.test/", { client: { storage } });
    await page.auth.signInWithPasswordless({ email: ANA });
    assert.equal((await page.auth.signInWithOtp({ email: ANA, otp: "123456" })).error, null);
  }));
