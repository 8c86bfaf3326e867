package dev.symbolon.account;

import dev.symbolon.oauth.ClaimText;
import dev.symbolon.oauth.OAuthError;
import dev.symbolon.oauth.OAuthException;
import dev.symbolon.oauth.Profile;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;

/// The claims of a [Profile] as somebody writes them: a name of OpenID Connect Core §5.1 and a text, the parts
/// of the address (§5.1.1) as `address.locality`. An empty text takes a claim away.
public final class ProfileClaims {
    /// Every name, in the order of the standard.
    public static final List<String> NAMES = ClaimText.NAMES;

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

    /// A profile with these claims changed; the others stay. A telephone number that changes is not verified any
    /// more, unless that is said with it.
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
                ClaimText.require(name, value.strip());
                claims.put(name, value.strip());
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
        return Profile.of(claims);
    }

    private static OAuthException refused(String sentence) {
        return new OAuthException(OAuthError.INVALID_REQUEST, sentence);
    }
}
