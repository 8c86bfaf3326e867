package dev.symbolon.seed;

import dev.symbolon.Mistake;
import dev.symbolon.client.ApiFields;
import dev.symbolon.oauth.Client.Lifetimes;
import dev.symbolon.oauth.Client.Lifetimes.Life;
import dev.symbolon.oauth.OAuthException;
import dev.symbolon.oauth.ProtectedResource;
import dev.symbolon.oauth.SigningAlgorithm;
import dev.symbolon.oauth.TenantId;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;

/// What can be an API that access tokens are for, whoever declares it: a command or a `symbolon.yaml`.
public final class Apis {
    private Apis() {}

    /// An API, perhaps of the future.
    ///
    /// @throws OAuthException when it cannot be
    public static ProtectedResource resource(
            TenantId tenant,
            String identifier,
            String name,
            Duration accessToken,
            SigningAlgorithm algorithm,
            Map<String, String> permissions) {
        return ApiFields.resource(
                tenant,
                identifier,
                Optional.empty(),
                Map.of(
                        "name",
                        name,
                        "access_token_seconds",
                        accessToken.toSeconds(),
                        "signing_alg",
                        algorithm.wire(),
                        "permissions",
                        permissions));
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
}
