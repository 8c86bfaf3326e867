package dev.symbolon.store;

import static dev.symbolon.store.Columns.maybeInstant;
import static dev.symbolon.store.Columns.maybeText;

import dev.symbolon.crypto.Sealed;
import dev.symbolon.oauth.Connection;
import dev.symbolon.oauth.ConnectionId;
import dev.symbolon.oauth.TenantId;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.statement.Update;

/// The places where people of a tenant come from. Client secrets at other servers come in and go out sealed.
public final class Connections {
    private final Database db;

    public Connections(Database db) {
        this.db = db;
    }

    /// The connection that a new tenant has.
    static void addFirst(Handle handle, TenantId tenant, Instant now) {
        handle.createUpdate("""
                        INSERT INTO connection (tenant_id, connection_id, kind, name, label, settings, default_at,
                            created_at, updated_at)
                        VALUES (:tenant, 'database', 'database', 'email-password', 'E-mail', :settings, :now,
                            :now, :now)""")
                .bind("tenant", tenant.value())
                .bind("settings", Columns.settings(Optional.empty(), Optional.empty(), Connection.Rules.DEFAULT))
                .bind("now", now.toEpochMilli())
                .execute();
    }

    /// All connections of a tenant, the default one first, then by the name on the button.
    public List<Connection> list(TenantId tenant) {
        return db.read(handle -> list(handle, tenant));
    }

    private static List<Connection> list(Handle handle, TenantId tenant) {
        return handle.createQuery("""
                        SELECT * FROM connection WHERE tenant_id = :tenant
                        ORDER BY CASE WHEN default_at IS NULL THEN 1 ELSE 0 END, label, connection_id""")
                .bind("tenant", tenant.value())
                .map((row, context) -> connection(row))
                .list();
    }

    private record KnownOf(TenantId tenant) {}

    /// The same, as they were a second ago at most.
    public List<Connection> known(TenantId tenant) {
        return db.recall(
                        new KnownOf(tenant),
                        handle -> Optional.of(List.copyOf(list(handle, tenant))).filter(all -> !all.isEmpty()))
                .orElse(List.of());
    }

    /// The connection of that id, or else of that name.
    public Optional<Connection> named(TenantId tenant, String idOrName) {
        if (!Columns.isStorable(idOrName)) {
            return Optional.empty();
        }
        return db.read(handle -> handle.createQuery("""
                        SELECT * FROM connection
                        WHERE tenant_id = :tenant AND (connection_id = :wanted OR name = :wanted)
                        ORDER BY CASE WHEN connection_id = :wanted THEN 0 ELSE 1 END LIMIT 1""")
                .bind("tenant", tenant.value())
                .bind("wanted", idOrName)
                .map((row, context) -> connection(row))
                .findOne());
    }

    /// The connection of that id.
    public Optional<Connection> find(TenantId tenant, ConnectionId id) {
        return named(tenant, id.value()).filter(found -> found.id().equals(id));
    }

    /// The client secret at the other server, if there is one.
    public Optional<Sealed> secret(TenantId tenant, ConnectionId id) {
        return db.read(handle -> handle.createQuery(
                        "SELECT secret FROM connection WHERE tenant_id = :tenant AND connection_id = :id")
                .bind("tenant", tenant.value())
                .bind("id", id.value())
                .map((row, context) -> maybeText(row, "secret").map(Sealed::new))
                .findOne()
                .flatMap(found -> found));
    }

    /// Adds a connection; it is not the default one yet.
    ///
    /// @return false when the id or the name is taken; nothing is changed then
    public boolean add(Connection connection, Optional<Sealed> secret, Instant now) {
        return db.change(handle -> add(handle, connection, secret, now));
    }

    boolean add(Handle handle, Connection connection, Optional<Sealed> secret, Instant now) {
        var insert = handle.createUpdate("""
                            INSERT INTO connection (tenant_id, connection_id, kind, name, label, settings, secret,
                                created_at, updated_at, disabled_at)
                            VALUES (:tenant, :id, :kind, :name, :label, :settings, :secret, :now, :now, :disabled)
                            ON CONFLICT DO NOTHING""");
        var added = bound(insert, connection, now)
                .bind("kind", connection.kind().wire())
                .bind("secret", secret.map(Sealed::text).orElse(null))
                .execute();
        return told(handle, added, "connection.added", connection.tenant(), connection.id(), now);
    }

    /// Changes everything but the kind and which one is the default.
    ///
    /// @param secret a new one; the old one stays when absent
    /// @return false when there is no such connection or the name is taken; nothing is changed then
    public boolean update(Connection connection, Optional<Sealed> secret, Instant now) {
        return db.change(handle -> update(handle, connection, secret, now));
    }

    boolean update(Handle handle, Connection connection, Optional<Sealed> secret, Instant now) {
        var update = handle.createUpdate("""
                            UPDATE connection SET name = :name, label = :label, settings = :settings,
                                secret = COALESCE(CAST(:secret AS TEXT), secret), updated_at = :now,
                                disabled_at = CASE WHEN CAST(:disabled AS BIGINT) IS NULL THEN NULL
                                    ELSE COALESCE(disabled_at, CAST(:disabled AS BIGINT)) END
                            WHERE tenant_id = :tenant AND connection_id = :id AND NOT EXISTS
                                (SELECT 1 FROM connection o WHERE o.tenant_id = :tenant AND o.name = :name
                                    AND o.connection_id <> :id)""");
        var changed = bound(update, connection, now)
                .bind("secret", secret.map(Sealed::text).orElse(null))
                .execute();
        return told(handle, changed, "connection.updated", connection.tenant(), connection.id(), now);
    }

    /// Changes the same, if the connection still is what was read.
    ///
    /// @return false when it is not, or the name is taken; nothing is changed then
    public boolean replace(Connection before, Connection after, Optional<Sealed> secret, Instant now) {
        return db.change(handle -> {
            // Takes the row, so that nobody else changes it before this is done.
            handle.createUpdate("""
                            UPDATE connection SET updated_at = updated_at
                            WHERE tenant_id = :tenant AND connection_id = :id""")
                    .bind("tenant", before.tenant().value())
                    .bind("id", before.id().value())
                    .execute();
            return handle.createQuery("SELECT * FROM connection WHERE tenant_id = :tenant AND connection_id = :id")
                            .bind("tenant", before.tenant().value())
                            .bind("id", before.id().value())
                            .map((row, context) -> connection(row))
                            .findOne()
                            .filter(before::equals)
                            .isPresent()
                    && update(handle, after, secret, now);
        });
    }

    /// Switches a connection off; nobody comes from there until it is switched on again.
    ///
    /// @return false when there is none, it is off already or it is the default one; nothing is
    ///     changed then
    public boolean disable(TenantId tenant, ConnectionId id, Instant now) {
        return db.change(handle -> {
            var changed = handle.createUpdate("""
                            UPDATE connection SET disabled_at = :now, updated_at = :now
                            WHERE tenant_id = :tenant AND connection_id = :id
                                AND disabled_at IS NULL AND default_at IS NULL""")
                    .bind("tenant", tenant.value())
                    .bind("id", id.value())
                    .bind("now", now.toEpochMilli())
                    .execute();
            return told(handle, changed, "connection.disabled", tenant, id, now);
        });
    }

    /// Switches a connection on again.
    ///
    /// @return false when there is none or it is on already; nothing is changed then
    public boolean enable(TenantId tenant, ConnectionId id, Instant now) {
        return db.change(handle -> {
            var changed = handle.createUpdate("""
                            UPDATE connection SET disabled_at = NULL, updated_at = :now
                            WHERE tenant_id = :tenant AND connection_id = :id AND disabled_at IS NOT NULL""")
                    .bind("tenant", tenant.value())
                    .bind("id", id.value())
                    .bind("now", now.toEpochMilli())
                    .execute();
            return told(handle, changed, "connection.enabled", tenant, id, now);
        });
    }

    /// Makes it the one that a person meets first.
    ///
    /// @return false when there is no such connection or it is switched off; nothing is changed then
    public boolean setDefault(TenantId tenant, ConnectionId id, Instant now) {
        return db.change(handle -> setDefault(handle, tenant, id, now));
    }

    boolean setDefault(Handle handle, TenantId tenant, ConnectionId id, Instant now) {
        // One at a time: the row that every tenant has comes first, so that no two wait for each other's rows.
        handle.createUpdate("UPDATE connection SET updated_at = updated_at"
                        + " WHERE tenant_id = :tenant AND kind = 'database'")
                .bind("tenant", tenant.value())
                .execute();
        // Holds every other row too, so that none of them is removed or switched off before the answer.
        handle.createUpdate("UPDATE connection SET updated_at = updated_at WHERE tenant_id = :tenant")
                .bind("tenant", tenant.value())
                .execute();
        var changed = handle.createUpdate("""
                            UPDATE connection
                            SET default_at = CASE WHEN connection_id = :id THEN COALESCE(default_at, :now) ELSE NULL END
                            WHERE tenant_id = :tenant AND EXISTS (SELECT 1 FROM connection o
                                WHERE o.tenant_id = :tenant AND o.connection_id = :id AND o.disabled_at IS NULL)""")
                .bind("tenant", tenant.value())
                .bind("id", id.value())
                .bind("now", now.toEpochMilli())
                .execute();
        return told(handle, Math.min(changed, 1), "connection.default", tenant, id, now);
    }

    /// Forgets a connection with the identities that people have there; the one for passwords
    /// cannot go.
    ///
    /// @return false when there is none, or it is the default one or the one for passwords;
    ///     nothing is changed then
    public boolean remove(TenantId tenant, ConnectionId id, Instant now) {
        return db.change(handle -> {
            var removed = handle.createUpdate("""
                            DELETE FROM connection WHERE tenant_id = :tenant AND connection_id = :id
                                AND default_at IS NULL AND kind <> 'database'""")
                    .bind("tenant", tenant.value())
                    .bind("id", id.value())
                    .execute();
            if (removed == 1) {
                handle.createUpdate("DELETE FROM identity WHERE tenant_id = :tenant AND connection_id = :id")
                        .bind("tenant", tenant.value())
                        .bind("id", id.value())
                        .execute();
            }
            return told(handle, removed, "connection.removed", tenant, id, now);
        });
    }

    private static Update bound(Update update, Connection connection, Instant now) {
        return update.bind("tenant", connection.tenant().value())
                .bind("id", connection.id().value())
                .bind("name", connection.name())
                .bind("label", connection.label())
                .bind(
                        "settings",
                        Columns.settings(Optional.of(connection.icon()), connection.upstream(), connection.rules()))
                .bind("disabled", connection.isEnabled() ? null : now.toEpochMilli())
                .bind("now", now.toEpochMilli());
    }

    private boolean told(Handle handle, int rows, String kind, TenantId tenant, ConnectionId id, Instant now) {
        if (rows == 1) {
            Events.happened(kind, tenant, now).with("connection", id.value()).write(handle, db);
        }
        return rows == 1;
    }

    static Connection connection(ResultSet row) throws SQLException {
        var settings = row.getString("settings");
        return new Connection(
                new TenantId(row.getString("tenant_id")),
                new ConnectionId(row.getString("connection_id")),
                Columns.kind(row.getString("kind")),
                row.getString("name"),
                row.getString("label"),
                Columns.icon(settings, Columns.kind(row.getString("kind"))),
                Columns.upstream(settings),
                Columns.rules(settings),
                maybeInstant(row, "default_at").isPresent(),
                maybeInstant(row, "disabled_at").isEmpty());
    }
}
