package dev.symbolon.store;

import dev.symbolon.crypto.Sealed;
import dev.symbolon.oauth.Issuer;
import dev.symbolon.oauth.Tenant;
import dev.symbolon.oauth.TenantId;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.jdbi.v3.core.statement.Update;

/// The issuers of this installation, each with the secret that its keys are derived from.
public final class Tenants {
    private static final int LIST_MAX = 10_000;

    private final Database db;

    public Tenants(Database db) {
        this.db = db;
    }

    /// Adds a tenant with its sealed secret.
    ///
    /// @return false when the id or the host is taken; nothing is changed then
    public boolean add(Tenant tenant, Sealed secret, Instant now) {
        return db.write(handle -> {
            var insert = handle.createUpdate("""
                                    INSERT INTO tenant (tenant_id, host, issuer, name, secret, created_at, updated_at)
                                    VALUES (:tenant, :host, :issuer, :name, :secret, :now, :now)
                                    ON CONFLICT DO NOTHING""");
            var added = bound(insert, tenant, now).bind("secret", secret.text()).execute();
            if (added == 1) {
                Events.happened("tenant.added", tenant.id(), now).write(handle, db);
            }
            return added == 1;
        });
    }

    /// Changes the issuer and the name.
    ///
    /// @return false when there is no such tenant or another one has the host; nothing is changed then
    public boolean update(Tenant tenant, Instant now) {
        return db.write(handle -> {
            var update = handle.createUpdate("""
                                    UPDATE tenant SET host = :host, issuer = :issuer, name = :name, updated_at = :now
                                    WHERE tenant_id = :tenant AND NOT EXISTS
                                        (SELECT 1 FROM tenant o WHERE o.host = :host AND o.tenant_id <> :tenant)""");
            var changed = bound(update, tenant, now).execute();
            if (changed == 1) {
                Events.happened("tenant.updated", tenant.id(), now).write(handle, db);
            }
            return changed == 1;
        });
    }

    private static Update bound(Update update, Tenant tenant, Instant now) {
        return update.bind("tenant", tenant.id().value())
                .bind("host", tenant.issuer().host())
                .bind("issuer", tenant.issuer().value())
                .bind("name", tenant.name())
                .bind("now", now.toEpochMilli());
    }

    /// The tenant of that id.
    public Optional<Tenant> find(TenantId id) {
        return db.read(handle -> handle.createQuery("SELECT * FROM tenant WHERE tenant_id = :tenant")
                .bind("tenant", id.value())
                .map((row, context) -> tenant(row))
                .findOne());
    }

    /// The tenant that a request's `Host` header names, for example `localhost:8080`.
    public Optional<Tenant> byHost(String host) {
        if (!Columns.isStorable(host)) {
            return Optional.empty();
        }
        return db.read(handle -> handle.createQuery("SELECT * FROM tenant WHERE host = :host")
                .bind("host", host)
                .map((row, context) -> tenant(row))
                .findOne());
    }

    /// All tenants by id, 10,000 at most.
    public List<Tenant> list() {
        return db.read(handle -> handle.createQuery("SELECT * FROM tenant ORDER BY tenant_id LIMIT :limit")
                .bind("limit", LIST_MAX)
                .map((row, context) -> tenant(row))
                .list());
    }

    /// The sealed secret of a tenant.
    ///
    /// @throws StoreException when there is no such tenant
    public Sealed secret(TenantId id) {
        return db.read(handle -> handle.createQuery("SELECT secret FROM tenant WHERE tenant_id = :tenant")
                        .bind("tenant", id.value())
                        .mapTo(String.class)
                        .findOne())
                .map(Sealed::new)
                .orElseThrow(() -> new StoreException("There is no tenant " + id + ".", null));
    }

    private static Tenant tenant(ResultSet row) throws SQLException {
        return new Tenant(
                new TenantId(row.getString("tenant_id")), new Issuer(row.getString("issuer")), row.getString("name"));
    }
}
