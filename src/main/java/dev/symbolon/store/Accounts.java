package dev.symbolon.store;

import static dev.symbolon.store.Columns.instant;
import static dev.symbolon.store.Columns.maybeInstant;
import static dev.symbolon.store.Columns.maybeText;

import dev.symbolon.crypto.PasswordHash;
import dev.symbolon.oauth.Account;
import dev.symbolon.oauth.Email;
import dev.symbolon.oauth.Subject;
import dev.symbolon.oauth.TenantId;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.text.Normalizer;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.statement.Update;
import org.jspecify.annotations.Nullable;

/// The people of a tenant, their passwords (hashed), and how often somebody tried to sign in.
public final class Accounts {
    /// The columns of an account `a`, for every query that tells of one.
    static final String COLUMNS = """
            a.tenant_id, a.subject, a.email, a.email_folded, a.email_verified_at, a.profile,
            a.created_at AS account_created_at,
            a.updated_at AS account_updated_at, a.disabled_at AS account_disabled_at""";

    /// Events of one window about guessing.
    public static final int GUESSING_TOLD_MAX = 20;

    private final Database db;

    public Accounts(Database db) {
        this.db = db;
    }

    /// Whether a sign-up won the address.
    public enum Creation {
        CREATED,
        TAKEN
    }

    /// An account with its password hash; without one nobody signs in with a password.
    public record PasswordAccount(Account account, Optional<PasswordHash> hash) {}

    /// How many attempts a bucket has seen in its window, this one included, and when the next
    /// window begins.
    public record Attempts(long count, Instant windowEndsAt) {}

    /// Creates an account. Of two sign-ups for one address (without regard to case) exactly one is
    /// `CREATED`.
    public Creation create(Account account, Optional<PasswordHash> hash, Instant now) {
        return db.write(handle -> create(handle, account, hash, now));
    }

    Creation create(Handle handle, Account account, Optional<PasswordHash> hash, Instant now) {
        var created = insert(handle, account, hash, now) ? 1 : 0;
        return told(handle, created, "account.created", account.tenant(), account.subject(), now)
                ? Creation.CREATED
                : Creation.TAKEN;
    }

    static boolean insert(Handle handle, Account account, Optional<PasswordHash> hash, Instant now) {
        var inserted = bound(handle.createUpdate("""
                                INSERT INTO account (tenant_id, subject, email, email_folded, email_verified_at,
                                    profile, password_hash, created_at, updated_at, disabled_at)
                                VALUES (:tenant, :subject, :email, :folded, :verified, :profile, :hash, :now, :now,
                                    :disabled)
                                ON CONFLICT DO NOTHING"""), account, now)
                        .bind("verified", verifiedAt(account, now))
                        .bind("hash", hash.map(PasswordHash::phc).orElse(null))
                        .bind("disabled", Columns.millis(account.disabledAt()))
                        .execute()
                == 1;
        if (inserted) {
            AccountWords.write(handle, account);
        }
        return inserted;
    }

    /// The account that is found by that address, without regard to case.
    public Optional<PasswordAccount> byEmail(TenantId tenant, String email) {
        if (!Columns.isStorable(email)) {
            return Optional.empty();
        }
        return db.read(handle -> handle.createQuery("SELECT " + COLUMNS + ", a.password_hash FROM account a"
                        + " WHERE a.tenant_id = :tenant AND a.email_folded = :folded")
                .bind("tenant", tenant.value())
                .bind("folded", folded(email))
                .map((row, context) -> new PasswordAccount(
                        account(row), maybeText(row, "password_hash").map(PasswordHash::new)))
                .findOne());
    }

    /// The account of that subject, disabled or not.
    public Optional<Account> find(TenantId tenant, Subject subject) {
        return db.read(handle -> find(handle, tenant, subject));
    }

    static Optional<Account> find(Handle handle, TenantId tenant, Subject subject) {
        return handle.createQuery("SELECT " + COLUMNS + " FROM account a"
                        + " WHERE a.tenant_id = :tenant AND a.subject = :subject")
                .bind("tenant", tenant.value())
                .bind("subject", subject.value())
                .map((row, context) -> account(row))
                .findOne();
    }

    /// Whether the account has a password.
    public boolean hasPassword(TenantId tenant, Subject subject) {
        return db.read(handle -> handle.createQuery("""
                                SELECT 1 FROM account
                                WHERE tenant_id = :tenant AND subject = :subject AND password_hash IS NOT NULL""")
                        .bind("tenant", tenant.value())
                        .bind("subject", subject.value())
                        .mapTo(Integer.class)
                        .findOne())
                .isPresent();
    }

    /// When the password was last set, if it was since the account was made.
    public Optional<Instant> passwordChangedAt(TenantId tenant, Subject subject) {
        return db.read(handle -> handle.createQuery("""
                                SELECT password_changed_at FROM account
                                WHERE tenant_id = :tenant AND subject = :subject AND password_changed_at IS NOT NULL""")
                        .bind("tenant", tenant.value())
                        .bind("subject", subject.value())
                        .mapTo(Long.class)
                        .findOne())
                .map(Instant::ofEpochMilli);
    }

    /// The accounts that are found by an address, by that address, from behind the given one on.
    public List<Account> list(TenantId tenant, Optional<String> afterEmail, int limit) {
        return db.read(handle -> handle.createQuery("SELECT " + COLUMNS + " FROM account a"
                        + " WHERE a.tenant_id = :tenant AND a.email_folded > :after"
                        + " ORDER BY a.email_folded LIMIT :limit")
                .bind("tenant", tenant.value())
                .bind("after", afterEmail.map(Accounts::folded).orElse(""))
                .bind("limit", limit)
                .map((row, context) -> account(row))
                .list());
    }

    /// Stores the same password under better parameters; nobody is signed out.
    ///
    /// @return false when the old hash is not the one on file any more; nothing is changed then
    public boolean upgradePassword(
            TenantId tenant, Subject subject, PasswordHash old, PasswordHash better, Instant now) {
        return db.write(handle -> handle.createUpdate("""
                                UPDATE account SET password_hash = :better, updated_at = :now
                                WHERE tenant_id = :tenant AND subject = :subject AND password_hash = :old""")
                        .bind("tenant", tenant.value())
                        .bind("subject", subject.value())
                        .bind("old", old.phc())
                        .bind("better", better.phc())
                        .bind("now", now.toEpochMilli())
                        .execute()
                == 1);
    }

    /// Sets a new password. When it returns, every session of the person has ended and every grant is revoked,
    /// offline ones too; whatever rests on a sign-in before `now` is not honoured on any node.
    ///
    /// @return false when there is no such account
    public boolean changePassword(TenantId tenant, Subject subject, PasswordHash hash, Instant now) {
        return db.write(handle -> {
            var update = handle.createUpdate("""
                            UPDATE account SET password_hash = :hash, password_changed_at = :now, signed_out_at = :now,
                                updated_at = :now
                            WHERE tenant_id = :tenant AND subject = :subject""");
            var changed =
                    on(update, tenant, subject, now).bind("hash", hash.phc()).execute();
            signOut(handle, tenant, subject, now);
            return told(handle, changed, "password.changed", tenant, subject, now);
        });
    }

    /// The person has shown that the account's address is theirs.
    ///
    /// @return the account as it is then; empty when it has another address meanwhile
    public Optional<Account> proveAddress(TenantId tenant, Subject subject, String address, Instant now) {
        return db.write(handle -> {
            var update = handle.createUpdate("""
                            UPDATE account SET email_verified_at = COALESCE(email_verified_at, :now)
                            WHERE tenant_id = :tenant AND subject = :subject AND email_folded = :folded""");
            var proved = on(update, tenant, subject, now)
                    .bind("folded", folded(address))
                    .execute();
            return proved == 1 ? find(handle, tenant, subject) : Optional.empty();
        });
    }

    /// Changes address and profile, if the account still is what was read.
    ///
    /// @return false when it is not, or is gone, or the address is taken; nothing is changed then
    public boolean update(Account before, Account account) {
        var now = account.updatedAt();
        return db.write(handle -> {
            var changed = bound(handle.createUpdate("""
                            UPDATE account SET email = CAST(:email AS TEXT), email_folded = CAST(:folded AS TEXT),
                                profile = :profile,
                                email_verified_at = CAST(:verified AS BIGINT), updated_at = :now
                            WHERE tenant_id = :tenant AND subject = :subject AND updated_at = :seen AND NOT EXISTS
                                (SELECT 1 FROM account o WHERE o.tenant_id = :tenant
                                    AND o.email_folded = CAST(:folded AS TEXT)
                                    AND o.subject <> :subject)"""), account, now)
                    .bind("seen", before.updatedAt().toEpochMilli())
                    .bind("verified", verifiedAt(account, now))
                    .execute();
            if (changed == 1) {
                AccountWords.write(handle, account);
            }
            return told(handle, changed, "account.updated", account.tenant(), account.subject(), now);
        });
    }

    /// Puts an address back and signs the person out everywhere, offline grants too: whoever changed it is out.
    ///
    /// @return false when there is no such account or the address is taken; nothing is changed then
    public boolean putAddressBack(Account account, Instant now) {
        return db.write(handle -> {
            var changed = bound(handle.createUpdate("""
                            UPDATE account SET email = CAST(:email AS TEXT), email_folded = CAST(:folded AS TEXT),
                                profile = :profile, email_verified_at = :now, signed_out_at = :now, updated_at = :now
                            WHERE tenant_id = :tenant AND subject = :subject AND NOT EXISTS
                                (SELECT 1 FROM account o WHERE o.tenant_id = :tenant
                                    AND o.email_folded = CAST(:folded AS TEXT)
                                    AND o.subject <> :subject)"""), account, now).execute();
            if (changed == 1) {
                AccountWords.write(handle, account);
                signOut(handle, account.tenant(), account.subject(), now);
            }
            return told(handle, changed, "account.updated", account.tenant(), account.subject(), now);
        });
    }

    /// Suspends an account: its sessions end and its grants are revoked, offline ones too.
    ///
    /// @return false when there is none or it is suspended already
    public boolean disable(TenantId tenant, Subject subject, Instant now) {
        return db.write(handle -> {
            var update = handle.createUpdate("""
                            UPDATE account SET disabled_at = :now, signed_out_at = :now, updated_at = :now
                            WHERE tenant_id = :tenant AND subject = :subject AND disabled_at IS NULL""");
            var changed = on(update, tenant, subject, now).execute();
            signOut(handle, tenant, subject, now);
            return told(handle, changed, "account.disabled", tenant, subject, now);
        });
    }

    /// Lets a suspended person sign in again; what was ended stays ended.
    ///
    /// @return false when there is none or it is not suspended
    public boolean enable(TenantId tenant, Subject subject, Instant now) {
        return db.write(handle -> {
            var update = handle.createUpdate("""
                            UPDATE account SET disabled_at = NULL, updated_at = :now
                            WHERE tenant_id = :tenant AND subject = :subject AND disabled_at IS NOT NULL""");
            var changed = on(update, tenant, subject, now).execute();
            return told(handle, changed, "account.enabled", tenant, subject, now);
        });
    }

    /// Forgets a person with their consents and identities; sessions end and grants are revoked.
    /// The address is free
    /// again.
    ///
    /// @return whether there was one
    public boolean remove(TenantId tenant, Subject subject, Instant now) {
        return db.write(handle -> {
            var removed = handle.createUpdate("DELETE FROM account WHERE tenant_id = :tenant AND subject = :subject")
                    .bind("tenant", tenant.value())
                    .bind("subject", subject.value())
                    .execute();
            for (var table : List.of("consent", "identity", "operator", "account_word")) {
                handle.createUpdate("DELETE FROM " + table + " WHERE tenant_id = :tenant AND subject = :subject")
                        .bind("tenant", tenant.value())
                        .bind("subject", subject.value())
                        .execute();
            }
            signOut(handle, tenant, subject, now);
            return told(handle, removed, "account.removed", tenant, subject, now);
        });
    }

    /// Counts an attempt, before anything is computed for it; simultaneous attempts all count. The first attempt
    /// of a bucket opens its window, the first one after its end opens the next. The names of buckets have to
    /// come from a bounded set, for example a digest cut to some thousand values.
    public Attempts countAttempt(TenantId tenant, String bucket, Duration window, Instant now) {
        return db.write(handle -> count(handle, tenant, bucket, window, now));
    }

    private static Attempts count(Handle handle, TenantId tenant, String bucket, Duration window, Instant now) {
        return handle.createQuery("""
                        INSERT INTO attempt (tenant_id, bucket, attempts, window_ends_at)
                        VALUES (:tenant, :bucket, 1, :end)
                        ON CONFLICT (tenant_id, bucket) DO UPDATE SET
                            attempts = CASE WHEN attempt.window_ends_at <= :now THEN 1 ELSE attempt.attempts + 1 END,
                            window_ends_at =
                                CASE WHEN attempt.window_ends_at <= :now THEN :end ELSE attempt.window_ends_at END
                        RETURNING attempts, window_ends_at""")
                .bind("tenant", tenant.value())
                .bind("bucket", bucket)
                .bind("end", now.plus(window).toEpochMilli())
                .bind("now", now.toEpochMilli())
                .map((row, context) -> new Attempts(row.getLong("attempts"), instant(row, "window_ends_at")))
                .one();
    }

    /// Somebody tried so often that a limit was reached. Of a window only the first [#GUESSING_TOLD_MAX] become
    /// events: strangers cannot fill the audit trail.
    public void guessed(TenantId tenant, Map<String, String> detail, Duration window, Instant now) {
        db.<Integer>write(handle -> {
            if (count(handle, tenant, "events", window, now).count() <= GUESSING_TOLD_MAX) {
                var event = Events.happened("signin.slowed", tenant, now);
                detail.forEach(event::with);
                event.write(handle, db);
            }
            return 0;
        });
    }

    /// Takes one attempt back, for example after the right password; never below none.
    public void forgiveAttempt(TenantId tenant, String bucket, Instant now) {
        db.write(handle -> handle.createUpdate("""
                        UPDATE attempt SET attempts = attempts - 1
                        WHERE tenant_id = :tenant AND bucket = :bucket AND attempts > 0 AND window_ends_at > :now""")
                .bind("tenant", tenant.value())
                .bind("bucket", bucket)
                .bind("now", now.toEpochMilli())
                .execute());
    }

    private static void signOut(Handle handle, TenantId tenant, Subject subject, Instant now) {
        var update = handle.createUpdate("""
                        UPDATE session SET ended_at = :now
                        WHERE tenant_id = :tenant AND subject = :subject AND ended_at IS NULL""");
        on(update, tenant, subject, now).execute();
        Grants.revokeOfSubject(handle, tenant, subject, now);
    }

    private static Update on(Update update, TenantId tenant, Subject subject, Instant now) {
        return update.bind("tenant", tenant.value())
                .bind("subject", subject.value())
                .bind("now", now.toEpochMilli());
    }

    private static Update bound(Update update, Account account, Instant now) {
        return on(update, account.tenant(), account.subject(), now)
                .bind("email", account.address().orElse(null))
                .bind(
                        "folded",
                        account.email()
                                .filter(Email::isKey)
                                .map(one -> folded(one.address()))
                                .orElse(null))
                .bind("profile", Columns.profile(account.profile()));
    }

    private static @Nullable Long verifiedAt(Account account, Instant now) {
        return account.email().filter(Email::isVerified).isPresent() ? now.toEpochMilli() : null;
    }

    private boolean told(Handle handle, int rows, String kind, TenantId tenant, Subject subject, Instant now) {
        if (rows == 1) {
            Events.happened(kind, tenant, now).subject(subject).write(handle, db);
        }
        return rows == 1;
    }

    /// The address without regard to case and to how its characters are composed.
    static String folded(String email) {
        var lower = Normalizer.normalize(email, Normalizer.Form.NFKC).toLowerCase(Locale.ROOT);
        return Normalizer.normalize(lower, Normalizer.Form.NFKC);
    }

    static Account account(ResultSet row) throws SQLException {
        var isVerified = maybeInstant(row, "email_verified_at").isPresent();
        var isKey = maybeText(row, "email_folded").isPresent();
        var standing = isVerified ? Email.Standing.VERIFIED : isKey ? Email.Standing.GIVEN : Email.Standing.REPORTED;
        return new Account(
                new TenantId(row.getString("tenant_id")),
                new Subject(row.getString("subject")),
                maybeText(row, "email").map(address -> new Email(address, standing)),
                Columns.profile(row.getString("profile")),
                instant(row, "account_created_at"),
                instant(row, "account_updated_at"),
                maybeInstant(row, "account_disabled_at"));
    }
}
