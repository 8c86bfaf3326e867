package dev.symbolon.oauth;

import java.util.Optional;

/// A person as another server has just described them.
///
/// @param subject what that server calls the person for ever; 1 to 255 characters
/// @param email `VERIFIED` when that server calls it verified and its connection is believed,
///     otherwise `REPORTED`
/// @param authTime when the person signed in there, if it said so (epoch seconds)
public record UpstreamUser(
        ConnectionId connection, String subject, Optional<Email> email, Profile profile, Optional<Long> authTime) {

    /// What the person recognises themselves by.
    public String title() {
        return email.map(Email::address)
                .or(profile::preferredUsername)
                .or(profile::name)
                .orElse(subject);
    }
}
