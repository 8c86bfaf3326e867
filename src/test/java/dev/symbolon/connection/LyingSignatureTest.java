package dev.symbolon.connection;

import static dev.symbolon.connection.Given.refused;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JOSEObjectType;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.JWSObject;
import com.nimbusds.jose.Payload;
import com.nimbusds.jose.crypto.ECDSASigner;
import com.nimbusds.jose.jwk.Curve;
import com.nimbusds.jose.jwk.ECKey;
import com.nimbusds.jose.jwk.RSAKey;
import com.nimbusds.jose.jwk.gen.ECKeyGenerator;
import com.nimbusds.jose.util.Base64;
import com.nimbusds.jose.util.Base64URL;
import dev.symbolon.connection.UpstreamException.Kind;
import dev.symbolon.oauth.UpstreamUser;
import dev.symbolon.outbound.Listener;
import dev.symbolon.outbound.Outbound;
import dev.symbolon.spec.Jws;
import dev.symbolon.spec.Spec;
import dev.symbolon.spec.TestClock;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// ID tokens that nobody signed, or somebody else did; and the keys that say so.
final class LyingSignatureTest {
    private static final RSAKey OTHER = LyingProvider.key("first");

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

    private UpstreamUser user() {
        return upstreams.user(
                Given.oidc(provider.issuer()), Optional.of(Given.SECRET), Given.journey(), "a-code", Optional.empty());
    }

    private void isNotBelieved() {
        refused(Kind.UNTRUSTWORTHY, this::user);
    }

    private static String joined(Map<String, Object> header, Map<String, Object> claims, String signature) {
        return Jws.encoded(LyingProvider.json(header)) + "." + Jws.encoded(LyingProvider.json(claims)) + "."
                + signature;
    }

    @ParameterizedTest
    @ValueSource(strings = {"none", "None", "NONE", "nOnE", "", "RSA", "RS1", "HS256", "ES256K", "dir"})
    @Spec("OpenID Connect Core §3.1.3.7")
    void JW_01_FE_08_an_id_token_of_no_algorithm_or_a_strange_one_is_not_believed(String algorithm) {
        for (var signature : List.of("", Jws.encoded("signature"))) {
            provider.signing = claims -> joined(Map.of("alg", algorithm, "kid", "first"), claims, signature);
            isNotBelieved();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"HS256", "HS384", "HS512"})
    void JW_01_an_id_token_signed_with_the_public_key_as_a_secret_is_not_believed(String algorithm)
            throws GeneralSecurityException, JOSEException {
        var x509 = LyingProvider.KEY.toRSAPublicKey().getEncoded();
        var pem = "-----BEGIN PUBLIC KEY-----\n" + Base64.encode(x509) + "\n-----END PUBLIC KEY-----\n";
        var secrets = List.of(
                x509,
                pem.getBytes(StandardCharsets.US_ASCII),
                LyingProvider.KEY.toPublicJWK().toJSONString().getBytes(StandardCharsets.US_ASCII),
                LyingProvider.KEY.getModulus().decode(),
                Given.SECRET.getBytes(StandardCharsets.US_ASCII));
        for (var secret : secrets) {
            provider.signing = claims -> {
                var input = joined(Map.of("alg", algorithm, "kid", "first"), claims, "");
                return input + hmac(algorithm, secret, input.substring(0, input.length() - 1));
            };
            isNotBelieved();
        }
        // A provider that publishes a secret as a key changes nothing.
        provider.keys.add(Map.of("kty", "oct", "kid", "shared", "k", Jws.encoded(secrets.getFirst())));
        upstreams = new Upstreams(outbound, clock);
        isNotBelieved();
    }

    private static String hmac(String algorithm, byte[] secret, String input) {
        try {
            var name = "HmacSHA" + algorithm.substring(2);
            var mac = Mac.getInstance(name);
            mac.init(new SecretKeySpec(secret, name));
            return Jws.encoded(mac.doFinal(input.getBytes(StandardCharsets.US_ASCII)));
        } catch (GeneralSecurityException e) {
            throw new AssertionError(e);
        }
    }

    @Test
    void JW_01_an_algorithm_has_to_fit_the_key() throws JOSEException {
        var ec = new ECKeyGenerator(Curve.P_256).keyID("curve").generate();
        provider.keys.add(ec.toPublicJWK().toJSONObject());
        provider.signing = claims -> signed(ec, claims);
        assertEquals("ada", user().subject());
        // the algorithm of the one key, the name and the signature of the other
        provider.signing = claims -> LyingProvider.signed(
                new JWSHeader.Builder(JWSAlgorithm.RS256).keyID("curve").build(), LyingProvider.KEY, claims);
        isNotBelieved();
        provider.signing = claims -> {
            var parts = signed(ec, claims).split("\\.");
            return joined(Map.of("alg", "ES256", "kid", "first"), claims, parts[2]);
        };
        isNotBelieved();
        var fixed = new HashMap<>(LyingProvider.KEY.toPublicJWK().toJSONObject());
        fixed.put("alg", "PS256");
        provider.keys.set(0, fixed);
        upstreams = new Upstreams(outbound, clock);
        provider.signing = claims -> LyingProvider.signed(LyingProvider.KEY, JWSAlgorithm.RS256, claims);
        isNotBelieved();
        provider.signing = claims -> LyingProvider.signed(LyingProvider.KEY, JWSAlgorithm.PS256, claims);
        assertEquals("ada", user().subject());
    }

    private static String signed(ECKey key, Map<String, Object> claims) {
        try {
            var header = new JWSHeader.Builder(JWSAlgorithm.ES256)
                    .keyID(key.getKeyID())
                    .build();
            var token = new JWSObject(header, new Payload(LyingProvider.json(claims)));
            token.sign(new ECDSASigner(key));
            return token.serialize();
        } catch (JOSEException e) {
            throw new AssertionError(e);
        }
    }

    @Test
    void JW_01_an_id_token_of_somebody_else_s_key_or_changed_afterwards_is_not_believed() {
        provider.signing = claims -> LyingProvider.signed(OTHER, JWSAlgorithm.RS256, claims);
        isNotBelieved();
        provider.signing = claims -> {
            var parts = LyingProvider.signed(LyingProvider.KEY, JWSAlgorithm.RS256, claims)
                    .split("\\.");
            claims.put("sub", "grace");
            return parts[0] + "." + Jws.encoded(LyingProvider.json(claims)) + "." + parts[2];
        };
        isNotBelieved();
        provider.signing = claims -> LyingProvider.signed(LyingProvider.KEY, JWSAlgorithm.RS256, claims) + "=";
        isNotBelieved();
        provider.signing = _ -> "not.a.token";
        isNotBelieved();
        provider.signing = _ -> "";
        isNotBelieved();
    }

    @Test
    void JW_01_a_signed_token_of_another_kind_is_not_believed() {
        for (var type : List.of("at+jwt", "application/at+jwt", "logout+jwt", "AT+JWT")) {
            provider.signing = claims -> LyingProvider.signed(
                    new JWSHeader.Builder(JWSAlgorithm.RS256)
                            .keyID("first")
                            .type(new JOSEObjectType(type))
                            .build(),
                    LyingProvider.KEY,
                    claims);
            isNotBelieved();
        }
        provider.signing = claims -> LyingProvider.signed(
                new JWSHeader.Builder(JWSAlgorithm.RS256)
                        .keyID("first")
                        .criticalParams(Set.of("exp"))
                        .customParam("exp", 1)
                        .build(),
                LyingProvider.KEY,
                claims);
        isNotBelieved();
    }

    @ParameterizedTest
    @ValueSource(strings = {"../../etc/passwd", "' OR '1'='1", "http://127.0.0.1/jwks", "\u0000", "", "First"})
    void JW_02_a_key_s_name_is_a_name_and_nothing_else(String kid) {
        provider.signing = claims -> LyingProvider.signed(
                new JWSHeader.Builder(JWSAlgorithm.RS256).keyID(kid).build(), OTHER, claims);
        isNotBelieved();
    }

    @Test
    void JW_02_a_key_s_name_of_64_kilobytes_is_not_believed() {
        provider.signing = claims -> LyingProvider.signed(
                new JWSHeader.Builder(JWSAlgorithm.RS256)
                        .keyID("k".repeat(40_000))
                        .build(),
                OTHER,
                claims);
        isNotBelieved();
    }

    @Test
    void JW_02_a_key_that_a_token_brings_or_points_to_is_not_used_and_nobody_is_called() {
        try (var listener = Listener.saying("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}")) {
            var own = OTHER.toPublicJWK();
            var where = URI.create(listener.at("/jwks"));
            for (var header : List.of(
                    new JWSHeader.Builder(JWSAlgorithm.RS256)
                            .keyID("first")
                            .jwk(own)
                            .build(),
                    new JWSHeader.Builder(JWSAlgorithm.RS256).jwk(own).build(),
                    new JWSHeader.Builder(JWSAlgorithm.RS256)
                            .keyID("first")
                            .jwkURL(where)
                            .build(),
                    new JWSHeader.Builder(JWSAlgorithm.RS256).x509CertURL(where).build(),
                    new JWSHeader.Builder(JWSAlgorithm.RS256)
                            .keyID("first")
                            .x509CertChain(List.of(new Base64("AAAA")))
                            .build())) {
                provider.signing = claims -> LyingProvider.signed(header, OTHER, claims);
                isNotBelieved();
            }
            assertEquals(0, listener.guests());
        }
    }

    @Test
    @Spec("OpenID Connect Core §10.1")
    void a_token_that_names_no_key_is_believed_when_there_is_one_only() {
        provider.signing = claims ->
                LyingProvider.signed(new JWSHeader.Builder(JWSAlgorithm.RS256).build(), LyingProvider.KEY, claims);
        assertEquals("ada", user().subject());
        provider.keys.add(LyingProvider.key("second").toPublicJWK().toJSONObject());
        clock.advance(Duration.ofMinutes(11));
        provider.claims.put("exp", clock.instant().getEpochSecond() + 300);
        isNotBelieved();
    }

    @Test
    void a_key_that_is_too_short_for_encryption_only_or_not_understood_signs_nothing() throws JOSEException {
        var encrypting = new HashMap<>(LyingProvider.KEY.toPublicJWK().toJSONObject());
        encrypting.put("use", "enc");
        provider.keys.set(0, encrypting);
        isNotBelieved();
        upstreams = new Upstreams(outbound, clock);
        provider.keys.set(0, Map.of("kty", "future", "kid", "first"));
        provider.keys.add(Map.of("kty", "EC", "kid", "broken", "crv", "P-256"));
        isNotBelieved();
        var small = new com.nimbusds.jose.jwk.gen.RSAKeyGenerator(1_024, true)
                .keyID("small")
                .generate();
        provider.keys.add(small.toPublicJWK().toJSONObject());
        upstreams = new Upstreams(outbound, clock);
        provider.signing = claims -> LyingProvider.signed(small, JWSAlgorithm.RS256, claims);
        isNotBelieved();
        provider.keys.add(LyingProvider.KEY.toPublicJWK().toJSONObject());
        upstreams = new Upstreams(outbound, clock);
        provider.signing = claims -> LyingProvider.signed(LyingProvider.KEY, JWSAlgorithm.RS256, claims);
        assertEquals("ada", user().subject(), "one key that is not understood is no reason to refuse the others");
    }

    @Test
    void JW_08_FE_08_a_key_that_was_taken_back_is_not_believed_for_long() {
        assertEquals("ada", user().subject());
        var next = LyingProvider.key("next");
        provider.keys.set(0, next.toPublicJWK().toJSONObject());
        clock.advance(Duration.ofMinutes(10));
        isNotBelieved();
    }

    @Test
    void JW_08_a_new_key_is_found_and_strange_ones_make_nobody_ask_more_often_than_once_a_minute() {
        assertEquals("ada", user().subject());
        var next = LyingProvider.key("next");
        provider.keys.add(next.toPublicJWK().toJSONObject());
        for (var i = 0; i < 300; i++) {
            var stranger = new RSAKey.Builder(OTHER).keyID("stranger-" + i).build();
            provider.signing = claims -> LyingProvider.signed(stranger, JWSAlgorithm.RS256, claims);
            isNotBelieved();
        }
        assertEquals(1, provider.count("/jwks"));
        clock.advance(Duration.ofMinutes(1));
        provider.signing = claims -> LyingProvider.signed(next, JWSAlgorithm.RS256, claims);
        assertEquals("ada", user().subject());
        assertEquals(2, provider.count("/jwks"));
    }

    @Test
    void JW_08_keys_that_cannot_be_read_again_are_still_known() {
        assertEquals("ada", user().subject());
        provider.instead("/jwks", exchange -> LyingProvider.say(exchange, 500, "{}"));
        clock.advance(Duration.ofMinutes(1));
        var stranger = new RSAKey.Builder(OTHER).keyID("stranger").build();
        provider.signing = claims -> LyingProvider.signed(stranger, JWSAlgorithm.RS256, claims);
        isNotBelieved();
        isNotBelieved();
        assertEquals(2, provider.count("/jwks"));
        provider.signing = claims -> LyingProvider.signed(LyingProvider.KEY, JWSAlgorithm.RS256, claims);
        assertEquals("ada", user().subject());
        assertEquals(2, provider.count("/jwks"));
    }

    @Test
    void JW_08_many_who_come_at_once_ask_once_for_the_configuration_and_once_for_the_keys() throws Exception {
        try (var people = Executors.newVirtualThreadPerTaskExecutor()) {
            var coming = java.util.Collections.nCopies(8, (Callable<UpstreamUser>) this::user);
            for (var one : people.invokeAll(coming)) {
                assertEquals("ada", one.get().subject());
            }
        }
        assertEquals(1, provider.count(LyingProvider.CONFIGURATION));
        assertEquals(1, provider.count("/jwks"));
        assertTrue(provider.count("/token") == 8);
        clock.advance(Duration.ofMinutes(61));
        provider.claims.put("exp", clock.instant().getEpochSecond() + 300);
        user();
        assertEquals(2, provider.count(LyingProvider.CONFIGURATION), "an hour later it is asked again");
    }

    @Test
    void an_encrypted_id_token_is_not_believed() {
        provider.signing = _ -> String.join(
                ".", Base64URL.encode("{\"alg\":\"dir\",\"enc\":\"A256GCM\"}").toString(), "", "AAAA", "AAAA", "AAAA");
        isNotBelieved();
    }
}
