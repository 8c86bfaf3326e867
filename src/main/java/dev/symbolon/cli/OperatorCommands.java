package dev.symbolon.cli;

import dev.symbolon.Mistake;
import dev.symbolon.Nearest;
import dev.symbolon.dashboard.Setup;
import dev.symbolon.oauth.Role;
import dev.symbolon.store.Operators.Operator;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// `symbolon operator …`: who may use the dashboard of a tenant.
final class OperatorCommands {
    private static final List<String> ROLES =
            Arrays.stream(Role.values()).map(Role::wire).toList();

    private final Surroundings surroundings;

    OperatorCommands(Surroundings surroundings) {
        this.surroundings = surroundings;
    }

    Command group() {
        return Command.group("operator", "Who may use the dashboard of a tenant.")
                .with(add(), list(), remove(), link());
    }

    private Command add() {
        return Command.of("add", "Make a person an operator, or give an operator another role.", this::add)
                .argument("WHO", UserCommands.WHO)
                .tenant()
                .option("--role", "ROLE", "One of " + String.join(", ", ROLES) + "; read-only when not given.")
                .footer("owner: everything; admin: everything but operators and tenants; support: looks at everything"
                        + " and helps people; read-only: looks at everything.");
    }

    private Command list() {
        return Command.of("list", "List the operators of a tenant.", this::list)
                .tenant()
                .json();
    }

    private Command remove() {
        return Command.of("remove", "Make an operator an ordinary person again; the last owner stays.", this::remove)
                .argument("WHO", UserCommands.WHO)
                .tenant();
    }

    private Command link() {
        return Command.of("link", "Print the link that makes whoever opens it first the owner.", this::link)
                .tenant()
                .footer("Only for a tenant that has no operator yet. It is good for 24 hours.");
    }

    private void add(Given given) {
        var wanted = given.text("--role").orElse(Role.READ_ONLY.wire());
        var role = Role.of(wanted)
                .orElseThrow(() -> given.wrong("There is no role " + wanted + "; "
                        + Nearest.near(wanted, ROLES)
                                .map(near -> "did you mean " + near + "?")
                                .orElse("there are " + String.join(", ", ROLES) + ".")));
        surroundings.<Void>atTenant(given, (house, host) -> {
            var account = UserCommands.known(house, host, given);
            switch (house.operators().put(host.id(), account.subject(), role, surroundings.now())) {
                case DONE ->
                    surroundings.say(UserCommands.named(account) + " is " + role.wire() + " of tenant " + host.id()
                            + " now: " + host.issuer() + "/dashboard");
                case NOBODY -> throw new Mistake(UserCommands.named(account) + " has just been removed.");
                case LAST_OWNER -> throw lastOwner(UserCommands.named(account));
            }
            return null;
        });
    }

    private static Mistake lastOwner(String who) {
        return new Mistake(who + " is the last owner; make somebody else an owner first, with: symbolon operator add"
                + " --role owner");
    }

    private void list(Given given) {
        surroundings.<Void>atTenant(given, (house, host) -> {
            var rows = house.operators().list(host.id()).stream()
                    .map(OperatorCommands::row)
                    .toList();
            Sheet.print(
                    surroundings,
                    given,
                    rows,
                    "Tenant " + host.id() + " has no operator yet; symbolon operator link prints the way in.");
            return null;
        });
    }

    private static Map<String, Object> row(Operator operator) {
        var row = new LinkedHashMap<String, Object>();
        row.put("sub", operator.account().subject().value());
        row.put("email", operator.account().address().orElse(""));
        row.put("role", operator.role().wire());
        row.put("since", operator.since().toString());
        return row;
    }

    private void remove(Given given) {
        surroundings.<Void>atTenant(given, (house, host) -> {
            var account = UserCommands.known(house, host, given);
            var who = UserCommands.named(account);
            switch (house.operators().remove(host.id(), account.subject(), surroundings.now())) {
                case DONE -> surroundings.say(who + " is no operator of tenant " + host.id() + " any more.");
                case NOBODY -> throw new Mistake(who + " is no operator of tenant " + host.id() + ".");
                case LAST_OWNER -> throw lastOwner(who);
            }
            return null;
        });
    }

    private void link(Given given) {
        surroundings.<Void>atTenant(given, (house, host) -> {
            if (house.operators().any(host.id())) {
                throw new Mistake("Tenant " + host.id() + " has operators; symbolon operator list shows them.");
            }
            surroundings.say(Setup.link(host, surroundings.now()));
            return null;
        });
    }
}
