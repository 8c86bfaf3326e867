package dev.symbolon.oauth;

import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/// An application that asks for tokens (RFC 6749 §2), as it is registered. Its secrets are not here: only the
/// store's hashes of them exist.
///
/// @param disabledAt set while an operator has switched it off; then it is answered like an unknown one
public record Client(TenantId tenant, ClientId id, Metadata metadata, Optional<Instant> disabledAt) {
    /// What an operator decides about a client; stored as one JSON document with these names in snake case (RFC
    /// 7591 §2).
    ///
    /// @param clientName what people read on the pages
    /// @param clientUri where "back to the application" leads, absent when nobody said
    /// @param redirectUris the Allowed Callback URLs
    /// @param postLogoutRedirectUris the Allowed Logout URLs
    /// @param webOrigins origins that may call the token endpoint from a page, beside those of the callbacks
    /// @param scope the most that it may be granted
    /// @param firstParty the operator's own application: consent is not asked unless `prompt=consent`
    /// @param pkceRequired false only for a confidential client that cannot send a challenge
    /// @param claimsInIdToken whether the claims of the scopes stand in the ID token too, not only at userinfo
    public record Metadata(
            String clientName,
            Optional<URI> clientUri,
            ClientAuthMethod tokenEndpointAuthMethod,
            Set<GrantType> grantTypes,
            List<RedirectUri> redirectUris,
            List<RedirectUri> postLogoutRedirectUris,
            List<String> webOrigins,
            Scope scope,
            boolean firstParty,
            boolean pkceRequired,
            SigningAlgorithm idTokenSignedResponseAlg,
            boolean claimsInIdToken,
            Lifetimes lifetimes) {}

    /// How long what this client gets stays good.
    ///
    /// @param accessToken of access and ID tokens; an API's own setting wins for its access tokens
    /// @param refreshIdle a refresh token that is not used for so long is dead
    /// @param refreshAbsolute and however often it is used, after so long the person signs in again
    /// @param reuseLeeway how long the refresh token before the current one still answers the current one
    public record Lifetimes(
            Duration accessToken, Duration refreshIdle, Duration refreshAbsolute, Duration reuseLeeway) {
        /// 1 hour, 30 days, 90 days, 60 seconds.
        public static final Lifetimes DEFAULT =
                new Lifetimes(Duration.ofHours(1), Duration.ofDays(30), Duration.ofDays(90), Duration.ofSeconds(60));

        /// One of the four, with its bounds.
        public enum Life {
            ACCESS_TOKEN(Duration.ofMinutes(5), Duration.ofDays(30)),
            REFRESH_IDLE(Duration.ofMinutes(5), Duration.ofDays(3_650)),
            REFRESH_ABSOLUTE(Duration.ofMinutes(5), Duration.ofDays(3_650)),
            REUSE_LEEWAY(Duration.ZERO, Duration.ofMinutes(5));

            private final Duration least;
            private final Duration most;

            Life(Duration least, Duration most) {
                this.least = least;
                this.most = most;
            }

            /// The shortest that it may be.
            public Duration least() {
                return least;
            }

            /// The longest that it may be.
            public Duration most() {
                return most;
            }

            /// Why it cannot be so long; empty when it can.
            public Optional<Breach> breach(Duration value) {
                return value.compareTo(least) < 0 || value.compareTo(most) > 0
                        ? Optional.of(new Breach.OutOfBounds(this, value))
                        : Optional.empty();
            }
        }

        /// Why the four cannot be so. Whoever asked is told by the names that they used.
        public sealed interface Breach {
            /// It is too short or too long.
            record OutOfBounds(Life life, Duration value) implements Breach {}

            /// It cannot be longer than the other one.
            record Outlives(Life child, Duration value, Life parent, Duration most) implements Breach {}
        }

        /// @throws OAuthException `invalid_client_metadata` when there is a [Breach]
        public Lifetimes {
            breach(accessToken, refreshIdle, refreshAbsolute, reuseLeeway).ifPresent(breach -> {
                throw new OAuthException(OAuthError.INVALID_CLIENT_METADATA, "Lifetimes cannot be so: " + breach);
            });
        }

        /// What is wrong with these four first; empty when nothing is.
        public static Optional<Breach> breach(
                Duration accessToken, Duration refreshIdle, Duration refreshAbsolute, Duration reuseLeeway) {
            return Life.ACCESS_TOKEN
                    .breach(accessToken)
                    .or(() -> Life.REFRESH_IDLE.breach(refreshIdle))
                    .or(() -> Life.REFRESH_ABSOLUTE.breach(refreshAbsolute))
                    .or(() -> Life.REUSE_LEEWAY.breach(reuseLeeway))
                    .or(() -> outlives(Life.REFRESH_IDLE, refreshIdle, refreshAbsolute))
                    .or(() -> outlives(Life.ACCESS_TOKEN, accessToken, refreshAbsolute));
        }

        private static Optional<Breach> outlives(Life child, Duration value, Duration absolute) {
            return value.compareTo(absolute) > 0
                    ? Optional.of(new Breach.Outlives(child, value, Life.REFRESH_ABSOLUTE, absolute))
                    : Optional.empty();
        }
    }

    /// Whether it cannot keep a secret (RFC 6749 §2.1).
    public boolean isPublic() {
        return metadata.tokenEndpointAuthMethod() == ClientAuthMethod.NONE;
    }

    /// Where a person finds the application again: its home page, or else the origin of its first callback on the
    /// web.
    public Optional<String> home() {
        return metadata.clientUri()
                .map(URI::toString)
                .or(() -> metadata.redirectUris().stream()
                        .map(RedirectUri::origin)
                        .filter(origin -> !origin.isEmpty())
                        .findFirst());
    }

    /// Whether it may use this grant type.
    public boolean may(GrantType type) {
        return metadata.grantTypes().contains(type);
    }

    /// Whether the value is one of its Allowed Callback URLs.
    public boolean hasCallback(String redirectUri) {
        return metadata.redirectUris().stream().anyMatch(registered -> registered.matches(redirectUri));
    }

    /// Whether a page of this origin may call the token endpoint for it.
    public boolean allowsOrigin(String origin) {
        return metadata.webOrigins().contains(origin)
                || metadata.redirectUris().stream().anyMatch(uri -> uri.origin().equals(origin));
    }
}
