-- What a client may ask of an API in its own name (RFC 6749 section 4.4). scope: words with single spaces.
CREATE TABLE client_access (
    tenant_id TEXT NOT NULL,
    client_id TEXT NOT NULL,
    identifier TEXT NOT NULL,
    scope TEXT NOT NULL,
    updated_at BIGINT NOT NULL,
    PRIMARY KEY (tenant_id, client_id, identifier)
);

-- An access token without a grant that its client gave back. The row goes when the token would have expired.
CREATE TABLE revoked_token (
    tenant_id TEXT NOT NULL,
    jti TEXT NOT NULL,
    expires_at BIGINT NOT NULL,
    PRIMARY KEY (tenant_id, jti)
);
-- Purge.
CREATE INDEX revoked_token_expires ON revoked_token (expires_at);
