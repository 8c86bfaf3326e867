package dev.symbolon.oauth;

import java.time.Instant;
import java.util.Optional;

/// A person of a tenant.
///
/// @param email as the person wrote it; unique in the tenant without regard to case
/// @param emailVerified whether control of the address was shown
/// @param disabledAt set while an operator has suspended the account
public record Account(
        TenantId tenant,
        Subject subject,
        String email,
        boolean emailVerified,
        Profile profile,
        Instant createdAt,
        Instant updatedAt,
        Optional<Instant> disabledAt) {

    /// What a page calls the person: the name, or else the address.
    public String displayName() {
        return profile.name().orElse(email);
    }
}
