package dev.symbolon.authorize;

import com.fasterxml.jackson.databind.JsonNode;
import dev.symbolon.account.UserClaims;
import dev.symbolon.oauth.Allowance;
import dev.symbolon.oauth.AuthorizationRequest;
import dev.symbolon.oauth.ClaimsRequest;
import dev.symbolon.oauth.Client;
import dev.symbolon.oauth.CodeChallenge;
import dev.symbolon.oauth.OAuthError;
import dev.symbolon.oauth.OAuthException;
import dev.symbolon.oauth.Prompt;
import dev.symbolon.oauth.ProtectedResource;
import dev.symbolon.oauth.ResponseMode;
import dev.symbolon.oauth.Scope;
import dev.symbolon.oauth.Session;
import dev.symbolon.web.Form;
import dev.symbolon.web.Json;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Stream;

/// Reads an authorization request whose client and redirect URI were proved to belong together.
/// Guards stand in the
/// order of the standards; every refusal goes back to the application.
final class RequestParser {
    private static final int STATE_MAX_BYTES = 4_096;
    private static final int NONCE_MAX_CHARACTERS = 2_048;
    private static final int HINT_MAX_CHARACTERS = 320;
    private static final int TOKEN_MAX_CHARACTERS = 16_384;
    private static final int WORDS_MAX = 20;

    private RequestParser() {}

    /// @param apis the API that a request may name, by its identifier
    /// @throws OAuthException the standards' error with a sentence for the developer
    static AuthorizationRequest parse(Client client, Form form, Function<String, Optional<ProtectedResource>> apis) {
        refuseRepetition(form);
        refuseRequestObjects(form);
        checkResponseType(form);
        var mode = responseMode(form);
        var state = form.encoded("state");
        bounded(form, "nonce", NONCE_MAX_CHARACTERS);
        bounded(form, "id_token_hint", TOKEN_MAX_CHARACTERS);
        if (form.text("state").getBytes(StandardCharsets.UTF_8).length > STATE_MAX_BYTES) {
            throw refused("state has more than " + STATE_MAX_BYTES + " bytes.");
        }
        var resource = resource(form);
        var api = resource.flatMap(apis);
        var scope = Allowance.of(client, api, asked(form)).scope();
        return new AuthorizationRequest(
                client.id(),
                form.text("redirect_uri"),
                mode,
                scope,
                state,
                form.get("nonce"),
                codeChallenge(client, form),
                Prompt.parse(form.text("prompt")),
                maxAge(form),
                form.get("login_hint").map(hint -> cut(hint, HINT_MAX_CHARACTERS)),
                form.get("id_token_hint"),
                words(form, "ui_locales"),
                words(form, "acr_values"),
                essentialAcr(form),
                claims(client, form, scope),
                resource,
                api,
                connection(form),
                form.text("screen_hint").equals("signup"));
    }

    private static void refuseRepetition(Form form) {
        for (var name : form.repeated()) {
            if (name.equals("resource")) {
                throw new OAuthException(OAuthError.INVALID_TARGET, "One token is for one resource; send one.");
            }
            throw refused("A parameter was sent more than once (RFC 6749 section 3.1).");
        }
    }

    // OpenID Connect Core §6: nothing is ever fetched, and an unsigned object would be a second way to say everything.
    private static void refuseRequestObjects(Form form) {
        if (form.get("request").isPresent()) {
            throw new OAuthException(OAuthError.REQUEST_NOT_SUPPORTED, "Request objects are not supported.");
        }
        if (form.get("request_uri").isPresent()) {
            throw new OAuthException(OAuthError.REQUEST_URI_NOT_SUPPORTED, "request_uri is not supported.");
        }
    }

    private static void checkResponseType(Form form) {
        var type = form.get("response_type").orElseThrow(() -> refused("response_type is missing; send code."));
        if (!type.equals("code")) {
            throw new OAuthException(OAuthError.UNSUPPORTED_RESPONSE_TYPE, "response_type has to be code.");
        }
    }

    private static ResponseMode responseMode(Form form) {
        return form.get("response_mode")
                .map(mode ->
                        ResponseMode.of(mode).orElseThrow(() -> refused("response_mode has to be query or form_post.")))
                .orElse(ResponseMode.QUERY);
    }

    private static Scope asked(Form form) {
        return form.get("scope").map(Scope::parse).orElse(Scope.DEFAULT);
    }

    private static Optional<CodeChallenge> codeChallenge(Client client, Form form) {
        var challenge = form.text("code_challenge");
        var method = form.text("code_challenge_method");
        if (!challenge.isEmpty()) {
            return Optional.of(CodeChallenge.parse(challenge, method));
        }
        if (client.metadata().pkceRequired() || client.isPublic()) {
            throw refused("code_challenge is missing; every client sends one (RFC 7636, RFC 9700 section 2.1.1).");
        }
        if (!method.isEmpty()) {
            throw refused("code_challenge_method came without code_challenge.");
        }
        return Optional.empty();
    }

    private static Optional<Duration> maxAge(Form form) {
        return form.get("max_age").map(text -> {
            if (!text.matches("[0-9]{1,9}")) {
                throw refused("max_age has to be a number of seconds, 0 or more.");
            }
            return Duration.ofSeconds(Long.parseLong(text));
        });
    }

    private static Optional<String> resource(Form form) {
        var resource = form.get("resource");
        var audience = form.get("audience");
        if (resource.isPresent() && audience.isPresent() && !resource.equals(audience)) {
            throw new OAuthException(OAuthError.INVALID_TARGET, "audience and resource name different APIs.");
        }
        return resource.or(() -> audience);
    }

    private static Optional<String> connection(Form form) {
        return form.get("connection_id").or(() -> form.get("connection"));
    }

    // OpenID Connect Core §5.5. Asking by name is no way around scopes: an own application gets what it is registered
    // for, and any other one what the person was shown.
    private static ClaimsRequest claims(Client client, Form form, Scope scope) {
        var text = form.get("claims");
        if (text.isEmpty()) {
            return ClaimsRequest.NONE;
        }
        var json = claimsObject(text.get());
        var allowed = UserClaims.names(
                client.metadata().firstParty() ? client.metadata().scope() : scope);
        var wanted = json.path("id_token").path("sub").path("value");
        return new ClaimsRequest(
                names(json.path("userinfo"), allowed),
                names(json.path("id_token"), allowed),
                wanted.isTextual() ? Optional.of(wanted.textValue()) : Optional.empty());
    }

    private static JsonNode claimsObject(String text) {
        try {
            var json = Json.read(text.getBytes(StandardCharsets.UTF_8));
            if (json.isObject()) {
                return json;
            }
        } catch (OAuthException _) {
            // Said below.
        }
        throw refused("claims is not a JSON object (OpenID Connect Core section 5.5).");
    }

    // OpenID Connect Core §5.5.1.1: an essential acr that cannot be reached is a failed sign-in, not a weaker token.
    private static List<String> essentialAcr(Form form) {
        var acr = form.get("claims")
                .map(RequestParser::claimsObject)
                .map(json -> json.path("id_token").path("acr"))
                .filter(wanted -> wanted.path("essential").asBoolean())
                .filter(wanted -> wanted.has("value") || wanted.has("values"));
        if (acr.isEmpty()) {
            return List.of();
        }
        var named = Stream.concat(
                        Stream.of(acr.get().path("value")),
                        acr.get().path("values").valueStream())
                .map(JsonNode::asText)
                .filter(Session.ACR_SUPPORTED::contains)
                .toList();
        if (named.isEmpty()) {
            throw new OAuthException(
                    OAuthError.ACCESS_DENIED, "No sign-in here reaches the acr that claims asks for as essential.");
        }
        return named;
    }

    private static Set<String> names(JsonNode member, Set<String> allowed) {
        var names = new LinkedHashSet<>(allowed);
        names.removeIf(name -> !member.has(name));
        return names;
    }

    private static List<String> words(Form form, String name) {
        return Arrays.stream(cut(form.text(name), 1_000).split(" "))
                .filter(word -> !word.isEmpty())
                .limit(WORDS_MAX)
                .toList();
    }

    private static void bounded(Form form, String name, int characters) {
        if (form.text(name).indexOf('\0') >= 0) {
            throw refused(name + " holds a NUL, which no database keeps.");
        }
        if (form.text(name).length() > characters) {
            throw refused(name + " has more than " + characters + " characters.");
        }
    }

    private static String cut(String text, int characters) {
        return text.length() <= characters ? text : text.substring(0, characters);
    }

    private static OAuthException refused(String sentence) {
        return new OAuthException(OAuthError.INVALID_REQUEST, sentence);
    }
}
