package dev.symbolon.cli;

import dev.symbolon.Durations;
import dev.symbolon.Mistake;
import dev.symbolon.oauth.ProtectedResource;
import dev.symbolon.oauth.SigningAlgorithm;
import dev.symbolon.seed.Apis;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// `symbolon api …`: what access tokens can be for.
final class ApiCommands {
    private final Surroundings surroundings;

    ApiCommands(Surroundings surroundings) {
        this.surroundings = surroundings;
    }

    Command group() {
        return Command.group("api", "The APIs that access tokens can be for (audience, resource).")
                .with(add(), list(), remove());
    }

    private Command add() {
        return Command.of("add", "Make an API known, or change the one of the same identifier.", this::add)
                .argument("IDENTIFIER", "Its absolute URI; becomes aud, for example https://api.example.com.")
                .tenant()
                .option("--name", "NAME", "What people read; when not given, the identifier.")
                .option(ClientCommands.ACCESS_TOKEN_LIFE, "DURATION", "Life of access tokens for it, 5m to 30d; 1h.")
                .option("--alg", "ALG", "The algorithm of access tokens for it: RS256 (the default), ES256 or EdDSA.")
                .repeated(
                        "--permission",
                        "VALUE=TEXT",
                        "A permission that it declares, and what people read of it; can be repeated. When not given,"
                                + " those that it has stay; an empty one: none.");
    }

    private Command list() {
        return Command.of("list", "List the APIs of a tenant.", this::list)
                .tenant()
                .json();
    }

    private Command remove() {
        return Command.of("remove", "Forget an API: no more tokens for it are made.", this::remove)
                .argument("IDENTIFIER", "Its URI.")
                .tenant();
    }

    private void add(Given given) {
        surroundings.<Void>atTenant(given, (house, host) -> {
            var resource = Apis.resource(
                    host.id(),
                    given.argument(),
                    given.text("--name").orElse(given.argument()),
                    Apis.life(given.duration(ClientCommands.ACCESS_TOKEN_LIFE), ClientCommands.ACCESS_TOKEN_LIFE),
                    given.text("--alg")
                            .map(text -> ClientCommands.algorithm(text)
                                    .orElseThrow(() -> given.wrong(ClientCommands.unknownAlgorithm(text))))
                            .orElse(SigningAlgorithm.RS256),
                    given.texts("--permission")
                            .map(ApiCommands::permissions)
                            .or(() -> house.resources()
                                    .find(host.id(), given.argument())
                                    .map(ProtectedResource::permissions))
                            .orElse(Map.of()));
            house.resources().put(resource, surroundings.now());
            surroundings.say("Access tokens can be for " + resource.identifier() + " now.");
            return null;
        });
    }

    private static Map<String, String> permissions(List<String> given) {
        var permissions = new LinkedHashMap<String, String>();
        for (var one : given) {
            var at = one.indexOf('=');
            permissions.put(at < 0 ? one : one.substring(0, at), at < 0 ? "" : one.substring(at + 1));
        }
        return permissions;
    }

    private void list(Given given) {
        surroundings.<Void>atTenant(given, (house, host) -> {
            var rows = house.resources().list(host.id()).stream()
                    .map(ApiCommands::row)
                    .toList();
            Sheet.print(
                    surroundings,
                    given,
                    rows,
                    "Tenant " + host.id() + " knows no API; make one known with: symbolon api add https://…");
            return null;
        });
    }

    private static Map<String, Object> row(ProtectedResource resource) {
        var row = new LinkedHashMap<String, Object>();
        row.put("identifier", resource.identifier());
        row.put("name", resource.name());
        row.put("access_token_life", Durations.written(resource.accessToken()));
        row.put("alg", resource.algorithm().wire());
        row.put("permissions", resource.permissions());
        return row;
    }

    private void remove(Given given) {
        surroundings.<Void>atTenant(given, (house, host) -> {
            if (!house.resources().remove(host.id(), given.argument(), surroundings.now())) {
                throw new Mistake("Tenant " + host.id() + " knows no API " + given.argument() + ".");
            }
            surroundings.say("No more tokens are made for " + given.argument()
                    + "; those that exist are good until they expire.");
            return null;
        });
    }
}
