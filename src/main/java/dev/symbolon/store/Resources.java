package dev.symbolon.store;

import dev.symbolon.oauth.ProtectedResource;
import dev.symbolon.oauth.TenantId;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.statement.Update;

/// The APIs that access tokens can be for.
public final class Resources {
    /// The columns of an API `r` beside `tenant_id`, for every query that tells of one.
    static final String COLUMNS = "r.identifier, r.name, r.access_token_seconds, r.algorithm, r.permissions";

    private static final int LIST_MAX = 1_000;

    private final Database db;

    public Resources(Database db) {
        this.db = db;
    }

    /// Adds the API, or changes the one of the same identifier. Clients lose what it does not declare any more.
    public void put(ProtectedResource resource, Instant now) {
        db.change(handle -> put(handle, resource, now));
    }

    int put(Handle handle, ProtectedResource resource, Instant now) {
        var before = find(handle, resource.tenant(), resource.identifier());
        var rows = write(handle, """
                        INSERT INTO resource (tenant_id, identifier, name, access_token_seconds, algorithm, permissions,
                            created_at, updated_at)
                        VALUES (:tenant, :identifier, :name, :seconds, :algorithm, :permissions, :now, :now)
                        ON CONFLICT (tenant_id, identifier) DO UPDATE SET name = :name,
                            access_token_seconds = :seconds, algorithm = :algorithm, permissions = :permissions,
                            updated_at = :now""", resource, now).execute();
        saved(handle, before, resource, now);
        return rows;
    }

    /// Adds an API.
    ///
    /// @return false when there is one of that identifier; nothing is changed then
    public boolean add(ProtectedResource resource, Instant now) {
        return db.change(handle -> {
            var rows = write(handle, """
                            INSERT INTO resource (tenant_id, identifier, name, access_token_seconds, algorithm,
                                permissions, created_at, updated_at)
                            VALUES (:tenant, :identifier, :name, :seconds, :algorithm, :permissions, :now, :now)
                            ON CONFLICT DO NOTHING""", resource, now).execute();
            if (rows == 1) {
                saved(handle, Optional.empty(), resource, now);
            }
            return rows == 1;
        });
    }

    /// Changes an API, if it still is what was read. Clients lose what it does not declare any more.
    ///
    /// @return false when somebody has changed it since, or it is gone; nothing is changed then
    public boolean replace(ProtectedResource before, ProtectedResource after, Instant now) {
        return db.change(handle -> {
            var rows = write(handle, """
                            UPDATE resource SET name = :name, access_token_seconds = :seconds, algorithm = :algorithm,
                                permissions = :permissions, updated_at = :now
                            WHERE tenant_id = :tenant AND identifier = :identifier AND name = :name_before
                                AND access_token_seconds = :seconds_before AND algorithm = :algorithm_before
                                AND permissions = :permissions_before""", after, now)
                    .bind("name_before", before.name())
                    .bind("seconds_before", before.accessToken().toSeconds())
                    .bind("algorithm_before", before.algorithm().wire())
                    .bind("permissions_before", Columns.map(before.permissions()))
                    .execute();
            if (rows == 1) {
                saved(handle, Optional.of(before), after, now);
            }
            return rows == 1;
        });
    }

    private static Update write(Handle handle, String sql, ProtectedResource resource, Instant now) {
        return handle.createUpdate(sql)
                .bind("tenant", resource.tenant().value())
                .bind("identifier", resource.identifier())
                .bind("name", resource.name())
                .bind("seconds", resource.accessToken().toSeconds())
                .bind("algorithm", resource.algorithm().wire())
                .bind("permissions", Columns.map(resource.permissions()))
                .bind("now", now.toEpochMilli());
    }

    private void saved(Handle handle, Optional<ProtectedResource> before, ProtectedResource after, Instant now) {
        Events.happened("resource.saved", after.tenant(), now)
                .with("identifier", after.identifier())
                .with("permissions", String.join(" ", after.permissions().keySet()))
                .write(handle, db);
        var gone = new LinkedHashSet<>(
                before.map(one -> one.permissions().keySet()).orElse(Set.of()));
        gone.removeAll(after.permissions().keySet());
        if (!gone.isEmpty() || !after.permissions().isEmpty()) {
            new Access(db).narrow(handle, after, gone, now);
        }
    }

    /// The API of exactly that identifier.
    public Optional<ProtectedResource> find(TenantId tenant, String identifier) {
        if (!Columns.isStorable(identifier)) {
            return Optional.empty();
        }
        return db.read(handle -> find(handle, tenant, identifier));
    }

    private record Known(TenantId tenant, String identifier) {}

    /// The same, as it was a second ago at most.
    public Optional<ProtectedResource> known(TenantId tenant, String identifier) {
        if (!Columns.isStorable(identifier)) {
            return Optional.empty();
        }
        return db.recall(new Known(tenant, identifier), handle -> find(handle, tenant, identifier));
    }

    static Optional<ProtectedResource> find(Handle handle, TenantId tenant, String identifier) {
        return handle.createQuery("SELECT * FROM resource WHERE tenant_id = :tenant AND identifier = :identifier")
                .bind("tenant", tenant.value())
                .bind("identifier", identifier)
                .map((row, context) -> resource(row))
                .findOne();
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
        return db.change(handle -> {
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

    /// The API of a row that need not have one.
    static Optional<ProtectedResource> maybe(ResultSet row) throws SQLException {
        return row.getString("identifier") == null ? Optional.empty() : Optional.of(resource(row));
    }

    private static ProtectedResource resource(ResultSet row) throws SQLException {
        return new ProtectedResource(
                new TenantId(row.getString("tenant_id")),
                row.getString("identifier"),
                row.getString("name"),
                Duration.ofSeconds(row.getLong("access_token_seconds")),
                Columns.algorithm(row.getString("algorithm")),
                Columns.map(row.getString("permissions")));
    }
}
