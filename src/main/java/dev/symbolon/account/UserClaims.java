package dev.symbolon.account;

import dev.symbolon.oauth.Account;
import dev.symbolon.oauth.Profile;
import dev.symbolon.oauth.Scope;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/// What is said about a person (OpenID Connect Core §5.1, §5.4): the claims of the granted scopes and those
/// asked for by name, rightly typed, and only those that the account has.
public final class UserClaims {
    private static final Map<String, List<String>> OF_SCOPE = Map.of(
            "profile",
            List.of(
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
                    "updated_at"),
            "email",
            List.of("email", "email_verified"),
            "address",
            List.of("address"),
            "phone",
            List.of("phone_number", "phone_number_verified"));

    /// Every claim about a person that can be asked for, for `claims_supported`.
    public static final List<String> SUPPORTED =
            OF_SCOPE.values().stream().flatMap(List::stream).sorted().toList();

    private UserClaims() {}

    /// The names of the claims that these scopes bring.
    public static Set<String> names(Scope scope) {
        var names = new LinkedHashSet<String>();
        scope.values().forEach(value -> names.addAll(OF_SCOPE.getOrDefault(value, List.of())));
        return names;
    }

    /// The claims of these scopes and these names, without `sub`.
    public static Map<String, Object> of(Account account, Scope scope, Set<String> names) {
        var wanted = names(scope);
        wanted.addAll(names);
        var claims = all(account);
        claims.keySet().retainAll(wanted);
        return claims;
    }

    /// Everything that is known about the person, without `sub`.
    public static Map<String, Object> all(Account account) {
        var claims = new LinkedHashMap<String, Object>();
        var profile = account.profile();
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
        claims.put("updated_at", account.updatedAt().getEpochSecond());
        account.email().ifPresent(email -> {
            claims.put("email", email.address());
            claims.put("email_verified", email.isVerified());
        });
        put(claims, "phone_number", profile.phoneNumber());
        profile.phoneNumber()
                .ifPresent(_ -> claims.put(
                        "phone_number_verified", profile.phoneNumberVerified().orElse(false)));
        profile.address()
                .map(UserClaims::address)
                .filter(one -> !one.isEmpty())
                .ifPresent(one -> claims.put("address", one));
        return claims;
    }

    private static Map<String, Object> address(Profile.Address address) {
        var claims = new LinkedHashMap<String, Object>();
        put(claims, "formatted", address.formatted());
        put(claims, "street_address", address.streetAddress());
        put(claims, "locality", address.locality());
        put(claims, "region", address.region());
        put(claims, "postal_code", address.postalCode());
        put(claims, "country", address.country());
        return claims;
    }

    private static void put(Map<String, Object> claims, String name, Optional<String> value) {
        value.filter(text -> !text.isBlank()).ifPresent(text -> claims.put(name, text));
    }
}
