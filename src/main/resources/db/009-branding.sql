-- How the pages of a tenant look and what they say. look: JSON text. logo: base64 text.
CREATE TABLE branding (
    tenant_id TEXT NOT NULL PRIMARY KEY,
    look TEXT NOT NULL,
    updated_at BIGINT NOT NULL,
    logo TEXT
);

-- What a tenant has otherwise than the installation; absent is the installation's.
CREATE TABLE tenant_settings (
    tenant_id TEXT NOT NULL PRIMARY KEY,
    language TEXT,
    session_idle_seconds BIGINT,
    session_absolute_seconds BIGINT,
    events_kept_seconds BIGINT,
    updated_at BIGINT NOT NULL
);
