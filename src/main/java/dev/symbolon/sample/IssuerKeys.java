package dev.symbolon.sample;

import com.nimbusds.jose.jwk.JWK;
import com.nimbusds.jose.jwk.JWKSet;
import dev.symbolon.sample.AccessTokens.RefusedException;
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

/// The keys that one issuer publishes, read when they are wanted and kept.
final class IssuerKeys {
    private static final Duration TIMEOUT = Duration.ofSeconds(5);
    private static final int KEYS_MAX_BYTES = 65_536;
    /// A key that the issuer has taken back since is believed for so long.
    private static final Duration BELIEVED_FOR = Duration.ofMinutes(5);
    /// A token with an unknown `kid` makes us look for new keys, but not more often than this.
    private static final Duration LOOK_AGAIN_AFTER = Duration.ofSeconds(10);

    private record Keys(JWKSet set, Instant readAt) {}

    private final URI issuer;
    private final InstantSource clock;
    private volatile Optional<Keys> keys = Optional.empty();

    IssuerKeys(URI issuer, InstantSource clock) {
        this.issuer = issuer;
        this.clock = clock;
    }

    Optional<JWK> find(String kid) throws RefusedException {
        var now = clock.instant();
        var known = keys;
        var found = known.filter(read -> now.isBefore(read.readAt().plus(BELIEVED_FOR)))
                .map(read -> read.set().getKeyByKeyId(kid));
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
