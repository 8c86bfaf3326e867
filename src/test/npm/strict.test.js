// Two strict server-side libraries, openid-client and oauth4webapi, as they are, against a running Symbolon:
//   SYMBOLON_TEST_ISSUER     for example http://localhost:8080
//   SYMBOLON_TEST_CALLBACK   registered for both clients
//   SYMBOLON_TEST_LOGOUT     the Allowed Logout URL of both
//   SYMBOLON_TEST_SECRET     of the client `web` (client_secret_basic); the client `plain` is public
//   SYMBOLON_TEST_EMAIL, SYMBOLON_TEST_PASSWORD

import assert from "node:assert/strict";
import { test } from "node:test";
import * as oauth from "oauth4webapi";
import * as client from "openid-client";
import { sent, signIn } from "./person.js";

function setting(name) {
  const value = process.env[`SYMBOLON_TEST_${name}`];
  assert.ok(value, `SYMBOLON_TEST_${name} is not set`);
  return value;
}
const issuer = setting("ISSUER");
const callback = setting("CALLBACK");
const logout = setting("LOGOUT");
const secret = setting("SECRET");
const person = { email: setting("EMAIL"), password: setting("PASSWORD") };

const discover = async () => {
  const config = await client.discovery(new URL(issuer), "web", undefined, client.ClientSecretBasic(secret), {
    execute: [client.allowInsecureRequests, client.enableNonRepudiationChecks],
  });
  return config;
};

async function begin(config, more = {}) {
  const verifier = client.randomPKCECodeVerifier();
  const expected = {
    pkceCodeVerifier: verifier,
    expectedState: client.randomState(),
    expectedNonce: client.randomNonce(),
    idTokenExpected: true,
  };
  const url = client.buildAuthorizationUrl(config, {
    redirect_uri: callback,
    scope: "openid profile email",
    state: expected.expectedState,
    nonce: expected.expectedNonce,
    code_challenge: await client.calculatePKCECodeChallenge(verifier),
    code_challenge_method: "S256",
    ...more,
  });
  return { url, expected };
}

test("openid-client: code, ID token, userinfo, refresh, logout", async () => {
  const config = await discover();
  const { url, expected } = await begin(config, { max_age: "300" });
  const cookies = new Map();
  const arrived = await signIn(url, person, cookies);
  const tokens = await client.authorizationCodeGrant(config, arrived, { ...expected, maxAge: 300 });
  const claims = tokens.claims();
  assert.equal(claims.email, person.email);
  assert.equal(claims.iss, issuer);
  assert.equal(tokens.token_type, "bearer");

  const profile = await client.fetchUserInfo(config, tokens.access_token, claims.sub);
  assert.equal(profile.email, person.email);

  const refreshed = await client.refreshTokenGrant(config, tokens.refresh_token);
  assert.notEqual(refreshed.refresh_token, tokens.refresh_token);
  assert.equal(refreshed.claims().sub, claims.sub);
  assert.equal((await client.fetchUserInfo(config, refreshed.access_token, claims.sub)).sub, claims.sub);

  const end = client.buildEndSessionUrl(config, { id_token_hint: refreshed.id_token, post_logout_redirect_uri: logout, state: "bye" });
  const left = await fetch(end, { redirect: "manual", headers: { cookie: sent(cookies) } });
  assert.equal(left.headers.get("location"), `${logout}?state=bye`);
  await assert.rejects(client.refreshTokenGrant(config, refreshed.refresh_token), { error: "invalid_grant", status: 400 });
});

test("openid-client: a form_post answer", async () => {
  const config = await discover();
  const { url } = await begin(config, { response_mode: "form_post", prompt: "none" });
  const page = await (await fetch(url)).text();
  const form = new URLSearchParams([...page.matchAll(/name="([^"]*)" value="([^"]*)"/g)].map(([, name, value]) => [name, value]));
  assert.equal(form.get("error"), "login_required");
});

test("openid-client: a code with another verifier is refused", async () => {
  const config = await discover();
  const { url, expected } = await begin(config);
  const arrived = await signIn(url, person);
  const wrong = { ...expected, pkceCodeVerifier: client.randomPKCECodeVerifier() };
  await assert.rejects(client.authorizationCodeGrant(config, arrived, wrong), { error: "invalid_grant", status: 400 });
});

test("openid-client: an error comes back as the standard says", async () => {
  const config = await discover();
  const { url, expected } = await begin(config, { prompt: "none" });
  const arrived = await signIn(url, person);
  await assert.rejects(client.authorizationCodeGrant(config, arrived, expected), { error: "login_required" });
});

test("openid-client: a wrong secret is invalid_client with a challenge", async () => {
  const config = await client.discovery(new URL(issuer), "web", undefined, client.ClientSecretBasic("wrong:secret/%+"), {
    execute: [client.allowInsecureRequests],
  });
  await assert.rejects(client.refreshTokenGrant(config, "nothing"), (error) => {
    assert.equal(error.code, "OAUTH_WWW_AUTHENTICATE_CHALLENGE");
    assert.equal(error.cause[0].scheme, "basic");
    return true;
  });
});

test("oauth4webapi: a public client, every check that it has", async () => {
  const insecure = { [oauth.allowInsecureRequests]: true };
  const as = await oauth.processDiscoveryResponse(new URL(issuer), await oauth.discoveryRequest(new URL(issuer), insecure));
  const oauth2 = await oauth.discoveryRequest(new URL(issuer), { ...insecure, algorithm: "oauth2" });
  assert.equal((await oauth.processDiscoveryResponse(new URL(issuer), oauth2)).token_endpoint, as.token_endpoint);
  assert.equal(as.authorization_response_iss_parameter_supported, true);

  const self = { client_id: "plain" };
  const verifier = oauth.generateRandomCodeVerifier();
  const state = oauth.generateRandomState();
  const nonce = oauth.generateRandomNonce();
  const url = new URL(as.authorization_endpoint);
  url.search = new URLSearchParams({
    client_id: self.client_id,
    redirect_uri: callback,
    response_type: "code",
    scope: "openid email",
    state,
    nonce,
    code_challenge: await oauth.calculatePKCECodeChallenge(verifier),
    code_challenge_method: "S256",
  });
  const answer = oauth.validateAuthResponse(as, self, await signIn(url, person), state);
  const response = await oauth.authorizationCodeGrantRequest(as, self, oauth.None(), answer, callback, verifier, insecure);
  const tokens = await oauth.processAuthorizationCodeResponse(as, self, response, { expectedNonce: nonce, requireIdToken: true });
  await oauth.validateApplicationLevelSignature(as, response, insecure);
  const { sub } = oauth.getValidatedIdTokenClaims(tokens);

  const me = await oauth.userInfoRequest(as, self, tokens.access_token, insecure);
  assert.equal((await oauth.processUserInfoResponse(as, self, sub, me)).email, person.email);

  const again = await oauth.refreshTokenGrantRequest(as, self, oauth.None(), tokens.refresh_token, insecure);
  const refreshed = await oauth.processRefreshTokenResponse(as, self, again);

  // RFC 9068, as an API would check it.
  const call = new Request("https://api.example/", { headers: { authorization: `Bearer ${refreshed.access_token}` } });
  const access = await oauth.validateJwtAccessToken(as, call, issuer, insecure);
  assert.equal(access.sub, sub);
  assert.equal(access.client_id, "plain");
});
