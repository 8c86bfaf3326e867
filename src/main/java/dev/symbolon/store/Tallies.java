package dev.symbolon.store;

import dev.symbolon.oauth.TenantId;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.Comparator;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import org.jdbi.v3.core.Handle;

/// Counts by day of what happens too often for an event of its own. They wait in memory and are added to the
/// days of the events by whoever calls [#flush]; a node that is killed loses what it counted since.
public final class Tallies {
    private static final Comparator<Key> IN_ONE_ORDER = Comparator.comparing(
                    (Key key) -> key.tenant().value())
            .thenComparing(Key::kind)
            .thenComparingLong(Key::day);

    /// A session was renewed by its refresh token.
    public static final String TOKEN_REFRESHED = "token.refreshed";

    /// Somebody could not be signed in at another server; the connection's id follows.
    public static final String CONNECTION_FAILED = "connection.failed:";

    private record Key(TenantId tenant, String kind, long day) {}

    private final Database db;
    private final ConcurrentMap<Key, Long> waiting = new ConcurrentHashMap<>();

    /// Nothing is waiting yet.
    public Tallies(Database db) {
        this.db = db;
    }

    /// It has happened once more.
    ///
    /// @param kind one of few: there is a row for each and every day
    public void count(TenantId tenant, String kind, Instant at) {
        waiting.merge(new Key(tenant, kind, day(at)), 1L, Long::sum);
    }

    /// Adds what is waiting. What cannot be written waits on.
    public void flush() {
        var batch = new TreeMap<Key, Long>(IN_ONE_ORDER);
        for (var key : waiting.keySet()) {
            var times = waiting.remove(key);
            if (times != null) {
                batch.put(key, times);
            }
        }
        if (batch.isEmpty()) {
            return;
        }
        try {
            var _ = write(batch);
        } catch (RuntimeException notWritten) {
            batch.forEach((key, times) -> waiting.merge(key, times, Long::sum));
            throw notWritten;
        }
    }

    // In one order on every node, so that no two wait for each other.
    private int write(Map<Key, Long> batch) {
        return db.write(handle -> {
            var rows = 0;
            for (var one : batch.entrySet()) {
                rows += add(handle, one.getKey(), one.getValue());
            }
            return rows;
        });
    }

    private static int add(Handle handle, Key key, long times) {
        return handle.createUpdate("""
                        INSERT INTO event_day (tenant_id, kind, day, events)
                        SELECT tenant_id, :kind, CAST(:day AS BIGINT), CAST(:times AS BIGINT)
                        FROM tenant WHERE tenant_id = :tenant
                        ON CONFLICT (tenant_id, kind, day) DO UPDATE SET events = event_day.events + excluded.events""")
                .bind("tenant", key.tenant().value())
                .bind("kind", key.kind())
                .bind("day", key.day())
                .bind("times", times)
                .execute();
    }

    /// What was counted on one day (UTC), of the kinds that begin so.
    ///
    /// @return the rest of each kind's name, and how often
    public Map<String, Long> on(TenantId tenant, String prefix, LocalDate day) {
        return db.read(handle -> {
            var found = new TreeMap<String, Long>();
            handle.createQuery("""
                            SELECT kind, events FROM event_day
                            WHERE tenant_id = :tenant AND kind LIKE :prefix || '%' AND day = :day""")
                    .bind("tenant", tenant.value())
                    .bind("prefix", prefix)
                    .bind("day", day.toEpochDay())
                    .map((row, _) -> Map.entry(row.getString("kind"), row.getLong("events")))
                    .forEach(one -> found.put(one.getKey().substring(prefix.length()), one.getValue()));
            return found;
        });
    }

    private static long day(Instant at) {
        return LocalDate.ofInstant(at, ZoneOffset.UTC).toEpochDay();
    }
}
