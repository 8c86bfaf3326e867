package dev.symbolon.oauth;

import java.time.Instant;
import java.util.List;
import java.util.Map;

/// One person signed in in one browser. A browser can hold several, one per account.
///
/// @param authTime when the person last proved who they are (`auth_time`)
/// @param amr how (RFC 8176): `pwd`, `otp` for a code or link by mail, `fed` at another server
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

    /// `chosenAt` of an account that stayed when the chosen one signed out: nobody has said that
    /// it is meant.
    public static final Instant UNCHOSEN = Instant.EPOCH;

    /// Whether the person has to say first that this account is meant.
    public boolean isUnchosen() {
        return chosenAt.equals(UNCHOSEN);
    }

    /// Every authentication context that a sign-in reaches (`acr`), by the method that leads to it
    /// (`amr`).
    private static final Map<String, String> ACR_OF = Map.of(
            "pwd", "urn:symbolon:acr:password",
            "otp", "urn:symbolon:acr:code",
            "fed", "urn:symbolon:acr:federated");

    /// `acr_values_supported`, the best known first.
    public static final List<String> ACR_SUPPORTED =
            List.of("urn:symbolon:acr:password", "urn:symbolon:acr:code", "urn:symbolon:acr:federated");

    /// What a sign-in by these methods reached.
    public static String acr(List<String> amr) {
        return amr.stream()
                .filter(ACR_OF::containsKey)
                .findFirst()
                .map(ACR_OF::get)
                .orElse("urn:symbolon:acr:password");
    }
}
