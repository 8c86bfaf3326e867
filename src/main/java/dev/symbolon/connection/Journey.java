package dev.symbolon.connection;

import dev.symbolon.oauth.CodeChallenge;
import dev.symbolon.oauth.CodeVerifier;
import dev.symbolon.oauth.Connection.Upstream;
import dev.symbolon.outbound.Destination;
import dev.symbolon.outbound.OutboundException;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/// One way to another server and back. Whoever sends a person off keeps it until the person returns.
///
/// @param redirectUri where the person comes back to
/// @param state what comes back with the person, as it is
/// @param nonce what an ID token has to hold
/// @param verifier the secret half of PKCE
/// @param loginHint who the person says to be
/// @param uiLocales the person's languages, the best one first
public record Journey(
        String redirectUri,
        String state,
        String nonce,
        CodeVerifier verifier,
        Optional<String> loginHint,
        List<String> uiLocales,
        SignIn signIn) {

    /// What the person does at the other server.
    public enum SignIn {
        /// What that server finds necessary; a session there may do.
        AS_EVER,
        /// Show again who they are, whatever session there is. A server may not know how to ask
        /// for that: whether it happened, `auth_time` says.
        ANEW
    }

    public Journey {
        uiLocales = List.copyOf(uiLocales);
    }

    @Override
    public String toString() {
        return "Journey to " + redirectUri;
    }

    /// The request that a person takes to another server (RFC 6749 §4.1.1, RFC 7636 §4.3).
    static final class Departure {
        private final Map<String, String> parameters = new LinkedHashMap<>();

        private Departure() {}

        static Departure of(Upstream upstream, Journey journey, List<String> scopes) {
            return new Departure()
                    .with("response_type", "code")
                    .with("client_id", upstream.clientId())
                    .with("redirect_uri", journey.redirectUri())
                    .with("scope", String.join(" ", scopes))
                    .with("state", journey.state())
                    .with("code_challenge", CodeChallenge.of(journey.verifier()).value())
                    .with("code_challenge_method", CodeChallenge.METHOD);
        }

        /// One more parameter, unless it is empty.
        Departure with(String name, String value) {
            if (!value.isEmpty()) {
                parameters.put(name, value);
            }
            return this;
        }

        /// The URL, with the query that the endpoint has already (RFC 6749 §3.1).
        ///
        /// @throws UpstreamException when the endpoint is none
        String from(String endpoint) {
            try {
                var _ = Destination.parse(endpoint);
            } catch (OutboundException e) {
                throw UpstreamException.of(e);
            }
            var query = parameters.entrySet().stream()
                    .map(parameter -> encoded(parameter.getKey()) + "=" + encoded(parameter.getValue()))
                    .collect(Collectors.joining("&"));
            var at = endpoint.indexOf('?');
            var between = at < 0 ? "?" : at == endpoint.length() - 1 || endpoint.endsWith("&") ? "" : "&";
            return endpoint + between + query;
        }

        private static String encoded(String text) {
            return URLEncoder.encode(text, StandardCharsets.UTF_8).replace("+", "%20");
        }
    }
}
