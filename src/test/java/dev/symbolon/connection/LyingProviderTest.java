package dev.symbolon.connection;

import static dev.symbolon.connection.Given.refused;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.nimbusds.jose.JWSAlgorithm;
import dev.symbolon.connection.UpstreamException.Kind;
import dev.symbolon.crypto.LeftHalf;
import dev.symbolon.oauth.Connection;
import dev.symbolon.oauth.Email.Standing;
import dev.symbolon.oauth.UpstreamUser;
import dev.symbolon.outbound.Outbound;
import dev.symbolon.spec.Spec;
import dev.symbolon.spec.TestClock;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// An OpenID provider that lies about one thing at a time: who says it, for whom, when, and of whom.
final class LyingProviderTest {
    private final TestClock clock = new TestClock();
    private LyingProvider provider;
    private Outbound outbound;
    private Upstreams upstreams;

    @BeforeEach
    void start() {
        provider = new LyingProvider(clock);
        outbound = Given.outbound();
        upstreams = new Upstreams(outbound, clock);
    }

    @AfterEach
    void stop() {
        outbound.close();
        provider.close();
    }

    private Connection ours() {
        return Given.oidc(provider.issuer());
    }

    private UpstreamUser user() {
        return user(ours(), Optional.of(provider.issuer()));
    }

    private UpstreamUser user(Connection connection, Optional<String> iss) {
        return upstreams.user(connection, Optional.of(Given.SECRET), Given.journey(), "a-code", iss);
    }

    private void isNotBelieved(String claim, Object lie) {
        provider.claims.put(claim, lie);
        refused(Kind.UNTRUSTWORTHY, this::user);
    }

    private void isNotBelievedWithout(String claim) {
        provider.claims.remove(claim);
        refused(Kind.UNTRUSTWORTHY, this::user);
    }

    private long now() {
        return clock.instant().getEpochSecond();
    }

    @Test
    void the_truth_is_believed() {
        var ada = user();
        assertEquals("ada", ada.subject());
        assertEquals(Optional.of("Ada"), ada.profile().name());
        var form = provider.forms.getFirst();
        assertEquals("authorization_code", form.text("grant_type"));
        assertEquals("a-code", form.text("code"));
        assertEquals(Given.REDIRECT_URI, form.text("redirect_uri"));
        assertEquals(Given.journey().verifier().value(), form.text("code_verifier"));
    }

    @Test
    @Spec("RFC 8414 §2")
    void a_secret_is_shown_in_the_header_unless_the_provider_takes_it_in_the_form_only() {
        user();
        assertTrue(provider.authorizations.getLast().startsWith("Basic "));
        assertTrue(provider.forms.getLast().get("client_secret").isEmpty());
        for (var methods : Map.of(
                        List.of("client_secret_post", "client_secret_basic"), true,
                        List.of("client_secret_post"), false,
                        List.of("private_key_jwt", "client_secret_post"), false)
                .entrySet()) {
            provider.configuration.put("token_endpoint_auth_methods_supported", methods.getKey());
            try (var fresh = Given.outbound()) {
                upstreams = new Upstreams(fresh, clock);
                user();
            }
            assertEquals(methods.getValue(), provider.authorizations.getLast().startsWith("Basic "));
            assertEquals(
                    methods.getValue() ? "" : Given.SECRET,
                    provider.forms.getLast().text("client_secret"));
        }
        provider.configuration.put("token_endpoint_auth_methods_supported", List.of("private_key_jwt"));
        upstreams = new Upstreams(outbound, clock);
        refused(Kind.MISCONFIGURED, this::user);
        upstreams.user(ours(), Optional.empty(), Given.journey(), "a-code", Optional.empty());
        assertEquals("", provider.authorizations.getLast());
        assertEquals(Given.CLIENT, provider.forms.getLast().text("client_id"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"another", "", "n-0s6_wza2mj", "n-0S6_WzA2Mj "})
    @Spec("OpenID Connect Core §3.1.3.7")
    void FE_02_an_id_token_with_another_nonce_is_not_believed(String nonce) {
        isNotBelieved("nonce", nonce);
    }

    @Test
    @Spec("OpenID Connect Core §3.1.3.7")
    void FE_02_an_id_token_without_a_nonce_is_not_believed() {
        isNotBelievedWithout("nonce");
    }

    @Test
    void FE_02_an_id_token_of_an_earlier_journey_is_not_believed() {
        user();
        var replayed = provider.signing.apply(Map.copyOf(provider.claims));
        provider.signing = _ -> replayed;
        var later = new Journey(
                Given.REDIRECT_URI,
                Given.STATE,
                "another-nonce",
                Given.journey().verifier(),
                Optional.empty(),
                List.of(),
                Journey.SignIn.AS_EVER);
        refused(
                Kind.UNTRUSTWORTHY,
                () -> upstreams.user(ours(), Optional.of(Given.SECRET), later, "a-code", Optional.empty()));
    }

    @ParameterizedTest
    @ValueSource(strings = {"https://accounts.google.com", "", "http://127.0.0.1"})
    @Spec("OpenID Connect Core §3.1.3.7")
    void FE_03_an_id_token_of_another_issuer_is_not_believed(String issuer) {
        isNotBelieved("iss", issuer);
    }

    @Test
    void FE_03_an_issuer_is_compared_byte_by_byte() {
        isNotBelieved("iss", provider.issuer() + "/");
        isNotBelieved("iss", provider.issuer().toUpperCase(java.util.Locale.ROOT));
        isNotBelieved("iss", List.of(provider.issuer()));
        isNotBelievedWithout("iss");
    }

    @Test
    @Spec("RFC 9207 §2.4")
    void FE_03_an_answer_of_another_provider_is_not_believed_and_its_code_is_shown_to_nobody() {
        try (var other = new LyingProvider(clock)) {
            for (var iss : List.of(other.issuer(), "", provider.issuer() + "/", "https://127.0.0.1")) {
                refused(Kind.UNTRUSTWORTHY, () -> user(ours(), Optional.of(iss)));
            }
            assertEquals(0, provider.count("/token") + other.count("/token"));
        }
    }

    @Test
    @Spec("RFC 9207 §2.4")
    void FE_03_an_answer_without_its_issuer_is_believed_only_where_none_is_promised() {
        assertEquals("ada", user(ours(), Optional.empty()).subject());
        provider.configuration.put("authorization_response_iss_parameter_supported", true);
        upstreams = new Upstreams(outbound, clock);
        refused(Kind.UNTRUSTWORTHY, () -> user(ours(), Optional.empty()));
        assertEquals(1, provider.count("/token"));
    }

    private Standing standing(Connection connection) {
        return user(connection, Optional.empty()).email().orElseThrow().standing();
    }

    @Test
    void FE_04_an_address_is_verified_only_when_the_provider_says_true_and_is_trusted() {
        assertEquals(Standing.VERIFIED, standing(ours()));
        for (var lie : List.of("true", "TRUE", 1, "1", false, "yes", List.of(true), Map.of("value", true))) {
            provider.userinfo.put("email_verified", lie);
            assertEquals(Standing.REPORTED, standing(ours()), lie.toString());
        }
        provider.userinfo.remove("email_verified");
        assertEquals(Standing.REPORTED, standing(ours()), "not said");
        provider.userinfo.put("email_verified", true);
        var doubted = Given.connection(
                Connection.Kind.OIDC, Given.upstream(Optional.of(provider.issuer())), Given.doubting());
        assertEquals(Standing.REPORTED, standing(doubted));
    }

    @Test
    void FE_04_what_is_said_of_one_address_is_not_believed_of_another() {
        provider.claims.put("email", "ada@example.org");
        provider.claims.put("email_verified", true);
        provider.userinfo.put("email", "victim@example.org");
        provider.userinfo.remove("email_verified");
        var email = user().email().orElseThrow();
        assertEquals("victim@example.org", email.address());
        assertFalse(email.isVerified());
    }

    @ParameterizedTest
    @ValueSource(strings = {"nobody", "a b@example.org", "a@b@c", "@example.org", "ada@", "a\r\nBcc: b@example.org"})
    void FE_04_what_is_no_address_is_left_out(String text) {
        provider.userinfo.put("email", text);
        assertEquals(Optional.empty(), user().email());
    }

    @Test
    @Spec("OpenID Connect Core §3.1.3.7")
    void FE_08_an_id_token_for_somebody_else_is_not_believed() {
        isNotBelieved("aud", "another-client");
        isNotBelieved("aud", List.of("another-client"));
        isNotBelieved("aud", List.of());
        isNotBelieved("aud", Given.CLIENT + " ");
        isNotBelieved("aud", 1);
        isNotBelievedWithout("aud");
    }

    @Test
    @Spec("OpenID Connect Core §3.1.3.7")
    void FE_08_an_id_token_that_was_given_to_somebody_else_is_not_believed() {
        isNotBelieved("azp", "another-client");
        isNotBelieved("azp", List.of(Given.CLIENT));
        provider.claims.remove("azp");
        isNotBelieved("aud", List.of(Given.CLIENT, "another-client"));
        provider.claims.put("azp", Given.CLIENT);
        assertEquals("ada", user().subject());
    }

    @Test
    @Spec("OpenID Connect Core §3.1.3.7")
    void FE_08_an_id_token_has_its_time_and_clocks_may_differ_by_a_minute() {
        isNotBelieved("exp", now() - 60);
        isNotBelieved("exp", Long.toString(now() + 300));
        isNotBelievedWithout("exp");
        provider.claims.put("exp", now() - 59);
        assertEquals("ada", user().subject());
        isNotBelieved("iat", now() + 61);
        isNotBelieved("iat", "now");
        isNotBelievedWithout("iat");
        provider.claims.put("iat", now() + 60);
        assertEquals("ada", user().subject());
        isNotBelieved("nbf", now() + 61);
        isNotBelieved("nbf", "now");
        provider.claims.put("nbf", now() + 60);
        provider.claims.put("exp", now() + 0.5);
        assertEquals("ada", user().subject());
    }

    @Test
    @Spec("OpenID Connect Core §3.1.3.8")
    void FE_08_an_id_token_of_another_access_token_is_not_believed() {
        isNotBelieved("at_hash", LeftHalf.of("another-token", "RS256"));
        isNotBelieved("at_hash", LeftHalf.of(LyingProvider.ACCESS_TOKEN, "RS384"));
        isNotBelieved("at_hash", "");
        isNotBelieved("at_hash", 7);
        provider.claims.put("at_hash", LeftHalf.of(LyingProvider.ACCESS_TOKEN, "RS256"));
        assertEquals("ada", user().subject());
        provider.claims.put("at_hash", LeftHalf.of(LyingProvider.ACCESS_TOKEN, "PS512"));
        provider.signing = claims -> LyingProvider.signed(LyingProvider.KEY, JWSAlgorithm.PS512, claims);
        assertEquals("ada", user().subject());
    }

    @Test
    @Spec("OpenID Connect Core §5.3.2")
    void FE_08_a_description_of_another_person_is_not_believed() {
        for (var lie : List.of("grace", "", List.of("ada"), Map.of())) {
            provider.userinfo.put("sub", lie);
            refused(Kind.UNTRUSTWORTHY, this::user);
        }
        provider.userinfo.remove("sub");
        refused(Kind.UNTRUSTWORTHY, this::user);
    }

    @Test
    void a_provider_without_userinfo_says_everything_in_the_id_token() {
        provider.configuration.remove("userinfo_endpoint");
        provider.claims.putAll(Map.of("email", "ada@example.org", "email_verified", true, "auth_time", 1_700_000_000L));
        var ada = user();
        assertTrue(ada.email().orElseThrow().isVerified());
        assertEquals(Optional.of(1_700_000_000L), ada.authTime());
        assertEquals(0, provider.count("/userinfo"));
    }

    @Test
    void a_person_without_a_name_that_can_be_kept_does_not_come() {
        for (var subject : List.of("", "x".repeat(256), "a\nb", Map.of())) {
            provider.claims.put("sub", subject);
            provider.userinfo.put("sub", subject);
            provider.configuration.remove("userinfo_endpoint");
            upstreams = new Upstreams(outbound, clock);
            refused(Kind.MISCONFIGURED, this::user);
        }
        provider.claims.put("sub", "x".repeat(255));
        assertEquals("x".repeat(255), user().subject());
    }

    @Test
    void what_cannot_be_kept_of_a_profile_is_cut_or_left_out() {
        provider.userinfo.putAll(Map.of(
                "name", "Ada\r\n\u202ELovelace" + "x".repeat(500),
                "picture", "javascript:alert(1)",
                "website", "https://example.org/",
                "profile", "data:text/html,x",
                "birthdate", "yesterday",
                "zoneinfo", "Middle/Earth",
                "locale", "en_US",
                "phone_number", "+442071234567",
                "phone_number_verified", true,
                "address", Map.of("street_address", "One\r\nTwo", "country", "\u0000")));
        var profile = user().profile();
        assertEquals("Ada???Lovelace", profile.name().orElseThrow().substring(0, 14));
        assertEquals(200, profile.name().orElseThrow().length());
        assertEquals(Optional.empty(), profile.picture());
        assertEquals(Optional.of("https://example.org/"), profile.website());
        assertEquals(Optional.empty(), profile.profile());
        assertEquals(Optional.empty(), profile.birthdate());
        assertEquals(Optional.empty(), profile.zoneinfo());
        assertEquals(Optional.of("en-US"), profile.locale());
        assertEquals(Optional.of("One\nTwo"), profile.address().orElseThrow().streetAddress());
        assertEquals(Optional.of(false), profile.phoneNumberVerified(), "not by us");
    }

    @Test
    void secrets_are_not_among_the_fields_whoever_says_them() {
        provider.userinfo.putAll(Map.of(
                "echo",
                "your token is " + LyingProvider.ACCESS_TOKEN,
                "refresh_token",
                "refreshing",
                "client",
                Map.of("client_secret", "x", "code", "a-code", "name", Given.SECRET),
                "long",
                "y".repeat(1_000),
                "broken",
                "a\u001B[31mb"));
        var fields = upstreams
                .describe(ours(), Optional.of(Given.SECRET), Given.journey(), "a-code", Optional.empty())
                .fields();
        var text = fields.toString();
        for (var secret : List.of(LyingProvider.ACCESS_TOKEN, "refreshing", "a-code", Given.SECRET, Given.NONCE)) {
            assertFalse(text.contains(secret), text);
        }
        assertTrue(text.contains("Field[name=long, value=" + "y".repeat(200) + "…,"), text);
        assertTrue(text.contains("a?[31mb"), text);
    }
}
