package dev.symbolon.spec;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import dev.symbolon.oauth.Profile;
import dev.symbolon.oauth.ProtectedResource;
import dev.symbolon.oauth.SigningAlgorithm;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// What stands in access tokens (RFC 9068) and ID tokens (OpenID Connect Core §2), and how they are signed.
final class TokensTest {
    private static final String EDWARDS_API = "https://api.example/edwards";
    private static final String RSA_API = "urn:example:rsa";

    private static Site site;
    private static Ada ada;

    @BeforeAll
    static void start() {
        site = Site.start();
        for (var algorithm : SigningAlgorithm.values()) {
            site.client(algorithm.wire(), Site.draft().callbacks(Site.CALLBACK).algorithm(algorithm));
        }
        site.client("lean", Site.draft().callbacks(Site.CALLBACK).claimsInIdToken(false));
        api(EDWARDS_API, Duration.ofMinutes(5), SigningAlgorithm.EDDSA);
        api(RSA_API, Duration.ofDays(30), SigningAlgorithm.RS256);
        ada = new Ada(site);
    }

    @AfterAll
    static void stop() {
        site.close();
    }

    private static void api(String identifier, Duration life, SigningAlgorithm algorithm) {
        site.app
                .house()
                .resources()
                .put(
                        new ProtectedResource(site.host().id(), identifier, "An API", life, algorithm),
                        site.clock.instant());
    }

    private static JsonNode jwks() {
        return site.browser().get("/.well-known/jwks.json").json();
    }

    private static Jws access(JsonNode answer) {
        return Jws.parse(answer.get("access_token").textValue());
    }

    private static Jws id(JsonNode answer) {
        return Jws.parse(answer.get("id_token").textValue());
    }

    private static long life(Jws token) {
        return token.claims().get("exp").longValue() - token.claims().get("iat").longValue();
    }

    private static List<String> names(JsonNode object) {
        var names = new TreeSet<String>();
        object.fieldNames().forEachRemaining(names::add);
        return List.copyOf(names);
    }

    private static String leftHalf(String digest, String token) {
        try {
            var whole = MessageDigest.getInstance(digest).digest(token.getBytes(StandardCharsets.US_ASCII));
            return Jws.encoded(Arrays.copyOf(whole, whole.length / 2));
        } catch (GeneralSecurityException e) {
            throw new AssertionError(e);
        }
    }

    @Test
    @Spec({"RFC 9068 §2.1", "RFC 9068 §2.2"})
    void an_access_token_says_this_and_no_more() {
        var answer = ada.tokens("spa");
        var token = access(answer);
        assertEquals("at+jwt", token.header().get("typ").textValue());
        assertEquals(List.of("alg", "kid", "typ"), names(token.header()));
        assertEquals(
                List.of("aud", "auth_time", "client_id", "exp", "iat", "iss", "jti", "scope", "sid", "sub"),
                names(token.claims()));
        assertEquals(site.issuer, token.claims().get("iss").textValue());
        assertEquals(site.issuer, token.claims().get("aud").textValue());
        assertEquals("spa", token.claims().get("client_id").textValue());
        assertEquals(answer.get("scope"), token.claims().get("scope"));
        assertEquals(
                site.clock.instant().getEpochSecond(), token.claims().get("iat").longValue());
        assertEquals(3_600, life(token));
        assertTrue(token.isSignedByOneOf(jwks()));
    }

    @Test
    @Spec("RFC 9068 §2.2")
    void the_jti_begins_with_the_grants_id_and_is_never_the_same() {
        var first = ada.tokens("spa");
        var second = ada.refreshed("spa", first.get("refresh_token").textValue());
        var one = access(first).claims().get("jti").textValue();
        var other = access(second).claims().get("jti").textValue();
        assertNotEquals(one, other);
        var grant = one.substring(0, one.indexOf('.'));
        assertTrue(other.startsWith(grant + "."));
        assertEquals(1, Rows.of(site).count("client_grant", grant));
    }

    @Test
    @Spec({"OIDC Core §2", "OIDC Core §3.1.3.3"})
    void an_id_token_says_this_and_what_the_scopes_ask_for() {
        var answer = ada.tokens("spa");
        var token = id(answer);
        assertEquals("JWT", token.header().get("typ").textValue());
        assertEquals(
                List.of(
                        "acr",
                        "amr",
                        "at_hash",
                        "aud",
                        "auth_time",
                        "email",
                        "email_verified",
                        "exp",
                        "iat",
                        "iss",
                        "name",
                        "nonce",
                        "sid",
                        "sub",
                        "updated_at"),
                names(token.claims()));
        assertEquals(site.issuer, token.claims().get("iss").textValue());
        assertEquals("spa", token.claims().get("aud").textValue());
        assertEquals("n-0S6_WzA2Mj", token.claims().get("nonce").textValue());
        assertEquals("pwd", token.claims().get("amr").get(0).textValue());
        assertTrue(token.claims().get("email_verified").isBoolean());
        assertTrue(token.claims().get("updated_at").isIntegralNumber());
        assertTrue(token.claims().get("auth_time").isIntegralNumber());
        assertEquals(access(answer).claims().get("sub"), token.claims().get("sub"));
        assertEquals(access(answer).claims().get("sid"), token.claims().get("sid"));
    }

    @Test
    @Spec("OIDC Core §2")
    void no_token_has_nbf_and_none_is_dated_ahead() {
        var answer = ada.tokens("spa");
        for (var token : List.of(access(answer), id(answer))) {
            assertFalse(token.claims().has("nbf"));
            assertTrue(token.claims().get("iat").longValue()
                    <= site.clock.instant().getEpochSecond());
        }
    }

    @Test
    @Spec("OIDC Core §3.1.2.1")
    void without_a_nonce_in_the_request_there_is_none_in_the_id_token() {
        assertFalse(id(ada.tokens("spa", Map.of("nonce", ""))).claims().has("nonce"));
    }

    @Test
    @Spec("OIDC Core §3.1.2.1")
    void without_openid_there_is_no_id_token_and_no_userinfo() {
        var answer = ada.tokens("spa", Map.of("scope", "email"));
        assertFalse(answer.has("id_token"));
        assertTrue(answer.has("refresh_token"));
        assertEquals(
                403,
                site.withBearer("/userinfo", answer.get("access_token").textValue())
                        .status());
    }

    @Test
    @Spec("RFC 6749 §5.1")
    void the_answer_shows_the_scopes_that_were_granted_and_the_unknown_ones_are_dropped() {
        var answer = ada.tokens("spa", Map.of("scope", "openid write:everything email"));
        assertEquals("openid email", answer.get("scope").textValue());
        assertEquals("openid email", access(answer).claims().get("scope").textValue());
    }

    @Test
    @Spec("OIDC Core §5.4")
    void a_client_may_have_the_strict_reading_without_claims_in_the_id_token() {
        var answer = ada.tokens("lean");
        assertFalse(id(answer).claims().has("email"));
        assertFalse(id(answer).claims().has("name"));
        assertEquals(
                "ada@example.com",
                site.withBearer("/userinfo", answer.get("access_token").textValue())
                        .json()
                        .get("email")
                        .textValue());
    }

    @Test
    @Spec("OIDC Core §5.5.1")
    void a_client_may_ask_for_one_claim_in_the_id_token_by_name() {
        var answer = ada.tokens(
                "lean", Map.of("scope", "openid", "claims", "{\"id_token\":{\"email\":{\"essential\":true}}}"));
        assertEquals("ada@example.com", id(answer).claims().get("email").textValue());
        assertFalse(id(answer).claims().has("name"));
    }

    @ParameterizedTest
    @EnumSource(SigningAlgorithm.class)
    @Spec({"RFC 7518 §3.1", "RFC 8037 §3.1", "OIDC Core §3.1.3.6"})
    void each_algorithm_signs_what_the_java_platform_verifies(SigningAlgorithm algorithm) {
        var answer = ada.tokens(algorithm.wire());
        for (var token : List.of(access(answer), id(answer))) {
            assertEquals(algorithm.wire(), token.header().get("alg").textValue());
            assertTrue(token.isSignedByOneOf(jwks()));
        }
        var digest = algorithm == SigningAlgorithm.EDDSA ? "SHA-512" : "SHA-256";
        assertEquals(
                leftHalf(digest, answer.get("access_token").textValue()),
                id(answer).claims().get("at_hash").textValue());
        assertEquals(
                200,
                site.withBearer("/userinfo", answer.get("access_token").textValue())
                        .status());
        var refreshed =
                ada.refreshed(algorithm.wire(), answer.get("refresh_token").textValue());
        assertEquals(
                leftHalf(digest, refreshed.get("access_token").textValue()),
                id(refreshed).claims().get("at_hash").textValue());
    }

    @Test
    @Spec({"RFC 8707 §2", "RFC 9068 §3", "OIDC Core §3.1.3.6"})
    void an_api_decides_algorithm_and_life_of_its_access_tokens_and_nothing_else() {
        var answer = ada.tokens("spa", Map.of("audience", EDWARDS_API));
        assertEquals("EdDSA", access(answer).header().get("alg").textValue());
        assertEquals(300, life(access(answer)));
        assertEquals(300, answer.get("expires_in").intValue());
        assertEquals("RS256", id(answer).header().get("alg").textValue());
        assertEquals(3_600, life(id(answer)), "the ID token is the client's");
        assertEquals(
                leftHalf("SHA-256", answer.get("access_token").textValue()),
                id(answer).claims().get("at_hash").textValue());
        assertTrue(access(answer).isSignedByOneOf(jwks()));
        var long_ = ada.tokens("EdDSA", Map.of("resource", RSA_API));
        assertEquals(30 * 86_400, life(access(long_)));
        assertEquals(
                leftHalf("SHA-512", long_.get("access_token").textValue()),
                id(long_).claims().get("at_hash").textValue());
    }

    @Test
    @Spec({"RFC 8707 §2", "RFC 9068 §3"})
    void the_audience_is_the_api_and_with_openid_the_issuer_too() {
        var with =
                access(ada.tokens("spa", Map.of("audience", Site.API))).claims().get("aud");
        assertEquals(
                List.of(Site.API, site.issuer),
                List.of(with.get(0).textValue(), with.get(1).textValue()));
        assertEquals(2, with.size());
        var without = ada.tokens("spa", Map.of("resource", Site.API, "scope", "email"));
        assertEquals(Site.API, access(without).claims().get("aud").textValue());
    }

    @Test
    @Spec("RFC 8707 §2.2")
    void the_audience_is_kept_on_refresh_whatever_the_refresh_says() {
        var answer = ada.tokens("spa", Map.of("audience", Site.API));
        var same = ada.refreshed("spa", answer.get("refresh_token").textValue(), Map.of("audience", Site.API));
        var other = ada.refreshed("spa", same.get("refresh_token").textValue(), Map.of("audience", EDWARDS_API));
        assertEquals(access(answer).claims().get("aud"), access(same).claims().get("aud"));
        assertEquals(access(answer).claims().get("aud"), access(other).claims().get("aud"));
        assertEquals("ES256", access(other).header().get("alg").textValue());
        assertEquals(600, other.get("expires_in").intValue());
    }

    @Test
    @Spec("RFC 8707 §2")
    void the_issuer_itself_may_be_named_as_the_resource() {
        var answer = ada.tokens("spa", Map.of("resource", site.issuer));
        assertEquals(site.issuer, access(answer).claims().get("aud").textValue());
        assertEquals(3_600, life(access(answer)));
        var refreshed = ada.refreshed("spa", answer.get("refresh_token").textValue());
        assertEquals(site.issuer, access(refreshed).claims().get("aud").textValue());
    }

    @Test
    @Spec("RFC 8707 §2.2")
    void no_more_tokens_are_made_for_an_api_that_was_removed() {
        api("urn:example:gone", Duration.ofMinutes(5), SigningAlgorithm.ES256);
        var token = ada.tokens("spa", Map.of("audience", "urn:example:gone"))
                .get("refresh_token")
                .textValue();
        var code = ada.code("spa", Map.of("audience", "urn:example:gone"));
        site.app.house().resources().remove(site.host().id(), "urn:example:gone", site.clock.instant());
        Refused.still(site, 400, "invalid_target", Site.refresh("spa", token));
        Refused.still(site, 400, "invalid_target", Site.redemption("spa", code));
        api("urn:example:gone", Duration.ofMinutes(5), SigningAlgorithm.ES256);
        ada.refreshed("spa", token);
    }

    @Test
    void payloads_are_ascii_whatever_the_name() {
        var name = "Ζωή Ñandú 山田 \uD83D\uDE00 \"quoted\" \\ \u2028 \u007f";
        site.person(site.host(), "zoe@example.com", Profile.named(Optional.of(name)));
        var code = site.signIn(site.browser(), Site.request("spa"), "zoe@example.com")
                .redirect()
                .text("code");
        var reply = site.token(Site.redemption("spa", code));
        var idToken = reply.json().get("id_token").textValue();
        for (var b : Jws.payload(idToken)) {
            assertTrue(b >= 0x20 && b < 0x7F || b == 0x7F, "byte " + b);
        }
        for (var b : reply.http().body()) {
            assertTrue(b > 0, "the answer is ASCII too");
        }
        assertEquals(name, Jws.parse(idToken).claims().get("name").textValue());
        assertEquals(
                name,
                Site.claims(new String(idToken.getBytes(StandardCharsets.UTF_8), StandardCharsets.ISO_8859_1))
                        .get("name")
                        .textValue());
    }
}
