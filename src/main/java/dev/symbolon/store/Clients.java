package dev.symbolon.store;

import dev.symbolon.crypto.TokenHash;
import dev.symbolon.oauth.Client;
import dev.symbolon.oauth.ClientId;
import dev.symbolon.oauth.TenantId;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/// The registered applications.
public final class Clients {
    private final Database db;

    public Clients(Database db) {
        this.db = db;
    }

    /// Soon.
    public boolean add(Client client, Instant now) {
        return db.soon();
    }

    /// Soon.
    public boolean update(Client client, Instant now) {
        return db.soon();
    }

    /// Soon.
    public Optional<Client> find(TenantId tenant, ClientId id) {
        return db.soon();
    }

    /// Soon.
    public List<Client> list(TenantId tenant, Optional<ClientId> after, int limit) {
        return db.soon();
    }

    /// Soon.
    public boolean remove(TenantId tenant, ClientId id, Instant now) {
        return db.soon();
    }

    /// Soon.
    public boolean disable(TenantId tenant, ClientId id, Instant now) {
        return db.soon();
    }

    /// Soon.
    public boolean enable(TenantId tenant, ClientId id, Instant now) {
        return db.soon();
    }

    /// Soon.
    public void addSecret(TenantId tenant, ClientId id, TokenHash hash, Instant now, Optional<Instant> expiresAt) {
        db.soon();
    }

    /// Soon.
    public void replaceSecrets(TenantId tenant, ClientId id, TokenHash hash, Instant now, Optional<Instant> expiresAt) {
        db.soon();
    }

    /// Soon.
    public List<TokenHash> secrets(TenantId tenant, ClientId id, Instant now) {
        return db.soon();
    }
}
