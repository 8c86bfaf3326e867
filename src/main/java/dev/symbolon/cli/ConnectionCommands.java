package dev.symbolon.cli;

import dev.symbolon.House;
import dev.symbolon.Mistake;
import dev.symbolon.connection.Enlistment;
import dev.symbolon.connection.Enlistment.Draft;
import dev.symbolon.oauth.Connection;
import dev.symbolon.oauth.Connection.Endpoints;
import dev.symbolon.oauth.Connection.Icon;
import dev.symbolon.oauth.Connection.Kind;
import dev.symbolon.oauth.Connection.Upstream;
import dev.symbolon.oauth.ConnectionId;
import dev.symbolon.seed.Tenancy;
import dev.symbolon.web.Host;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/// `symbolon connection …`: where people come from.
final class ConnectionCommands {
    private static final String KIND = "--kind";
    private static final String SECRET_STDIN = "--client-secret-stdin";
    private static final String SECRET_ENV = "--client-secret-env";
    private static final String MAP = "--map";
    private static final String DEFAULT = "--default";
    private static final String YES = "--yes";
    private static final String ID = "Its id; connection list shows it.";

    private final Surroundings surroundings;

    ConnectionCommands(Surroundings surroundings) {
        this.surroundings = surroundings;
    }

    Command group() {
        return Command.group("connection", "Where people come from: passwords, Google, GitHub, any other provider.")
                .with(add(), list(), show(), update(), remove())
                .with(makeDefault(), enable(), disable(), test());
    }

    private Command add() {
        var command = Command.of("add", "Let people come from somewhere else too.", this::add)
                .argument("ID", "Its id: lower-case letters, digits, _ and -. Applications may ask for it.")
                .required(KIND, "KIND", "google, github, microsoft, oidc, oauth2 or passwordless_email; it stays.");
        described(command).flag(DEFAULT, "People meet this one first.").json();
        return ConnectionExamples.shownIn(command).footer("docs/connections.md says where to click at each provider.");
    }

    private Command update() {
        var command = Command.of("update", "Change what is said of a connection; the rest stays.", this::update)
                .argument("ID", ID);
        return described(command)
                .json()
                .footer("Lists and the mapping are replaced as a whole; an empty value empties a list. The kind stays:"
                        + " for another one, add another connection.");
    }

    private static Command described(Command command) {
        return command.tenant()
                .option("--client-id", "ID", "The client_id that the provider gave you.")
                .flag(SECRET_STDIN, "Read the client secret from the standard input.")
                .option(SECRET_ENV, "NAME", "Read the client secret from this environment variable.")
                .option(
                        "--issuer",
                        "URL",
                        "oidc: its issuer. microsoft: common (the default), organizations, consumers or a directory"
                                + " (tenant) id. github: the address of an Enterprise server. oauth2: what its answers"
                                + " name, if they do.")
                .option("--authorize-url", "URL", "oauth2: where people are sent to.")
                .option("--token-url", "URL", "oauth2: where a code is redeemed.")
                .option("--userinfo-url", "URL", "oauth2: where it says who signed in.")
                .repeated(
                        MAP,
                        "CLAIM=PATH",
                        "oauth2: where a claim is in the answer at userinfo, for example sub=id or name=user.name."
                                + " Repeatable; sub has to be there.")
                .option("--scope", "SCOPES", "What the provider is asked for; when not given, what its kind needs.")
                .option("--label", "LABEL", "What stands on its button.")
                .option("--icon", "ICON", "What stands beside that: " + String.join(", ", Icon.names()) + ".")
                .option("--name", "NAME", "What applications may call it beside the id; when not given, the id.")
                .repeated("--client", "ID", "An application that it is for; when not given, for all. Repeatable.")
                .either(
                        "--sign-up", "Whoever was never here gets an account. The default.",
                        "--no-sign-up", "Only people who are known here may come from there.")
                .either(
                        "--trust-email",
                                "An address that the provider calls verified is. The default, not at Microsoft.",
                        "--no-trust-email", "It is not, until the person shows that it is theirs.")
                .either(
                        "--sync-profile", "The profile follows the provider at each sign-in. The default.",
                        "--no-sync-profile", "The profile is taken over once, at the first sign-in.")
                .either(
                        "--connect-verified",
                        "Whoever has an account with the same address, verified here and there, connects the"
                                + " two by saying so.",
                        "--no-connect-verified",
                        "They sign in to the account first. The default.");
    }

    private Command list() {
        return Command.of("list", "List the connections of a tenant, the default one first.", this::list)
                .tenant()
                .json();
    }

    private Command show() {
        return Command.of("show", "Show everything that is known of a connection, but not its secret.", this::show)
                .argument("ID", ID)
                .tenant()
                .json();
    }

    private Command remove() {
        return Command.of("remove", "Forget a connection and who people are there; accounts stay.", this::remove)
                .argument("ID", ID)
                .tenant()
                .flag(YES, "Do it although people have come from there.");
    }

    private Command makeDefault() {
        return Command.of("default", "Make a connection the one that people meet first.", this::makeDefault)
                .argument("ID", ID)
                .tenant();
    }

    private Command enable() {
        return Command.of("enable", "Let people come from there again.", this::enable)
                .argument("ID", ID)
                .tenant();
    }

    private Command disable() {
        return Command.of("disable", "Let nobody come from there until it is enabled; sessions stay.", this::disable)
                .argument("ID", ID)
                .tenant();
    }

    private Command test() {
        return Command.of("test", "Print a link that signs you in once there and shows what came back.", this::test)
                .argument("ID", ID)
                .tenant()
                .footer("The link is good for a quarter of an hour, for whoever has it. It makes no account and no"
                        + " session.");
    }

    private void add(Given given) {
        var id = connectionId(given.argument());
        var kind = given.text(KIND)
                .map(text -> Kind.of(text)
                        .orElseThrow(() -> given.wrong(
                                "There is no kind " + text + "; there are " + String.join(", ", Kind.names()) + ".")))
                .orElseThrow();
        var draft = draft(given);
        surroundings.<Void>atTenant(given, (house, host) -> {
            var enlistment = enlistment(house);
            enlistment.enlist(host, id, kind, draft, secret(given), surroundings.now());
            if (given.has(DEFAULT)) {
                enlistment.makeDefault(host, id, surroundings.now());
            }
            var added = enlistment.known(host, id);
            tell(
                    given,
                    house,
                    host,
                    added,
                    "Connection " + id + " is added in tenant " + host.id()
                            + (added.isDefault() ? ", as the default one." : "."));
            if (!given.has(Given.JSON)) {
                if (kind.isUpstream()) {
                    surroundings.say("redirect_uri  " + Enlistment.redirectUri(host));
                }
                surroundings.say("Next: " + ConnectionExamples.next(kind));
            }
            return null;
        });
    }

    private void update(Given given) {
        given.requireAChange();
        var id = connectionId(given.argument());
        var draft = draft(given);
        surroundings.<Void>atTenant(given, (house, host) -> {
            var changed = enlistment(house).change(host, id, draft, secret(given), surroundings.now());
            tell(given, house, host, changed, "Connection " + id + " is changed.");
            return null;
        });
    }

    private void tell(Given given, House house, Host host, Connection connection, String sentence) {
        var hasSecret = enlistment(house).hasSecret(host, connection.id());
        if (given.has(Given.JSON)) {
            Sheet.print(surroundings, given, everything(host, connection, hasSecret));
        } else {
            surroundings.say(sentence);
        }
        Enlistment.notes(connection, hasSecret).forEach(surroundings::note);
    }

    private void list(Given given) {
        surroundings.<Void>atTenant(given, (house, host) -> {
            var rows = house.connections().list(host.id()).stream()
                    .map(connection -> given.has(Given.JSON)
                            ? everything(host, connection, enlistment(house).hasSecret(host, connection.id()))
                            : summary(connection))
                    .toList();
            Sheet.print(surroundings, given, rows, "Tenant " + host.id() + " has no connection.");
            return null;
        });
    }

    private void show(Given given) {
        surroundings.<Void>atTenant(given, (house, host) -> {
            var enlistment = enlistment(house);
            var connection = enlistment.known(host, connectionId(given.argument()));
            var row = everything(host, connection, enlistment.hasSecret(host, connection.id()));
            Sheet.print(surroundings, given, given.has(Given.JSON) ? row : readable(row));
            return null;
        });
    }

    private void remove(Given given) {
        var id = connectionId(given.argument());
        surroundings.<Void>atTenant(given, (house, host) -> {
            var people = house.identities().count(host.id(), id);
            if (people > 0 && !given.has(YES)) {
                throw new Mistake("Removing connection " + id + " would forget who "
                        + Tenancy.counted(people, "person is", "people are")
                        + " there, and some may have no other way in; say " + YES + " to do it, or disable it.");
            }
            enlistment(house).remove(host, id, surroundings.now());
            surroundings.say("Connection " + id + " is removed; whoever came from there keeps their account.");
            return null;
        });
    }

    private void makeDefault(Given given) {
        var id = connectionId(given.argument());
        surroundings.<Void>atTenant(given, (house, host) -> {
            enlistment(house).makeDefault(host, id, surroundings.now());
            surroundings.say("People meet connection " + id + " first.");
            return null;
        });
    }

    private void enable(Given given) {
        var id = connectionId(given.argument());
        surroundings.<Void>atTenant(given, (house, host) -> {
            var changed = enlistment(house).enable(host, id, surroundings.now());
            surroundings.say("Connection " + id + (changed ? " is enabled." : " was enabled already."));
            return null;
        });
    }

    private void disable(Given given) {
        var id = connectionId(given.argument());
        surroundings.<Void>atTenant(given, (house, host) -> {
            var changed = enlistment(house).disable(host, id, surroundings.now());
            surroundings.say("Connection " + id + (changed ? " is disabled." : " was disabled already."));
            return null;
        });
    }

    private void test(Given given) {
        var id = connectionId(given.argument());
        surroundings.<Void>atTenant(given, (house, host) -> {
            surroundings.say(enlistment(house).testUrl(host, id, surroundings.now()));
            surroundings.note("Open this link in a browser within 15 minutes, and sign in at the other server.");
            return null;
        });
    }

    private static Enlistment enlistment(House house) {
        return new Enlistment(house.connections(), house.clients());
    }

    static ConnectionId connectionId(String text) {
        return Mistake.unless(() -> new ConnectionId(text));
    }

    private static Draft draft(Given given) {
        given.requireOneAtMost(SECRET_STDIN, SECRET_ENV);
        return new Draft(
                given.text("--name"),
                given.text("--label"),
                given.text("--icon"),
                given.text("--client-id"),
                given.text("--scope").map(Enlistment::scopes),
                given.text("--issuer"),
                given.text("--authorize-url"),
                given.text("--token-url"),
                given.text("--userinfo-url"),
                given.texts(MAP).map(pairs -> mapping(given, pairs)),
                given.texts("--client"),
                given.either("--sign-up", "--no-sign-up"),
                given.either("--trust-email", "--no-trust-email"),
                given.either("--sync-profile", "--no-sync-profile"),
                given.either("--connect-verified", "--no-connect-verified"));
    }

    private static Map<String, String> mapping(Given given, List<String> pairs) {
        var mapping = new LinkedHashMap<String, String>();
        for (var pair : pairs) {
            var at = pair.indexOf('=');
            if (at < 1) {
                throw given.wrong(MAP + " is CLAIM=PATH, for example sub=id; it is " + pair + ".");
            }
            if (mapping.put(pair.substring(0, at), pair.substring(at + 1)) != null) {
                throw given.wrong("The claim " + pair.substring(0, at) + " is mapped twice; map it once.");
            }
        }
        return mapping;
    }

    // Never an argument, which everyone on the machine could read.
    private Optional<String> secret(Given given) {
        if (given.has(SECRET_STDIN)) {
            return Optional.of(PasswordInput.piped(surroundings, "client secret"));
        }
        return given.text(SECRET_ENV)
                .map(name -> Optional.ofNullable(surroundings.environment().get(name))
                        .filter(value -> !value.isBlank())
                        .orElseThrow(() ->
                                new Mistake(SECRET_ENV + " names " + name + ", which is not set; export it first.")));
    }

    private static Map<String, Object> summary(Connection connection) {
        var row = new LinkedHashMap<String, Object>();
        row.put("id", connection.id().value());
        row.put("kind", connection.kind().wire());
        row.put("name", connection.name());
        row.put("label", connection.label());
        row.put("state", connection.isDefault() ? "default" : connection.isEnabled() ? "enabled" : "disabled");
        row.put("sign_up", connection.rules().signUp());
        row.put(
                "clients",
                connection.rules().clients().isEmpty()
                        ? "all"
                        : connection.rules().clients());
        return row;
    }

    /// By the names that a `symbolon.yaml` takes.
    private static Map<String, Object> everything(Host host, Connection connection, boolean hasSecret) {
        var upstream = connection.upstream();
        var endpoints = upstream.flatMap(Upstream::endpoints);
        var mapping = new TreeMap<>(upstream.map(Upstream::mapping).orElse(Map.of()));
        var rules = connection.rules();
        var row = new LinkedHashMap<String, Object>();
        row.put("id", connection.id().value());
        row.put("tenant", connection.tenant().value());
        row.put("kind", connection.kind().wire());
        row.put("name", connection.name());
        row.put("label", connection.label());
        row.put("icon", connection.icon().wire());
        row.put("client_id", upstream.map(Upstream::clientId).orElse(""));
        row.put("has_client_secret", hasSecret);
        row.put("scope", upstream.map(other -> String.join(" ", other.scopes())).orElse(""));
        row.put("issuer", upstream.flatMap(Upstream::issuer).orElse(""));
        row.put("authorize_url", endpoints.map(Endpoints::authorize).orElse(""));
        row.put("token_url", endpoints.map(Endpoints::token).orElse(""));
        row.put("userinfo_url", endpoints.map(Endpoints::userinfo).orElse(""));
        row.put("mapping", mapping);
        row.put("clients", rules.clients().stream().map(Object::toString).toList());
        row.put("sign_up", rules.signUp());
        row.put("trust_email", rules.trustsEmail());
        row.put("sync_profile", rules.syncsProfile());
        row.put("connect_verified", rules.connectsVerified());
        row.put("default", connection.isDefault());
        row.put("enabled", connection.isEnabled());
        row.put("redirect_uri", connection.kind().isUpstream() ? Enlistment.redirectUri(host) : "");
        return row;
    }

    private static Map<String, Object> readable(Map<String, Object> row) {
        var told = new LinkedHashMap<String, Object>();
        row.forEach((name, value) -> {
            if (value instanceof Map<?, ?> map) {
                told.put(
                        name,
                        map.entrySet().stream()
                                .map(entry -> entry.getKey() + "=" + entry.getValue())
                                .toList());
            } else {
                told.put(name, name.equals("clients") && value.equals(List.of()) ? "all" : value);
            }
        });
        return told;
    }
}
