package dev.symbolon.oauth;

import java.util.Map;
import java.util.Optional;

/// The standard claims about a person beside the e-mail address (OpenID Connect Core §5.1). What is absent is
/// never sent as empty or null.
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

    /// This profile, and where it says nothing, the other one.
    public Profile over(Profile other) {
        return new Profile(
                name.or(other::name),
                givenName.or(other::givenName),
                familyName.or(other::familyName),
                middleName.or(other::middleName),
                nickname.or(other::nickname),
                preferredUsername.or(other::preferredUsername),
                profile.or(other::profile),
                picture.or(other::picture),
                website.or(other::website),
                gender.or(other::gender),
                birthdate.or(other::birthdate),
                zoneinfo.or(other::zoneinfo),
                locale.or(other::locale),
                phoneNumber.or(other::phoneNumber),
                phoneNumber.isPresent() ? phoneNumberVerified : other.phoneNumberVerified(),
                address.or(other::address));
    }

    /// What these claims say, by the names of [ClaimText]; they have been checked.
    public static Profile of(Map<String, String> claims) {
        var address = new Address(
                get(claims, "address.formatted"),
                get(claims, "address.street_address"),
                get(claims, "address.locality"),
                get(claims, "address.region"),
                get(claims, "address.postal_code"),
                get(claims, "address.country"));
        return new Profile(
                get(claims, "name"),
                get(claims, "given_name"),
                get(claims, "family_name"),
                get(claims, "middle_name"),
                get(claims, "nickname"),
                get(claims, "preferred_username"),
                get(claims, "profile"),
                get(claims, "picture"),
                get(claims, "website"),
                get(claims, "gender"),
                get(claims, "birthdate"),
                get(claims, "zoneinfo"),
                get(claims, "locale"),
                get(claims, "phone_number"),
                get(claims, "phone_number_verified").map(Boolean::valueOf),
                claims.keySet().stream().anyMatch(name -> name.startsWith("address."))
                        ? Optional.of(address)
                        : Optional.empty());
    }

    private static Optional<String> get(Map<String, String> claims, String name) {
        return Optional.ofNullable(claims.get(name));
    }

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
