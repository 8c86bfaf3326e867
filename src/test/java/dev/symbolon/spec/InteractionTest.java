package dev.symbolon.spec;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.symbolon.App;
import dev.symbolon.Config;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.logging.Handler;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import java.util.logging.SimpleFormatter;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// The corridor behind `/authorize`: it never dead-ends, whatever happens between its steps.
final class InteractionTest {
    private Site site;
    private Browser browser;

    @BeforeEach
    void start() {
        site = Site.start();
        browser = site.browser();
    }

    @AfterEach
    void stop() {
        site.close();
    }

    private Reply open(Map<String, String> changes) {
        return AtAuthorize.isSignIn(browser.follow(browser.get(Site.authorize(Site.request("spa", changes)))));
    }

    private Reply open() {
        return open(Map.of());
    }

    private static Map<String, String> cancel(Reply page) {
        return Map.of("interaction", page.hidden("interaction"), "csrf", page.hidden("csrf"), "action", "cancel");
    }

    @Test
    void a_page_that_was_open_for_a_day_still_signs_in() {
        var page = open();
        site.clock.advance(Duration.ofDays(1));
        AtAuthorize.isCode(site, site.signInAt(browser, page, "ada@example.com"));
    }

    @Test
    void a_page_that_was_open_for_a_month_says_so_and_writes_nothing() {
        var page = open();
        site.clock.advance(Duration.ofDays(31));
        AtAuthorize.still(site, () -> {
            AtAuthorize.isPage(browser.post("/login", Site.login(page, "ada@example.com", Site.PASSWORD)));
            for (var path : List.of(
                    "/login",
                    "/consent",
                    "/accounts",
                    "/authorize/resume",
                    "/authorize/restart",
                    "/authorize/cancel")) {
                var reply = browser.get(path + "?interaction=" + page.hidden("interaction"));
                AtAuthorize.isPage(reply);
                assertTrue(reply.body().contains("This page has expired"), path);
            }
        });
    }

    @Test
    void a_link_that_is_opened_in_another_browser_begins_anew_there() {
        var page = open();
        var elsewhere = site.browser();
        for (var path : List.of("/login", "/authorize/resume", "/consent", "/accounts")) {
            var there = AtAuthorize.isSignIn(
                    elsewhere.follow(elsewhere.get(path + "?interaction=" + page.hidden("interaction"))));
            assertFalse(there.hidden("interaction").equals(page.hidden("interaction")));
            assertFalse(there.hidden("csrf").equals(page.hidden("csrf")));
        }
        var there = elsewhere.follow(elsewhere.get("/login?interaction=" + page.hidden("interaction")));
        AtAuthorize.isCode(site, site.signInAt(elsewhere, there, "bob@example.com"));
        AtAuthorize.isCode(site, site.signInAt(browser, page, "ada@example.com"));
    }

    @Test
    void a_link_to_cancel_does_not_cancel_in_another_browser() {
        var interaction = open().hidden("interaction");
        var elsewhere = site.browser();
        AtAuthorize.isSignIn(elsewhere.follow(elsewhere.get("/authorize/cancel?interaction=" + interaction)));
        AtAuthorize.isBack(site, browser.get("/authorize/cancel?interaction=" + interaction), "access_denied");
    }

    @Test
    void a_form_that_is_sent_from_another_browser_is_refused_and_a_button_begins_anew() {
        var page = open();
        var elsewhere = site.browser();
        elsewhere.follow(elsewhere.get(Site.authorize(Site.request("spa"))));
        AtAuthorize.still(site, () -> {
            var reply = elsewhere.post("/login", Site.login(page, "ada@example.com", Site.PASSWORD));
            assertEquals(403, reply.status(), reply.body());
            var retry = reply.body().replaceAll("(?s).*id=\"retry\"[^>]*href=\"([^\"]*)\".*", "$1");
            assertTrue(retry.startsWith("/authorize/restart?interaction="), retry);
            AtAuthorize.isSignIn(elsewhere.follow(elsewhere.get(retry)));
        });
    }

    @Test
    void with_cookies_off_a_sentence_says_what_to_do() {
        var off = site.browser();
        var at = off.get(Site.authorize(Site.request("spa")));
        for (var hops = 0; hops < 10 && at.header("location").isPresent(); hops++) {
            off.cookies.clear();
            at = off.get(at.location());
        }
        assertEquals(403, at.status());
        assertTrue(at.body().contains("Your browser did not send our cookie"), at.body());
        assertTrue(at.body().contains("id=\"retry\""), "there is a button that tries again");
        AtAuthorize.errorId(at);
    }

    @Test
    void cookies_that_were_switched_off_on_the_page_are_told_when_it_is_sent() {
        var page = open();
        browser.cookies.clear();
        AtAuthorize.still(site, () -> {
            var reply = browser.post("/login", Site.login(page, "ada@example.com", Site.PASSWORD));
            assertEquals(403, reply.status());
            assertTrue(reply.body().contains("Your browser did not send our cookie"), reply.body());
        });
    }

    @Test
    void the_back_button_after_success_goes_on_to_the_application_again() {
        var page = open();
        var first = AtAuthorize.isCode(site, site.signInAt(browser, page, "ada@example.com"));
        var second = AtAuthorize.isCode(
                site, browser.follow(browser.get("/login?interaction=" + page.hidden("interaction"))));
        assertEquals(200, site.token(Site.redemption("spa", first)).status());
        assertEquals(200, site.token(Site.redemption("spa", second)).status());
    }

    @Test
    void a_double_click_signs_in_once_and_both_answers_lead_on() {
        var form = Site.login(open(), "ada@example.com", Site.PASSWORD);
        var first = browser.post("/login", form);
        var second = browser.post("/login", form);
        AtAuthorize.isCode(site, browser.follow(first));
        AtAuthorize.isCode(site, browser.follow(second));
        assertEquals(1, AtAuthorize.rows(site).get("session").size());
    }

    @Test
    void two_tabs_finish_one_after_the_other() {
        var one = open(Map.of("nonce", "one"));
        var two = open(Map.of("nonce", "two"));
        AtAuthorize.isCode(site, site.signInAt(browser, one, "ada@example.com"));
        site.clock.advance(Duration.ofSeconds(1));
        AtAuthorize.isCode(site, browser.follow(browser.get("/login?interaction=" + two.hidden("interaction"))));
        AtAuthorize.isCode(site, site.signInAt(browser, two, "bob@example.com"));
    }

    @Test
    @Spec("RFC 6749 §4.1.2.1")
    void after_cancel_the_page_can_still_be_used() {
        var page = open();
        AtAuthorize.still(
                site,
                () -> AtAuthorize.isBack(site, browser.follow(browser.post("/login", cancel(page))), "access_denied"));
        AtAuthorize.isCode(site, site.signInAt(browser, page, "ada@example.com"));
    }

    @Test
    void SE_11_a_resume_link_that_is_replayed_asks_again_where_it_has_to() {
        var page = open(Map.of("prompt", "login"));
        var link = "/authorize/resume?interaction=" + page.hidden("interaction");
        AtAuthorize.isSignIn(browser.follow(browser.get(link)));
        AtAuthorize.isCode(site, site.signInAt(browser, page, "ada@example.com"));
        browser.cookies.remove("symbolon-session");
        AtAuthorize.isSignIn(browser.follow(browser.get(link)));
        site.clock.advance(Duration.ofDays(8));
        AtAuthorize.isSignIn(browser.follow(browser.get(link)));
    }

    @Test
    void SE_11_what_is_not_sealed_by_this_tenant_is_a_page() {
        var sealed = open().hidden("interaction");
        var flipped = sealed.substring(0, 60) + (sealed.charAt(60) == 'A' ? 'B' : 'A') + sealed.substring(61);
        AtAuthorize.still(site, () -> {
            for (var forged : List.of(
                    "",
                    "x",
                    flipped,
                    sealed + "AA",
                    sealed.substring(4),
                    "%00",
                    "..%2F..%2F",
                    browser.cookies.get("symbolon-browser"))) {
                for (var path : List.of(
                        "/login",
                        "/consent",
                        "/accounts",
                        "/authorize/resume",
                        "/authorize/restart",
                        "/authorize/cancel")) {
                    AtAuthorize.isPage(browser.get(path + "?interaction=" + forged));
                }
            }
        });
        var line = "GET /login?interaction=" + sealed + " HTTP/1.1";
        var other = AtAuthorize.raw(site, line, "other.localhost:" + site.app.port());
        assertTrue(other.startsWith("HTTP/1.1 400 "), other);
    }

    @Test
    void SE_11_what_was_sealed_is_proved_again_when_it_comes_back() {
        var page = open();
        site.app
                .house()
                .clients()
                .disable(site.host().id(), new dev.symbolon.oauth.ClientId("spa"), site.clock.instant());
        var reply = browser.follow(browser.post("/login", Site.login(page, "ada@example.com", Site.PASSWORD)));
        AtAuthorize.isPage(reply);
        AtAuthorize.isPage(browser.get("/authorize/cancel?interaction=" + page.hidden("interaction")));
    }

    @Test
    void parameters_beside_the_sealed_ones_change_nothing() {
        var page = open();
        var form = new HashMap<>(Site.login(page, "ada@example.com", Site.PASSWORD));
        form.putAll(
                Map.of("redirect_uri", "https://evil.example", "client_id", "third", "state", "x", "next", "//evil"));
        var back = browser.follow(browser.post("/login", form));
        AtAuthorize.isCode(site, back);
        var link =
                "/authorize/resume?redirect_uri=https://evil.example&state=x&interaction=" + page.hidden("interaction");
        AtAuthorize.isCode(site, browser.get(link));
    }

    @Test
    void the_id_on_every_page_of_trouble_stands_in_the_log() {
        var lines = new StringBuffer();
        var handler = new Handler() {
            @Override
            public void publish(LogRecord record) {
                lines.append(new SimpleFormatter().formatMessage(record)).append('\n');
            }

            @Override
            public void flush() {}

            @Override
            public void close() {}
        };
        var logger = Logger.getLogger("dev.symbolon");
        logger.addHandler(handler);
        try {
            var page = open();
            browser.cookies.clear();
            for (var reply : List.of(
                    browser.get("/authorize/resume?interaction=x"),
                    browser.get("/login?interaction=x"),
                    browser.post("/login", Site.login(page, "ada@example.com", Site.PASSWORD)),
                    browser.get(Site.authorize(Site.request("nobody"))))) {
                assertTrue(lines.toString().contains(AtAuthorize.errorId(reply)), lines.toString());
            }
        } finally {
            logger.removeHandler(handler);
        }
    }

    @Test
    void a_page_that_was_open_while_the_server_was_started_anew_still_signs_in() {
        var page = open();
        var settings = new HashMap<String, String>();
        settings.put("SYMBOLON_PORT", Integer.toString(site.app.port()));
        settings.put("SYMBOLON_MANAGEMENT_PORT", "0");
        settings.put("SYMBOLON_DATA", site.data.toString());
        settings.put("SYMBOLON_ARGON2_MEMORY_KIB", "7168");
        settings.put("SYMBOLON_ARGON2_ITERATIONS", "1");
        site.app.close();
        try (var again = App.start(Config.read(settings), site.clock, new SecureRandom())) {
            AtAuthorize.isCode(site, site.signInAt(browser, page, "ada@example.com"));
            assertEquals(again.port(), Integer.parseInt(site.issuer.substring(site.issuer.lastIndexOf(':') + 1)));
        }
    }
}
