package dev.symbolon.store;

import dev.symbolon.oauth.ClientId;
import dev.symbolon.oauth.ProtectedResource;
import dev.symbolon.oauth.Scope;
import dev.symbolon.oauth.TenantId;
import java.time.Instant;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jdbi.v3.core.Handle;

/// What clients may ask of APIs in their own name, and the tokens that they gave back.
public final class Access {
    private static final int LIST_MAX = 1_000;

    private final Database db;

    public Access(Database db) {
        this.db = db;
    }

    /// Lets a client ask an API for these words, and for no others.
    ///
    /// @return false when there is no such client
    public boolean allow(TenantId tenant, ClientId client, String identifier, Scope scope, Instant now) {
        return db.change(handle -> allow(handle, tenant, client, identifier, scope, now));
    }

    boolean allow(Handle handle, TenantId tenant, ClientId client, String identifier, Scope scope, Instant now) {
        var rows = handle.createUpdate("""
                            INSERT INTO client_access (tenant_id, client_id, identifier, scope, updated_at)
                            SELECT c.tenant_id, c.client_id, :identifier, :scope, :now FROM client c
                            WHERE c.tenant_id = :tenant AND c.client_id = :client
                            ON CONFLICT (tenant_id, client_id, identifier) DO UPDATE SET scope = :scope,
                                updated_at = :now""")
                .bind("tenant", tenant.value())
                .bind("client", client.value())
                .bind("identifier", identifier)
                .bind("scope", scope.toString())
                .bind("now", now.toEpochMilli())
                .execute();
        if (rows == 1) {
            Events.happened("access.given", tenant, now)
                    .client(client)
                    .with("identifier", identifier)
                    .with("scope", scope.toString())
                    .write(handle, db);
        }
        return rows == 1;
    }

    /// Leaves clients no more of an API than it declares, and nothing of what it does not declare any more.
    void narrow(Handle handle, ProtectedResource api, Set<String> gone, Instant now) {
        var given = new LinkedHashMap<ClientId, Scope>();
        handle.createQuery("SELECT client_id, scope FROM client_access WHERE tenant_id = :tenant AND identifier = :api")
                .bind("tenant", api.tenant().value())
                .bind("api", api.identifier())
                .map((row, _) ->
                        Map.entry(new ClientId(row.getString("client_id")), Scope.stored(row.getString("scope"))))
                .forEach(entry -> given.put(entry.getKey(), entry.getValue()));
        given.forEach((client, scope) -> {
            var left = new LinkedHashSet<>(api.within(scope).values());
            left.removeAll(gone);
            if (left.size() < scope.values().size()) {
                allow(handle, api.tenant(), client, api.identifier(), Scope.of(left), now);
            }
        });
    }

    /// Takes it away; tokens that exist are good until they expire, or are introspected.
    ///
    /// @return whether there was anything
    public boolean disallow(TenantId tenant, ClientId client, String identifier, Instant now) {
        return db.change(handle -> {
            var rows = handle.createUpdate("""
                            DELETE FROM client_access
                            WHERE tenant_id = :tenant AND client_id = :client AND identifier = :identifier""")
                    .bind("tenant", tenant.value())
                    .bind("client", client.value())
                    .bind("identifier", identifier)
                    .execute();
            if (rows == 1) {
                Events.happened("access.taken", tenant, now)
                        .client(client)
                        .with("identifier", identifier)
                        .write(handle, db);
            }
            return rows == 1;
        });
    }

    /// What a client may ask, by the identifier of the API.
    public Map<String, Scope> of(TenantId tenant, ClientId client) {
        return db.read(handle -> of(handle, tenant, client));
    }

    private record Known(TenantId tenant, ClientId client) {}

    /// The same, as it was a second ago at most.
    public Map<String, Scope> known(TenantId tenant, ClientId client) {
        return db.recall(
                        new Known(tenant, client),
                        handle -> Optional.of(of(handle, tenant, client)).filter(given -> !given.isEmpty()))
                .orElse(Map.of());
    }

    private static Map<String, Scope> of(Handle handle, TenantId tenant, ClientId client) {
        var access = new LinkedHashMap<String, Scope>();
        handle.createQuery("""
                            SELECT identifier, scope FROM client_access
                            WHERE tenant_id = :tenant AND client_id = :client ORDER BY identifier LIMIT :limit""")
                .bind("tenant", tenant.value())
                .bind("client", client.value())
                .bind("limit", LIST_MAX)
                .map((row, _) -> Map.entry(row.getString("identifier"), Scope.stored(row.getString("scope"))))
                .forEach(entry -> access.put(entry.getKey(), entry.getValue()));
        return Collections.unmodifiableMap(access);
    }

    /// What a client that is switched on may ask of one API now, if it may anything.
    public Optional<Scope> of(TenantId tenant, ClientId client, String identifier) {
        if (!Columns.isStorable(identifier)) {
            return Optional.empty();
        }
        return db.read(handle -> handle.createQuery("""
                        SELECT n.scope FROM client_access n
                        JOIN client c ON c.tenant_id = n.tenant_id AND c.client_id = n.client_id
                        WHERE n.tenant_id = :tenant AND n.client_id = :client AND n.identifier = :identifier
                            AND c.disabled_at IS NULL""")
                .bind("tenant", tenant.value())
                .bind("client", client.value())
                .bind("identifier", identifier)
                .mapTo(String.class)
                .findOne()
                .map(Scope::stored));
    }

    /// Takes a token back for good. Idempotent.
    ///
    /// @param jti names the token
    /// @param expiresAt when it ends by itself
    public void revoke(TenantId tenant, ClientId client, String jti, Instant expiresAt, Instant now) {
        db.<Integer>write(handle -> {
            var rows = handle.createUpdate("""
                            INSERT INTO revoked_token (tenant_id, jti, expires_at) VALUES (:tenant, :jti, :expires)
                            ON CONFLICT DO NOTHING""")
                    .bind("tenant", tenant.value())
                    .bind("jti", jti)
                    .bind("expires", expiresAt.toEpochMilli())
                    .execute();
            if (rows == 1) {
                Events.happened("token.revoked", tenant, now).client(client).write(handle, db);
            }
            return rows;
        });
    }

    /// Whether a token was taken back.
    public boolean isRevoked(TenantId tenant, String jti) {
        return db.read(handle -> handle.createQuery(
                                "SELECT 1 FROM revoked_token WHERE tenant_id = :tenant AND jti = :jti")
                        .bind("tenant", tenant.value())
                        .bind("jti", jti)
                        .mapTo(Integer.class)
                        .findOne())
                .isPresent();
    }
}
