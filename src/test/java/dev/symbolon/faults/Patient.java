package dev.symbolon.faults;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.symbolon.faults.Visit.Truth;
import dev.symbolon.spec.Reply;
import dev.symbolon.spec.Site;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import java.util.function.Supplier;

/// A client that goes on while something is broken behind the server. Told to come later, it does; whatever it
/// was told before, it holds the server to. Any answer but a good one and "later" fails the test.
final class Patient {
    /// What it may expect of the fault.
    ///
    /// @param readsGoOn what changes nothing is answered as ever
    /// @param laterIsNothing who was told to come later knows that nothing was done
    record Fault(boolean readsGoOn, boolean laterIsNothing) {}

    /// Between being told to come later and coming: less than it was asked for, so that there is load.
    private static final long RESTS_NANOS = 20_000_000;

    private final Told told;
    private final Fault fault;
    private final Random random;
    private final String email;
    private final List<Visit> visits = new ArrayList<>();

    Patient(String email, Fault fault, Random random, Told told) {
        this.email = email;
        this.fault = fault;
        this.random = random;
        this.told = told;
    }

    /// So many of them, each with a person of its own.
    static List<Patient> some(int many, Fault fault, long seed, Told told) {
        var patients = new ArrayList<Patient>();
        for (var number = 0; number < many; number++) {
            patients.add(new Patient(Installed.email(number), fault, new Random(seed + number), told));
        }
        return patients;
    }

    /// Lets all of them live while that happens.
    static void during(List<Patient> patients, Jar server, Callable<?> happens) throws Exception {
        var over = new AtomicBoolean();
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            var living = new ArrayList<Future<?>>();
            try {
                patients.forEach(patient -> living.add(threads.submit(() -> patient.live(server, over::get))));
                happens.call();
            } finally {
                over.set(true);
                for (var one : living) {
                    one.get();
                }
            }
        }
    }

    /// Does the same with each, all at once.
    static void each(List<Patient> patients, Consumer<Patient> work) throws Exception {
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            var done = new ArrayList<Future<?>>();
            patients.forEach(patient -> done.add(threads.submit(() -> work.accept(patient))));
            for (var one : done) {
                one.get();
            }
        }
    }

    private void live(Jar server, BooleanSupplier over) {
        while (!over.getAsBoolean()) {
            act(server);
        }
    }

    private void act(Jar server) {
        if (visits.isEmpty() || random.nextInt(100) < 5) {
            signIn(server);
            return;
        }
        var visit = visits.get(random.nextInt(visits.size()));
        var dice = random.nextInt(100);
        if (dice < 15) {
            look(server, visit);
        } else if (dice < 30) {
            code(visit).ifPresent(visit.codes::add);
        } else if (dice < 38 && fresh(visit).isPresent()) {
            race(server, visit, fresh(visit).get());
        } else if (visit.families.isEmpty() || dice < 50) {
            fresh(visit).or(() -> code(visit)).ifPresent(code -> redeem(server, visit, code));
        } else {
            refresh(server, visit.families.get(random.nextInt(visit.families.size())));
        }
    }

    private static Optional<Visit.Code> fresh(Visit visit) {
        return visit.codes.stream().filter(code -> code.isSpent == Truth.NO).findFirst();
    }

    /// The answer; empty when it was told to come later.
    private Optional<Reply> ask(String what, Supplier<Reply> exchange) {
        var began = System.nanoTime();
        var reply = exchange.get();
        var took = System.nanoTime() - began;
        if (reply.status() != 503) {
            told.done(what, took);
            return Optional.of(reply);
        }
        assertTrue(reply.header("retry-after").isPresent(), "503 without Retry-After: " + reply.body());
        assertTrue(reply.body().contains(" "), "a sentence");
        assertFalse(reply.body().contains("Exception"), reply.body());
        told.later(what, took);
        LockSupport.parkNanos(RESTS_NANOS);
        return Optional.empty();
    }

    private void signIn(Jar server) {
        var browser = Installed.browser(server);
        var page = ask("page", () -> browser.follow(browser.get(Site.authorize(Site.request("spa")))));
        if (page.isEmpty()) {
            return;
        }
        var back = ask("sign-in", () -> browser.post("/login", Site.login(page.get(), email, Site.PASSWORD)));
        if (back.isEmpty()) {
            return;
        }
        assertEquals("in", back.get().signIn(), back.get().body());
        var visit = new Visit(new Visit.Person(email, Site.PASSWORD), browser);
        visits.add(visit);
        ask("code", () -> browser.follow(back.get())).map(Patient::coded).ifPresent(visit.codes::add);
    }

    private Optional<Visit.Code> code(Visit visit) {
        var silently = Site.authorize(Site.request("spa", Map.of("prompt", "none")));
        return ask("code", () -> visit.browser.get(silently)).map(Patient::coded);
    }

    private static Visit.Code coded(Reply reply) {
        assertEquals(303, reply.status(), reply.body());
        var code = reply.redirect().text("code");
        assertFalse(code.isEmpty(), reply.location());
        return new Visit.Code("spa", code);
    }

    private void look(Jar server, Visit visit) {
        for (var path : List.of("/.well-known/openid-configuration", "/.well-known/jwks.json")) {
            looked(ask("look", () -> Installed.browser(server).get(path)));
        }
        if (!visit.families.isEmpty()) {
            var token = visit.families.getLast().accessToken;
            looked(ask("look", () -> Installed.userinfo(server, token)));
        }
    }

    private void looked(Optional<Reply> reply) {
        assertTrue(reply.isPresent() || !fault.readsGoOn, "what changes nothing goes on");
        reply.ifPresent(good -> assertEquals(200, good.status(), good.body()));
    }

    private void redeem(Jar server, Visit visit, Visit.Code code) {
        var reply = ask("redemption", () -> Installed.token(server, Site.redemption("spa", code.value)));
        if (reply.isEmpty()) {
            code.isSpent = fault.laterIsNothing ? Truth.NO : Truth.UNKNOWN;
            if (code.isSpent == Truth.NO && !visit.codes.contains(code)) {
                visit.codes.add(code);
            }
            return;
        }
        assertEquals(200, reply.get().status(), reply.get().body());
        redeemed(visit, code, reply.get());
    }

    private static void redeemed(Visit visit, Visit.Code code, Reply reply) {
        code.isSpent = Truth.YES;
        var family = new Visit.Family(code);
        visit.families.add(family);
        remember(family, reply);
    }

    private static void remember(Visit.Family family, Reply reply) {
        family.tokens.add(reply.json().get("refresh_token").textValue());
        family.accessToken = reply.json().get("access_token").textValue();
        family.isInFlight = false;
    }

    /// Two at once: one of them at most gets tokens, which the other takes back again if it came to it.
    private void race(Jar server, Visit visit, Visit.Code code) {
        visit.codes.remove(code);
        Callable<Boolean> redemption = () -> {
            var reply = ask("race", () -> Installed.token(server, Site.redemption("spa", code.value)));
            reply.filter(one -> one.status() != 200).ifPresent(Patient::refused);
            return reply.isPresent() && reply.get().status() == 200;
        };
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            var won = 0;
            for (var one : threads.invokeAll(List.of(redemption, redemption))) {
                won += one.get() ? 1 : 0;
            }
            assertTrue(won <= 1, "a code was redeemed twice");
            if (won == 1) {
                ask("race", () -> Installed.token(server, Site.redemption("spa", code.value)))
                        .ifPresent(Patient::refused);
            }
        } catch (Exception e) {
            throw new AssertionError(e);
        }
    }

    private void refresh(Jar server, Visit.Family family) {
        var reply = ask("refresh", () -> Installed.token(server, Site.refresh("spa", family.current())));
        if (reply.isEmpty()) {
            family.isInFlight = true;
            return;
        }
        assertEquals(200, reply.get().status(), reply.get().body());
        remember(family, reply.get());
    }

    private static void refused(Reply reply) {
        assertEquals(400, reply.status(), reply.body());
        assertEquals("invalid_grant", reply.json().get("error").textValue());
    }

    // ---- afterwards -------------------------------------------------------------------------------------------------

    /// The fault is over: everything that was told is so, and nobody is told to come later any more.
    void settle(Jar server) {
        for (var visit : visits) {
            for (var family : visit.families) {
                wellAgain(Installed.token(server, Site.refresh("spa", family.current())), family);
            }
            for (var code : visit.codes) {
                if (code.isSpent != Truth.YES) {
                    settle(server, visit, code);
                }
            }
            assertTrue(code(visit).isPresent(), "a session goes on");
        }
    }

    private static void wellAgain(Reply reply, Visit.Family family) {
        assertEquals(200, reply.status(), reply.body());
        remember(family, reply);
    }

    private static void settle(Jar server, Visit visit, Visit.Code code) {
        var reply = Installed.token(server, Site.redemption("spa", code.value));
        if (code.isSpent == Truth.UNKNOWN && reply.status() == 400) {
            refused(reply);
            code.isSpent = Truth.YES;
            return;
        }
        assertEquals(200, reply.status(), "a code that was answered is lost: " + reply.body());
        redeemed(visit, code, reply);
    }

    /// At the end: what was spent is spent, and takes with it what was given for it.
    void finish(Jar server) {
        for (var visit : visits) {
            for (var family : visit.families) {
                refused(Installed.token(server, Site.redemption("spa", family.code.value)));
                refused(Installed.token(server, Site.refresh("spa", family.current())));
                assertEquals(401, Installed.userinfo(server, family.accessToken).status());
            }
        }
    }
}
