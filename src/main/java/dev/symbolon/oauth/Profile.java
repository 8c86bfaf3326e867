package dev.symbolon.oauth;

import java.util.Optional;

/// The standard claims about a person beside the e-mail address (OpenID Connect Core §5.1). What is absent is never
/// sent as empty or null.
public record Profile(
        Optional<String> name,
        Optional<String> givenName,
        Optional<String> familyName,
        Optional<String> middleName,
        Optional<String> nickname,
        Optional<String> preferredUsername,
        Optional<String> profile,
        Optional<String> picture,
        Optional<String> website,
        Optional<String> gender,
        Optional<String> birthdate,
        Optional<String> zoneinfo,
        Optional<String> locale,
        Optional<String> phoneNumber,
        Optional<Boolean> phoneNumberVerified,
        Optional<Address> address) {

    /// OpenID Connect Core §5.1.1.
    public record Address(
            Optional<String> formatted,
            Optional<String> streetAddress,
            Optional<String> locality,
            Optional<String> region,
            Optional<String> postalCode,
            Optional<String> country) {}

    /// Nothing is known but, perhaps, a name.
    public static Profile named(Optional<String> name) {
        Optional<String> none = Optional.empty();
        return new Profile(
                name,
                none,
                none,
                none,
                none,
                none,
                none,
                none,
                none,
                none,
                none,
                none,
                none,
                none,
                Optional.empty(),
                Optional.empty());
    }
}
