-- What a person is found by: e-mail, sub and every word of the name, as the hexadecimal digits of their folded UTF-8,
-- so that "begins with" is a range in the order of every database.
CREATE TABLE account_word (
    tenant_id TEXT NOT NULL,
    word TEXT NOT NULL,
    subject TEXT NOT NULL,
    PRIMARY KEY (tenant_id, word, subject)
);
-- Accounts.remove, and every change of a name.
CREATE INDEX account_word_subject ON account_word (tenant_id, subject);
-- Sessions.list.
CREATE INDEX session_tenant ON session (tenant_id, auth_time);
-- Events.search, and the figures of the dashboard.
CREATE INDEX event_kind ON event (tenant_id, kind, seq);
CREATE INDEX event_subject ON event (tenant_id, subject, seq) WHERE subject IS NOT NULL;
