package dev.symbolon.spec;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import dev.symbolon.oauth.SigningAlgorithm;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.Signature;
import java.time.Duration;
import java.util.Base64;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/// The published keys (RFC 7517), and tokens that somebody else made.
final class KeysTest {
    private static final Set<String> PRIVATE_MEMBERS = Set.of("d", "p", "q", "dp", "dq", "qi", "oth", "k");

    private static Site site;
    private static Ada ada;
    private static String good;

    @BeforeAll
    static void start() {
        site = Site.start();
        ada = new Ada(site);
        good = ada.tokens("spa").get("access_token").textValue();
    }

    @AfterAll
    static void stop() {
        site.close();
    }

    private static JsonNode jwks() {
        return site.browser().get("/.well-known/jwks.json").json();
    }

    private static JsonNode key(String algorithm) {
        for (var key : jwks().get("keys")) {
            if (key.get("alg").textValue().equals(algorithm)) {
                return key;
            }
        }
        throw new AssertionError("no key of " + algorithm);
    }

    private static String header(String algorithm, String kid) {
        return "{\"alg\":\"" + algorithm + "\",\"typ\":\"at+jwt\",\"kid\":\"" + kid + "\"}";
    }

    private static String unsigned(String header) {
        return Jws.encoded(header) + "." + good.split("\\.")[1];
    }

    private static void refused(String token) {
        var before = Rows.of(site);
        var reply = site.withBearer("/userinfo", token);
        assertEquals(401, reply.status(), reply.body());
        assertEquals("invalid_token", reply.json().get("error").textValue());
        assertTrue(reply.header("www-authenticate").orElse("").startsWith("Bearer error=\"invalid_token\""));
        assertEquals("no-store", reply.header("cache-control").orElse(""));
        assertEquals(before, Rows.of(site));
    }

    private static byte[] signed(String algorithm, KeyPair pair, String input) {
        try {
            var signature = Signature.getInstance(algorithm);
            signature.initSign(pair.getPrivate());
            signature.update(input.getBytes(StandardCharsets.US_ASCII));
            return signature.sign();
        } catch (GeneralSecurityException e) {
            throw new AssertionError(e);
        }
    }

    private static KeyPair newRsa() throws GeneralSecurityException {
        var generator = KeyPairGenerator.getInstance("RSA");
        generator.initialize(2_048);
        return generator.generateKeyPair();
    }

    @Test
    @Spec({"RFC 7517 §4", "RFC 7517 §5", "RFC 7638 §3"})
    void every_published_key_is_public_and_has_a_kid_of_its_own() {
        var reply = site.browser().get("/.well-known/jwks.json");
        assertEquals(200, reply.status());
        assertEquals("application/jwk-set+json", reply.header("content-type").orElse(""));
        assertTrue(reply.header("cache-control").orElse("").matches("public, max-age=[1-9][0-9]*"));
        var kids = new HashSet<String>();
        var algorithms = new HashSet<String>();
        for (var key : reply.json().get("keys")) {
            key.fieldNames().forEachRemaining(name -> assertFalse(PRIVATE_MEMBERS.contains(name), name));
            assertEquals("sig", key.get("use").textValue());
            assertTrue(kids.add(key.get("kid").textValue()), "a kid stands twice");
            algorithms.add(key.get("alg").textValue());
        }
        assertEquals(Set.of("RS256", "ES256", "EdDSA"), algorithms);
        assertTrue(Jws.decoded(key("RS256").get("n").textValue()).length >= 256, "2048 bits or more");
        assertEquals("P-256", key("ES256").get("crv").textValue());
        assertEquals("Ed25519", key("EdDSA").get("crv").textValue());
    }

    @Test
    void the_keys_of_two_tenants_have_nothing_in_common() {
        var heard = Wire.exchange(
                site.app.port(),
                "GET /.well-known/jwks.json HTTP/1.1\r\nHost: other.localhost:" + site.app.port()
                        + "\r\nConnection: close\r\n\r\n");
        assertEquals(200, Wire.status(heard));
        for (var key : jwks().get("keys")) {
            assertFalse(heard.contains(key.get("kid").textValue()));
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"none", "None", "NONE", "nOnE", ""})
    @Spec("RFC 8725 §3.1")
    void JW_01_an_unsigned_token_is_refused(String algorithm) {
        var kid = Jws.parse(good).header().get("kid").textValue();
        var input = unsigned(header(algorithm, kid));
        refused(input + ".");
        refused(input);
        refused(input + "." + good.split("\\.")[2]);
    }

    @ParameterizedTest
    @ValueSource(strings = {"HS256", "HS384", "HS512"})
    @Spec("RFC 8725 §3.1")
    void JW_01_a_public_key_is_no_secret_of_an_hmac(String algorithm) throws GeneralSecurityException {
        for (var key : jwks().get("keys")) {
            var spki = Jws.publicKey(key).getEncoded();
            var lines = Base64.getMimeEncoder(64, "\n".getBytes(StandardCharsets.US_ASCII))
                    .encodeToString(spki);
            var pem = "-----BEGIN PUBLIC KEY-----\n" + lines + "\n-----END PUBLIC KEY-----";
            var secrets = List.of(
                    spki,
                    pem.getBytes(StandardCharsets.US_ASCII),
                    (pem + "\n").getBytes(StandardCharsets.US_ASCII),
                    key.toString().getBytes(StandardCharsets.UTF_8),
                    Jws.decoded(
                            key.has("n")
                                    ? key.get("n").textValue()
                                    : key.get("x").textValue()));
            for (var secret : secrets) {
                var input = unsigned(header(algorithm, key.get("kid").textValue()));
                var mac = Mac.getInstance("HmacSHA" + algorithm.substring(2));
                mac.init(new SecretKeySpec(secret, "HMAC"));
                refused(input + "." + Jws.encoded(mac.doFinal(input.getBytes(StandardCharsets.US_ASCII))));
            }
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"RS256", "RS512", "PS256", "ES256", "ES384", "EdDSA", "ES256K"})
    @Spec("RFC 8725 §3.1")
    void JW_01_a_key_is_used_with_its_own_algorithm_only(String algorithm) throws GeneralSecurityException {
        var pair = newRsa();
        for (var key : jwks().get("keys")) {
            var input = unsigned(header(algorithm, key.get("kid").textValue()));
            refused(input + "." + Jws.encoded(signed("SHA256withRSA", pair, input)));
            refused(input + "." + Jws.encoded(new byte[64]));
            refused(input + "." + good.split("\\.")[2]);
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "../../../../etc/passwd",
                "/dev/random",
                "' OR '1'='1",
                "x'; DROP TABLE signing_key; --",
                "http://localhost/key",
                "\\u0000",
                "*",
                ""
            })
    @Spec("RFC 8725 §3.10")
    void JW_02_a_kid_is_only_looked_up_among_our_keys(String kid) {
        refused(unsigned(header("RS256", kid)) + "." + good.split("\\.")[2]);
        assertEquals(200, site.withBearer("/userinfo", good).status());
    }

    @Test
    void JW_02_a_kid_of_forty_thousand_characters_is_refused() {
        var token = unsigned(header("RS256", "k".repeat(30_000))) + "." + good.split("\\.")[2];
        var reply = site.browser().post("/userinfo", Map.of("access_token", token));
        assertEquals(401, reply.status(), reply.body());
        assertEquals("invalid_token", reply.json().get("error").textValue());
    }

    @Test
    @Spec("RFC 8725 §3.10")
    void JW_02_no_key_that_a_header_brings_is_used_and_none_is_fetched() throws Exception {
        var pair = newRsa();
        var modulus = ((java.security.interfaces.RSAPublicKey) pair.getPublic())
                .getModulus()
                .toByteArray();
        var jwk = "{\"kty\":\"RSA\",\"e\":\"AQAB\",\"alg\":\"RS256\",\"kid\":\"mine\",\"n\":\""
                + Jws.encoded(java.util.Arrays.copyOfRange(modulus, 1, modulus.length)) + "\"}";
        var known = Jws.parse(good).header().get("kid").textValue();
        try (var listener = new ServerSocket(0, 5, InetAddress.getLoopbackAddress())) {
            var address = "http://127.0.0.1:" + listener.getLocalPort() + "/keys";
            for (var kid : List.of("mine", known)) {
                var start = "{\"alg\":\"RS256\",\"typ\":\"at+jwt\",\"kid\":\"" + kid + "\",";
                for (var member : List.of(
                        "\"jwk\":" + jwk,
                        "\"jku\":\"" + address + "\"",
                        "\"x5u\":\"" + address + "\"",
                        "\"jku\":\"file:///etc/passwd\"",
                        "\"x5c\":[\"MIIB\"]")) {
                    var input = unsigned(start + member + "}");
                    refused(input + "." + Jws.encoded(signed("SHA256withRSA", pair, input)));
                }
            }
            listener.setSoTimeout(300);
            org.junit.jupiter.api.Assertions.assertThrows(SocketTimeoutException.class, listener::accept);
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    @Test
    @Spec("RFC 9700 §4.10.2")
    void JW_04_a_token_for_an_api_alone_is_refused_at_userinfo() {
        var forApi = ada.tokens("spa", Map.of("audience", Site.API, "scope", "email"));
        refused(forApi.get("access_token").textValue());
    }

    @Test
    @Spec("RFC 9068 §4")
    void JW_04_an_id_token_is_no_access_token() {
        refused(ada.tokens("spa").get("id_token").textValue());
    }

    @Test
    @Spec("RFC 9068 §4")
    void an_expired_access_token_is_refused() {
        var token = ada.tokens("spa").get("access_token").textValue();
        site.clock.advance(Duration.ofSeconds(3_599));
        assertEquals(200, site.withBearer("/userinfo", token).status());
        site.clock.advance(Duration.ofSeconds(1));
        refused(token);
        good = ada.tokens("spa").get("access_token").textValue();
    }

    @ParameterizedTest
    @EnumSource(SigningAlgorithm.class)
    void JW_08_the_next_key_is_published_before_it_signs_and_the_last_one_kept(SigningAlgorithm algorithm) {
        try (var own = Site.start()) {
            own.client("own", Site.draft().callbacks(Site.CALLBACK).algorithm(algorithm));
            var person = new Ada(own);
            var before = person.tokens("own");
            var first = kid(before);
            var kids = published(own, algorithm);
            assertEquals(Set.of(first), kids);

            own.app.house().hosts().rotateNow(own.host().id(), algorithm, false);
            own.clock.advance(Duration.ofSeconds(2));
            var both = published(own, algorithm);
            assertEquals(2, both.size(), "published ahead");
            assertEquals(first, kid(person.tokens("own")), "not used yet");

            own.clock.advance(Duration.ofHours(23));
            var late = person.tokens("own");
            assertEquals(first, kid(late), "applications may still hold the old set");
            own.clock.advance(Duration.ofHours(1).minusSeconds(2));
            var after = person.tokens("own");
            assertNotEquals(first, kid(after));
            assertTrue(both.contains(kid(after)));
            assertEquals(both, published(own, algorithm), "the last one is kept");
            assertEquals(
                    401,
                    own.withBearer("/userinfo", before.get("access_token").textValue())
                            .status(),
                    "expired by now");
            assertEquals(
                    200,
                    own.withBearer("/userinfo", late.get("access_token").textValue())
                            .status(),
                    "signed by the last key, still good");

            own.clock.advance(Duration.ofDays(30));
            assertTrue(published(own, algorithm).contains(first), "a token may live for 30 days");
            own.clock.advance(Duration.ofDays(2));
            assertFalse(published(own, algorithm).contains(first), "its last token is dead");
        }
    }

    private static String kid(JsonNode answer) {
        return Jws.parse(answer.get("id_token").textValue()).header().get("kid").textValue();
    }

    private static Set<String> published(Site own, SigningAlgorithm algorithm) {
        var kids = new HashSet<String>();
        for (var key : own.browser().get("/.well-known/jwks.json").json().get("keys")) {
            if (key.get("alg").textValue().equals(algorithm.wire())) {
                kids.add(key.get("kid").textValue());
            }
        }
        return kids;
    }

    @Test
    void JW_08_a_flood_of_unknown_kids_is_refused_without_a_look_at_the_database() {
        var keys = site.host().keys();
        var signature = good.split("\\.")[2];
        for (var i = 0; i < 10_000; i++) {
            assertTrue(keys.verify(unsigned(header("RS256", "unknown-" + i)) + "." + signature)
                    .isEmpty());
        }
        assertEquals(200, site.withBearer("/userinfo", good).status());
    }
}
