package dev.symbolon.store;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.symbolon.oauth.ClaimsRequest;
import dev.symbolon.oauth.Client;
import dev.symbolon.oauth.ClientAuthMethod;
import dev.symbolon.oauth.ClientId;
import dev.symbolon.oauth.Connection;
import dev.symbolon.oauth.GrantType;
import dev.symbolon.oauth.Profile;
import dev.symbolon.oauth.RedirectUri;
import dev.symbolon.oauth.Scope;
import dev.symbolon.oauth.SigningAlgorithm;
import java.net.URI;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// How values stand in columns: instants as epoch milliseconds, lists and nested records as JSON
/// text in the names
/// of the standards. What is absent is left out; what an older server does not know is passed over.
final class Columns {
    private static final ObjectMapper JSON = new ObjectMapper();

    private Columns() {}

    static @Nullable Long millis(Optional<Instant> instant) {
        return instant.isPresent() ? instant.get().toEpochMilli() : null;
    }

    static Instant instant(ResultSet row, String column) throws SQLException {
        return Instant.ofEpochMilli(row.getLong(column));
    }

    static Optional<Instant> maybeInstant(ResultSet row, String column) throws SQLException {
        var millis = row.getLong(column);
        return row.wasNull() ? Optional.empty() : Optional.of(Instant.ofEpochMilli(millis));
    }

    static @Nullable Long seconds(Optional<Duration> duration) {
        return duration.isPresent() ? duration.get().toSeconds() : null;
    }

    static Optional<Duration> maybeSeconds(ResultSet row, String column) throws SQLException {
        var seconds = row.getLong(column);
        return row.wasNull() ? Optional.empty() : Optional.of(Duration.ofSeconds(seconds));
    }

    static Optional<String> maybeText(ResultSet row, String column) throws SQLException {
        return Optional.ofNullable(row.getString(column));
    }

    /// A pattern for `LIKE … ESCAPE '!'`: what holds the text, which is looked for in lower case.
    static String containing(String text) {
        return "%" + escaped(text) + "%";
    }

    /// A pattern for `LIKE … ESCAPE '!'`: what begins with the text, which is looked for in lower case.
    static String beginning(String text) {
        return escaped(text) + "%";
    }

    private static String escaped(String text) {
        return text.strip()
                .toLowerCase(java.util.Locale.ROOT)
                .replace("!", "!!")
                .replace("%", "!%")
                .replace("_", "!_");
    }

    /// PostgreSQL has no text with a NUL in it, so nothing is found under such a name.
    static boolean isStorable(String text) {
        return text.indexOf('\0') < 0;
    }

    static String texts(Collection<String> values) {
        var array = JSON.createArrayNode();
        values.forEach(array::add);
        return array.toString();
    }

    static List<String> texts(String json) {
        return texts(read(json));
    }

    static String map(Map<String, String> values) {
        var object = JSON.createObjectNode();
        values.forEach(object::put);
        return object.toString();
    }

    static Map<String, String> map(String json) {
        var values = new LinkedHashMap<String, String>();
        read(json)
                .properties()
                .forEach(entry -> values.put(entry.getKey(), entry.getValue().asText()));
        return values;
    }

    static Map<String, Scope> apis(String json) {
        var values = new LinkedHashMap<String, Scope>();
        map(json).forEach((identifier, scope) -> values.put(identifier, Scope.stored(scope)));
        return values;
    }

    static SigningAlgorithm algorithm(String wire) {
        return SigningAlgorithm.of(wire).orElseThrow(() -> unreadable("algorithm", null));
    }

    static String claims(ClaimsRequest claims) {
        var object = JSON.createObjectNode();
        claims.userinfo().forEach(object.withArray("userinfo")::add);
        claims.idToken().forEach(object.withArray("id_token")::add);
        put(object, "sub", claims.subject());
        return object.toString();
    }

    static ClaimsRequest claims(String json) {
        var object = read(json);
        return new ClaimsRequest(
                new LinkedHashSet<>(texts(object.path("userinfo"))),
                new LinkedHashSet<>(texts(object.path("id_token"))),
                text(object, "sub"));
    }

    static String profile(Profile profile) {
        var object = JSON.createObjectNode();
        put(object, "name", profile.name());
        put(object, "given_name", profile.givenName());
        put(object, "family_name", profile.familyName());
        put(object, "middle_name", profile.middleName());
        put(object, "nickname", profile.nickname());
        put(object, "preferred_username", profile.preferredUsername());
        put(object, "profile", profile.profile());
        put(object, "picture", profile.picture());
        put(object, "website", profile.website());
        put(object, "gender", profile.gender());
        put(object, "birthdate", profile.birthdate());
        put(object, "zoneinfo", profile.zoneinfo());
        put(object, "locale", profile.locale());
        put(object, "phone_number", profile.phoneNumber());
        profile.phoneNumberVerified().ifPresent(verified -> object.put("phone_number_verified", verified));
        profile.address().ifPresent(address -> {
            var inner = object.putObject("address");
            put(inner, "formatted", address.formatted());
            put(inner, "street_address", address.streetAddress());
            put(inner, "locality", address.locality());
            put(inner, "region", address.region());
            put(inner, "postal_code", address.postalCode());
            put(inner, "country", address.country());
        });
        return object.toString();
    }

    static Profile profile(String json) {
        var object = read(json);
        var verified = object.get("phone_number_verified");
        return new Profile(
                text(object, "name"),
                text(object, "given_name"),
                text(object, "family_name"),
                text(object, "middle_name"),
                text(object, "nickname"),
                text(object, "preferred_username"),
                text(object, "profile"),
                text(object, "picture"),
                text(object, "website"),
                text(object, "gender"),
                text(object, "birthdate"),
                text(object, "zoneinfo"),
                text(object, "locale"),
                text(object, "phone_number"),
                verified == null ? Optional.empty() : Optional.of(verified.asBoolean()),
                Optional.ofNullable(object.get("address")).map(Columns::address));
    }

    private static Profile.Address address(JsonNode object) {
        return new Profile.Address(
                text(object, "formatted"),
                text(object, "street_address"),
                text(object, "locality"),
                text(object, "region"),
                text(object, "postal_code"),
                text(object, "country"));
    }

    static Connection.Kind kind(String wire) {
        return Connection.Kind.of(wire).orElseThrow(() -> unreadable("kind", null));
    }

    static String settings(
            Optional<Connection.Icon> icon, Optional<Connection.Upstream> upstream, Connection.Rules rules) {
        var object = JSON.createObjectNode();
        put(object, "icon", icon.map(Connection.Icon::wire));
        var clients = object.putArray("clients");
        rules.clients().forEach(client -> clients.add(client.value()));
        object.put("sign_up", rules.signUp());
        object.put("trusts_email", rules.trustsEmail());
        object.put("syncs_profile", rules.syncsProfile());
        object.put("connects_verified", rules.connectsVerified());
        upstream.ifPresent(other -> {
            object.put("client_id", other.clientId());
            var scopes = object.putArray("scopes");
            other.scopes().forEach(scopes::add);
            put(object, "issuer", other.issuer());
            other.endpoints().ifPresent(endpoints -> {
                object.put("authorize", endpoints.authorize());
                object.put("token", endpoints.token());
                object.put("userinfo", endpoints.userinfo());
            });
            var mapping = object.putObject("mapping");
            other.mapping().forEach(mapping::put);
        });
        return object.toString();
    }

    static Optional<Connection.Upstream> upstream(String json) {
        var object = read(json);
        return text(object, "client_id")
                .map(clientId -> new Connection.Upstream(
                        clientId,
                        texts(object.path("scopes")),
                        text(object, "issuer"),
                        text(object, "authorize")
                                .map(authorize -> new Connection.Endpoints(
                                        authorize,
                                        object.path("token").asText(),
                                        object.path("userinfo").asText())),
                        map(object.path("mapping").toString())));
    }

    /// The icon; that of the kind when another version of the server wrote one that this one cannot draw.
    static Connection.Icon icon(String json, Connection.Kind kind) {
        return text(read(json), "icon").flatMap(Connection.Icon::of).orElse(Connection.Icon.of(kind));
    }

    static Connection.Rules rules(String json) {
        var object = read(json);
        return new Connection.Rules(
                texts(object.path("clients")).stream().map(ClientId::new).toList(),
                object.path("sign_up").asBoolean(true),
                object.path("trusts_email").asBoolean(true),
                object.path("syncs_profile").asBoolean(true),
                object.path("connects_verified").asBoolean(false));
    }

    /// RFC 7591 §2.
    static String metadata(Client.Metadata metadata) {
        var object = JSON.createObjectNode();
        object.put("client_name", metadata.clientName());
        put(object, "client_uri", metadata.clientUri().map(URI::toString));
        object.put(
                "token_endpoint_auth_method", metadata.tokenEndpointAuthMethod().wire());
        var types = object.putArray("grant_types");
        metadata.grantTypes().forEach(type -> types.add(type.wire()));
        var redirectUris = object.putArray("redirect_uris");
        metadata.redirectUris().forEach(uri -> redirectUris.add(uri.value()));
        var postLogout = object.putArray("post_logout_redirect_uris");
        metadata.postLogoutRedirectUris().forEach(uri -> postLogout.add(uri.value()));
        var origins = object.putArray("web_origins");
        metadata.webOrigins().forEach(origins::add);
        object.put("scope", metadata.scope().toString());
        object.put("first_party", metadata.firstParty());
        object.put("pkce_required", metadata.pkceRequired());
        object.put(
                "id_token_signed_response_alg",
                metadata.idTokenSignedResponseAlg().wire());
        object.put("claims_in_id_token", metadata.claimsInIdToken());
        var lifetimes = object.putObject("lifetimes");
        lifetimes.put("access_token", metadata.lifetimes().accessToken().toSeconds());
        lifetimes.put("refresh_idle", metadata.lifetimes().refreshIdle().toSeconds());
        lifetimes.put("refresh_absolute", metadata.lifetimes().refreshAbsolute().toSeconds());
        lifetimes.put("reuse_leeway", metadata.lifetimes().reuseLeeway().toSeconds());
        return object.toString();
    }

    static Client.Metadata metadata(String json) {
        var object = read(json);
        var lifetimes = object.path("lifetimes");
        return new Client.Metadata(
                object.path("client_name").asText(),
                text(object, "client_uri").map(URI::create),
                authMethod(object.path("token_endpoint_auth_method").asText()),
                grantTypes(object.path("grant_types")),
                redirectUris(object.path("redirect_uris")),
                redirectUris(object.path("post_logout_redirect_uris")),
                texts(object.path("web_origins")),
                Scope.parse(object.path("scope").asText()),
                object.path("first_party").asBoolean(),
                object.path("pkce_required").asBoolean(true),
                algorithm(object.path("id_token_signed_response_alg").asText()),
                object.path("claims_in_id_token").asBoolean(),
                new Client.Lifetimes(
                        seconds(lifetimes, "access_token"),
                        seconds(lifetimes, "refresh_idle"),
                        seconds(lifetimes, "refresh_absolute"),
                        seconds(lifetimes, "reuse_leeway")));
    }

    private static ClientAuthMethod authMethod(String wire) {
        for (var method : ClientAuthMethod.values()) {
            if (method.wire().equals(wire)) {
                return method;
            }
        }
        throw unreadable("token_endpoint_auth_method", null);
    }

    private static Set<GrantType> grantTypes(JsonNode array) {
        var types = new LinkedHashSet<GrantType>();
        for (var wire : texts(array)) {
            GrantType.of(wire).ifPresent(types::add);
        }
        return types;
    }

    private static List<RedirectUri> redirectUris(JsonNode array) {
        return texts(array).stream().map(RedirectUri::new).toList();
    }

    private static Duration seconds(JsonNode object, String name) {
        return Duration.ofSeconds(object.path(name).asLong());
    }

    private static List<String> texts(JsonNode array) {
        var values = new ArrayList<String>(array.size());
        array.forEach(value -> values.add(value.asText()));
        return List.copyOf(values);
    }

    private static void put(ObjectNode object, String name, Optional<String> value) {
        value.ifPresent(text -> object.put(name, text));
    }

    private static Optional<String> text(JsonNode object, String name) {
        return Optional.ofNullable(object.get(name)).map(JsonNode::asText);
    }

    private static JsonNode read(String json) {
        try {
            return JSON.readTree(json);
        } catch (JsonProcessingException e) {
            throw unreadable("JSON", e);
        }
    }

    private static StoreException unreadable(String what, @Nullable Throwable cause) {
        return new StoreException("The database holds a value (" + what + ") that this version cannot read.", cause);
    }
}
