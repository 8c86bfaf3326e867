package dev.symbolon.store;

import dev.symbolon.oauth.TenantId;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import org.jdbi.v3.core.Handle;

/// Removes what nothing asks for any more. No answer changes by it: what it removes was refused
/// before, and a code
/// that could be replayed still finds its grant.
public final class Purge {
    /// Dead rows stay so long: what is spent or taken back must not be good again on a node whose clock is set
    /// back.
    public static final Duration DEAD_FOR = Duration.ofDays(1);

    /// Browsers forget a cookie after 400 days, so nobody comes back to a session older than that.
    public static final Duration SESSIONS_FORGOTTEN_AFTER = Duration.ofDays(400);

    private static final String EXPIRED_GRANTS = """
            DELETE FROM client_grant WHERE (tenant_id, grant_id) IN
                (SELECT tenant_id, grant_id FROM client_grant
                WHERE expires_at <= :before AND created_at <= :before LIMIT :limit)""";

    private static final String REVOKED_GRANTS = """
            DELETE FROM client_grant WHERE (tenant_id, grant_id) IN
                (SELECT tenant_id, grant_id FROM client_grant
                WHERE revoked_at IS NOT NULL AND revoked_at <= :before AND created_at <= :before
                LIMIT :limit)""";

    private static final String ENDED_SESSIONS = """
            DELETE FROM session WHERE (tenant_id, session_id) IN
                (SELECT tenant_id, session_id FROM session
                WHERE ended_at IS NOT NULL AND ended_at <= :before LIMIT :limit)""";

    private static final String FORGOTTEN_SESSIONS = """
            DELETE FROM session WHERE (tenant_id, session_id) IN
                (SELECT s.tenant_id, s.session_id FROM session s
                WHERE s.auth_time <= :before AND NOT EXISTS
                    (SELECT 1 FROM client_grant g
                    WHERE g.tenant_id = s.tenant_id AND g.session_id = s.session_id)
                LIMIT :limit)""";

    private static final String RETIRED_KEYS = """
            DELETE FROM signing_key WHERE (tenant_id, algorithm, sequence) IN
                (SELECT tenant_id, algorithm, sequence FROM signing_key
                WHERE retired_at IS NOT NULL AND retired_at + kept_after <= :before LIMIT :limit)""";

    private static final String PAST_WINDOWS = """
            DELETE FROM attempt WHERE (tenant_id, bucket) IN
                (SELECT tenant_id, bucket FROM attempt WHERE window_ends_at <= :before LIMIT :limit)""";

    private static final String EXPIRED_CODES = """
            DELETE FROM one_time_code WHERE (tenant_id, code_id) IN
                (SELECT tenant_id, code_id FROM one_time_code WHERE expires_at <= :before LIMIT :limit)""";

    private static final String EXPIRED_TOKENS = """
            DELETE FROM revoked_token WHERE (tenant_id, jti) IN
                (SELECT tenant_id, jti FROM revoked_token WHERE expires_at <= :before LIMIT :limit)""";

    private static final String TENANTS_WITH_OLD_EVENTS = """
            SELECT tenant_id FROM event e WHERE at <= :before AND position IS NOT NULL AND NOT EXISTS
                (SELECT 1 FROM tenant_settings s
                WHERE s.tenant_id = e.tenant_id AND s.events_kept_seconds IS NOT NULL)
            LIMIT :limit""";

    // An event's number grows with time, 1,024 to the millisecond.
    private static final String TENANTS_THAT_KEEP_OTHERWISE = """
            SELECT s.tenant_id, s.events_kept_seconds FROM tenant_settings s
            WHERE s.events_kept_seconds IS NOT NULL AND EXISTS
                (SELECT 1 FROM event e WHERE e.tenant_id = s.tenant_id AND e.position IS NOT NULL
                    AND e.seq <= (:now - s.events_kept_seconds * 1000 + 1) * 1024)
            ORDER BY s.tenant_id LIMIT :limit""";

    private static final String OLD_MAILS = """
            DELETE FROM mail WHERE (tenant_id, mail_id) IN
                (SELECT tenant_id, mail_id FROM mail
                WHERE due_at IS NULL AND created_at <= :before LIMIT :limit)""";

    private final Database db;

    public Purge(Database db) {
        this.db = db;
    }

    /// How long an operator wants to look back.
    ///
    /// @param events the audit trail
    /// @param mails what became of mails
    public record Kept(Duration events, Duration mails) {
        /// The same for both.
        public static Kept both(Duration time) {
            return new Kept(time, time);
        }
    }

    /// Removes at most so many rows in one transaction: dead grants, ended and forgotten sessions, signing keys
    /// that are no longer published, windows of attempts that are over, used codes that expired, and events and
    /// mails older than they are to be kept.
    ///
    /// @return how many were removed; as many as allowed means that there may be more
    public int purge(Instant now, Kept kept, int atMost) {
        return db.write(handle -> {
            var dead = now.minus(DEAD_FOR);
            var left = atMost;
            left -= delete(handle, EXPIRED_GRANTS, dead, left);
            left -= delete(handle, REVOKED_GRANTS, dead, left);
            left -= delete(handle, ENDED_SESSIONS, dead, left);
            left -= delete(handle, FORGOTTEN_SESSIONS, now.minus(SESSIONS_FORGOTTEN_AFTER), left);
            left -= delete(handle, RETIRED_KEYS, now, left);
            left -= delete(handle, PAST_WINDOWS, now, left);
            left -= delete(handle, EXPIRED_CODES, dead, left);
            left -= delete(handle, EXPIRED_TOKENS, dead, left);
            left -= forgetEvents(handle, now.minus(kept.events()), left);
            left -= forgetEventsOfThoseWhoKeepOtherwise(handle, now, left);
            left -= delete(handle, OLD_MAILS, now.minus(kept.mails()), left);
            return atMost - left;
        });
    }

    // Only from the beginning of each tenant's chain, so that what stays can still be verified.
    private static int forgetEvents(Handle handle, Instant before, int limit) {
        if (limit <= 0) {
            return 0;
        }
        var tenants = handle
                .createQuery(TENANTS_WITH_OLD_EVENTS)
                .bind("before", before.toEpochMilli())
                .bind("limit", limit)
                .mapTo(String.class)
                .list()
                .stream()
                .distinct()
                .sorted()
                .toList();
        var removed = 0;
        for (var tenant : tenants) {
            if (removed < limit) {
                removed += AuditChain.forget(handle, new TenantId(tenant), before, limit - removed);
            }
        }
        return removed;
    }

    private static int forgetEventsOfThoseWhoKeepOtherwise(Handle handle, Instant now, int limit) {
        if (limit <= 0) {
            return 0;
        }
        var kept = handle.createQuery(TENANTS_THAT_KEEP_OTHERWISE)
                .bind("now", now.toEpochMilli())
                .bind("limit", limit)
                .map((row, context) -> Map.entry(
                        new TenantId(row.getString("tenant_id")),
                        Duration.ofSeconds(row.getLong("events_kept_seconds"))))
                .list();
        var removed = 0;
        for (var tenant : kept) {
            if (removed < limit) {
                removed += AuditChain.forget(handle, tenant.getKey(), now.minus(tenant.getValue()), limit - removed);
            }
        }
        return removed;
    }

    private static int delete(Handle handle, String sql, Instant before, int limit) {
        if (limit <= 0) {
            return 0;
        }
        return handle.createUpdate(sql)
                .bind("before", before.toEpochMilli())
                .bind("limit", limit)
                .execute();
    }
}
