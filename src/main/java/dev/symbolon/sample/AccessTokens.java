package dev.symbolon.sample;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.crypto.RSASSAVerifier;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.SignedJWT;
import java.net.URI;
import java.text.ParseException;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;

/// How an API checks an access token (RFC 9068 §4), knowing nothing but the addresses of the issuers that it
/// trusts: by the keys that the token's own issuer publishes. A key of one issuer says nothing about a token of
/// another.
final class AccessTokens {
    private static final int TOKEN_MAX_CHARACTERS = 16_384;

    /// What the API wants to know of a token that it accepts.
    ///
    /// @param subject a person together with the issuer: two issuers may give the same one
    record Accepted(String issuer, String subject, String scope, Instant expiresAt) {}

    /// The token is not accepted; the sentence says why and holds nothing of the token.
    static final class RefusedException extends Exception {
        private static final long serialVersionUID = 1;

        RefusedException(String sentence) {
            super(sentence, null, false, false);
        }

        String sentence() {
            return String.valueOf(getMessage());
        }
    }

    private final Map<String, IssuerKeys> trusted;
    private final String audience;
    private final InstantSource clock;

    AccessTokens(List<String> issuers, String audience, InstantSource clock) {
        this.trusted = issuers.stream()
                .collect(Collectors.toMap(Function.identity(), issuer -> new IssuerKeys(URI.create(issuer), clock)));
        this.audience = audience;
        this.clock = clock;
    }

    Accepted verify(String text) throws RefusedException {
        try {
            if (text.length() > TOKEN_MAX_CHARACTERS) {
                throw new RefusedException("The token is too long.");
            }
            var token = SignedJWT.parse(text);
            var claims = token.getJWTClaimsSet();
            // Read before it is verified, but only to choose among the issuers that are trusted.
            var issuer = String.valueOf(claims.getIssuer());
            var keys = Optional.ofNullable(trusted.get(issuer))
                    .orElseThrow(() -> new RefusedException("The token is of an issuer that this API does not trust."));
            requireSignature(token, keys);
            return accepted(issuer, claims);
        } catch (ParseException _) {
            throw new RefusedException("The token cannot be read.");
        }
    }

    private static void requireSignature(SignedJWT token, IssuerKeys keys) throws RefusedException {
        var header = token.getHeader();
        // RFC 9068 §4: an ID token is no access token, although the same key signed it.
        if (header.getType() == null || !"at+jwt".equals(header.getType().getType())) {
            throw new RefusedException("The token is not an access token.");
        }
        // This API is registered with RS256, and what the token says about itself changes nothing.
        if (!JWSAlgorithm.RS256.equals(header.getAlgorithm())) {
            throw new RefusedException("The token is not signed with RS256.");
        }
        var key = keys.find(String.valueOf(header.getKeyID()))
                .orElseThrow(() -> new RefusedException("The token is signed with a key that the issuer has not."));
        try {
            if (!token.verify(new RSASSAVerifier(key.toRSAKey()))) {
                throw new RefusedException("The signature of the token is wrong.");
            }
        } catch (JOSEException | ClassCastException _) {
            throw new RefusedException("The signature of the token cannot be checked.");
        }
    }

    private Accepted accepted(String issuer, JWTClaimsSet claims) throws RefusedException, ParseException {
        if (!claims.getAudience().contains(audience)) {
            throw new RefusedException("The token is for another API.");
        }
        var expires = claims.getExpirationTime();
        if (expires == null || !clock.instant().isBefore(expires.toInstant())) {
            throw new RefusedException("The token has expired.");
        }
        var scope = claims.getStringClaim("scope");
        var subject = String.valueOf(claims.getSubject());
        return new Accepted(issuer, subject, scope == null ? "" : scope, expires.toInstant());
    }
}
