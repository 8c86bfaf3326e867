package dev.symbolon.store;

import static dev.symbolon.store.Columns.instant;
import static dev.symbolon.store.Columns.maybeText;

import dev.symbolon.oauth.Account;
import dev.symbolon.oauth.ConnectionId;
import dev.symbolon.oauth.Email;
import dev.symbolon.oauth.Identity;
import dev.symbolon.oauth.Profile;
import dev.symbolon.oauth.Subject;
import dev.symbolon.oauth.TenantId;
import dev.symbolon.oauth.UpstreamUser;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.statement.Update;

/// Who the people of a tenant are at other servers. One account has many identities, one identity
/// has one account, and
/// nothing here is ever found by an e-mail address.
public final class Identities {
    private final Database db;

    public Identities(Database db) {
        this.db = db;
    }

    /// What became of somebody who was never here.
    public enum Arrival {
        /// The account exists now, with this identity.
        CREATED,
        /// The identity has an account already: another tab was quicker.
        KNOWN,
        /// Another account is found by the address; nothing was written.
        ADDRESS_TAKEN
    }

    /// What became of a wish to connect.
    public enum Link {
        LINKED,
        /// It was this account's already; nothing was written.
        ALREADY,
        /// It is another account's; nothing was written.
        ANOTHERS,
        /// The account is gone or suspended; nothing was written.
        NO_ACCOUNT
    }

    /// The account of that identity, suspended or not.
    public Optional<Account> account(TenantId tenant, ConnectionId connection, String upstreamSubject) {
        if (!Columns.isStorable(upstreamSubject)) {
            return Optional.empty();
        }
        return db.read(handle -> handle.createQuery("SELECT " + Accounts.COLUMNS + """
                             FROM identity i
                            JOIN account a ON a.tenant_id = i.tenant_id AND a.subject = i.subject
                            WHERE i.tenant_id = :tenant AND i.connection_id = :connection
                                AND i.upstream_subject = :upstream""")
                .bind("tenant", tenant.value())
                .bind("connection", connection.value())
                .bind("upstream", upstreamSubject)
                .map((row, context) -> Accounts.account(row))
                .findOne());
    }

    /// The identities of an account, the oldest first.
    public List<Identity> ofSubject(TenantId tenant, Subject subject) {
        return db.read(handle -> handle.createQuery("""
                        SELECT * FROM identity WHERE tenant_id = :tenant AND subject = :subject
                        ORDER BY created_at, connection_id, upstream_subject""")
                .bind("tenant", tenant.value())
                .bind("subject", subject.value())
                .map((row, context) -> identity(row))
                .list());
    }

    /// How many people come from there.
    public long count(TenantId tenant, ConnectionId connection) {
        return db.read(handle -> handle.createQuery(
                        "SELECT COUNT(*) FROM identity WHERE tenant_id = :tenant AND connection_id = :connection")
                .bind("tenant", tenant.value())
                .bind("connection", connection.value())
                .mapTo(Long.class)
                .one());
    }

    /// Makes an account for somebody who was never here, with this identity. Of two tabs at once
    /// one is `CREATED`, and
    /// no account is made beside another one that is found by the same address.
    public Arrival arrive(Account account, UpstreamUser user, Instant now) {
        return db.write(handle -> {
            var tenant = account.tenant();
            if (insert(handle, tenant, user, account.subject(), now) == 0) {
                return Arrival.KNOWN;
            }
            if (!Accounts.insert(handle, account, Optional.empty(), now)) {
                delete(handle, tenant, user.connection(), user.subject());
                return Arrival.ADDRESS_TAKEN;
            }
            Events.happened("account.created", tenant, now)
                    .subject(account.subject())
                    .with("connection", user.connection().value())
                    .write(handle, db);
            return Arrival.CREATED;
        });
    }

    /// Somebody who is known has come again: what the other server says is kept, and the profile
    /// follows it.
    ///
    /// @param profile the new profile of the account; absent where it does not follow
    public void came(TenantId tenant, Subject subject, UpstreamUser user, Optional<Profile> profile, Instant now) {
        db.<Integer>write(handle -> {
            var seen = handle.createUpdate("""
                            UPDATE identity SET email = CAST(:email AS TEXT), name = CAST(:name AS TEXT),
                                last_used_at = :now
                            WHERE tenant_id = :tenant AND connection_id = :connection
                                AND upstream_subject = :upstream AND subject = :subject""");
            bound(seen, tenant, user, now).bind("subject", subject.value()).execute();
            var followed = profile.map(next -> handle.createUpdate("""
                                    UPDATE account SET profile = :profile, updated_at = :now
                                    WHERE tenant_id = :tenant AND subject = :subject AND profile <> :profile""")
                            .bind("tenant", tenant.value())
                            .bind("subject", subject.value())
                            .bind("profile", Columns.profile(next))
                            .bind("now", now.toEpochMilli())
                            .execute())
                    .orElse(0);
            if (followed == 1) {
                Accounts.find(handle, tenant, subject).ifPresent(account -> AccountWords.write(handle, account));
            }
            return followed;
        });
    }

    /// Connects an identity with an account. Of two accounts at once one gets it.
    public Link link(TenantId tenant, Subject subject, UpstreamUser user, Instant now) {
        return db.write(handle -> {
            var isActive = handle.createQuery("""
                            SELECT 1 FROM account
                            WHERE tenant_id = :tenant AND subject = :subject AND disabled_at IS NULL""")
                    .bind("tenant", tenant.value())
                    .bind("subject", subject.value())
                    .mapTo(Integer.class)
                    .findOne()
                    .isPresent();
            if (!isActive) {
                return Link.NO_ACCOUNT;
            }
            if (insert(handle, tenant, user, subject, now) == 1) {
                Events.happened("identity.linked", tenant, now)
                        .subject(subject)
                        .with("connection", user.connection().value())
                        .write(handle, db);
                return Link.LINKED;
            }
            return owner(handle, tenant, user).filter(subject::equals).isPresent() ? Link.ALREADY : Link.ANOTHERS;
        });
    }

    /// Takes an identity from an account, unless it is the last way in: a password, another
    /// identity of a connection
    /// that is switched on, or a verified address where codes are sent by mail.
    ///
    /// @return false when there is none, or it is the last way in; nothing is changed then
    public boolean unlink(
            TenantId tenant, Subject subject, ConnectionId connection, String upstreamSubject, Instant now) {
        if (!Columns.isStorable(upstreamSubject)) {
            return false;
        }
        return db.write(handle -> {
            // Two at once would each take the other one for what is left.
            handle.createUpdate("UPDATE account SET updated_at = :now WHERE tenant_id = :tenant AND subject = :subject")
                    .bind("tenant", tenant.value())
                    .bind("subject", subject.value())
                    .bind("now", now.toEpochMilli())
                    .execute();
            var removed = handle.createUpdate("""
                            DELETE FROM identity WHERE tenant_id = :tenant AND subject = :subject
                                AND connection_id = :connection AND upstream_subject = :upstream
                                AND (EXISTS (SELECT 1 FROM account a
                                        JOIN connection c ON c.tenant_id = a.tenant_id
                                            AND c.kind = 'database' AND c.disabled_at IS NULL
                                        WHERE a.tenant_id = :tenant AND a.subject = :subject
                                            AND a.password_hash IS NOT NULL)
                                    OR EXISTS (SELECT 1 FROM identity o
                                        JOIN connection c ON c.tenant_id = o.tenant_id
                                            AND c.connection_id = o.connection_id AND c.disabled_at IS NULL
                                        WHERE o.tenant_id = :tenant AND o.subject = :subject
                                            AND NOT (o.connection_id = :connection AND o.upstream_subject = :upstream))
                                    OR EXISTS (SELECT 1 FROM account a
                                        JOIN connection c ON c.tenant_id = a.tenant_id
                                            AND c.kind = 'passwordless_email' AND c.disabled_at IS NULL
                                        WHERE a.tenant_id = :tenant AND a.subject = :subject
                                            AND a.email_verified_at IS NOT NULL AND a.email_folded IS NOT NULL))""")
                    .bind("tenant", tenant.value())
                    .bind("subject", subject.value())
                    .bind("connection", connection.value())
                    .bind("upstream", upstreamSubject)
                    .execute();
            if (removed == 1) {
                Events.happened("identity.unlinked", tenant, now)
                        .subject(subject)
                        .with("connection", connection.value())
                        .write(handle, db);
            }
            return removed == 1;
        });
    }

    static int insert(Handle handle, TenantId tenant, UpstreamUser user, Subject subject, Instant now) {
        var insert = handle.createUpdate("""
                        INSERT INTO identity (tenant_id, connection_id, upstream_subject, subject, email, name,
                            created_at, last_used_at)
                        VALUES (:tenant, :connection, :upstream, :subject, :email, :name, :now, :now)
                        ON CONFLICT DO NOTHING""");
        return bound(insert, tenant, user, now).bind("subject", subject.value()).execute();
    }

    private static void delete(Handle handle, TenantId tenant, ConnectionId connection, String upstreamSubject) {
        handle.createUpdate("""
                        DELETE FROM identity WHERE tenant_id = :tenant AND connection_id = :connection
                            AND upstream_subject = :upstream""")
                .bind("tenant", tenant.value())
                .bind("connection", connection.value())
                .bind("upstream", upstreamSubject)
                .execute();
    }

    static Optional<Subject> owner(Handle handle, TenantId tenant, UpstreamUser user) {
        return handle.createQuery("""
                        SELECT subject FROM identity WHERE tenant_id = :tenant AND connection_id = :connection
                            AND upstream_subject = :upstream""")
                .bind("tenant", tenant.value())
                .bind("connection", user.connection().value())
                .bind("upstream", user.subject())
                .mapTo(String.class)
                .findOne()
                .map(Subject::new);
    }

    private static Update bound(Update update, TenantId tenant, UpstreamUser user, Instant now) {
        return update.bind("tenant", tenant.value())
                .bind("connection", user.connection().value())
                .bind("upstream", user.subject())
                .bind("email", user.email().map(Email::address).orElse(null))
                .bind(
                        "name",
                        user.profile()
                                .name()
                                .or(() -> user.profile().preferredUsername())
                                .orElse(null))
                .bind("now", now.toEpochMilli());
    }

    static Identity identity(ResultSet row) throws SQLException {
        return new Identity(
                new TenantId(row.getString("tenant_id")),
                new ConnectionId(row.getString("connection_id")),
                row.getString("upstream_subject"),
                new Subject(row.getString("subject")),
                maybeText(row, "email"),
                maybeText(row, "name"),
                instant(row, "created_at"),
                instant(row, "last_used_at"));
    }
}
