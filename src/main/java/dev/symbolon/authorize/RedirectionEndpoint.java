package dev.symbolon.authorize;

import dev.symbolon.oauth.Client;
import dev.symbolon.oauth.OAuthError;
import dev.symbolon.oauth.OAuthException;
import dev.symbolon.oauth.RedirectUri;
import dev.symbolon.oauth.ResponseMode;
import dev.symbolon.page.Page;
import dev.symbolon.page.PageAnswers;
import dev.symbolon.web.Answer;
import dev.symbolon.web.Call;
import dev.symbolon.web.Form;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/// The proof that a client and a redirect URI belong together (RFC 6749 §3.1.2). Only who holds one can send a
/// browser to an application, with a code or with an error.
final class RedirectionEndpoint {
    private final Client client;
    private final String redirectUri;
    private final ResponseMode mode;
    private final Optional<String> state;

    private RedirectionEndpoint(Client client, String redirectUri, ResponseMode mode, Optional<String> state) {
        this.client = client;
        this.redirectUri = redirectUri;
        this.mode = mode;
        this.state = state;
    }

    /// Why there is no proof: what was received and what would have been right, for the developer. The person on
    /// the page reads one neutral sentence.
    ///
    /// @param rule which rule was broken, for example `redirect_uri`
    record Unproven(String clientId, String rule, String received, String registered) {}

    /// Either the proof or the reason why there is none.
    sealed interface Verdict {
        /// The proof.
        record Proven(RedirectionEndpoint endpoint) implements Verdict {}

        /// The reason.
        record Refused(Unproven why) implements Verdict {}
    }

    /// @param client the client of that id in this tenant, if there is one
    static Verdict prove(Optional<Client> client, Form form) {
        var id = form.text("client_id");
        if (form.repeated().contains("client_id")) {
            return refused(id, "client_id", "client_id was sent more than once", "client_id once");
        }
        if (form.repeated().contains("redirect_uri")) {
            return refused(id, "redirect_uri", "redirect_uri was sent more than once", "redirect_uri once");
        }
        var known = client.filter(found -> found.disabledAt().isEmpty());
        if (known.isEmpty()) {
            var what = client.isPresent() ? "a client that is switched off" : "an unknown client";
            return refused(id, "client_id", id, what);
        }
        var allowed = known.get().metadata().redirectUris();
        var list = allowed.stream().map(RedirectUri::value).collect(Collectors.joining("\n"));
        var received = form.text("redirect_uri");
        if (received.isEmpty()) {
            return refused(id, "redirect_uri", "no redirect_uri", list);
        }
        if (!known.get().hasCallback(received)) {
            return refused(id, "redirect_uri", received, list);
        }
        var mode = ResponseMode.of(form.text("response_mode")).orElse(ResponseMode.QUERY);
        var state = form.repeated().contains("state") ? Optional.<String>empty() : form.encoded("state");
        return new Verdict.Proven(new RedirectionEndpoint(known.get(), received, mode, state));
    }

    private static Verdict refused(String clientId, String rule, String received, String registered) {
        return new Verdict.Refused(new Unproven(clientId, rule, received, registered));
    }

    /// The client of the proof.
    Client client() {
        return client;
    }

    /// The redirect URI of the proof, as it was received.
    String redirectUri() {
        return redirectUri;
    }

    /// Sends an error to the application (RFC 6749 §4.1.2.1).
    Answer error(Call call, OAuthException refusal) {
        return error(call, refusal.error(), refusal.description());
    }

    /// Sends an error to the application.
    ///
    /// @param description never empty
    Answer error(Call call, OAuthError error, String description) {
        var parameters = new LinkedHashMap<String, String>();
        parameters.put("error", error.wire());
        parameters.put("error_description", description);
        return send(call, parameters);
    }

    /// Sends a code to the application (RFC 6749 §4.1.2).
    ///
    /// @param isNew whether this request made the account; then the application is told `signup=true`
    Answer code(Call call, String code, boolean isNew) {
        var parameters = new LinkedHashMap<String, String>();
        parameters.put("code", code);
        if (isNew) {
            parameters.put("signup", "true");
        }
        return send(call, parameters);
    }

    // RFC 9207 §2: every answer names its issuer, so that a client of several servers knows whose it is.
    private Answer send(Call call, Map<String, String> parameters) {
        return switch (mode) {
            case QUERY -> Answer.seeOther(redirectUri + query(call, parameters));
            case FORM_POST -> PageAnswers.page(call, List.of(), formPost(call, parameters));
        };
    }

    private String query(Call call, Map<String, String> parameters) {
        var query = new StringBuilder(redirectUri.indexOf('?') < 0 ? "?" : separator());
        parameters.forEach((name, value) ->
                query.append(name).append('=').append(Form.encode(value)).append('&'));
        state.ifPresent(value -> query.append("state=").append(value).append('&'));
        return query.append("iss=")
                .append(Form.encode(call.host().issuer().value()))
                .toString();
    }

    private String separator() {
        return redirectUri.endsWith("?") || redirectUri.endsWith("&") ? "" : "&";
    }

    private Page formPost(Call call, Map<String, String> parameters) {
        var fields = new ArrayList<Page.Field>();
        parameters.forEach((name, value) -> fields.add(new Page.Field(name, value)));
        state.ifPresent(value -> fields.add(new Page.Field("state", Form.decode(value))));
        fields.add(new Page.Field("iss", call.host().issuer().value()));
        return new Page.FormPost(redirectUri, List.copyOf(fields));
    }
}
