package dev.symbolon.seed;

import dev.symbolon.Mistake;
import dev.symbolon.oauth.Client.Lifetimes;
import dev.symbolon.oauth.Client.Lifetimes.Life;
import dev.symbolon.oauth.ProtectedResource;
import dev.symbolon.oauth.SigningAlgorithm;
import dev.symbolon.oauth.TenantId;
import java.net.URI;
import java.time.Duration;
import java.util.Optional;

/// What can be an API that access tokens are for, whoever declares it: a command or a `symbolon.yaml`.
public final class Apis {
    private static final int IDENTIFIER_MAX_CHARACTERS = 500;

    private Apis() {}

    /// An API, perhaps of the future.
    ///
    /// @throws Mistake when it cannot be
    public static ProtectedResource resource(
            TenantId tenant, String identifier, String name, Duration accessToken, SigningAlgorithm algorithm) {
        if (identifier.length() > IDENTIFIER_MAX_CHARACTERS || !isAbsolute(identifier)) {
            // RFC 8707 §2: an absolute URI without a fragment.
            throw new Mistake("An API is named by an absolute URI without a fragment, such as https://api.example.com;"
                    + " this one is not: " + identifier);
        }
        return new ProtectedResource(tenant, identifier, name, accessToken, algorithm);
    }

    /// How long access tokens for an API are good: the bounds of a client's are those of an API's.
    ///
    /// @param name what the operator calls it
    /// @throws Mistake when it is out of bounds
    public static Duration life(Optional<Duration> given, String name) {
        var life = given.orElse(Lifetimes.DEFAULT.accessToken());
        Life.ACCESS_TOKEN.breach(life).ifPresent(breach -> {
            throw Mistake.of("", breach, _ -> name);
        });
        return life;
    }

    private static boolean isAbsolute(String identifier) {
        try {
            var uri = URI.create(identifier);
            return uri.isAbsolute() && uri.getRawFragment() == null;
        } catch (IllegalArgumentException _) {
            return false;
        }
    }
}
