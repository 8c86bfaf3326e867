package dev.symbolon.store;

import dev.symbolon.crypto.Sealed;
import dev.symbolon.oauth.Tenant;
import dev.symbolon.oauth.TenantId;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/// The issuers of this installation.
public final class Tenants {
    private final Database db;

    public Tenants(Database db) {
        this.db = db;
    }

    /// Soon.
    public boolean add(Tenant tenant, Sealed secret, Instant now) {
        return db.soon();
    }

    /// Soon.
    public boolean update(Tenant tenant, Instant now) {
        return db.soon();
    }

    /// Soon.
    public Optional<Tenant> find(TenantId id) {
        return db.soon();
    }

    /// Soon.
    public Optional<Tenant> byHost(String host) {
        return db.soon();
    }

    /// Soon.
    public List<Tenant> list() {
        return db.soon();
    }

    /// Soon.
    public Sealed secret(TenantId id) {
        return db.soon();
    }
}
