package dev.symbolon.transfer;

import dev.symbolon.account.Enrolment;
import dev.symbolon.account.ProfileClaims;
import dev.symbolon.client.ApiFields;
import dev.symbolon.client.ClientFields;
import dev.symbolon.client.Registration;
import dev.symbolon.connection.ConnectionFields;
import dev.symbolon.connection.Enlistment;
import dev.symbolon.crypto.ForeignHash;
import dev.symbolon.crypto.Purpose;
import dev.symbolon.crypto.Sealed;
import dev.symbolon.oauth.Account;
import dev.symbolon.oauth.Client;
import dev.symbolon.oauth.ClientId;
import dev.symbolon.oauth.Connection;
import dev.symbolon.oauth.ConnectionId;
import dev.symbolon.oauth.Email;
import dev.symbolon.oauth.OAuthError;
import dev.symbolon.oauth.OAuthException;
import dev.symbolon.oauth.OneLine;
import dev.symbolon.oauth.Profile;
import dev.symbolon.oauth.ProtectedResource;
import dev.symbolon.oauth.Scope;
import dev.symbolon.oauth.Subject;
import dev.symbolon.oauth.UpstreamUser;
import dev.symbolon.store.Clients;
import dev.symbolon.store.Imports.Thing;
import dev.symbolon.web.Fields;
import dev.symbolon.web.Host;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// How the things of a tenant stand in a line: the fields that the management API knows, and `type` before them.
final class Wording {
    static final String FORMAT = "symbolon-tenant";
    static final int VERSION = 1;

    private static final Instant NEVER = Instant.ofEpochMilli(Long.MAX_VALUE);
    private static final int SUBJECT_MAX_CHARACTERS = 255;
    private static final int IDENTITIES_MAX = 50;
    private static final int IDENTITY_TEXT_MAX_CHARACTERS = 255;

    private Wording() {}

    static Map<String, Object> api(ProtectedResource resource) {
        return typed("api", ApiFields.of(resource));
    }

    static Map<String, Object> client(Client client, Map<String, Scope> access) {
        var fields = typed("client", ClientFields.of(client));
        fields.remove("grant_types");
        if (!access.isEmpty()) {
            var words = new LinkedHashMap<String, String>();
            access.forEach((identifier, scope) -> words.put(identifier, scope.toString()));
            fields.put("access", words);
        }
        return fields;
    }

    static Map<String, Object> connection(Connection connection, Optional<String> secret) {
        var fields = typed("connection", ConnectionFields.of(connection));
        if (connection.kind() == Connection.Kind.DATABASE) {
            fields.remove("name");
        }
        if (!connection.kind().isUpstream()) {
            fields.remove("trust_email");
            fields.remove("sync_profile");
        }
        secret.ifPresent(value -> fields.put("client_secret", value));
        return fields;
    }

    static Map<String, Object> person(Thing.Person person) {
        var account = person.account();
        var fields = typed("person", Map.of("sub", account.subject().value()));
        account.email().ifPresent(email -> {
            fields.put("email", email.address());
            fields.put("email_standing", email.standing().name().toLowerCase(Locale.ROOT));
        });
        fields.putAll(ProfileClaims.of(account.profile()));
        fields.put("active", account.disabledAt().isEmpty());
        person.hash().ifPresent(hash -> fields.put("password_hash", hash.phc()));
        if (!person.identities().isEmpty()) {
            fields.put(
                    "identities",
                    person.identities().stream().map(Wording::identity).toList());
        }
        return fields;
    }

    private static Map<String, Object> identity(UpstreamUser user) {
        var fields = new LinkedHashMap<String, Object>();
        fields.put("connection_id", user.connection().value());
        fields.put("sub", user.subject());
        user.email().ifPresent(email -> fields.put("email", email.address()));
        user.profile().name().ifPresent(name -> fields.put("name", name));
        return fields;
    }

    private static Map<String, Object> typed(String type, Map<String, Object> fields) {
        var line = new LinkedHashMap<String, Object>();
        line.put("type", type);
        line.putAll(fields);
        return line;
    }

    /// What a line brings.
    ///
    /// @throws OAuthException with a sentence when it cannot be; it repeats no secret and no hash
    /// @throws IllegalArgumentException the same, of an identifier
    static Thing thing(Host host, Map<String, ?> line, Instant now) {
        var rest = new LinkedHashMap<String, Object>(line);
        var type = rest.remove("type");
        requireStorable(rest);
        return switch (type instanceof String text ? text : "") {
            case "api" -> api(host, rest);
            case "client" -> client(host, rest, now);
            case "connection" -> connection(host, rest);
            case "person" -> person(host, rest, now);
            default -> throw refused("The type of a line is api, client, connection or person.");
        };
    }

    // What no database holds, or holds as something else.
    private static void requireStorable(@Nullable Object value) {
        switch (value) {
            case null -> {}
            case String text when text.indexOf(0) >= 0 -> throw refused("There is a NUL character in the line.");
            case String text
            when !StandardCharsets.UTF_8.newEncoder().canEncode(text) ->
                throw refused("There is half a character in the line.");
            case Map<?, ?> map -> {
                map.keySet().forEach(Wording::requireStorable);
                map.values().forEach(Wording::requireStorable);
            }
            case List<?> list -> list.forEach(Wording::requireStorable);
            default -> {}
        }
    }

    private static Thing api(Host host, Map<String, Object> rest) {
        var identifier = taken(rest, "identifier").orElseThrow(() -> missing("identifier", "an API"));
        return new Thing.Api(ApiFields.resource(host, identifier, Optional.empty(), rest));
    }

    private static Thing client(Host host, Map<String, Object> rest, Instant now) {
        var id = new ClientId(taken(rest, "client_id").orElseThrow(() -> missing("client_id", "a client")));
        if (Registration.isReserved(id)) {
            throw refused("Client " + id + " is the server's own.");
        }
        var enabled = flag(rest, "enabled", true);
        var fields = new Fields("a client", rest);
        var access = new LinkedHashMap<String, Scope>();
        fields.map("access")
                .orElse(Map.of())
                .forEach((identifier, scope) -> access.put(identifier, Scope.parse(scope)));
        // Nobody gives away what they may not have themselves: a file says nothing of who sends it.
        if (access.containsKey(host.issuer().managementApi())) {
            throw refused("No file gives the right to use the management API; an operator gives it to the client once"
                    + " it is there.");
        }
        var secrets = fields.texts("client_secrets").orElse(List.of());
        rest.remove("access");
        rest.remove("client_secrets");
        var client = new Client(
                host.id(),
                id,
                Registration.metadata(id, ClientFields.draft(rest)),
                enabled ? Optional.empty() : Optional.of(now));
        if (client.isPublic() && !secrets.isEmpty()) {
            throw refused("Client " + id + " is public: it cannot keep a secret, so it has none.");
        }
        if (secrets.size() > Clients.SECRETS_MAX) {
            throw refused("A client has at most " + Clients.SECRETS_MAX + " secrets.");
        }
        secrets.forEach(secret -> Registration.requireLong(id, secret));
        return new Thing.Application(
                client,
                access,
                secrets.stream()
                        .distinct()
                        .map(secret -> host.sealer().hash(Purpose.CLIENT_SECRET, secret))
                        .toList());
    }

    private static Thing connection(Host host, Map<String, Object> rest) {
        var id = new ConnectionId(
                taken(rest, "connection_id").orElseThrow(() -> missing("connection_id", "a connection")));
        var kind = taken(rest, "kind")
                .flatMap(Connection.Kind::of)
                .orElseThrow(() -> refused(
                        "The kind of a connection is one of " + String.join(", ", Connection.Kind.names()) + "."));
        var secret = taken(rest, "client_secret").map(value -> Enlistment.acceptable(kind, value));
        var isDefault = flag(rest, "default", false);
        var enabled = flag(rest, "enabled", true);
        var made = Enlistment.connection(host.id(), id, kind, ConnectionFields.draft(rest));
        var wanted = new Connection(
                made.tenant(),
                id,
                kind,
                made.name(),
                made.label(),
                made.icon(),
                made.upstream(),
                made.rules(),
                isDefault,
                enabled);
        return new Thing.Place(wanted, secret.map(value -> sealed(host, value)));
    }

    private static Sealed sealed(Host host, String secret) {
        return host.sealer().seal(Purpose.UPSTREAM_SECRET, secret.getBytes(StandardCharsets.UTF_8), NEVER);
    }

    private static Thing person(Host host, Map<String, Object> rest, Instant now) {
        var sub = taken(rest, "sub");
        var email = taken(rest, "email").map(Enrolment::address);
        if (sub.isEmpty() && email.isEmpty()) {
            throw refused("A person needs a sub or an email.");
        }
        if (sub.filter(text -> text.length() > SUBJECT_MAX_CHARACTERS || OneLine.isBrokenBy(text))
                .isPresent()) {
            throw refused("A sub has at most " + SUBJECT_MAX_CHARACTERS + " characters on one line.");
        }
        var standing = taken(rest, "email_standing").map(Wording::standing).orElse(Email.Standing.GIVEN);
        var active = flag(rest, "active", true);
        var hash = taken(rest, "password_hash").map(ForeignHash::acceptable);
        var identities = identities(rest.remove("identities"));
        var claims = new LinkedHashMap<String, String>();
        var fields = new Fields("a person", rest).only(ProfileClaims.NAMES);
        for (var name : ProfileClaims.NAMES) {
            fields.text(name).ifPresent(value -> claims.put(name, value));
        }
        var account = new Account(
                host.id(),
                new Subject(sub.orElseGet(() -> host.sealer().newId())),
                email.map(address -> new Email(address, standing)),
                Enrolment.profile(claims),
                now,
                now,
                active ? Optional.empty() : Optional.of(now));
        return new Thing.Person(account, hash, identities, sub.isPresent());
    }

    private static Email.Standing standing(String word) {
        return switch (word) {
            case "verified" -> Email.Standing.VERIFIED;
            case "given" -> Email.Standing.GIVEN;
            case "reported" -> Email.Standing.REPORTED;
            default -> throw refused("email_standing is verified, given or reported.");
        };
    }

    private static List<UpstreamUser> identities(@Nullable Object value) {
        if (value == null) {
            return List.of();
        }
        if (!(value instanceof List<?> list) || list.size() > IDENTITIES_MAX) {
            throw refused("identities has to be a list of at most " + IDENTITIES_MAX + ".");
        }
        var users = new ArrayList<UpstreamUser>();
        for (var one : list) {
            if (!(one instanceof Map<?, ?> map)) {
                throw refused("identities has to be a list of objects.");
            }
            var texts = new LinkedHashMap<String, Object>();
            map.forEach((name, text) -> texts.put(String.valueOf(name), text));
            var fields = new Fields("an identity", texts).only(List.of("connection_id", "sub", "email", "name"));
            var connection = fields.text("connection_id").orElseThrow(() -> missing("connection_id", "an identity"));
            var sub = oneLine(fields.text("sub").orElseThrow(() -> missing("sub", "an identity")));
            users.add(new UpstreamUser(
                    new ConnectionId(connection),
                    sub,
                    fields.text("email")
                            .map(Wording::oneLine)
                            .map(address -> new Email(address, Email.Standing.REPORTED)),
                    Profile.named(fields.text("name").map(Wording::oneLine)),
                    Optional.empty()));
        }
        return users;
    }

    private static String oneLine(String text) {
        if (text.isEmpty() || text.length() > IDENTITY_TEXT_MAX_CHARACTERS || OneLine.isBrokenBy(text)) {
            throw refused("What an identity says has 1 to 255 characters on one line.");
        }
        return text;
    }

    private static Optional<String> taken(Map<String, Object> rest, String name) {
        var value = new Fields("a line", rest).text(name).filter(text -> !text.isEmpty());
        rest.remove(name);
        return value;
    }

    private static boolean flag(Map<String, Object> rest, String name, boolean fallback) {
        var value = new Fields("a line", rest).flag(name).orElse(fallback);
        rest.remove(name);
        return value;
    }

    private static OAuthException missing(String field, String of) {
        return refused("The " + field + " of " + of + " is missing.");
    }

    static OAuthException refused(String sentence) {
        return new OAuthException(OAuthError.INVALID_REQUEST, sentence);
    }
}
