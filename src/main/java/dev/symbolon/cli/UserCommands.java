package dev.symbolon.cli;

import dev.symbolon.House;
import dev.symbolon.account.Enrolment;
import dev.symbolon.oauth.Account;
import dev.symbolon.oauth.Subject;
import dev.symbolon.web.Host;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// `symbolon user …`: the people of a tenant.
final class UserCommands {
    private static final int PAGE = 200;
    private static final String WHO = "Their e-mail address, or their sub.";

    private final Surroundings surroundings;

    UserCommands(Surroundings surroundings) {
        this.surroundings = surroundings;
    }

    Command group() {
        return Command.group("user", "The people who sign in.")
                .with(add(), list(), show(), password())
                .with(disable(), enable(), remove());
    }

    private Command add() {
        return Command.of("add", "Make an account for a person.", this::add)
                .argument("EMAIL", "Their e-mail address.")
                .tenant()
                .option("--name", "NAME", "Their name.")
                .flag("--verified", "You know that the address is theirs.")
                .flag(PasswordInput.STDIN, "Read the password from the standard input; without this it is asked for.")
                .json();
    }

    private Command list() {
        return Command.of("list", "List the people of a tenant.", this::list)
                .tenant()
                .option("--limit", "NUMBER", "At most so many; 1000.")
                .option("--after", "EMAIL", "Only those behind this address, for the next page.")
                .json();
    }

    private Command show() {
        return Command.of("show", "Show an account.", this::show)
                .argument("WHO", WHO)
                .tenant()
                .json();
    }

    private Command password() {
        return Command.of("password", "Set a new password; the person is signed out everywhere.", this::password)
                .argument("WHO", WHO)
                .tenant()
                .flag(PasswordInput.STDIN, "Read the password from the standard input; without this it is asked for.");
    }

    private Command disable() {
        return Command.of("disable", "Suspend an account; the person is signed out everywhere.", this::disable)
                .argument("WHO", WHO)
                .tenant();
    }

    private Command enable() {
        return Command.of("enable", "Let a suspended person sign in again.", this::enable)
                .argument("WHO", WHO)
                .tenant();
    }

    private Command remove() {
        return Command.of("remove", "Forget a person; their tokens stop at once.", this::remove)
                .argument("WHO", WHO)
                .tenant();
    }

    private void add(Given given) {
        var hash = PasswordInput.read(surroundings, given);
        surroundings.<Void>atTenant(given, (house, host) -> {
            var account = new Enrolment(house.accounts())
                    .enrol(
                            host,
                            given.argument(),
                            given.has("--verified"),
                            given.text("--name"),
                            Optional.of(hash),
                            surroundings.now())
                    .orElseThrow(() -> new Mistake("There is an account with the address " + given.argument()
                            + " already in tenant " + host.id() + "."));
            if (given.has(Given.JSON)) {
                Sheet.print(surroundings, given, row(account));
            } else {
                surroundings.say(
                        account.email() + " can sign in at " + host.issuer() + " (sub " + account.subject() + ").");
            }
            return null;
        });
    }

    private void list(Given given) {
        var most = given.number("--limit", 1_000);
        surroundings.<Void>atTenant(given, (house, host) -> {
            var rows = new ArrayList<Map<String, Object>>();
            var after = given.text("--after");
            List<Account> page;
            do {
                page = house.accounts().list(host.id(), after, Math.min(PAGE, most - rows.size()));
                page.forEach(account -> rows.add(row(account)));
                after = page.isEmpty() ? after : Optional.of(page.getLast().email());
            } while (page.size() == PAGE && rows.size() < most);
            Sheet.print(
                    surroundings,
                    given,
                    rows,
                    "Nobody is in tenant " + host.id() + "; add a person with: symbolon user add ada@example.com");
            return null;
        });
    }

    private void show(Given given) {
        surroundings.<Void>atTenant(given, (house, host) -> {
            Sheet.print(surroundings, given, row(known(house, host, given)));
            return null;
        });
    }

    private void password(Given given) {
        var hash = PasswordInput.read(surroundings, given);
        surroundings.<Void>atTenant(given, (house, host) -> {
            var account = known(house, host, given);
            house.accounts().changePassword(host.id(), account.subject(), hash, surroundings.now());
            surroundings.say("The password of " + account.email() + " is changed, and they are signed out everywhere.");
            return null;
        });
    }

    private void disable(Given given) {
        surroundings.<Void>atTenant(given, (house, host) -> {
            var account = known(house, host, given);
            var changed = house.accounts().disable(host.id(), account.subject(), surroundings.now());
            surroundings.say(account.email()
                    + (changed ? " is suspended and signed out everywhere." : " was suspended already."));
            return null;
        });
    }

    private void enable(Given given) {
        surroundings.<Void>atTenant(given, (house, host) -> {
            var account = known(house, host, given);
            var changed = house.accounts().enable(host.id(), account.subject(), surroundings.now());
            surroundings.say(account.email() + (changed ? " can sign in again." : " was not suspended."));
            return null;
        });
    }

    private void remove(Given given) {
        surroundings.<Void>atTenant(given, (house, host) -> {
            var account = known(house, host, given);
            house.accounts().remove(host.id(), account.subject(), surroundings.now());
            surroundings.say(account.email() + " is removed.");
            return null;
        });
    }

    private static Account known(House house, Host host, Given given) {
        var who = given.argument();
        var found = who.contains("@")
                ? house.accounts().byEmail(host.id(), who).map(entry -> entry.account())
                : house.accounts().find(host.id(), new Subject(who));
        return found.orElseThrow(() -> new Mistake("Nobody in tenant " + host.id() + " is known as " + who + "."));
    }

    private static Map<String, Object> row(Account account) {
        var row = new LinkedHashMap<String, Object>();
        row.put("email", account.email());
        row.put("name", account.profile().name().orElse(""));
        row.put("sub", account.subject().value());
        row.put("email_verified", account.emailVerified());
        row.put("state", account.disabledAt().isPresent() ? "suspended" : "active");
        row.put("created_at", account.createdAt().toString());
        return row;
    }
}
