/** Types of @symbolon/auth-js. The words are in docs/sdk.md. */

export interface User {
  id: string;
  sub: string;
  name?: string;
  email?: string;
  email_verified?: boolean;
  picture?: string;
  [claim: string]: unknown;
}

export interface Session {
  readonly access_token: string;
  /** Absent if the client is not allowed the grant type `refresh_token`. */
  readonly refresh_token?: string;
  /** Lifetime of the access token in seconds, as issued. */
  readonly expires_in: number;
  /** When the access token expires, in seconds since 1970 by the server's clock. */
  readonly expires_at: number;
  readonly token_type: string;
  /** Absent if the scope `openid` was not asked for. */
  readonly id_token?: string;
  /** The granted scopes. */
  readonly scope?: string;
  readonly user: User | null;
}

export type AuthChangeEvent = "INITIAL_SESSION" | "SIGNED_IN" | "SIGNED_OUT" | "TOKEN_REFRESHED" | "USER_UPDATED";
export type SignOutReason = "signed_out" | "session_ended" | "other_tab";

/** Answers may be promises. `length` and `key(i)`, as Web Storage has them, are used if they are there. */
export interface SupportedStorage {
  getItem(key: string): string | null | undefined | Promise<string | null | undefined>;
  setItem(key: string, value: string): void | Promise<void>;
  removeItem(key: string): void | Promise<void>;
}

export interface ClientOptions {
  /** Host of the Symbolon tenant, or its issuer with scheme. */
  domain: string;
  clientId: string;
  /** One of the client's Allowed Callback URLs. Default: `/callback` on this page's origin. */
  redirectUri?: string;
  /** Default `openid profile email`. */
  scope?: string;
  /** The API that the access token is for. */
  audience?: string;
  /** Default: `localStorage`. */
  storage?: "localStorage" | "memory" | "cookie" | SupportedStorage;
  /** Default `symbolon`. */
  storageKey?: string;
  /** Runs `run` while no other page of this browser does. Default: Web Locks, else a note in the storage. */
  lock?: <T>(name: string, run: () => Promise<T>) => Promise<T>;
  debug?: boolean | ((...words: unknown[]) => void);
}

export interface SignInOptions {
  /** Skips the sign-in screen and goes to this connection. */
  connection_id?: string;
  /** Older alias of `connection_id`. */
  connection?: string;
  /** The callback URL of this sign-in; default: `redirectUri`. */
  redirectTo?: string;
  /** A place of this application, given back by `initialize()`; other origins are dropped. */
  returnTo?: string;
  scopes?: string | string[];
  audience?: string;
  /** Further parameters of the authorization request: `prompt`, `login_hint`, `ui_locales`, `max_age`, `screen_hint`… */
  queryParams?: Record<string, string | number | boolean | null | undefined>;
  /** Anything that JSON can hold; given back by `initialize()`. */
  appState?: unknown;
  /** Hand out the address instead of going there. */
  skipBrowserRedirect?: boolean;
}

export interface PasswordlessOptions extends Omit<SignInOptions, "connection_id" | "connection" | "skipBrowserRedirect"> {
  email: string;
  /** Default `code`. */
  type?: "code" | "link";
}

export interface PlaceOptions {
  /** One of the client's Allowed Callback URLs; default: `redirectUri`. */
  redirectTo?: string;
  /** Hand out the address instead of going there. */
  skipBrowserRedirect?: boolean;
}

export interface ConnectionInfo {
  id: string;
  name: string;
  kind: "database" | "passwordless_email" | "google" | "github" | "microsoft" | "oidc" | "oauth2";
  /** For a button: `Continue with ${label}`. */
  label: string;
  icon: "key" | "mail" | "company" | "person" | "google" | "github" | "microsoft";
}

export interface TokenOptions extends SignInOptions {
  /** As a last resort leave the page once for a `prompt=none` round trip. */
  redirect?: boolean;
  /** Refresh even if the token is still good. */
  forceRefresh?: boolean;
}

export interface InitializeResult {
  error: AuthError | null;
  returnTo?: string;
  appState?: unknown;
  /** True if this sign-in created the account. */
  is_new_user?: boolean;
}

export interface TokenData {
  access_token: string | null;
  expires_at: number | null;
  /** True if the page is being left for a silent sign-in. */
  redirecting?: boolean;
}

export interface Subscription {
  unsubscribe(): void;
}

export interface Result<Data> {
  data: Data;
  error: AuthError | null;
}

/** Wrong options are a `TypeError`: thrown by what answers at once, a rejection of what answers with a promise. */
export interface SymbolonClient {
  initialize(): Promise<InitializeResult>;
  handleRedirectCallback(): Promise<InitializeResult>;
  signInWithOauthConnection(options?: SignInOptions): Promise<Result<{ url: string | null }>>;
  /** Sends a code (for `signInWithOtp`) or a link (which comes back to `redirectTo`). For first-party applications. */
  signInWithPasswordless(options: PasswordlessOptions): Promise<Result<{ expiresIn: number | null }>>;
  /** `username` is another name of `email`. A wrong code, `invalid_grant`, may be tried again. */
  signInWithOtp(options: { email?: string; username?: string; otp: string }): Promise<
    Result<{ session: Session | null; user: User | null; is_new_user: boolean }>
  >;
  /** Sends a mail whose link makes an account; a password that nobody should have is `invalid_password`. */
  signup(options: { email: string; password: string; name?: string }): Promise<Result<{ status: "verification_sent" | null }>>;
  /** Sends a mail whose link sets a new password. */
  changePassword(options: { email: string }): Promise<Result<{ status: "sent" | null }>>;
  /** The ways to sign in that are open for this application. */
  getConnections(): Promise<Result<{ connections: ConnectionInfo[] }>>;
  /** Goes to the page that connects another way to sign in with the account, and comes back to `redirectTo`. */
  linkOauthConnection(options: { connection: string } & PlaceOptions): Promise<Result<{ url: string | null }>>;
  /** Goes to the page that changes the address, and comes back to `redirectTo`. */
  changeEmail(options?: PlaceOptions): Promise<Result<{ url: string | null }>>;
  getSession(): Promise<Result<{ session: Session | null }>>;
  refreshSession(): Promise<Result<{ session: Session | null; user: User | null }>>;
  getAccessToken(): Promise<Result<TokenData>>;
  getTokenSilently(options?: TokenOptions): Promise<Result<TokenData>>;
  /** A token response, or a whole session. */
  setSession(tokens: {
    access_token: string;
    refresh_token?: string;
    id_token?: string;
    /** Seconds from now; `expires_at` comes first, and without both the token itself says it. */
    expires_in?: number;
    expires_at?: number;
    token_type?: string;
    scope?: string;
    /** Not used: it is read from the server. */
    user?: User | null;
  }): Promise<Result<{ session: Session | null; user: User | null }>>;
  getUser(): Promise<Result<{ user: User | null }>>;
  getClaims(): Promise<Result<{ claims: Record<string, unknown> | null }>>;
  getClaim(name: string): Promise<Result<{ claim: unknown }>>;
  signOut(options?: {
    scope?: "global" | "local" | "others";
    /** One of the client's Allowed Logout URLs. */
    returnTo?: string;
    /** False: do not leave the page; `data.url` is where to go. */
    redirect?: boolean;
  }): Promise<Result<{ url: string | null }>>;
  getLogoutUrl(options?: { returnTo?: string; state?: string }): string;
  onAuthStateChange(callback: (event: AuthChangeEvent, session: Session | null) => void | Promise<void>): {
    data: { subscription: Subscription };
  };
  startAutoRefresh(): void;
  stopAutoRefresh(): void;
  getRedirectError(): AuthError | null;
  getSignOutReason(): SignOutReason | null;
  getLastUsedLoginMethod(): Promise<string | null>;
  /** Stops timers, listeners and the channel. */
  dispose(): void;
}

/** Throws a `TypeError` for an option that is wrong, missing or not known. */
export declare function createClient(options: ClientOptions): SymbolonClient;

export declare class AuthError extends Error {
  /** Stable. */
  readonly code: string;
  /** HTTP status, if the server answered. */
  readonly status?: number;
  /** Milliseconds that the server asked to wait. */
  readonly retryAfterMs?: number;
}
/** The server answered and refused; `code` is its `error`. */
export declare class AuthApiError extends AuthError {}
/** Network, time-out, 429 or 5xx. The session is kept. */
export declare class AuthRetryableError extends AuthError {}
/** Nobody is signed in here; `code` is `session_missing`. */
export declare class AuthSessionMissingError extends AuthError {}
/** The callback is not the answer to a question of ours; `code`: `state`, `nonce`, `iss`, `verifier`, `id_token`. */
export declare class AuthCallbackError extends AuthError {}
/** A silent sign-in needs the person; `code`: `login_required`, `consent_required`, … */
export declare class AuthLoginRequiredError extends AuthError {}
