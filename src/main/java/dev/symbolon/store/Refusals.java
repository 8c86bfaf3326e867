package dev.symbolon.store;

import static dev.symbolon.store.Columns.instant;

import dev.symbolon.oauth.TenantId;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.jdbi.v3.core.Handle;

/// What was refused lately, counted, so that whoever sets up a client sees what it sent and what is registered.
/// Anyone can cause refusals, so everything here is bounded.
public final class Refusals {
    /// Kinds of refusal kept in a tenant at most; the longest unseen are dropped.
    public static final int KEPT_MAX = 1_000;

    private static final int TEXT_MAX_CHARACTERS = 500;
    // The primary key has to fit into an index entry of PostgreSQL: 2,704 bytes.
    private static final int CLIENT_MAX_CHARACTERS = 200;
    private static final int RULE_MAX_CHARACTERS = 100;

    private final Database db;

    public Refusals(Database db) {
        this.db = db;
    }

    /// One kind of refusal: the same client, rule and received value are counted together.
    ///
    /// @param registered what would have been accepted
    /// @param errorId the one shown with the latest of them
    public record Refusal(
            TenantId tenant,
            String clientId,
            String rule,
            String received,
            String registered,
            String errorId,
            long count,
            Instant firstAt,
            Instant lastAt) {
        private Refusal cut() {
            return new Refusal(
                    tenant,
                    Refusals.cut(clientId, CLIENT_MAX_CHARACTERS),
                    Refusals.cut(rule, RULE_MAX_CHARACTERS),
                    Refusals.cut(received, TEXT_MAX_CHARACTERS),
                    Refusals.cut(registered, TEXT_MAX_CHARACTERS),
                    Refusals.cut(errorId, CLIENT_MAX_CHARACTERS),
                    count,
                    firstAt,
                    lastAt);
        }
    }

    /// Counts a batch of refusals, all dated `now`, in one transaction.
    public void record(List<Refusal> batch, Instant now) {
        // In the order of the key, so that two nodes do not wait for each other in a circle.
        var ordered = batch.stream()
                .map(Refusal::cut)
                .sorted(Comparator.comparing(
                                (Refusal refusal) -> refusal.tenant().value())
                        .thenComparing(Refusal::clientId)
                        .thenComparing(Refusal::rule)
                        .thenComparing(Refusal::received))
                .toList();
        db.write(handle -> {
            ordered.forEach(refusal -> count(handle, refusal, now));
            var tenants = ordered.stream().map(Refusal::tenant).distinct().toList();
            tenants.forEach(tenant -> dropTheOldest(handle, tenant));
            return tenants.size();
        });
    }

    private static void count(Handle handle, Refusal refusal, Instant now) {
        handle.createUpdate("""
                        INSERT INTO refusal (tenant_id, client_id, rule, received, registered, error_id, times,
                            first_at, last_at)
                        VALUES (:tenant, :client, :rule, :received, :registered, :error, :times, :now, :now)
                        ON CONFLICT (tenant_id, client_id, rule, received) DO UPDATE SET registered = :registered,
                            error_id = :error, times = refusal.times + :times, last_at = :now""")
                .bind("tenant", refusal.tenant().value())
                .bind("client", refusal.clientId())
                .bind("rule", refusal.rule())
                .bind("received", refusal.received())
                .bind("registered", refusal.registered())
                .bind("error", refusal.errorId())
                .bind("times", refusal.count())
                .bind("now", now.toEpochMilli())
                .execute();
    }

    private static void dropTheOldest(Handle handle, TenantId tenant) {
        handle.createUpdate("""
                        DELETE FROM refusal WHERE tenant_id = :tenant AND (client_id, rule, received) IN
                            (SELECT client_id, rule, received FROM refusal WHERE tenant_id = :tenant
                            ORDER BY last_at DESC LIMIT 10000 OFFSET :kept)""")
                .bind("tenant", tenant.value())
                .bind("kept", KEPT_MAX)
                .execute();
    }

    /// The refusals of a tenant, latest first.
    public List<Refusal> list(TenantId tenant, int limit) {
        return db.read(handle -> handle.createQuery(
                        "SELECT * FROM refusal WHERE tenant_id = :tenant ORDER BY last_at DESC LIMIT :limit")
                .bind("tenant", tenant.value())
                .bind("limit", limit)
                .map((row, context) -> refusal(row))
                .list());
    }

    /// The refusal whose page showed this error id, in capital letters or small ones.
    public Optional<Refusal> byErrorId(TenantId tenant, String errorId) {
        if (!Columns.isStorable(errorId)) {
            return Optional.empty();
        }
        return db.read(handle -> handle.createQuery("""
                        SELECT * FROM refusal WHERE tenant_id = :tenant AND error_id = :error
                        ORDER BY last_at DESC LIMIT 1""")
                .bind("tenant", tenant.value())
                .bind("error", errorId.strip().toUpperCase(Locale.ROOT))
                .map((row, context) -> refusal(row))
                .findOne());
    }

    /// At most so many characters, without what PostgreSQL cannot store (NUL, half of a surrogate pair).
    private static String cut(String text, int most) {
        var out = new StringBuilder(Math.min(text.length(), most));
        text.codePoints()
                .limit(most)
                .filter(c -> c != 0 && (c < Character.MIN_SURROGATE || c > Character.MAX_SURROGATE))
                .takeWhile(c -> out.length() + Character.charCount(c) <= most)
                .forEach(out::appendCodePoint);
        return out.toString();
    }

    private static Refusal refusal(ResultSet row) throws SQLException {
        return new Refusal(
                new TenantId(row.getString("tenant_id")),
                row.getString("client_id"),
                row.getString("rule"),
                row.getString("received"),
                row.getString("registered"),
                row.getString("error_id"),
                row.getLong("times"),
                instant(row, "first_at"),
                instant(row, "last_at"));
    }
}
