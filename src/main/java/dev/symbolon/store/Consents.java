package dev.symbolon.store;

import dev.symbolon.oauth.Allowance;
import dev.symbolon.oauth.ClientId;
import dev.symbolon.oauth.Consent;
import dev.symbolon.oauth.Scope;
import dev.symbolon.oauth.Subject;
import dev.symbolon.oauth.TenantId;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jdbi.v3.core.Handle;

/// What people allowed clients, remembered until they take it back.
public final class Consents {
    private static final int LIST_MAX = 1_000;
    private static final int TRIES = 10;

    /// A consent on file, and since when it holds unbroken; what was allowed later is in it too.
    public record Kept(Consent consent, Instant since) {}

    private final Database db;

    public Consents(Database db) {
        this.db = db;
    }

    /// The consent on file.
    public Optional<Consent> find(TenantId tenant, Subject subject, ClientId client) {
        return db.read(handle -> row(handle, tenant, subject, client));
    }

    /// Remembers that the person allowed this, beside what was allowed before; two at once both count.
    ///
    /// @return the consent now on file; its instant is what a grant that rests on it carries
    public Consent allow(TenantId tenant, Subject subject, ClientId client, Allowance allowance, Instant now) {
        return db.write(handle -> {
            for (var i = 0; i < TRIES; i++) {
                var old = row(handle, tenant, subject, client);
                // Another node's clock may be ahead: a consent is never dated before it began.
                var at = old.isPresent() && old.get().grantedAt().isAfter(now)
                        ? old.get().grantedAt()
                        : now;
                var next = old.orElseGet(() -> new Consent(tenant, subject, client, Scope.EMPTY, Map.of(), at))
                        .and(allowance, Instant.ofEpochMilli(at.toEpochMilli()));
                if ((old.isEmpty() ? insert(handle, next) : replace(handle, old.get(), next)) == 1) {
                    var event = Events.happened("consent.given", tenant, now)
                            .subject(subject)
                            .client(client)
                            .with("scope", allowance.scope().toString());
                    allowance.api().ifPresent(api -> event.with("identifier", api.identifier()));
                    event.write(handle, db);
                    return next;
                }
            }
            throw new StoreBusyException("Others change this consent again and again.", null);
        });
    }

    private static int insert(Handle handle, Consent consent) {
        return handle.createUpdate("""
                        INSERT INTO consent (tenant_id, subject, client_id, scope, apis, since, granted_at)
                        VALUES (:tenant, :subject, :client, :scope, :apis, :at, :at) ON CONFLICT DO NOTHING""")
                .bind("tenant", consent.tenant().value())
                .bind("subject", consent.subject().value())
                .bind("client", consent.client().value())
                .bind("scope", consent.scope().toString())
                .bind("apis", Columns.map(consent.permissions()))
                .bind("at", consent.grantedAt().toEpochMilli())
                .execute();
    }

    private static int replace(Handle handle, Consent old, Consent consent) {
        return handle.createUpdate("""
                        UPDATE consent SET scope = :scope, apis = :apis, granted_at = :at
                        WHERE tenant_id = :tenant AND subject = :subject AND client_id = :client
                            AND scope = :old_scope AND apis = :old_apis AND granted_at = :old_at""")
                .bind("tenant", consent.tenant().value())
                .bind("subject", consent.subject().value())
                .bind("client", consent.client().value())
                .bind("scope", consent.scope().toString())
                .bind("apis", Columns.map(consent.permissions()))
                .bind("at", consent.grantedAt().toEpochMilli())
                .bind("old_scope", old.scope().toString())
                .bind("old_apis", Columns.map(old.permissions()))
                .bind("old_at", old.grantedAt().toEpochMilli())
                .execute();
    }

    /// Takes it back, and with it every grant of this person to this client. Allowing again later revives none.
    ///
    /// @return whether there was one
    public boolean revoke(TenantId tenant, Subject subject, ClientId client, Instant now) {
        return db.write(handle -> {
            var removed = handle.createUpdate("""
                            DELETE FROM consent
                            WHERE tenant_id = :tenant AND subject = :subject AND client_id = :client""")
                    .bind("tenant", tenant.value())
                    .bind("subject", subject.value())
                    .bind("client", client.value())
                    .execute();
            Grants.revokeOfConsent(handle, tenant, subject, client, now);
            if (removed == 1) {
                Events.happened("consent.revoked", tenant, now)
                        .subject(subject)
                        .client(client)
                        .write(handle, db);
            }
            return removed == 1;
        });
    }

    /// All consents of a person by client, 1,000 at most.
    public List<Kept> list(TenantId tenant, Subject subject) {
        return db.read(handle -> handle.createQuery("""
                        SELECT * FROM consent WHERE tenant_id = :tenant AND subject = :subject
                        ORDER BY client_id LIMIT :limit""")
                .bind("tenant", tenant.value())
                .bind("subject", subject.value())
                .bind("limit", LIST_MAX)
                .map((row, context) -> new Kept(consent(row), Columns.instant(row, "since")))
                .list());
    }

    private static Optional<Consent> row(Handle handle, TenantId tenant, Subject subject, ClientId client) {
        return handle.createQuery("""
                        SELECT * FROM consent
                        WHERE tenant_id = :tenant AND subject = :subject AND client_id = :client""")
                .bind("tenant", tenant.value())
                .bind("subject", subject.value())
                .bind("client", client.value())
                .map((row, context) -> consent(row))
                .findOne();
    }

    private static Consent consent(ResultSet row) throws SQLException {
        return new Consent(
                new TenantId(row.getString("tenant_id")),
                new Subject(row.getString("subject")),
                new ClientId(row.getString("client_id")),
                Scope.stored(row.getString("scope")),
                Columns.apis(row.getString("apis")),
                Columns.instant(row, "granted_at"));
    }
}
