package dev.symbolon.store;

import dev.symbolon.oauth.ClientId;
import dev.symbolon.oauth.Consent;
import dev.symbolon.oauth.Scope;
import dev.symbolon.oauth.Subject;
import dev.symbolon.oauth.TenantId;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/// What people allowed clients until they take it back.
public final class Consents {
    private final Database db;

    public Consents(Database db) {
        this.db = db;
    }

    /// Soon.
    public Optional<Consent> find(TenantId tenant, Subject subject, ClientId client) {
        return db.soon();
    }

    /// Soon.
    public Consent allow(TenantId tenant, Subject subject, ClientId client, Scope scope, Instant now) {
        return db.soon();
    }

    /// Soon.
    public boolean revoke(TenantId tenant, Subject subject, ClientId client, Instant now) {
        return db.soon();
    }

    /// Soon.
    public List<Consent> list(TenantId tenant, Subject subject) {
        return db.soon();
    }
}
