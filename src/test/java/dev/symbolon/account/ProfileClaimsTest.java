package dev.symbolon.account;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.symbolon.oauth.OAuthException;
import dev.symbolon.oauth.Profile;
import dev.symbolon.spec.Spec;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ProfileClaimsTest {
    private static final Profile NOTHING = Profile.named(Optional.empty());

    private static final Map<String, String> EVERYTHING = new LinkedHashMap<>();

    static {
        EVERYTHING.put("name", "Ada Lovelace");
        EVERYTHING.put("given_name", "Ada");
        EVERYTHING.put("family_name", "Lovelace");
        EVERYTHING.put("middle_name", "King");
        EVERYTHING.put("nickname", "Countess");
        EVERYTHING.put("preferred_username", "ada");
        EVERYTHING.put("profile", "https://ada.example/");
        EVERYTHING.put("picture", "https://ada.example/ada.png");
        EVERYTHING.put("website", "http://ada.example");
        EVERYTHING.put("gender", "female");
        EVERYTHING.put("birthdate", "1815-12-10");
        EVERYTHING.put("zoneinfo", "Europe/London");
        EVERYTHING.put("locale", "en-GB");
        EVERYTHING.put("phone_number", "+442071234567");
        EVERYTHING.put("phone_number_verified", "true");
        EVERYTHING.put("address.formatted", "12 St James's Square\nLondon");
        EVERYTHING.put("address.street_address", "12 St James's Square");
        EVERYTHING.put("address.locality", "London");
        EVERYTHING.put("address.region", "Greater London");
        EVERYTHING.put("address.postal_code", "SW1Y 4JH");
        EVERYTHING.put("address.country", "United Kingdom");
    }

    @Test
    void every_claim_is_written_and_read_back_in_the_order_of_the_standard() {
        var profile = ProfileClaims.with(NOTHING, EVERYTHING);
        assertEquals(EVERYTHING, ProfileClaims.of(profile));
        assertEquals(
                ProfileClaims.NAMES, new ArrayList<>(ProfileClaims.of(profile).keySet()));
        assertEquals(Map.of(), ProfileClaims.of(NOTHING));
    }

    @Test
    void every_claim_that_can_be_asked_for_can_be_written() {
        var writable = ProfileClaims.NAMES.stream()
                .map(name -> name.replaceFirst("\\..*", ""))
                .toList();
        var own = List.of("email", "email_verified", "updated_at");
        assertTrue(
                UserClaims.SUPPORTED.stream().allMatch(name -> writable.contains(name) || own.contains(name)),
                writable.toString());
    }

    @Test
    void an_empty_value_takes_away_and_the_rest_stays() {
        var profile = ProfileClaims.with(NOTHING, EVERYTHING);
        var less = ProfileClaims.with(profile, Map.of("gender", "", "address.region", " "));
        assertEquals(Optional.empty(), less.gender());
        assertEquals(Optional.empty(), less.address().orElseThrow().region());
        assertEquals(Optional.of("London"), less.address().orElseThrow().locality());
        assertEquals(Optional.of("Ada"), less.givenName());
        var none = new LinkedHashMap<String, String>();
        ProfileClaims.NAMES.forEach(name -> none.put(name, ""));
        assertEquals(NOTHING, ProfileClaims.with(profile, none));
    }

    @Test
    void a_number_that_changes_is_not_verified_any_more_unless_that_is_said() {
        var profile = ProfileClaims.with(NOTHING, EVERYTHING);
        assertEquals(
                Optional.empty(),
                ProfileClaims.with(profile, Map.of("phone_number", "+15551234")).phoneNumberVerified());
        assertEquals(
                Optional.empty(),
                ProfileClaims.with(profile, Map.of("phone_number", "")).phoneNumberVerified());
        assertEquals(
                Optional.of(true),
                ProfileClaims.with(profile, Map.of("phone_number", "+15551234", "phone_number_verified", "true"))
                        .phoneNumberVerified());
        assertEquals(
                Optional.of(true),
                ProfileClaims.with(profile, Map.of("gender", "")).phoneNumberVerified());
    }

    @Spec("OIDC Core §5.1")
    @ParameterizedTest
    @CsvSource({
        "birthdate,1815-12-10",
        "birthdate,0000-12-10",
        "birthdate,0000-02-29",
        "birthdate,2024-02-29",
        "birthdate,1815",
        "zoneinfo,Europe/Paris",
        "zoneinfo,America/Argentina/Buenos_Aires",
        "locale,en-GB",
        "locale,de",
        "locale,zh-Hant-TW",
        "profile,https://ada.example/me?x=1#y",
        "picture,HTTPS://ada.example/p.png",
        "website,http://localhost:8080",
        "phone_number,+1 (425) 555-1212",
        "phone_number,+1 (604) 555-1234;ext=5678",
        "gender,other",
    })
    void a_claim_of_the_right_shape_is_taken(String name, String value) {
        assertEquals(Map.of(name, value), ProfileClaims.of(ProfileClaims.with(NOTHING, Map.of(name, value))));
    }

    @Spec("OIDC Core §5.1")
    @ParameterizedTest
    @CsvSource({
        "birthdate,10.12.1815",
        "birthdate,1815-12",
        "birthdate,1815-2-1",
        "birthdate,2023-02-29",
        "birthdate,0000-13-01",
        "birthdate,0000-02-30",
        "birthdate,0000",
        "birthdate,+1815-12-10",
        "birthdate,815",
        "zoneinfo,Europe/Atlantis",
        "zoneinfo,+02:00",
        "zoneinfo,europe/paris",
        "locale,en_GB",
        "locale,english language",
        "locale,e",
        "profile,ada.example",
        "profile,/me",
        "picture,javascript:alert(1)",
        "picture,data:image/png;base64:AAAA",
        "website,ftp://ada.example",
        "website,https:///nohost",
        "website,https://a b.example",
        "phone_number_verified,yes",
        "phone_number_verified,true",
        "nickname,'a\tb'",
        "shoe_size,39",
        "email,ada@example.com",
        "sub,x",
    })
    void a_claim_of_a_wrong_shape_is_refused_by_its_name(String name, String value) {
        var refused = assertThrows(OAuthException.class, () -> ProfileClaims.with(NOTHING, Map.of(name, value)));
        assertTrue(refused.description().contains(name.replace("_verified", "")), refused.description());
    }

    @Spec("OIDC Core §5.1")
    @Test
    void a_verified_number_is_in_e164_format() {
        for (var number : List.of("020 7123 4567", "+44 20 7123 4567", "+0123", "+442071234567;ext=x")) {
            var claims = Map.of("phone_number", number, "phone_number_verified", "true");
            assertThrows(OAuthException.class, () -> ProfileClaims.with(NOTHING, claims), number);
        }
        ProfileClaims.with(NOTHING, Map.of("phone_number", "+442071234567;ext=12", "phone_number_verified", "true"));
    }

    @Spec("OIDC Core §5.1.1")
    @Test
    void an_address_may_have_lines_and_no_other_claim_may() {
        ProfileClaims.with(NOTHING, Map.of("address.formatted", "a\r\nb\nc", "address.street_address", "a\nb"));
        assertThrows(OAuthException.class, () -> ProfileClaims.with(NOTHING, Map.of("address.locality", "a\nb")));
        assertThrows(OAuthException.class, () -> ProfileClaims.with(NOTHING, Map.of("name", "a\nb")));
        assertThrows(OAuthException.class, () -> ProfileClaims.with(NOTHING, Map.of("address.formatted", "a\u0007")));
    }

    @Test
    void every_claim_has_a_limit() {
        for (var name : ProfileClaims.NAMES) {
            assertThrows(
                    OAuthException.class,
                    () -> ProfileClaims.with(NOTHING, Map.of(name, "https://a.example/" + "x".repeat(2_000))),
                    name);
        }
    }
}
