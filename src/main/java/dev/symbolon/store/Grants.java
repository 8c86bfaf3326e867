package dev.symbolon.store;

import dev.symbolon.oauth.Account;
import dev.symbolon.oauth.ClientId;
import dev.symbolon.oauth.Grant;
import dev.symbolon.oauth.GrantId;
import dev.symbolon.oauth.SessionId;
import dev.symbolon.oauth.Subject;
import dev.symbolon.oauth.TenantId;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/// What people allowed clients, once for each code.
public final class Grants {
    /// What became of a code.
    public sealed interface Redemption {
        /// For exactly one caller ever, on any node.
        record Redeemed() implements Redemption {}

        /// The code was redeemed before; the grant is revoked now, with all that came of it.
        record AlreadyRedeemed() implements Redemption {}

        /// The session, the account, the client or the consent ended meanwhile; nothing was written.
        record NotAllowed() implements Redemption {}
    }

    /// What became of a refresh token.
    public sealed interface Rotation {
        /// The generation to answer: this caller is the one who rotated.
        record Rotated(long generation) implements Rotation {}

        /// The generation to answer: somebody rotated within the leeway.
        record SameSuccessor(long generation) implements Rotation {}

        /// A token that was spent came again; the grant is revoked now.
        record Replayed() implements Rotation {}

        /// The grant is not honoured any more.
        record Dead() implements Rotation {}
    }

    /// A grant that is honoured, the active account that gave it, and the current generation of its refresh token.
    public record LiveGrant(Grant grant, Account account, long generation) {}

    private final Database db;

    public Grants(Database db) {
        this.db = db;
    }

    /// Soon.
    public Redemption redeem(Grant grant, Instant now) {
        return db.soon();
    }

    /// Soon.
    public Rotation rotate(TenantId tenant, GrantId id, long presented, Duration leeway, Duration idle, Instant now) {
        return db.soon();
    }

    /// Soon.
    public Optional<LiveGrant> live(TenantId tenant, GrantId id, Instant now) {
        return db.soon();
    }

    /// Soon.
    public Optional<Grant> find(TenantId tenant, GrantId id) {
        return db.soon();
    }

    /// Soon.
    public List<Grant> ofSubject(TenantId tenant, Subject subject, int limit) {
        return db.soon();
    }

    /// Soon.
    public int revoke(TenantId tenant, GrantId id, Instant now) {
        return db.soon();
    }

    /// Soon.
    public int revokeSubject(TenantId tenant, Subject subject, Instant now) {
        return db.soon();
    }

    /// Soon.
    public int revokeClient(TenantId tenant, ClientId client, Instant now) {
        return db.soon();
    }

    /// Soon.
    public int revokeSession(TenantId tenant, SessionId session, Instant now) {
        return db.soon();
    }
}
