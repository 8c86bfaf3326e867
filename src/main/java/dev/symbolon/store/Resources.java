package dev.symbolon.store;

import dev.symbolon.oauth.ProtectedResource;
import dev.symbolon.oauth.TenantId;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.jdbi.v3.core.Handle;

/// The APIs that access tokens can be for.
public final class Resources {
    private static final int LIST_MAX = 1_000;

    private final Database db;

    public Resources(Database db) {
        this.db = db;
    }

    /// Adds the API, or changes the one of the same identifier.
    public void put(ProtectedResource resource, Instant now) {
        db.write(handle -> put(handle, resource, now));
    }

    int put(Handle handle, ProtectedResource resource, Instant now) {
        var rows = handle.createUpdate("""
                            INSERT INTO resource (tenant_id, identifier, name, access_token_seconds, algorithm,
                                created_at, updated_at)
                            VALUES (:tenant, :identifier, :name, :seconds, :algorithm, :now, :now)
                            ON CONFLICT (tenant_id, identifier) DO UPDATE SET name = :name,
                                access_token_seconds = :seconds, algorithm = :algorithm, updated_at = :now""")
                .bind("tenant", resource.tenant().value())
                .bind("identifier", resource.identifier())
                .bind("name", resource.name())
                .bind("seconds", resource.accessToken().toSeconds())
                .bind("algorithm", resource.algorithm().wire())
                .bind("now", now.toEpochMilli())
                .execute();
        Events.happened("resource.saved", resource.tenant(), now)
                .with("identifier", resource.identifier())
                .write(handle, db);
        return rows;
    }

    /// The API of exactly that identifier.
    public Optional<ProtectedResource> find(TenantId tenant, String identifier) {
        if (!Columns.isStorable(identifier)) {
            return Optional.empty();
        }
        return db.read(handle -> handle.createQuery(
                        "SELECT * FROM resource WHERE tenant_id = :tenant AND identifier = :identifier")
                .bind("tenant", tenant.value())
                .bind("identifier", identifier)
                .map((row, context) -> resource(row))
                .findOne());
    }

    /// All APIs of the tenant by identifier, 1,000 at most.
    public List<ProtectedResource> list(TenantId tenant) {
        return db.read(handle -> handle.createQuery(
                        "SELECT * FROM resource WHERE tenant_id = :tenant ORDER BY identifier LIMIT :limit")
                .bind("tenant", tenant.value())
                .bind("limit", LIST_MAX)
                .map((row, context) -> resource(row))
                .list());
    }

    /// Forgets the API: no more tokens for it are made; those that exist are good until they expire.
    ///
    /// @return whether there was one
    public boolean remove(TenantId tenant, String identifier, Instant now) {
        return db.write(handle -> {
            var removed = handle.createUpdate(
                            "DELETE FROM resource WHERE tenant_id = :tenant AND identifier = :identifier")
                    .bind("tenant", tenant.value())
                    .bind("identifier", identifier)
                    .execute();
            if (removed == 1) {
                Events.happened("resource.removed", tenant, now)
                        .with("identifier", identifier)
                        .write(handle, db);
            }
            return removed == 1;
        });
    }

    /// The APIs by identifier, from behind the given one on.
    public List<ProtectedResource> list(TenantId tenant, String after, int limit) {
        return db.read(handle -> handle.createQuery("""
                        SELECT * FROM resource WHERE tenant_id = :tenant AND identifier > :after
                        ORDER BY identifier LIMIT :limit""")
                .bind("tenant", tenant.value())
                .bind("after", after)
                .bind("limit", limit)
                .map((row, context) -> resource(row))
                .list());
    }

    private static ProtectedResource resource(ResultSet row) throws SQLException {
        return new ProtectedResource(
                new TenantId(row.getString("tenant_id")),
                row.getString("identifier"),
                row.getString("name"),
                Duration.ofSeconds(row.getLong("access_token_seconds")),
                Columns.algorithm(row.getString("algorithm")));
    }
}
