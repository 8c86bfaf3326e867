package dev.symbolon.cli;

import dev.symbolon.Mistake;
import dev.symbolon.client.ApiFields;
import dev.symbolon.client.Registration;
import dev.symbolon.oauth.ClientId;
import dev.symbolon.oauth.Permission;
import dev.symbolon.oauth.Scope;
import java.util.Arrays;
import java.util.stream.Collectors;

/// `symbolon client allow` and `client disallow`: what a client may ask of an API in its own name.
final class AccessCommands {
    private static final String API = "The identifier of an API, or: management.";

    private final Surroundings surroundings;

    AccessCommands(Surroundings surroundings) {
        this.surroundings = surroundings;
    }

    Command allow() {
        return Command.of("allow", "Let a client ask an API in its own name (client_credentials).", this::allow)
                .argument("CLIENT_ID", "Its id; it has to have a secret.")
                .argument("API", API)
                .tenant()
                .option("--scope", "WORDS", "What it may ask for, with spaces between.")
                .footer("The management API is the dashboard for scripts; its words are "
                        + Arrays.stream(Permission.values())
                                .map(Permission::wire)
                                .collect(Collectors.joining(", "))
                        + ".");
    }

    Command disallow() {
        return Command.of("disallow", "Take that away again.", this::disallow)
                .argument("CLIENT_ID", "Its id.")
                .argument("API", API)
                .tenant();
    }

    private void allow(Given given) {
        var scope = Scope.parse(given.text("--scope").orElse(""));
        surroundings.<Void>atTenant(given, (house, host) -> {
            var client = new Registration(house.clients()).known(host, new ClientId(given.argument()));
            if (client.isPublic()) {
                throw new Mistake("Client " + client.id() + " is public, so anybody could ask in its name; give it a"
                        + " secret first, with: symbolon client update --auth client_secret_basic");
            }
            var identifier = identifier(given, host.issuer().managementApi());
            if (identifier.equals(host.issuer().managementApi())) {
                scope.values().stream()
                        .filter(word -> Permission.of(word).isEmpty())
                        .findFirst()
                        .ifPresent(word -> {
                            throw new Mistake("The management API knows no " + word + "; --help shows its words.");
                        });
            } else {
                var known = house.resources().find(host.id(), identifier);
                var missing = "There is no API " + identifier + "; symbolon api list shows those that there are.";
                ApiFields.requireDeclared(known.orElseThrow(() -> new Mistake(missing)), scope);
            }
            house.access().allow(host.id(), client.id(), identifier, scope, surroundings.now());
            surroundings.say("Client " + client.id() + " may ask " + identifier + " for: "
                    + (scope.values().isEmpty() ? "nothing in particular" : scope));
            return null;
        });
    }

    private static String identifier(Given given, String management) {
        return given.argument(1).equals("management") ? management : given.argument(1);
    }

    private void disallow(Given given) {
        surroundings.<Void>atTenant(given, (house, host) -> {
            var client = new Registration(house.clients()).known(host, new ClientId(given.argument()));
            var identifier = identifier(given, host.issuer().managementApi());
            if (!house.access().disallow(host.id(), client.id(), identifier, surroundings.now())) {
                throw new Mistake("Client " + client.id() + " may not ask " + identifier + " anyway.");
            }
            surroundings.say("Client " + client.id() + " may not ask " + identifier + " any more.");
            return null;
        });
    }
}
