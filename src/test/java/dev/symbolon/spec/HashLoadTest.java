package dev.symbolon.spec;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;

/// Sign-ins at a hash that costs something: how long they take, and what happens when too many come.
final class HashLoadTest {
    private static final int STRANGERS = 24;

    private static Reply login(Site site, Browser browser, String email, String password) {
        var page = browser.follow(browser.get(Site.authorize(Site.request("spa"))));
        return browser.post("/login", Site.login(page, email, password));
    }

    @Test
    void BF_08_too_many_sign_ins_are_sent_away_and_refreshes_go_on() throws Exception {
        try (var site = Site.start(Map.of(
                        "SYMBOLON_HASH_PERMITS", "1",
                        "SYMBOLON_HASH_QUEUE", "2",
                        "SYMBOLON_ARGON2_MEMORY_KIB", "131072",
                        "SYMBOLON_ARGON2_ITERATIONS", "3"));
                var strangers = Executors.newVirtualThreadPerTaskExecutor()) {
            // Ada's own hash is of the lowest cost until she signs in for the first time.
            var tokens = site.tokens("spa").json();
            var together = new CyclicBarrier(STRANGERS);
            var replies = new ArrayList<Future<Reply>>();
            for (var i = 0; i < STRANGERS; i++) {
                var browser = site.browser();
                var page = browser.follow(browser.get(Site.authorize(Site.request("spa"))));
                var form = Site.login(page, "stranger" + i + "@example.com", "guess");
                replies.add(strangers.submit(() -> {
                    together.await();
                    return browser.post("/login", form);
                }));
            }
            var during = new ArrayList<Long>();
            while (replies.stream().anyMatch(reply -> !reply.isDone())) {
                var began = System.nanoTime();
                var next = site.token(
                        Site.refresh("spa", tokens.get("refresh_token").textValue()));
                during.add((System.nanoTime() - began) / 1_000_000);
                assertEquals(200, next.status(), next.body());
                tokens = next.json();
                assertEquals(200, site.browser().get("/.well-known/jwks.json").status());
            }
            assertSomeWereSentAway(replies);
            System.out.println("BF-08: " + during.size() + " refreshes while strangers signed in, median "
                    + median(during) + " ms");
            assertTrue(median(during) < 1_000, during + " ms");
            assertEquals(
                    "in",
                    login(site, site.browser(), "ada@example.com", Site.PASSWORD)
                            .signIn());
        }
    }

    private static void assertSomeWereSentAway(List<Future<Reply>> replies) throws Exception {
        var busy = 0;
        for (var future : replies) {
            var reply = future.get();
            if (reply.status() == 503) {
                busy++;
                assertEquals("2", reply.header("retry-after").orElseThrow());
                assertTrue(reply.body().contains("id=\"password\""), reply.body());
                assertTrue(reply.headers("set-cookie").isEmpty());
            } else {
                assertEquals("wrong", reply.signIn(), reply.body());
            }
        }
        assertTrue(busy > 0 && busy <= STRANGERS - 3, busy + " of " + STRANGERS + " were sent away");
    }

    @Test
    void BF_08_one_person_cannot_take_all_places() throws Exception {
        try (var site = Site.start(Map.of(
                        "SYMBOLON_HASH_PERMITS", "1",
                        "SYMBOLON_HASH_QUEUE", "8",
                        "SYMBOLON_ARGON2_MEMORY_KIB", "65536",
                        "SYMBOLON_ARGON2_ITERATIONS", "3"));
                var people = Executors.newVirtualThreadPerTaskExecutor()) {
            var together = new CyclicBarrier(STRANGERS + 1);
            var replies = new ArrayList<Future<Reply>>();
            for (var i = 0; i < STRANGERS; i++) {
                var browser = site.browser();
                var page = browser.follow(browser.get(Site.authorize(Site.request("spa"))));
                replies.add(people.submit(() -> {
                    together.await();
                    return browser.post("/login", Site.login(page, "ada@example.com", Site.PASSWORD));
                }));
            }
            var other = site.browser();
            var page = other.follow(other.get(Site.authorize(Site.request("spa"))));
            together.await();
            assertEquals(
                    "in",
                    other.post("/login", Site.login(page, "bob@example.com", Site.PASSWORD))
                            .signIn());
            var ofAda = new ArrayList<String>();
            for (var reply : replies) {
                ofAda.add(reply.get().signIn());
            }
            assertTrue(ofAda.contains("503") && ofAda.contains("in"), ofAda.toString());
        }
    }

    @Test
    void BF_08_who_is_sent_away_has_lost_no_try() throws Exception {
        try (var site = Site.start(Map.of(
                        "SYMBOLON_HASH_PERMITS", "1",
                        "SYMBOLON_HASH_QUEUE", "0",
                        "SYMBOLON_ARGON2_MEMORY_KIB", "131072",
                        "SYMBOLON_ARGON2_ITERATIONS", "3"));
                var strangers = Executors.newVirtualThreadPerTaskExecutor()) {
            var together = new CyclicBarrier(8);
            var replies = new ArrayList<Future<Reply>>();
            for (var i = 0; i < 8; i++) {
                var browser = site.browser();
                var page = browser.follow(browser.get(Site.authorize(Site.request("spa"))));
                var form = Site.login(page, "nobody@example.com", "guess");
                replies.add(strangers.submit(() -> {
                    together.await();
                    return browser.post("/login", form);
                }));
            }
            var tried = 0;
            for (var reply : replies) {
                tried += reply.get().signIn().equals("wrong") ? 1 : 0;
            }
            var counted = site.dump().ask("SELECT attempts FROM attempt WHERE bucket LIKE 'a%'");
            assertEquals(List.of(Integer.toString(tried)), counted);
        }
    }

    @Test
    void BF_05_unknown_disabled_and_wrong_take_the_same_time() {
        try (var site = Site.start(Map.of(
                "SYMBOLON_ARGON2_MEMORY_KIB", "19456",
                "SYMBOLON_ARGON2_ITERATIONS", "2",
                "SYMBOLON_ATTEMPTS_PER_ACCOUNT", "1000000",
                "SYMBOLON_ATTEMPTS_PER_ACCOUNT_ANYWHERE", "1000000"))) {
            var emails = List.of("nobody@example.com", "dora@example.com", "ada@example.com");
            var millis = new long[3][70];
            for (var round = -10; round < 70; round++) {
                for (var who = 0; who < 3; who++) {
                    var browser = site.browser();
                    var page = browser.follow(browser.get(Site.authorize(Site.request("spa"))));
                    var form = Site.login(page, emails.get(who), "guess");
                    var began = System.nanoTime();
                    assertEquals("wrong", browser.post("/login", form).signIn());
                    if (round >= 0) {
                        millis[who][round] = (System.nanoTime() - began) / 1_000;
                    }
                }
            }
            var medians = Arrays.stream(millis).map(HashLoadTest::median).toList();
            System.out.println("BF-05: medians in microseconds, unknown/disabled/wrong: " + medians);
            var apart = medians.stream().mapToLong(Long::longValue).max().orElseThrow()
                    - medians.stream().mapToLong(Long::longValue).min().orElseThrow();
            // A quarter: where others keep the processors busy, a hash takes far longer than on a quiet machine.
            assertTrue(apart < Math.max(10_000, medians.getFirst() / 4), medians + " us");
        }
    }

    private static long median(long... values) {
        return Arrays.stream(values).sorted().toArray()[values.length / 2];
    }

    private static long median(List<Long> values) {
        return values.stream().sorted().toList().get(values.size() / 2);
    }
}
