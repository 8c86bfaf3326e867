package dev.symbolon.dashboard;

import dev.symbolon.connection.ConnectionFields;
import dev.symbolon.connection.Enlistment;
import dev.symbolon.oauth.ClientId;
import dev.symbolon.oauth.Connection;
import dev.symbolon.oauth.Connection.Kind;
import dev.symbolon.oauth.ConnectionId;
import dev.symbolon.oauth.OAuthError;
import dev.symbolon.oauth.OAuthException;
import dev.symbolon.oauth.Permission;
import dev.symbolon.page.templates.desk.JteconnectionGenerated;
import dev.symbolon.page.templates.desk.JteconnectionnewGenerated;
import dev.symbolon.page.templates.desk.JteconnectionremoveGenerated;
import dev.symbolon.page.templates.desk.JteconnectionsGenerated;
import dev.symbolon.web.Answer;
import dev.symbolon.web.Form;
import dev.symbolon.web.Route;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.BiFunction;
import java.util.function.Function;
import java.util.stream.Collectors;

/// Where people come from: every connection of a tenant, a new one, and everything about one.
public final class ConnectionRooms {
    private final Dashboard dashboard;
    private final Enlistment enlistment;

    ConnectionRooms(Dashboard dashboard) {
        this.dashboard = dashboard;
        this.enlistment = new Enlistment(
                dashboard.stores().connections(), dashboard.stores().clients());
    }

    void routes(Map<String, Route> routes) {
        var write = Permission.WRITE_CONNECTIONS;
        var room = Room.CONNECTIONS;
        routes.put("/dashboard/connections", dashboard.look(room, this::list));
        routes.put("/dashboard/connections/new", dashboard.form(room, write, this::create));
        routes.put("/dashboard/connections/{connection}", dashboard.sheet(room, write, of(this::sheet)));
        routes.put("/dashboard/connections/{connection}/test", dashboard.act(room, write, of(this::test)));
        routes.put("/dashboard/connections/{connection}/remove", dashboard.fresh(room, write, of(this::remove)));
    }

    private Function<Desk, Answer> of(BiFunction<Desk, Connection, Answer> work) {
        return desk -> {
            var id = desk.call().pathValue("connection");
            var found = ConnectionId.hasShape(id)
                    ? dashboard.stores().connections().find(desk.call().host().id(), new ConnectionId(id))
                    : Optional.<Connection>empty();
            return found.map(connection -> work.apply(desk, connection))
                    .orElseGet(() -> desk.nothing("No connection of this tenant has that id."));
        };
    }

    static String path(ConnectionId id) {
        return "/dashboard/connections/" + Form.encode(id.value());
    }

    private Answer list(Desk desk) {
        var all = dashboard.stores().connections().list(desk.call().host().id());
        var frame = desk.frame();
        return desk.show(out -> JteconnectionsGenerated.render(out, null, frame, all));
    }

    /// What a kind is, in a sentence.
    public static String about(Kind kind) {
        return switch (kind) {
            case DATABASE -> "An e-mail address and a password, kept here.";
            case PASSWORDLESS_EMAIL -> "A code or a link by mail, without a password.";
            case GOOGLE -> "An account at Google.";
            case GITHUB -> "An account at GitHub or a GitHub Enterprise server.";
            case MICROSOFT -> "An account at Microsoft, of work, school or home.";
            case OIDC -> "Any OpenID Connect provider, by its issuer.";
            case OAUTH2 -> "A server that knows OAuth 2.0 only.";
        };
    }

    /// The form of a new connection.
    ///
    /// @param kind chosen already, or empty while it is to be chosen
    /// @param callback what has to be registered at the other server
    public record New(Optional<Kind> kind, Map<String, String> fields, String callback, Optional<String> error) {
        /// The kinds that can be added.
        public List<Kind> kinds() {
            return Arrays.stream(Kind.values())
                    .filter(one -> one != Kind.DATABASE)
                    .toList();
        }

        /// What stands in a field.
        public String field(String name) {
            return fields.getOrDefault(name, "");
        }
    }

    private Answer create(Desk desk) {
        var kind = Kind.of(desk.form().text("kind")).filter(one -> one != Kind.DATABASE);
        if (!desk.call().isPost() || kind.isEmpty()) {
            return showNew(desk, kind, Optional.empty());
        }
        return desk.attempt(
                () -> {
                    var id = desk.form().text("id").strip();
                    if (!ConnectionId.hasShape(id)) {
                        throw new OAuthException(
                                OAuthError.INVALID_REQUEST,
                                "The id has 1 to 64 lower-case letters, digits, underscores and hyphens.");
                    }
                    var made = enlistment.enlist(
                            desk.call().host(),
                            new ConnectionId(id),
                            kind.get(),
                            ConnectionFields.draft(said(desk.form(), kind.get(), true)),
                            desk.form().get("client_secret"),
                            desk.call().now());
                    return desk.to(path(made.id()), Said.CREATED);
                },
                sentence -> showNew(desk, kind, Optional.of(sentence)));
    }

    private Answer showNew(Desk desk, Optional<Kind> kind, Optional<String> error) {
        var fields = new LinkedHashMap<String, String>();
        for (var name : FIELDS) {
            fields.put(name, desk.form().text(name));
        }
        kind.ifPresent(one -> fields.computeIfPresent("id", (_, typed) -> typed.isEmpty() ? suggested(one) : typed));
        var view = new New(kind, fields, Enlistment.redirectUri(desk.call().host()), error);
        var frame = desk.frame();
        return desk.show(out -> JteconnectionnewGenerated.render(out, null, frame, view));
    }

    private static String suggested(Kind kind) {
        return kind.wire().replace('_', '-');
    }

    private static final List<String> FIELDS = List.of(
            "id",
            "label",
            "client_id",
            "issuer",
            "scopes",
            "authorize_url",
            "token_url",
            "userinfo_url",
            "mapping",
            "clients",
            "name");

    // What a kind does not have is not spoken of, and what is empty at the beginning gets its default.
    private static Map<String, Object> said(Form form, Kind kind, boolean isNew) {
        var said = new LinkedHashMap<String, Object>();
        var texts = kind.isUpstream()
                ? kind == Kind.OAUTH2
                        ? List.of("name", "label", "client_id", "issuer", "authorize_url", "token_url", "userinfo_url")
                        : List.of("name", "label", "client_id", "issuer")
                : List.of("name", "label");
        for (var name : texts) {
            var value = form.text(name).strip();
            if (!value.isEmpty() || (!isNew && name.equals("issuer") && kind == Kind.GITHUB)) {
                said.put(name, value);
            }
        }
        if (kind.isUpstream() && form.get("scopes").isPresent()) {
            said.put("scopes", Enlistment.scopes(form.text("scopes")));
        }
        if (kind == Kind.OAUTH2) {
            said.put("mapping", mapping(form.text("mapping")));
        }
        said.put(
                "clients",
                form.text("clients")
                        .strip()
                        .lines()
                        .map(String::strip)
                        .filter(line -> !line.isEmpty())
                        .toList());
        said.put("sign_up", form.get("sign_up").isPresent());
        if (kind.isUpstream()) {
            if (kind != Kind.MICROSOFT) {
                said.put("trust_email", form.get("trust_email").isPresent());
            }
            said.put("sync_profile", form.get("sync_profile").isPresent());
            said.put("connect_verified", form.get("connect_verified").isPresent());
        }
        return said;
    }

    private static Map<String, String> mapping(String text) {
        var mapping = new LinkedHashMap<String, String>();
        for (var line :
                text.lines().map(String::strip).filter(one -> !one.isEmpty()).toList()) {
            var equals = line.indexOf('=');
            if (equals < 1) {
                throw new OAuthException(
                        OAuthError.INVALID_REQUEST, "A line of the mapping is claim=member, for example sub=id.");
            }
            mapping.put(
                    line.substring(0, equals).strip(),
                    line.substring(equals + 1).strip());
        }
        return mapping;
    }

    /// The sheet of one.
    ///
    /// @param notes what an operator should know about it
    public record View(
            Connection connection,
            Map<String, String> fields,
            boolean hasSecret,
            String callback,
            List<String> notes,
            Optional<String> error) {
        /// What stands in a field.
        public String field(String name) {
            return fields.getOrDefault(name, "");
        }

        /// Where this sheet is.
        public String path() {
            return ConnectionRooms.path(connection.id());
        }
    }

    private Answer sheet(Desk desk, Connection connection) {
        if (!desk.call().isPost()) {
            return show(desk, connection, Optional.empty());
        }
        return desk.attempt(
                () -> desk.to(path(connection.id()), act(desk, connection)),
                sentence -> show(desk, connection, Optional.of(sentence)));
    }

    private Said act(Desk desk, Connection connection) {
        var host = desk.call().host();
        var now = desk.call().now();
        switch (desk.form().text("action")) {
            case "save" ->
                enlistment.change(
                        host,
                        connection.id(),
                        ConnectionFields.draft(said(desk.form(), connection.kind(), false)),
                        desk.form().get("client_secret"),
                        now);
            case "enable" -> enlistment.enable(host, connection.id(), now);
            case "disable" -> enlistment.disable(host, connection.id(), now);
            case "default" -> enlistment.makeDefault(host, connection.id(), now);
            default -> throw new OAuthException(OAuthError.INVALID_REQUEST, "That is nothing that can be done here.");
        }
        return Said.SAVED;
    }

    private Answer show(Desk desk, Connection connection, Optional<String> error) {
        var host = desk.call().host();
        var fields = fields(connection);
        if (error.isPresent() && desk.form().text("action").equals("save")) {
            fields.replaceAll((name, value) -> desk.form().get(name).orElse(value));
        }
        var hasSecret = enlistment.hasSecret(host, connection.id());
        var view = new View(
                connection,
                fields,
                hasSecret,
                Enlistment.redirectUri(host),
                Enlistment.notes(connection, hasSecret),
                error);
        var frame = desk.frame();
        return desk.show(out -> JteconnectionGenerated.render(out, null, frame, view));
    }

    private static Map<String, String> fields(Connection connection) {
        var fields = new LinkedHashMap<String, String>();
        fields.put("name", connection.name());
        fields.put("label", connection.label());
        connection.upstream().ifPresent(upstream -> {
            fields.put("client_id", upstream.clientId());
            fields.put("issuer", upstream.issuer().orElse(""));
            fields.put("scopes", String.join(" ", upstream.scopes()));
            upstream.endpoints().ifPresent(endpoints -> {
                fields.put("authorize_url", endpoints.authorize());
                fields.put("token_url", endpoints.token());
                fields.put("userinfo_url", endpoints.userinfo());
            });
            fields.put(
                    "mapping",
                    upstream.mapping().entrySet().stream()
                            .map(entry -> entry.getKey() + "=" + entry.getValue())
                            .sorted()
                            .collect(Collectors.joining("\n")));
        });
        fields.put(
                "clients",
                connection.rules().clients().stream().map(ClientId::value).collect(Collectors.joining("\n")));
        return fields;
    }

    // The link signs in once at the other server and shows what comes back; nobody is signed in here by it.
    private Answer test(Desk desk, Connection connection) {
        return desk.attempt(
                () -> Answer.seeOther(enlistment.testUrl(
                        desk.call().host(), connection.id(), desk.call().now())),
                sentence -> show(desk, connection, Optional.of(sentence)));
    }

    private Answer remove(Desk desk, Connection connection) {
        if (!desk.call().isPost()) {
            var people = dashboard.stores().identities().count(connection.tenant(), connection.id());
            var frame = desk.frame();
            return desk.show(out -> JteconnectionremoveGenerated.render(out, null, frame, connection, people));
        }
        return desk.attempt(
                () -> {
                    enlistment.remove(
                            desk.call().host(), connection.id(), desk.call().now());
                    return desk.to(Room.CONNECTIONS.path(), Said.REMOVED);
                },
                sentence -> show(desk, connection, Optional.of(sentence)));
    }
}
