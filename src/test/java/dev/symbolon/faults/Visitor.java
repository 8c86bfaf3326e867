package dev.symbolon.faults;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.symbolon.faults.Visit.Code;
import dev.symbolon.faults.Visit.Family;
import dev.symbolon.faults.Visit.Person;
import dev.symbolon.faults.Visit.Truth;
import dev.symbolon.spec.Reply;
import dev.symbolon.spec.Site;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.locks.Lock;
import java.util.function.BooleanSupplier;

/// One client in the storm. It does one thing after the other, writes down what it was told, and after every
/// restart holds the server to it. The people that it signs in are its own, so what it was told is all that has
/// happened.
final class Visitor {
    private static final int VISITS_MAX = 12;

    /// A little less than the server's own.
    private static final Duration CODE_LIFE = Duration.ofMinutes(9);

    private final Installed installed;
    private final Random random;
    private final Tally tally;
    private final Lock undisturbed;
    private final List<Person> people;
    private final List<Visit> visits = new ArrayList<>();
    private int passwords;

    /// @param undisturbed held while a command runs or a visit is gone through, where no kill may come between
    Visitor(Installed installed, List<Person> people, Random random, Tally tally, Lock undisturbed) {
        this.installed = installed;
        this.people = people;
        this.random = random;
        this.tally = tally;
        this.undisturbed = undisturbed;
    }

    // ---- living -----------------------------------------------------------------------------------------------------

    /// Does what people and applications do until the server is gone.
    ///
    /// @param over whether the server was meant to be killed
    void live(String server, BooleanSupplier over) {
        try {
            while (!over.getAsBoolean()) {
                act(server);
            }
        } catch (UncheckedIOException e) {
            if (!over.getAsBoolean()) {
                throw e;
            }
        }
    }

    private void act(String server) {
        var visit = visits.isEmpty() ? null : visits.get(random.nextInt(visits.size()));
        if (visit == null || visit.isSignedIn != Truth.YES || random.nextInt(100) < 12) {
            signIn(server);
            return;
        }
        visit.isTouched = true;
        var dice = random.nextInt(100);
        if (dice < 3) {
            changePassword(visit.person);
        } else if (dice < 9) {
            signOut(visit);
        } else if (dice < 20) {
            codeForThird(visit);
        } else if (dice < 30) {
            visit.codes.add(silentCode(visit, "spa"));
        } else if (dice < 50 && fresh(visit).isPresent()) {
            redeem(server, visit, fresh(visit).get());
        } else {
            refreshOne(server, visit);
        }
    }

    private void refreshOne(String server, Visit visit) {
        var alive = visit.families.stream().filter(family -> family.isAlive).toList();
        if (alive.isEmpty()) {
            redeem(server, visit, fresh(visit).orElseGet(() -> silentCode(visit, "spa")));
        } else {
            refresh(server, alive.get(random.nextInt(alive.size())));
        }
    }

    private static Optional<Code> fresh(Visit visit) {
        return visit.codes.stream().filter(code -> code.isSpent == Truth.NO).findFirst();
    }

    private void signIn(String server) {
        if (visits.size() >= VISITS_MAX) {
            // Each of its answers is looked at, and one that somebody failed meanwhile would be none of ours.
            undisturbed.lock();
            try {
                finish(server, visits.removeFirst());
            } finally {
                undisturbed.unlock();
            }
        }
        var person = people.get(random.nextInt(people.size()));
        var browser = Installed.browser(server);
        var page = answered(browser.follow(browser.get(Site.authorize(Site.request("spa")))));
        var back = inFlight("sign-in", () -> browser.post("/login", Site.login(page, person.email, person.password)));
        assertEquals("in", back.signIn(), back.body());
        tally.acknowledged("sign-in");
        var visit = new Visit(person, browser);
        visits.add(visit);
        visit.codes.add(code("spa", browser.follow(back)));
    }

    private Code silentCode(Visit visit, String client) {
        return code(client, visit.browser.get(Site.authorize(Site.request(client, Map.of("prompt", "none")))));
    }

    private Code code(String client, Reply reply) {
        var back = answered(reply);
        assertEquals(303, back.status(), back.body());
        var code = back.redirect().text("code");
        assertFalse(code.isEmpty(), back.location());
        tally.acknowledged("code");
        return new Code(client, code);
    }

    private void codeForThird(Visit visit) {
        var person = visit.person;
        if (person.hasConsented == Truth.YES) {
            visit.codes.add(silentCode(visit, "third"));
            return;
        }
        var browser = visit.browser;
        var page = answered(browser.follow(browser.get(Site.authorize(Site.request("third")))));
        if (page.status() == 200) {
            var allowed =
                    Map.of("interaction", page.hidden("interaction"), "csrf", page.hidden("csrf"), "action", "allow");
            person.hasConsented = Truth.UNKNOWN;
            page = inFlight("consent", () -> browser.post("/consent", allowed));
            tally.acknowledged("consent");
        } else {
            assertEquals(Truth.UNKNOWN, person.hasConsented, "nobody was asked for consent");
        }
        person.hasConsented = Truth.YES;
        visit.codes.add(code("third", browser.follow(page)));
    }

    private void redeem(String server, Visit visit, Code code) {
        code.isSpent = Truth.UNKNOWN;
        var reply = inFlight("redemption", () -> Installed.token(server, Site.redemption(code.client, code.value)));
        assertEquals(200, reply.status(), reply.body());
        redeemed(visit, code, reply);
    }

    private void redeemed(Visit visit, Code code, Reply reply) {
        tally.acknowledged("redemption");
        code.isSpent = Truth.YES;
        var family = new Family(code);
        visit.families.add(family);
        remember(family, reply);
    }

    private static void remember(Family family, Reply reply) {
        family.tokens.add(reply.json().get("refresh_token").textValue());
        family.accessToken = reply.json().get("access_token").textValue();
    }

    private void refresh(String server, Family family) {
        family.isInFlight = true;
        var reply =
                inFlight("refresh", () -> Installed.token(server, Site.refresh(family.code.client, family.current())));
        assertEquals(200, reply.status(), reply.body());
        tally.acknowledged("refresh");
        family.isInFlight = false;
        remember(family, reply);
    }

    private void signOut(Visit visit) {
        var page = answered(visit.browser.get("/logout"));
        var form = Map.of("csrf", page.hidden("csrf"), "action", "logout");
        visit.isSignedIn = Truth.UNKNOWN;
        // The cookie is kept, as a thief would.
        var cookies = Map.copyOf(visit.browser.cookies);
        var reply = inFlight("sign-out", () -> visit.browser.post("/logout", form));
        visit.browser.cookies.putAll(cookies);
        assertTrue(reply.status() == 200 || reply.status() == 303, reply.body());
        tally.acknowledged("sign-out");
        visit.signedOut();
    }

    // By a second process on the same database, as an operator does it.
    private void changePassword(Person person) {
        var next = "another good password " + ++passwords;
        undisturbed.lock();
        try {
            installed.command(next + "\n", "user", "password", person.email, "--password-stdin");
        } finally {
            undisturbed.unlock();
        }
        tally.acknowledged("password");
        person.isChanged = true;
        person.formerPassword = person.password;
        person.password = next;
        visits.stream().filter(visit -> visit.person == person).forEach(visit -> {
            visit.isTouched = true;
            visit.signedOut();
        });
    }

    private interface Exchange {
        Reply run();
    }

    private Reply inFlight(String what, Exchange exchange) {
        try {
            return answered(exchange.run());
        } catch (UncheckedIOException | Unanswered e) {
            tally.inFlight(what);
            throw e;
        }
    }

    /// Somebody on the way answered that nothing is known of the outcome: a proxy whose node is gone, a server
    /// whose database is. Whoever starts a storm has to expect it, or it is a fault.
    static final class Unanswered extends RuntimeException {
        private static final long serialVersionUID = 1;

        private Unanswered(Reply reply) {
            super(reply.status() + " " + reply.body());
        }
    }

    private static Reply answered(Reply reply) {
        if (reply.status() >= 500) {
            throw new Unanswered(reply);
        }
        return reply;
    }

    // ---- holding the server to it
    // ------------------------------------------------------------------------------------

    /// The grants of the sessions that are known to go on.
    List<Family> families() {
        return visits.stream()
                .filter(visit -> visit.isSignedIn == Truth.YES)
                .flatMap(visit -> visit.families.stream())
                .filter(family -> family.isAlive)
                .toList();
    }

    /// After a restart: whatever the last storm touched, and a few of the others, is as it was told.
    void check(String server) {
        visits.forEach(visit -> visit.browser.at(server));
        for (var visit : List.copyOf(visits)) {
            if (visit.isTouched || random.nextInt(6) == 0) {
                check(server, visit);
            }
            visit.isTouched = false;
        }
        people.stream().filter(person -> person.isChanged).forEach(person -> {
            person.isChanged = false;
            var browser = Installed.browser(server);
            var page = browser.follow(browser.get(Site.authorize(Site.request("spa"))));
            var refused = browser.post("/login", Site.login(page, person.email, person.formerPassword));
            assertEquals("wrong", refused.signIn(), "what a former password gives");
        });
    }

    private void check(String server, Visit visit) {
        tally.checked.incrementAndGet();
        var silent = answered(visit.browser.get(Site.authorize(Site.request("spa", Map.of("prompt", "none")))));
        var error = silent.redirect().text("error");
        if (visit.isSignedIn == Truth.UNKNOWN) {
            if (error.isEmpty()) {
                visit.isSignedIn = Truth.YES;
            } else {
                visit.signedOut();
            }
        }
        assertEquals(visit.isSignedIn == Truth.YES ? "" : "login_required", error, silent.location());
        for (var family : visit.families) {
            check(server, family);
        }
        for (var code : List.copyOf(visit.codes)) {
            if (code.isSpent == Truth.UNKNOWN || code.isSpent == Truth.NO && random.nextInt(3) > 0) {
                check(server, visit, code);
            }
        }
        if (visit.isSignedIn == Truth.YES && visit.person.hasConsented == Truth.YES) {
            visit.codes.add(silentCode(visit, "third"));
        }
    }

    private void check(String server, Family family) {
        tally.checked.incrementAndGet();
        var wasInFlight = family.isInFlight;
        var userinfo = Installed.userinfo(server, family.accessToken);
        assertEquals(family.isAlive ? 200 : 401, userinfo.status(), userinfo.body());
        if (!family.isAlive) {
            refused(Installed.token(server, Site.refresh(family.code.client, family.current())));
            return;
        }
        var before = family.current();
        refresh(server, family);
        if (wasInFlight) {
            // The lost answer's successor, whichever of the two tries made it; asked once more it is still the same.
            var again = Installed.token(server, Site.refresh(family.code.client, before));
            assertEquals(200, again.status(), again.body());
            assertEquals(family.current(), again.json().get("refresh_token").textValue());
        }
    }

    // A code that nobody answered for is either still good or was spent; after that it is spent for good.
    private void check(String server, Visit visit, Code code) {
        tally.checked.incrementAndGet();
        var reply = Installed.token(server, Site.redemption(code.client, code.value));
        var mayWork = visit.isSignedIn == Truth.YES;
        var hasToWork = mayWork
                && code.isSpent == Truth.NO
                && code.issuedAt.plus(CODE_LIFE).isAfter(Instant.now());
        code.isSpent = Truth.YES;
        if (reply.status() != 200) {
            assertFalse(hasToWork, "a code that was answered is lost: " + reply.body());
            refused(reply);
            return;
        }
        assertTrue(mayWork, "a code outlives its session");
        redeemed(visit, code, reply);
        if (random.nextBoolean()) {
            replay(server, visit.families.getLast());
        }
    }

    // Once: a second redemption is refused and takes everything with it.
    private static void replay(String server, Family family) {
        refused(Installed.token(server, Site.redemption(family.code.client, family.code.value)));
        family.isAlive = false;
        refused(Installed.token(server, Site.refresh(family.code.client, family.current())));
        assertEquals(401, Installed.userinfo(server, family.accessToken).status());
    }

    /// At the end: everything that was told, and then that what was spent stays spent.
    void finish(String server) {
        visits.forEach(visit -> finish(server, visit));
    }

    private void finish(String server, Visit visit) {
        check(server, visit);
        for (var family : visit.families) {
            if (!family.isAlive) {
                continue;
            }
            if (family.tokens.size() < 3 || random.nextBoolean()) {
                replay(server, family);
            } else {
                var twoBehind = family.tokens.get(family.tokens.size() - 3);
                refused(Installed.token(server, Site.refresh(family.code.client, twoBehind)));
                family.isAlive = false;
                refused(Installed.token(server, Site.refresh(family.code.client, family.current())));
            }
        }
    }

    private static void refused(Reply reply) {
        assertEquals(400, reply.status(), reply.body());
        assertEquals("invalid_grant", reply.json().get("error").textValue());
    }
}
