package dev.symbolon.store;

import dev.symbolon.oauth.TenantId;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/// What was refused lately, counted.
public final class Refusals {
    /// One kind of refusal: the same client, rule and received value are counted together.
    public record Refusal(
            TenantId tenant,
            String clientId,
            String rule,
            String received,
            String registered,
            String errorId,
            long count,
            Instant firstAt,
            Instant lastAt) {}

    private final Database db;

    public Refusals(Database db) {
        this.db = db;
    }

    /// Soon.
    public void record(List<Refusal> batch, Instant now) {
        db.soon();
    }

    /// Soon.
    public List<Refusal> list(TenantId tenant, int limit) {
        return db.soon();
    }

    /// Soon.
    public Optional<Refusal> byErrorId(TenantId tenant, String errorId) {
        return db.soon();
    }
}
