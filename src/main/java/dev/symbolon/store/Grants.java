package dev.symbolon.store;

import static dev.symbolon.store.Columns.instant;
import static dev.symbolon.store.Columns.maybeInstant;
import static dev.symbolon.store.Columns.maybeText;

import dev.symbolon.oauth.Account;
import dev.symbolon.oauth.ClientId;
import dev.symbolon.oauth.Grant;
import dev.symbolon.oauth.GrantId;
import dev.symbolon.oauth.ProtectedResource;
import dev.symbolon.oauth.Scope;
import dev.symbolon.oauth.SessionId;
import dev.symbolon.oauth.Subject;
import dev.symbolon.oauth.TenantId;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jdbi.v3.core.Handle;
import org.jspecify.annotations.Nullable;

/// What people allowed clients, one grant for each redeemed code. A grant is honoured as long as everything that
/// it rests on is: that is asked in every statement that redeems, rotates or looks, so a grant that was written
/// at the very moment in which another node ended its session, account, client or consent is dead all the same.
public final class Grants {
    /// What a grant `g` rests on beside its account.
    private static final String OTHERS = """
            EXISTS (SELECT 1 FROM client c WHERE c.tenant_id = g.tenant_id AND c.client_id = g.client_id
                AND c.disabled_at IS NULL)
            AND (g.offline_at IS NOT NULL OR EXISTS (SELECT 1 FROM session s WHERE s.tenant_id = g.tenant_id
                AND s.session_id = g.session_id AND s.subject = g.subject AND s.ended_at IS NULL))
            AND (g.consent_at IS NULL OR EXISTS (SELECT 1 FROM consent n WHERE n.tenant_id = g.tenant_id
                AND n.subject = g.subject AND n.client_id = g.client_id AND n.since <= g.consent_at))
            """;

    private static final String ACCOUNT = "a.disabled_at IS NULL AND COALESCE(a.signed_out_at, 0) <= g.auth_time";
    private static final String PARTIES = OTHERS + " AND EXISTS (SELECT 1 FROM account a"
            + " WHERE a.tenant_id = g.tenant_id AND a.subject = g.subject AND " + ACCOUNT + ") ";
    private static final String ALIVE = "g.revoked_at IS NULL AND g.expires_at > :now AND ";
    private static final String HONOURED = ALIVE + PARTIES;

    // Without what the account has too.
    private static final String OWN = """
            g.grant_id, g.client_id, g.session_id, g.scope, g.resource, g.nonce, g.auth_time, g.amr, g.claims,
            g.consent_at, g.created_at, g.expires_at, g.generation""";

    private static final String COLUMNS = "g.tenant_id, g.subject, " + OWN + "\n";

    static final String REDEEM = """
            INSERT INTO client_grant (tenant_id, grant_id, client_id, subject, session_id, scope, resource, nonce,
                auth_time, amr, claims, consent_at, offline_at, created_at, expires_at, generation, rotated_at)
            SELECT g.tenant_id, g.grant_id, g.client_id, g.subject, g.session_id, g.scope, g.resource, g.nonce,
                g.auth_time, g.amr, g.claims, g.consent_at, g.offline_at, g.created_at, g.expires_at, 1, :now
            FROM (SELECT CAST(:tenant AS TEXT) AS tenant_id, CAST(:grant AS TEXT) AS grant_id,
                CAST(:client AS TEXT) AS client_id, CAST(:subject AS TEXT) AS subject,
                CAST(:session AS TEXT) AS session_id, CAST(:scope AS TEXT) AS scope,
                CAST(:resource AS TEXT) AS resource, CAST(:nonce AS TEXT) AS nonce,
                CAST(:auth_time AS BIGINT) AS auth_time, CAST(:amr AS TEXT) AS amr, CAST(:claims AS TEXT) AS claims,
                CAST(:consent AS BIGINT) AS consent_at, CAST(:offline AS BIGINT) AS offline_at,
                CAST(:created AS BIGINT) AS created_at, CAST(:expires AS BIGINT) AS expires_at) g
            WHERE g.expires_at > :now
                AND EXISTS (SELECT 1 FROM session l WHERE l.tenant_id = g.tenant_id AND l.session_id = g.session_id
                    AND l.subject = g.subject AND l.ended_at IS NULL)
                AND\s""" + PARTIES + "ON CONFLICT DO NOTHING";

    private static final String ROTATE = """
            UPDATE client_grant AS g SET generation = generation + 1, rotated_at = :now
            WHERE g.tenant_id = :tenant AND g.grant_id = :grant AND g.generation = :presented
                AND g.rotated_at >= :idle AND\s""" + HONOURED;

    // An API that is not registered any more gets no tokens: that is told without anything being spent.
    static final Together.Change<LiveGrant> REFRESH =
            change(ROTATE + """
             AND g.client_id = :client
            AND (g.resource IS NULL OR EXISTS (SELECT 1 FROM resource r WHERE r.tenant_id = g.tenant_id
                AND r.identifier = g.resource))
            """, "g.resource IS NULL OR r.identifier IS NOT NULL");

    private static final Together.Change<LiveGrant> ROTATION = change(ROTATE, "TRUE");
    private static final Together.Change<LiveGrant> REDEMPTION = change(REDEEM, "TRUE");

    private static final String REVOKE = """
            UPDATE client_grant SET revoked_at = :now WHERE tenant_id = :tenant AND revoked_at IS NULL AND\s""";

    static final Together.Question<LiveGrant> LIVE = new Together.Question<>(
            ROTATION.look + " AND " + ALIVE + ACCOUNT + " AND " + OTHERS + "LIMIT 1",
            List.of("tenant", "grant"),
            List.of("now"),
            ROTATION.mapper);

    private final Database db;

    private static Together.Change<LiveGrant> change(String sql, String whole) {
        return new Together.Change<>(
                sql,
                OWN + ", " + Accounts.COLUMNS + ", " + Resources.COLUMNS,
                whole,
                (row, context) -> new LiveGrant(
                        grant(row), Accounts.account(row), Resources.maybe(row), row.getLong("generation")));
    }

    public Grants(Database db) {
        this.db = db;
    }

    /// What became of a code.
    public sealed interface Redemption {
        /// The grant exists now, given by this account. For exactly one caller ever, on any node.
        record Redeemed(Account account) implements Redemption {}

        /// The code was redeemed before; the grant is revoked now, with all that came of it (RFC 6749 §4.1.2).
        record AlreadyRedeemed() implements Redemption {}

        /// The session, the account, the client or the consent ended meanwhile; nothing was written.
        record NotAllowed() implements Redemption {}
    }

    /// What became of a refresh token.
    public sealed interface Rotation {
        /// The generation to answer: this caller is the one who rotated.
        record Rotated(long generation) implements Rotation {}

        /// The generation to answer: the one that was made within the leeway. Nothing was written.
        record SameSuccessor(long generation) implements Rotation {}

        /// A token that was spent came again; the grant is revoked now (RFC 9700 §4.14.2).
        record Replayed() implements Rotation {}

        /// The grant is not honoured any more.
        record Dead() implements Rotation {}
    }

    /// A grant that is honoured, the active account that gave it, and the current generation of its refresh token.
    ///
    /// @param api what its access tokens are for; empty when that is the issuer, or an API that is not registered
    public record LiveGrant(Grant grant, Account account, Optional<ProtectedResource> api, long generation) {}

    /// Turns a code into its grant, at generation 1. `Redeemed` for exactly one caller ever; `AlreadyRedeemed` has
    /// revoked the grant before it returns; `NotAllowed` when what it rests on has ended meanwhile.
    public Redemption redeem(Grant grant, Instant now) {
        var redeemed = db.together(REDEMPTION, new Together.Row(grant.tenant(), grant.id(), values(grant, now)));
        if (redeemed.isPresent()) {
            return new Redemption.Redeemed(redeemed.get().account());
        }
        return db.write(handle -> {
            var isReplayed = revokeReplayed(handle, grant.tenant(), grant.id(), "code", now) == 1
                    || row(handle, grant.tenant(), grant.id()).isPresent();
            return isReplayed ? new Redemption.AlreadyRedeemed() : new Redemption.NotAllowed();
        });
    }

    static Map<String, @Nullable Object> values(Grant grant, Instant now) {
        var values = new HashMap<String, @Nullable Object>();
        values.put("client", grant.client().value());
        values.put("subject", grant.subject().value());
        values.put("session", grant.session().value());
        values.put("scope", grant.scope().toString());
        values.put("resource", grant.resource().orElse(null));
        values.put("nonce", grant.nonce().orElse(null));
        values.put("auth_time", grant.authTime().toEpochMilli());
        values.put("amr", Columns.texts(grant.amr()));
        values.put("claims", Columns.claims(grant.claims()));
        values.put("consent", Columns.millis(grant.consent()));
        values.put("offline", grant.isOffline() ? now.toEpochMilli() : null);
        values.put("created", grant.createdAt().toEpochMilli());
        values.put("expires", grant.expiresAt().toEpochMilli());
        values.put("now", now.toEpochMilli());
        return values;
    }

    /// Spends the current refresh token of a grant of that client, and shows what new tokens are made of, its
    /// generation one up. For exactly one caller ever, on any node.
    ///
    /// @param presented the generation of the token, at first 1
    /// @param idle a grant not rotated for so long is dead
    /// @return empty, and nothing was written, when it is not the current token of such a grant, the grant is not
    ///     honoured, or what it is for is not registered as an API (the issuer is not)
    public Optional<LiveGrant> refresh(
            TenantId tenant, GrantId id, ClientId client, long presented, Duration idle, Instant now) {
        var values = rotation(presented, idle, now);
        values.put("client", client.value());
        return db.together(REFRESH, new Together.Row(tenant, id, values));
    }

    private static Map<String, @Nullable Object> rotation(long presented, Duration idle, Instant now) {
        return new HashMap<>(
                Map.of("presented", presented, "idle", now.minus(idle).toEpochMilli(), "now", now.toEpochMilli()));
    }

    /// Spends a refresh token of the presented generation (at first 1) and decides what to answer: the current
    /// one → `Rotated` for exactly one caller; one behind within the leeway → `SameSuccessor`; anything else →
    /// `Replayed`, the grant revoked before this returns; a grant not honoured any more → `Dead`.
    ///
    /// @param leeway how long after a rotation the token before still answers; zero: never
    /// @param idle a grant not rotated for so long is dead
    public Rotation rotate(TenantId tenant, GrantId id, long presented, Duration leeway, Duration idle, Instant now) {
        if (db.together(ROTATION, new Together.Row(tenant, id, rotation(presented, idle, now)))
                .isPresent()) {
            return new Rotation.Rotated(presented + 1);
        }
        return db.write(handle -> {
            var current = handle.createQuery("SELECT g.generation, g.rotated_at FROM client_grant g"
                            + " WHERE g.tenant_id = :tenant AND g.grant_id = :grant AND g.rotated_at >= :idle AND "
                            + HONOURED)
                    .bind("tenant", tenant.value())
                    .bind("grant", id.value())
                    .bind("idle", now.minus(idle).toEpochMilli())
                    .bind("now", now.toEpochMilli())
                    .map((row, context) -> new Current(row.getLong("generation"), instant(row, "rotated_at")))
                    .findOne();
            // Current, yet not rotated: it was not honoured a moment ago.
            if (current.isEmpty() || current.get().generation() == presented) {
                return new Rotation.Dead();
            }
            if (current.get().isSuccessorOf(presented, leeway, now)) {
                return new Rotation.SameSuccessor(presented + 1);
            }
            revokeReplayed(handle, tenant, id, "refresh_token", now);
            return new Rotation.Replayed();
        });
    }

    private record Current(long generation, Instant rotatedAt) {
        boolean isSuccessorOf(long presented, Duration leeway, Instant now) {
            return presented >= 1
                    && generation == presented + 1
                    && leeway.isPositive()
                    && !rotatedAt.plus(leeway).isBefore(now);
        }
    }

    private int revokeReplayed(Handle handle, TenantId tenant, GrantId id, String what, Instant now) {
        var revoked = revoke(handle, "grant_id = :of", tenant, id.value(), now);
        if (revoked == 1) {
            var grant = row(handle, tenant, id).orElseThrow();
            Events.happened("grant.replayed", tenant, now)
                    .grant(id)
                    .client(grant.client())
                    .subject(grant.subject())
                    .session(grant.session())
                    .with("token", what)
                    .write(handle, db);
        }
        return revoked;
    }

    /// The grant with its account, if everything that it rests on is honoured now.
    public Optional<LiveGrant> live(TenantId tenant, GrantId id, Instant now) {
        return db.ask(LIVE, looking(tenant, id, now)).stream().findFirst();
    }

    static Map<String, ?> looking(TenantId tenant, GrantId id, Instant now) {
        return Map.of("tenant", tenant.value(), "grant", id.value(), "now", now.toEpochMilli());
    }

    /// The grant of that id, honoured or not.
    public Optional<Grant> find(TenantId tenant, GrantId id) {
        return db.read(handle -> row(handle, tenant, id));
    }

    /// The grants of a person that are not revoked, newest first.
    public List<Grant> ofSubject(TenantId tenant, Subject subject, int limit) {
        return db.read(handle -> handle.createQuery("SELECT " + COLUMNS + "FROM client_grant g"
                        + " WHERE g.tenant_id = :tenant AND g.subject = :subject AND g.revoked_at IS NULL"
                        + " ORDER BY g.created_at DESC, g.grant_id LIMIT :limit")
                .bind("tenant", tenant.value())
                .bind("subject", subject.value())
                .bind("limit", limit)
                .map((row, context) -> grant(row))
                .list());
    }

    /// Revokes one grant. Idempotent; when it returns, the grant is not honoured on any node.
    ///
    /// @return how many were revoked by this call
    public int revoke(TenantId tenant, GrantId id, Instant now) {
        return db.write(handle -> {
            var revoked = revoke(handle, "grant_id = :of", tenant, id.value(), now);
            var event = Events.happened("grant.revoked", tenant, now);
            return told(handle, revoked, event.grant(id));
        });
    }

    /// Ends a grant that an operator got in trying its client. Idempotent; when it returns, the grant is not
    /// honoured on any node.
    ///
    /// @return whether this call ended it
    public boolean endTrial(Grant grant, Instant now) {
        return db.write(handle -> {
            var id = grant.id();
            var revoked = revoke(handle, "grant_id = :of", grant.tenant(), id.value(), now);
            var event = Events.happened("client.tried", grant.tenant(), now);
            event.client(grant.client()).subject(grant.subject()).grant(id);
            return told(handle, revoked, event) == 1;
        });
    }

    /// Revokes all grants of a person, offline ones too. Idempotent.
    ///
    /// @return how many were revoked by this call
    public int revokeSubject(TenantId tenant, Subject subject, Instant now) {
        return db.write(handle -> {
            var revoked = revokeOfSubject(handle, tenant, subject, now);
            var event = Events.happened("grant.revoked", tenant, now);
            return told(handle, revoked, event.subject(subject));
        });
    }

    /// Revokes all grants of a client. Idempotent.
    ///
    /// @return how many were revoked by this call
    public int revokeClient(TenantId tenant, ClientId client, Instant now) {
        return db.write(handle -> {
            var revoked = revokeOfClient(handle, tenant, client, now);
            var event = Events.happened("grant.revoked", tenant, now);
            return told(handle, revoked, event.client(client));
        });
    }

    /// Revokes all grants of a session, offline ones too; the session itself goes on. Idempotent.
    ///
    /// @return how many were revoked by this call
    public int revokeSession(TenantId tenant, SessionId session, Instant now) {
        return db.write(handle -> {
            var revoked = revoke(handle, "session_id = :of", tenant, session.value(), now);
            var event = Events.happened("grant.revoked", tenant, now);
            return told(handle, revoked, event.session(session));
        });
    }

    private int told(Handle handle, int revoked, Events.Draft event) {
        if (revoked > 0) {
            event.with("grants", Integer.toString(revoked)).write(handle, db);
        }
        return revoked;
    }

    static int revokeOfSubject(Handle handle, TenantId tenant, Subject subject, Instant now) {
        return revoke(handle, "subject = :of", tenant, subject.value(), now);
    }

    static int revokeOfClient(Handle handle, TenantId tenant, ClientId client, Instant now) {
        return revoke(handle, "client_id = :of", tenant, client.value(), now);
    }

    static void revokeOfEndedSession(Handle handle, TenantId tenant, SessionId session, Instant now) {
        revoke(handle, "session_id = :of AND offline_at IS NULL", tenant, session.value(), now);
    }

    static void revokeOfConsent(Handle handle, TenantId tenant, Subject subject, ClientId client, Instant now) {
        handle.createUpdate(REVOKE + "subject = :subject AND client_id = :client")
                .bind("tenant", tenant.value())
                .bind("subject", subject.value())
                .bind("client", client.value())
                .bind("now", now.toEpochMilli())
                .execute();
    }

    private static int revoke(Handle handle, String which, TenantId tenant, String of, Instant now) {
        return handle.createUpdate(REVOKE + which)
                .bind("tenant", tenant.value())
                .bind("of", of)
                .bind("now", now.toEpochMilli())
                .execute();
    }

    private static Optional<Grant> row(Handle handle, TenantId tenant, GrantId id) {
        return handle.createQuery(
                        "SELECT " + COLUMNS + "FROM client_grant g WHERE g.tenant_id = :tenant AND g.grant_id = :grant")
                .bind("tenant", tenant.value())
                .bind("grant", id.value())
                .map((row, context) -> grant(row))
                .findOne();
    }

    private static Grant grant(ResultSet row) throws SQLException {
        return new Grant(
                new TenantId(row.getString("tenant_id")),
                new GrantId(row.getString("grant_id")),
                new ClientId(row.getString("client_id")),
                new Subject(row.getString("subject")),
                new SessionId(row.getString("session_id")),
                Scope.parse(row.getString("scope")),
                maybeText(row, "resource"),
                maybeText(row, "nonce"),
                instant(row, "auth_time"),
                Columns.texts(row.getString("amr")),
                Columns.claims(row.getString("claims")),
                maybeInstant(row, "consent_at"),
                instant(row, "created_at"),
                instant(row, "expires_at"));
    }
}
