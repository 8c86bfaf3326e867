-- Files that are or were imported. import_id: a keyed digest of the first line; digest: the same of every line up to the
-- place, each with the one before, so that only the same file goes on there. problems: a JSON list of line and reason.
CREATE TABLE tenant_import (
    tenant_id TEXT NOT NULL,
    import_id TEXT NOT NULL,
    source TEXT NOT NULL,
    bytes_total BIGINT NOT NULL,
    bytes_read BIGINT NOT NULL,
    lines_read BIGINT NOT NULL,
    digest TEXT NOT NULL,
    added BIGINT NOT NULL,
    present BIGINT NOT NULL,
    refused BIGINT NOT NULL,
    problems TEXT NOT NULL,
    started_at BIGINT NOT NULL,
    updated_at BIGINT NOT NULL,
    ended_at BIGINT,
    PRIMARY KEY (tenant_id, import_id)
);
