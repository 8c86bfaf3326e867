package dev.symbolon.client;

import dev.symbolon.oauth.Client;
import dev.symbolon.oauth.OAuthError;
import dev.symbolon.oauth.OAuthException;
import dev.symbolon.web.Answer;
import dev.symbolon.web.Call;
import dev.symbolon.web.Cors;
import dev.symbolon.web.Form;
import dev.symbolon.web.Json;
import java.util.Map;
import java.util.Optional;

/// What every endpoint that a client authenticates at has in common: one pipeline, so that no check can be forgotten
/// in
/// one of them. Form and JSON bodies get the same checks, and a refusal can be read by the pages that the answer
/// could.
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

    /// A pipeline for these clients.
    public ClientCalls(ClientAuthentication authentication, Cors cors) {
        this.authentication = authentication;
        this.cors = cors;
    }

    /// The answer, as JSON.
    public Answer answer(Call call, Work work) {
        Optional<Form> form = Optional.empty();
        Optional<Client> client = Optional.empty();
        Answer answer;
        try {
            form = Optional.of(read(call));
            client = Optional.of(authentication.authenticate(call, form.get()));
            answer = Answer.json(200, work.of(client.get(), form.get())).with("Pragma", "no-cache");
        } catch (OAuthException refusal) {
            answer = ClientAuthentication.refusal(call, refusal);
        }
        var whose = client.isPresent() ? client : form.flatMap(shown -> authentication.claimed(call, shown));
        return cors.share(call, whose, answer);
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
