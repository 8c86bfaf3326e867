package dev.symbolon.connection;

import dev.symbolon.connection.Enlistment.Draft;
import dev.symbolon.oauth.ClientId;
import dev.symbolon.oauth.Connection;
import dev.symbolon.oauth.OAuthException;
import dev.symbolon.web.Fields;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// A connection as fields, as the dashboard and the management API know it. The client secret is never among them.
public final class ConnectionFields {
    /// What can be said of a connection.
    public static final List<String> NAMES = List.of(
            "name",
            "label",
            "icon",
            "client_id",
            "scopes",
            "issuer",
            "authorize_url",
            "token_url",
            "userinfo_url",
            "mapping",
            "clients",
            "sign_up",
            "trust_email",
            "sync_profile",
            "connect_verified");

    private ConnectionFields() {}

    /// A connection in fields.
    public static Map<String, Object> of(Connection connection) {
        var rules = connection.rules();
        var fields = new LinkedHashMap<String, Object>();
        fields.put("connection_id", connection.id().value());
        fields.put("kind", connection.kind().wire());
        fields.put("name", connection.name());
        fields.put("label", connection.label());
        fields.put("icon", connection.icon().wire());
        connection.upstream().ifPresent(upstream -> {
            fields.put("client_id", upstream.clientId());
            fields.put("scopes", upstream.scopes());
            upstream.issuer().ifPresent(issuer -> fields.put("issuer", issuer));
            upstream.endpoints().ifPresent(endpoints -> {
                fields.put("authorize_url", endpoints.authorize());
                fields.put("token_url", endpoints.token());
                fields.put("userinfo_url", endpoints.userinfo());
            });
            if (!upstream.mapping().isEmpty()) {
                fields.put("mapping", upstream.mapping());
            }
        });
        fields.put("clients", rules.clients().stream().map(ClientId::value).toList());
        fields.put("sign_up", rules.signUp());
        fields.put("trust_email", rules.trustsEmail());
        fields.put("sync_profile", rules.syncsProfile());
        fields.put("connect_verified", rules.connectsVerified());
        fields.put("default", connection.isDefault());
        fields.put("enabled", connection.isEnabled());
        return fields;
    }

    /// What fields say of a connection; those that are not there are not spoken of, and an empty text takes a
    /// value away.
    ///
    /// @throws OAuthException `invalid_request` when one has another type than it should, or no such one exists
    public static Draft draft(Map<String, ?> values) {
        var fields = new Fields("a connection", values).only(NAMES);
        return new Draft(
                fields.text("name"),
                fields.text("label"),
                fields.text("icon"),
                fields.text("client_id"),
                fields.texts("scopes"),
                fields.text("issuer"),
                fields.text("authorize_url"),
                fields.text("token_url"),
                fields.text("userinfo_url"),
                fields.map("mapping"),
                fields.texts("clients"),
                fields.flag("sign_up"),
                fields.flag("trust_email"),
                fields.flag("sync_profile"),
                fields.flag("connect_verified"));
    }
}
