package dev.symbolon.client;

import dev.symbolon.client.Registration.Draft;
import dev.symbolon.oauth.Client;
import dev.symbolon.oauth.ClientAuthMethod;
import dev.symbolon.oauth.GrantType;
import dev.symbolon.oauth.OAuthException;
import dev.symbolon.oauth.SigningAlgorithm;
import dev.symbolon.web.Fields;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// A client as fields: by the names of RFC 7591 §2 where that has one, as the dashboard and the management API
/// know it. Texts, booleans, numbers of seconds, and lists of texts.
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
    /// @throws OAuthException `invalid_request` when one has another type than it should, or no such one exists
    public static Draft draft(Map<String, ?> values) {
        var fields = new Fields("a client", values).only(NAMES);
        return new Draft(
                fields.text("client_name"),
                fields.text("client_uri"),
                fields.word("token_endpoint_auth_method", ClientAuthMethod::of),
                fields.texts("redirect_uris"),
                fields.texts("post_logout_redirect_uris"),
                fields.texts("web_origins"),
                fields.text("scope"),
                fields.flag("first_party"),
                fields.flag("pkce_required"),
                fields.word("id_token_signed_response_alg", SigningAlgorithm::of),
                fields.flag("claims_in_id_token"),
                fields.seconds("access_token_seconds"),
                fields.seconds("refresh_idle_seconds"),
                fields.seconds("refresh_absolute_seconds"),
                fields.seconds("reuse_leeway_seconds"));
    }
}
