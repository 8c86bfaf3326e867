package dev.symbolon.cli;

import dev.symbolon.House;
import dev.symbolon.Mistake;
import dev.symbolon.Nearest;
import dev.symbolon.account.Enrolment;
import dev.symbolon.account.Enrolment.Change;
import dev.symbolon.account.Enrolment.Person;
import dev.symbolon.account.ProfileClaims;
import dev.symbolon.oauth.Account;
import dev.symbolon.oauth.Email;
import dev.symbolon.oauth.Subject;
import dev.symbolon.store.Consents.Kept;
import dev.symbolon.web.Host;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// `symbolon user …`: the people of a tenant.
final class UserCommands {
    private static final int PAGE = 200;
    private static final String NAME = "--name";
    private static final String CLAIM = "--claim";
    private static final String VERIFIED = "--verified";
    private static final String UNVERIFIED = "--unverified";
    static final String WHO = "Their e-mail address, or their sub.";

    private final Surroundings surroundings;

    UserCommands(Surroundings surroundings) {
        this.surroundings = surroundings;
    }

    Command group() {
        var identities = new IdentityCommands(surroundings);
        return Command.group("user", "The people who sign in.")
                .with(add(), list(), show(), update(), password())
                .with(disable(), enable(), remove(), consents(), revoke())
                .with(identities.list(), identities.unlink());
    }

    private Command add() {
        return claimed(Command.of("add", "Make an account for a person.", this::add)
                        .argument("EMAIL", "Their e-mail address.")
                        .tenant()
                        .option(NAME, "NAME", "Their name.")
                        .flag(VERIFIED, "You know that the address is theirs."))
                .flag(PasswordInput.STDIN, "Read the password from the standard input; without this it is asked for.")
                .json();
    }

    private Command update() {
        return claimed(Command.of("update", "Change what is said of a person; the rest stays.", this::update)
                        .argument("WHO", WHO)
                        .tenant()
                        .option("--email", "EMAIL", "Another address; it is not verified unless you say so.")
                        .option(NAME, "NAME", "Their name.")
                        .either(
                                VERIFIED, "You know that the address is theirs.",
                                UNVERIFIED, "Nobody knows whether it is."))
                .json();
    }

    private static Command claimed(Command command) {
        return command.repeated(
                        CLAIM,
                        "NAME=VALUE",
                        "A claim about them, for example given_name=Ada; an empty value takes it away. Repeatable.")
                .footer("Claims: " + String.join(", ", ProfileClaims.NAMES) + ".");
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

    private Command consents() {
        return Command.of("consents", "List what a person allowed which application.", this::consents)
                .argument("WHO", WHO)
                .tenant()
                .json()
                .footer("Third-party applications ask for it, and those that send prompt=consent.");
    }

    private Command revoke() {
        return Command.of("revoke", "Take back what a person allowed an application; its tokens stop.", this::revoke)
                .argument("WHO", WHO)
                .argument("CLIENT", "The client_id; user consents shows it.")
                .tenant();
    }

    // Whatever can be refused is refused before a password is asked for.
    private void add(Given given) {
        var email = Enrolment.address(given.argument());
        var claims = claims(given);
        var _ = Enrolment.profile(claims);
        surroundings.<Void>atTenant(given, (house, host) -> {
            if (house.accounts().byEmail(host.id(), email).isPresent()) {
                throw taken(email, host);
            }
            var person = new Person(
                    email, given.has(VERIFIED), claims, Optional.of(PasswordInput.read(surroundings, given)));
            var account = new Enrolment(house.accounts())
                    .enrol(host, person, surroundings.now())
                    .orElseThrow(() -> taken(email, host));
            if (given.has(Given.JSON)) {
                Sheet.print(surroundings, given, everything(account));
            } else {
                surroundings.say(
                        named(account) + " can sign in at " + host.issuer() + " (sub " + account.subject() + ").");
            }
            return null;
        });
    }

    private void update(Given given) {
        given.requireAChange();
        var change = new Change(given.text("--email"), given.either(VERIFIED, UNVERIFIED), claims(given));
        surroundings.<Void>atTenant(given, (house, host) -> {
            var before = known(house, host, given);
            var after = new Enrolment(house.accounts())
                    .change(before, change, surroundings.now())
                    .orElseThrow(() -> taken(change.email().or(before::address).orElse(""), host));
            if (given.has(Given.JSON)) {
                Sheet.print(surroundings, given, everything(after));
            } else {
                surroundings.say(named(after) + " is changed; applications are told at their next sign-in or refresh.");
            }
            if (before.email().filter(Email::isVerified).isPresent()
                    && !after.email().filter(Email::isVerified).isPresent()
                    && change.verified().isEmpty()) {
                surroundings.note("Note: nobody has shown that " + named(after) + " is theirs; " + VERIFIED
                        + " says that you know.");
            }
            return null;
        });
    }

    private static Mistake taken(String email, Host host) {
        return new Mistake("There is an account with the address " + email + " already in tenant " + host.id() + ".");
    }

    private static Map<String, String> claims(Given given) {
        var claims = new LinkedHashMap<String, String>();
        given.text(NAME).ifPresent(name -> claims.put("name", name));
        for (var text : given.texts(CLAIM).orElse(List.of())) {
            var at = text.indexOf('=');
            if (at < 1) {
                throw given.wrong(CLAIM + " is NAME=VALUE, for example given_name=Ada; it is " + text + ".");
            }
            var name = text.substring(0, at);
            if (!ProfileClaims.NAMES.contains(name)) {
                throw given.wrong(unknown(name));
            }
            if (claims.put(name, text.substring(at + 1)) != null) {
                throw given.wrong("The claim " + name + " is there twice; give it once.");
            }
        }
        return claims;
    }

    private static String unknown(String claim) {
        if (claim.startsWith("email")) {
            return "The address is no " + CLAIM + ": EMAIL or --email says it, and " + VERIFIED + " that it is theirs.";
        }
        return "There is no claim " + claim + "; "
                + Nearest.near(claim, ProfileClaims.NAMES)
                        .map(name -> "did you mean " + name + "?")
                        .orElse("the help shows those that there are.");
    }

    private void list(Given given) {
        var most = given.number("--limit", 1_000);
        surroundings.<Void>atTenant(given, (house, host) -> {
            var rows = new ArrayList<Map<String, Object>>();
            var after = given.text("--after");
            List<Account> page;
            do {
                page = house.accounts().list(host.id(), after, Math.min(PAGE, most - rows.size()));
                page.forEach(account -> rows.add(summary(account)));
                after = page.isEmpty() ? after : page.getLast().address();
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
            Sheet.print(surroundings, given, everything(known(house, host, given)));
            return null;
        });
    }

    private void password(Given given) {
        surroundings.<Void>atTenant(given, (house, host) -> {
            var account = known(house, host, given);
            var hash = PasswordInput.read(surroundings, given);
            house.accounts().changePassword(host.id(), account.subject(), hash, surroundings.now());
            surroundings.say("The password of " + named(account) + " is changed, and they are signed out everywhere.");
            return null;
        });
    }

    private void disable(Given given) {
        surroundings.<Void>atTenant(given, (house, host) -> {
            var account = known(house, host, given);
            var changed = house.accounts().disable(host.id(), account.subject(), surroundings.now());
            surroundings.say(named(account)
                    + (changed ? " is suspended and signed out everywhere." : " was suspended already."));
            return null;
        });
    }

    private void enable(Given given) {
        surroundings.<Void>atTenant(given, (house, host) -> {
            var account = known(house, host, given);
            var changed = house.accounts().enable(host.id(), account.subject(), surroundings.now());
            surroundings.say(named(account) + (changed ? " can sign in again." : " was not suspended."));
            return null;
        });
    }

    private void remove(Given given) {
        surroundings.<Void>atTenant(given, (house, host) -> {
            var account = known(house, host, given);
            house.accounts().remove(host.id(), account.subject(), surroundings.now());
            surroundings.say(named(account) + " is removed.");
            return null;
        });
    }

    private void consents(Given given) {
        surroundings.<Void>atTenant(given, (house, host) -> {
            var account = known(house, host, given);
            var rows = house.consents().list(host.id(), account.subject()).stream()
                    .map(UserCommands::row)
                    .toList();
            Sheet.print(surroundings, given, rows, named(account) + " has allowed no application anything.");
            return null;
        });
    }

    private static Map<String, Object> row(Kept kept) {
        var row = new LinkedHashMap<String, Object>();
        row.put("client_id", kept.consent().client().value());
        row.put("scope", kept.consent().scope().toString());
        row.put("since", kept.since().toString());
        row.put("last", kept.consent().grantedAt().toString());
        row.put("apis", kept.consent().permissions());
        return row;
    }

    private void revoke(Given given) {
        var client = ClientCommands.clientId(given.argument(1));
        surroundings.<Void>atTenant(given, (house, host) -> {
            var account = known(house, host, given);
            if (house.consents().find(host.id(), account.subject(), client).isEmpty()) {
                throw new Mistake(named(account) + " has allowed client " + client + " nothing that could be taken"
                        + " back; symbolon user consents shows what there is.");
            }
            house.consents().revoke(host.id(), account.subject(), client, surroundings.now());
            surroundings.say("What " + named(account) + " allowed client " + client
                    + " is taken back, and its tokens for them are no longer honoured.");
            return null;
        });
    }

    static String named(Account account) {
        return account.address().orElseGet(account::title);
    }

    static Account known(House house, Host host, Given given) {
        var who = given.argument();
        var found = who.contains("@")
                ? house.accounts().byEmail(host.id(), who).map(entry -> entry.account())
                : house.accounts().find(host.id(), new Subject(who));
        return found.orElseThrow(() -> new Mistake("Nobody in tenant " + host.id() + " is known as " + who + "."));
    }

    private static Map<String, Object> summary(Account account) {
        var row = new LinkedHashMap<String, Object>();
        row.put("email", account.address().orElse(""));
        row.put("name", account.profile().name().orElse(""));
        row.put("sub", account.subject().value());
        row.put("email_verified", account.email().filter(Email::isVerified).isPresent());
        row.put("state", account.disabledAt().isPresent() ? "suspended" : "active");
        row.put("created_at", account.createdAt().toString());
        return row;
    }

    /// And every claim by the name that `--claim` takes.
    private static Map<String, Object> everything(Account account) {
        var row = summary(account);
        row.put("updated_at", account.updatedAt().toString());
        row.putAll(ProfileClaims.of(account.profile()));
        account.profile().phoneNumberVerified().ifPresent(verified -> row.put("phone_number_verified", verified));
        return row;
    }
}
