-- actor: who did it, beside whom it is about. position, link: the place in the chain of the tenant, given right after the
-- event was written; link is a keyed digest of the link before and of everything that the event says.
ALTER TABLE event ADD COLUMN actor TEXT;
ALTER TABLE event ADD COLUMN position BIGINT;
ALTER TABLE event ADD COLUMN link TEXT;
CREATE UNIQUE INDEX event_position ON event (tenant_id, position) WHERE position IS NOT NULL;
-- AuditChain.link: what has no place yet.
CREATE INDEX event_unlinked ON event (tenant_id, seq) WHERE position IS NULL;

-- The end of the chain, and the last link that was removed because it was old.
CREATE TABLE audit_chain (
    tenant_id TEXT NOT NULL PRIMARY KEY,
    position BIGINT NOT NULL,
    link TEXT NOT NULL,
    removed_position BIGINT NOT NULL,
    removed_link TEXT NOT NULL
);
