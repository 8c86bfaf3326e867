package dev.symbolon.cli;

import dev.symbolon.Mistake;
import dev.symbolon.oauth.Identity;
import java.util.LinkedHashMap;
import java.util.Map;

/// `symbolon user identities` and `user unlink`: who a person is at other servers.
final class IdentityCommands {
    private final Surroundings surroundings;

    IdentityCommands(Surroundings surroundings) {
        this.surroundings = surroundings;
    }

    Command list() {
        return Command.of("identities", "List who a person is at other servers.", this::list)
                .argument("WHO", UserCommands.WHO)
                .tenant()
                .json();
    }

    Command unlink() {
        return Command.of("unlink", "Take one of them away; the last way in stays.", this::unlink)
                .argument("WHO", UserCommands.WHO)
                .argument("CONNECTION", "The connection's id; user identities shows it.")
                .argument("SUBJECT", "Who they are there, beside it.")
                .tenant()
                .footer("Whoever comes from there afterwards is somebody new.");
    }

    private void list(Given given) {
        surroundings.<Void>atTenant(given, (house, host) -> {
            var account = UserCommands.known(house, host, given);
            var rows = house.identities().ofSubject(host.id(), account.subject()).stream()
                    .map(IdentityCommands::row)
                    .toList();
            Sheet.print(
                    surroundings, given, rows, UserCommands.named(account) + " has not come from any other server.");
            return null;
        });
    }

    private static Map<String, Object> row(Identity identity) {
        var row = new LinkedHashMap<String, Object>();
        row.put("connection", identity.connection().value());
        row.put("subject", identity.upstreamSubject());
        row.put("email", identity.email().orElse(""));
        row.put("name", identity.name().orElse(""));
        row.put("since", identity.createdAt().toString());
        row.put("last", identity.lastUsedAt().toString());
        return row;
    }

    private void unlink(Given given) {
        var connection = ConnectionCommands.connectionId(given.argument(1));
        var there = given.argument(2);
        surroundings.<Void>atTenant(given, (house, host) -> {
            var account = UserCommands.known(house, host, given);
            var who = UserCommands.named(account);
            var identities = house.identities();
            if (identities.ofSubject(host.id(), account.subject()).stream()
                    .noneMatch(identity -> identity.connection().equals(connection)
                            && identity.upstreamSubject().equals(there))) {
                throw new Mistake(who + " is not " + there + " at connection " + connection
                        + "; symbolon user identities shows who they are.");
            }
            if (!identities.unlink(host.id(), account.subject(), connection, there, surroundings.now())) {
                throw new Mistake(who + " has no other way in than " + there + " at connection " + connection
                        + ", so it stays; give them a password first, with symbolon user password.");
            }
            surroundings.say(who + " is no longer " + there + " at connection " + connection + ".");
            return null;
        });
    }
}
