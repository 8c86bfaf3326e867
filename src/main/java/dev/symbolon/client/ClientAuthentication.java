package dev.symbolon.client;

import dev.symbolon.crypto.Purpose;
import dev.symbolon.oauth.Client;
import dev.symbolon.oauth.ClientAuthMethod;
import dev.symbolon.oauth.ClientId;
import dev.symbolon.oauth.OAuthError;
import dev.symbolon.oauth.OAuthException;
import dev.symbolon.store.Clients;
import dev.symbolon.web.Answer;
import dev.symbolon.web.Call;
import dev.symbolon.web.Form;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Optional;

/// How a client shows at the token endpoint who it is (RFC 6749 §2.3): with the one method that it is registered
/// for, and with no other.
public final class ClientAuthentication {
    private static final int SECRET_MAX_CHARACTERS = 1_000;

    private final Clients clients;

    /// Reads clients and the digests of their secrets.
    public ClientAuthentication(Clients clients) {
        this.clients = clients;
    }

    /// The client that the body names, whether or not it can show who it is: for the decision which origin may
    /// read a refusal.
    public Optional<Client> claimed(Call call, Form form) {
        return form.get("client_id").flatMap(id -> known(call, id)).map(Clients.Known::client);
    }

    /// Whether the request tried HTTP Basic, so that a refusal has to say so (RFC 6749 §5.2).
    private static boolean triedBasic(Call call) {
        return call.header("authorization")
                .map(value -> value.equalsIgnoreCase("Basic") || value.regionMatches(true, 0, "Basic ", 0, 6))
                .orElse(false);
    }

    /// A refusal by an endpoint at which clients authenticate; it names the scheme when that scheme was tried.
    public static Answer refusal(Call call, OAuthException refusal) {
        var answer = Answer.refusal(refusal);
        return refusal.error() == OAuthError.INVALID_CLIENT && triedBasic(call)
                ? answer.with("WWW-Authenticate", "Basic realm=\"" + call.host().issuer() + "\"")
                : answer;
    }

    /// The client, when it has shown who it is.
    ///
    /// @throws OAuthException `invalid_client`, the same for an unknown one, a disabled one and a wrong secret;
    ///     `invalid_request` when it used two methods at once or none can be read
    public Client authenticate(Call call, Form form) {
        var shown = credentials(call, form);
        var id = shown.id().orElseThrow(() -> new OAuthException(OAuthError.INVALID_REQUEST, "client_id is missing."));
        var client = known(call, id);
        var secretIsRight = shown.method() == ClientAuthMethod.NONE
                || client.map(known -> secretMatches(call, known, shown.secret()))
                        .orElse(false);
        return client.map(Clients.Known::client)
                .filter(known -> known.disabledAt().isEmpty())
                .filter(known -> known.metadata().tokenEndpointAuthMethod() == shown.method())
                .filter(_ -> secretIsRight)
                .orElseThrow(() -> new OAuthException(
                        OAuthError.INVALID_CLIENT,
                        "Client authentication failed: the client is unknown, or it used another method"
                                + " or another secret than it is registered with."));
    }

    private Optional<Clients.Known> known(Call call, String id) {
        return ClientId.hasShape(id) ? clients.known(call.host().id(), new ClientId(id), call.now()) : Optional.empty();
    }

    private static boolean secretMatches(Call call, Clients.Known client, String secret) {
        if (secret.length() > SECRET_MAX_CHARACTERS) {
            return false;
        }
        var matches = false;
        for (var stored : client.secrets(call.now())) {
            matches |= call.host().sealer().matches(Purpose.CLIENT_SECRET, secret, stored);
        }
        return matches;
    }

    private record Credentials(Optional<String> id, ClientAuthMethod method, String secret) {
        @Override
        public String toString() {
            return "Credentials[" + id + ", " + method + ", ***]";
        }
    }

    private static Credentials credentials(Call call, Form form) {
        var id = form.get("client_id");
        var secret = form.get("client_secret");
        var hasAssertion = form.get("client_assertion").isPresent();
        if (triedBasic(call) && secret.isPresent() || hasAssertion && (triedBasic(call) || secret.isPresent())) {
            throw new OAuthException(
                    OAuthError.INVALID_REQUEST, "The client authenticated in two ways at once (RFC 6749 section 2.3).");
        }
        if (hasAssertion) {
            throw new OAuthException(OAuthError.INVALID_CLIENT, "client_assertion is not a method of this issuer.");
        }
        if (!triedBasic(call)) {
            return secret.map(shown -> new Credentials(id, ClientAuthMethod.CLIENT_SECRET_POST, shown))
                    .orElse(new Credentials(id, ClientAuthMethod.NONE, ""));
        }
        var basic = basic(call);
        if (id.isPresent() && !id.equals(basic.id())) {
            throw new OAuthException(
                    OAuthError.INVALID_REQUEST, "client_id in the body is not the one in the Authorization header.");
        }
        return basic;
    }

    // RFC 6749 §2.3.1: both halves are form-encoded before they are joined and encoded as base64.
    private static Credentials basic(Call call) {
        var encoded = call.header("authorization")
                .orElse("")
                .substring("Basic".length())
                .strip();
        try {
            var pair = new String(Base64.getDecoder().decode(encoded), StandardCharsets.UTF_8);
            var colon = pair.indexOf(':');
            if (colon > 0 && pair.length() <= 3 * SECRET_MAX_CHARACTERS) {
                var id = Form.decode(pair.substring(0, colon));
                var secret = Form.decode(pair.substring(colon + 1));
                return new Credentials(Optional.of(id), ClientAuthMethod.CLIENT_SECRET_BASIC, secret);
            }
        } catch (IllegalArgumentException _) {
            // falls through: it cannot be read
        }
        throw new OAuthException(
                OAuthError.INVALID_CLIENT,
                "The Authorization header has to be Basic and base64 of client_id:client_secret, each form-encoded.");
    }
}
