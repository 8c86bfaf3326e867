package dev.symbolon.crypto;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.symbolon.oauth.SigningAlgorithm;
import dev.symbolon.spec.Jws;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

final class SigningKeyTest {
    private static final Map<String, Object> CLAIMS =
            Map.of("sub", "ada", "name", "Ζωή \uD83D\uDE00", "aud", List.of("a", "b"), "exp", 1_800_000_000L);

    private final Sealer master = Keys.sealer(1);

    @ParameterizedTest
    @EnumSource(SigningAlgorithm.class)
    void what_it_signs_the_java_platform_verifies(SigningAlgorithm algorithm) {
        var key = SigningKey.generate(algorithm);
        var publicJwk = Keys.json(key.publicJwk());
        for (var i = 0; i < 20; i++) {
            var token = Jws.parse(key.sign("at+jwt", Map.of("sub", "ada", "n", i)));
            assertTrue(token.isSignedBy(publicJwk));
            assertEquals(algorithm.wire(), token.header().get("alg").textValue());
            assertEquals("at+jwt", token.header().get("typ").textValue());
            assertEquals(key.kid(), token.header().get("kid").textValue());
        }
        var other = Keys.json(SigningKey.generate(algorithm).publicJwk());
        assertFalse(Jws.parse(key.sign("JWT", CLAIMS)).isSignedBy(other));
    }

    @ParameterizedTest
    @EnumSource(SigningAlgorithm.class)
    void the_payload_is_ascii_and_says_what_was_meant(SigningAlgorithm algorithm) {
        var token = SigningKey.generate(algorithm).sign("JWT", CLAIMS);
        for (var b : Jws.payload(token)) {
            assertTrue(b > 0);
        }
        assertEquals("Ζωή \uD83D\uDE00", Jws.parse(token).claims().get("name").textValue());
        assertTrue(token.matches("[A-Za-z0-9_-]+\\.[A-Za-z0-9_-]+\\.[A-Za-z0-9_-]+"));
    }

    @ParameterizedTest
    @EnumSource(SigningAlgorithm.class)
    void the_public_half_holds_nothing_private(SigningAlgorithm algorithm) {
        var members = new TreeSet<String>();
        Keys.json(SigningKey.generate(algorithm).publicJwk()).fieldNames().forEachRemaining(members::add);
        var expected = switch (algorithm) {
            case RS256 -> Set.of("alg", "e", "kid", "kty", "n", "use");
            case ES256 -> Set.of("alg", "crv", "kid", "kty", "use", "x", "y");
            case EDDSA -> Set.of("alg", "crv", "kid", "kty", "use", "x");
        };
        assertEquals(new TreeSet<>(expected), members);
    }

    @ParameterizedTest
    @EnumSource(SigningAlgorithm.class)
    void the_kid_is_the_thumbprint_of_rfc_7638(SigningAlgorithm algorithm) throws Exception {
        var jwk = Keys.json(SigningKey.generate(algorithm).publicJwk());
        var canonical = switch (algorithm) {
            case RS256 -> "{\"e\":" + jwk.get("e") + ",\"kty\":\"RSA\",\"n\":" + jwk.get("n") + "}";
            case ES256 -> "{\"crv\":\"P-256\",\"kty\":\"EC\",\"x\":" + jwk.get("x") + ",\"y\":" + jwk.get("y") + "}";
            case EDDSA -> "{\"crv\":\"Ed25519\",\"kty\":\"OKP\",\"x\":" + jwk.get("x") + "}";
        };
        var digest = MessageDigest.getInstance("SHA-256").digest(canonical.getBytes(StandardCharsets.UTF_8));
        assertEquals(Jws.encoded(digest), jwk.get("kid").textValue());
    }

    @ParameterizedTest
    @EnumSource(SigningAlgorithm.class)
    void it_is_the_same_key_after_it_was_stored(SigningAlgorithm algorithm) {
        var key = SigningKey.generate(algorithm);
        var sealed = key.seal(master);
        assertFalse(sealed.text().contains(key.kid()));
        var again = SigningKey.open(Keys.sealer(1), algorithm, sealed, Keys.NOW).orElseThrow();
        assertEquals(key.kid(), again.kid());
        assertEquals(key.publicJwk(), again.publicJwk());
        assertTrue(Jws.parse(again.sign("JWT", CLAIMS)).isSignedBy(Keys.json(key.publicJwk())));
        assertTrue(SigningKey.open(Keys.sealer(2), algorithm, sealed, Keys.NOW).isEmpty(), "another master key");
    }

    @Test
    void at_hash_is_the_left_half_of_the_digest_that_the_algorithm_names() {
        // OpenID Connect Core, example A.3: this access token has this at_hash with RS256.
        var token = "jHkWEdUXMU1BwAsC4vtUsZwnNvTIxEl0z9K3vx5KF0Y";
        var expected = "77QmUPtjPfzWtF2AnpK9RQ";
        assertEquals(expected, SigningKey.generate(SigningAlgorithm.RS256).leftHalfHash(token));
        assertEquals(expected, SigningKey.generate(SigningAlgorithm.ES256).leftHalfHash(token));
        assertEquals(
                43,
                SigningKey.generate(SigningAlgorithm.EDDSA).leftHalfHash(token).length(),
                "of SHA-512");
    }

    @Test
    void a_hundred_keys_have_a_hundred_kids() {
        var kids = new TreeSet<String>();
        for (var i = 0; i < 100; i++) {
            kids.add(SigningKey.generate(SigningAlgorithm.EDDSA).kid());
        }
        assertEquals(100, kids.size());
    }
}
