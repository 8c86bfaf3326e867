package dev.symbolon.crypto;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotSame;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.nimbusds.jose.jwk.ECKey;
import com.nimbusds.jose.jwk.JWK;
import com.nimbusds.jose.jwk.RSAKey;
import dev.symbolon.oauth.SigningAlgorithm;
import dev.symbolon.spec.Jws;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.security.KeyFactory;
import java.security.Signature;
import java.security.spec.EdECPrivateKeySpec;
import java.security.spec.NamedParameterSpec;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

final class KeyRingTest {
    private static final SigningKey RSA = SigningKey.generate(SigningAlgorithm.RS256);
    private static final SigningKey EC = SigningKey.generate(SigningAlgorithm.ES256);
    private static final SigningKey ED = SigningKey.generate(SigningAlgorithm.EDDSA);
    private static final SigningKey STRANGER = SigningKey.generate(SigningAlgorithm.RS256);
    private static final VerifiedTokens VERIFIED = new VerifiedTokens();
    private static final KeyRing RING = new KeyRing(
            List.of(new KeyRing.Entry(RSA, Keys.NOW), new KeyRing.Entry(EC, Keys.NOW), new KeyRing.Entry(ED, Keys.NOW)),
            VERIFIED);
    private static final Map<String, Object> CLAIMS = Map.of("sub", "ada", "aud", "spa");
    private static final String PAYLOAD = Jws.encoded("{\"sub\":\"ada\"}");

    private static SigningKey key(SigningAlgorithm algorithm) {
        return switch (algorithm) {
            case RS256 -> RSA;
            case ES256 -> EC;
            case EDDSA -> ED;
        };
    }

    /// A token with any header and payload that this key really signed.
    private static String signed(SigningKey key, String header, String payload) {
        var input = Jws.encoded(header) + "." + payload;
        return input + "." + Jws.encoded(signature(key, input));
    }

    private static byte[] signature(SigningKey key, String input) {
        var master = Keys.sealer(9);
        try {
            var json = master.open(Purpose.SIGNING_KEY, key.seal(master).text(), Keys.NOW)
                    .orElseThrow();
            var jwk = JWK.parse(new String(json, StandardCharsets.UTF_8));
            var signer = switch (key.algorithm()) {
                case RS256 -> Signature.getInstance("SHA256withRSA");
                case ES256 -> Signature.getInstance("SHA256withECDSAinP1363Format");
                case EDDSA -> Signature.getInstance("Ed25519");
            };
            signer.initSign(
                    switch (jwk) {
                        case RSAKey rsa -> rsa.toPrivateKey();
                        case ECKey ec -> ec.toECPrivateKey();
                        default ->
                            KeyFactory.getInstance("Ed25519")
                                    .generatePrivate(new EdECPrivateKeySpec(
                                            NamedParameterSpec.ED25519,
                                            jwk.toOctetKeyPair().getDecodedD()));
                    });
            signer.update(input.getBytes(StandardCharsets.US_ASCII));
            return signer.sign();
        } catch (Exception e) {
            throw new AssertionError(e);
        }
    }

    private static String header(String algorithm, SigningKey key, String more) {
        return "{\"alg\":\"" + algorithm + "\",\"kid\":\"" + key.kid() + "\",\"typ\":\"JWT\"" + more + "}";
    }

    @ParameterizedTest
    @EnumSource(SigningAlgorithm.class)
    void a_token_of_ours_is_read(SigningAlgorithm algorithm) {
        var jwt = RING.verify(key(algorithm).sign("at+jwt", CLAIMS)).orElseThrow();
        assertEquals("at+jwt", jwt.typ());
        assertEquals("ada", jwt.text("sub").orElseThrow());
        assertEquals(List.of("spa"), jwt.audience());
        assertTrue(jwt.text("aud2").isEmpty());
        assertTrue(jwt.instant("sub").isEmpty());
        assertTrue(
                RING.verify(signed(key(algorithm), header(algorithm.wire(), key(algorithm), ""), PAYLOAD))
                        .isPresent(),
                "and so is one that this test signs");
    }

    static Stream<Arguments> confused() {
        return Stream.of(SigningAlgorithm.values())
                .flatMap(mine -> Stream.of(
                                "none", "None", "HS256", "HS384", "HS512", "RS256", "RS384", "RS512", "PS256", "ES256",
                                "ES384", "ES256K", "EdDSA", "Ed25519", "ESXXX", "rs256", "A128GCM")
                        .filter(claimed -> !claimed.equals(mine.wire()))
                        .map(claimed -> Arguments.of(mine, claimed)));
    }

    @ParameterizedTest
    @MethodSource("confused")
    void JW_01_a_key_verifies_nothing_but_its_own_algorithm(SigningAlgorithm mine, String claimed) throws Exception {
        var key = key(mine);
        var header = header(claimed, key, "");
        refused(signed(key, header, PAYLOAD));
        var input = Jws.encoded(header) + "." + PAYLOAD;
        refused(input + ".");
        for (var secret : List.of(
                key.publicJwk().getBytes(StandardCharsets.UTF_8),
                Jws.publicKey(Keys.json(key.publicJwk())).getEncoded())) {
            var mac = Mac.getInstance("HmacSHA256");
            mac.init(new SecretKeySpec(secret, "HMAC"));
            refused(input + "." + Jws.encoded(mac.doFinal(input.getBytes(StandardCharsets.US_ASCII))));
        }
    }

    @ParameterizedTest
    @EnumSource(SigningAlgorithm.class)
    void JW_01_a_token_that_names_another_key_of_ours_is_refused(SigningAlgorithm algorithm) {
        for (var other : SigningAlgorithm.values()) {
            var token = signed(key(algorithm), header(algorithm.wire(), key(other), ""), PAYLOAD);
            assertEquals(other == algorithm, RING.verify(token).isPresent());
        }
    }

    static Stream<Arguments> malformed() {
        return Stream.of(SigningAlgorithm.values())
                .flatMap(algorithm -> malformed(key(algorithm)).map(token -> Arguments.of(algorithm, token)));
    }

    /// Tokens that are wrong in one way each.
    private static Stream<String> malformed(SigningKey key) {
        var good = key.sign("JWT", CLAIMS);
        assertTrue(RING.verify(good).isPresent(), "and from now on it is remembered");
        var part = good.split("\\.");
        var start = part[0] + "." + part[1] + ".";
        var raw = Jws.decoded(part[2]);
        var wire = key.algorithm().wire();
        var flipped = raw.clone();
        flipped[flipped.length - 1] ^= 1;
        var longer = java.util.Arrays.copyOf(raw, raw.length + 1);
        var shorter = java.util.Arrays.copyOf(raw, raw.length - 1);
        return Stream.of(
                "",
                ".",
                "..",
                "...",
                "a.b.c",
                part[0],
                part[0] + "." + part[1],
                start,
                start + ".",
                good + ".",
                good + "." + part[2],
                "." + good,
                part[1] + "." + part[0] + "." + part[2],
                part[0] + ".." + part[2],
                "." + part[1] + "." + part[2],
                part[0] + "." + Jws.encoded("{\"sub\":\"bob\"}") + "." + part[2],
                part[0] + "." + part[1] + "A." + part[2],
                part[0] + "." + part[1] + "=." + part[2],
                part[0] + "=." + part[1] + "." + part[2],
                start + Jws.encoded(flipped),
                start + Jws.encoded(longer),
                start + Jws.encoded(shorter),
                start + Jws.encoded(new byte[raw.length]),
                start + Jws.encoded(new byte[] {0}),
                start + Jws.encoded(der(raw)),
                start + part[2].substring(0, part[2].length() - 1) + (char) (part[2].charAt(part[2].length() - 1) + 1),
                start + part[2] + "=",
                start + part[2] + "\n",
                start + part[2] + " ",
                start + part[2] + "!",
                start + "!" + part[2],
                start + part[2].charAt(0) + "*" + part[2].substring(1),
                start + java.util.Base64.getEncoder().encodeToString(raw) + "=",
                good + "\0",
                " " + good,
                good.replace('.', ','),
                "é" + good,
                good + "a".repeat(20_000),
                signed(STRANGER, header("RS256", key, ""), PAYLOAD),
                signed(key, "{\"alg\":\"" + wire + "\",\"typ\":\"JWT\"}", PAYLOAD),
                signed(key, "{\"alg\":\"" + wire + "\",\"kid\":\"" + STRANGER.kid() + "\"}", PAYLOAD),
                signed(key, "{\"kid\":\"" + key.kid() + "\"}", PAYLOAD),
                signed(key, "{\"alg\":null,\"kid\":\"" + key.kid() + "\"}", PAYLOAD),
                signed(key, "{\"alg\":7,\"kid\":\"" + key.kid() + "\"}", PAYLOAD),
                signed(key, "{\"alg\":\"" + wire + "\",\"kid\":7}", PAYLOAD),
                signed(key, "{\"alg\":\"" + wire + "\",\"kid\":[\"" + key.kid() + "\"]}", PAYLOAD),
                signed(key, header(wire, key, ",\"crit\":[\"exp\"],\"exp\":1"), PAYLOAD),
                signed(key, header(wire, key, ",\"crit\":[\"b64\"],\"b64\":false"), PAYLOAD),
                signed(key, header(wire, key, ",\"crit\":[\"http://example/unknown\"]"), PAYLOAD),
                signed(key, header(wire, key, ",\"enc\":\"A128GCM\""), "x"),
                signed(key, header(wire, key, "") + "x", PAYLOAD),
                signed(key, "[]", PAYLOAD),
                signed(key, "", PAYLOAD),
                signed(key, "\"text\"", PAYLOAD),
                signed(key, header(wire, key, ""), ""),
                signed(key, header(wire, key, ""), Jws.encoded("text")),
                signed(key, header(wire, key, ""), Jws.encoded("[]")),
                signed(key, header(wire, key, ""), Jws.encoded("null")),
                signed(key, header(wire, key, ""), Jws.encoded("{\"sub\":")),
                signed(key, header(wire, key, ""), Jws.encoded("{\"sub\":\"ada\"}x")));
    }

    /// The same signature in the encoding that JWS does not use, or for the others, something like it.
    private static byte[] der(byte[] raw) {
        var half = raw.length / 2;
        var r = new BigInteger(1, java.util.Arrays.copyOf(raw, half)).toByteArray();
        var s = new BigInteger(1, java.util.Arrays.copyOfRange(raw, half, raw.length)).toByteArray();
        var out = new java.io.ByteArrayOutputStream();
        out.write(0x30);
        out.write(4 + r.length + s.length);
        out.write(2);
        out.write(r.length);
        out.writeBytes(r);
        out.write(2);
        out.write(s.length);
        out.writeBytes(s);
        return out.toByteArray();
    }

    @ParameterizedTest
    @MethodSource("malformed")
    void JW_05_a_token_that_is_wrong_in_any_way_is_refused_without_a_fault(SigningAlgorithm algorithm, String token) {
        refused(token);
    }

    private static void refused(String token) {
        assertTrue(RING.verify(token).isEmpty(), token);
    }

    @Test
    void JW_05_the_other_half_of_an_elliptic_signature_is_not_ours_to_refuse_but_zero_and_order_are() {
        var good = EC.sign("JWT", CLAIMS);
        var start = good.substring(0, good.lastIndexOf('.') + 1);
        var order = new BigInteger("ffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551", 16);
        for (var r : List.of(BigInteger.ZERO, BigInteger.ONE, order, order.add(BigInteger.ONE))) {
            for (var s : List.of(BigInteger.ZERO, BigInteger.ONE, order)) {
                var raw = new byte[64];
                put(r, raw, 0);
                put(s, raw, 32);
                refused(start + Jws.encoded(raw));
            }
        }
    }

    private static void put(BigInteger number, byte[] raw, int at) {
        var bytes = number.toByteArray();
        for (var i = 0; i < Math.min(32, bytes.length); i++) {
            raw[at + 31 - i] = bytes[bytes.length - 1 - i];
        }
    }

    @ParameterizedTest
    @EnumSource(SigningAlgorithm.class)
    void a_token_that_is_shown_again_says_the_same(SigningAlgorithm algorithm) {
        var token = key(algorithm).sign("at+jwt", CLAIMS);
        var first = RING.verify(token).orElseThrow();
        assertSame(first, RING.verify(token).orElseThrow());
        assertThrows(UnsupportedOperationException.class, () -> first.claims().put("sub", "bob"));
    }

    @Test
    void a_token_is_not_remembered_for_longer_than_its_key_is_published() {
        var token = RSA.sign("at+jwt", CLAIMS);
        assertTrue(RING.verify(token).isPresent());
        var without = new KeyRing(List.of(new KeyRing.Entry(EC, Keys.NOW)), VERIFIED);
        assertTrue(without.verify(token).isEmpty(), "nor by another tenant");
        assertTrue(RING.verify(token).isPresent());
    }

    @Test
    void however_many_are_remembered_each_says_its_own() {
        var tokens = Stream.iterate(0, i -> i < 3_000, i -> i + 1)
                .map(i -> ED.sign("at+jwt", Map.of("sub", "s" + i)))
                .toList();
        for (var round = 0; round < 2; round++) {
            for (var i = 0; i < tokens.size(); i++) {
                var jwt = RING.verify(tokens.get(i)).orElseThrow();
                assertEquals("s" + i, jwt.text("sub").orElseThrow());
            }
        }
    }

    @Test
    void one_that_is_too_long_to_be_remembered_is_read_each_time() {
        var token = ED.sign("at+jwt", Map.of("sub", "ada", "more", "m".repeat(4_000)));
        var first = RING.verify(token).orElseThrow();
        var second = RING.verify(token).orElseThrow();
        assertEquals(first, second);
        assertNotSame(first, second);
    }

    @Test
    void the_newest_key_that_may_sign_already_signs() {
        var next = SigningKey.generate(SigningAlgorithm.EDDSA);
        var tomorrow = Keys.NOW.plus(Duration.ofDays(1));
        var ring = new KeyRing(List.of(new KeyRing.Entry(next, tomorrow), new KeyRing.Entry(ED, Keys.NOW)), VERIFIED);
        assertEquals(ED.kid(), ring.signer(SigningAlgorithm.EDDSA, Keys.NOW).kid());
        assertEquals(
                ED.kid(),
                ring.signer(SigningAlgorithm.EDDSA, tomorrow.minusMillis(1)).kid());
        assertEquals(next.kid(), ring.signer(SigningAlgorithm.EDDSA, tomorrow).kid());
        assertTrue(ring.verify(next.sign("JWT", CLAIMS)).isPresent(), "published keys verify");
        assertThrows(IllegalStateException.class, () -> ring.signer(SigningAlgorithm.RS256, Keys.NOW));
        assertEquals(
                ED.kid(),
                ring.signer(SigningAlgorithm.EDDSA, Keys.NOW.minusSeconds(1)).kid(),
                "the first one, on a clock that was set back");
    }

    @Test
    void the_key_set_cannot_be_changed_by_who_reads_it() {
        var jwks = RING.jwks();
        java.util.Arrays.fill(jwks, (byte) 'x');
        assertEquals(
                3,
                Keys.json(new String(RING.jwks(), StandardCharsets.UTF_8))
                        .get("keys")
                        .size());
    }
}
