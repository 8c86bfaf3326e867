package dev.symbolon.oauth;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Base64;
import java.util.regex.Pattern;

/// The public half of PKCE (RFC 7636 §4.2): `base64url(sha256(code_verifier))`. There is no other method here.
public record CodeChallenge(String value) {
    /// The only `code_challenge_method` that is accepted and published.
    public static final String METHOD = "S256";

    // 43 characters carry 258 bits for a digest of 256: the last character has two bits that are always zero.
    private static final Pattern SHAPE = Pattern.compile("[A-Za-z0-9_-]{42}[AEIMQUYcgkosw048]");

    /// Reads `code_challenge` and `code_challenge_method` of an authorization request.
    ///
    /// @throws OAuthException `invalid_request` with a sentence that says which of the two is wrong
    public static CodeChallenge parse(String challenge, String method) {
        if (!METHOD.equals(method)) {
            throw new OAuthException(
                    OAuthError.INVALID_REQUEST,
                    method.isEmpty()
                            ? "code_challenge_method is missing, which means plain (RFC 7636 section 4.3); send S256."
                            : "code_challenge_method has to be S256.");
        }
        if (!SHAPE.matcher(challenge).matches()) {
            throw new OAuthException(
                    OAuthError.INVALID_REQUEST,
                    "code_challenge has to be the 43 base64url characters of a SHA-256 digest, without padding.");
        }
        return new CodeChallenge(challenge);
    }

    /// The challenge that belongs to a verifier (RFC 7636 §4.2).
    public static CodeChallenge of(CodeVerifier verifier) {
        try {
            var digest =
                    MessageDigest.getInstance("SHA-256").digest(verifier.value().getBytes(StandardCharsets.US_ASCII));
            return new CodeChallenge(Base64.getUrlEncoder().withoutPadding().encodeToString(digest));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("Every Java platform has SHA-256.", e);
        }
    }

    /// Whether the verifier is the other half (RFC 7636 §4.6); takes the same time wherever they differ.
    public boolean isMetBy(CodeVerifier verifier) {
        return MessageDigest.isEqual(
                value.getBytes(StandardCharsets.US_ASCII), of(verifier).value.getBytes(StandardCharsets.US_ASCII));
    }
}
