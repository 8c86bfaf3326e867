package dev.symbolon.oauth;

import java.time.Instant;
import java.util.Optional;

/// A person of a tenant.
///
/// @param email absent when nobody has told us one
/// @param disabledAt set while an operator has suspended the account
public record Account(
        TenantId tenant,
        Subject subject,
        Optional<Email> email,
        Profile profile,
        Instant createdAt,
        Instant updatedAt,
        Optional<Instant> disabledAt) {

    /// The address, whatever it is worth.
    public Optional<String> address() {
        return email.map(Email::address);
    }

    /// Whether the person is found by this address, without regard to case.
    public boolean isFoundBy(String address) {
        return email.filter(Email::isKey)
                .filter(one -> Email.isSame(one.address(), address))
                .isPresent();
    }

    /// What a page or a list calls the person: the name, else the address, else what another
    /// server calls them.
    public String title() {
        return profile.name()
                .or(this::address)
                .or(profile::preferredUsername)
                .or(profile::nickname)
                .orElse(subject.value());
    }

    /// What tells the person from another one of the same name: the address, else a user name.
    public String subtitle() {
        return address().or(profile::preferredUsername).orElse("");
    }
}
