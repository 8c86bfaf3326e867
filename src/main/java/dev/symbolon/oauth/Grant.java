package dev.symbolon.oauth;

import java.time.Instant;
import java.util.List;
import java.util.Optional;

/// What one person allowed one client, once: the worth of one authorization code, and what every token that
/// comes of it points to.
///
/// @param session the session in which it was given; with `offline_access` it outlives that session's logout
/// @param resource the API that its access tokens are for
/// @param consent set when the grant rests on a remembered consent: the instant at which that was given
/// @param expiresAt the absolute end, however often it is refreshed
public record Grant(
        TenantId tenant,
        GrantId id,
        ClientId client,
        Subject subject,
        SessionId session,
        Scope scope,
        Optional<String> resource,
        Optional<String> nonce,
        Instant authTime,
        List<String> amr,
        ClaimsRequest claims,
        Optional<Instant> consent,
        Instant createdAt,
        Instant expiresAt) {

    /// Whether it goes on after the person signed out.
    public boolean isOffline() {
        return scope.has("offline_access");
    }
}
