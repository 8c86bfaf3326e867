package dev.symbolon.spec;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.net.URI;
import java.net.http.HttpRequest;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/// What is asked for and how much of it (RFC 6749 §3.3): AR-06, AR-07, and the size of a whole request.
final class AuthorizeScopeTest {
    private static Site site;
    private static Browser ada;

    @BeforeAll
    static void start() {
        site = Site.start();
        site.client("narrow", Site.draft().callbacks(Site.CALLBACK).scope("openid email"));
        ada = site.browser();
        site.signIn(ada, Site.request("spa"), "ada@example.com");
    }

    @AfterAll
    static void stop() {
        site.close();
    }

    private static void refused(Map<String, String> request, String error) {
        AtAuthorize.still(site, () -> {
            AtAuthorize.isBack(site, ada.get(Site.authorize(request)), error);
            AtAuthorize.isBack(site, ada.post("/authorize", request), error);
        });
    }

    @Test
    @Spec({"RFC 6749 §3.3", "RFC 6749 §5.1"})
    void AR_06_a_scope_beyond_the_client_is_dropped_and_the_answer_says_what_is_left() {
        var asked = "openid email profile admin phone offline_access https://x/y";
        var back = ada.get(Site.authorize(Site.request("narrow", Map.of("scope", asked))));
        var tokens = site.token(Site.redemption("narrow", AtAuthorize.isCode(site, back)));
        assertEquals("openid email", tokens.json().get("scope").textValue());
        var claims = Site.claims(tokens.json().get("access_token").textValue());
        assertEquals("openid email", claims.get("scope").textValue());
        assertTrue(Site.claims(tokens.json().get("id_token").textValue())
                .path("name")
                .isMissingNode());
    }

    @Test
    @Spec({"RFC 6749 §3.3", "OIDC Core §3.1.2.1"})
    void without_scope_the_default_is_granted() {
        var back = ada.get(Site.authorize(Site.request("spa", Map.of("scope", ""))));
        var tokens = site.token(Site.redemption("spa", AtAuthorize.isCode(site, back)));
        assertEquals("openid profile email", tokens.json().get("scope").textValue());
    }

    @Test
    @Spec("RFC 6749 §3.3")
    void AR_06_a_character_that_no_scope_can_have_is_refused() {
        for (var scope : List.of(
                "openid \"x\"",
                "openid a\\b",
                "openid\u0001",
                "openid\tprofile",
                "openid\nprofile",
                "é",
                "openid\u00A0profile",
                "\u0000")) {
            refused(Site.request("spa", Map.of("scope", scope)), "invalid_scope");
        }
    }

    @Test
    void AR_06_ten_thousand_scopes_are_refused() {
        refused(Site.request("spa", Map.of("scope", "a ".repeat(5_000))), "invalid_scope");
        refused(Site.request("spa", Map.of("scope", "a ".repeat(10_000))), "invalid_request");
    }

    @Test
    void a_request_that_would_not_fit_into_the_addresses_behind_is_refused_by_its_bytes() {
        var body = Browser.encode(Site.request("spa")) + "&x=" + "\u20AC".repeat(9_000);
        var reply = ada.send(HttpRequest.newBuilder(URI.create(site.issuer + "/authorize"))
                .POST(HttpRequest.BodyPublishers.ofString(body)));
        AtAuthorize.isBack(site, reply, "invalid_request");
    }

    @Test
    void the_largest_request_walks_the_whole_corridor() {
        var request = Site.request("spa", Map.of("prompt", "login", "x", "y".repeat(23_000)));
        var browser = site.browser();
        AtAuthorize.isCode(site, site.signIn(browser, request, "ada@example.com"));
    }

    @Test
    void AR_07_a_scope_of_a_megabyte_costs_nothing() {
        AtAuthorize.still(site, () -> {
            for (var scope : List.of("x".repeat(1_000_000), "a ".repeat(50_000))) {
                var form = Site.request("spa", Map.of("scope", scope));
                ada.post("/authorize", Map.of());
                var began = System.nanoTime();
                var posted = ada.post("/authorize", form);
                var took = (System.nanoTime() - began) / 1_000_000;
                assertTrue(List.of(400, 413).contains(posted.status()), "status " + posted.status());
                assertTrue(took < 500, took + " ms"); // a loaded machine; the work itself is bounded by 64 KiB
                assertTrue(posted.header("location").isEmpty());
                var line = AtAuthorize.raw(
                        site, "GET /authorize?client_id=spa&scope=" + scope.replace(' ', '+') + " HTTP/1.1");
                assertTrue(line.startsWith("HTTP/1.1 414 ") || line.startsWith("HTTP/1.1 400 "), line);
            }
        });
        AtAuthorize.isCode(site, ada.get(Site.authorize(Site.request("spa"))));
    }
}
