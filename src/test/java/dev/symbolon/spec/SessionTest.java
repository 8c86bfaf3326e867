package dev.symbolon.spec;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.net.http.HttpRequest.BodyPublishers;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/// The browser's session: how it starts, how long it lives, and that nobody else can start, fix or forge one.
final class SessionTest {
    private static final String PROBE = Site.authorize(Site.request("spa", Map.of("prompt", "none")));
    private static Site site;

    @BeforeAll
    static void start() {
        site = Site.start();
    }

    @AfterAll
    static void stop() {
        site.close();
    }

    private static Browser signedIn() {
        var browser = site.browser();
        var back = site.signIn(browser, Site.request("spa"), "ada@example.com");
        assertFalse(back.redirect().text("code").isEmpty());
        return browser;
    }

    private static Reply loginPage(Browser browser) {
        var page = browser.follow(browser.get(Site.authorize(Site.request("spa"))));
        assertEquals(200, page.status(), page.body());
        return page;
    }

    private static void assertAlive(Browser browser) {
        var back = browser.get(PROBE).redirect();
        assertEquals("", back.text("error"));
        assertFalse(back.text("code").isEmpty());
    }

    private static void assertDead(Browser browser) {
        assertEquals("login_required", browser.get(PROBE).redirect().text("error"));
    }

    private static void assertNoSession(Reply reply, int status) {
        assertEquals(status, reply.status(), reply.body());
        assertTrue(reply.header("location").isEmpty());
        assertTrue(reply.headers("set-cookie").stream().noneMatch(one -> one.contains("session=")));
        assertEquals("text/html; charset=utf-8", reply.header("content-type").orElseThrow());
    }

    private static Reply postAs(Browser browser, Map<String, String> form, String... headers) {
        var builder = browser.to("/login").header("Content-Type", "application/x-www-form-urlencoded");
        if (headers.length > 0) {
            builder.headers(headers);
        }
        return browser.send(builder.POST(BodyPublishers.ofString(Browser.encode(form))));
    }

    @Test
    @Spec("RFC 9207 §2")
    void SE_01_every_answer_names_the_issuer_of_discovery() {
        var issuer = site.browser()
                .get("/.well-known/openid-configuration")
                .json()
                .get("issuer")
                .textValue();
        assertEquals(site.issuer, issuer);
        var browser = signedIn();
        assertEquals(issuer, browser.get(PROBE).redirect().text("iss"));
        assertEquals(issuer, site.browser().get(PROBE).redirect().text("iss"));
        var leaving = site.browser();
        var form = Site.login(loginPage(leaving), "", "");
        form.put("action", "cancel");
        var cancelled = leaving.follow(leaving.post("/login", form)).redirect();
        assertEquals("access_denied", cancelled.text("error"));
        assertEquals(issuer, cancelled.text("iss"));
        var plain = Site.authorize(Site.request("spa", Map.of("code_challenge_method", "plain")));
        assertEquals(issuer, browser.get(plain).redirect().text("iss"));
    }

    @Test
    void SE_02_a_login_without_the_pages_token_or_from_another_site_starts_nothing() {
        var before = site.dump().world();
        var browser = site.browser();
        var page = loginPage(browser);
        var good = Site.login(page, "ada@example.com", Site.PASSWORD);
        var origin = site.issuer;
        for (var csrf : List.of("", "x", loginPage(site.browser()).hidden("csrf"))) {
            var form = new LinkedHashMap<>(good);
            form.put("csrf", csrf);
            assertNoSession(browser.post("/login", form), 403);
        }
        assertNoSession(postAs(browser, good), 403);
        assertNoSession(postAs(browser, good, "Origin", "null"), 403);
        assertNoSession(postAs(browser, good, "Origin", "https://evil.example"), 403);
        assertNoSession(postAs(browser, good, "Origin", origin + ".evil.example"), 403);
        assertNoSession(postAs(browser, good, "Origin", origin, "Sec-Fetch-Site", "cross-site"), 403);
        assertNoSession(postAs(browser, good, "Origin", origin, "Sec-Fetch-Site", "same-site"), 403);
        assertNoSession(postAs(browser, good, "Origin", "null", "Sec-Fetch-Site", "none"), 403);
        assertEquals(before, site.dump().world());
        assertDead(browser);
        assertEquals(303, browser.post("/login", good).status());
    }

    @Test
    @Spec("RFC 9700 §4.7")
    void SE_03_an_attackers_form_signs_nobody_in_in_the_victims_browser() {
        var attacker = site.browser();
        var form = Site.login(loginPage(attacker), "bob@example.com", Site.PASSWORD);
        var victim = signedIn();
        var before = site.dump().world();
        assertNoSession(victim.post("/login", form), 403);
        var fresh = site.browser();
        assertNoSession(fresh.post("/login", form), 403);
        assertEquals(before, site.dump().world());
        assertAlive(victim);
        assertDead(fresh);
    }

    @Test
    void SE_04_a_transaction_that_was_begun_elsewhere_begins_anew_here() {
        var attacker = site.browser();
        var link = attacker.get(Site.authorize(Site.request("spa"))).location();
        var victim = site.browser();
        var page = victim.follow(victim.get(link));
        assertEquals(200, page.status());
        assertNotEquals(link.substring(link.indexOf("interaction=") + 12), page.hidden("interaction"));
        var back = site.signInAt(victim, page, "ada@example.com");
        assertFalse(back.redirect().text("code").isEmpty());
        var stolen = attacker.get(link.replace("/login", "/authorize/resume"));
        assertTrue(stolen.location().startsWith("/login"), stolen.location());
        assertDead(attacker);
    }

    @Test
    void SE_04_a_planted_session_cookie_is_worth_nothing_after_the_victim_signs_in() {
        var attacker = site.browser();
        attacker.cookies.put("symbolon-session", "attacker-chose-this-value-0123456789abcdefg");
        var victim = site.browser();
        victim.cookies.put("symbolon-session", "attacker-chose-this-value-0123456789abcdefg");
        site.signIn(victim, Site.request("spa"), "ada@example.com");
        assertAlive(victim);
        assertDead(attacker);

        var signedInAttacker = site.browser();
        site.signIn(signedInAttacker, Site.request("spa"), "bob@example.com");
        var other = site.browser();
        other.cookies.put("symbolon-session", signedInAttacker.cookies.get("symbolon-session"));
        site.clock.advance(Duration.ofSeconds(1));
        site.signIn(other, Site.request("spa", Map.of("prompt", "login")), "ada@example.com");
        assertDead(signedInAttacker);
    }

    @Test
    void SE_04_the_cookie_changes_at_every_sign_in_and_the_old_copy_is_dead() {
        var browser = signedIn();
        var thief = browser.copy();
        site.clock.advance(Duration.ofMinutes(1));
        site.signIn(browser, Site.request("spa", Map.of("prompt", "login")), "ada@example.com");
        assertNotEquals(thief.cookies.get("symbolon-session"), browser.cookies.get("symbolon-session"));
        assertAlive(browser);
        assertDead(thief);
    }

    @Test
    @Spec("RFC 9700 §4.12")
    void SE_08_credentials_are_answered_with_303() {
        var browser = site.browser();
        var reply = browser.post("/login", Site.login(loginPage(browser), "ada@example.com", Site.PASSWORD));
        assertEquals(303, reply.status());
        assertEquals(0, reply.http().body().length);
        assertEquals(303, browser.follow(reply).status());
    }

    @Test
    void SE_10_a_session_that_is_used_lives_and_one_that_is_not_ends() {
        var browser = signedIn();
        for (var week = 0; week < 3; week++) {
            site.clock.advance(Duration.ofDays(7).minusMinutes(2));
            assertAlive(browser);
        }
        site.clock.advance(Duration.ofDays(7).plusMinutes(2));
        assertDead(browser);
        assertTrue(loginPage(browser).body().contains("id=\"password\""));
    }

    @Test
    void SE_10_a_session_ends_thirty_days_after_the_sign_in_however_much_it_is_used() {
        var browser = signedIn();
        var thirty = Duration.ofDays(30);
        for (var left = thirty.minusMinutes(1); left.isPositive(); left = left.minusDays(5)) {
            site.clock.advance(left.compareTo(Duration.ofDays(5)) > 0 ? Duration.ofDays(5) : left);
            assertAlive(browser);
        }
        site.clock.advance(Duration.ofMinutes(2));
        assertDead(browser);
    }

    @Test
    void SE_10_signing_in_again_starts_the_thirty_days_anew() {
        var browser = signedIn();
        for (var i = 0; i < 7; i++) {
            site.clock.advance(Duration.ofDays(6));
            site.signIn(browser, Site.request("spa", Map.of("prompt", "login")), "ada@example.com");
        }
        assertAlive(browser);
    }

    @Test
    void SE_10_a_refresh_token_lives_by_its_own_clock_after_the_session_is_idle() {
        var browser = site.browser();
        var back = site.signIn(browser, Site.request("spa"), "ada@example.com");
        var answer =
                site.token(Site.redemption("spa", back.redirect().text("code"))).json();
        site.clock.advance(Duration.ofDays(8));
        assertDead(browser);
        assertEquals(
                200,
                site.token(Site.refresh("spa", answer.get("refresh_token").textValue()))
                        .status());
    }

    @Test
    void SE_11_a_changed_or_forged_request_in_progress_is_refused_on_a_page() {
        var browser = signedIn();
        var location = site.browser().get(Site.authorize(Site.request("spa"))).location();
        var sealed = location.substring(location.indexOf("interaction=") + 12);
        var middle = sealed.length() / 2;
        var flipped = sealed.charAt(middle) == 'A' ? 'B' : 'A';
        var before = site.dump().world();
        for (var forged : List.of(
                "",
                "x",
                sealed.substring(1),
                sealed.substring(0, sealed.length() - 4),
                sealed.substring(0, middle) + flipped + sealed.substring(middle + 1),
                browser.cookies.get("symbolon-browser"),
                "A".repeat(20_000))) {
            for (var path : List.of(
                    "/login",
                    "/consent",
                    "/accounts",
                    "/authorize/resume",
                    "/authorize/cancel",
                    "/authorize/restart")) {
                assertNoSession(browser.get(path + "?interaction=" + forged), 400);
            }
        }
        assertEquals(before, site.dump().world());
        assertAlive(browser);
    }

    @Test
    void SE_11_a_request_in_progress_is_proved_again_when_it_goes_on() {
        site.client("short", Site.draft().callbacks(Site.CALLBACK));
        var browser = site.browser();
        var page = browser.follow(browser.get(Site.authorize(Site.request("short"))));
        var form = Site.login(page, "ada@example.com", Site.PASSWORD);
        site.app
                .house()
                .clients()
                .disable(site.host().id(), new dev.symbolon.oauth.ClientId("short"), site.clock.instant());
        var reply = browser.follow(browser.post("/login", form));
        assertEquals(400, reply.status(), reply.body());
        assertTrue(reply.header("location").isEmpty());
    }

    @Test
    void a_page_left_open_for_a_day_still_signs_in_and_one_left_for_a_month_says_so() {
        var browser = site.browser();
        var page = loginPage(browser);
        site.clock.advance(Duration.ofDays(1));
        assertFalse(site.signInAt(browser, page, "ada@example.com")
                .redirect()
                .text("code")
                .isEmpty());
        var old = loginPage(site.browser());
        site.clock.advance(Duration.ofDays(31));
        assertNoSession(site.browser().post("/login", Site.login(old, "ada@example.com", Site.PASSWORD)), 400);
    }

    @Test
    void the_address_is_known_however_it_is_written_and_the_password_only_exactly() {
        var browser = site.browser();
        assertEquals(
                "in",
                browser.post("/login", Site.login(loginPage(browser), "  ADA@Example.COM ", Site.PASSWORD))
                        .signIn());
        for (var wrong : List.of(
                Site.PASSWORD + " ", " " + Site.PASSWORD, Site.PASSWORD.toUpperCase(Locale.ROOT), "zq-not-it")) {
            var other = site.browser();
            var reply = other.post("/login", Site.login(loginPage(other), "ada@example.com", wrong));
            assertTurnedAway(other, reply);
            assertFalse(other.follow(reply).body().contains(wrong), "echoed");
        }
    }

    private static void assertTurnedAway(Browser browser, Reply reply) {
        assertEquals("wrong", reply.signIn(), reply.body());
        assertTrue(reply.headers("set-cookie").isEmpty());
        assertNoSession(browser.follow(reply), 200);
    }

    @Test
    void fields_that_are_missing_or_far_too_long_start_nothing() {
        var browser = site.browser();
        var page = loginPage(browser);
        for (var form : List.of(
                Site.login(page, "", Site.PASSWORD),
                Site.login(page, "ada@example.com", ""),
                Site.login(page, "ada@example.com", "x".repeat(1_025)),
                Site.login(page, "a".repeat(5_000) + "@x", "x"),
                Site.login(page, "a\0b@example.com", "\0"))) {
            assertTurnedAway(browser, browser.post("/login", form));
        }
    }
}
