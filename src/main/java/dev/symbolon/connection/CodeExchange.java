package dev.symbolon.connection;

import dev.symbolon.connection.Protocol.Returned;
import dev.symbolon.connection.UpstreamException.Kind;
import dev.symbolon.oauth.OAuthException;
import dev.symbolon.outbound.Outbound.Answer;
import dev.symbolon.outbound.Outbound.Credentials;
import dev.symbolon.web.Form;
import dev.symbolon.web.Json;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/// A code for tokens, at another server's token endpoint (RFC 6749 §4.1.3).
final class CodeExchange {
    private static final int CODE_MAX_CHARACTERS = 8_192;
    /// RFC 6750 §2.1 has fewer characters; what matters is that it stays in its header.
    private static final Pattern TOKEN = Pattern.compile("[!-~]{1,16384}");

    /// What says that the client, its secret or its redirect URI is not what the provider knows:
    /// RFC 6749 §5.2, and GitHub's own.
    private static final Set<String> OURS = Set.of(
            "invalid_client",
            "unauthorized_client",
            "unsupported_grant_type",
            "invalid_scope",
            "incorrect_client_credentials",
            "redirect_uri_mismatch",
            "application_suspended");

    private static final String WHAT = "The token endpoint";

    /// How a client with a secret shows it (RFC 6749 §2.3.1), by the names of OpenID Connect Core §9.
    enum Method {
        BASIC("client_secret_basic"),
        POST("client_secret_post");

        private final String wire;

        Method(String wire) {
            this.wire = wire;
        }

        /// The first one of ours that a provider names.
        static Optional<Method> of(List<String> named) {
            return List.of(values()).stream()
                    .filter(method -> named.contains(method.wire))
                    .findFirst();
        }
    }

    /// What the code was worth. It prints as `***`.
    record Tokens(String accessToken, Optional<String> idToken) {
        Optional<Credentials> bearer() {
            return Optional.of(new Credentials.Bearer(accessToken));
        }

        @Override
        public String toString() {
            return "***";
        }
    }

    private final Calls calls;

    CodeExchange(Calls calls) {
        this.calls = calls;
    }

    /// Redeems a code.
    ///
    /// @throws UpstreamException when there are no tokens for it
    Tokens redeem(Returned returned, String endpoint, Method method) {
        return tokens(returned, endpoint, ask(returned, endpoint, method));
    }

    /// The same for a server of which nobody knows how it wants the secret: in the form, or else in
    /// the header. A client that was not recognised has not spent its code.
    ///
    /// @throws UpstreamException when there are no tokens for it
    Tokens redeemEitherWay(Returned returned, String endpoint) {
        var answer = ask(returned, endpoint, Method.POST);
        var isUnrecognised = answer.status() == 401
                || said(answer).flatMap(one -> one.text("error")).equals(Optional.of("invalid_client"));
        return isUnrecognised && returned.secret().isPresent()
                ? redeem(returned, endpoint, Method.BASIC)
                : tokens(returned, endpoint, answer);
    }

    private Answer ask(Returned returned, String endpoint, Method method) {
        if (returned.code().isEmpty() || returned.code().length() > CODE_MAX_CHARACTERS) {
            throw UpstreamException.untrustworthy("The code that came back is empty or longer than any code is.");
        }
        var id = returned.upstream().clientId();
        var form = new LinkedHashMap<String, String>();
        form.put("grant_type", "authorization_code");
        form.put("code", returned.code());
        form.put("redirect_uri", returned.journey().redirectUri());
        form.put("code_verifier", returned.journey().verifier().value());
        if (method == Method.BASIC && returned.secret().isPresent()) {
            var who = new Credentials.Basic(id, returned.secret().get());
            return calls.post(endpoint, form, Optional.of(who));
        }
        form.put("client_id", id);
        returned.secret().ifPresent(secret -> form.put("client_secret", secret));
        return calls.post(endpoint, form, Optional.empty());
    }

    private static Tokens tokens(Returned returned, String endpoint, Answer answer) {
        var said = said(answer);
        // GitHub says no with the status 200.
        var error = said.flatMap(one -> one.text("error"));
        if (error.isPresent()) {
            var description = said.flatMap(one -> one.text("error_description"));
            throw refusal(endpoint, returned.without(error.get()), description.map(returned::without));
        }
        if (answer.status() == 401) {
            throw refusal(endpoint, "invalid_client", Optional.empty());
        }
        if (answer.status() != 200) {
            throw Calls.failure(WHAT, endpoint, answer);
        }
        var tokens = said.orElseThrow(() -> UpstreamException.misconfigured(
                Calls.named(WHAT, endpoint) + " answers neither JSON nor a form, but " + Calls.type(answer) + "."));
        var type = tokens.text("token_type").orElse("Bearer");
        var accessToken = tokens.string("access_token").filter(TOKEN.asMatchPredicate());
        if (accessToken.isEmpty() || !type.equalsIgnoreCase("Bearer")) {
            throw UpstreamException.misconfigured(Calls.named(WHAT, endpoint) + " gives no bearer token.");
        }
        return new Tokens(accessToken.get(), tokens.string("id_token"));
    }

    private static UpstreamException refusal(String endpoint, String error, Optional<String> description) {
        var why = description
                .map(text -> " (" + UpstreamException.shown(text, 200) + ")")
                .orElse("");
        var kind = OURS.contains(error) ? Kind.MISCONFIGURED : Kind.REFUSED;
        return UpstreamException.answered(
                kind, error, Calls.named(WHAT, endpoint) + " says " + UpstreamException.shown(error, 64) + why + ".");
    }

    // RFC 6749 §5.1 has JSON; GitHub, and whoever was there before the standard, has a form.
    private static Optional<Claims> said(Answer answer) {
        var isForm = answer.type().equals("application/x-www-form-urlencoded")
                || answer.type().equals("text/plain");
        return Claims.parse(answer.body()).or(() -> isForm ? form(answer.text()) : Optional.empty());
    }

    private static Optional<Claims> form(String text) {
        try {
            var form = Form.parse(text.strip());
            var fields = new LinkedHashMap<String, String>();
            for (var name : List.of("access_token", "token_type", "id_token", "error", "error_description")) {
                form.get(name).ifPresent(value -> fields.put(name, value));
            }
            return fields.isEmpty() ? Optional.empty() : Claims.parse(Json.write(Map.copyOf(fields)));
        } catch (OAuthException _) {
            return Optional.empty();
        }
    }
}
