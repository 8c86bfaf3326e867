-- How many events of a kind there were on a day (days since 1970, UTC), so that the figures of the dashboard read a row
-- for each day. Counted when an event gets its place in the chain.
CREATE TABLE event_day (
    tenant_id TEXT NOT NULL,
    kind TEXT NOT NULL,
    day BIGINT NOT NULL,
    events BIGINT NOT NULL,
    PRIMARY KEY (tenant_id, kind, day)
);
-- The last place that was counted.
ALTER TABLE audit_chain ADD COLUMN counted BIGINT;
UPDATE audit_chain SET counted = position;
INSERT INTO event_day (tenant_id, kind, day, events)
    SELECT e.tenant_id, e.kind, e.at / 86400000, COUNT(*)
    FROM audit_chain c JOIN event e ON e.tenant_id = c.tenant_id AND e.position <= c.counted
    GROUP BY e.tenant_id, e.kind, e.at / 86400000;
-- Outbox.log: SQLite would read every mail of the tenant for the newest.
CREATE INDEX mail_tenant ON mail (tenant_id, created_at);
-- AccountWords.search, of several words: whether a person has the others, from one index. The one before is its beginning.
CREATE INDEX account_word_person ON account_word (tenant_id, subject, word);
DROP INDEX account_word_subject;
