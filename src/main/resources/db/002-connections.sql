-- Where people come from, who they are there, and which one-time codes were used.

-- secret: the client secret at the other server, sealed under the tenant's. default_at: set for the one that a person
-- meets first.
CREATE TABLE connection (
    tenant_id TEXT NOT NULL,
    connection_id TEXT NOT NULL,
    kind TEXT NOT NULL,
    name TEXT NOT NULL,
    label TEXT NOT NULL,
    settings TEXT NOT NULL,
    secret TEXT,
    default_at BIGINT,
    created_at BIGINT NOT NULL,
    updated_at BIGINT NOT NULL,
    disabled_at BIGINT,
    PRIMARY KEY (tenant_id, connection_id)
);
-- Connections.named; and no two connections with one name.
CREATE UNIQUE INDEX connection_name ON connection (tenant_id, name);

-- Every tenant has this one from the beginning.
INSERT INTO connection (tenant_id, connection_id, kind, name, label, settings, default_at, created_at, updated_at)
    SELECT tenant_id, 'database', 'database', 'email-password', 'E-mail', '{"sign_up":true}', created_at, created_at,
        created_at
    FROM tenant;

-- The key is the connection and what the other server calls the person for ever. claims: what it said last.
CREATE TABLE identity (
    tenant_id TEXT NOT NULL,
    connection_id TEXT NOT NULL,
    upstream_subject TEXT NOT NULL,
    subject TEXT NOT NULL,
    email TEXT,
    name TEXT,
    created_at BIGINT NOT NULL,
    last_used_at BIGINT NOT NULL,
    PRIMARY KEY (tenant_id, connection_id, upstream_subject)
);
-- Identities.ofSubject, Accounts.remove.
CREATE INDEX identity_subject ON identity (tenant_id, subject);

-- A one-time code that was used. What was never used has no row; a row goes when the code would have expired.
CREATE TABLE one_time_code (
    tenant_id TEXT NOT NULL,
    code_id TEXT NOT NULL,
    used_at BIGINT NOT NULL,
    expires_at BIGINT NOT NULL,
    PRIMARY KEY (tenant_id, code_id)
);
-- Purge.
CREATE INDEX one_time_code_expires ON one_time_code (expires_at);
