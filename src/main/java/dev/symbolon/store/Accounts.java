package dev.symbolon.store;

import dev.symbolon.crypto.PasswordHash;
import dev.symbolon.oauth.Account;
import dev.symbolon.oauth.Subject;
import dev.symbolon.oauth.TenantId;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/// The people of a tenant.
public final class Accounts {
    /// Whether a sign-up won the address.
    public enum Creation {
        CREATED,
        TAKEN
    }

    /// An account with its password hash, if it has one.
    public record PasswordAccount(Account account, Optional<PasswordHash> hash) {}

    /// How many attempts a bucket has seen in its window, this one included.
    public record Attempts(long count, Instant windowEndsAt) {}

    private final Database db;

    public Accounts(Database db) {
        this.db = db;
    }

    /// Soon.
    public Creation create(Account account, Optional<PasswordHash> hash, Instant now) {
        return db.soon();
    }

    /// Soon.
    public Optional<PasswordAccount> byEmail(TenantId tenant, String email) {
        return db.soon();
    }

    /// Soon.
    public Optional<Account> find(TenantId tenant, Subject subject) {
        return db.soon();
    }

    /// Soon.
    public List<Account> list(TenantId tenant, Optional<String> afterEmail, int limit) {
        return db.soon();
    }

    /// Soon.
    public boolean upgradePassword(
            TenantId tenant, Subject subject, PasswordHash old, PasswordHash better, Instant now) {
        return db.soon();
    }

    /// Soon.
    public boolean changePassword(TenantId tenant, Subject subject, PasswordHash hash, Instant now) {
        return db.soon();
    }

    /// Soon.
    public boolean update(Account account, Instant now) {
        return db.soon();
    }

    /// Soon.
    public boolean disable(TenantId tenant, Subject subject, Instant now) {
        return db.soon();
    }

    /// Soon.
    public boolean enable(TenantId tenant, Subject subject, Instant now) {
        return db.soon();
    }

    /// Soon.
    public boolean remove(TenantId tenant, Subject subject, Instant now) {
        return db.soon();
    }

    /// Soon.
    public Attempts countAttempt(TenantId tenant, String bucket, Duration window, Instant now) {
        return db.soon();
    }

    /// Soon.
    public void forgiveAttempt(TenantId tenant, String bucket, Instant now) {
        db.soon();
    }
}
