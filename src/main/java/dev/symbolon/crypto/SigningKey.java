package dev.symbolon.crypto;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.json.JsonWriteFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JOSEObjectType;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.JWSObject;
import com.nimbusds.jose.JWSSigner;
import com.nimbusds.jose.JWSVerifier;
import com.nimbusds.jose.Payload;
import com.nimbusds.jose.crypto.ECDSASigner;
import com.nimbusds.jose.crypto.ECDSAVerifier;
import com.nimbusds.jose.crypto.RSASSASigner;
import com.nimbusds.jose.crypto.RSASSAVerifier;
import com.nimbusds.jose.jwk.Curve;
import com.nimbusds.jose.jwk.ECKey;
import com.nimbusds.jose.jwk.JWK;
import com.nimbusds.jose.jwk.KeyUse;
import com.nimbusds.jose.jwk.OctetKeyPair;
import com.nimbusds.jose.jwk.RSAKey;
import com.nimbusds.jose.util.Base64URL;
import dev.symbolon.oauth.SigningAlgorithm;
import dev.symbolon.trace.Span;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.KeyPairGenerator;
import java.security.PrivateKey;
import java.security.interfaces.ECPublicKey;
import java.security.interfaces.EdECPrivateKey;
import java.security.interfaces.RSAPublicKey;
import java.security.spec.ECGenParameterSpec;
import java.security.spec.EdECPoint;
import java.security.spec.EdECPrivateKeySpec;
import java.security.spec.EdECPublicKeySpec;
import java.security.spec.NamedParameterSpec;
import java.text.ParseException;
import java.time.Instant;
import java.util.Arrays;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/// One key pair of a tenant that signs tokens. Its `kid` is the key's thumbprint (RFC 7638), so no two are alike.
public final class SigningKey {
    /// RFC 7518 §3.3: 2048 bits or more; every library in the field accepts this.
    private static final int RSA_BITS = 2_048;

    private static final Instant NEVER = Instant.ofEpochMilli(Long.MAX_VALUE);

    // RFC 7519 does not ask for it, but libraries in the field decode payloads as Latin-1: everything else is escaped.
    private static final ObjectMapper ASCII =
            JsonMapper.builder().enable(JsonWriteFeature.ESCAPE_NON_ASCII).build();

    private final JWK jwk;
    private final SigningAlgorithm algorithm;
    private final JWSSigner signer;
    private final JWSVerifier verifier;
    private final Map<String, JWSHeader> headers = new ConcurrentHashMap<>();

    private SigningKey(JWK jwk, SigningAlgorithm algorithm) {
        this.jwk = jwk;
        this.algorithm = algorithm;
        try {
            switch (algorithm) {
                case RS256 -> {
                    var rsa = CryptoProvider.keyFactory("RSA");
                    this.signer = new RSASSASigner(
                            (PrivateKey) rsa.translateKey(jwk.toRSAKey().toPrivateKey()));
                    this.verifier = new RSASSAVerifier(
                            (RSAPublicKey) rsa.translateKey(jwk.toRSAKey().toRSAPublicKey()));
                    signer.getJCAContext().setProvider(CryptoProvider.preferred("Signature", "SHA256withRSA"));
                    verifier.getJCAContext().setProvider(CryptoProvider.preferred("Signature", "SHA256withRSA"));
                }
                case ES256 -> {
                    var ec = CryptoProvider.keyFactory("EC");
                    this.signer = new ECDSASigner(
                            (PrivateKey) ec.translateKey(jwk.toECKey().toPrivateKey()), Curve.P_256);
                    this.verifier = new ECDSAVerifier(
                            (ECPublicKey) ec.translateKey(jwk.toECKey().toECPublicKey()));
                    signer.getJCAContext().setProvider(CryptoProvider.preferred("Signature", "SHA256withECDSA"));
                    verifier.getJCAContext().setProvider(CryptoProvider.preferred("Signature", "SHA256withECDSA"));
                }
                case EDDSA -> {
                    var both = edwards(jwk.toOctetKeyPair());
                    this.signer = both;
                    this.verifier = both;
                }
                default -> throw new IllegalStateException("unreachable: " + algorithm);
            }
        } catch (JOSEException | GeneralSecurityException e) {
            throw new IllegalStateException("This key cannot be used here: " + jwk.getKeyID(), e);
        }
    }

    /// A new key pair.
    public static SigningKey generate(SigningAlgorithm algorithm) {
        try {
            var bare = switch (algorithm) {
                case RS256 -> rsa();
                case ES256 -> ec();
                case EDDSA -> edwards();
            };
            return new SigningKey(named(bare, algorithm), algorithm);
        } catch (GeneralSecurityException | JOSEException | ParseException e) {
            throw new IllegalStateException("No key pair could be made; this is a fault of the server.", e);
        }
    }

    private static JWK rsa() throws GeneralSecurityException {
        var generator = KeyPairGenerator.getInstance("RSA", CryptoProvider.preferred("KeyPairGenerator", "RSA"));
        generator.initialize(RSA_BITS);
        var pair = generator.generateKeyPair();
        return new RSAKey.Builder((RSAPublicKey) pair.getPublic())
                .privateKey(pair.getPrivate())
                .build();
    }

    private static JWK ec() throws GeneralSecurityException {
        var generator = KeyPairGenerator.getInstance("EC", CryptoProvider.preferred("KeyPairGenerator", "EC"));
        generator.initialize(new ECGenParameterSpec("secp256r1"));
        var pair = generator.generateKeyPair();
        return new ECKey.Builder(Curve.P_256, (ECPublicKey) pair.getPublic())
                .privateKey(pair.getPrivate())
                .build();
    }

    private static JWK edwards() throws GeneralSecurityException {
        var pair = KeyPairGenerator.getInstance("Ed25519", "SunEC").generateKeyPair();
        // RFC 8410 §4: the last 32 bytes of the X.509 form are the public key itself.
        var x509 = pair.getPublic().getEncoded();
        var publicBytes = Arrays.copyOfRange(x509, x509.length - 32, x509.length);
        var privateBytes = ((EdECPrivateKey) pair.getPrivate()).getBytes().orElseThrow();
        return new OctetKeyPair.Builder(Curve.Ed25519, Base64URL.encode(publicBytes))
                .d(Base64URL.encode(privateBytes))
                .build();
    }

    private static Ed25519 edwards(OctetKeyPair jwk) throws GeneralSecurityException {
        var factory = KeyFactory.getInstance("Ed25519", "SunEC");
        var little = jwk.getDecodedX();
        var isOdd = (little[31] & 0x80) != 0;
        var big = new byte[32];
        for (var i = 0; i < 32; i++) {
            big[i] = little[31 - i];
        }
        big[0] &= 0x7F;
        var point = new EdECPoint(isOdd, new BigInteger(1, big));
        return new Ed25519(
                factory.generatePrivate(new EdECPrivateKeySpec(NamedParameterSpec.ED25519, jwk.getDecodedD())),
                factory.generatePublic(new EdECPublicKeySpec(NamedParameterSpec.ED25519, point)));
    }

    private static JWK named(JWK bare, SigningAlgorithm algorithm) throws JOSEException, ParseException {
        Map<String, Object> members = bare.toJSONObject();
        members.put("kid", bare.computeThumbprint().toString());
        members.put("alg", algorithm.wire());
        members.put("use", KeyUse.SIGNATURE.identifier());
        return JWK.parse(members);
    }

    /// The private key under the master key, for the store.
    public Sealed seal(Sealer master) {
        return master.seal(Purpose.SIGNING_KEY, jwk.toJSONString().getBytes(StandardCharsets.UTF_8), NEVER);
    }

    /// The key again; empty when it was sealed under another master key.
    public static Optional<SigningKey> open(Sealer master, SigningAlgorithm algorithm, Sealed sealed, Instant now) {
        return master.open(Purpose.SIGNING_KEY, sealed.text(), now).map(json -> {
            try {
                return new SigningKey(JWK.parse(new String(json, StandardCharsets.UTF_8)), algorithm);
            } catch (ParseException e) {
                throw new IllegalStateException("A stored signing key is not readable.", e);
            }
        });
    }

    /// `kid`.
    public String kid() {
        return jwk.getKeyID();
    }

    /// `alg`.
    public SigningAlgorithm algorithm() {
        return algorithm;
    }

    /// The public half as a JSON object (RFC 7517 §4): it never holds a private member.
    public String publicJwk() {
        return jwk.toPublicJWK().toJSONString();
    }

    /// A signed token in compact form (RFC 7515 §7.1).
    ///
    /// @param typ the `typ` header: `at+jwt` (RFC 9068 §2.1), `JWT`, …
    public String sign(String typ, Map<String, Object> claims) {
        try {
            var jws = new JWSObject(
                    headers.computeIfAbsent(typ, this::header), new Payload(ASCII.writeValueAsBytes(claims)));
            Span.of(Span.Kind.INTERNAL, algorithm::wire, () -> {
                jws.sign(signer);
                return jws;
            });
            return jws.serialize();
        } catch (JOSEException | JsonProcessingException e) {
            throw new IllegalStateException("A token could not be signed; this is a fault of the server.", e);
        }
    }

    // One that was parsed knows its encoded form; others are encoded for each token.
    private JWSHeader header(String typ) {
        var header = new JWSHeader.Builder(JWSAlgorithm.parse(algorithm.wire()))
                .type(new JOSEObjectType(typ))
                .keyID(kid())
                .build();
        try {
            return JWSHeader.parse(header.toBase64URL());
        } catch (ParseException e) {
            throw new IllegalStateException("A header that was just made cannot be read.", e);
        }
    }

    /// `at_hash` of a token that is given beside one signed by this key (OpenID Connect Core §3.1.3.6): the left
    /// half of its digest, SHA-256 or, for Ed25519, SHA-512.
    public String leftHalfHash(String token) {
        return LeftHalf.of(token, algorithm.wire());
    }

    /// Whether the signature is this key's, by this key's own algorithm: the token has no say in it. RFC 7515 §2
    /// allows no character in it but base64url's, and §4.1.11 no extension that is not understood; we understand
    /// none.
    boolean verifies(JWSObject jws) {
        try {
            var signature = jws.getSignature();
            return jws.getHeader().getAlgorithm().getName().equals(algorithm.wire())
                    && jws.getHeader().getCriticalParams() == null
                    && Base64URL.encode(signature.decode()).equals(signature)
                    && jws.verify(verifier);
        } catch (JOSEException _) {
            return false;
        }
    }
}
