package dev.symbolon.spec;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/// What a request sends never comes back as anything but text.
final class ReflectionTest {
    private static final List<String> PAYLOADS = List.of(
            "\"><svg onload=alert(7357)>",
            "'><img src=x onerror=alert(7357)>",
            "</script><script>alert(7357)</script>",
            "</title></style><svg/onload=alert(7357)>",
            "';alert(7357)//",
            "\" autofocus onfocus=alert(7357) x=\"",
            "javascript:alert(7357)",
            "{{7*191}}${7*191}<%=7*191%>#{7*191}@{7*191}",
            "x\r\nSet-Cookie: evil=1\r\n\r\n<svg onload=alert(7357)>");

    /// An attribute that a payload has closed. In the text between tags a quote is only a quote.
    private static final Pattern QUOTE_LEFT = Pattern.compile("<[a-zA-Z][^<>]*\" autofocus onfocus=");

    private static Site site;

    @BeforeAll
    static void start() {
        site = Site.start();
    }

    @AfterAll
    static void stop() {
        site.close();
    }

    private static void assertInert(Reply reply, String payload) {
        var body = reply.body();
        assertTrue(reply.status() < 500, reply.status() + " for " + payload);
        for (var live : List.of("<svg onload", "<svg/onload", "<img src=x", "<script>", "</title></style>")) {
            assertFalse(body.contains(live), live + " stands in:\n" + body);
        }
        assertFalse(QUOTE_LEFT.matcher(body).find(), body);
        assertFalse(body.contains("href=\"javascript:"), body);
        assertFalse(body.contains("action=\"javascript:"), body);
        // Sealed values are random letters and digits, among which any number can stand.
        var words = body.replaceAll("[A-Za-z0-9_-]{22,}", "");
        assertFalse(words.contains("1337"), "evaluated:\n" + body);
        assertTrue(reply.headers("set-cookie").stream().noneMatch(one -> one.startsWith("evil")));
        reply.http()
                .headers()
                .map()
                .forEach((name, values) ->
                        values.forEach(value -> assertFalse(value.contains("<svg"), name + ": " + value)));
        if (reply.header("content-type").orElse("").startsWith("text/html")) {
            var policy = reply.header("content-security-policy").orElseThrow();
            assertTrue(policy.contains("default-src 'none'") && !policy.contains("unsafe-"), policy);
        }
    }

    @Test
    @Spec("RFC 9700 §4.16")
    void XS_01_nothing_that_authorize_is_sent_comes_alive() {
        for (var payload : PAYLOADS) {
            for (var name : List.of(
                    "client_id",
                    "redirect_uri",
                    "response_type",
                    "scope",
                    "state",
                    "nonce",
                    "code_challenge",
                    "code_challenge_method",
                    "prompt",
                    "max_age",
                    "login_hint",
                    "id_token_hint",
                    "ui_locales",
                    "acr_values",
                    "claims",
                    "display",
                    "screen_hint",
                    "audience",
                    "connection",
                    "response_mode",
                    "foo")) {
                var browser = site.browser();
                var first = browser.get(Site.authorize(Site.request("spa", Map.of(name, payload))));
                assertInert(first, payload);
                assertInert(browser.follow(first), payload);
            }
        }
    }

    @Test
    void XS_01_nothing_that_the_pages_are_sent_comes_alive() {
        for (var payload : PAYLOADS) {
            var browser = site.browser();
            var page = browser.follow(browser.get(Site.authorize(Site.request("spa"))));
            for (var name : List.of("username", "password", "action", "connection", "csrf", "interaction")) {
                var form = new LinkedHashMap<>(Site.login(page, "ada@example.com", "wrong"));
                form.put(name, payload);
                var answer = browser.post("/login", form);
                assertNotEquals(429, answer.status(), "slowed down before the attack");
                assertInert(answer, payload);
                assertInert(browser.follow(answer), payload);
            }
            site.clock.advance(Duration.ofMinutes(16));
            for (var path : List.of("/login", "/consent", "/accounts", "/authorize/resume", "/authorize/restart")) {
                assertInert(browser.get(path + "?interaction=" + dev.symbolon.web.Form.encode(payload)), payload);
            }
        }
    }

    @Test
    void XS_01_nothing_that_logout_is_sent_comes_alive() {
        for (var payload : PAYLOADS) {
            var browser = site.browser();
            AtAuthorize.isCode(site, site.signIn(browser, Site.request("spa"), "ada@example.com"));
            for (var name : List.of("id_token_hint", "client_id", "post_logout_redirect_uri", "state", "ui_locales")) {
                var parameters = new LinkedHashMap<>(Map.of("client_id", "spa"));
                parameters.put(name, payload);
                var page = browser.get("/logout?" + Browser.encode(parameters));
                assertInert(page, payload);
                assertEquals(200, page.status());
                assertInert(browser.get("/logged-out?" + Browser.encode(parameters)), payload);
                assertInert(
                        browser.post("/logout", Map.of("csrf", payload, name, payload, "action", payload)), payload);
            }
        }
    }

    @Test
    void XS_01_names_in_the_database_are_text_too() {
        for (var i = 0; i < PAYLOADS.size() - 1; i++) {
            var name = PAYLOADS.get(i);
            site.client(
                    "named" + i,
                    Site.draft().callbacks(Site.CALLBACK).firstParty(false).name(name));
            site.person("p" + i + "@example.com", name);
            var browser = site.browser();
            var login = browser.follow(browser.get(Site.authorize(Site.request("named" + i))));
            assertInert(login, name);
            var consent = site.signInAt(browser, login, "p" + i + "@example.com");
            assertEquals(200, consent.status());
            assertInert(consent, name);
            site.clock.advance(java.time.Duration.ofSeconds(1));
            var choose = Site.request("named" + i, Map.of("prompt", "select_account"));
            assertInert(browser.follow(browser.get(Site.authorize(choose))), name);
            assertInert(browser.get("/logout?client_id=named" + i), name);
        }
    }

    @Test
    @Spec("OAuth 2.0 Form Post Response Mode §2")
    void XS_03_form_post_escapes_what_it_carries_and_goes_only_to_the_callback() {
        for (var payload : PAYLOADS) {
            var browser = site.browser();
            var asked = Map.of("response_mode", "form_post", "state", payload);
            var page = site.signIn(browser, Site.request("spa", asked), "ada@example.com");
            assertEquals(200, page.status());
            assertInert(page, payload);
            assertEquals(payload, page.hidden("state").replace("&#13;", "\r").replace("&#10;", "\n"));
            assertTrue(page.body().contains("action=\"" + Site.CALLBACK + "\""), page.body());
        }
        for (var uri : List.of("javascript:alert(7357)", "JaVaScRiPt:alert(7357)", "data:text/html,x", "vbscript:x")) {
            var asked = Map.of("response_mode", "form_post", "redirect_uri", uri);
            var page = site.browser().get(Site.authorize(Site.request("spa", asked)));
            assertEquals(400, page.status());
            assertInert(page, uri);
        }
    }

    @Test
    @Spec("RFC 9700 §4.11")
    void XS_07_no_parameter_of_our_pages_leads_elsewhere() {
        for (var name : List.of("return_to", "next", "ui", "redirect", "url", "continue", "homeUrl", "retry")) {
            for (var target :
                    List.of("https://evil.example", "//evil.example", "/\\evil.example", "https:evil.example")) {
                var query = name + "=" + dev.symbolon.web.Form.encode(target);
                var browser = site.browser();
                var location = browser.get(Site.authorize(Site.request("spa"))).location();
                var page = browser.get(location + "&" + query);
                assertEquals(200, page.status());
                assertFalse(page.body().contains("evil.example"));
                var form = Site.login(page, "ada@example.com", Site.PASSWORD);
                form.put(name, target);
                var back = browser.follow(browser.post("/login", form));
                assertTrue(back.location().startsWith(Site.CALLBACK + "?code="), back.location());
                assertFalse(browser.get("/logout?" + query).body().contains("evil.example"));
                var stay = Map.of("csrf", page.hidden("csrf"), "action", "cancel", name, target);
                var stayed = browser.post("/logout", stay);
                assertEquals("/account", stayed.location());
            }
        }
    }
}
