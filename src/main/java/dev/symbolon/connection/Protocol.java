package dev.symbolon.connection;

import dev.symbolon.connection.CodeExchange.Tokens;
import dev.symbolon.oauth.Connection;
import dev.symbolon.oauth.Connection.Upstream;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/// How another server tells who somebody is.
sealed interface Protocol permits OpenIdConnect, GitHub, OAuth2 {
    /// Where the person goes.
    String authorizationUrl(Upstream upstream, Journey journey);

    /// Who came back.
    Described describe(Returned returned);

    /// A person who comes back from another server with a code.
    ///
    /// @param secret ours at that server, if we have one
    /// @param iss the parameter of that name (RFC 9207 §2)
    record Returned(
            Connection connection,
            Upstream upstream,
            Optional<String> secret,
            Journey journey,
            String code,
            Optional<String> iss) {

        /// What is never shown, whoever says it.
        List<String> secretsAnd(Tokens tokens) {
            return Stream.concat(secrets(), Stream.of(tokens.accessToken())).toList();
        }

        private Stream<String> secrets() {
            var verifier = journey.verifier().value();
            return Stream.of(secret, Optional.of(code), Optional.of(verifier))
                    .flatMap(Optional::stream)
                    .filter(text -> !text.isBlank());
        }

        /// What the other server wrote, for the log; nothing of it when it repeats a secret.
        String without(String text) {
            return secrets().anyMatch(text::contains) ? "***" : text;
        }

        @Override
        public String toString() {
            return "Returned from " + connection.id();
        }
    }
}
