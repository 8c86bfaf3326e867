import { test } from "node:test";
import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { createClient } from "../src/index.js";
import { world } from "./wire.js";

const GOOD = { domain: "auth.example", clientId: "app" };
const store = { getItem: () => null, setItem: () => {}, removeItem: () => {} };

/** What a wrong call says, in one sentence after the name of what was called. */
const says = (words) => (error) => {
  assert.ok(error instanceof TypeError, String(error));
  assert.equal(error.message, words);
  return true;
};

const WRONG = [
  [undefined, "createClient: the options must be an object."],
  ["auth.example", "createClient: the options must be an object."],
  [[GOOD], "createClient: the options must be an object."],
  [{ clientId: "app" }, "createClient: domain is required."],
  [{ domain: "auth.example" }, "createClient: clientId is required."],
  [{ ...GOOD, clientId: " " }, "createClient: clientId must be a text that is not empty."],
  [{ ...GOOD, clientId: 7 }, "createClient: clientId must be a text that is not empty."],
  ...["ftp://x", "", "https://", "a b", "auth.example?x", "https://me@auth.example", "mailto:x", 7, new URL("https://auth.example")].map((domain) => [
    { ...GOOD, domain },
    "createClient: domain must be a host or an http(s) address, like your-domain.example.",
  ]),
  ...["nope", "/callback", "localhost:3000/callback", "https://app.test/#a", "https://app.test/a b", "", 7].map((redirectUri) => [
    { ...GOOD, redirectUri },
    "createClient: redirectUri must be a whole address without #, like https://your-app.com/callback.",
  ]),
  ...[5, "", ["openid"]].map((scope) => [{ ...GOOD, scope }, "createClient: scope must be a text that is not empty."]),
  ...[5, "", ["x"]].map((audience) => [{ ...GOOD, audience }, "createClient: audience must be a text that is not empty."]),
  ...["session", "sessionStorage", {}, { getItem() {} }, 5, true].map((storage) => [
    { ...GOOD, storage },
    "createClient: storage must be one of localStorage, memory, cookie, or have getItem, setItem and removeItem.",
  ]),
  ...[5, ""].map((storageKey) => [{ ...GOOD, storageKey }, "createClient: storageKey must be a text that is not empty."]),
  [{ ...GOOD, lock: true }, "createClient: lock must be a function."],
  [{ ...GOOD, debug: "yes" }, "createClient: debug must be true, false or a function."],
  [{ ...GOOD, redirectURI: "https://app.test/" }, "createClient: there is no option redirectURI. Did you mean redirectUri?"],
  [{ ...GOOD, redirect_uri: "https://app.test/" }, "createClient: there is no option redirect_uri. Did you mean redirectUri?"],
  [{ ...GOOD, client_id: "app" }, "createClient: there is no option client_id. Did you mean clientId?"],
  [{ domian: "auth.example", clientId: "app" }, "createClient: there is no option domian. Did you mean domain?"],
  [{ ...GOOD, scopes: "openid" }, "createClient: there is no option scopes. Did you mean scope?"],
  [
    { ...GOOD, useRefreshTokens: true },
    "createClient: there is no option useRefreshTokens. There are domain, clientId, redirectUri, scope, audience, storage, storageKey, lock, debug.",
  ],
  [{ ...GOOD, toString: 1 }, "createClient: there is no option toString. There are domain, clientId, redirectUri, scope, audience, storage, storageKey, lock, debug."],
];
test("createClient refuses every wrong option at once, in words", () => {
  for (const [options, words] of WRONG) assert.throws(() => createClient(options), says(words), JSON.stringify(options));
});

test("what is not given may be undefined or null, and the defaults hold", async () => {
  for (const nothing of [undefined, null]) {
    const auth = createClient({ ...GOOD, redirectUri: "http://app.test/cb", scope: nothing, audience: nothing, storage: nothing, storageKey: nothing, lock: nothing, debug: nothing });
    const { data } = await auth.signInWithOauthConnection({ skipBrowserRedirect: true, scopes: nothing, returnTo: nothing });
    const { searchParams } = new URL(data.url);
    assert.deepEqual([searchParams.get("scope"), searchParams.has("audience")], ["openid profile email", false]);
    auth.dispose();
  }
});

test("everything that is documented is taken", () => {
  const rights = [
    ...["auth.example", "https://auth.example", "http://localhost:8080/", "https://x.example/tenant/", "localhost:8080"].map((domain) => ({ domain })),
    ...["https://app.test/cb?a=1", "http://localhost:3000/callback", "com.example.app:/callback", "myapp://callback"].map((redirectUri) => ({ redirectUri })),
    ...["localStorage", "memory", "cookie", store, new (class { getItem() {} setItem() {} removeItem() {} })()].map((storage) => ({ storage })),
    { lock: (name, run) => run() },
    { debug: false },
    { debug: () => {} },
    { scope: "openid", audience: "https://api.test", storageKey: "mine" },
  ];
  for (const option of rights) createClient({ ...GOOD, ...option }).dispose();
});

const METHODS = {
  signInWithOauthConnection: [
    [null, "the options must be an object."],
    [{ redirectUri: "https://app.test/" }, "there is no option redirectUri. Did you mean redirectTo?"],
    [{ prompt: "login" }, "there is no option prompt. There are connection_id, connection, redirectTo, returnTo, scopes, audience, queryParams, appState, skipBrowserRedirect."],
    [{ connection_id: 5 }, "connection_id must be a text that is not empty."],
    [{ connection: "" }, "connection must be a text that is not empty."],
    [{ redirectTo: "/callback" }, "redirectTo must be a whole address without #, like https://your-app.com/callback."],
    [{ returnTo: 5 }, "returnTo must be a text."],
    [{ scopes: 5 }, "scopes must be a text or a list of texts."],
    [{ scopes: [] }, "scopes must be a text or a list of texts."],
    [{ scopes: ["openid", ""] }, "scopes must be a text or a list of texts."],
    [{ audience: {} }, "audience must be a text that is not empty."],
    [{ queryParams: "prompt=login" }, "queryParams must be an object of texts, numbers and booleans."],
    [{ queryParams: { claims: {} } }, "queryParams must be an object of texts, numbers and booleans."],
    [{ appState: () => {} }, "appState must be something that JSON can hold."],
    [{ appState: 7n }, "appState must be something that JSON can hold."],
    [{ skipBrowserRedirect: "yes" }, "skipBrowserRedirect must be true or false."],
  ],
  getTokenSilently: [
    [{ redirect: 1 }, "redirect must be true or false."],
    [{ forceRefresh: "no" }, "forceRefresh must be true or false."],
    [{ force: true }, "there is no option force. There are connection_id, connection, redirectTo, returnTo, scopes, audience, queryParams, appState, skipBrowserRedirect, redirect, forceRefresh."],
    [{ ignoreCache: true }, "there is no option ignoreCache. There are connection_id, connection, redirectTo, returnTo, scopes, audience, queryParams, appState, skipBrowserRedirect, redirect, forceRefresh."],
    [{ redirectTo: "nope" }, "redirectTo must be a whole address without #, like https://your-app.com/callback."],
  ],
  setSession: [
    [undefined, "the options must be an object."],
    [{}, "access_token is required."],
    [{ accessToken: "a" }, "there is no option accessToken. Did you mean access_token?"],
    [{ access_token: "a", refreshToken: "b" }, "there is no option refreshToken. Did you mean refresh_token?"],
    [{ access_token: 5 }, "access_token must be a text that is not empty."],
    [{ access_token: "a", refresh_token: 5 }, "refresh_token must be a text that is not empty."],
    [{ access_token: "a", id_token: {} }, "id_token must be a text that is not empty."],
    [{ access_token: "a", expires_in: "3600" }, "expires_in must be a number."],
    [{ access_token: "a", expires_at: NaN }, "expires_at must be a number."],
    [{ access_token: "a", scope: ["openid"] }, "scope must be a text."],
    [{ access_token: "a", user: "ada" }, "user must be an object."],
  ],
  signInWithPasswordless: [
    [undefined, "the options must be an object."],
    [{}, "email is required."],
    [{ email: "" }, "email must be a text that is not empty."],
    [{ email: "a@b", type: "sms" }, "type must be one of code, link."],
    [{ email: "a@b", redirectTo: "/here" }, "redirectTo must be a whole address without #, like https://your-app.com/callback."],
    [{ email: "a@b", connection: "mail" }, "there is no option connection. There are email, type, redirectTo, returnTo, scopes, audience, queryParams, appState."],
  ],
  signInWithOtp: [
    [{ email: "a@b" }, "otp is required."],
    [{ otp: "123456" }, "email is required."],
    [{ email: "a@b", otp: 123456 }, "otp must be a text that is not empty."],
    [{ email: "a@b", code: "123456" }, "there is no option code. There are email, username, otp."],
  ],
  signup: [
    [{ email: "a@b" }, "password is required."],
    [{ password: "x" }, "email is required."],
    [{ email: "a@b", password: "x", username: "y" }, "there is no option username. There are email, password, name."],
  ],
  changePassword: [[{}, "email is required."]],
  linkOauthConnection: [
    [{}, "connection is required."],
    [{ connection: "c", returnTo: "x" }, "there is no option returnTo. There are connection, redirectTo, skipBrowserRedirect."],
  ],
  changeEmail: [[{ redirectTo: "x" }, "redirectTo must be a whole address without #, like https://your-app.com/callback."]],
  signOut: [
    [{ scope: "all" }, "scope must be one of global, local, others."],
    [{ returnTo: "/" }, "returnTo must be a whole address without #, like https://your-app.com/callback."],
    [{ redirect: "false" }, "redirect must be true or false."],
    [{ returnUrl: "https://app.test/" }, "there is no option returnUrl. Did you mean returnTo?"],
  ],
  getLogoutUrl: [
    [{ returnTo: "bye" }, "returnTo must be a whole address without #, like https://your-app.com/callback."],
    [{ state: 5 }, "state must be a text that is not empty."],
    [{ redirect: false }, "there is no option redirect. There are returnTo, state."],
  ],
  getClaim: [
    [undefined, "name is required."],
    [5, "name must be a text that is not empty."],
  ],
  onAuthStateChange: [
    [undefined, "callback is required."],
    ["render", "callback must be a function."],
  ],
};
for (const [method, cases] of Object.entries(METHODS))
  test(`${method} refuses every wrong option, in words, and does nothing`, world(async (wire, browser) => {
    const page = await browser.signIn();
    const session = browser.localStorage.getItem("symbolon");
    const asked = wire.log.length;
    const isSync = ["getLogoutUrl", "onAuthStateChange"].includes(method);
    for (const [given, words] of cases) {
      const call = () => page.auth[method](given);
      const check = says(`${method}: ${words}`);
      await (isSync ? assert.throws(call, check) : assert.rejects(call, check));
    }
    assert.deepEqual(page.visits, []);
    assert.equal(wire.log.length, asked);
    assert.equal(browser.localStorage.getItem("symbolon"), session);
    assert.equal((await page.auth.getSession()).error, null);
  }));

test("every option of the types is known to the module and to the documentation, and no other", async () => {
  const read = (path) => readFile(new URL(path, import.meta.url), "utf8");
  const types = await read("../index.d.ts");
  const declared = /interface ClientOptions \{([\s\S]*?)\n\}/.exec(types)[1];
  const names = [...declared.matchAll(/^  (\w+)\??:/gm)].map(([, name]) => name);
  assert.throws(() => createClient({ ...GOOD, qqqqqqqqqqqqqqqqqqqqq: 1 }), (error) => error.message.endsWith(`There are ${names.join(", ")}.`));
  const docs = await read("../../docs/sdk.md");
  for (const name of names) assert.match(docs, new RegExp("^\\| `" + name + "` \\|", "m"));
});
