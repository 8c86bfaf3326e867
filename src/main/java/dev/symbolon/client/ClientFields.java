package dev.symbolon.client;

import dev.symbolon.client.Registration.Draft;
import dev.symbolon.oauth.Client;
import dev.symbolon.oauth.ClientAuthMethod;
import dev.symbolon.oauth.GrantType;
import dev.symbolon.oauth.OAuthError;
import dev.symbolon.oauth.OAuthException;
import dev.symbolon.oauth.SigningAlgorithm;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;

/// A client as fields: by the names of RFC 7591 §2 where that has one, as the dashboard and the management API know
/// it.
/// Texts, booleans, numbers of seconds, and lists of texts.
public final class ClientFields {
    /// What can be said of a client.
    public static final List<String> NAMES = List.of(
            "client_name",
            "client_uri",
            "token_endpoint_auth_method",
            "redirect_uris",
            "post_logout_redirect_uris",
            "web_origins",
            "scope",
            "first_party",
            "pkce_required",
            "id_token_signed_response_alg",
            "claims_in_id_token",
            "access_token_seconds",
            "refresh_idle_seconds",
            "refresh_absolute_seconds",
            "reuse_leeway_seconds");

    private ClientFields() {}

    /// A client in fields.
    public static Map<String, Object> of(Client client) {
        var metadata = client.metadata();
        var lives = metadata.lifetimes();
        var fields = new LinkedHashMap<String, Object>();
        fields.put("client_id", client.id().value());
        fields.put("client_name", metadata.clientName());
        metadata.clientUri().ifPresent(uri -> fields.put("client_uri", uri.toString()));
        fields.put(
                "token_endpoint_auth_method", metadata.tokenEndpointAuthMethod().wire());
        fields.put(
                "grant_types",
                metadata.grantTypes().stream().map(GrantType::wire).sorted().toList());
        fields.put("redirect_uris", texts(metadata.redirectUris()));
        fields.put("post_logout_redirect_uris", texts(metadata.postLogoutRedirectUris()));
        fields.put("web_origins", metadata.webOrigins());
        fields.put("scope", metadata.scope().toString());
        fields.put("first_party", metadata.firstParty());
        fields.put("pkce_required", metadata.pkceRequired());
        fields.put(
                "id_token_signed_response_alg",
                metadata.idTokenSignedResponseAlg().wire());
        fields.put("claims_in_id_token", metadata.claimsInIdToken());
        fields.put("access_token_seconds", lives.accessToken().toSeconds());
        fields.put("refresh_idle_seconds", lives.refreshIdle().toSeconds());
        fields.put("refresh_absolute_seconds", lives.refreshAbsolute().toSeconds());
        fields.put("reuse_leeway_seconds", lives.reuseLeeway().toSeconds());
        fields.put("enabled", client.disabledAt().isEmpty());
        return fields;
    }

    private static List<String> texts(List<?> values) {
        return values.stream().map(Object::toString).toList();
    }

    /// What fields say of a client; those that are not there are not spoken of.
    ///
    /// @throws OAuthException `invalid_client_metadata` when one has another type than it should, or no such one
    ///     exists
    public static Draft draft(Map<String, ?> fields) {
        for (var name : fields.keySet()) {
            if (!NAMES.contains(name)) {
                throw refused("A client has no field " + name + " that can be set; there are "
                        + String.join(", ", NAMES) + ".");
            }
        }
        return new Draft(
                text(fields, "client_name"),
                text(fields, "client_uri"),
                word(fields, "token_endpoint_auth_method", ClientAuthMethod::of),
                list(fields, "redirect_uris"),
                list(fields, "post_logout_redirect_uris"),
                list(fields, "web_origins"),
                text(fields, "scope"),
                flag(fields, "first_party"),
                flag(fields, "pkce_required"),
                word(fields, "id_token_signed_response_alg", SigningAlgorithm::of),
                flag(fields, "claims_in_id_token"),
                seconds(fields, "access_token_seconds"),
                seconds(fields, "refresh_idle_seconds"),
                seconds(fields, "refresh_absolute_seconds"),
                seconds(fields, "reuse_leeway_seconds"));
    }

    private static Optional<String> text(Map<String, ?> fields, String name) {
        return value(fields, name, String.class, "a text");
    }

    private static Optional<Boolean> flag(Map<String, ?> fields, String name) {
        return value(fields, name, Boolean.class, "true or false");
    }

    private static Optional<Duration> seconds(Map<String, ?> fields, String name) {
        return value(fields, name, Number.class, "a whole number of seconds").map(number -> {
            if (number.doubleValue() != number.longValue() || number.longValue() < 0) {
                throw refused(name + " has to be a whole number of seconds.");
            }
            return Duration.ofSeconds(number.longValue());
        });
    }

    private static Optional<List<String>> list(Map<String, ?> fields, String name) {
        return value(fields, name, List.class, "a list of texts")
                .map(values -> ((List<?>) values)
                        .stream()
                                .map(one -> {
                                    if (!(one instanceof String text)) {
                                        throw refused(name + " has to be a list of texts.");
                                    }
                                    return text;
                                })
                                .toList());
    }

    private static <T> Optional<T> word(Map<String, ?> fields, String name, Function<String, Optional<T>> of) {
        return text(fields, name)
                .map(text -> of.apply(text).orElseThrow(() -> refused(name + " cannot be " + text + ".")));
    }

    private static <T> Optional<T> value(Map<String, ?> fields, String name, Class<T> type, String what) {
        var value = fields.get(name);
        if (value == null) {
            return Optional.empty();
        }
        if (!type.isInstance(value)) {
            throw refused(name + " has to be " + what + ".");
        }
        return Optional.of(type.cast(value));
    }

    private static OAuthException refused(String sentence) {
        return new OAuthException(OAuthError.INVALID_CLIENT_METADATA, sentence);
    }
}
