package dev.symbolon.store;

import dev.symbolon.oauth.SessionId;
import dev.symbolon.oauth.TenantId;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jdbi.v3.core.Handle;

/// The list of everybody who is signed in. Sessions that nobody came back to stay for a long time among the live
/// ones, and no index knows which they are, since then every page that somebody opens would write it. So they
/// are passed over in steps, and a page ends after so many.
final class SessionPages {
    /// Sessions, live or not, that are looked at for a page.
    private static final int LOOKED_AT_MAX = 10_000;

    private static final int LOOKED_AT_ONCE = 1_000;

    private SessionPages() {}

    static Sessions.Page read(
            Handle handle, TenantId tenant, Optional<Instant> before, Sessions.Limits limits, Instant now, int limit) {
        var oldest = now.minus(limits.absolute()).toEpochMilli();
        var idle = now.minus(limits.idle()).toEpochMilli();
        var rows = new ArrayList<Sessions.Listed>();
        var end = before.map(Instant::toEpochMilli).orElse(Long.MAX_VALUE);
        for (var looked = 0; looked < LOOKED_AT_MAX && end > oldest && rows.size() <= limit; looked += LOOKED_AT_ONCE) {
            var begin = begin(handle, tenant, end, oldest);
            rows.addAll(signedInBetween(handle, new Span(tenant, begin, end), idle, limit + 1 - rows.size()));
            end = begin;
        }
        var shown = rows.stream().limit(limit).toList();
        var next = rows.size() > limit
                ? Optional.of(shown.getLast().authTime())
                : Optional.of(Instant.ofEpochMilli(end)).filter(at -> at.toEpochMilli() > oldest);
        return new Sessions.Page(shown, next);
    }

    /// Sign-ins from `begin` on and before `end`.
    private record Span(TenantId tenant, long begin, long end) {}

    // The sign-in from which on there are so many before the end; sign-ins of one moment stay together.
    private static long begin(Handle handle, TenantId tenant, long end, long oldest) {
        return handle.createQuery("""
                        SELECT auth_time FROM session
                        WHERE tenant_id = :tenant AND auth_time < :end AND auth_time >= :oldest
                        ORDER BY auth_time DESC LIMIT 1 OFFSET :last""")
                .bind("tenant", tenant.value())
                .bind("end", end)
                .bind("oldest", oldest)
                .bind("last", LOOKED_AT_ONCE - 1)
                .mapTo(Long.class)
                .findOne()
                .orElse(oldest);
    }

    private static List<Sessions.Listed> signedInBetween(Handle handle, Span span, long idle, int limit) {
        return handle.createQuery("SELECT s.session_id, s.auth_time, s.last_seen_at, s.agent,"
                        + " s.network, " + Accounts.COLUMNS + """
                         FROM session s JOIN account a ON a.tenant_id = s.tenant_id AND a.subject = s.subject
                        WHERE s.tenant_id = :tenant AND s.auth_time < :end AND s.auth_time >= :begin
                            AND s.ended_at IS NULL AND s.last_seen_at >= :idle
                        ORDER BY s.auth_time DESC, s.session_id LIMIT :limit""")
                .bind("tenant", span.tenant().value())
                .bind("begin", span.begin())
                .bind("end", span.end())
                .bind("idle", idle)
                .bind("limit", limit)
                .map((row, _) -> new Sessions.Listed(
                        new SessionId(row.getString("session_id")),
                        Accounts.account(row),
                        Columns.instant(row, "auth_time"),
                        Columns.instant(row, "last_seen_at"),
                        device(row)))
                .list();
    }

    static Sessions.Device device(ResultSet row) throws SQLException {
        return new Sessions.Device(
                Optional.ofNullable(row.getString("agent")).orElse(""),
                Optional.ofNullable(row.getString("network")).orElse(""));
    }
}
