/**
 * @symbolon/auth-js: the browser SDK of Symbolon. Authorization Code with PKCE (RFC 6749, RFC 7636),
 * OpenID Connect Core, RFC 9207. One file, no dependency, no build step.
 *
 * Read from the bottom up: `createClient` → `SymbolonClient` (the story) → storage, locks, ID token (the parts).
 * Types live in ../index.d.ts.
 *
 * @typedef {import("../index.d.ts").Session} Session
 * @typedef {import("../index.d.ts").ClientOptions} ClientOptions
 * @typedef {import("../index.d.ts").SignInOptions} SignInOptions
 * @typedef {import("../index.d.ts").SymbolonClient} Client
 */

/** Every limit of this module; a test may lower them, an application cannot. */
const LIMITS = {
  requestTimeoutMs: 10_000,
  profileTimeoutMs: 3_000,
  attempts: 3,
  backoffMs: 400,
  retryAfterMaxMs: 15_000,
  lockWaitMs: 60_000,
  lockLifeMs: 30_000,
  lockSettleMs: 25,
  rereadDelayMs: 50,
  settleMs: 100,
  autoRefreshFloorMs: 5_000,
  autoRetryMs: 5_000,
  autoRetryMaxMs: 300_000,
  timerMaxMs: 3_600_000,
  transactionMaxAgeMs: 600_000,
  transactionsMax: 20,
  jwksMaxAgeMs: 600_000,
  clockToleranceS: 60,
};

/** Where a refresh is due, as a share of the access token's lifetime. */
const REFRESH_AT = 0.75;

const CALLBACK_PARAMETERS = ["code", "state", "iss", "error", "error_description", "error_uri", "signup"];

// ---------------------------------------------------------------------------------------------- errors

/** The root of every error of this SDK. `code` is stable, `message` may be reworded. */
export class AuthError extends Error {
  constructor(message, code = "unexpected", extra = {}) {
    super(message, extra.cause ? { cause: extra.cause } : undefined);
    this.name = new.target.name;
    this.code = code;
    this.status = extra.status;
    this.retryAfterMs = extra.retryAfterMs;
  }
}
/** The server answered and refused; `code` is the `error` of its answer. */
export class AuthApiError extends AuthError {}
/** Nothing is decided: network, time-out, 429 or 5xx. The session is kept; try again. */
export class AuthRetryableError extends AuthError {}
/** There is no session here. */
export class AuthSessionMissingError extends AuthError {
  constructor(message = "Nobody is signed in here.") {
    super(message, "session_missing");
  }
}
/** The callback is not the answer to a question of ours; `code`: `state`, `nonce`, `iss`, `verifier`, `id_token`. */
export class AuthCallbackError extends AuthError {}
/** A silent sign-in needs the person. */
export class AuthLoginRequiredError extends AuthError {}

const INTERACTION_CODES = ["login_required", "consent_required", "account_selection_required", "interaction_required"];

const PLAIN_WORDS = {
  access_denied: "The sign-in was cancelled.",
  login_required: "A sign-in is needed.",
  consent_required: "The person's consent is needed.",
  account_selection_required: "The person has to choose an account.",
  interaction_required: "The person has to do something on the sign-in page.",
  temporarily_unavailable: "The sign-in service is busy. Try again in a moment.",
};

function redirectError(code, description) {
  const message = description || PLAIN_WORDS[code] || `The sign-in did not finish (${code}).`;
  return INTERACTION_CODES.includes(code)
    ? new AuthLoginRequiredError(message, code)
    : new AuthApiError(message, code);
}

const asAuthError = (thrown) =>
  thrown instanceof AuthError ? thrown : new AuthError(String(thrown?.message ?? thrown), "unexpected", { cause: thrown });

const isInvalidGrant = (error) => error instanceof AuthApiError && error.code === "invalid_grant";

// ----------------------------------------------------------------------------------------- environment

/** The only place that reads globals; tests, workers and native shells hand in their own. */
function globalEnvironment() {
  const g = globalThis;
  const page = typeof g.document === "object" && g.document !== null;
  const attempt = (read) => {
    try {
      return read() ?? undefined;
    } catch {
      return undefined; // storage blocked by a setting or a sandboxed frame throws on mere access
    }
  };
  return {
    fetch: (input, init) => g.fetch(input, init),
    crypto: g.crypto,
    document: page ? g.document : undefined,
    location: page ? g.location : undefined,
    history: page ? g.history : undefined,
    localStorage: page ? attempt(() => g.localStorage) : undefined,
    sessionStorage: page ? attempt(() => g.sessionStorage) : undefined,
    locks: attempt(() => g.navigator.locks),
    BroadcastChannel: g.BroadcastChannel,
    events: page ? g : undefined,
    now: () => Date.now(),
    random: () => Math.random(),
    setTimeout: (run, ms) => g.setTimeout(run, ms),
    clearTimeout: (timer) => g.clearTimeout(timer),
    limits: {},
  };
}

// ---------------------------------------------------------------------------------------------- storage

/** Keeps working in memory when the real storage refuses (quota, privacy mode, policy). */
class Storage {
  #store;
  #overlay = new Map();
  #indexKey;

  /** @param {{getItem: Function, setItem: Function, removeItem: Function}|undefined} store */
  constructor(store, indexKey) {
    this.#store = store;
    this.#indexKey = indexKey;
  }
  /** A store that fails to read is not an empty store: nobody is signed out for that. */
  async get(key) {
    if (this.#overlay.has(key)) return this.#overlay.get(key);
    try {
      return (await this.#store?.getItem(key)) ?? null;
    } catch (cause) {
      throw new AuthRetryableError("The storage of this application cannot be read.", "storage_unavailable", { cause });
    }
  }
  /** Resolves false when only this page will remember. */
  async set(key, value, maxAgeS) {
    try {
      if (!this.#store) throw 0;
      await this.#store.setItem(key, value, maxAgeS);
      this.#overlay.delete(key);
      return true;
    } catch {
      this.#overlay.set(key, value);
      return false;
    }
  }
  async remove(key) {
    this.#overlay.delete(key);
    try {
      await this.#store?.removeItem(key);
    } catch {
      // what cannot be written cannot hold anything of ours either
    }
  }
  /** Keys that begin with `prefix`. A store that cannot list its keys gets an index entry. */
  async keys(prefix) {
    const found = new Set(this.#overlay.keys());
    try {
      const store = this.#store;
      if (typeof store?.key === "function") for (let i = 0; i < store.length; i++) found.add(store.key(i));
      else if (store?.keys) for (const key of store.keys()) found.add(key);
      else for (const key of JSON.parse((await this.get(this.#indexKey)) ?? "[]")) found.add(key);
    } catch {
      // an unreadable list only delays pruning
    }
    return [...found].filter((key) => typeof key === "string" && key.startsWith(prefix));
  }
  async index(keys) {
    if (this.#store && typeof this.#store.key !== "function" && !this.#store.keys)
      await (keys.length ? this.set(this.#indexKey, JSON.stringify(keys)) : this.remove(this.#indexKey));
  }
}

/** Cookies hold 4 KB each, a session is more: the value is cut into numbered pieces. */
function cookieStore(env) {
  const PIECE_CHARACTERS = 3500;
  const SESSION_MAX_AGE_S = 30 * 24 * 3600;
  const jar = () =>
    new Map(
      env.document.cookie
        .split(/; */)
        .filter(Boolean)
        .map((pair) => [pair.slice(0, pair.indexOf("=")), pair.slice(pair.indexOf("=") + 1)]),
    );
  const name = (key, piece) => encodeURIComponent(`${key}.${piece}`);
  const write = (cookie, value, maxAgeS) => {
    const secure = env.location?.protocol === "https:" ? "; Secure" : "";
    env.document.cookie = `${cookie}=${value}; Path=/; Max-Age=${maxAgeS}; SameSite=Lax${secure}`;
  };
  const removeFrom = (key, first) => {
    const cookies = jar();
    for (let piece = first; cookies.has(name(key, piece)); piece++) write(name(key, piece), "", 0);
  };
  return {
    /** Each piece says which writing it belongs to and of how many pieces: `writing.count.text`. */
    getItem(key) {
      const cookies = jar();
      const first = cookies.get(name(key, 0));
      if (first === undefined) return null;
      const [writing, count] = first.split(".", 2);
      let value = "";
      for (let piece = 0; piece < count; piece++) {
        const text = cookies.get(name(key, piece)) ?? "";
        const mark = `${writing}.${count}.`;
        if (!text.startsWith(mark)) throw new Error("another page is writing"); // half old, half new is no answer
        value += text.slice(mark.length);
      }
      return decodeURIComponent(value);
    },
    setItem(key, value, maxAgeS = SESSION_MAX_AGE_S) {
      const encoded = encodeURIComponent(value);
      const count = Math.ceil(encoded.length / PIECE_CHARACTERS);
      const mark = `${randomText(env, 6)}.${count}.`;
      for (let piece = 0; piece < count; piece++)
        write(name(key, piece), mark + encoded.slice(piece * PIECE_CHARACTERS, (piece + 1) * PIECE_CHARACTERS), maxAgeS);
      removeFrom(key, count);
      const cookies = jar(); // asks for the pieces, not for their values: another page may be writing as well
      for (let piece = 0; piece < count; piece++)
        if (!cookies.has(name(key, piece))) throw new Error("the browser refused the cookie");
    },
    removeItem: (key) => removeFrom(key, 0),
    keys: () => [...jar().keys()].map((cookie) => decodeURIComponent(cookie).replace(/\.\d+$/, "")),
  };
}

function memoryStore() {
  const values = new Map();
  return {
    getItem: (key) => values.get(key) ?? null,
    setItem: (key, value) => void values.set(key, value),
    removeItem: (key) => void values.delete(key),
    keys: () => values.keys(),
  };
}

/** The chosen storage, and the one for what must outlive the journey to the server and back. */
function chooseStorage(choice, env, indexKey) {
  const of = (store) => new Storage(store, indexKey);
  if (choice === "memory") return { kind: "memory", sessions: of(memoryStore()), journeys: of(env.sessionStorage) };
  if (choice === "cookie" && env.document) {
    const both = of(cookieStore(env));
    return { kind: "cookie", sessions: both, journeys: both };
  }
  if (choice && typeof choice === "object") {
    const both = of(choice);
    return { kind: "custom", sessions: both, journeys: both };
  }
  const both = of(env.localStorage);
  return { kind: env.localStorage ? "localStorage" : "memory", sessions: both, journeys: both };
}

// ---------------------------------------------------------------------------------------------- options

/** What an option may be, and the words for it. */
const TEXT = [(value) => typeof value === "string", "a text"];
const WORD = [(value) => typeof value === "string" && value.trim() !== "", "a text that is not empty"];
const FLAG = [(value) => typeof value === "boolean", "true or false"];
const NUMBER = [(value) => Number.isFinite(value), "a number"];
const FUNCTION = [(value) => typeof value === "function", "a function"];
const DOMAIN = [(value) => WORD[0](value) && issuerOf(value), "a host or an http(s) address, like your-domain.example"];
/** Compared byte for byte by the server (RFC 9700 §2.1), without a fragment (RFC 6749 §3.1.2). */
const ADDRESS = [
  (value) => TEXT[0](value) && /^[a-z][a-z\d+.-]*:\/[^\s#]+$/i.test(value) && parsed(value),
  "a whole address without #, like https://your-app.com/callback",
];
const oneOf = (...words) => [(value) => words.includes(value), `one of ${words.join(", ")}`];

const STORAGES = ["localStorage", "memory", "cookie"];
const CLIENT_OPTIONS = {
  domain: DOMAIN,
  clientId: WORD,
  redirectUri: ADDRESS,
  scope: WORD,
  audience: WORD,
  storage: [
    (value) => STORAGES.includes(value) || ["getItem", "setItem", "removeItem"].every((name) => FUNCTION[0](Object(value)[name])),
    `one of ${STORAGES.join(", ")}, or have getItem, setItem and removeItem`,
  ],
  storageKey: WORD,
  lock: FUNCTION,
  debug: [(value) => FLAG[0](value) || FUNCTION[0](value), "true, false or a function"],
};
const SIGN_IN_OPTIONS = {
  connection_id: WORD,
  connection: WORD,
  redirectTo: ADDRESS,
  returnTo: TEXT,
  scopes: [(value) => value.length > 0 && [value].flat().every(WORD[0]), "a text or a list of texts"],
  audience: WORD,
  queryParams: [
    (value) => isRecord(value) && Object.values(value).every((one) => Object(one) !== one),
    "an object of texts, numbers and booleans",
  ],
  appState: [(value) => parsed(value, JSON.stringify) !== undefined, "something that JSON can hold"],
  skipBrowserRedirect: FLAG,
};
const { connection_id: _id, connection: _connection, skipBrowserRedirect: _skip, ...REQUEST_OPTIONS } = SIGN_IN_OPTIONS;
const PASSWORDLESS_OPTIONS = { email: WORD, type: oneOf("code", "link"), ...REQUEST_OPTIONS };
const OTP_OPTIONS = { email: WORD, username: WORD, otp: WORD };
const SIGN_UP_OPTIONS = { email: WORD, password: WORD, name: TEXT };
const PLACE_OPTIONS = { redirectTo: ADDRESS, skipBrowserRedirect: FLAG };
const TOKEN_OPTIONS = { ...SIGN_IN_OPTIONS, redirect: FLAG, forceRefresh: FLAG };
/** Those of a token response and of a session, so that either can be handed over as it is; the user is read anew. */
const SESSION_OPTIONS = {
  access_token: WORD,
  refresh_token: WORD,
  id_token: WORD,
  expires_in: NUMBER,
  expires_at: NUMBER,
  token_type: WORD,
  scope: TEXT,
  user: [(value) => isRecord(value), "an object"],
};
const SIGN_OUT_OPTIONS = { scope: oneOf("global", "local", "others"), returnTo: ADDRESS, redirect: FLAG };
const LOGOUT_OPTIONS = { returnTo: ADDRESS, state: WORD };

const isRecord = (value) => typeof value === "object" && value !== null && !Array.isArray(value);

/** What `read` makes of a text, or undefined. */
function parsed(text, read = (address) => new URL(address)) {
  try {
    return read(text);
  } catch {
    return undefined;
  }
}

/** The address that a tenant's tokens name, or undefined; `domain` may come without the scheme. */
function issuerOf(domain) {
  const text = domain.trim();
  const url = parsed(/^[a-z][a-z\d+.-]*:\/\//i.test(text) ? text : `https://${text}`);
  const plain = url && /^https?:$/.test(url.protocol) && !/[?#@\s]/.test(text);
  return plain ? url.origin + url.pathname.replace(/\/+$/, "") : undefined;
}

/** A mistake in the application's code is said at once, in words. Gives the options that are there. */
function checked(where, known, given, ...required) {
  const refuse = (words) => {
    throw new TypeError(`${where}: ${words}`);
  };
  if (!isRecord(given)) refuse("the options must be an object.");
  for (const name of Object.keys(given)) if (!Object.hasOwn(known, name)) refuse(`there is no option ${name}. ${nearest(name, Object.keys(known))}`);
  const options = {};
  for (const [name, [fits, words]] of Object.entries(known)) {
    const value = given[name] ?? undefined;
    if (value === undefined && required.includes(name)) refuse(`${name} is required.`);
    if (value !== undefined && !fits(value)) refuse(`${name} must be ${words}.`);
    if (value !== undefined) options[name] = value;
  }
  return options;
}

/** Which of the known names was meant (the fewest letters to change), or all of them. */
function nearest(name, known) {
  const distance = (to) => {
    let row = [...to, 0].map((_, j) => j);
    [...name.toLowerCase()].forEach((letter, i) => {
      const above = row;
      row = [i + 1];
      [...to.toLowerCase()].forEach((other, j) => row.push(Math.min(above[j + 1] + 1, row[j] + 1, above[j] + (letter !== other))));
    });
    return row.at(-1);
  };
  const [best] = [...known].sort((a, b) => distance(a) - distance(b));
  return distance(best) <= 1 + name.length / 3 ? `Did you mean ${best}?` : `There are ${known.join(", ")}.`;
}

// ------------------------------------------------------------------------------------------------ locks

/** Web Locks. A lock that another page never lets go is waited for, then passed: the server's leeway forgives. */
async function withWebLock(env, name, run) {
  const patience = new AbortController();
  const timer = env.setTimeout(() => patience.abort(), env.limits.lockWaitMs);
  let entered = false;
  const enter = () => {
    entered = true;
    env.clearTimeout(timer);
    return run();
  };
  try {
    return await env.locks.request(name, { signal: patience.signal }, enter);
  } catch (error) {
    if (entered) throw error;
    return run();
  } finally {
    env.clearTimeout(timer);
  }
}

/** Where Web Locks are missing: a note in the shared storage, written, left to settle, and read again. */
async function withStorageLock(env, storage, key, run) {
  const mine = randomText(env, 12);
  const { lockWaitMs, lockLifeMs, lockSettleMs } = env.limits;
  const pause = () => sleep(env, lockSettleMs * (1 + env.random()));
  const holder = async () => {
    try {
      const note = JSON.parse((await storage.get(key)) ?? "null");
      const age = env.now() - note?.at;
      return age >= 0 && age < lockLifeMs ? note.id : null; // a note of a dead page, or from a changed clock
    } catch {
      return null;
    }
  };
  for (let waited = 0; waited < lockWaitMs; waited += lockSettleMs) {
    if ((await holder()) === null) await storage.set(key, JSON.stringify({ id: mine, at: env.now() }), 60);
    await pause();
    if ((await holder()) === mine) break;
  }
  try {
    return await run();
  } finally {
    if ((await holder()) === mine) await storage.remove(key);
  }
}

// ---------------------------------------------------------------------------------------- small leaves

const sleep = (env, ms) => new Promise((resolve) => env.setTimeout(resolve, ms));

function base64url(bytes) {
  return btoa(String.fromCharCode(...bytes))
    .replaceAll("+", "-")
    .replaceAll("/", "_")
    .replaceAll("=", "");
}

const fromBase64url = (text) =>
  Uint8Array.from(atob(text.replaceAll("-", "+").replaceAll("_", "/")), (character) => character.charCodeAt(0));

const randomText = (env, bytes) => base64url(env.crypto.getRandomValues(new Uint8Array(bytes)));

function webCrypto(env) {
  if (env.crypto?.subtle) return env.crypto.subtle;
  throw new AuthError(
    `This page (${env.location?.origin ?? "here"}) has no WebCrypto, because it is plain http on a host that is not local. ` +
      "Sign-in needs it to compute the S256 code challenge; the method plain is never sent. Serve the page over https or from localhost.",
    "webcrypto_unavailable",
  );
}

/** RFC 7636 §4.2, S256. */
async function codeChallenge(env, verifier) {
  const digest = await webCrypto(env).digest("SHA-256", new TextEncoder().encode(verifier));
  return base64url(new Uint8Array(digest));
}

const readJson = (text) => JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(fromBase64url(text)));

/** The claims of a JWT, unverified, or null if it is not one. UTF-8 safe. */
function claimsOf(token) {
  try {
    const claims = readJson(token.split(".")[1]);
    return claims !== null && typeof claims === "object" ? claims : null;
  } catch {
    return null;
  }
}

const personOf = (session) => (claimsOf(session.id_token) ?? claimsOf(session.access_token) ?? session.user)?.sub;

/** A place of this application, as a path; anything that leads elsewhere is dropped (an open redirect otherwise). */
function placeHere(target, location) {
  if (!target || !location) return target || undefined;
  try {
    const url = new URL(target, location.origin);
    // "/.//evil.test" is a path of this origin, and "//evil.test" is what is left of it.
    const leadsAway = url.origin !== location.origin || url.pathname.startsWith("//");
    return leadsAway ? undefined : url.pathname + url.search + url.hash;
  } catch {
    return undefined;
  }
}

// --------------------------------------------------------------------------------------------- ID token

const ALGORITHMS = {
  RS256: { kty: "RSA", name: "RSASSA-PKCS1-v1_5", hash: "SHA-256" },
  ES256: { kty: "EC", name: "ECDSA", namedCurve: "P-256", hash: "SHA-256" },
  EdDSA: { kty: "OKP", name: "Ed25519" },
  Ed25519: { kty: "OKP", name: "Ed25519" },
};

const idTokenError = (message, code = "id_token") => new AuthCallbackError(`The ID token was refused: ${message}.`, code);

/** OIDC Core §3.1.3.7, the claims. `nonce` undefined = not asked (a refresh, §12.2). */
function checkIdTokenClaims(claims, { issuer, clientId, nonce, nowS, toleranceS }) {
  if (claims === null) throw idTokenError("it is not a JWT");
  if (claims.iss !== issuer) throw idTokenError("another issuer", "iss");
  const audiences = [claims.aud].flat();
  if (!audiences.includes(clientId)) throw idTokenError("it is for another application");
  if (audiences.length > 1 && claims.azp === undefined) throw idTokenError("several audiences and no azp");
  if (claims.azp !== undefined && claims.azp !== clientId) throw idTokenError("azp is another application");
  if (typeof claims.sub !== "string" || !claims.sub) throw idTokenError("it names nobody");
  if (!(typeof claims.exp === "number" && claims.exp + toleranceS > nowS)) throw idTokenError("it has expired");
  if (nonce !== undefined && claims.nonce !== nonce) throw idTokenError("another nonce", "nonce");
}

/** OIDC Core §3.1.3.7, the signature. `keysOf(fresh)` reads the JWKS. */
async function checkIdTokenSignature(env, token, keysOf) {
  const subtle = webCrypto(env);
  const [head, body, signature] = token.split(".");
  let header;
  try {
    header = readJson(head);
  } catch {
    throw idTokenError("its header is unreadable");
  }
  const algorithm = Object.hasOwn(ALGORITHMS, header.alg) ? ALGORITHMS[header.alg] : undefined;
  if (!algorithm) throw idTokenError(`algorithm ${String(header.alg)} is not accepted`);

  const candidates = (keys) =>
    keys.filter(
      (key) =>
        key.kty === algorithm.kty &&
        (key.use ?? "sig") === "sig" &&
        (key.alg ?? header.alg) === header.alg &&
        (header.kid === undefined || key.kid === header.kid),
    );
  let keys = candidates(await keysOf(false));
  if (!keys.length) keys = candidates(await keysOf(true)); // the server may have turned its keys since
  if (!keys.length) throw idTokenError("no published key fits it");

  const signed = new TextEncoder().encode(`${head}.${body}`);
  for (const { kty, n, e, crv, x, y } of keys) {
    let key;
    try {
      key = await subtle.importKey("jwk", { kty, n, e, crv, x, y }, algorithm, false, ["verify"]);
    } catch (cause) {
      if (cause?.name === "NotSupportedError")
        throw new AuthCallbackError(`This browser cannot check ${header.alg} signatures.`, "id_token", { cause });
      continue;
    }
    let bytes;
    try {
      bytes = fromBase64url(signature);
    } catch {
      break;
    }
    if (await subtle.verify(algorithm, key, bytes, signed)) return;
  }
  throw idTokenError("its signature is wrong");
}

// ----------------------------------------------------------------------------------------------- client

/** Made by {@link createClient}; see ../index.d.ts for the types and docs/sdk.md for the words. */
class SymbolonClient {
  #env;
  #options;
  #issuer;
  #storage;
  #debug;

  /** @type {Session|null} */
  #session = null;
  /** Counts this page's writes: a record read before a write is not acted upon after it. */
  #epoch = 0;
  #clockOffsetMs = 0;
  #jwks = null;

  #starting = null;
  #started = false;
  #refreshing = null;
  #disposed = false;

  #subscribers = new Set();
  #earlyEvents = [];
  #channel = null;
  #listeners = [];

  #auto = true;
  #timer = null;
  #failures = 0;
  /** After a failure: no automatic knocking before this moment. */
  #notBefore = -Infinity;
  #rest = null;

  #redirectError = null;
  #loginMethodTold = false;
  #signOutReason = null;

  constructor(options, environment) {
    const given = checked("createClient", CLIENT_OPTIONS, options, "domain", "clientId");
    const env = { ...globalEnvironment(), ...environment };
    env.limits = { ...LIMITS, ...environment?.limits };
    this.#env = env;
    this.#issuer = issuerOf(given.domain);
    this.#options = { scope: "openid profile email", storageKey: "symbolon", ...given };
    const { debug } = given;
    this.#debug = typeof debug === "function" ? debug : debug ? (...words) => console.debug("[symbolon]", ...words) : () => {};
    this.#storage = chooseStorage(given.storage, env, this.#key("txs"));
    this.#listen();
    this.initialize();
  }

  // ------------------------------------------------------------------------------------- the beginning

  /** Finishes a callback if this page is one, else restores the session. Runs once; never rejects. */
  initialize() {
    this.#starting ??= this.#start();
    return this.#starting;
  }

  handleRedirectCallback() {
    return this.initialize();
  }

  async #start() {
    let result;
    try {
      const answer = this.#callbackParameters();
      result = answer ? await this.#finish(answer) : { error: await this.#restore() };
    } catch (thrown) {
      result = { error: asAuthError(thrown) };
    }
    this.#started = true;
    this.#schedule();
    for (const subscriber of this.#subscribers) this.#introduce(subscriber);
    for (const event of this.#earlyEvents.splice(0)) this.#emit(event);
    return result;
  }

  /** Reads the stored session and, if it has expired, refreshes it. Resolves the error, if any. */
  async #restore() {
    const record = await this.#load();
    if (!record) return null;
    this.#session = record.session;
    this.#clockOffsetMs = record.clockOffsetMs;
    if (!this.#isExpired(this.#session)) return null; // if merely due, the timer refreshes at once, behind the page
    const { error } = await this.#refresh();
    return error && this.#session ? error : null; // an ended session is an answer, see getSignOutReason()
  }

  /** The authorization response in this page's address, or null. */
  #callbackParameters() {
    const { location } = this.#env;
    if (!location?.href) return null;
    const url = new URL(location.href);
    /** @type {Map<string, any>} */
    const answer = new Map(CALLBACK_PARAMETERS.map((name) => [name, url.searchParams.get(name)]));
    const says = (name) => answer.get(name) !== null;
    if (!(says("error") || (says("code") && says("state")))) return null;
    answer.set("here", this.#isRedirectUri(url));
    return answer;
  }

  /** No code, state or error stays in the address bar, the history or a Referer header. */
  #cleanAddress() {
    const { location, history } = this.#env;
    const url = new URL(location.href);
    for (const name of CALLBACK_PARAMETERS) url.searchParams.delete(name);
    try {
      history?.replaceState(history.state, "", url.pathname + url.search + url.hash);
    } catch {
      // a page that may not change its address (a sandboxed frame) keeps it
    }
  }

  #isRedirectUri(url) {
    try {
      const { origin, pathname } = new URL(this.#redirectUri());
      return url.origin === origin && url.pathname === pathname;
    } catch {
      return false;
    }
  }

  async #finish(answer) {
    const state = answer.get("state");
    const transactionKnown = state !== null && (await this.#storage.journeys.get(this.#transactionKey(state))) !== null;
    // `code` and `state` of somebody else (another library on this page) stay untouched.
    if (!transactionKnown && answer.get("iss") !== this.#issuer && !answer.get("here")) return { error: await this.#restore() };

    this.#cleanAddress();
    const transaction = await this.#takeTransaction(state);
    if (!transaction) {
      const restoring = await this.#restore();
      if (this.#session) return { error: restoring }; // a reloaded or bookmarked callback: just continue
      const word = answer.get("error");
      return this.#failed(
        word !== null
          ? redirectError(/^[a-z_]{1,64}$/.test(word) ? word : "server_error", null)
          : new AuthCallbackError("This sign-in was not started in this browser, or more than 10 minutes ago. Sign in again.", "state"),
      );
    }
    try {
      const session = await this.#redeem(answer, transaction);
      await this.#signedIn(session, transaction);
      return {
        error: null,
        returnTo: transaction.returnTo,
        appState: transaction.appState,
        is_new_user: answer.get("signup") === "true",
      };
    } catch (thrown) {
      await this.#restore(); // a sign-in that failed takes nothing away
      return { ...this.#failed(asAuthError(thrown)), returnTo: transaction.returnTo, appState: transaction.appState };
    }
  }

  #failed(error) {
    this.#debug("callback failed", error.code);
    this.#redirectError = error;
    return { error };
  }

  async #redeem(answer, transaction) {
    // RFC 9207 §2.4: our server always names itself, so a missing name is a wrong one.
    if (answer.get("iss") !== this.#issuer)
      throw new AuthCallbackError("The answer comes from another sign-in service than the one that was asked.", "iss");
    if (answer.get("error") !== null) throw redirectError(answer.get("error"), answer.get("error_description"));
    if (typeof transaction.verifier !== "string") throw new AuthCallbackError("The code verifier of this sign-in is lost. Sign in again.", "verifier");

    this.#keys(false).catch(() => {}); // on its way while the code is exchanged
    const tokens = await this.#token({
      grant_type: "authorization_code",
      code: answer.get("code"),
      code_verifier: transaction.verifier,
      redirect_uri: transaction.redirectUri,
    });
    if (!tokens.id_token && transaction.openid) throw idTokenError("it is missing");
    if (tokens.id_token) {
      this.#checkClaims(tokens.id_token, transaction.nonce);
      await this.#checkSignature(tokens.id_token);
    }
    return this.#sessionFrom(tokens, null);
  }

  async #signedIn(session, transaction) {
    await this.#storage.journeys.remove(this.#key("silent"));
    await this.#save(session); // before anything else can fail
    const method = transaction.connection ?? claimsOf(session.id_token)?.amr?.[0];
    if (method) await this.#storage.sessions.set(this.#key("method"), String(method));
    await this.#profile(session).then((user) => this.#keepUser(session, user), () => {});
    this.#emit("SIGNED_IN");
  }

  // ------------------------------------------------------------------------------------------ sign in

  /**
   * Sends the person to the sign-in page; with `skipBrowserRedirect` hands out the address instead.
   * @param {SignInOptions} [options]
   */
  async signInWithOauthConnection(options = {}) {
    const request = checked("signInWithOauthConnection", SIGN_IN_OPTIONS, options);
    try {
      const url = await this.#authorizationUrl(request);
      if (!request.skipBrowserRedirect) {
        await this.#storage.journeys.remove(this.#key("silent"));
        this.#navigate(url);
      }
      return { data: { url }, error: null };
    } catch (thrown) {
      return { data: { url: null }, error: asAuthError(thrown) };
    }
  }

  /**
   * Sends a code or a link to the person's address. A code is handed to `signInWithOtp`; a link comes back to `redirectTo`
   * as any sign-in does, in the browser that asked. For first-party applications.
   */
  async signInWithPasswordless(options) {
    const { email, type = "code", ...request } = checked("signInWithPasswordless", PASSWORDLESS_OPTIONS, options, "email");
    try {
      const { url, state, transaction } = await this.#prepare(request);
      const body = new URLSearchParams(url.searchParams);
      body.set("email", email);
      body.set("send", type);
      const { ticket, expires_in } = await this.#request("/passwordless/start", { method: "POST", body });
      const maxAgeMs = (Number(expires_in) || 600) * 1000;
      await this.#rememberTransaction(state, { ...transaction, email: email.trim().toLowerCase(), ticket, maxAgeMs });
      return { data: { expiresIn: maxAgeMs / 1000 }, error: null };
    } catch (thrown) {
      return { data: { expiresIn: null }, error: asAuthError(thrown) };
    }
  }

  /** Signs in with the code of the mail that `signInWithPasswordless` sent. A wrong code may be tried again. */
  async signInWithOtp(options) {
    const { email, username, otp } = checked("signInWithOtp", OTP_OPTIONS, options, "otp");
    const address = email ?? username;
    if (address === undefined) throw new TypeError("signInWithOtp: email is required.");
    await this.initialize(); // what is restored comes first, and never over what begins here
    try {
      const [state, transaction] = await this.#passwordlessTransaction(address.trim().toLowerCase());
      const body = new URLSearchParams({ client_id: this.#options.clientId, ticket: transaction.ticket, otp });
      const answer = await this.#request("/passwordless/verify", { method: "POST", body });
      await this.#takeTransaction(state);
      const said = new Map([["error", null], ...Object.entries(answer)]);
      await this.#signedIn(await this.#redeem(said, transaction), transaction);
      return { data: { session: this.#session, user: this.#session?.user ?? null, is_new_user: answer.signup === true }, error: null };
    } catch (thrown) {
      return { data: { session: null, user: null, is_new_user: false }, error: asAuthError(thrown) };
    }
  }

  /** The latest one of that address: its key's state and itself. */
  async #passwordlessTransaction(email) {
    const { journeys } = this.#storage;
    const prefix = this.#key("tx.");
    let latest = null;
    for (const key of await journeys.keys(prefix)) {
      const transaction = this.#parseTransaction(await journeys.get(key));
      if (transaction?.email === email && !(transaction.createdAt < latest?.[1].createdAt)) latest = [key.slice(prefix.length), transaction];
    }
    if (!latest) throw new AuthCallbackError("No code was asked for with this address in this browser, or its time is over. Ask for another one.", "state");
    return latest;
  }

  /** Sends a mail whose link makes an account; what it answers is the same whoever has one. For first-party applications. */
  async signup(options) {
    const { email, password, name = "" } = checked("signup", SIGN_UP_OPTIONS, options, "email", "password");
    return this.#ask("/dbconnections/signup", { email, password, ...(name && { name }) });
  }

  /** Sends a mail whose link sets a new password, if there is somebody to send it to. For first-party applications. */
  async changePassword(options) {
    const { email } = checked("changePassword", { email: WORD }, options, "email");
    return this.#ask("/dbconnections/change_password", { email });
  }

  async #ask(path, fields) {
    try {
      const body = new URLSearchParams({ client_id: this.#options.clientId, ...fields });
      const { status } = await this.#request(path, { method: "POST", body });
      return { data: { status }, error: null };
    } catch (thrown) {
      return { data: { status: null }, error: asAuthError(thrown) };
    }
  }

  /** The ways to sign in that are open for this application, the first one first; a button for each. */
  async getConnections() {
    try {
      const { clientId } = this.#options;
      const reading = () => this.#request(`/connections?client_id=${encodeURIComponent(clientId)}`, { cache: "default" });
      const { connections } = await this.#persist(reading);
      return { data: { connections: Array.isArray(connections) ? connections : [] }, error: null };
    } catch (thrown) {
      return { data: { connections: [] }, error: asAuthError(thrown) };
    }
  }

  /** Sends the person to the page of their account that connects who they are at another server. */
  async linkOauthConnection(options) {
    const { connection, ...place } = checked("linkOauthConnection", { connection: WORD, ...PLACE_OPTIONS }, options, "connection");
    return this.#visit("/account/identities/add", { connection }, place);
  }

  /** Sends the person to the page of their account that changes their address. */
  async changeEmail(options = {}) {
    return this.#visit("/account/email", {}, checked("changeEmail", PLACE_OPTIONS, options));
  }

  async #visit(path, fields, { redirectTo, skipBrowserRedirect }) {
    try {
      const url = new URL(this.#issuer + path);
      const query = { ...fields, client_id: this.#options.clientId, return_to: redirectTo ?? this.#redirectUri() };
      for (const [name, value] of Object.entries(query)) url.searchParams.set(name, value);
      if (!skipBrowserRedirect) this.#navigate(url.href);
      return { data: { url: url.href }, error: null };
    } catch (thrown) {
      return { data: { url: null }, error: asAuthError(thrown) };
    }
  }

  async #authorizationUrl(request) {
    const { url, state, transaction } = await this.#prepare(request);
    await this.#rememberTransaction(state, transaction);
    return url.href;
  }

  async #prepare(request) {
    const env = this.#env;
    const { clientId, scope, audience } = this.#options;
    const verifier = randomText(env, 32);
    const challenge = await codeChallenge(env, verifier);
    const state = randomText(env, 24);
    const nonce = randomText(env, 24);
    const scopes = [request.scopes ?? scope].flat().join(" ");
    const redirectUri = request.redirectTo ?? this.#redirectUri();

    const url = new URL(`${this.#issuer}/authorize`);
    const put = (name, value) => value !== undefined && value !== null && url.searchParams.set(name, String(value));
    put("connection_id", request.connection_id);
    put("connection", request.connection);
    put("audience", request.audience ?? audience);
    put("scope", scopes);
    for (const [name, value] of Object.entries(request.queryParams ?? {})) put(name, value);
    // Last, so that nothing above can weaken them.
    put("response_type", "code");
    put("client_id", clientId);
    put("redirect_uri", redirectUri);
    put("state", state);
    put("nonce", nonce);
    put("code_challenge", challenge);
    put("code_challenge_method", "S256");
    url.searchParams.delete("response_mode"); // a page cannot read a form_post

    const transaction = {
      verifier,
      nonce,
      redirectUri,
      openid: (url.searchParams.get("scope") ?? "").split(" ").includes("openid"),
      connection: request.connection_id ?? request.connection,
      returnTo: placeHere(request.returnTo, env.location),
      appState: request.appState,
      createdAt: env.now(),
    };
    return { url, state, transaction };
  }

  #redirectUri() {
    const { redirectUri } = this.#options;
    if (redirectUri) return redirectUri;
    if (this.#env.location) return `${this.#env.location.origin}/callback`;
    throw new AuthError("There is no page address here: give redirectUri or redirectTo.", "redirect_uri_missing");
  }

  #navigate(url) {
    const { location } = this.#env;
    if (!location) throw new AuthError("There is no page to redirect here: use skipBrowserRedirect.", "navigation_unavailable");
    location.assign(url);
  }

  // One transaction per sign-in, found by `state`: two tabs may sign in at once.

  #key(name) {
    return `${this.#options.storageKey}.${name}`;
  }

  #transactionKey(state) {
    return this.#key(`tx.${state}`);
  }

  async #rememberTransaction(state, transaction) {
    const { journeys } = this.#storage;
    const kept = await this.#pruneTransactions();
    const key = this.#transactionKey(state);
    const durable = await journeys.set(key, JSON.stringify(transaction), (transaction.maxAgeMs ?? this.#env.limits.transactionMaxAgeMs) / 1000);
    if (!durable && this.#env.location)
      throw new AuthError("This browser lets the page store nothing, so the answer of the sign-in could not be checked.", "storage_unavailable");
    await journeys.index([...kept, key]);
  }

  /** Deletes what is too old or too many; resolves the keys that stay, oldest first. */
  async #pruneTransactions() {
    const { journeys } = this.#storage;
    const { transactionsMax } = this.#env.limits;
    const entries = [];
    for (const key of await journeys.keys(this.#key("tx."))) {
      const transaction = this.#parseTransaction(await journeys.get(key));
      if (transaction) entries.push([key, transaction.createdAt]);
      else await journeys.remove(key);
    }
    entries.sort((a, b) => a[1] - b[1]);
    while (entries.length >= transactionsMax) await journeys.remove(entries.shift()[0]);
    return entries.map(([key]) => key);
  }

  async #takeTransaction(state) {
    if (state === null) return null;
    const { journeys } = this.#storage;
    const key = this.#transactionKey(state);
    const transaction = this.#parseTransaction(await journeys.get(key));
    await journeys.remove(key);
    await journeys.index(await this.#pruneTransactions());
    return transaction;
  }

  #parseTransaction(text) {
    try {
      const transaction = JSON.parse(text);
      const age = Math.abs(this.#env.now() - transaction.createdAt);
      return age < (transaction.maxAgeMs ?? this.#env.limits.transactionMaxAgeMs) ? transaction : null;
    } catch {
      return null;
    }
  }

  // ---------------------------------------------------------------------------------------- the session

  /** The session, refreshed if it has expired. With an error beside it, it is kept but stale. */
  async getSession() {
    await this.initialize();
    if (!this.#session || !this.#isExpired(this.#session)) return { data: { session: this.#session }, error: null };
    const resting = this.#rest && this.#env.now() < this.#rest.until && this.#env.now() >= this.#rest.since;
    const { error } = resting ? this.#rest : await this.#refresh();
    return { data: { session: this.#session }, error: this.#session ? error : null };
  }

  /** Exchanges the refresh token now, even if the access token is still good. */
  async refreshSession() {
    await this.initialize();
    const { error } = await this.#refresh();
    return { data: { session: this.#session, user: this.#session?.user ?? null }, error };
  }

  /** A valid access token, or an error that says why there is none. */
  async getAccessToken() {
    const { data, error } = await this.getSession();
    const session = error ? null : data.session;
    return {
      data: { access_token: session?.access_token ?? null, expires_at: session?.expires_at ?? null },
      error: error ?? (session ? null : new AuthSessionMissingError()),
    };
  }

  /**
   * As getAccessToken; with `redirect`, asks the server once by a top-level `prompt=none` navigation.
   * @param {import("../index.d.ts").TokenOptions} [options]
   */
  async getTokenSilently(options = {}) {
    const { redirect, forceRefresh, ...request } = checked("getTokenSilently", TOKEN_OPTIONS, options);
    if (forceRefresh) {
      const { error } = await this.refreshSession();
      if (error && this.#session) return { data: { access_token: null, expires_at: null }, error };
    }
    const result = await this.getAccessToken();
    if (!result.error || result.error instanceof AuthRetryableError || !redirect) return result;

    const { journeys } = this.#storage;
    const key = this.#key("silent");
    const tried = Number(await journeys.get(key));
    const nothing = { access_token: null, expires_at: null };
    if (tried && Math.abs(this.#env.now() - tried) < this.#env.limits.transactionMaxAgeMs)
      return { data: nothing, error: new AuthLoginRequiredError(PLAIN_WORDS.login_required, "login_required") };
    try {
      const { href } = this.#env.location ?? {};
      const url = await this.#authorizationUrl({
        returnTo: href,
        ...request,
        queryParams: { ...request.queryParams, prompt: "none" },
      });
      const remembered = await journeys.set(key, String(this.#env.now()), this.#env.limits.transactionMaxAgeMs / 1000);
      if (!remembered) throw new AuthLoginRequiredError(PLAIN_WORDS.login_required, "login_required"); // no memory, no loop guard
      this.#navigate(url);
      return { data: { ...nothing, redirecting: true }, error: null };
    } catch (thrown) {
      return { data: nothing, error: asAuthError(thrown) };
    }
  }

  /**
   * For native shells, which got their tokens elsewhere.
   * @param {Parameters<Client["setSession"]>[0]} given
   */
  async setSession(given) {
    const tokens = checked("setSession", SESSION_OPTIONS, given, "access_token");
    const { access_token, id_token, expires_in, expires_at } = tokens;
    await this.initialize();
    try {
      const claims = claimsOf(access_token);
      if (id_token) {
        this.#checkClaims(id_token);
        await this.#checkSignature(id_token);
      }
      const endS = expires_at ?? claims?.exp ?? 0;
      const lifeS = expires_in !== undefined && expires_at === undefined ? expires_in : endS - Math.floor(this.#serverNow() / 1000);
      const session = this.#sessionFrom({ ...tokens, expires_in: Math.max(lifeS, 1) }, null);
      if (lifeS <= 0) session.expires_at = Math.floor(this.#serverNow() / 1000);
      await this.#save(session);
      if (this.#isExpired(session)) {
        const { error } = await this.#refresh();
        if (error) throw error;
      }
      const current = this.#session;
      await this.#profile(current).then((user) => this.#keepUser(current, user), () => {});
      this.#emit("SIGNED_IN");
      return { data: { session: this.#session, user: this.#session?.user ?? null }, error: null };
    } catch (thrown) {
      return { data: { session: this.#session, user: null }, error: asAuthError(thrown) };
    }
  }

  // -------------------------------------------------------------------------------------------- the user

  /** The profile as the server has it now (`/me`); the last known one beside an error. */
  async getUser() {
    const { data, error } = await this.getSession();
    if (!data.session) return { data: { user: null }, error: error ?? new AuthSessionMissingError() };
    if (error) return { data: { user: data.session.user }, error };
    const { requestTimeoutMs } = this.#env.limits;
    try {
      const user = await this.#profile(data.session, requestTimeoutMs).catch(async (refusal) => {
        if (refusal.status !== 401) throw refusal;
        const again = await this.#refresh(); // the access token died early; the refresh token knows whether for good
        if (again.error) throw again.error;
        return this.#profile(this.#session, requestTimeoutMs);
      });
      if (await this.#keepUser(this.#session ?? data.session, user)) this.#emit("USER_UPDATED");
      return { data: { user }, error: null };
    } catch (thrown) {
      return { data: { user: this.#session?.user ?? null }, error: asAuthError(thrown) };
    }
  }

  /** The claims of the ID token (of the access token where there is no ID token). */
  async getClaims() {
    const { data, error } = await this.getSession();
    const claims = claimsOf(data.session?.id_token) ?? claimsOf(data.session?.access_token);
    return { data: { claims }, error: error ?? (data.session ? null : new AuthSessionMissingError()) };
  }

  async getClaim(name) {
    checked("getClaim", { name: WORD }, { name }, "name");
    const { data, error } = await this.getClaims();
    const { claims } = data;
    return { data: { claim: claims && Object.hasOwn(claims, name) ? claims[name] : undefined }, error };
  }

  /** `/me`, once and briefly; its person must be the session's (OIDC Core §5.3.2). */
  async #profile(session, timeoutMs = this.#env.limits.profileTimeoutMs) {
    const user = await this.#request("/me", { headers: { authorization: `Bearer ${session.access_token}` } }, timeoutMs);
    const sub = personOf(session);
    if (sub !== undefined && (user.sub ?? user.id) !== sub) throw new AuthError("/me answered for another person.", "user_mismatch");
    return user;
  }

  /** Adds the profile to `session`, if that still is the stored one: another tab may have gone on. Resolves whether it changed. */
  async #keepUser(session, user) {
    const epoch = this.#epoch;
    const stored = (await this.#load())?.session;
    if (epoch !== this.#epoch) return false;
    if (stored?.access_token !== session.access_token || this.#session?.access_token !== session.access_token) return false;
    if (JSON.stringify(stored.user) === JSON.stringify(user)) return false;
    await this.#save({ ...stored, user });
    return true;
  }

  // -------------------------------------------------------------------------------------------- sign out

  /**
   * `global` (default): this browser's session at the server too. `local`: only here.
   * @param {Parameters<Client["signOut"]>[0]} [options]
   */
  async signOut(options = {}) {
    const { scope = "global", returnTo, redirect = true } = checked("signOut", SIGN_OUT_OPTIONS, options);
    await this.initialize();
    if (scope === "others")
      return { data: { url: null }, error: new AuthApiError("The server cannot sign out other devices from here.", "not_supported") };
    const url = scope === "local" ? null : this.getLogoutUrl({ returnTo });
    const session = this.#session;
    await this.#end("signed_out", scope === "global");
    if (session?.refresh_token) this.#revoke(session.refresh_token);
    try {
      if (url && redirect) this.#navigate(url);
      return { data: { url }, error: null };
    } catch (thrown) {
      return { data: { url }, error: asAuthError(thrown) };
    }
  }

  /**
   * RP-Initiated Logout 1.0. Where the person lands must be one of the client's Allowed Logout URLs.
   * @param {Parameters<Client["getLogoutUrl"]>[0]} [options]
   */
  getLogoutUrl(options = {}) {
    const { returnTo, state } = checked("getLogoutUrl", LOGOUT_OPTIONS, options);
    const url = new URL(`${this.#issuer}/logout`);
    if (this.#session?.id_token) url.searchParams.set("id_token_hint", this.#session.id_token);
    url.searchParams.set("client_id", this.#options.clientId);
    if (returnTo) url.searchParams.set("post_logout_redirect_uri", returnTo);
    if (state) url.searchParams.set("state", state);
    return url.href;
  }

  /** RFC 7009, a courtesy: nobody waits for it and nothing depends on it. */
  #revoke(token) {
    const body = new URLSearchParams({ token, token_type_hint: "refresh_token", client_id: this.#options.clientId });
    this.#request("/oauth/revoke", { method: "POST", body, keepalive: true }).catch(() => {});
  }

  async #end(reason, everywhere = false) {
    const had = this.#session !== null;
    this.#session = null;
    this.#epoch++;
    this.#schedule();
    await this.#storage.sessions.remove(this.#options.storageKey);
    if (!had) return;
    this.#signOutReason = reason;
    this.#announce(everywhere ? "signed_out" : "changed");
    this.#emit("SIGNED_OUT");
  }

  // ------------------------------------------------------------------------------------------ told once

  /** Why the last callback failed; once. */
  getRedirectError() {
    const error = this.#redirectError;
    this.#redirectError = null;
    return error;
  }

  /** `signed_out`, `session_ended` or `other_tab`; once. */
  getSignOutReason() {
    const reason = this.#signOutReason;
    this.#signOutReason = null;
    return reason;
  }

  /** The connection (or `amr`) of the last sign-in in this browser; once per page load. */
  async getLastUsedLoginMethod() {
    await this.initialize();
    if (this.#loginMethodTold) return null;
    this.#loginMethodTold = true;
    return this.#storage.sessions.get(this.#key("method"));
  }

  // --------------------------------------------------------------------------------------------- events

  /** `INITIAL_SESSION` comes first, once; then what happens, here or in another tab. */
  onAuthStateChange(callback) {
    checked("onAuthStateChange", { callback: FUNCTION }, { callback }, "callback");
    const subscriber = { callback, introduced: false };
    this.#subscribers.add(subscriber);
    if (this.#started) queueMicrotask(() => this.#introduce(subscriber));
    return { data: { subscription: { unsubscribe: () => void this.#subscribers.delete(subscriber) } } };
  }

  #introduce(subscriber) {
    if (subscriber.introduced || !this.#subscribers.has(subscriber)) return;
    subscriber.introduced = true;
    this.#tell(subscriber, "INITIAL_SESSION");
  }

  #emit(event) {
    if (!this.#started) return void this.#earlyEvents.push(event);
    this.#debug(event);
    for (const subscriber of [...this.#subscribers]) {
      this.#introduce(subscriber);
      this.#tell(subscriber, event);
    }
  }

  async #tell(subscriber, event) {
    try {
      await subscriber.callback(event, this.#session); // nobody waits: a callback may call this client
    } catch (thrown) {
      console.error("onAuthStateChange callback failed", thrown);
    }
  }

  // ---------------------------------------------------------------------------------------- other tabs

  #listen() {
    const { BroadcastChannel, events, document } = this.#env;
    try {
      this.#channel = BroadcastChannel ? new BroadcastChannel(`${this.#options.storageKey} ${this.#issuer} ${this.#options.clientId}`) : null;
    } catch {
      this.#channel = null; // opaque origin
    }
    if (this.#channel) {
      this.#channel.onmessage = ({ data }) => this.#hear(data);
      this.#channel.unref?.(); // Node: does not keep the process
    }
    const on = (target, name, run) => {
      target?.addEventListener?.(name, run);
      this.#listeners.push(() => target?.removeEventListener?.(name, run));
    };
    on(events, "storage", ({ key }) => (key === null || key === this.#options.storageKey) && this.#hear("changed"));
    on(events, "online", () => this.#wake());
    on(events, "pageshow", ({ persisted }) => persisted && this.#wake());
    on(document, "visibilitychange", () => document.visibilityState === "visible" && this.#wake());
  }

  #announce(word) {
    try {
      this.#channel?.postMessage(word);
    } catch {
      // closed: the page is going away
    }
  }

  /** Another tab wrote. What it wrote is read from the storage; no token travels over the channel. */
  async #hear(word) {
    await this.initialize();
    if (this.#disposed || (word !== "changed" && word !== "signed_out")) return;
    if (this.#storage.kind === "memory") {
      if (word === "signed_out" && this.#session) {
        this.#session = null;
        await this.#storage.sessions.remove(this.#options.storageKey);
        this.#signOutReason = "other_tab";
        this.#schedule();
        this.#emit("SIGNED_OUT");
      }
      return;
    }
    await this.#reread();
  }

  async #reread() {
    try {
      let epoch;
      let record;
      do {
        epoch = this.#epoch;
        record = await this.#load();
      } while (epoch !== this.#epoch); // this page wrote meanwhile: what was read is old
      this.#adopt(record);
    } catch {
      // an unreadable storage says nothing
    }
  }

  /** Makes the stored session this tab's session and says what that means. */
  #adopt(record) {
    const before = this.#session;
    const after = record?.session ?? null;
    this.#session = after;
    if (record) this.#clockOffsetMs = record.clockOffsetMs;
    this.#schedule();
    if (!after) {
      if (before) this.#signOutReason = "other_tab";
      if (before) this.#emit("SIGNED_OUT");
    } else if (!before || personOf(before) !== personOf(after)) this.#emit("SIGNED_IN");
    else if (before.access_token !== after.access_token) this.#emit("TOKEN_REFRESHED");
    else if (JSON.stringify(before.user) !== JSON.stringify(after.user)) this.#emit("USER_UPDATED");
  }

  /** The page is looked at again, or the network is back. */
  async #wake() {
    await this.initialize();
    if (this.#disposed || this.#storage.kind === "memory") return void this.#schedule();
    await this.#reread();
  }

  // ------------------------------------------------------------------------------------------- refresh

  startAutoRefresh() {
    this.#auto = true;
    this.#schedule();
  }

  stopAutoRefresh() {
    this.#auto = false;
    this.#schedule();
  }

  /** Stops timers, listeners and the channel. For tests, hot reloading and single-page islands. */
  dispose() {
    this.#disposed = true;
    this.stopAutoRefresh();
    for (const off of this.#listeners.splice(0)) off();
    this.#channel?.close();
    this.#channel = null;
    this.#subscribers.clear();
  }

  #schedule() {
    const env = this.#env;
    if (this.#timer !== null) env.clearTimeout(this.#timer);
    this.#timer = null;
    if (!this.#auto || !this.#started || this.#disposed || !this.#session?.refresh_token) return;
    const { expires_in } = this.#session;
    const jitterMs = env.random() * Math.min(expires_in * 20, 5_000);
    const dueInMs = this.#dueAt() - this.#serverNow() + jitterMs;
    // A clock that jumped back must not make the pause longer than it was meant.
    const pauseMs = Math.min(this.#notBefore - env.now(), env.limits.autoRetryMaxMs);
    const delayMs = Math.min(Math.max(dueInMs, pauseMs, 0), env.limits.timerMaxMs);
    this.#timer = env.setTimeout(() => this.#tick(), delayMs);
    this.#timer?.unref?.(); // Node: does not keep the process
  }

  async #tick() {
    if (!this.#session || this.#dueAt() > this.#serverNow()) return this.#schedule();
    await this.#refresh();
    this.#schedule();
  }

  #dueAt() {
    const { expires_at, expires_in } = this.#session;
    return (expires_at - expires_in * (1 - REFRESH_AT)) * 1000;
  }

  #isExpired({ expires_at, expires_in }) {
    const marginS = Math.min(30, expires_in / 10);
    return this.#serverNow() >= (expires_at - marginS) * 1000;
  }

  /** One refresh at a time in this tab, and by the lock in this browser. Never rejects. */
  #refresh() {
    this.#refreshing ??= this.#refreshLocked().finally(() => (this.#refreshing = null));
    return this.#refreshing;
  }

  async #refreshLocked() {
    const believed = this.#session?.refresh_token;
    try {
      await this.#lockedAndSettled(async () => {
        let record = await this.#load();
        if (!record) {
          this.#adopt(null);
          throw new AuthSessionMissingError();
        }
        if (record.session.refresh_token !== believed && !this.#isExpired(record.session)) return this.#adopt(record); // another tab did it
        for (let reread = 0; record; reread++) record = await this.#rotate(record.session, reread);
      });
      return { error: null };
    } catch (thrown) {
      const error = asAuthError(thrown);
      this.#debug("refresh failed", error.code);
      const { now, random, limits } = this.#env;
      const backoffMs = Math.min(limits.autoRetryMs * 2 ** this.#failures++, limits.autoRetryMaxMs) * (0.5 + random() / 2);
      const askedMs = Math.min(error.retryAfterMs ?? 0, limits.autoRetryMaxMs);
      this.#notBefore = now() + Math.max(backoffMs, askedMs);
      // The server said when to come back; getSession() in a loop does not knock before that.
      if (askedMs) this.#rest = { error, since: now(), until: now() + askedMs };
      return { error };
    }
  }

  /**
   * Browsers carry localStorage from process to process in their own time: the next page could hold the lock and still
   * read the old session. So the lock outlives the work by a moment, in which the write arrives; the caller does not wait.
   */
  #lockedAndSettled(run) {
    return new Promise((resolve, reject) => {
      const working = async () => {
        const before = this.#epoch;
        await run().then(resolve, reject);
        if (before !== this.#epoch && this.#storage.kind !== "memory") await sleep(this.#env, this.#env.limits.settleMs);
      };
      Promise.resolve(this.#locked(working)).catch(reject);
    });
  }

  #locked(run) {
    const env = this.#env;
    const name = this.#key("lock");
    if (this.#options.lock) return this.#options.lock(name, run);
    if (this.#storage.kind === "memory") return run();
    return env.locks ? withWebLock(env, name, run) : withStorageLock(env, this.#storage.sessions, name, run);
  }

  /** Spends `sent`'s refresh token. Resolves a newer record to try with, or null when done. */
  async #rotate(sent, reread) {
    if (!sent.refresh_token) {
      if (this.#isExpired(sent)) await this.#end("session_ended");
      throw new AuthError("This session has no refresh token.", "refresh_token_missing");
    }
    let session;
    try {
      const tokens = await this.#token({ grant_type: "refresh_token", refresh_token: sent.refresh_token });
      session = this.#sessionFrom(await this.#vetRefreshed(tokens, sent), sent);
    } catch (error) {
      if (!isInvalidGrant(error)) throw error; // network, 429, 5xx, any other refusal: the session stays
      await sleep(this.#env, this.#env.limits.rereadDelayMs); // the write of another tab may be on its way
      const newer = await this.#load();
      if (newer && newer.session.refresh_token !== sent.refresh_token && reread < 2) {
        if (this.#isExpired(newer.session)) return newer;
        this.#adopt(newer);
        return null;
      }
      await this.#end("session_ended");
      throw error;
    }
    // The world may have moved on meanwhile: never bring a signed-out person back, never overwrite another sign-in.
    let epoch;
    let current;
    do {
      epoch = this.#epoch;
      current = await this.#load();
    } while (epoch !== this.#epoch);
    if (current?.session.refresh_token !== sent.refresh_token) {
      if (session.refresh_token !== current?.session.refresh_token) this.#revoke(session.refresh_token);
      this.#adopt(current);
      if (!current) throw new AuthSessionMissingError();
      return null;
    }
    this.#failures = 0;
    this.#rest = null;
    this.#notBefore = this.#env.now() + this.#env.limits.autoRefreshFloorMs; // a tiny lifetime makes no storm
    await this.#save(session);
    this.#emit("TOKEN_REFRESHED");
    this.#profile(session)
      .then((user) => this.#keepUser(session, user))
      .then((changed) => changed && this.#emit("USER_UPDATED"))
      .catch(() => {}); // the last known profile stays
    return null;
  }

  /** OIDC Core §12.2: the new ID token speaks of the same person and sign-in. One that cannot be checked now is not kept. */
  async #vetRefreshed(tokens, sent) {
    if (!tokens.id_token) return tokens;
    const before = claimsOf(sent.id_token);
    const claims = claimsOf(tokens.id_token);
    this.#checkClaims(tokens.id_token, claims?.nonce === undefined ? undefined : before?.nonce);
    if (before && claims.sub !== before.sub) throw idTokenError("another person");
    try {
      await this.#checkSignature(tokens.id_token);
    } catch (error) {
      if (!(error instanceof AuthRetryableError)) throw error;
      return { ...tokens, id_token: undefined }; // JWKS out of reach: the last checked one stays
    }
    return tokens;
  }

  // ----------------------------------------------------------------------------------------- the record

  /** The stored record, if it is ours: same issuer, same client (all of localhost shares one storage). */
  async #load() {
    const text = await this.#storage.sessions.get(this.#options.storageKey);
    try {
      const record = JSON.parse(text);
      const { session, issuer, clientId } = record;
      if (issuer !== this.#issuer || clientId !== this.#options.clientId) return null;
      if (typeof session.access_token !== "string" || !(session.expires_at > 0) || !(session.expires_in > 0)) return null;
      return { session: Object.freeze(session), clockOffsetMs: Number(record.clockOffsetMs) || 0 };
    } catch {
      return null;
    }
  }

  async #save(session) {
    this.#session = Object.freeze(session);
    this.#epoch++;
    const record = { issuer: this.#issuer, clientId: this.#options.clientId, clockOffsetMs: this.#clockOffsetMs, session };
    const durable = await this.#storage.sessions.set(this.#options.storageKey, JSON.stringify(record));
    if (!durable) this.#debug("the storage refused; the session lives as long as this page");
    this.#schedule();
    this.#announce("changed");
  }

  #sessionFrom(tokens, before) {
    const idToken = tokens.id_token ?? before?.id_token;
    const claims = claimsOf(idToken);
    const expiresIn = Number(tokens.expires_in) > 0 ? Number(tokens.expires_in) : 300;
    return {
      access_token: tokens.access_token,
      refresh_token: tokens.refresh_token ?? before?.refresh_token,
      expires_in: expiresIn,
      expires_at: Math.floor(this.#serverNow() / 1000) + expiresIn,
      token_type: tokens.token_type ?? "Bearer",
      id_token: idToken,
      scope: tokens.scope ?? before?.scope,
      user: before?.user ?? (claims ? { ...claims, id: claims.sub } : null),
    };
  }

  // ------------------------------------------------------------------------------------------- the wire

  #serverNow() {
    return this.#env.now() + this.#clockOffsetMs;
  }

  async #token(fields) {
    const body = new URLSearchParams({ client_id: this.#options.clientId, ...fields });
    const tokens = await this.#persist(() => this.#request("/oauth/token", { method: "POST", body }));
    if (typeof tokens.access_token !== "string") throw new AuthApiError("The answer holds no access token.", "invalid_response");
    return tokens;
  }

  #checkClaims(idToken, nonce) {
    const claims = claimsOf(idToken);
    const { clockToleranceS: toleranceS } = this.#env.limits;
    checkIdTokenClaims(claims, {
      issuer: this.#issuer,
      clientId: this.#options.clientId,
      nonce,
      nowS: this.#serverNow() / 1000,
      toleranceS,
    });
  }

  #checkSignature(idToken) {
    return checkIdTokenSignature(this.#env, idToken, (fresh) => this.#keys(fresh));
  }

  #keys(fresh) {
    const { now, limits } = this.#env;
    if (fresh || !this.#jwks || now() - this.#jwks.at > limits.jwksMaxAgeMs) {
      const reading = this.#persist(() => this.#request("/.well-known/jwks.json", { cache: fresh ? "reload" : "default" }));
      const keys = reading.then(({ keys }) => (Array.isArray(keys) ? keys : []));
      const entry = { at: now(), keys };
      this.#jwks = entry;
      keys.catch(() => this.#jwks === entry && (this.#jwks = null));
    }
    return this.#jwks.keys;
  }

  /** Repeats what may succeed later: back-off with jitter, `Retry-After` first. */
  async #persist(ask) {
    const { attempts, backoffMs, retryAfterMaxMs } = this.#env.limits;
    for (let attempt = 1; ; attempt++) {
      try {
        return await ask();
      } catch (error) {
        if (!(error instanceof AuthRetryableError) || attempt >= attempts || error.retryAfterMs > retryAfterMaxMs) throw error;
        await sleep(this.#env, error.retryAfterMs ?? backoffMs * 2 ** (attempt - 1) * (0.5 + this.#env.random() / 2));
      }
    }
  }

  /** One request, bounded in time, JSON in the answer. Form bodies and no extra headers: no preflight for the token. */
  async #request(path, init, timeoutMs = this.#env.limits.requestTimeoutMs) {
    const env = this.#env;
    const patience = new AbortController();
    const timer = env.setTimeout(() => patience.abort(), timeoutMs);
    let response;
    let text;
    try {
      response = await env.fetch(this.#issuer + path, { cache: "no-store", ...init, credentials: "omit", redirect: "error", signal: patience.signal });
      text = await response.text();
    } catch (cause) {
      throw patience.signal.aborted
        ? new AuthRetryableError("The sign-in service did not answer in time.", "timeout", { cause })
        : new AuthRetryableError("The sign-in service cannot be reached.", "network", { cause });
    } finally {
      env.clearTimeout(timer);
    }
    let body = null;
    try {
      body = JSON.parse(text);
    } catch {
      // judged below
    }
    const { status } = response;
    if (path === "/oauth/token" || path === "/me") this.#learnClock(response, body);
    if (status === 408 || status === 425 || status === 429 || status >= 500)
      throw new AuthRetryableError(`The sign-in service is busy (${status}).`, body?.error ?? "server_unavailable", {
        status,
        retryAfterMs: this.#retryAfterMs(response),
      });
    if (!response.ok) throw new AuthApiError(body?.error_description ?? `The server answered ${status}.`, body?.error ?? `http_${status}`, { status });
    if (path === "/oauth/revoke") return null;
    if (body === null || typeof body !== "object") throw new AuthRetryableError("Something between here and the sign-in service answered in its place.", "invalid_response", { status });
    return body;
  }

  /**
   * The server's clock: its `Date` where CORS shows it, else the birth of the ID token just received. The latter is
   * believed only beyond the tolerance, so a right clock is left alone.
   */
  #learnClock(response, body) {
    const date = Date.parse(response.headers.get("date") ?? "");
    const now = this.#env.now();
    if (date) this.#clockOffsetMs = date + 500 - now;
    else {
      const bornMs = claimsOf(body?.id_token)?.iat * 1000;
      const offsetMs = bornMs - now;
      if (bornMs) this.#clockOffsetMs = Math.abs(offsetMs) > this.#env.limits.clockToleranceS * 1000 ? offsetMs : 0;
    }
  }

  #retryAfterMs(response) {
    const text = response.headers.get("retry-after");
    if (text === null) return undefined;
    const ms = /^\d+$/.test(text) ? Number(text) * 1000 : Date.parse(text) - this.#serverNow();
    return ms >= 0 ? ms : undefined;
  }
}

/**
 * Makes the client of one application at one Symbolon server and starts `initialize()`.
 *
 * @param {ClientOptions} options
 * @param {object} [environment] replaces parts of the browser; for tests and shells, not stable
 * @returns {Client}
 */
export function createClient(options, environment) {
  return new SymbolonClient(options, environment);
}
