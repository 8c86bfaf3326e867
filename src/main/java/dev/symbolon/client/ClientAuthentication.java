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

/// How a client shows at the token endpoint who it is (RFC 6749 §2.3): with the one method that it is registered for,
/// and with no other.
public final class ClientAuthentication {
    private static final int SECRET_MAX_CHARACTERS = 1_000;

    private final Clients clients;

    /// Reads clients and the digests of their secrets.
    public ClientAuthentication(Clients clients) {
        this.clients = clients;
    }

    /// Whether the request tried HTTP Basic, so that a refusal has to say so (RFC 6749 §5.2).
    private static boolean triedBasic(Call call) {
        return call.header("authorization")
                .map(value -> value.regionMatches(true, 0, "Basic ", 0, 6))
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
        var client = clients.find(call.host().id(), id);
        var secretIsRight = shown.method() == ClientAuthMethod.NONE || secretMatches(call, id, shown.secret());
        return client.filter(known -> known.disabledAt().isEmpty())
                .filter(known -> known.metadata().tokenEndpointAuthMethod() == shown.method())
                .filter(_ -> secretIsRight)
                .orElseThrow(() -> new OAuthException(
                        OAuthError.INVALID_CLIENT,
                        "Client authentication failed: the client is unknown, or it used another method"
                                + " or another secret than it is registered with."));
    }

    private boolean secretMatches(Call call, ClientId id, String secret) {
        var matches = false;
        for (var stored : clients.secrets(call.host().id(), id, call.now())) {
            matches |= call.host().sealer().matches(Purpose.CLIENT_SECRET, secret, stored);
        }
        return matches;
    }

    private record Credentials(Optional<ClientId> id, ClientAuthMethod method, String secret) {
        @Override
        public String toString() {
            return "Credentials[" + id + ", " + method + ", ***]";
        }
    }

    private static Credentials credentials(Call call, Form form) {
        var bodyId = form.get("client_id").filter(ClientId::hasShape).map(ClientId::new);
        var bodySecret = form.get("client_secret").filter(secret -> secret.length() <= SECRET_MAX_CHARACTERS);
        if (!triedBasic(call)) {
            return bodySecret
                    .map(secret -> new Credentials(bodyId, ClientAuthMethod.CLIENT_SECRET_POST, secret))
                    .orElse(new Credentials(bodyId, ClientAuthMethod.NONE, ""));
        }
        if (form.get("client_secret").isPresent()) {
            throw new OAuthException(
                    OAuthError.INVALID_REQUEST, "The client authenticated in two ways at once (RFC 6749 section 2.3).");
        }
        var basic = basic(call);
        if (bodyId.isPresent() && !bodyId.equals(basic.id())) {
            throw new OAuthException(
                    OAuthError.INVALID_REQUEST, "client_id in the body is not the one in the Authorization header.");
        }
        return basic;
    }

    // RFC 6749 §2.3.1: both halves are form-encoded before they are joined and encoded as base64.
    private static Credentials basic(Call call) {
        var encoded = call.header("authorization")
                .orElse("")
                .substring("Basic ".length())
                .strip();
        try {
            var pair = new String(Base64.getDecoder().decode(encoded), StandardCharsets.UTF_8);
            var colon = pair.indexOf(':');
            if (colon > 0 && pair.length() <= 3 * SECRET_MAX_CHARACTERS) {
                var id = Form.decode(pair.substring(0, colon));
                var secret = Form.decode(pair.substring(colon + 1));
                var known = Optional.of(id).filter(ClientId::hasShape).map(ClientId::new);
                return new Credentials(known, ClientAuthMethod.CLIENT_SECRET_BASIC, secret);
            }
        } catch (IllegalArgumentException _) {
            // falls through: it cannot be read
        }
        throw new OAuthException(
                OAuthError.INVALID_CLIENT,
                "The Authorization header has to be Basic and base64 of client_id:client_secret, each form-encoded.");
    }
}
