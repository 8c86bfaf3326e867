package dev.symbolon.cli;

import dev.symbolon.Durations;
import dev.symbolon.Mistake;
import dev.symbolon.client.Registration;
import dev.symbolon.client.Registration.Draft;
import dev.symbolon.client.Registration.Registered;
import dev.symbolon.oauth.Client;
import dev.symbolon.oauth.Client.Lifetimes;
import dev.symbolon.oauth.Client.Lifetimes.Life;
import dev.symbolon.oauth.ClientAuthMethod;
import dev.symbolon.oauth.ClientId;
import dev.symbolon.oauth.RedirectUri;
import dev.symbolon.oauth.SigningAlgorithm;
import dev.symbolon.seed.Tenancy;
import dev.symbolon.web.Host;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// `symbolon client …`: the applications that may send people here.
final class ClientCommands {
    static final String ACCESS_TOKEN_LIFE = "--access-token-life";

    private static final int PAGE = 200;
    private static final String REFRESH_IDLE = "--refresh-idle";
    private static final String REFRESH_ABSOLUTE = "--refresh-absolute";
    private static final String REUSE_LEEWAY = "--reuse-leeway";

    private final Surroundings surroundings;

    ClientCommands(Surroundings surroundings) {
        this.surroundings = surroundings;
    }

    Command group() {
        return Command.group("client", "The applications that may send people here.")
                .with(add(), list(), show(), update(), remove())
                .with(enable(), disable(), secret())
                .with(new AccessCommands(surroundings).allow(), new AccessCommands(surroundings).disallow());
    }

    private Command add() {
        var command = Command.of("add", "Register an application.", this::add)
                .option("--id", "ID", "Its client_id; when not given, one is made.");
        return described(command)
                .example(
                        "A page without a server of its own:",
                        "symbolon client add --name Shop --callback https://shop.example/callback")
                .footer("A server that keeps a secret: add --confidential; the secret is printed once.");
    }

    private Command update() {
        var command = Command.of("update", "Change what is said of an application; the rest stays.", this::update)
                .argument("ID", "Its client_id.");
        return described(command)
                .footer("Lists are replaced as a whole: give every --callback again. An empty value empties a list.");
    }

    private static Command described(Command command) {
        return command.tenant()
                .option("--name", "NAME", "What people read on the sign-in page; when not given, the id.")
                .option("--uri", "URL", "Where \"back to the application\" leads.")
                .repeated("--callback", "URL", "An Allowed Callback URL, compared byte for byte. Repeatable.")
                .repeated("--logout-url", "URL", "An Allowed Logout URL. Repeatable.")
                .repeated("--web-origin", "ORIGIN", "An origin that may ask for tokens, beside the callbacks' own.")
                .either(
                        "--public", "It cannot keep a secret: a page, a phone. The default.",
                        "--confidential", "It keeps a secret on a server.")
                .option("--auth-method", "METHOD", "client_secret_basic (the default) or client_secret_post.")
                .either(
                        "--first-party", "One of your own: people are not asked for consent. The default.",
                        "--third-party", "Somebody else's: people are asked for consent.")
                .option("--scope", "SCOPES", "The most that it may be granted; when not given, everything.")
                .either(
                        "--pkce", "It has to use PKCE. The default.",
                        "--no-pkce", "It may go without PKCE; only with --confidential.")
                .option("--alg", "ALG", "The algorithm of its ID tokens: RS256 (the default), ES256 or EdDSA.")
                .either(
                        "--claims-in-id-token", "Claims stand in the ID token too. The default.",
                        "--claims-at-userinfo", "Claims are only at userinfo.")
                .option(ACCESS_TOKEN_LIFE, "DURATION", "Life of access and ID tokens, 5m to 30d; 1h.")
                .option(REFRESH_IDLE, "DURATION", "A refresh token that is not used for so long is dead; 30d.")
                .option(REFRESH_ABSOLUTE, "DURATION", "After so long the person signs in again; 90d.")
                .option(REUSE_LEEWAY, "DURATION", "How long the refresh token before still answers, 5m at most; 60s.")
                .json();
    }

    private Command list() {
        return Command.of("list", "List the applications of a tenant.", this::list)
                .tenant()
                .json();
    }

    private Command show() {
        return Command.of("show", "Show everything that is known of an application.", this::show)
                .argument("ID", "Its client_id.")
                .tenant()
                .json();
    }

    private Command remove() {
        return Command.of(
                        "remove",
                        "Forget an application, its secrets and the consents for it; its tokens stop at once.",
                        this::remove)
                .argument("ID", "Its client_id.")
                .tenant();
    }

    private Command enable() {
        return Command.of("enable", "Let a disabled application in again.", this::enable)
                .argument("ID", "Its client_id.")
                .tenant();
    }

    private Command disable() {
        return Command.of("disable", "Treat an application as if it were unknown, until it is enabled.", this::disable)
                .argument("ID", "Its client_id.")
                .tenant();
    }

    private Command secret() {
        return Command.of("secret", "Make a secret for a confidential application and print it once.", this::secret)
                .argument("ID", "Its client_id.")
                .tenant()
                .flag("--only", "Every other secret of it stops at once; without this they stay good.")
                .json();
    }

    private void add(Given given) {
        surroundings.<Void>atTenant(given, (house, host) -> {
            var id = given.text("--id").map(ClientCommands::clientId);
            var draft = possible(given, Lifetimes.DEFAULT);
            var done = new Registration(house.clients()).register(host, id, draft, surroundings.now());
            tell(given, "Client " + done.client().id() + " is registered in tenant " + host.id() + ".", done);
            return null;
        });
    }

    private void update(Given given) {
        given.requireAChange();
        surroundings.<Void>atTenant(given, (house, host) -> {
            var id = clientId(given.argument());
            var registration = new Registration(house.clients());
            var draft = possible(given, registration.known(host, id).metadata().lifetimes());
            var done = registration.change(host, id, draft, surroundings.now());
            tell(given, "Client " + id + " is changed.", done);
            return null;
        });
    }

    private void list(Given given) {
        surroundings.<Void>atTenant(given, (house, host) -> {
            var rows = new ArrayList<Map<String, Object>>();
            Optional<ClientId> after = Optional.empty();
            List<Client> page;
            do {
                page = house.clients().list(host.id(), after, PAGE);
                page.forEach(client -> rows.add(given.has(Given.JSON) ? everything(client) : summary(client)));
                after = page.isEmpty() ? after : Optional.of(page.getLast().id());
            } while (page.size() == PAGE);
            Sheet.print(
                    surroundings,
                    given,
                    rows,
                    "No application is registered in tenant " + host.id()
                            + "; register one with: symbolon client add --callback https://…");
            return null;
        });
    }

    private void show(Given given) {
        surroundings.<Void>atTenant(given, (house, host) -> {
            var client = new Registration(house.clients()).known(host, clientId(given.argument()));
            var row = everything(client);
            row.put(
                    "connections",
                    house.connections().list(host.id()).stream()
                            .filter(connection -> connection.isFor(client.id()))
                            .map(connection -> connection.id().value())
                            .toList());
            Sheet.print(surroundings, given, row);
            return null;
        });
    }

    private void remove(Given given) {
        surroundings.<Void>atTenant(given, (house, host) -> {
            var id = known(new Registration(house.clients()), host, given);
            house.clients().remove(host.id(), id, surroundings.now());
            surroundings.say("Client " + id + " is removed; what was issued to it is no longer honoured.");
            return null;
        });
    }

    private void enable(Given given) {
        surroundings.<Void>atTenant(given, (house, host) -> {
            var id = known(new Registration(house.clients()), host, given);
            var changed = house.clients().enable(host.id(), id, surroundings.now());
            surroundings.say("Client " + id + (changed ? " is enabled." : " was enabled already."));
            return null;
        });
    }

    private void disable(Given given) {
        surroundings.<Void>atTenant(given, (house, host) -> {
            var id = known(new Registration(house.clients()), host, given);
            var changed = house.clients().disable(host.id(), id, surroundings.now());
            surroundings.say("Client " + id + (changed ? " is disabled." : " was disabled already."));
            return null;
        });
    }

    private void secret(Given given) {
        surroundings.<Void>atTenant(given, (house, host) -> {
            var registration = new Registration(house.clients());
            var id = clientId(given.argument());
            var secret = given.has("--only")
                    ? registration.replaceSecrets(host, id, surroundings.now())
                    : registration.addSecret(host, id, surroundings.now());
            var row = new LinkedHashMap<String, Object>();
            row.put("client_id", id.value());
            row.put("client_secret", secret.value());
            Sheet.print(surroundings, given, row);
            surroundings.note("Keep the secret now: it is stored only as a digest and cannot be shown again.");
            return null;
        });
    }

    private static ClientId known(Registration registration, Host host, Given given) {
        return registration.known(host, clientId(given.argument())).id();
    }

    private void tell(Given given, String sentence, Registered done) {
        var secret = done.secret();
        if (given.has(Given.JSON)) {
            var row = everything(done.client());
            secret.ifPresent(made -> row.put("client_secret", made.value()));
            Sheet.print(surroundings, given, row);
        } else {
            surroundings.say(sentence);
            secret.ifPresent(made -> surroundings.say("client_secret  " + made.value()));
        }
        secret.ifPresent(_ ->
                surroundings.note("Keep the secret now: it is stored only as a digest and cannot be shown again."));
        done.client().metadata().redirectUris().stream()
                .map(RedirectUri::value)
                .filter(Tenancy::isUnprotected)
                .forEach(url -> surroundings.note(
                        "Note: " + url + " is plain http, so anyone on the way can read the codes; use https."));
    }

    static ClientId clientId(String text) {
        return Mistake.unless(() -> new ClientId(text));
    }

    // What registering refuses too, but in the words of the command line.
    private static Draft possible(Given given, Lifetimes now) {
        var draft = draft(given);
        Registration.breach(now, draft).ifPresent(breach -> {
            throw Mistake.of("", breach, ClientCommands::option);
        });
        return draft;
    }

    private static String option(Life life) {
        return switch (life) {
            case ACCESS_TOKEN -> ACCESS_TOKEN_LIFE;
            case REFRESH_IDLE -> REFRESH_IDLE;
            case REFRESH_ABSOLUTE -> REFRESH_ABSOLUTE;
            case REUSE_LEEWAY -> REUSE_LEEWAY;
        };
    }

    private static Draft draft(Given given) {
        return new Draft(
                given.text("--name"),
                given.text("--uri"),
                authMethod(given),
                given.texts("--callback"),
                given.texts("--logout-url"),
                given.texts("--web-origin"),
                given.text("--scope"),
                given.either("--first-party", "--third-party"),
                given.either("--pkce", "--no-pkce"),
                given.text("--alg").map(text -> algorithm(text).orElseThrow(() -> given.wrong(unknownAlgorithm(text)))),
                given.either("--claims-in-id-token", "--claims-at-userinfo"),
                given.duration(ACCESS_TOKEN_LIFE),
                given.duration(REFRESH_IDLE),
                given.duration(REFRESH_ABSOLUTE),
                given.duration(REUSE_LEEWAY));
    }

    private static Optional<ClientAuthMethod> authMethod(Given given) {
        var named = given.text("--auth-method")
                .map(text -> ClientAuthMethod.of(text)
                        .orElseThrow(() -> given.wrong("There is no --auth-method " + text
                                + "; there are client_secret_basic and client_secret_post.")));
        if (given.has("--public")) {
            if (named.isPresent() && named.get() != ClientAuthMethod.NONE) {
                throw given.wrong("A public client has no secret, so --public and --auth-method exclude each other.");
            }
            return Optional.of(ClientAuthMethod.NONE);
        }
        return named.isEmpty() && given.has("--confidential")
                ? Optional.of(ClientAuthMethod.CLIENT_SECRET_BASIC)
                : named;
    }

    static Optional<SigningAlgorithm> algorithm(String wire) {
        return SigningAlgorithm.of(wire);
    }

    static String unknownAlgorithm(String text) {
        return "There is no algorithm " + text + "; there are RS256, ES256 and EdDSA.";
    }

    private static Map<String, Object> summary(Client client) {
        var row = new LinkedHashMap<String, Object>();
        row.put("client_id", client.id().value());
        row.put("name", client.metadata().clientName());
        row.put("type", client.isPublic() ? "public" : "confidential");
        row.put("party", client.metadata().firstParty() ? "first" : "third");
        row.put("state", client.disabledAt().isPresent() ? "disabled" : "enabled");
        row.put(
                "callbacks",
                client.metadata().redirectUris().stream()
                        .map(RedirectUri::value)
                        .toList());
        return row;
    }

    private static Map<String, Object> everything(Client client) {
        var metadata = client.metadata();
        var row = new LinkedHashMap<String, Object>();
        row.put("client_id", client.id().value());
        row.put("tenant", client.tenant().value());
        row.put("client_name", metadata.clientName());
        row.put("client_uri", metadata.clientUri().map(Object::toString).orElse(""));
        row.put("token_endpoint_auth_method", metadata.tokenEndpointAuthMethod().wire());
        row.put(
                "grant_types",
                metadata.grantTypes().stream().map(type -> type.wire()).sorted().toList());
        row.put(
                "redirect_uris",
                metadata.redirectUris().stream().map(RedirectUri::value).toList());
        row.put(
                "post_logout_redirect_uris",
                metadata.postLogoutRedirectUris().stream()
                        .map(RedirectUri::value)
                        .toList());
        row.put("web_origins", metadata.webOrigins());
        row.put("scope", metadata.scope().toString());
        row.put("first_party", metadata.firstParty());
        row.put("pkce_required", metadata.pkceRequired());
        row.put(
                "id_token_signed_response_alg",
                metadata.idTokenSignedResponseAlg().wire());
        row.put("claims_in_id_token", metadata.claimsInIdToken());
        row.put("access_token_life", Durations.written(metadata.lifetimes().accessToken()));
        row.put("refresh_idle", Durations.written(metadata.lifetimes().refreshIdle()));
        row.put("refresh_absolute", Durations.written(metadata.lifetimes().refreshAbsolute()));
        row.put("reuse_leeway", Durations.written(metadata.lifetimes().reuseLeeway()));
        row.put("disabled_at", client.disabledAt().map(Object::toString).orElse(""));
        return row;
    }
}
