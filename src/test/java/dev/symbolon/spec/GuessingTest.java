package dev.symbolon.spec;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// Whoever guesses passwords is slowed down, learns nothing, and cannot keep the owner out.
final class GuessingTest {
    private static final String PROBE = Site.authorize(Site.request("spa", Map.of("prompt", "none")));
    private Site site;

    @BeforeEach
    void start() {
        site = Site.start(Map.of(
                "SYMBOLON_TRUSTED_PROXIES", "127.0.0.2",
                "SYMBOLON_ATTEMPTS_PER_NETWORK", "40",
                "SYMBOLON_HASH_QUEUE", "1000"));
    }

    @AfterEach
    void stop() {
        site.close();
    }

    private Reply page(Browser browser) {
        return browser.follow(browser.get(Site.authorize(Site.request("spa", Map.of("prompt", "login")))));
    }

    private Reply attempt(Browser browser, String email, String password) {
        return browser.post("/login", Site.login(page(browser), email, password));
    }

    private void guess(String email, int times) {
        var stranger = site.browser();
        for (var i = 0; i < times; i++) {
            assertEquals("wrong", attempt(stranger, email, "guess " + i).signIn());
        }
    }

    private static void assertSlowedDown(Reply reply) {
        assertEquals(429, reply.status(), reply.body());
        var wait = Integer.parseInt(reply.header("retry-after").orElseThrow());
        assertTrue(wait > 0 && wait <= 900, wait + "");
        assertTrue(reply.header("location").isEmpty());
        assertTrue(reply.headers("set-cookie").isEmpty());
        assertTrue(reply.body().contains("id=\"password\""));
    }

    @Test
    void BF_02_one_network_that_tries_many_addresses_is_slowed_down() {
        var stranger = site.browser();
        for (var i = 0; i < 40; i++) {
            assertEquals(
                    "wrong",
                    attempt(stranger, "victim" + i + "@example.com", "Summer2026!")
                            .signIn());
        }
        assertSlowedDown(attempt(stranger, "victim41@example.com", "Summer2026!"));
        assertSlowedDown(attempt(site.browser(), "ada@example.com", Site.PASSWORD));
        site.clock.advance(Duration.ofMinutes(15));
        assertEquals(
                "in", attempt(site.browser(), "ada@example.com", Site.PASSWORD).signIn());
    }

    @Test
    void BF_02_a_network_that_is_slowed_down_uses_up_nobodys_tries() {
        guess("nobody@example.com", 10);
        for (var i = 0; i < 30; i++) {
            assertEquals(
                    "wrong",
                    attempt(site.browser(), "victim" + i + "@example.com", "x").signIn());
        }
        for (var i = 0; i < 20; i++) {
            assertSlowedDown(attempt(site.browser(), "bob@example.com", "x"));
        }
        assertEquals(
                "0",
                site.dump()
                        .ask("SELECT count(*) FROM attempt WHERE bucket LIKE 'a%' AND attempts > 10")
                        .getFirst());
        // Nobody but the ones who were tried: 31 addresses (from here and from anywhere), the network itself, and the
        // events about it, however long it goes on.
        assertTrue(site.dump().rows().get("attempt") <= 64, site.dump().rows() + "");
    }

    @Test
    void BF_03_the_owner_gets_in_while_strangers_guess() {
        var owner = site.browser();
        assertEquals("in", attempt(owner, "ada@example.com", Site.PASSWORD).signIn());
        guess("ada@example.com", 10);
        assertSlowedDown(attempt(site.browser(), "ada@example.com", "guess"));
        assertSlowedDown(attempt(site.browser(), "ADA@EXAMPLE.COM ", Site.PASSWORD));
        assertEquals("", owner.get(PROBE).redirect().text("error"));
        site.clock.advance(Duration.ofSeconds(1));
        assertEquals("in", attempt(owner, "ada@example.com", Site.PASSWORD).signIn());
        owner.cookies.remove("symbolon-session");
        assertEquals("in", attempt(owner, "ada@example.com", Site.PASSWORD).signIn());
    }

    @Test
    void BF_03_nobody_is_locked_out_for_longer_than_the_window() {
        guess("ada@example.com", 10);
        for (var i = 0; i < 5; i++) {
            assertSlowedDown(attempt(site.browser(), "ada@example.com", Site.PASSWORD));
        }
        site.clock.advance(Duration.ofMinutes(15));
        assertEquals(
                "in", attempt(site.browser(), "ada@example.com", Site.PASSWORD).signIn());
    }

    @Test
    void BF_03_a_known_browser_is_not_allowed_more_tries_than_others() {
        var thief = site.browser();
        attempt(thief, "ada@example.com", Site.PASSWORD);
        thief.cookies.remove("symbolon-session");
        for (var i = 0; i < 10; i++) {
            assertEquals(
                    "wrong", attempt(thief, "ada@example.com", "guess " + i).signIn());
        }
        assertSlowedDown(attempt(thief, "ada@example.com", Site.PASSWORD));
        assertEquals(
                "in", attempt(site.browser(), "ada@example.com", Site.PASSWORD).signIn());
    }

    @Test
    void BF_03_the_right_password_costs_no_try() {
        for (var i = 0; i < 60; i++) {
            assertEquals(
                    "in",
                    attempt(site.browser(), "ada@example.com", Site.PASSWORD).signIn());
        }
    }

    @Test
    void BF_02_an_account_of_ones_own_buys_no_tries_at_others() {
        var own = site.browser();
        assertEquals("in", attempt(own, "ada@example.com", Site.PASSWORD).signIn());
        for (var i = 0; i < 40; i++) {
            site.clock.advance(Duration.ofSeconds(1));
            assertEquals("in", attempt(own, "ada@example.com", Site.PASSWORD).signIn());
            assertEquals(
                    "wrong",
                    attempt(site.browser(), "victim" + i + "@example.com", "x").signIn());
        }
        assertSlowedDown(attempt(site.browser(), "victim41@example.com", "x"));
    }

    @Test
    void BF_02_guessing_leaves_a_bounded_trace() {
        behindProxy();
        for (var i = 0; i < 41; i++) {
            guessFrom("192.0.2.1", "victim" + i + "@example.com", 1);
        }
        guessFrom("198.51.100.1", "ada@example.com", 11);
        var told = site.dump().ask("SELECT detail FROM event WHERE kind = 'signin.slowed'");
        assertEquals(2, told.size(), told.toString());
        assertTrue(told.toString().contains("192.0.2.0/24"), told.toString());
        assertTrue(told.toString().contains("ada@example.com"), told.toString());
        for (var i = 0; i < 60; i++) {
            guessFrom("198.51." + i + ".1", "someone" + i + "@example.com", 11);
        }
        assertEquals(
                20,
                site.dump()
                        .ask("SELECT seq FROM event WHERE kind = 'signin.slowed'")
                        .size());
    }

    @Test
    void BF_03_strangers_in_one_network_do_not_slow_a_new_device_in_another() {
        behindProxy();
        guessFrom("198.51.100.1", "ada@example.com", 30);
        var home = site.browser().always("X-Forwarded-For", "203.0.113.7");
        assertEquals("in", attempt(home, "ada@example.com", Site.PASSWORD).signIn());
        for (var i = 0; i < 5; i++) {
            guessFrom("198.51." + (101 + i) + ".1", "ada@example.com", 10);
        }
        var elsewhere = site.browser().always("X-Forwarded-For", "203.0.114.7");
        site.clock.advance(Duration.ofSeconds(1));
        assertSlowedDown(attempt(elsewhere, "ada@example.com", Site.PASSWORD));
        assertEquals("in", attempt(home, "ada@example.com", Site.PASSWORD).signIn(), "a known browser still gets in");
    }

    @Test
    void BF_03_a_changed_password_makes_every_browser_a_stranger() {
        var thief = site.browser();
        assertEquals("in", attempt(thief, "bob@example.com", Site.PASSWORD).signIn());
        var house = site.app.house();
        var bob = house.accounts().byEmail(site.host().id(), "bob@example.com").orElseThrow();
        try (var passwords = dev.symbolon.App.passwords(dev.symbolon.Config.read(site.environment))) {
            var hash = passwords.hash("another horse, another battery");
            house.accounts().changePassword(site.host().id(), bob.account().subject(), hash, site.clock.instant());
        }
        guess("bob@example.com", 10);
        assertSlowedDown(attempt(thief, "bob@example.com", "guess"));
    }

    // As behind a proxy, so that a test has more than one network.
    private void behindProxy() {
        site.close();
        site = Site.start(Map.of("SYMBOLON_TRUSTED_PROXIES", "127.0.0.1,::1", "SYMBOLON_ATTEMPTS_PER_NETWORK", "40"));
    }

    private void guessFrom(String address, String email, int times) {
        for (var i = 0; i < times; i++) {
            attempt(site.browser().always("X-Forwarded-For", address), email, "guess " + i);
        }
    }

    @Test
    void BF_05_unknown_disabled_and_wrong_look_the_same() {
        var unknown = seen("nobody@example.com", "guess");
        assertEquals(unknown, seen("ada@example.com", "guess"));
        assertEquals(unknown, seen("dora@example.com", "guess"));
        assertEquals(unknown, seen("dora@example.com", Site.PASSWORD));
        assertTrue(unknown.get("body").contains("role=\"alert\""), unknown.get("body"));
    }

    @Test
    void BF_05_an_unknown_address_is_slowed_down_like_a_known_one() {
        guess("nobody@example.com", 10);
        guess("ada@example.com", 10);
        guess("dora@example.com", 10);
        var unknown = seen("nobody@example.com", "guess");
        assertEquals("429", unknown.get("status"));
        assertEquals(unknown, seen("ada@example.com", Site.PASSWORD));
        assertEquals(unknown, seen("dora@example.com", Site.PASSWORD));
    }

    @Test
    void BF_05_a_hint_does_not_tell_who_is_known() {
        var ada = site.browser();
        var nobody = site.browser();
        var asked = Site.authorize(Site.request("spa", Map.of("login_hint", "ada@example.com")));
        var other = Site.authorize(Site.request("spa", Map.of("login_hint", "eve@example.com")));
        assertEquals(
                neutral(nobody.follow(nobody.get(other)), "eve@example.com"),
                neutral(ada.follow(ada.get(asked)), "ada@example.com"));
    }

    // Everything of an answer but what is new each time, and the address that was typed.
    private Map<String, String> seen(String email, String password) {
        var browser = site.browser();
        var answer = attempt(browser, email, password);
        var reply = browser.follow(answer);
        var seen = new TreeMap<String, String>();
        reply.http().headers().map().forEach((name, values) -> seen.put(name, values.toString()));
        seen.remove("date");
        seen.remove("content-length");
        seen.remove("x-request-id"); // each request has its own
        seen.put("answer", answer.signIn() + " " + answer.headers("set-cookie"));
        seen.put("status", reply.status() + "");
        seen.put("body", neutral(reply, email));
        return seen;
    }

    private static String neutral(Reply reply, String email) {
        return reply.body()
                .replace(reply.hidden("interaction"), "(interaction)")
                .replace(reply.hidden("csrf"), "(csrf)")
                .replace(email, "(email)");
    }

    @Test
    void BF_09_a_forged_x_forwarded_for_changes_nothing() {
        for (var i = 0; i < 40; i++) {
            var browser = site.browser().always("X-Forwarded-For", "203.0." + i + ".7");
            browser.always("Forwarded", "for=203.0." + i + ".7").always("X-Real-IP", "203.0." + i + ".7");
            assertEquals(
                    "wrong",
                    attempt(browser, "victim" + i + "@example.com", "x").signIn());
        }
        assertSlowedDown(attempt(site.browser().always("X-Forwarded-For", "198.51.100.1"), "ada@example.com", "x"));
    }

    @Test
    void BF_09_a_trusted_proxy_tells_networks_apart_and_cannot_be_talked_over() {
        site.close();
        site = Site.start(
                Map.of("SYMBOLON_TRUSTED_PROXIES", "127.0.0.1,::1,10.0.0.0/8", "SYMBOLON_ATTEMPTS_PER_NETWORK", "3"));
        for (var i = 0; i < 3; i++) {
            // What stands on the left was sent by the caller; the proxy adds whom it sees on the right.
            var browser = site.browser().always("X-Forwarded-For", "1.2." + i + ".4, 203.0.113." + i + ", 10.1.1.1");
            assertEquals(
                    "wrong",
                    attempt(browser, "victim" + i + "@example.com", "x").signIn());
        }
        var same = site.browser().always("X-Forwarded-For", "9.9.9.9, 203.0.113.99, 10.1.1.1");
        assertSlowedDown(attempt(same, "other@example.com", "x"));
        var neighbour = site.browser().always("X-Forwarded-For", "203.0.114.1");
        assertEquals("wrong", attempt(neighbour, "other@example.com", "x").signIn());
        for (var i = 0; i < 3; i++) {
            var v6 = site.browser().always("X-Forwarded-For", "2001:db8:1:2:" + i + "::1");
            assertEquals("wrong", attempt(v6, "six" + i + "@example.com", "x").signIn());
        }
        assertSlowedDown(
                attempt(site.browser().always("X-Forwarded-For", "2001:db8:1:2:ffff::9"), "z@example.com", "x"));
        assertFalse(attempt(site.browser().always("X-Forwarded-For", "2001:db8:1:3::9"), "z@example.com", "x")
                        .status()
                == 429);
    }
}
