package dev.symbolon.store;

import dev.symbolon.oauth.ClientId;
import dev.symbolon.oauth.GrantId;
import dev.symbolon.oauth.SessionId;
import dev.symbolon.oauth.Subject;
import dev.symbolon.oauth.TenantId;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// The audit trail.
public final class Events {
    /// Something security-relevant that happened.
    ///
    /// @param seq grows with time; names the event in its tenant
    /// @param kind for example `session.started`
    public record Event(
            TenantId tenant,
            long seq,
            Instant at,
            String kind,
            Optional<Subject> subject,
            Optional<ClientId> client,
            Optional<SessionId> session,
            Optional<GrantId> grant,
            Map<String, String> detail) {}

    private final Database db;

    public Events(Database db) {
        this.db = db;
    }

    /// Soon.
    public List<Event> list(TenantId tenant, Optional<Long> before, int limit) {
        return db.soon();
    }
}
