package dev.symbolon.oauth;

import java.time.Instant;
import java.util.Optional;

/// A person as another server knows them, and the account that they are here. The key is the
/// connection and what that
/// server calls the person for ever; an e-mail address is never one.
///
/// @param subject the account here
/// @param upstreamSubject the other server's `sub`, or what takes its place
/// @param email what the other server said last, for the person to recognise it by
/// @param name the same
public record Identity(
        TenantId tenant,
        ConnectionId connection,
        String upstreamSubject,
        Subject subject,
        Optional<String> email,
        Optional<String> name,
        Instant createdAt,
        Instant lastUsedAt) {

    /// What the person recognises it by.
    public String title() {
        return email.or(() -> name).orElse(upstreamSubject);
    }
}
