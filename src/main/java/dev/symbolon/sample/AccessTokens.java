package dev.symbolon.sample;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.crypto.RSASSAVerifier;
import com.nimbusds.jose.jwk.JWK;
import com.nimbusds.jose.jwk.JWKSet;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.SignedJWT;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.text.ParseException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Optional;

/// How an API checks an access token (RFC 9068 §4), knowing nothing but the issuer's address: by the keys that the
/// issuer publishes.
final class AccessTokens {
    private static final Duration TIMEOUT = Duration.ofSeconds(5);
    private static final int KEYS_MAX_BYTES = 65_536;
    private static final int TOKEN_MAX_CHARACTERS = 16_384;
    /// A token with an unknown `kid` makes us look for new keys, but not more often than this.
    private static final Duration LOOK_AGAIN_AFTER = Duration.ofSeconds(10);

    /// What the API wants to know of a token that it accepts.
    record Accepted(String subject, String scope, Instant expiresAt) {}

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

    private record Keys(JWKSet set, Instant readAt) {}

    private final URI issuer;
    private final String audience;
    private final InstantSource clock;
    private volatile Optional<Keys> keys = Optional.empty();

    AccessTokens(URI issuer, String audience, InstantSource clock) {
        this.issuer = issuer;
        this.audience = audience;
        this.clock = clock;
    }

    Accepted verify(String text) throws RefusedException {
        try {
            if (text.length() > TOKEN_MAX_CHARACTERS) {
                throw new RefusedException("The token is too long.");
            }
            var token = SignedJWT.parse(text);
            requireSignature(token);
            return accepted(token.getJWTClaimsSet());
        } catch (ParseException _) {
            throw new RefusedException("The token cannot be read.");
        }
    }

    private void requireSignature(SignedJWT token) throws RefusedException {
        var header = token.getHeader();
        // RFC 9068 §4: an ID token is no access token, although the same key signed it.
        if (header.getType() == null || !"at+jwt".equals(header.getType().getType())) {
            throw new RefusedException("The token is not an access token.");
        }
        // This API is registered with RS256, and what the token says about itself changes nothing.
        if (!JWSAlgorithm.RS256.equals(header.getAlgorithm())) {
            throw new RefusedException("The token is not signed with RS256.");
        }
        var key = key(String.valueOf(header.getKeyID()))
                .orElseThrow(() -> new RefusedException("The token is signed with a key that the issuer has not."));
        try {
            if (!token.verify(new RSASSAVerifier(key.toRSAKey()))) {
                throw new RefusedException("The signature of the token is wrong.");
            }
        } catch (JOSEException | ClassCastException _) {
            throw new RefusedException("The signature of the token cannot be checked.");
        }
    }

    private Accepted accepted(JWTClaimsSet claims) throws RefusedException, ParseException {
        if (!issuer.toString().equals(claims.getIssuer())) {
            throw new RefusedException("The token is of another issuer.");
        }
        if (!claims.getAudience().contains(audience)) {
            throw new RefusedException("The token is for another API.");
        }
        var expires = claims.getExpirationTime();
        if (expires == null || !clock.instant().isBefore(expires.toInstant())) {
            throw new RefusedException("The token has expired.");
        }
        var scope = claims.getStringClaim("scope");
        return new Accepted(String.valueOf(claims.getSubject()), scope == null ? "" : scope, expires.toInstant());
    }

    private Optional<JWK> key(String kid) throws RefusedException {
        var now = clock.instant();
        var known = keys;
        var found = known.map(read -> read.set().getKeyByKeyId(kid));
        var isFresh = known.filter(read -> now.isBefore(read.readAt().plus(LOOK_AGAIN_AFTER)))
                .isPresent();
        if (found.isPresent() || isFresh) {
            return found;
        }
        var fresh = new Keys(fetch(), now);
        keys = Optional.of(fresh);
        return Optional.ofNullable(fresh.set().getKeyByKeyId(kid));
    }

    private JWKSet fetch() throws RefusedException {
        try (var client = HttpClient.newBuilder().connectTimeout(TIMEOUT).build()) {
            var request = HttpRequest.newBuilder(issuer.resolve("/.well-known/jwks.json"))
                    .timeout(TIMEOUT)
                    .build();
            try (var body = client.send(request, BodyHandlers.ofInputStream()).body()) {
                return JWKSet.parse(new String(body.readNBytes(KEYS_MAX_BYTES), StandardCharsets.UTF_8));
            }
        } catch (IOException | ParseException _) {
            throw new RefusedException("The keys of the issuer cannot be read at the moment.");
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
            throw new RefusedException("The API is stopping.");
        }
    }
}
