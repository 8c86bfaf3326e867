package dev.symbolon.store;

import dev.symbolon.crypto.TokenHash;
import dev.symbolon.oauth.Client;
import dev.symbolon.oauth.ClientId;
import dev.symbolon.oauth.TenantId;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.jdbi.v3.core.Handle;

/// The registered applications and the hashes of their secrets.
public final class Clients {
    /// Secrets of one client at most: one in use, one to come, and room for a mistake.
    public static final int SECRETS_MAX = 10;

    private final Database db;

    public Clients(Database db) {
        this.db = db;
    }

    /// Registers a client.
    ///
    /// @return false when the id is taken; nothing is changed then
    public boolean add(Client client, Instant now) {
        return db.change(handle -> add(handle, client, now));
    }

    boolean add(Handle handle, Client client, Instant now) {
        var added = handle.createUpdate("""
                            INSERT INTO client (tenant_id, client_id, metadata, created_at, updated_at, disabled_at)
                            VALUES (:tenant, :client, :metadata, :now, :now, :disabled)
                            ON CONFLICT DO NOTHING""")
                .bind("tenant", client.tenant().value())
                .bind("client", client.id().value())
                .bind("metadata", Columns.metadata(client.metadata()))
                .bind("now", now.toEpochMilli())
                .bind("disabled", Columns.millis(client.disabledAt()))
                .execute();
        return told(handle, added, "client.added", client.tenant(), client.id(), now);
    }

    /// Changes what an operator decides about a client; whether it is disabled stays as it is.
    ///
    /// @return false when there is no such client
    public boolean update(Client client, Instant now) {
        return db.change(handle -> update(handle, client, now));
    }

    private boolean update(Handle handle, Client client, Instant now) {
        var changed = handle.createUpdate("""
                        UPDATE client SET metadata = :metadata, updated_at = :now
                        WHERE tenant_id = :tenant AND client_id = :client""")
                .bind("tenant", client.tenant().value())
                .bind("client", client.id().value())
                .bind("metadata", Columns.metadata(client.metadata()))
                .bind("now", now.toEpochMilli())
                .execute();
        return told(handle, changed, "client.updated", client.tenant(), client.id(), now);
    }

    /// Changes what an operator decides about a client, if that still is what was read.
    ///
    /// @return false when somebody has changed it since, or it is gone; nothing is changed then
    public boolean replace(Client before, Client after, Instant now) {
        return db.change(handle -> {
            // Takes the row, so that nobody else changes it before this is done.
            on(
                    handle,
                    "UPDATE client SET updated_at = updated_at WHERE tenant_id = :tenant AND client_id = :client",
                    before.tenant(),
                    before.id());
            return find(handle, before.tenant(), before.id())
                            .filter(one -> one.metadata().equals(before.metadata()))
                            .isPresent()
                    && update(handle, after, now);
        });
    }

    /// The client of that id, disabled or not.
    public Optional<Client> find(TenantId tenant, ClientId id) {
        return db.read(handle -> find(handle, tenant, id));
    }

    /// A client as it was a second ago at most, with the secrets that it had.
    ///
    /// @param lines those that were good then, newest first
    public record Known(Client client, List<SecretLine> lines) {
        /// The hashes of the secrets that are good now, newest first.
        public List<TokenHash> secrets(Instant now) {
            return lines.stream()
                    .filter(line -> line.expiresAt().map(now::isBefore).orElse(true))
                    .map(SecretLine::hash)
                    .toList();
        }
    }

    private record KnownOf(TenantId tenant, ClientId id) {}

    /// The client of that id, disabled or not.
    ///
    /// @param now for the secrets
    public Optional<Known> known(TenantId tenant, ClientId id, Instant now) {
        return db.recall(
                new KnownOf(tenant, id),
                handle -> find(handle, tenant, id)
                        .map(client -> new Known(client, secretLines(handle, tenant, id, now))));
    }

    private static Optional<Client> find(Handle handle, TenantId tenant, ClientId id) {
        return handle.createQuery("SELECT * FROM client WHERE tenant_id = :tenant AND client_id = :client")
                .bind("tenant", tenant.value())
                .bind("client", id.value())
                .map((row, context) -> client(row))
                .findOne();
    }

    /// The clients by id, from behind the given one on.
    public List<Client> list(TenantId tenant, Optional<ClientId> after, int limit) {
        return db.read(handle -> handle.createQuery("""
                        SELECT * FROM client WHERE tenant_id = :tenant AND client_id > :after
                        ORDER BY client_id LIMIT :limit""")
                .bind("tenant", tenant.value())
                .bind("after", after.map(ClientId::value).orElse(""))
                .bind("limit", limit)
                .map((row, context) -> client(row))
                .list());
    }

    /// Forgets a client with its secrets and the consents for it, and revokes its grants.
    ///
    /// @return whether there was one
    public boolean remove(TenantId tenant, ClientId id, Instant now) {
        return db.change(handle -> {
            var removed =
                    on(handle, "DELETE FROM client WHERE tenant_id = :tenant AND client_id = :client", tenant, id);
            on(handle, "DELETE FROM client_secret WHERE tenant_id = :tenant AND client_id = :client", tenant, id);
            on(handle, "DELETE FROM consent WHERE tenant_id = :tenant AND client_id = :client", tenant, id);
            on(handle, "DELETE FROM client_access WHERE tenant_id = :tenant AND client_id = :client", tenant, id);
            Grants.revokeOfClient(handle, tenant, id, now);
            return told(handle, removed, "client.removed", tenant, id, now);
        });
    }

    private static int on(Handle handle, String sql, TenantId tenant, ClientId id) {
        return handle.createUpdate(sql)
                .bind("tenant", tenant.value())
                .bind("client", id.value())
                .execute();
    }

    /// Switches a client off: nothing is revoked, but none of its grants is honoured until it is enabled again.
    ///
    /// @return false when there is none or it is off already
    public boolean disable(TenantId tenant, ClientId id, Instant now) {
        return db.change(handle -> {
            var changed = handle.createUpdate("""
                            UPDATE client SET disabled_at = :now, updated_at = :now
                            WHERE tenant_id = :tenant AND client_id = :client AND disabled_at IS NULL""")
                    .bind("tenant", tenant.value())
                    .bind("client", id.value())
                    .bind("now", now.toEpochMilli())
                    .execute();
            return told(handle, changed, "client.disabled", tenant, id, now);
        });
    }

    /// Switches a client on again.
    ///
    /// @return false when there is none or it is on already
    public boolean enable(TenantId tenant, ClientId id, Instant now) {
        return db.change(handle -> {
            var changed = handle.createUpdate("""
                            UPDATE client SET disabled_at = NULL, updated_at = :now
                            WHERE tenant_id = :tenant AND client_id = :client AND disabled_at IS NOT NULL""")
                    .bind("tenant", tenant.value())
                    .bind("client", id.value())
                    .bind("now", now.toEpochMilli())
                    .execute();
            return told(handle, changed, "client.enabled", tenant, id, now);
        });
    }

    /// Lets one more secret in; the others stay good. Expired ones are forgotten.
    ///
    /// @throws StoreException when there is no such client, or it has [#SECRETS_MAX] already
    public void addSecret(TenantId tenant, ClientId id, TokenHash hash, Instant now, Optional<Instant> expiresAt) {
        db.change(handle -> {
            handle.createUpdate("""
                            DELETE FROM client_secret
                            WHERE tenant_id = :tenant AND client_id = :client AND expires_at <= :now""")
                    .bind("tenant", tenant.value())
                    .bind("client", id.value())
                    .bind("now", now.toEpochMilli())
                    .execute();
            var kept = insertSecret(handle, new Secret(tenant, id, hash, expiresAt), now);
            return told(handle, kept, "client.secret_added", tenant, id, now);
        });
    }

    /// Makes this the only secret: in the same moment every other one stops.
    ///
    /// @throws StoreException when there is no such client
    public void replaceSecrets(TenantId tenant, ClientId id, TokenHash hash, Instant now, Optional<Instant> expiresAt) {
        db.change(handle -> {
            on(handle, "DELETE FROM client_secret WHERE tenant_id = :tenant AND client_id = :client", tenant, id);
            var kept = insertSecret(handle, new Secret(tenant, id, hash, expiresAt), now);
            return told(handle, kept, "client.secrets_replaced", tenant, id, now);
        });
    }

    record Secret(TenantId tenant, ClientId client, TokenHash hash, Optional<Instant> expiresAt) {}

    static int insertSecret(Handle handle, Secret secret, Instant now) {
        var kept = handle.createUpdate("""
                        INSERT INTO client_secret (tenant_id, client_id, hash, created_at, expires_at)
                        SELECT c.tenant_id, c.client_id, :hash, :now, CAST(:expires AS BIGINT) FROM client c
                        WHERE c.tenant_id = :tenant AND c.client_id = :client AND :most >
                            (SELECT COUNT(*) FROM client_secret WHERE tenant_id = :tenant AND client_id = :client)""")
                .bind("tenant", secret.tenant().value())
                .bind("client", secret.client().value())
                .bind("hash", secret.hash().value())
                .bind("now", now.toEpochMilli())
                .bind("expires", Columns.millis(secret.expiresAt()))
                .bind("most", SECRETS_MAX)
                .execute();
        if (kept == 0) {
            throw new StoreException(
                    "The client does not exist, or it has " + SECRETS_MAX + " secrets already: remove one first.",
                    null);
        }
        return kept;
    }

    /// The hashes of the secrets that are good now, newest first.
    public List<TokenHash> secrets(TenantId tenant, ClientId id, Instant now) {
        return secretLines(tenant, id, now).stream().map(SecretLine::hash).toList();
    }

    /// A secret, without the secret.
    ///
    /// @param hash names it
    public record SecretLine(TokenHash hash, Instant createdAt, Optional<Instant> expiresAt) {}

    /// The secrets that are good now, newest first.
    public List<SecretLine> secretLines(TenantId tenant, ClientId id, Instant now) {
        return db.read(handle -> secretLines(handle, tenant, id, now));
    }

    private static List<SecretLine> secretLines(Handle handle, TenantId tenant, ClientId id, Instant now) {
        return handle.createQuery("""
                        SELECT hash, created_at, expires_at FROM client_secret
                        WHERE tenant_id = :tenant AND client_id = :client AND (expires_at IS NULL OR expires_at > :now)
                        ORDER BY created_at DESC, hash""")
                .bind("tenant", tenant.value())
                .bind("client", id.value())
                .bind("now", now.toEpochMilli())
                .map((row, context) -> new SecretLine(
                        new TokenHash(row.getString("hash")),
                        Columns.instant(row, "created_at"),
                        Columns.maybeInstant(row, "expires_at")))
                .list();
    }

    /// Lets one more secret in; every other one stops at that instant, unless it stops before.
    ///
    /// @throws StoreException when there is no such client, or it has [#SECRETS_MAX] already
    public void rotateSecret(TenantId tenant, ClientId id, TokenHash hash, Instant now, Instant othersUntil) {
        db.change(handle -> {
            handle.createUpdate("""
                            UPDATE client_secret SET expires_at = :until WHERE tenant_id = :tenant
                                AND client_id = :client AND (expires_at IS NULL OR expires_at > :until)""")
                    .bind("tenant", tenant.value())
                    .bind("client", id.value())
                    .bind("until", othersUntil.toEpochMilli())
                    .execute();
            handle.createUpdate("""
                            DELETE FROM client_secret
                            WHERE tenant_id = :tenant AND client_id = :client AND expires_at <= :now""")
                    .bind("tenant", tenant.value())
                    .bind("client", id.value())
                    .bind("now", now.toEpochMilli())
                    .execute();
            var kept = insertSecret(handle, new Secret(tenant, id, hash, Optional.empty()), now);
            return told(handle, kept, "client.secret_added", tenant, id, now);
        });
    }

    /// Stops one secret at once.
    ///
    /// @return whether there was one
    public boolean removeSecret(TenantId tenant, ClientId id, TokenHash hash, Instant now) {
        return db.change(handle -> {
            var removed = handle.createUpdate("""
                            DELETE FROM client_secret
                            WHERE tenant_id = :tenant AND client_id = :client AND hash = :hash""")
                    .bind("tenant", tenant.value())
                    .bind("client", id.value())
                    .bind("hash", hash.value())
                    .execute();
            return told(handle, removed, "client.secret_removed", tenant, id, now);
        });
    }

    /// The clients whose id, name or an address of which holds the text, without regard to the case of Latin
    /// letters, by id from behind the given one on.
    public List<Client> search(TenantId tenant, String text, Optional<ClientId> after, int limit) {
        if (!Columns.isStorable(text)) {
            return List.of();
        }
        return db.read(handle -> handle.createQuery("""
                        SELECT * FROM client WHERE tenant_id = :tenant AND client_id > :after
                            AND (LOWER(metadata) LIKE :text ESCAPE '!' OR LOWER(client_id) LIKE :text ESCAPE '!')
                        ORDER BY client_id LIMIT :limit""")
                .bind("tenant", tenant.value())
                .bind("after", after.map(ClientId::value).orElse(""))
                .bind("text", Columns.containing(text))
                .bind("limit", limit)
                .map((row, context) -> client(row))
                .list());
    }

    private boolean told(Handle handle, int rows, String kind, TenantId tenant, ClientId id, Instant now) {
        if (rows == 1) {
            Events.happened(kind, tenant, now).client(id).write(handle, db);
        }
        return rows == 1;
    }

    private static Client client(ResultSet row) throws SQLException {
        return new Client(
                new TenantId(row.getString("tenant_id")),
                new ClientId(row.getString("client_id")),
                Columns.metadata(row.getString("metadata")),
                Columns.maybeInstant(row, "disabled_at"));
    }
}
