package dev.symbolon.oauth;

import java.util.regex.Pattern;

/// The secret half of PKCE (RFC 7636 §4.1): 43 to 128 unreserved characters. It prints as `***`.
public record CodeVerifier(String value) {
    private static final Pattern SHAPE = Pattern.compile("[A-Za-z0-9\\-._~]{43,128}");

    /// @throws OAuthException `invalid_grant` when it cannot be a verifier; nothing is hashed then
    public CodeVerifier {
        if (value.length() > 128 || !SHAPE.matcher(value).matches()) {
            throw new OAuthException(
                    OAuthError.INVALID_GRANT,
                    "code_verifier has to be 43 to 128 characters out of A-Z a-z 0-9 - . _ ~ (RFC 7636 section 4.1).");
        }
    }

    @Override
    public String toString() {
        return "***";
    }
}
