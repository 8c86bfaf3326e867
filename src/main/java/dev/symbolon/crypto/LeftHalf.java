package dev.symbolon.crypto;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.Base64;

/// `at_hash`: what ties an ID token to the access token beside it (OpenID Connect Core §3.1.3.6).
public final class LeftHalf {
    private LeftHalf() {}

    /// The left half of the token's digest, in base64url.
    ///
    /// @param algorithm the `alg` of the ID token, which says the digest; Ed25519 has SHA-512 inside
    public static String of(String token, String algorithm) {
        var name = algorithm.equals("EdDSA") ? "SHA-512" : "SHA-" + algorithm.substring(algorithm.length() - 3);
        try {
            var digest = MessageDigest.getInstance(name).digest(token.getBytes(StandardCharsets.US_ASCII));
            return Base64.getUrlEncoder().withoutPadding().encodeToString(Arrays.copyOf(digest, digest.length / 2));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("Every Java platform has SHA-2.", e);
        }
    }
}
