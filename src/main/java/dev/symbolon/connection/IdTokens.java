package dev.symbolon.connection;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JWSObject;
import com.nimbusds.jose.JWSVerifier;
import com.nimbusds.jose.crypto.ECDSAVerifier;
import com.nimbusds.jose.crypto.RSASSAVerifier;
import com.nimbusds.jose.jwk.Curve;
import com.nimbusds.jose.jwk.ECKey;
import com.nimbusds.jose.jwk.JWK;
import com.nimbusds.jose.jwk.KeyUse;
import com.nimbusds.jose.jwk.OctetKeyPair;
import com.nimbusds.jose.jwk.RSAKey;
import com.nimbusds.jose.util.Base64URL;
import dev.symbolon.connection.CodeExchange.Tokens;
import dev.symbolon.connection.OpenIdConnect.Discovered;
import dev.symbolon.connection.Protocol.Returned;
import dev.symbolon.crypto.LeftHalf;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.Signature;
import java.security.spec.X509EncodedKeySpec;
import java.text.ParseException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/// ID tokens of other issuers, checked in the order of OpenID Connect Core §3.1.3.7.
final class IdTokens {
    /// What clocks may differ by.
    private static final Duration LEEWAY = Duration.ofSeconds(60);

    private final Keys keys;
    private final InstantSource clock;

    IdTokens(Keys keys, InstantSource clock) {
        this.keys = keys;
        this.clock = clock;
    }

    /// The claims of an ID token that stood every check.
    ///
    /// @throws UpstreamException when there is none, or it did not
    Claims verified(Tokens tokens, Discovered provider, IssuerRule rule, Returned returned) {
        var text = tokens.idToken()
                .orElseThrow(() -> UpstreamException.misconfigured(
                        "The token endpoint gives no ID token; the scope openid is needed for one."));
        var token = parse(text);
        var claims = Claims.parse(token.getPayload().toBytes())
                .orElseThrow(() -> UpstreamException.untrustworthy("The ID token holds no JSON object."));
        require(rule.isOfToken(claims, provider.issuer(), returned.iss()), "has the wrong issuer", claims, "iss");
        var keysIssuer = keys.requireSigned(token, provider.jwks());
        require(rule.isOfKey(keysIssuer, claims), "is signed by the key of another issuer");
        requireForUs(claims, returned.upstream().clientId());
        requireInTime(claims);
        require(claims.string("nonce").equals(Optional.of(returned.journey().nonce())), "has another nonce");
        var atHash = claims.string("at_hash");
        var algorithm = token.getHeader().getAlgorithm().getName();
        require(
                !claims.has("at_hash") || atHash.equals(Optional.of(LeftHalf.of(tokens.accessToken(), algorithm))),
                "belongs to another access token");
        return claims;
    }

    private static JWSObject parse(String text) {
        try {
            var token = JWSObject.parse(text);
            var algorithm = token.getHeader().getAlgorithm().getName();
            require(Keys.isKnown(algorithm), "has the algorithm " + UpstreamException.shown(algorithm, 20));
            // RFC 8725 §3.11: a token of another kind is none of this kind.
            var type = Optional.ofNullable(token.getHeader().getType())
                    .map(Object::toString)
                    .orElse("JWT");
            require(!type.contains("+"), "is a token of another kind, " + UpstreamException.shown(type, 40));
            return token;
        } catch (ParseException _) {
            throw UpstreamException.untrustworthy("The ID token is not a signed one.");
        }
    }

    // Numbers 3 to 5: nobody else is meant, and it was given to nobody else.
    private static void requireForUs(Claims claims, String clientId) {
        var audience = claims.strings("aud");
        require(audience.contains(clientId), "is for somebody else", claims, "aud");
        var authorized = claims.string("azp");
        require(audience.size() == 1 || authorized.isPresent(), "is for several, and does not say who asked for it");
        require(
                !claims.has("azp") || authorized.equals(Optional.of(clientId)),
                "was given to somebody else",
                claims,
                "azp");
    }

    private void requireInTime(Claims claims) {
        var now = clock.instant().getEpochSecond();
        var expires = claims.date("exp");
        require(expires.isPresent() && now < expires.get() + LEEWAY.toSeconds(), "has expired", claims, "exp");
        for (var name : new String[] {"iat", "nbf"}) {
            var began = claims.date(name);
            var isMissing = began.isEmpty() && (name.equals("iat") || claims.has(name));
            require(!isMissing && began.orElse(now) <= now + LEEWAY.toSeconds(), "is not of now", claims, name);
        }
    }

    private static void require(boolean holds, String sentence, Claims claims, String claim) {
        require(
                holds,
                sentence + " (" + claim + " is "
                        + claims.text(claim)
                                .map(text -> UpstreamException.shown(text, 200))
                                .orElse("absent or not a text")
                        + ")");
    }

    private static void require(boolean holds, String what) {
        if (!holds) {
            throw UpstreamException.untrustworthy("The ID token " + what + ".");
        }
    }

    /// The keys that other issuers publish, and whether one of them signed.
    static final class Keys {
        /// A key that its issuer has taken back is believed for so long.
        private static final Duration KEPT = Duration.ofMinutes(10);
        /// A token that no known key signed makes us look for new ones, but not more often (JW-08).
        private static final Duration LOOK_AGAIN_AFTER = Duration.ofMinutes(1);

        private static final int ISSUERS_MAX = 1_000;
        private static final int KEYS_MAX = 100;
        private static final int RSA_MIN_BITS = 2_048;
        // RFC 8410 §4: the X.509 form of an Ed25519 key is this and the key's 32 bytes.
        private static final byte[] ED25519 = HexFormat.of().parseHex("302a300506032b6570032100");

        /// Which curve an algorithm is for (RFC 7518 §3.4).
        private static final Map<String, Curve> CURVES =
                Map.of("ES256", Curve.P_256, "ES384", Curve.P_384, "ES512", Curve.P_521);

        /// @param issuer Microsoft says whose tokens each of its keys signs
        private record Key(JWK jwk, Optional<String> issuer) {
            Optional<String> kid() {
                return Optional.ofNullable(jwk.getKeyID());
            }
        }

        private final Calls calls;
        private final Remembered<List<Key>> sets;

        Keys(Calls calls, InstantSource clock) {
            this.calls = calls;
            this.sets = new Remembered<>(KEPT, ISSUERS_MAX, clock);
        }

        /// Whether an algorithm is one with a public key, and one that we know.
        static boolean isKnown(String algorithm) {
            return algorithm.matches("(RS|PS|ES)(256|384|512)|EdDSA");
        }

        /// Checks a signature. Which key made it, the token may say by its `kid` alone (JW-02).
        ///
        /// @return whose tokens that key signs, where its issuer says so
        /// @throws UpstreamException `UNTRUSTWORTHY` when no key of that document did
        Optional<String> requireSigned(JWSObject token, String jwksUri) {
            return signing(token, sets.get(jwksUri, () -> fetch(jwksUri)))
                    .or(() -> signing(token, sets.getNewer(jwksUri, LOOK_AGAIN_AFTER, () -> fetch(jwksUri))))
                    .orElseThrow(
                            () -> UpstreamException.untrustworthy("The ID token is not signed by a key of its issuer."))
                    .issuer();
        }

        private static Optional<Key> signing(JWSObject token, List<Key> keys) {
            return fitting(keys, token).filter(key -> isSigned(token, key.jwk()));
        }

        // OpenID Connect Core §10.1: without a kid there is no choice.
        private static Optional<Key> fitting(List<Key> keys, JWSObject token) {
            var algorithm = token.getHeader().getAlgorithm().getName();
            var kid = Optional.ofNullable(token.getHeader().getKeyID());
            var fitting = keys.stream()
                    .filter(key -> isFor(key.jwk(), algorithm))
                    .filter(key -> kid.isEmpty() || key.kid().equals(kid))
                    .toList();
            return fitting.size() == 1 ? Optional.of(fitting.getFirst()) : Optional.empty();
        }

        private List<Key> fetch(String jwksUri) {
            return calls.get("The key set", jwksUri, Optional.empty()).list("keys").stream()
                    .limit(KEYS_MAX)
                    .flatMap(Keys::read)
                    .toList();
        }

        // One key that is not understood is no reason to refuse the others.
        private static Stream<Key> read(Claims member) {
            try {
                var jwk = JWK.parse(member.json());
                var isForSignatures = jwk.getKeyUse() == null || jwk.getKeyUse().equals(KeyUse.SIGNATURE);
                return isForSignatures ? Stream.of(new Key(jwk, member.string("issuer"))) : Stream.empty();
            } catch (ParseException | IllegalArgumentException _) {
                return Stream.empty();
            }
        }

        private static boolean isFor(JWK jwk, String algorithm) {
            if (jwk.getAlgorithm() != null && !jwk.getAlgorithm().getName().equals(algorithm)) {
                return false;
            }
            return switch (jwk) {
                case RSAKey rsa -> algorithm.matches("(RS|PS)(256|384|512)") && rsa.size() >= RSA_MIN_BITS;
                case ECKey ec -> ec.getCurve().equals(CURVES.get(algorithm));
                case OctetKeyPair okp ->
                    algorithm.equals("EdDSA") && okp.getCurve().equals(Curve.Ed25519);
                default -> false;
            };
        }

        // RFC 7515 §2: no character is in a signature but base64url's; §4.1.11: we understand no extension.
        private static boolean isSigned(JWSObject token, JWK jwk) {
            try {
                var signature = token.getSignature();
                if (token.getHeader().getCriticalParams() != null
                        || !Base64URL.encode(signature.decode()).equals(signature)) {
                    return false;
                }
                return jwk instanceof OctetKeyPair okp ? isEdwards(token, okp) : token.verify(verifier(jwk));
            } catch (JOSEException | GeneralSecurityException _) {
                return false;
            }
        }

        private static JWSVerifier verifier(JWK jwk) throws JOSEException {
            return jwk instanceof RSAKey rsa
                    ? new RSASSAVerifier(rsa.toRSAPublicKey())
                    : new ECDSAVerifier(jwk.toECKey().toECPublicKey());
        }

        private static boolean isEdwards(JWSObject token, OctetKeyPair okp) throws GeneralSecurityException {
            var x509 = Arrays.copyOf(ED25519, ED25519.length + 32);
            var point = okp.getDecodedX();
            if (point.length != 32) {
                return false;
            }
            System.arraycopy(point, 0, x509, ED25519.length, 32);
            var verification = Signature.getInstance("Ed25519");
            verification.initVerify(KeyFactory.getInstance("Ed25519").generatePublic(new X509EncodedKeySpec(x509)));
            verification.update(token.getSigningInput());
            return verification.verify(token.getSignature().decode());
        }
    }
}
