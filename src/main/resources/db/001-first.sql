-- The first schema, one text for SQLite and PostgreSQL. Once released, this file is never edited: the next change is
-- the next number, it only adds, and servers one version apart run on the same schema.
--
-- TEXT and BIGINT only. Instants are epoch milliseconds, ids and hashes base64url text, lists and nested values JSON
-- text. There are no booleans: an instant that may be absent says more. Every key begins with the tenant; no secret is
-- stored in clear (sealed under the master key, or hashed).
-- A statement ends with a semicolon at the end of a line.

-- What belongs to the installation as a whole, by name; the only table without a tenant.
CREATE TABLE installation (
    name TEXT NOT NULL PRIMARY KEY,
    value TEXT NOT NULL,
    created_at BIGINT NOT NULL
);

CREATE TABLE tenant (
    tenant_id TEXT NOT NULL PRIMARY KEY,
    host TEXT NOT NULL,
    issuer TEXT NOT NULL,
    name TEXT NOT NULL,
    secret TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    updated_at BIGINT NOT NULL
);
-- Tenants.byHost, on every request; and no two tenants with one host.
CREATE UNIQUE INDEX tenant_host ON tenant (host);

CREATE TABLE client (
    tenant_id TEXT NOT NULL,
    client_id TEXT NOT NULL,
    metadata TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    updated_at BIGINT NOT NULL,
    disabled_at BIGINT,
    PRIMARY KEY (tenant_id, client_id)
);

CREATE TABLE client_secret (
    tenant_id TEXT NOT NULL,
    client_id TEXT NOT NULL,
    hash TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    expires_at BIGINT,
    PRIMARY KEY (tenant_id, client_id, hash)
);

-- An API that access tokens can be for.
CREATE TABLE resource (
    tenant_id TEXT NOT NULL,
    identifier TEXT NOT NULL,
    name TEXT NOT NULL,
    access_token_seconds BIGINT NOT NULL,
    algorithm TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    updated_at BIGINT NOT NULL,
    PRIMARY KEY (tenant_id, identifier)
);

-- email_folded: the address without regard to case (NFKC, lower case), absent for one that nobody is found by.
-- signed_out_at: no session and no grant that
-- rests on an older sign-in is honoured, even one that was written at the same moment by another node.
CREATE TABLE account (
    tenant_id TEXT NOT NULL,
    subject TEXT NOT NULL,
    email TEXT,
    email_folded TEXT,
    email_verified_at BIGINT,
    profile TEXT NOT NULL,
    password_hash TEXT,
    password_changed_at BIGINT,
    signed_out_at BIGINT,
    created_at BIGINT NOT NULL,
    updated_at BIGINT NOT NULL,
    disabled_at BIGINT,
    PRIMARY KEY (tenant_id, subject)
);
-- Accounts.byEmail and list; and two sign-ups cannot both win.
CREATE UNIQUE INDEX account_email ON account (tenant_id, email_folded);

-- Counted attempts in fixed windows. The names of buckets come from a bounded set, so the table cannot grow.
CREATE TABLE attempt (
    tenant_id TEXT NOT NULL,
    bucket TEXT NOT NULL,
    attempts BIGINT NOT NULL,
    window_ends_at BIGINT NOT NULL,
    PRIMARY KEY (tenant_id, bucket)
);

-- browser: the hash of the cookie that all live sessions of one browser share.
CREATE TABLE session (
    tenant_id TEXT NOT NULL,
    session_id TEXT NOT NULL,
    subject TEXT NOT NULL,
    browser TEXT NOT NULL,
    auth_time BIGINT NOT NULL,
    amr TEXT NOT NULL,
    chosen_at BIGINT NOT NULL,
    created_at BIGINT NOT NULL,
    last_seen_at BIGINT NOT NULL,
    ended_at BIGINT,
    PRIMARY KEY (tenant_id, session_id)
);
-- Sessions.ofBrowser, start, choose, touch, endBrowser.
CREATE INDEX session_browser ON session (tenant_id, browser);
-- Accounts.changePassword, disable, remove.
CREATE INDEX session_subject ON session (tenant_id, subject);
-- Purge: what has ended, and what nobody came back to.
CREATE INDEX session_ended ON session (ended_at) WHERE ended_at IS NOT NULL;
CREATE INDEX session_auth_time ON session (auth_time);

-- since: unbroken since then; granted_at: last given. A grant rests on the consent while consent_at >= since.
CREATE TABLE consent (
    tenant_id TEXT NOT NULL,
    subject TEXT NOT NULL,
    client_id TEXT NOT NULL,
    scope TEXT NOT NULL,
    since BIGINT NOT NULL,
    granted_at BIGINT NOT NULL,
    PRIMARY KEY (tenant_id, subject, client_id)
);

-- One row for each redeemed code; its primary key is what makes a code single-use. generation: that of the current
-- refresh token; no token is stored. offline_at: set when it outlives the logout of its session.
-- generation and rotated_at are in no index, so that a rotation writes the row and nothing else.
CREATE TABLE client_grant (
    tenant_id TEXT NOT NULL,
    grant_id TEXT NOT NULL,
    client_id TEXT NOT NULL,
    subject TEXT NOT NULL,
    session_id TEXT NOT NULL,
    scope TEXT NOT NULL,
    resource TEXT,
    nonce TEXT,
    auth_time BIGINT NOT NULL,
    amr TEXT NOT NULL,
    claims TEXT NOT NULL,
    consent_at BIGINT,
    offline_at BIGINT,
    created_at BIGINT NOT NULL,
    expires_at BIGINT NOT NULL,
    generation BIGINT NOT NULL,
    rotated_at BIGINT NOT NULL,
    revoked_at BIGINT,
    PRIMARY KEY (tenant_id, grant_id)
);
-- Grants.ofSubject and revokeSubject, Consents.revoke.
CREATE INDEX client_grant_subject ON client_grant (tenant_id, subject, created_at);
-- Sessions.end, Grants.revokeSession; Purge asks whether a session is still leaned on.
CREATE INDEX client_grant_session ON client_grant (tenant_id, session_id);
-- Grants.revokeClient.
CREATE INDEX client_grant_client ON client_grant (tenant_id, client_id);
-- Purge.
CREATE INDEX client_grant_expires ON client_grant (expires_at);
CREATE INDEX client_grant_revoked ON client_grant (revoked_at) WHERE revoked_at IS NOT NULL;

-- kept_after: milliseconds for which the public half is still published when its successor signs.
-- The primary key is what lets two nodes at once create one key.
CREATE TABLE signing_key (
    tenant_id TEXT NOT NULL,
    algorithm TEXT NOT NULL,
    sequence BIGINT NOT NULL,
    kid TEXT NOT NULL,
    private_jwk TEXT NOT NULL,
    public_jwk TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    signs_from BIGINT NOT NULL,
    kept_after BIGINT NOT NULL,
    retired_at BIGINT,
    PRIMARY KEY (tenant_id, algorithm, sequence)
);
CREATE UNIQUE INDEX signing_key_kid ON signing_key (tenant_id, kid);

-- What was refused, counted; at most 1,000 rows in a tenant. Every part of the key is cut, so that an index entry of
-- PostgreSQL (2,704 bytes) holds it.
CREATE TABLE refusal (
    tenant_id TEXT NOT NULL,
    client_id TEXT NOT NULL,
    rule TEXT NOT NULL,
    received TEXT NOT NULL,
    registered TEXT NOT NULL,
    error_id TEXT NOT NULL,
    times BIGINT NOT NULL,
    first_at BIGINT NOT NULL,
    last_at BIGINT NOT NULL,
    PRIMARY KEY (tenant_id, client_id, rule, received)
);
-- Refusals.byErrorId.
CREATE INDEX refusal_error ON refusal (tenant_id, error_id);
-- Refusals.list, and dropping the oldest.
CREATE INDEX refusal_last ON refusal (tenant_id, last_at);

-- The audit trail. seq grows with time; detail is a JSON object of texts.
CREATE TABLE event (
    tenant_id TEXT NOT NULL,
    seq BIGINT NOT NULL,
    at BIGINT NOT NULL,
    kind TEXT NOT NULL,
    subject TEXT,
    client_id TEXT,
    session_id TEXT,
    grant_id TEXT,
    detail TEXT NOT NULL,
    PRIMARY KEY (tenant_id, seq)
);
-- Purge.
CREATE INDEX event_at ON event (at);
