// A small server on a real socket that behaves like the wire (PROTOCOL): real signatures, a real PKCE check, codes that
// work once, refresh tokens with generations and a leeway. And a small browser: pages, storages, cookies, locks.
import { createServer } from "node:http";
import { createHash, randomBytes, webcrypto } from "node:crypto";
import { createClient } from "../src/index.js";

const b64 = (value) => Buffer.from(value).toString("base64url");
const seconds = () => Math.floor(Date.now() / 1000);

const ALGORITHMS = {
  RS256: { name: "RSASSA-PKCS1-v1_5", modulusLength: 2048, publicExponent: new Uint8Array([1, 0, 1]), hash: "SHA-256" },
  ES256: { name: "ECDSA", namedCurve: "P-256", hash: "SHA-256" },
  EdDSA: { name: "Ed25519" },
};
const made = new Map();
async function keyFor(alg, kid = `${alg}-1`) {
  if (!made.has(kid)) {
    const pair = await webcrypto.subtle.generateKey(ALGORITHMS[alg], true, ["sign", "verify"]);
    const jwk = await webcrypto.subtle.exportKey("jwk", pair.publicKey);
    made.set(kid, { alg, kid, pair, jwk: { ...jwk, alg, kid, use: "sig", key_ops: undefined, ext: undefined } });
  }
  return made.get(kid);
}

export async function sign(alg, claims, { kid, header } = {}) {
  const key = await keyFor(alg, kid);
  const head = b64(JSON.stringify({ alg, kid: key.kid, typ: "JWT", ...header }));
  const body = b64(JSON.stringify(claims));
  const signature = await webcrypto.subtle.sign(ALGORITHMS[alg], key.pair.privateKey, Buffer.from(`${head}.${body}`));
  return `${head}.${body}.${b64(signature)}`;
}

export class Wire {
  static async start(options = {}) {
    const wire = new Wire();
    Object.assign(wire, { alg: "RS256", expiresIn: 3600, leeway: true, showDate: true, clockMs: 0 }, options);
    wire.user = { id: "u1", sub: "u1", name: "Ana Núñez 🌱", email: "ana@example.com", email_verified: true };
    wire.codes = new Map();
    wire.families = new Map();
    wire.live = new Set();
    wire.log = [];
    wire.faults = [];
    wire.jwks = [(await keyFor(wire.alg)).jwk];
    wire.changeIdToken = (claims) => claims;
    wire.changeCallback = () => {};
    wire.server = createServer((request, response) => wire.#serve(request, response));
    await new Promise((resolve) => wire.server.listen(0, "127.0.0.1", resolve));
    wire.issuer = `http://127.0.0.1:${wire.server.address().port}`;
    return wire;
  }
  async stop() {
    this.server.closeAllConnections();
    await new Promise((resolve) => this.server.close(resolve));
  }

  /** The next requests to `path` are answered by `answer(response, request)` instead. */
  fail(path, ...answers) {
    for (const answer of answers) this.faults.push({ path, answer });
  }
  count(path, grant) {
    return this.log.filter((entry) => entry.path === path && (!grant || entry.form?.grant_type === grant)).length;
  }

  /** What the sign-in pages do: resolves the address that the browser is sent back to. */
  async authorize(href, { sub, error, signup } = {}) {
    const url = new URL(href);
    const q = url.searchParams;
    const back = new URL(q.get("redirect_uri"));
    const answer = (entries) => {
      for (const [name, value] of Object.entries(entries)) if (value !== undefined) back.searchParams.set(name, value);
      back.searchParams.set("state", q.get("state"));
      back.searchParams.set("iss", this.issuer);
      this.changeCallback(back);
      return back.href;
    };
    if (error) return answer(typeof error === "string" ? { error } : error);
    if (q.get("response_type") !== "code" || q.get("code_challenge_method") !== "S256" || !/^[\w-]{43}$/.test(q.get("code_challenge") ?? ""))
      return answer({ error: "invalid_request", error_description: "PKCE S256 is required" });
    const code = randomBytes(16).toString("base64url");
    this.codes.set(code, { q, sub: sub ?? this.user.sub });
    return answer({ code, signup: signup ? "true" : undefined });
  }

  async #serve(request, response) {
    const chunks = [];
    for await (const chunk of request) chunks.push(chunk);
    const { pathname: path } = new URL(request.url, this.issuer);
    const form = request.method === "POST" ? Object.fromEntries(new URLSearchParams(Buffer.concat(chunks).toString())) : undefined;
    this.log.push({ path, method: request.method, form, headers: request.headers });
    response.sendDate = this.showDate;
    if (this.showDate && this.clockMs) response.setHeader("date", new Date(Date.now() + this.clockMs).toUTCString());
    const fault = this.faults.findIndex((entry) => entry.path === path);
    if (fault >= 0) {
      const [{ answer }] = this.faults.splice(fault, 1);
      if ((await answer(response, form)) !== "continue") return;
    }
    if (path === "/oauth/token" && request.method === "POST") return this.#token(form, response);
    if (path === "/me") return this.#me(request, response);
    if (path === "/.well-known/jwks.json") return json(response, 200, { keys: this.jwks });
    if (path === "/passwordless/start") return this.#start(form, response);
    if (path === "/passwordless/verify") return this.#verify(form, response);
    if (path === "/dbconnections/signup")
      return form.password === "password1"
        ? json(response, 400, { error: "invalid_password", error_description: "This password is one of those that are tried first." })
        : json(response, 200, { status: "verification_sent" });
    if (path === "/dbconnections/change_password") return json(response, 200, { status: "sent" });
    if (path === "/connections")
      return json(response, 200, { connections: [{ id: "github", name: "github", kind: "github", label: "GitHub", icon: "github" }] });
    if (path === "/oauth/revoke") return json(response, 404, { error: "not_found" });
    return json(response, 404, { error: "not_found" });
  }

  /** The mail of a ticket holds 123456. */
  #start(form, response) {
    const { email, send, ...request } = form;
    const ticket = randomBytes(9).toString("base64url");
    (this.tickets ??= new Map()).set(ticket, { q: new URLSearchParams(request), email, send });
    return json(response, 200, { ticket, expires_in: 1800 });
  }

  #verify({ ticket, otp, client_id }, response) {
    const asked = this.tickets?.get(ticket);
    if (!asked || asked.q.get("client_id") !== client_id || otp !== "123456")
      return json(response, 400, { error: "invalid_grant", error_description: "This is not the code of the mail." });
    this.tickets.delete(ticket);
    const code = randomBytes(16).toString("base64url");
    this.codes.set(code, { q: asked.q, sub: this.user.sub });
    return json(response, 200, { code, iss: this.issuer, ...(asked.email.startsWith("new") && { signup: true }) });
  }

  async #token(form, response) {
    const refuse = (error) => json(response, 400, { error, error_description: "refused" });
    if (form.grant_type === "authorization_code") {
      const grant = this.codes.get(form.code);
      this.codes.delete(form.code);
      if (!grant || form.client_id !== grant.q.get("client_id") || form.redirect_uri !== grant.q.get("redirect_uri")) return refuse("invalid_grant");
      if (createHash("sha256").update(form.code_verifier ?? "").digest("base64url") !== grant.q.get("code_challenge")) return refuse("invalid_grant");
      const family = { id: randomBytes(6).toString("hex"), generation: 0, clientId: form.client_id, sub: grant.sub, nonce: grant.q.get("nonce"), scope: grant.q.get("scope") };
      this.families.set(family.id, family);
      return json(response, 200, await this.#issue(family));
    }
    if (form.grant_type === "refresh_token") {
      const [id, generation] = (form.refresh_token ?? "").split(".");
      const family = this.families.get(id);
      if (!family || family.clientId !== form.client_id) return refuse("invalid_grant");
      if (Number(generation) === family.generation) {
        family.generation++;
        family.answer = this.#issue(family);
      } else if (!this.leeway || Number(generation) !== family.generation - 1) {
        this.families.delete(id); // reuse: theft
        return refuse("invalid_grant");
      }
      return json(response, 200, await family.answer);
    }
    return refuse("unsupported_grant_type");
  }

  async #issue(family) {
    const now = seconds() + this.clockMs / 1000;
    const base = { iss: this.issuer, sub: family.sub, iat: now, exp: now + this.expiresIn };
    const access_token = await sign(this.alg, { ...base, aud: "api", client_id: family.clientId, jti: randomBytes(6).toString("hex") });
    this.live.add(access_token);
    const claims = this.changeIdToken({ ...base, aud: family.clientId, nonce: family.nonce, name: this.user.name, amr: ["pwd"] }, family);
    const openid = (family.scope ?? "").split(" ").includes("openid");
    return {
      access_token,
      token_type: "Bearer",
      expires_in: this.expiresIn,
      refresh_token: this.noRefreshToken ? undefined : `${family.id}.${family.generation}`,
      id_token: openid && claims ? await sign(this.alg, claims, this.signWith) : undefined,
      scope: family.scope,
    };
  }

  #me(request, response) {
    const token = request.headers.authorization?.replace("Bearer ", "");
    if (!this.live.has(token)) return json(response, 401, { error: "invalid_token" });
    const { sub } = JSON.parse(Buffer.from(token.split(".")[1], "base64url"));
    return json(response, 200, { ...this.user, id: sub, sub });
  }
}

export function json(response, status, body, headers = {}) {
  response.writeHead(status, { "content-type": "application/json", "cache-control": "no-store", ...headers });
  response.end(JSON.stringify(body));
}

// ---------------------------------------------------------------------------------------------- the browser

class WebStorage {
  #values;
  #written;
  constructor(values = new Map(), written = () => {}) {
    this.#values = values;
    this.#written = written;
  }
  get length() {
    return this.#values.size;
  }
  key(index) {
    return [...this.#values.keys()][index] ?? null;
  }
  getItem(key) {
    return this.#values.get(key) ?? null;
  }
  setItem(key, value) {
    this.#values.set(key, String(value));
    this.#written(key);
  }
  removeItem(key) {
    if (this.#values.delete(key)) this.#written(key);
  }
  get keys() {
    throw new Error("Web Storage has no keys()");
  }
  names() {
    return [...this.#values.keys()];
  }
}

class WebLocks {
  #tails = new Map();
  held = 0;
  async request(name, { signal }, run) {
    const before = this.#tails.get(name) ?? Promise.resolve();
    let release;
    this.#tails.set(name, new Promise((resolve) => (release = resolve)));
    try {
      await Promise.race([before, new Promise((_, reject) => signal.addEventListener("abort", () => reject(signal.reason)))]);
    } catch (error) {
      before.then(release);
      throw error;
    }
    this.held++;
    try {
      return await run();
    } finally {
      release();
    }
  }
}

const CLIENT_ID = "app";
const QUICK = { backoffMs: 2, lockSettleMs: 3, rereadDelayMs: 2, settleMs: 2 };
const REQUEST_TIMEOUTS = [3_000, 10_000];
const TIMEOUTS = [...REQUEST_TIMEOUTS, 60_000]; // of requests and locks: real, and cleared when all goes well

/** One browser profile: its pages share localStorage, cookies and locks. */
export class Browser {
  pages = [];
  cookies = new Map();
  locks = new WebLocks();
  #stored = new Map();
  /** Written by the test itself, as by a page outside of the test: every page hears of it. */
  localStorage = this.#storageOf(null);

  /** One page's view of the shared storage; as in a browser, the others hear of its writes and it does not. */
  #storageOf(writer) {
    return new WebStorage(this.#stored, (key) => {
      for (const page of this.pages)
        if (page !== writer) setImmediate(() => page.env.events.dispatchEvent(Object.assign(new Event("storage"), { key })));
    });
  }

  constructor(wire) {
    this.wire = wire;
  }

  /** Opens a page and makes a client in it. `with`: client options; `env`: parts of the environment. */
  open(href = "http://app.test/", { client = {}, env = {}, limits = {}, clockMs = 0, sessionStorage = new WebStorage() } = {}) {
    const page = { visits: [], timers: [], waits: new Map(), events: [], sessionStorage, clockMs };
    page.href = new URL(href).href;
    const cookies = this.cookies;
    const document = Object.assign(new EventTarget(), { visibilityState: "visible" });
    Object.defineProperty(document, "cookie", {
      get: () => [...cookies].map(([name, value]) => `${name}=${value}`).join("; "),
      set: (line) => {
        const [pair, ...attributes] = line.split("; ");
        const at = pair.indexOf("=");
        if (pair.length > 4096) return;
        if (attributes.includes("Max-Age=0")) cookies.delete(pair.slice(0, at));
        else cookies.set(pair.slice(0, at), pair.slice(at + 1));
      },
    });
    page.location = {
      get href() {
        return page.href;
      },
      get origin() {
        return new URL(page.href).origin;
      },
      get protocol() {
        return new URL(page.href).protocol;
      },
      assign: (to) => page.visits.push(to),
    };
    page.env = {
      crypto: webcrypto,
      document,
      events: new EventTarget(),
      location: page.location,
      history: { state: { kept: true }, replaceState: (state, _, to) => (page.href = new URL(to, page.href).href) },
      localStorage: this.#storageOf(page),
      sessionStorage,
      locks: this.locks,
      BroadcastChannel: globalThis.BroadcastChannel,
      now: () => Date.now() + page.clockMs,
      // Long timers are the automatic refresh: the test fires them. Short ones are back-off: they run.
      setTimeout: (run, ms) => {
        if (ms < 1000 || TIMEOUTS.includes(ms)) {
          const timer = setTimeout(run, ms);
          page.waits.set(timer, { run, ms });
          return timer;
        }
        const timer = { run, ms };
        page.timers.push(timer);
        return timer;
      },
      clearTimeout: (timer) => {
        page.timers = page.timers.filter((one) => one !== timer);
        if (page.waits.delete(timer)) clearTimeout(timer);
      },
      limits: { ...QUICK, ...limits },
      ...env,
    };
    page.auth = createClient({ domain: this.wire.issuer, clientId: CLIENT_ID, redirectUri: "http://app.test/callback", ...client }, page.env);
    page.auth.onAuthStateChange((event, session) => page.events.push([event, session?.access_token ?? null]));
    /** Every request of this page that is under way has waited too long. */
    page.loseRequests = () => [...page.waits.values()].filter(({ ms }) => REQUEST_TIMEOUTS.includes(ms)).forEach(({ run }) => run());
    page.names = () => page.events.map(([name]) => name);
    this.pages.push(page);
    return page;
  }

  /** A whole sign-in: start here, come back on a callback page. Resolves that page, initialized. */
  async signIn(options = {}) {
    const { request = {}, answer = {}, ...rest } = options;
    const start = this.open("http://app.test/", rest);
    await start.auth.signInWithOauthConnection(request);
    const back = await this.wire.authorize(start.visits[0], answer);
    start.auth.dispose();
    const page = this.open(back, { ...rest, sessionStorage: start.sessionStorage });
    page.result = await page.auth.initialize();
    return page;
  }

  /** The stored record and a way to change it. */
  record(key = "symbolon") {
    return JSON.parse(this.localStorage.getItem(key));
  }
  expire(key = "symbolon") {
    const record = this.record(key);
    record.session.expires_at = seconds() + this.wire.clockMs / 1000 - 10;
    this.localStorage.setItem(key, JSON.stringify(record));
  }
  close() {
    for (const page of this.pages) page.auth.dispose();
  }
}

/** Waits for a condition, never for a time. */
export async function until(condition, what = condition.toString()) {
  const deadline = Date.now() + 10_000;
  while (!(await condition())) {
    if (Date.now() > deadline) throw new Error(`did not happen: ${what}`);
    await new Promise((resolve) => setImmediate(resolve));
  }
}

/** `body(wire, browser)` with a fresh server and browser, both closed afterwards. */
export const world =
  (body, options) =>
  async (...args) => {
    const wire = await Wire.start(options);
    const browser = new Browser(wire);
    try {
      await body(wire, browser, ...args);
    } finally {
      browser.close();
      await wire.stop();
    }
  };
