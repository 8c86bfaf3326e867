package dev.symbolon.client;

import dev.symbolon.oauth.Client;
import dev.symbolon.oauth.OAuthError;
import dev.symbolon.oauth.OAuthException;
import dev.symbolon.trace.Span;
import dev.symbolon.web.Answer;
import dev.symbolon.web.Call;
import dev.symbolon.web.Cors;
import dev.symbolon.web.Form;
import dev.symbolon.web.Json;
import java.util.Map;
import java.util.Optional;

/// What every endpoint that a client authenticates at has in common: one pipeline, so that no check can be
/// forgotten in one of them. Form and JSON bodies get the same checks, and a refusal can be read by the pages
/// that the answer could.
public final class ClientCalls {
    /// What the endpoint does for a client that has shown who it is.
    @FunctionalInterface
    public interface Work {
        /// @return the members of the JSON answer
        /// @throws OAuthException for a refusal
        Map<String, Object> of(Client client, Form form);
    }

    private final ClientAuthentication authentication;
    private final Cors cors;
    private final RefusedCallbacks refused;

    /// A pipeline for these clients.
    ///
    /// @param refused is told what was refused, so that an operator can be told why
    public ClientCalls(ClientAuthentication authentication, Cors cors, RefusedCallbacks refused) {
        this.authentication = authentication;
        this.cors = cors;
        this.refused = refused;
    }

    /// The answer, as JSON.
    public Answer answer(Call call, Work work) {
        Optional<Form> form = Optional.empty();
        Optional<Client> client = Optional.empty();
        Answer answer;
        try {
            form = Optional.of(read(call));
            client = Optional.of(authentication.authenticate(call, form.get()));
            Span.tell("symbolon.client_id", client.get().id().value());
            answer = Answer.json(200, work.of(client.get(), form.get())).with("Pragma", "no-cache");
        } catch (OAuthException refusal) {
            Span.tell("error.type", refusal.error().wire());
            var whose = client.isPresent() ? client : form.flatMap(shown -> authentication.claimed(call, shown));
            note(call, whose, refusal);
            return cors.share(call, whose, ClientAuthentication.refusal(call, refusal));
        }
        return cors.share(call, client, answer);
    }

    // Only of clients that there are: whoever makes names up fills no list. Too much to do is nobody's mistake.
    private void note(Call call, Optional<Client> whose, OAuthException refusal) {
        if (refusal.error() == OAuthError.TEMPORARILY_UNAVAILABLE || refusal.error() == OAuthError.TOO_MANY_REQUESTS) {
            return;
        }
        whose.ifPresent(client -> refused.note(
                call,
                client.id().value(),
                call.path() + " " + refusal.error().wire(),
                refusal.description(),
                "token_endpoint_auth_method "
                        + client.metadata().tokenEndpointAuthMethod().wire()));
    }

    /// @throws OAuthException `invalid_request` for another media type, a repeated parameter or a value that is no
    /// text
    private static Form read(Call call) {
        var form = switch (call.mediaType()) {
            case "application/x-www-form-urlencoded" -> call.form();
            case "application/json" -> Json.readForm(call.body().get());
            default ->
                throw new OAuthException(
                        OAuthError.INVALID_REQUEST,
                        "Content-Type has to be application/x-www-form-urlencoded or application/json.");
        };
        if (!form.repeated().isEmpty()) {
            throw new OAuthException(
                    OAuthError.INVALID_REQUEST, "A parameter was sent more than once (RFC 6749 section 3.2).");
        }
        return form;
    }
}
