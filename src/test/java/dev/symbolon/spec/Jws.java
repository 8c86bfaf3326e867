package dev.symbolon.spec;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.security.AlgorithmParameters;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PublicKey;
import java.security.Signature;
import java.security.interfaces.ECPublicKey;
import java.security.spec.ECGenParameterSpec;
import java.security.spec.ECParameterSpec;
import java.security.spec.ECPoint;
import java.security.spec.ECPublicKeySpec;
import java.security.spec.RSAPublicKeySpec;
import java.security.spec.X509EncodedKeySpec;
import java.util.Base64;
import java.util.HexFormat;

/// Reads and verifies a compact JWS with nothing but the Java platform, the way a stranger's library would.
public record Jws(JsonNode header, JsonNode claims, String signingInput, byte[] signature) {
    private static final ObjectMapper JSON = new ObjectMapper();

    /// Takes it apart without any check.
    public static Jws parse(String compact) {
        var parts = compact.split("\\.", -1);
        var input = compact.substring(0, compact.lastIndexOf('.'));
        return new Jws(json(parts[0]), json(parts[1]), input, decoded(parts[2]));
    }

    /// The payload as it is on the wire.
    public static byte[] payload(String compact) {
        return decoded(compact.split("\\.")[1]);
    }

    /// Whether a key of a JWK set is the one that it names and signed it.
    public boolean isSignedByOneOf(JsonNode jwks) {
        for (var key : jwks.get("keys")) {
            if (key.get("kid").equals(header.get("kid"))) {
                return key.get("alg").equals(header.get("alg")) && isSignedBy(key);
            }
        }
        return false;
    }

    /// Whether this public key signed it.
    public boolean isSignedBy(JsonNode jwk) {
        try {
            var verifier = switch (header.get("alg").textValue()) {
                case "RS256" -> Signature.getInstance("SHA256withRSA");
                case "ES256" -> Signature.getInstance("SHA256withECDSAinP1363Format");
                case "EdDSA" -> Signature.getInstance("Ed25519");
                default -> throw new AssertionError("an algorithm that we do not publish: " + header);
            };
            verifier.initVerify(publicKey(jwk));
            verifier.update(signingInput.getBytes(StandardCharsets.US_ASCII));
            return verifier.verify(signature);
        } catch (GeneralSecurityException e) {
            throw new AssertionError(e);
        }
    }

    /// The key of a JWK.
    public static PublicKey publicKey(JsonNode jwk) throws GeneralSecurityException {
        return switch (jwk.get("kty").textValue()) {
            case "RSA" ->
                KeyFactory.getInstance("RSA")
                        .generatePublic(new RSAPublicKeySpec(number(jwk.get("n")), number(jwk.get("e"))));
            case "EC" -> {
                var parameters = AlgorithmParameters.getInstance("EC");
                parameters.init(new ECGenParameterSpec("secp256r1"));
                var point = new ECPoint(number(jwk.get("x")), number(jwk.get("y")));
                var spec = new ECPublicKeySpec(point, parameters.getParameterSpec(ECParameterSpec.class));
                yield (ECPublicKey) KeyFactory.getInstance("EC").generatePublic(spec);
            }
            case "OKP" -> {
                // RFC 8410 §4: the X.509 form is this prefix and the key's 32 bytes.
                var prefix = "302a300506032b6570032100";
                var x509 = HexFormat.of()
                        .parseHex(prefix
                                + HexFormat.of().formatHex(decoded(jwk.get("x").textValue())));
                yield KeyFactory.getInstance("Ed25519").generatePublic(new X509EncodedKeySpec(x509));
            }
            default -> throw new AssertionError("a key of another kind: " + jwk);
        };
    }

    private static BigInteger number(JsonNode member) {
        return new BigInteger(1, decoded(member.textValue()));
    }

    /// base64url.
    public static byte[] decoded(String text) {
        return Base64.getUrlDecoder().decode(text);
    }

    /// base64url without padding.
    public static String encoded(byte[] bytes) {
        return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
    }

    /// base64url of a text.
    public static String encoded(String text) {
        return encoded(text.getBytes(StandardCharsets.UTF_8));
    }

    private static JsonNode json(String part) {
        try {
            return JSON.readTree(decoded(part));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
