package dev.symbolon.oauth;

import java.time.Instant;
import java.util.List;

/// One person signed in in one browser. A browser can hold several, one per account.
///
/// @param authTime when the person last proved who they are (`auth_time`)
/// @param amr how (RFC 8176), for example `pwd`
/// @param chosenAt when the person last picked this account, by signing in or in the chooser
/// @param lastSeenAt for the idle limit; exact to a minute
public record Session(
        TenantId tenant,
        SessionId id,
        Subject subject,
        Instant authTime,
        List<String> amr,
        Instant chosenAt,
        Instant createdAt,
        Instant lastSeenAt) {

    /// `chosenAt` of an account that stayed when the chosen one signed out: nobody has said that it is meant.
    public static final Instant UNCHOSEN = Instant.EPOCH;

    /// Whether the person has to say first that this account is meant.
    public boolean isUnchosen() {
        return chosenAt.equals(UNCHOSEN);
    }

    /// The one authentication context that a sign-in here reaches (`acr`): a password.
    public static final String ACR = "urn:symbolon:acr:password";
}
