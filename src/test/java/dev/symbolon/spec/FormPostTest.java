package dev.symbolon.spec;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// OAuth 2.0 Form Post Response Mode 1.0, for codes and for errors.
final class FormPostTest {
    private static Site site;
    private static Browser ada;

    @BeforeAll
    static void start() {
        site = Site.start();
        ada = site.browser();
        site.signIn(ada, Site.request("spa"), "ada@example.com");
    }

    @AfterAll
    static void stop() {
        site.close();
    }

    private static Map<String, String> request(Map<String, String> changes) {
        var all = new HashMap<>(changes);
        all.putIfAbsent("response_mode", "form_post");
        return Site.request("spa", all);
    }

    private static Reply ask(Map<String, String> changes) {
        return ada.get(Site.authorize(request(changes)));
    }

    private static void isForm(Reply reply) {
        assertEquals(200, reply.status(), reply.body());
        assertTrue(reply.header("location").isEmpty());
        assertTrue(reply.headers("set-cookie").isEmpty());
        assertEquals("text/html; charset=utf-8", reply.header("content-type").orElseThrow());
        assertEquals("no-store", reply.header("cache-control").orElseThrow());
        assertEquals("DENY", reply.header("x-frame-options").orElseThrow());
        var policy = reply.header("content-security-policy").orElseThrow();
        assertTrue(policy.contains("script-src 'self'") && !policy.contains("unsafe-inline"), policy);
        assertFalse(policy.contains("form-action"), "the application may redirect on: " + policy);
        assertEquals(1, reply.body().split("<form ").length - 1);
        assertTrue(reply.body().contains("<form id=\"answer\" method=\"post\" action=\"" + Site.CALLBACK + "\">"));
        assertTrue(reply.body().contains("<script src=\"/static/form-post.js?v="), "it sends itself");
        assertTrue(reply.body().contains("<button type=\"submit\""), "it can be sent without scripts");
        assertEquals(site.issuer, reply.hidden("iss"));
    }

    private static void isError(Reply reply, String error) {
        isForm(reply);
        assertEquals(error, reply.hidden("error"));
        assertFalse(reply.hidden("error_description").isEmpty());
        assertEquals("st ate/ü", reply.hidden("state"));
        assertEquals(List.of(), reply.values("code"));
    }

    @Test
    @Spec({"OAuth 2.0 Form Post Response Mode §2", "RFC 9207 §2"})
    void the_code_stands_in_a_form_and_can_be_redeemed() {
        var reply = ask(Map.of());
        isForm(reply);
        assertEquals("st ate/ü", reply.hidden("state"));
        assertEquals(List.of(), reply.values("error"));
        assertEquals(
                200, site.token(Site.redemption("spa", reply.hidden("code"))).status());
    }

    @Test
    @Spec("OAuth 2.0 Form Post Response Mode §2")
    void the_script_that_sends_it_is_there() {
        var script = ask(Map.of()).body().replaceAll("(?s).*<script src=\"([^\"]*)\".*", "$1");
        var reply = ada.get(script);
        assertEquals(200, reply.status());
        assertTrue(reply.header("content-type").orElseThrow().startsWith("text/javascript"));
        assertTrue(reply.body().contains("submit"));
    }

    @Test
    @Spec("OAuth 2.0 Form Post Response Mode §2")
    void errors_come_the_same_way() {
        AtAuthorize.still(site, () -> {
            isError(ask(Map.of("response_type", "token")), "unsupported_response_type");
            isError(ask(Map.of("code_challenge", "")), "invalid_request");
            isError(ask(Map.of("scope", "\"")), "invalid_scope");
            isError(ask(Map.of("resource", "x")), "invalid_target");
            isError(ask(Map.of("max_age", "-1")), "invalid_request");
            isError(ask(Map.of("request", "x")), "request_not_supported");
            isError(ask(Map.of("max_age", "0", "prompt", "none login")), "invalid_request");
            isError(site.browser().get(Site.authorize(request(Map.of("prompt", "none")))), "login_required");
        });
    }

    @Test
    @Spec({"OAuth 2.0 Form Post Response Mode §2", "RFC 6749 §4.1.2.1"})
    void cancel_comes_the_same_way() {
        var browser = site.browser();
        var page = browser.follow(browser.get(Site.authorize(request(Map.of()))));
        var form = Map.of("interaction", page.hidden("interaction"), "csrf", page.hidden("csrf"), "action", "cancel");
        isError(browser.follow(browser.post("/login", form)), "access_denied");
    }

    @Test
    @Spec("OAuth 2.0 Form Post Response Mode §2")
    void a_sign_in_ends_in_the_form() {
        isForm(site.signIn(site.browser(), request(Map.of()), "ada@example.com"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "\"><svg onload=alert(1)>",
                "'><script>alert(1)</script>",
                "</form><form action=https://evil.example>",
                "\" formaction=\"https://evil.example",
                "{{7*7}}${7*7}",
                "&quot;&#34;&amp;",
                "a+b c%20d",
                "ünï😀",
                "javascript:alert(1)",
                "--><!--",
                "\u2028\u2029"
            })
    @Spec("OAuth 2.0 Form Post Response Mode §2")
    void XS_03_a_state_that_tries_to_leave_its_field_comes_back_as_text(String state) {
        for (var changes : List.of(Map.of("state", state), Map.of("state", state, "response_type", "token"))) {
            var reply = ask(changes);
            isForm(reply);
            assertEquals(state, reply.hidden("state"));
            assertFalse(reply.body().contains("<svg onload") || reply.body().contains("<script>"), reply.body());
            assertFalse(
                    reply.body().contains("evil.example>") || reply.body().contains("\"https://evil"), reply.body());
        }
    }

    @Test
    @Spec("OAuth 2.0 Form Post Response Mode §2")
    void without_state_there_is_no_field_for_it() {
        assertEquals(List.of(), ask(Map.of("state", "")).values("state"));
    }

    @Test
    void XS_03_a_callback_that_was_not_registered_is_a_page_in_this_mode_too() {
        AtAuthorize.still(site, () -> {
            for (var redirectUri :
                    List.of("javascript:alert(1)", "https://evil.example", "\"><svg onload>", "data:,x")) {
                AtAuthorize.isPage(ask(Map.of("redirect_uri", redirectUri)));
            }
        });
    }

    @Test
    @Spec("OAuth 2.0 Form Post Response Mode §2")
    void the_mode_asked_for_twice_is_an_error_and_nothing_else() {
        AtAuthorize.still(
                site,
                () -> isError(
                        ada.get(AtAuthorize.twice(request(Map.of()), "response_mode", "query")), "invalid_request"));
    }
}
