package dev.symbolon.account;

import dev.symbolon.oauth.OAuthError;
import dev.symbolon.oauth.OAuthException;
import dev.symbolon.oauth.OneLine;
import dev.symbolon.oauth.Profile;
import java.net.URI;
import java.net.URISyntaxException;
import java.time.DateTimeException;
import java.time.LocalDate;
import java.time.MonthDay;
import java.time.Year;
import java.time.ZoneId;
import java.util.IllformedLocaleException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;

/// The claims of a [Profile] as somebody writes them: a name of OpenID Connect Core §5.1 and a text, the parts of the
/// address (§5.1.1) as `address.locality`. An empty text takes a claim away.
public final class ProfileClaims {
    /// Every name, in the order of the standard.
    public static final List<String> NAMES = List.of(
            "name",
            "given_name",
            "family_name",
            "middle_name",
            "nickname",
            "preferred_username",
            "profile",
            "picture",
            "website",
            "gender",
            "birthdate",
            "zoneinfo",
            "locale",
            "phone_number",
            "phone_number_verified",
            "address.formatted",
            "address.street_address",
            "address.locality",
            "address.region",
            "address.postal_code",
            "address.country");

    private static final int TEXT_MAX_CHARACTERS = 200;
    private static final int LINES_MAX_CHARACTERS = 1_000;
    private static final int URL_MAX_CHARACTERS = 2_000;
    private static final String NUMBER = "phone_number";
    private static final String VERIFIED = "phone_number_verified";
    // §5.1: a verified number is in E.164 format, its extension as RFC 3966 writes it.
    private static final Pattern E164 = Pattern.compile("\\+[1-9][0-9]{1,14}(;ext=[0-9]{1,15})?");

    private ProfileClaims() {}

    /// What is said in a profile, in the order of [#NAMES].
    public static Map<String, String> of(Profile profile) {
        var claims = new LinkedHashMap<String, String>();
        put(claims, "name", profile.name());
        put(claims, "given_name", profile.givenName());
        put(claims, "family_name", profile.familyName());
        put(claims, "middle_name", profile.middleName());
        put(claims, "nickname", profile.nickname());
        put(claims, "preferred_username", profile.preferredUsername());
        put(claims, "profile", profile.profile());
        put(claims, "picture", profile.picture());
        put(claims, "website", profile.website());
        put(claims, "gender", profile.gender());
        put(claims, "birthdate", profile.birthdate());
        put(claims, "zoneinfo", profile.zoneinfo());
        put(claims, "locale", profile.locale());
        put(claims, NUMBER, profile.phoneNumber());
        put(claims, VERIFIED, profile.phoneNumberVerified().map(String::valueOf));
        profile.address().ifPresent(address -> {
            put(claims, "address.formatted", address.formatted());
            put(claims, "address.street_address", address.streetAddress());
            put(claims, "address.locality", address.locality());
            put(claims, "address.region", address.region());
            put(claims, "address.postal_code", address.postalCode());
            put(claims, "address.country", address.country());
        });
        return claims;
    }

    private static void put(Map<String, String> claims, String name, Optional<String> value) {
        value.ifPresent(text -> claims.put(name, text));
    }

    /// A profile with these claims changed; the others stay. A telephone number that changes is not verified any more,
    /// unless that is said with it.
    ///
    /// @throws OAuthException `invalid_request` when there is no such claim or it cannot be so
    public static Profile with(Profile profile, Map<String, String> changes) {
        var claims = of(profile);
        var number = claims.get(NUMBER);
        changes.forEach((name, value) -> {
            if (!NAMES.contains(name)) {
                throw refused("There is no claim " + name + " in a profile.");
            }
            if (value.isBlank()) {
                claims.remove(name);
            } else {
                claims.put(name, checked(name, value.strip()));
            }
        });
        var isOther = number != null && !number.equals(claims.get(NUMBER));
        if (isOther && !changes.containsKey(VERIFIED)) {
            claims.remove(VERIFIED);
        }
        if ("true".equals(claims.get(VERIFIED))
                && !E164.matcher(claims.getOrDefault(NUMBER, "")).matches()) {
            throw refused("A phone_number that is verified is in E.164 format, such as +442071234567.");
        }
        return profile(claims);
    }

    private static String checked(String name, String value) {
        switch (name) {
            case "profile", "picture", "website" -> requireUrl(name, value);
            case "birthdate" ->
                require(
                        isBirthdate(value),
                        name + " has to be YYYY-MM-DD, 0000-MM-DD when the year is not told, or YYYY; it is " + value);
            case "zoneinfo" ->
                require(
                        ZoneId.getAvailableZoneIds().contains(value),
                        name + " has to be a time zone such as Europe/Paris; it is " + value);
            case "locale" ->
                require(
                        isLanguageTag(value),
                        name + " has to be a language tag such as en-GB (BCP 47); it is " + value);
            case VERIFIED -> require(value.equals("true") || value.equals("false"), name + " has to be true or false");
            // §5.1.1: these two may have several lines.
            case "address.formatted", "address.street_address" ->
                requireShort(name, value.replaceAll("\r?\n", ""), LINES_MAX_CHARACTERS);
            default -> requireShort(name, value, TEXT_MAX_CHARACTERS);
        }
        return value;
    }

    private static void requireShort(String name, String value, int mostCharacters) {
        require(
                value.length() <= mostCharacters && !OneLine.isBrokenBy(value),
                name + " has at most " + mostCharacters + " characters and no control characters");
    }

    private static void requireUrl(String name, String value) {
        requireShort(name, value, URL_MAX_CHARACTERS);
        try {
            var uri = new URI(value);
            var scheme = Optional.ofNullable(uri.getScheme()).orElse("").toLowerCase(Locale.ROOT);
            if ((scheme.equals("https") || scheme.equals("http")) && uri.getHost() != null) {
                return;
            }
        } catch (URISyntaxException _) {
            // falls through: it is no address
        }
        throw refused(name + " has to be an http or https URL; it is " + value);
    }

    private static boolean isBirthdate(String value) {
        try {
            if (value.matches("[0-9]{4}")) {
                return Year.parse(value).getValue() > 0;
            }
            if (value.matches("0000-[0-9]{2}-[0-9]{2}")) {
                var _ = MonthDay.parse(value.replaceFirst("0000", "-"));
                return true;
            }
            return value.matches("[0-9]{4}-[0-9]{2}-[0-9]{2}")
                    && LocalDate.parse(value).getYear() > 0;
        } catch (DateTimeException _) {
            return false;
        }
    }

    private static boolean isLanguageTag(String value) {
        try {
            var _ = new Locale.Builder().setLanguageTag(value).build();
            return true;
        } catch (IllformedLocaleException _) {
            return false;
        }
    }

    private static Profile profile(Map<String, String> claims) {
        var address = new Profile.Address(
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
                get(claims, NUMBER),
                get(claims, VERIFIED).map(Boolean::valueOf),
                claims.keySet().stream().anyMatch(name -> name.startsWith("address."))
                        ? Optional.of(address)
                        : Optional.empty());
    }

    private static Optional<String> get(Map<String, String> claims, String name) {
        return Optional.ofNullable(claims.get(name));
    }

    private static void require(boolean holds, String sentence) {
        if (!holds) {
            throw refused(sentence);
        }
    }

    private static OAuthException refused(String sentence) {
        return new OAuthException(OAuthError.INVALID_REQUEST, sentence.endsWith(".") ? sentence : sentence + ".");
    }
}
