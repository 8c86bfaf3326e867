package dev.symbolon.store;

import static dev.symbolon.store.Columns.instant;
import static dev.symbolon.store.Columns.maybeInstant;

import dev.symbolon.oauth.TenantId;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jdbi.v3.core.Handle;

/// Mails that wait to be sent, and what became of them. What they say and who they go to is sealed, and gone as
/// soon as nothing more is to be done.
public final class Outbox {
    /// More than so many of one tenant do not wait.
    public static final int WAITING_MAX = 10_000;

    /// So many of one tenant are kept to be looked at where no mail leaves.
    public static final int SHOWN_MAX = 200;

    private static final String COLUMNS =
            "tenant_id, mail_id, kind, state, content, attempts, created_at, due_at, ended_at, answer";

    private final Database db;

    public Outbox(Database db) {
        this.db = db;
    }

    /// What became of a mail.
    public enum State {
        QUEUED,
        SENT,
        FAILED,
        /// It is not sent but looked at.
        SHOWN
    }

    /// A mail as it is kept.
    ///
    /// @param content sealed; absent when nothing more is to be done
    /// @param attempts how often it was tried
    /// @param dueAt when it is tried next
    /// @param answer what the mail server said last
    public record Row(
            TenantId tenant,
            String id,
            String kind,
            State state,
            Optional<String> content,
            int attempts,
            Instant createdAt,
            Optional<Instant> dueAt,
            Optional<Instant> endedAt,
            Optional<String> answer) {}

    /// Keeps a mail to be sent.
    ///
    /// @return false when too many wait already
    // Counted among all that wait, which are few, and not among all that the tenant ever sent.
    public boolean queue(TenantId tenant, String id, String kind, String content, Instant now) {
        return db.write(handle -> handle.createUpdate("""
                                INSERT INTO mail
                                    (tenant_id, mail_id, kind, state, content, attempts, created_at, due_at)
                                SELECT CAST(:tenant AS TEXT), CAST(:id AS TEXT), CAST(:kind AS TEXT), 'QUEUED',
                                    CAST(:content AS TEXT), 0, CAST(:now AS BIGINT), CAST(:now AS BIGINT)
                                WHERE (SELECT COUNT(*) FROM mail WHERE due_at >= 0 AND tenant_id || '' = :tenant)
                                    < :most""")
                        .bind("tenant", tenant.value())
                        .bind("id", id)
                        .bind("kind", kind)
                        .bind("content", content)
                        .bind("now", now.toEpochMilli())
                        .bind("most", WAITING_MAX)
                        .execute()
                == 1);
    }

    /// Keeps a mail to be looked at; the oldest ones go.
    public void show(TenantId tenant, String id, String kind, String content, Instant now) {
        this.db.<Integer>write(handle -> {
            handle.createUpdate("""
                            INSERT INTO mail (tenant_id, mail_id, kind, state, content, attempts, created_at, ended_at)
                            VALUES (:tenant, :id, :kind, 'SHOWN', :content, 0, :now, :now)""")
                    .bind("tenant", tenant.value())
                    .bind("id", id)
                    .bind("kind", kind)
                    .bind("content", content)
                    .bind("now", now.toEpochMilli())
                    .execute();
            return handle.createUpdate("""
                            DELETE FROM mail WHERE tenant_id = :tenant AND state = 'SHOWN' AND mail_id NOT IN
                                (SELECT mail_id FROM mail WHERE tenant_id = :tenant AND state = 'SHOWN'
                                ORDER BY created_at DESC, mail_id LIMIT :most)""")
                    .bind("tenant", tenant.value())
                    .bind("most", SHOWN_MAX)
                    .execute();
        });
    }

    /// Takes mails that are due: nobody else gets them until the time is over. Whoever takes one and vanishes
    /// leaves it to the next.
    ///
    /// @return with the attempt that begins now counted
    public List<Row> claim(Instant now, Duration time, int atMost) {
        return db.write(handle -> {
            var due = handle.createQuery(
                            "SELECT " + COLUMNS + " FROM mail WHERE due_at <= :now ORDER BY due_at LIMIT :most")
                    .bind("now", now.toEpochMilli())
                    .bind("most", atMost)
                    .map((row, _) -> row(row))
                    .list();
            var claimed = new ArrayList<Row>();
            for (var one : due) {
                if (putOff(handle, one, now.plus(time))) {
                    claimed.add(tried(one));
                }
            }
            return List.copyOf(claimed);
        });
    }

    private static boolean putOff(Handle handle, Row row, Instant until) {
        return handle.createUpdate("""
                        UPDATE mail SET due_at = :until, attempts = attempts + 1
                        WHERE tenant_id = :tenant AND mail_id = :id AND due_at = :seen""")
                        .bind("until", until.toEpochMilli())
                        .bind("tenant", row.tenant().value())
                        .bind("id", row.id())
                        .bind("seen", row.dueAt().orElseThrow().toEpochMilli())
                        .execute()
                == 1;
    }

    private static Row tried(Row row) {
        return new Row(
                row.tenant(),
                row.id(),
                row.kind(),
                row.state(),
                row.content(),
                row.attempts() + 1,
                row.createdAt(),
                row.dueAt(),
                row.endedAt(),
                row.answer());
    }

    /// It was sent, or nobody will try again: what it said is forgotten.
    public void end(TenantId tenant, String id, State state, String answer, Instant now) {
        this.db.<Integer>write(handle -> handle.createUpdate("""
                                UPDATE mail SET state = :state, content = NULL, due_at = NULL, ended_at = :now,
                                    answer = :answer
                                WHERE tenant_id = :tenant AND mail_id = :id AND due_at IS NOT NULL""")
                .bind("state", state.name())
                .bind("now", now.toEpochMilli())
                .bind("answer", answer)
                .bind("tenant", tenant.value())
                .bind("id", id)
                .execute());
    }

    /// It is tried again at that time.
    public void postpone(TenantId tenant, String id, String answer, Instant until) {
        this.db.<Integer>write(handle -> handle.createUpdate("""
                                UPDATE mail SET due_at = :until, answer = :answer
                                WHERE tenant_id = :tenant AND mail_id = :id AND due_at IS NOT NULL""")
                .bind("until", until.toEpochMilli())
                .bind("answer", answer)
                .bind("tenant", tenant.value())
                .bind("id", id)
                .execute());
    }

    /// When the next one is due.
    public Optional<Instant> nextDue() {
        return db.read(handle -> handle.createQuery(
                                "SELECT due_at FROM mail WHERE due_at IS NOT NULL ORDER BY due_at LIMIT 1")
                        .mapTo(Long.class)
                        .findOne())
                .map(Instant::ofEpochMilli);
    }

    /// When the oldest mail of all tenants was handed in that a mail server did not take and that is tried again.
    public Optional<Instant> oldestPostponed() {
        return db.read(handle -> handle.createQuery(
                                "SELECT created_at FROM mail WHERE due_at IS NOT NULL AND answer IS NOT NULL"
                                        + " ORDER BY created_at LIMIT 1")
                        .mapTo(Long.class)
                        .findOne())
                .map(Instant::ofEpochMilli);
    }

    /// The mails that are looked at, of every tenant, the newest first.
    public List<Row> shown(int atMost) {
        return db.read(handle -> handle.createQuery("SELECT " + COLUMNS
                        + " FROM mail WHERE state = 'SHOWN' ORDER BY created_at DESC, mail_id LIMIT :most")
                .bind("most", atMost)
                .map((row, _) -> row(row))
                .list());
    }

    /// What became of a tenant's mails, the newest first.
    public List<Row> log(TenantId tenant, int atMost) {
        return db.read(handle -> handle.createQuery("SELECT " + COLUMNS
                        + " FROM mail WHERE tenant_id = :tenant ORDER BY created_at DESC, mail_id LIMIT :most")
                .bind("tenant", tenant.value())
                .bind("most", atMost)
                .map((row, _) -> row(row))
                .list());
    }

    private static Row row(ResultSet row) throws SQLException {
        return new Row(
                new TenantId(row.getString("tenant_id")),
                row.getString("mail_id"),
                row.getString("kind"),
                State.valueOf(row.getString("state")),
                Optional.ofNullable(row.getString("content")),
                row.getInt("attempts"),
                instant(row, "created_at"),
                maybeInstant(row, "due_at"),
                maybeInstant(row, "ended_at"),
                Optional.ofNullable(row.getString("answer")));
    }
}
