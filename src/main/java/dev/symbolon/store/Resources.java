package dev.symbolon.store;

import dev.symbolon.oauth.ProtectedResource;
import dev.symbolon.oauth.TenantId;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/// The APIs that access tokens can be for.
public final class Resources {
    private final Database db;

    public Resources(Database db) {
        this.db = db;
    }

    /// Soon.
    public void put(ProtectedResource resource, Instant now) {
        db.soon();
    }

    /// Soon.
    public Optional<ProtectedResource> find(TenantId tenant, String identifier) {
        return db.soon();
    }

    /// Soon.
    public List<ProtectedResource> list(TenantId tenant) {
        return db.soon();
    }

    /// Soon.
    public boolean remove(TenantId tenant, String identifier, Instant now) {
        return db.soon();
    }
}
