package dev.symbolon.spec;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.symbolon.store.Accounts;
import dev.symbolon.store.Purge;
import dev.symbolon.store.Refusals;
import java.util.LinkedHashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;

/// Nothing that an anonymous visitor does can make the database grow: thousands of requests of every kind, and
/// every table keeps its rows. What is counted is bounded: attempts by the tries that a network has, refusals by
/// the most that are kept.
final class AnonymousVisitorTest {
    private static final int TRIES = 40;
    private static final int OF_EACH_KIND = 400;

    private static void assertStatus(int status, Reply reply) {
        assertEquals(status, reply.status(), reply.body());
    }

    private static void authorize(Site site, int i) {
        var browser = site.browser();
        var page = browser.follow(browser.get(Site.authorize(Site.request("spa", Map.of("state", "s" + i)))));
        assertStatus(200, page);
        assertStatus(303, site.browser().get(Site.authorize(Site.request("spa", Map.of("prompt", "none")))));
        assertStatus(303, site.browser().get(Site.authorize(Site.request("third", Map.of("prompt", "login consent")))));
        assertStatus(303, site.browser().get("/authorize/restart?interaction=" + page.hidden("interaction")));
        assertStatus(400, site.browser().get("/login?interaction=x" + i));
        assertStatus(303, site.browser().get("/logout?client_id=spa&state=" + i));
        assertStatus(200, site.browser().get("/logged-out?client_id=spa&x=" + i));
    }

    private static void refusedCallbacks(Site site, int i) {
        var evil = Map.of("redirect_uri", "https://evil.example/" + i);
        assertStatus(400, site.browser().get(Site.authorize(Site.request("spa", evil))));
        assertStatus(400, site.browser().get(Site.authorize(Site.request("nobody" + i))));
        var long1 = Map.of("redirect_uri", "https://evil.example/" + i + "x".repeat(5_000));
        assertStatus(400, site.browser().get(Site.authorize(Site.request("spa", long1))));
        var both = Map.of("redirect_uri", "https://evil.example/again/" + i);
        assertStatus(400, site.browser().get(Site.authorize(Site.request("c".repeat(3_000) + i, both))));
    }

    private static void wrongPasswords(Site site, Browser browser, Reply page, int i) {
        var form = Site.login(page, "stranger" + i + "@example.com", "guess");
        assertEquals(i < TRIES ? "wrong" : "429", browser.post("/login", form).signIn());
    }

    private static void wrongTokens(Site site, int i) {
        assertStatus(400, site.token(Site.redemption("spa", "code" + i)));
        assertStatus(400, site.token(Site.refresh("spa", "A".repeat(74) + i)));
        assertStatus(401, site.token(Site.redemption("nobody" + i, "code")));
        assertStatus(
                401, site.token(Site.redemption("web", "code"), Map.of("Authorization", Site.basic("web", "s" + i))));
        assertStatus(401, site.withBearer("/userinfo", "token" + i));
        assertStatus(401, site.withBearer("/me", "eyJhbGciOiJSUzI1NiIsImtpZCI6ImsifQ.e30." + i));
        assertStatus(404, site.browser().get("/nothing/" + i));
    }

    private static void forgedCookies(Site site, int i) {
        var browser = site.browser();
        browser.cookies.put("symbolon-session", "forged" + i);
        browser.cookies.put("symbolon-browser", "forged" + i);
        assertStatus(303, browser.get(Site.authorize(Site.request("spa"))));
        assertStatus(303, browser.get("/logout"));
    }

    // Whoever is not here gets no mail; who asks is counted.
    private static void mails(Site site, Browser browser, Reply page, int i) {
        var email = "stranger" + i + "@example.com";
        assertStatus(303, ByMail.send(browser, page, "/recover", Map.of("username", email)));
        assertStatus(303, ByMail.send(browser, page, "/login", Map.of("username", email, "action", "code")));
        assertStatus(400, browser.get("/verify?link=x" + i));
        assertStatus(400, browser.get("/callback?state=x" + i + "&code=y"));
        assertStatus(400, browser.get("/connections/test?token=" + i));
        assertStatus(303, ByMail.send(browser, page, "/verify", Map.of("ticket", "x" + i, "code", "123456")));
    }

    @Test
    void nothing_an_anonymous_visitor_does_makes_the_database_grow() {
        try (var site = Site.start(Map.of("SYMBOLON_ATTEMPTS_PER_NETWORK", TRIES + ""))) {
            ByMail.passwordless(site, false);
            var before = site.dump().world();
            var browser = site.browser();
            var page = browser.follow(browser.get(Site.authorize(Site.request("spa"))));
            for (var i = 0; i < OF_EACH_KIND; i++) {
                authorize(site, i);
                refusedCallbacks(site, i);
                wrongPasswords(site, browser, page, i);
                wrongTokens(site, i);
                forgedCookies(site, i);
                mails(site, browser, page, i);
            }
            // What was refused is written once a second; closing writes the rest.
            site.app.close();
            var after = new LinkedHashMap<>(site.dump().world());
            // Guessing is told, once for each limit that was reached and only so often in a window.
            long told = site.dump()
                    .ask("SELECT seq FROM event WHERE kind = 'signin.slowed'")
                    .size();
            assertTrue(told > 0 && told <= Accounts.GUESSING_TOLD_MAX, told + " events");
            after.merge("event", -told, Long::sum);
            assertEquals(before, after);
            var rows = new LinkedHashMap<>(site.dump().rows());
            assertTrue(rows.get("refusal") <= Refusals.KEPT_MAX && rows.get("refusal") > 100, rows + "");
            assertTrue(rows.get("attempt") <= 2 * TRIES + 2 + OF_EACH_KIND + 2, rows + "");
            var longest = site.dump()
                    .ask("SELECT max(length(client_id) + length(rule) + length(received) + length(registered))"
                            + " FROM refusal")
                    .getFirst();
            assertTrue(Integer.parseInt(longest) <= 1_300, longest);
        }
    }

    @Test
    void buckets_of_attempts_come_from_a_bounded_set_and_go_when_their_window_is_over() {
        try (var site = Site.start()) {
            var browser = site.browser();
            var page = browser.follow(browser.get(Site.authorize(Site.request("spa"))));
            for (var i = 0; i < 200; i++) {
                var form = Site.login(page, "stranger" + i + "@example.com", "guess");
                assertEquals("wrong", browser.post("/login", form).signIn());
            }
            for (var bucket : site.dump().ask("SELECT bucket FROM attempt")) {
                assertTrue(bucket.matches("[akp][0-9a-f]{1,5}|n[0-9a-f]{1,4}|events"), bucket);
            }
            site.clock.advance(java.time.Duration.ofMinutes(16));
            site.app
                    .house()
                    .purge()
                    .purge(site.clock.instant(), Purge.Kept.both(java.time.Duration.ofDays(365)), 1_000);
            assertEquals(0, site.dump().rows().get("attempt"));
        }
    }
}
