package dev.symbolon.store;

import static dev.symbolon.store.Columns.instant;
import static dev.symbolon.store.Columns.maybeInstant;

import dev.symbolon.crypto.Sealed;
import dev.symbolon.oauth.SigningAlgorithm;
import dev.symbolon.oauth.TenantId;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import org.jdbi.v3.core.Handle;

/// The keys that sign tokens: published before they sign, kept until their last token is dead.
public final class SigningKeys {
    /// How long a key is still published when nobody said: longer than any access token lives.
    public static final Duration KEPT_AFTER_DEFAULT = Duration.ofDays(31);

    private final Database db;

    public SigningKeys(Database db) {
        this.db = db;
    }

    /// A key as it is stored; the private half only sealed. It signs from `signsFrom` until `retiredAt`.
    ///
    /// @param publicJwk the JSON that the JWKS document shows
    /// @param signsFrom published before, signs from here on
    /// @param retiredAt when its successor signs instead
    public record StoredKey(
            TenantId tenant,
            String kid,
            SigningAlgorithm algorithm,
            Sealed privateJwk,
            String publicJwk,
            Instant createdAt,
            Instant signsFrom,
            Optional<Instant> retiredAt) {}

    /// How long a key signs, how long before that it is published, and how long after that it is still published.
    public record KeySchedule(Duration signs, Duration publishedAhead, Duration keptAfter) {}

    /// A key that was just made.
    public record NewKey(String kid, Sealed privateJwk, String publicJwk) {}

    /// The keys to publish: by algorithm, oldest first. A key is left out once its successor has signed for as
    /// long as it was to be kept.
    public List<StoredKey> list(TenantId tenant, Instant now) {
        return db.read(handle -> list(handle, tenant, now));
    }

    private static List<StoredKey> list(Handle handle, TenantId tenant, Instant now) {
        return handle.createQuery("""
                        SELECT * FROM signing_key WHERE tenant_id = :tenant
                            AND (retired_at IS NULL OR retired_at + kept_after > :now)
                        ORDER BY algorithm, sequence""")
                .bind("tenant", tenant.value())
                .bind("now", now.toEpochMilli())
                .map((row, context) -> key(row))
                .list();
    }

    /// Makes the next key if it is time. The first one signs at once; a later one is published ahead and signs
    /// when its predecessor has signed for long enough. Two nodes at once create one key. The maker is asked
    /// outside of any transaction, and only when a key is due.
    ///
    /// @return whether this call created a key
    public boolean rotateIfDue(
            TenantId tenant, SigningAlgorithm algorithm, KeySchedule schedule, Instant now, Supplier<NewKey> maker) {
        var newest = newest(tenant, algorithm);
        var dueAt = newest.map(key -> key.signsFrom().plus(schedule.signs()).minus(schedule.publishedAhead()));
        if (dueAt.isPresent() && dueAt.get().isAfter(now)) {
            return false;
        }
        var signsFrom = newest.map(key -> {
                    var ahead = now.plus(schedule.publishedAhead());
                    var planned = key.signsFrom().plus(schedule.signs());
                    return planned.isAfter(ahead) ? planned : ahead;
                })
                .orElse(now);
        var sequence = newest.map(Newest::sequence).orElse(0L) + 1;
        var row = new Row(tenant, algorithm, sequence, signsFrom, schedule.keptAfter());
        var key = maker.get();
        return db.write(handle -> add(handle, row, key, now));
    }

    /// Makes this the next key, whatever the schedule says.
    ///
    /// @param signsFrom `now` for an emergency; otherwise later, so that those who cache the JWKS know it by then
    /// @return false when another node was faster or the kid is taken; nothing is changed then
    public boolean rotateNow(TenantId tenant, SigningAlgorithm algorithm, Instant signsFrom, Instant now, NewKey key) {
        var newest = newest(tenant, algorithm);
        var row = new Row(
                tenant,
                algorithm,
                newest.map(Newest::sequence).orElse(0L) + 1,
                signsFrom,
                newest.map(Newest::keptAfter).orElse(KEPT_AFTER_DEFAULT));
        return db.write(handle -> add(handle, row, key, now));
    }

    /// What became of a key that shall not be believed any more.
    public enum Withdrawal {
        /// No node publishes it, and nothing that it signed is honoured.
        WITHDRAWN,
        /// There is no such key, or it was withdrawn before.
        UNKNOWN,
        /// No other key of its algorithm signs yet: make one first.
        STILL_NEEDED
    }

    /// Takes a key back that may be known to somebody, with every token that it signed.
    public Withdrawal withdraw(TenantId tenant, String kid, Instant now) {
        if (!Columns.isStorable(kid)) {
            return Withdrawal.UNKNOWN;
        }
        return db.write(handle -> {
            var withdrawn = handle.createUpdate("""
                            UPDATE signing_key SET retired_at = :now, kept_after = 0
                            WHERE tenant_id = :tenant AND kid = :kid
                                AND (retired_at IS NULL OR retired_at + kept_after > :now)
                                AND EXISTS (SELECT 1 FROM signing_key o WHERE o.tenant_id = :tenant AND o.kid <> :kid
                                    AND o.algorithm = signing_key.algorithm AND o.signs_from <= :now
                                    AND (o.retired_at IS NULL OR o.retired_at > :now))""")
                    .bind("tenant", tenant.value())
                    .bind("kid", kid)
                    .bind("now", now.toEpochMilli())
                    .execute();
            if (withdrawn == 1) {
                Events.happened("signing_key.withdrawn", tenant, now)
                        .with("kid", kid)
                        .write(handle, db);
                return Withdrawal.WITHDRAWN;
            }
            return list(handle, tenant, now).stream().anyMatch(key -> key.kid().equals(kid))
                    ? Withdrawal.STILL_NEEDED
                    : Withdrawal.UNKNOWN;
        });
    }

    private record Newest(long sequence, Instant signsFrom, Duration keptAfter) {}

    private Optional<Newest> newest(TenantId tenant, SigningAlgorithm algorithm) {
        return db.read(handle -> handle.createQuery("""
                        SELECT * FROM signing_key WHERE tenant_id = :tenant AND algorithm = :algorithm
                        ORDER BY sequence DESC LIMIT 1""")
                .bind("tenant", tenant.value())
                .bind("algorithm", algorithm.wire())
                .map((row, context) -> new Newest(
                        row.getLong("sequence"),
                        instant(row, "signs_from"),
                        Duration.ofMillis(row.getLong("kept_after"))))
                .findOne());
    }

    private record Row(
            TenantId tenant, SigningAlgorithm algorithm, long sequence, Instant signsFrom, Duration keptAfter) {}

    // The number after the newest is free for one caller only: the primary key decides.
    private boolean add(Handle handle, Row row, NewKey key, Instant now) {
        var added = handle.createUpdate("""
                        INSERT INTO signing_key (tenant_id, algorithm, sequence, kid, private_jwk, public_jwk,
                            created_at, signs_from, kept_after)
                        VALUES (:tenant, :algorithm, :sequence, :kid, :private, :public, :now, :from, :kept)
                        ON CONFLICT DO NOTHING""")
                .bind("tenant", row.tenant().value())
                .bind("algorithm", row.algorithm().wire())
                .bind("sequence", row.sequence())
                .bind("kid", key.kid())
                .bind("private", key.privateJwk().text())
                .bind("public", key.publicJwk())
                .bind("now", now.toEpochMilli())
                .bind("from", row.signsFrom().toEpochMilli())
                .bind("kept", row.keptAfter().toMillis())
                .execute();
        if (added == 0) {
            return false;
        }
        handle.createUpdate("""
                        UPDATE signing_key SET retired_at = :from, kept_after = :kept
                        WHERE tenant_id = :tenant AND algorithm = :algorithm AND sequence < :sequence
                            AND (retired_at IS NULL OR retired_at > :from)""")
                .bind("tenant", row.tenant().value())
                .bind("algorithm", row.algorithm().wire())
                .bind("sequence", row.sequence())
                .bind("from", row.signsFrom().toEpochMilli())
                .bind("kept", row.keptAfter().toMillis())
                .execute();
        Events.happened("signing_key.created", row.tenant(), now)
                .with("kid", key.kid())
                .with("algorithm", row.algorithm().wire())
                .write(handle, db);
        return true;
    }

    private static StoredKey key(ResultSet row) throws SQLException {
        return new StoredKey(
                new TenantId(row.getString("tenant_id")),
                row.getString("kid"),
                Columns.algorithm(row.getString("algorithm")),
                new Sealed(row.getString("private_jwk")),
                row.getString("public_jwk"),
                instant(row, "created_at"),
                instant(row, "signs_from"),
                maybeInstant(row, "retired_at"));
    }
}
