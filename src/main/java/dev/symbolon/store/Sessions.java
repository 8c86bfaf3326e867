package dev.symbolon.store;

import dev.symbolon.crypto.TokenHash;
import dev.symbolon.oauth.Account;
import dev.symbolon.oauth.ClientId;
import dev.symbolon.oauth.Session;
import dev.symbolon.oauth.SessionId;
import dev.symbolon.oauth.TenantId;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/// Who is signed in where.
public final class Sessions {
    /// A live session with its active account.
    public record SignedIn(Session session, Account account) {}

    /// How long a session lives: without being seen, and after the person last proved who they are.
    public record Limits(Duration idle, Duration absolute) {}

    private final Database db;

    public Sessions(Database db) {
        this.db = db;
    }

    /// Soon.
    public SessionId start(Session newSession, Optional<TokenHash> replaced, TokenHash browser, Instant now) {
        return db.soon();
    }

    /// Soon.
    public boolean choose(TenantId tenant, SessionId id, TokenHash replaced, TokenHash browser, Instant now) {
        return db.soon();
    }

    /// Soon.
    public List<SignedIn> ofBrowser(TenantId tenant, TokenHash browser, Limits limits, Instant now) {
        return db.soon();
    }

    /// Soon.
    public Optional<SignedIn> find(TenantId tenant, SessionId id, Limits limits, Instant now) {
        return db.soon();
    }

    /// Soon.
    public void touch(TenantId tenant, TokenHash browser, Instant now) {
        db.soon();
    }

    /// Soon.
    public List<ClientId> end(TenantId tenant, SessionId id, Instant now) {
        return db.soon();
    }

    /// Soon.
    public List<ClientId> endBrowser(TenantId tenant, TokenHash browser, Instant now) {
        return db.soon();
    }
}
