package dev.symbolon.store;

import static dev.symbolon.store.Columns.instant;
import static dev.symbolon.store.Columns.maybeText;

import dev.symbolon.oauth.ClientId;
import dev.symbolon.oauth.GrantId;
import dev.symbolon.oauth.SessionId;
import dev.symbolon.oauth.Subject;
import dev.symbolon.oauth.TenantId;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jdbi.v3.core.Handle;
import org.jspecify.annotations.Nullable;

/// The audit trail. Each event is written in the transaction of the change that it tells of, by the room itself.
/// Nothing that an anonymous visitor can repeat writes one without a bound: failed sign-ins are counted
/// ([Accounts#countAttempt]) and told a few times in a window ([Accounts#guessed]), refusals are counted
/// ([Refusals]).
public final class Events {
    // Two processes can want the same number; whoever comes second takes the next.
    private static final int NUMBERS_TRIED = 256;

    private final Database db;

    public Events(Database db) {
        this.db = db;
    }

    /// Something security-relevant that happened.
    ///
    /// @param seq grows with time; names the event in its tenant
    /// @param kind for example `session.started`
    /// @param actor who did it, where that is not the person themselves
    public record Event(
            TenantId tenant,
            long seq,
            Instant at,
            String kind,
            Optional<Subject> subject,
            Optional<ClientId> client,
            Optional<SessionId> session,
            Optional<GrantId> grant,
            Map<String, String> detail,
            Optional<String> actor) {}

    /// The latest events before the one of that number, newest first.
    public List<Event> list(TenantId tenant, Optional<Long> before, int limit) {
        return list(tenant, before, "", limit);
    }

    /// The same, of the kinds that begin so.
    ///
    /// @param kind for example `session.`; all of them when empty
    public List<Event> list(TenantId tenant, Optional<Long> before, String kind, int limit) {
        if (!Columns.isStorable(kind)) {
            return List.of();
        }
        return db.read(handle -> handle.createQuery("""
                        SELECT * FROM event WHERE tenant_id = :tenant AND seq < :before
                            AND substr(kind, 1, :length) = :kind
                        ORDER BY seq DESC LIMIT :limit""")
                .bind("tenant", tenant.value())
                .bind("before", before.orElse(Long.MAX_VALUE))
                .bind("kind", kind)
                .bind("length", kind.codePointCount(0, kind.length()))
                .bind("limit", limit)
                .map((row, context) -> event(row))
                .list());
    }

    /// What happened to a person, the latest first.
    public List<Event> ofSubject(TenantId tenant, Subject subject, int limit) {
        return db.read(handle -> handle.createQuery("""
                        SELECT * FROM event WHERE tenant_id = :tenant AND subject = :subject
                        ORDER BY seq DESC LIMIT :limit""")
                .bind("tenant", tenant.value())
                .bind("subject", subject.value())
                .bind("limit", limit)
                .map((row, context) -> event(row))
                .list());
    }

    /// Every kind of event there is.
    public static final List<String> KINDS = List.of(
            "access.given",
            "access.taken",
            "account.created",
            "account.disabled",
            "account.enabled",
            "account.removed",
            "account.updated",
            "branding.updated",
            "client.added",
            "client.disabled",
            "client.enabled",
            "client.removed",
            "client.secret_added",
            "client.secret_removed",
            "client.secrets_replaced",
            "client.tried",
            "client.updated",
            "connection.added",
            "connection.default",
            "connection.disabled",
            "connection.enabled",
            "connection.removed",
            "connection.updated",
            "consent.given",
            "consent.revoked",
            "grant.replayed",
            "grant.revoked",
            "identity.linked",
            "identity.unlinked",
            "import.begun",
            "import.ended",
            "operator.removed",
            "operator.saved",
            "password.changed",
            "resource.removed",
            "resource.saved",
            "session.all_ended",
            "session.ended",
            "session.started",
            "settings.updated",
            "signin.slowed",
            "signing_key.created",
            "signing_key.withdrawn",
            "tenant.added",
            "tenant.exported",
            "tenant.updated",
            "token.revoked");

    /// Which events somebody wants to see.
    ///
    /// @param kind one of [#KINDS], exactly
    /// @param before only those of a smaller number
    public record Wanted(Optional<String> kind, Optional<Subject> subject, Optional<Long> before) {}

    /// The latest events of those that are wanted, newest first. However many there are, only so many are read.
    public List<Event> search(TenantId tenant, Wanted wanted, int limit) {
        // Of a person there are few, of a kind there can be a million: the index of kinds is not for both, and no
        // database can use one for a text that is put together.
        var kindColumn = wanted.subject().isPresent() ? "kind || ''" : "kind";
        var sql = "SELECT * FROM event WHERE tenant_id = :tenant AND seq < :before"
                + (wanted.kind().isPresent() ? " AND " + kindColumn + " = :kind" : "")
                + (wanted.subject().isPresent() ? " AND subject = :subject" : "")
                + " ORDER BY seq DESC LIMIT :limit";
        if (!Columns.isStorable(wanted.kind().orElse(""))
                || !Columns.isStorable(wanted.subject().map(Subject::value).orElse(""))) {
            return List.of();
        }
        return db.read(handle -> {
            var query = handle.createQuery(sql)
                    .bind("tenant", tenant.value())
                    .bind("before", wanted.before().orElse(Long.MAX_VALUE))
                    .bind("limit", limit);
            wanted.kind().ifPresent(kind -> query.bind("kind", kind));
            wanted.subject().ifPresent(subject -> query.bind("subject", subject.value()));
            return query.map((row, context) -> event(row)).list();
        });
    }

    /// How many events of a kind there were on each of so many days (UTC), the oldest first. However many there
    /// are, one row for each day is read, and what is not counted yet: at most 10,000 that have just happened.
    public List<Long> daily(TenantId tenant, String kind, LocalDate from, int days) {
        var counts = new ArrayList<>(Collections.nCopies(days, 0L));
        db.read(handle -> handle.createQuery("""
                                SELECT day, SUM(events) AS events FROM (
                                    SELECT day, events FROM event_day
                                    WHERE tenant_id = :tenant AND kind = :kind AND day >= :from AND day < :end
                                    UNION ALL
                                    SELECT at / 86400000 AS day, 1 AS events FROM (
                                        SELECT at, kind FROM event WHERE tenant_id = :tenant AND position > COALESCE(
                                            (SELECT counted FROM audit_chain WHERE tenant_id = :tenant), 0)
                                        ORDER BY position LIMIT :most) AS uncounted
                                    WHERE kind = :kind
                                    UNION ALL
                                    SELECT at / 86400000 AS day, 1 AS events FROM (
                                        SELECT at, kind FROM event WHERE tenant_id = :tenant AND position IS NULL
                                        ORDER BY seq LIMIT :most) AS unlinked
                                    WHERE kind = :kind) AS counted
                                WHERE day >= :from AND day < :end GROUP BY day""")
                        .bind("tenant", tenant.value())
                        .bind("kind", kind)
                        .bind("from", from.toEpochDay())
                        .bind("end", from.toEpochDay() + days)
                        .bind("most", AuditChain.COUNTED_AT_ONCE)
                        .map((row, context) -> Map.entry(row.getLong("day"), row.getLong("events")))
                        .list())
                .forEach(entry -> counts.set((int) (entry.getKey() - from.toEpochDay()), entry.getValue()));
        return List.copyOf(counts);
    }

    private static Event event(ResultSet row) throws SQLException {
        return new Event(
                new TenantId(row.getString("tenant_id")),
                row.getLong("seq"),
                instant(row, "at"),
                row.getString("kind"),
                maybeText(row, "subject").map(Subject::new),
                maybeText(row, "client_id").map(ClientId::new),
                maybeText(row, "session_id").map(SessionId::new),
                maybeText(row, "grant_id").map(GrantId::new),
                Columns.map(row.getString("detail")),
                maybeText(row, "actor"));
    }

    static Draft happened(String kind, TenantId tenant, Instant at) {
        return new Draft(kind, tenant, at);
    }

    /// An event about to be written.
    static final class Draft {
        private final String kind;
        private final TenantId tenant;
        private final Instant at;
        private final Map<String, String> detail = new LinkedHashMap<>();
        private @Nullable String subject;
        private @Nullable String client;
        private @Nullable String session;
        private @Nullable String grant;

        private Draft(String kind, TenantId tenant, Instant at) {
            this.kind = kind;
            this.tenant = tenant;
            this.at = at;
        }

        Draft subject(Subject value) {
            subject = value.value();
            return this;
        }

        Draft client(ClientId value) {
            client = value.value();
            return this;
        }

        Draft session(SessionId value) {
            session = value.value();
            return this;
        }

        Draft grant(GrantId value) {
            grant = value.value();
            return this;
        }

        Draft with(String name, String value) {
            detail.put(name, value);
            return this;
        }

        void write(Handle handle, Database db) {
            for (var tried = 0; tried < NUMBERS_TRIED; tried++) {
                var written = handle.createUpdate("""
                                INSERT INTO event (tenant_id, seq, at, kind, subject, client_id, session_id, grant_id,
                                    detail, actor)
                                VALUES (:tenant, :seq, :at, :kind, :subject, :client, :session, :grant, :detail,
                                    :actor)
                                ON CONFLICT DO NOTHING""")
                        .bind("tenant", tenant.value())
                        .bind("seq", db.nextEvent(at))
                        .bind("at", at.toEpochMilli())
                        .bind("kind", kind)
                        .bind("subject", subject)
                        .bind("client", client)
                        .bind("session", session)
                        .bind("grant", grant)
                        .bind("detail", Columns.map(detail))
                        .bind("actor", Actor.current().map(Actor::name).orElse(null))
                        .execute();
                if (written == 1) {
                    return;
                }
            }
            throw new StoreException("No number is free for an event; the clock may have gone far back.", null);
        }
    }
}
