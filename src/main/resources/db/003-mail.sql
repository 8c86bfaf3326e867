-- Mails that wait to be sent, and what became of them.

-- content: who it goes to and what it says, sealed under the tenant's secret; gone when nothing more is to be done.
-- due_at: when it is tried next; whoever tries it puts this off first, so that nobody else does.
-- answer: what the mail server said last.
CREATE TABLE mail (
    tenant_id TEXT NOT NULL,
    mail_id TEXT NOT NULL,
    kind TEXT NOT NULL,
    state TEXT NOT NULL,
    content TEXT,
    attempts BIGINT NOT NULL,
    created_at BIGINT NOT NULL,
    due_at BIGINT,
    ended_at BIGINT,
    answer TEXT,
    PRIMARY KEY (tenant_id, mail_id)
);
-- Outbox.claim
CREATE INDEX mail_due ON mail (due_at);
-- Outbox.log, Outbox.shown
CREATE INDEX mail_created ON mail (created_at);
