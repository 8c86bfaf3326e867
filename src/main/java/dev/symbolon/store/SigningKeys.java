package dev.symbolon.store;

import dev.symbolon.crypto.Sealed;
import dev.symbolon.oauth.SigningAlgorithm;
import dev.symbolon.oauth.TenantId;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;

/// The keys that sign tokens.
public final class SigningKeys {
    /// A key as it is stored; the private half only sealed.
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

    private final Database db;

    public SigningKeys(Database db) {
        this.db = db;
    }

    /// Soon.
    public List<StoredKey> list(TenantId tenant, Instant now) {
        return db.soon();
    }

    /// Soon.
    public boolean rotateIfDue(
            TenantId tenant, SigningAlgorithm algorithm, KeySchedule schedule, Instant now, Supplier<NewKey> maker) {
        return db.soon();
    }

    /// Soon.
    public boolean rotateNow(TenantId tenant, SigningAlgorithm algorithm, Instant signsFrom, Instant now, NewKey key) {
        return db.soon();
    }
}
