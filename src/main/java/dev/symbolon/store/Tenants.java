package dev.symbolon.store;

import dev.symbolon.crypto.Sealed;
import dev.symbolon.oauth.Issuer;
import dev.symbolon.oauth.Tenant;
import dev.symbolon.oauth.TenantId;
import dev.symbolon.oauth.TenantSettings;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.statement.Update;

/// The issuers of this installation, each with the secret that its keys are derived from.
public final class Tenants {
    private static final int LIST_MAX = 10_000;

    // Every table but the tenant's own and that of the installation.
    private static final List<String> EMPTY = Stream.of(
                    "client",
                    "client_secret",
                    "resource",
                    "account",
                    "attempt",
                    "session",
                    "consent",
                    "client_grant",
                    "signing_key",
                    "refusal",
                    "event",
                    "connection",
                    "identity",
                    "one_time_code",
                    "mail",
                    "operator",
                    "account_word",
                    "client_access",
                    "revoked_token",
                    "audit_chain",
                    "event_day",
                    "branding",
                    "tenant_settings",
                    "tenant_import")
            .map(table -> "DELETE FROM " + table + " WHERE tenant_id = :tenant")
            .toList();

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
                // What a server still wrote that had not noticed yet that a tenant of this id was removed.
                empty(handle, tenant.id());
                Connections.addFirst(handle, tenant.id(), now);
                Events.happened("tenant.added", tenant.id(), now)
                        .with("issuer", tenant.issuer().value())
                        .write(handle, db);
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
                Events.happened("tenant.updated", tenant.id(), now)
                        .with("issuer", tenant.issuer().value())
                        .write(handle, db);
            }
            return changed == 1;
        });
    }

    /// What a tenant has otherwise than the installation.
    public TenantSettings settings(TenantId tenant) {
        return db.read(handle -> settings(handle, tenant));
    }

    private static TenantSettings settings(Handle handle, TenantId tenant) {
        return handle.createQuery("SELECT * FROM tenant_settings WHERE tenant_id = :tenant")
                .bind("tenant", tenant.value())
                .map((row, context) -> new TenantSettings(
                        Columns.maybeText(row, "language"),
                        Columns.maybeSeconds(row, "session_idle_seconds"),
                        Columns.maybeSeconds(row, "session_absolute_seconds"),
                        Columns.maybeSeconds(row, "events_kept_seconds")))
                .findOne()
                .orElse(TenantSettings.NONE);
    }

    /// A tenant as its operators set it.
    public record Configured(String name, TenantSettings settings) {
        private Map<String, String> values() {
            var values = new TreeMap<>(settings.values());
            values.put("name", name);
            return values;
        }
    }

    /// Gives a tenant that name and those settings, if it has the ones that the caller believes.
    ///
    /// @return false when somebody was faster; nothing is changed then
    public boolean configure(TenantId tenant, Configured before, Configured after, Instant now) {
        if (after.equals(before)) {
            return true;
        }
        return db.write(handle -> {
            // Whoever comes at the same time waits here, and then sees what was written.
            var named = handle.createUpdate("""
                            UPDATE tenant SET name = name WHERE tenant_id = :tenant AND name = :before""")
                    .bind("tenant", tenant.value())
                    .bind("before", before.name())
                    .execute();
            if (named == 0 || !settings(handle, tenant).equals(before.settings())) {
                return false;
            }
            handle.createUpdate("UPDATE tenant SET name = :name, updated_at = :now WHERE tenant_id = :tenant")
                    .bind("tenant", tenant.value())
                    .bind("name", after.name())
                    .bind("now", now.toEpochMilli())
                    .execute();
            write(handle, tenant, after.settings(), now);
            var event = Events.happened("settings.updated", tenant, now);
            changed(before.values(), after.values()).forEach(event::with);
            event.write(handle, db);
            return true;
        });
    }

    private static void write(Handle handle, TenantId tenant, TenantSettings settings, Instant now) {
        handle.createUpdate("""
                        INSERT INTO tenant_settings (tenant_id, language, session_idle_seconds,
                            session_absolute_seconds, events_kept_seconds, updated_at)
                        VALUES (:tenant, :language, :idle, :absolute, :kept, :now)
                        ON CONFLICT (tenant_id) DO UPDATE SET language = :language, session_idle_seconds = :idle,
                            session_absolute_seconds = :absolute, events_kept_seconds = :kept, updated_at = :now""")
                .bind("tenant", tenant.value())
                .bind("language", settings.language().orElse(null))
                .bind("idle", Columns.seconds(settings.sessionIdle()))
                .bind("absolute", Columns.seconds(settings.sessionAbsolute()))
                .bind("kept", Columns.seconds(settings.eventsKept()))
                .bind("now", now.toEpochMilli())
                .execute();
    }

    // What is as the installation has it again is told as such.
    private static Map<String, String> changed(Map<String, String> before, Map<String, String> after) {
        var changed = new TreeMap<>(after);
        before.keySet().forEach(name -> changed.putIfAbsent(name, "default"));
        changed.entrySet().removeIf(entry -> entry.getValue().equals(before.get(entry.getKey())));
        return changed;
    }

    /// What is in a tenant, in rows.
    ///
    /// @param sessions those that have not ended
    /// @param grants those that are not revoked
    public record Contents(
            long clients,
            long resources,
            long people,
            long consents,
            long sessions,
            long grants,
            long keys,
            long events) {}

    /// How much there is in a tenant.
    public Contents contents(TenantId tenant) {
        return db.read(handle -> handle.createQuery("""
                        SELECT (SELECT COUNT(*) FROM client WHERE tenant_id = :tenant) AS clients,
                            (SELECT COUNT(*) FROM resource WHERE tenant_id = :tenant) AS resources,
                            (SELECT COUNT(*) FROM account WHERE tenant_id = :tenant) AS people,
                            (SELECT COUNT(*) FROM consent WHERE tenant_id = :tenant) AS consents,
                            (SELECT COUNT(*) FROM session WHERE tenant_id = :tenant AND ended_at IS NULL) AS sessions,
                            (SELECT COUNT(*) FROM client_grant WHERE tenant_id = :tenant AND revoked_at IS NULL) AS grants,
                            (SELECT COUNT(*) FROM signing_key WHERE tenant_id = :tenant) AS signing_keys,
                            (SELECT COUNT(*) FROM event WHERE tenant_id = :tenant) AS events""")
                .bind("tenant", tenant.value())
                .map((row, context) -> new Contents(
                        row.getLong("clients"),
                        row.getLong("resources"),
                        row.getLong("people"),
                        row.getLong("consents"),
                        row.getLong("sessions"),
                        row.getLong("grants"),
                        row.getLong("signing_keys"),
                        row.getLong("events")))
                .one());
    }

    /// Forgets a tenant with everything that is in it: secret, keys, applications, people,
    /// sessions, grants, and the
    /// audit trail too. When it returns, no node honours anything that it issued, not even if a
    /// tenant of the same
    /// id is made anew: that one has another secret.
    ///
    /// @return whether there was one; nothing is changed otherwise
    public boolean remove(TenantId tenant) {
        return db.write(handle -> {
            var removed = handle.createUpdate("DELETE FROM tenant WHERE tenant_id = :tenant")
                    .bind("tenant", tenant.value())
                    .execute();
            if (removed == 1) {
                empty(handle, tenant);
            }
            return removed == 1;
        });
    }

    private static void empty(Handle handle, TenantId tenant) {
        for (var statement : EMPTY) {
            handle.createUpdate(statement).bind("tenant", tenant.value()).execute();
        }
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

    /// The tenant that was there first: its owners may make others.
    public Optional<TenantId> first() {
        return db.read(
                handle -> handle.createQuery("SELECT tenant_id FROM tenant ORDER BY created_at, tenant_id LIMIT 1")
                        .mapTo(String.class)
                        .findOne()
                        .map(TenantId::new));
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
