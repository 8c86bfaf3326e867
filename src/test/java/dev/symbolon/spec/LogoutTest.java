package dev.symbolon.spec;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import java.net.http.HttpRequest.BodyPublishers;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/// RP-Initiated Logout 1.0, and what is left of a session afterwards.
final class LogoutTest {
    private static final String BYE = "https://app.example/bye";
    private static Site site;

    @BeforeAll
    static void start() {
        site = Site.start();
        site.client("bye2", Site.draft().callbacks(Site.CALLBACK).logoutUrls("https://app.example/bye2?x=1"));
    }

    @AfterAll
    static void stop() {
        site.close();
    }

    /// A browser in which Ada is signed in, and what the application got.
    private record Visit(Browser browser, JsonNode tokens) {
        static Visit of(Map<String, String> changes) {
            var browser = site.browser();
            var back = site.signIn(browser, Site.request("spa", changes), "ada@example.com");
            var answer = site.token(Site.redemption("spa", back.redirect().text("code")));
            assertEquals(200, answer.status(), answer.body());
            return new Visit(browser, answer.json());
        }

        static Visit of() {
            return of(Map.of());
        }

        String token(String name) {
            return tokens.get(name).textValue();
        }

        boolean isSignedIn() {
            var silent = browser.get(Site.authorize(Site.request("spa", Map.of("prompt", "none"))));
            assertEquals(303, silent.status());
            var error = silent.redirect().text("error");
            assertTrue(error.isEmpty() || error.equals("login_required"), error);
            return error.isEmpty();
        }

        Reply logout(Map<String, String> parameters) {
            return browser.get("/logout?" + Browser.encode(parameters));
        }

        Reply confirm(Reply page) {
            var form = new LinkedHashMap<String, String>();
            for (var name : List.of("csrf", "client_id", "post_logout_redirect_uri", "state")) {
                if (page.body().contains("name=\"" + name + "\"")) {
                    form.put(name, page.hidden(name));
                }
            }
            form.put("action", "logout");
            return browser.post("/logout", form);
        }
    }

    private static void assertAsks(Reply page) {
        assertEquals(200, page.status(), page.body());
        assertTrue(page.header("location").isEmpty());
        assertTrue(page.body().contains("id=\"logout\""), page.body());
        assertEquals("no-store", page.header("cache-control").orElseThrow());
    }

    // Signed out, on a page of ours.
    private static Reply assertStays(Reply reply) {
        assertEquals(303, reply.status(), reply.body());
        assertTrue(reply.location().matches("/logged-out(\\?client_id=[a-z]+)?"), reply.location());
        var page = site.browser().get(reply.location());
        assertEquals(200, page.status());
        assertTrue(page.body().contains("You are signed out"), page.body());
        return page;
    }

    @Test
    @Spec({"RP-Initiated Logout §2", "RP-Initiated Logout §3"})
    void a_hint_ends_its_session_and_leads_back_with_exactly_the_state() {
        var visit = Visit.of();
        var back = visit.logout(Map.of(
                "id_token_hint", visit.token("id_token"), "post_logout_redirect_uri", BYE, "state", "a b/ü&x=1"));
        assertEquals(303, back.status(), back.body());
        assertEquals(BYE + "?state=a%20b%2F%C3%BC%26x%3D1", back.location());
        assertFalse(visit.browser.cookies.containsKey("symbolon-session"));
        assertFalse(visit.isSignedIn());
    }

    @Test
    @Spec("RP-Initiated Logout §3")
    void nothing_is_appended_when_no_state_was_sent_and_a_query_is_kept() {
        var visit = Visit.of();
        var back = visit.logout(Map.of("id_token_hint", visit.token("id_token"), "post_logout_redirect_uri", BYE));
        assertEquals(BYE, back.location());
        var page = Visit.of().logout(Map.of("client_id", "bye2"));
        assertAsks(page);
        var asked = Visit.of();
        var form = asked.logout(
                Map.of("client_id", "bye2", "post_logout_redirect_uri", "https://app.example/bye2?x=1", "state", "s"));
        assertEquals("https://app.example/bye2?x=1&state=s", asked.confirm(form).location());
    }

    @Test
    @Spec("RP-Initiated Logout §2")
    void a_hint_may_come_by_post_from_the_applications_page() {
        var visit = Visit.of();
        // SameSite=Lax: a form of another site brings no cookies of ours.
        var reply = Browser.exchange(site.browser()
                .to("/logout")
                .header("Origin", "https://app.example")
                .header("Sec-Fetch-Site", "cross-site")
                .header("Content-Type", "application/x-www-form-urlencoded")
                .POST(BodyPublishers.ofString(Browser.encode(Map.of(
                        "id_token_hint", visit.token("id_token"), "post_logout_redirect_uri", BYE, "state", "s")))));
        assertTrue(visit.isSignedIn(), "nothing ends without this browser's cookie");
        assertEquals(BYE + "?state=s", visit.browser.get(reply.location()).location());
        assertFalse(visit.isSignedIn());
    }

    @Test
    void a_hint_in_other_hands_ends_nothing() {
        var visit = Visit.of();
        assertStays(site.browser().get("/logout?id_token_hint=" + visit.token("id_token")));
        assertTrue(visit.isSignedIn());
    }

    @Test
    @Spec("RP-Initiated Logout §2")
    void a_form_of_another_site_without_a_hint_still_asks_the_person() {
        var visit = Visit.of();
        var reply = Browser.exchange(site.browser()
                .to("/logout")
                .header("Origin", "https://app.example")
                .header("Sec-Fetch-Site", "cross-site")
                .header("Content-Type", "application/x-www-form-urlencoded")
                .POST(BodyPublishers.ofString(
                        Browser.encode(Map.of("client_id", "spa", "post_logout_redirect_uri", BYE, "state", "ü s")))));
        var page = visit.browser.follow(reply);
        assertAsks(page);
        assertTrue(visit.isSignedIn());
        assertEquals(BYE + "?state=%C3%BC%20s", visit.confirm(page).location());
        assertFalse(visit.isSignedIn());
    }

    @Test
    @Spec("RP-Initiated Logout §4")
    void LO_04_an_expired_hint_of_ours_still_says_who() {
        var visit = Visit.of();
        site.clock.advance(Duration.ofDays(3));
        assertTrue(visit.isSignedIn());
        var back = visit.logout(Map.of("id_token_hint", visit.token("id_token"), "post_logout_redirect_uri", BYE));
        assertEquals(BYE, back.location());
        assertFalse(visit.isSignedIn());
    }

    @Test
    @Spec({"RP-Initiated Logout §3", "RP-Initiated Logout §4"})
    void LO_01_an_unregistered_address_is_never_redirected_to() {
        for (var uri : List.of(
                "https://evil.example/",
                "//evil.example",
                "/\\evil.example",
                "https:evil.example",
                BYE + "/",
                BYE + "?x=1",
                BYE + "#f",
                "HTTPS://app.example/bye",
                "https://app.example/",
                "https://app.example/bye2?x=1",
                Site.CALLBACK,
                "javascript:alert(1)",
                "https://*.example/bye")) {
            var other = Visit.of();
            var visit = Visit.of();
            var page = visit.logout(
                    Map.of("id_token_hint", visit.token("id_token"), "post_logout_redirect_uri", uri, "state", "s"));
            assertFalse(assertStays(page).body().contains("evil.example"), uri);
            assertTrue(other.isSignedIn());
            var asking = Visit.of();
            var form = asking.logout(Map.of("client_id", "spa", "post_logout_redirect_uri", uri));
            assertAsks(form);
            assertStays(asking.confirm(form));
            assertFalse(asking.isSignedIn());
        }
    }

    @Test
    @Spec("RP-Initiated Logout §2")
    void LO_02_without_a_hint_the_person_is_asked_and_only_their_own_answer_counts() {
        var visit = Visit.of();
        var before = site.dump().world();
        assertAsks(visit.logout(Map.of()));
        var page = visit.logout(Map.of("client_id", "spa", "post_logout_redirect_uri", BYE, "state", "s"));
        assertAsks(page);
        assertTrue(visit.isSignedIn());

        var good = Map.of("csrf", page.hidden("csrf"), "action", "logout");
        for (var csrf : List.of("", "x", Visit.of().logout(Map.of()).hidden("csrf"))) {
            var reply = visit.browser.post("/logout", Map.of("csrf", csrf, "action", "logout"));
            assertEquals(403, reply.status());
            assertTrue(reply.headers("set-cookie").isEmpty());
        }
        for (var site : List.of("cross-site", "same-site", "none")) {
            var reply = visit.browser.send(visit.browser
                    .to("/logout")
                    .header("Origin", "https://evil.example")
                    .header("Sec-Fetch-Site", site)
                    .header("Content-Type", "application/x-www-form-urlencoded")
                    .POST(BodyPublishers.ofString(Browser.encode(good))));
            assertEquals(403, reply.status(), site);
        }
        assertTrue(visit.isSignedIn());
        assertEquals(before.get("client"), site.dump().world().get("client"));
        assertEquals(BYE + "?state=s", visit.confirm(page).location());
        assertFalse(visit.isSignedIn());
    }

    @Test
    void cancel_keeps_the_session_and_leads_to_the_application() {
        var visit = Visit.of();
        var page = visit.logout(Map.of("client_id", "spa"));
        var reply = visit.browser.post(
                "/logout", Map.of("csrf", page.hidden("csrf"), "client_id", "spa", "action", "cancel"));
        assertEquals(303, reply.status());
        assertEquals("https://app.example", reply.location());
        assertTrue(visit.isSignedIn());
    }

    @Test
    void cancel_where_no_application_is_known_leads_to_the_persons_own_page() {
        var visit = Visit.of();
        var page = visit.logout(Map.of());
        var stayed = visit.browser.post("/logout", Map.of("csrf", page.hidden("csrf"), "action", "cancel"));
        assertEquals("/account", stayed.location());
        assertTrue(visit.isSignedIn());
    }

    @Test
    void an_address_that_is_not_allowed_is_told_to_the_developer() {
        var visit = Visit.of();
        var asked = "https://app.example/nowhere";
        visit.logout(Map.of("id_token_hint", visit.token("id_token"), "post_logout_redirect_uri", asked));
        var found = RefusedCallbacksTest.await(
                () -> site.app.house().refusals().list(site.host().id(), 50).stream()
                        .filter(one -> one.received().equals(asked))
                        .toList());
        assertEquals("post_logout_redirect_uri", found.getFirst().rule());
        assertTrue(found.getFirst().registered().contains(BYE), found.toString());
    }

    @Test
    @Spec("RP-Initiated Logout §2")
    void LO_06_signing_out_ends_the_tokens_also_after_the_session_was_idle_for_too_long() {
        var visit = Visit.of();
        var web = Map.of("Authorization", site.basic("web"));
        var code = visit.browser
                .get(Site.authorize(Site.request("web")))
                .redirect()
                .text("code");
        var other = site.token(Site.redemption("web", code), web).json();
        site.clock.advance(Duration.ofDays(8));
        assertFalse(visit.isSignedIn(), "idle for a week");
        visit.logout(Map.of("id_token_hint", visit.token("id_token")));
        assertEquals(
                400,
                site.token(Site.refresh("spa", visit.token("refresh_token"))).status());
        assertEquals(
                400,
                site.token(Site.refresh("web", other.get("refresh_token").textValue()), web)
                        .status());
    }

    @Test
    @Spec("RP-Initiated Logout §2")
    void LO_06_without_a_hint_nobody_left_behind_in_the_browser_keeps_tokens() {
        var visit = Visit.of();
        site.clock.advance(Duration.ofDays(8));
        assertStays(visit.logout(Map.of()));
        assertEquals(
                400,
                site.token(Site.refresh("spa", visit.token("refresh_token"))).status());
    }

    @Test
    @Spec({"RP-Initiated Logout §2", "RP-Initiated Logout §4"})
    void a_bad_hint_is_not_believed_and_never_redirects() {
        var other = Visit.of();
        var idToken = other.token("id_token");
        var parts = idToken.split("\\.");
        var none = "eyJhbGciOiJub25lIiwidHlwIjoiSldUIn0." + parts[1] + ".";
        for (var bad : List.of(
                "x",
                none,
                parts[0] + "." + parts[1] + "." + "A".repeat(parts[2].length()),
                other.token("access_token"),
                other.token("refresh_token"))) {
            var visit = Visit.of();
            var page = visit.logout(
                    Map.of("id_token_hint", bad, "client_id", "spa", "post_logout_redirect_uri", BYE, "state", "s"));
            assertAsks(page);
            assertTrue(visit.isSignedIn());
            assertStays(visit.confirm(page));
            assertFalse(visit.isSignedIn());
            // Nobody is signed in now: the answer is a page all the same.
            assertStays(
                    visit.logout(Map.of("id_token_hint", bad, "client_id", "spa", "post_logout_redirect_uri", BYE)));
        }
        assertTrue(other.isSignedIn());
    }

    @Test
    @Spec("RP-Initiated Logout §2")
    void a_client_that_the_hint_was_not_made_for_gets_nothing() {
        var visit = Visit.of();
        var page = visit.logout(Map.of(
                "id_token_hint", visit.token("id_token"), "client_id", "third", "post_logout_redirect_uri", BYE));
        assertAsks(page);
        assertTrue(visit.isSignedIn());
        assertStays(visit.confirm(page));
    }

    @Test
    void logging_out_twice_or_signed_out_already_is_no_error() {
        var visit = Visit.of();
        var parameters = Map.of("id_token_hint", visit.token("id_token"), "post_logout_redirect_uri", BYE);
        assertEquals(BYE, visit.logout(parameters).location());
        assertEquals(BYE, visit.logout(parameters).location());
        assertStays(visit.logout(Map.of()));
        assertStays(site.browser().get("/logout"));
    }

    @Test
    @Spec("RP-Initiated Logout §2")
    void LO_06_after_logout_nothing_of_the_session_is_honoured_on_any_node() {
        try (var node = Node.beside(site)) {
            var elsewhere = Visit.of();
            var visit = Visit.of();
            var pending = visit.browser
                    .get(Site.authorize(Site.request("spa")))
                    .redirect()
                    .text("code");
            var thief = visit.browser.copy();
            visit.logout(Map.of("id_token_hint", visit.token("id_token")));

            var probe = Site.authorize(Site.request("spa", Map.of("prompt", "none")));
            assertEquals("login_required", thief.get(probe).redirect().text("error"));
            assertEquals(
                    "login_required", node.browser(thief).get(probe).redirect().text("error"));
            for (var reply : List.of(
                    site.token(Site.refresh("spa", visit.token("refresh_token"))),
                    node.token(Site.refresh("spa", visit.token("refresh_token"))),
                    node.token(Site.redemption("spa", pending)))) {
                assertEquals(400, reply.status());
                assertEquals("invalid_grant", reply.json().get("error").textValue());
            }
            assertEquals(
                    401,
                    site.withBearer("/userinfo", visit.token("access_token")).status());
            assertEquals(
                    401, node.withBearer("/me", visit.token("access_token")).status());
            assertTrue(elsewhere.isSignedIn());
            assertEquals(
                    200,
                    site.token(Site.refresh("spa", elsewhere.token("refresh_token")))
                            .status());
        }
    }

    @Test
    @Spec("OIDC Core §11")
    void offline_access_outlives_the_logout() {
        var visit = Visit.of(Map.of("scope", "openid profile offline_access"));
        visit.logout(Map.of("id_token_hint", visit.token("id_token")));
        assertFalse(visit.isSignedIn());
        var next = site.token(Site.refresh("spa", visit.token("refresh_token")));
        assertEquals(200, next.status(), next.body());
        var access = next.json().get("access_token").textValue();
        assertEquals(200, site.withBearer("/userinfo", access).status());
    }
}
