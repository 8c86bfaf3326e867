package dev.symbolon.spec;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import dev.symbolon.App;
import dev.symbolon.Config;
import dev.symbolon.account.Passwords;
import dev.symbolon.oauth.ClientId;
import dev.symbolon.oauth.SessionId;
import dev.symbolon.oauth.Subject;
import dev.symbolon.store.Consents;
import dev.symbolon.store.Grants;
import dev.symbolon.store.Sessions;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/// What an operator or a person ends is over at once: for a code that is under way, for refresh tokens, for access
/// tokens at userinfo and for the browser, on every node, within the same second. The clock stands still here.
final class EndedAtOnceTest {
    private static final String THIRD = "third";
    private static Site site;
    private static Node node;
    private static int people;

    @BeforeAll
    static void start() {
        site = Site.start();
        node = Node.beside(site);
    }

    @AfterAll
    static void stop() {
        node.close();
        site.close();
    }

    /// A person of their own with a browser, a code that is not redeemed yet, and tokens.
    private record Visit(Subject subject, String email, String client, Browser browser, JsonNode tokens, String code) {
        static Visit of(String client, String scope) {
            var email = "person" + people++ + "@example.com";
            var subject = site.person(email, "Somebody");
            var browser = site.browser();
            var asked = Site.request(client, Map.of("scope", scope));
            var at = site.signIn(browser, asked, email);
            if (client.equals(THIRD)) {
                var form =
                        Map.of("interaction", at.hidden("interaction"), "csrf", at.hidden("csrf"), "action", "allow");
                at = browser.follow(browser.post("/consent", form));
            }
            var tokens = site.token(Site.redemption(client, at.redirect().text("code")));
            assertEquals(200, tokens.status(), tokens.body());
            var code = browser.get(Site.authorize(asked)).redirect().text("code");
            assertFalse(code.isEmpty());
            return new Visit(subject, email, client, browser, tokens.json(), code);
        }

        String token(String name) {
            return tokens.get(name).textValue();
        }

        SessionId session() {
            return new SessionId(Site.claims(token("id_token")).get("sid").textValue());
        }

        String silent(Browser at) {
            var asked = Site.request(client, Map.of("prompt", "none"));
            return at.get(Site.authorize(asked)).redirect().text("error");
        }

        void assertAllWorks() {
            assertEquals("", silent(browser));
            assertEquals(
                    200, site.withBearer("/userinfo", token("access_token")).status());
            assertEquals(200, node.withBearer("/me", token("access_token")).status());
            assertEquals(
                    200,
                    node.token(Site.refresh(client, token("refresh_token"))).status());
        }

        void assertTokensAreDead() {
            assertInvalidGrant(site.token(Site.redemption(client, code)));
            assertInvalidGrant(node.token(Site.redemption(client, code)));
            assertInvalidGrant(site.token(Site.refresh(client, token("refresh_token"))));
            assertInvalidGrant(node.token(Site.refresh(client, token("refresh_token"))));
            for (var path : new String[] {"/userinfo", "/me"}) {
                assertInvalidToken(site.withBearer(path, token("access_token")));
                assertInvalidToken(node.withBearer(path, token("access_token")));
            }
        }

        void assertSignedOut() {
            assertEquals("login_required", silent(browser));
            assertEquals("login_required", silent(node.browser(browser)));
        }
    }

    private static void assertInvalidGrant(Reply reply) {
        assertEquals(400, reply.status(), reply.body());
        assertEquals("invalid_grant", reply.json().get("error").textValue());
        assertEquals("application/json", reply.header("content-type").orElseThrow());
        assertEquals("no-store", reply.header("cache-control").orElseThrow());
        assertFalse(reply.json().has("access_token"));
    }

    private static void assertInvalidToken(Reply reply) {
        assertEquals(401, reply.status(), reply.body());
        assertTrue(reply.header("www-authenticate").orElseThrow().contains("invalid_token"));
        assertFalse(reply.json().has("sub"));
    }

    @Test
    @Spec({"RFC 6749 §5.2", "OIDC Core §5.3.3"})
    void AC_09_RT_10_a_disabled_person_is_out_everywhere_at_once() {
        var other = Visit.of("spa", "openid");
        var visit = Visit.of("spa", "openid");
        var offline = Visit.of("spa", "openid offline_access");
        visit.assertAllWorks();
        for (var one : new Visit[] {visit, offline}) {
            site.app.house().accounts().disable(site.host().id(), one.subject(), site.clock.instant());
            one.assertTokensAreDead();
            one.assertSignedOut();
        }
        other.assertAllWorks();
        site.app.house().accounts().enable(site.host().id(), visit.subject(), site.clock.instant());
        visit.assertTokensAreDead();
        visit.assertSignedOut();
    }

    @Test
    void AC_09_RT_10_a_removed_person_is_out_everywhere_at_once() {
        var visit = Visit.of("spa", "openid offline_access");
        site.app.house().accounts().remove(site.host().id(), visit.subject(), site.clock.instant());
        visit.assertTokensAreDead();
        visit.assertSignedOut();
    }

    @Test
    void AC_09_RT_10_a_changed_password_ends_everything_that_rests_on_the_old_one() {
        var other = Visit.of("spa", "openid");
        var visit = Visit.of("spa", "openid offline_access");
        try (Passwords passwords = App.passwords(Config.read(site.environment))) {
            var hash = passwords.hash("another horse, another battery");
            site.app.house().accounts().changePassword(site.host().id(), visit.subject(), hash, site.clock.instant());
        }
        visit.assertTokensAreDead();
        visit.assertSignedOut();
        other.assertAllWorks();
        var browser = node.browser();
        var page = browser.follow(browser.get(Site.authorize(Site.request("spa"))));
        assertEquals(
                "wrong",
                browser.post("/login", Site.login(page, visit.email(), Site.PASSWORD))
                        .signIn());
        var form = Site.login(page, visit.email(), "another horse, another battery");
        var code = browser.follow(browser.post("/login", form)).redirect().text("code");
        assertEquals(200, node.token(Site.redemption("spa", code)).status());
    }

    @Test
    @Spec("RFC 6749 §5.2")
    void AC_09_RT_10_a_revoked_consent_ends_what_rests_on_it_and_asks_again() {
        var visit = Visit.of(THIRD, "openid profile offline_access");
        var other = Visit.of(THIRD, "openid profile email");
        new Consents(site.app.house().database())
                .revoke(site.host().id(), visit.subject(), new ClientId(THIRD), site.clock.instant());
        visit.assertTokensAreDead();
        assertEquals("consent_required", visit.silent(visit.browser()));
        assertEquals("consent_required", visit.silent(node.browser(visit.browser())));
        other.assertAllWorks();
    }

    @Test
    void AC_09_RT_10_a_disabled_client_gets_nothing_more() {
        site.client("closing", Site.draft().callbacks(Site.CALLBACK));
        var other = Visit.of("spa", "openid");
        var visit = Visit.of("closing", "openid offline_access");
        site.app.house().clients().disable(site.host().id(), new ClientId("closing"), site.clock.instant());
        for (var form : List.of(
                Site.redemption("closing", visit.code()), Site.refresh("closing", visit.token("refresh_token")))) {
            for (var reply : List.of(site.token(form), node.token(form))) {
                assertEquals(401, reply.status(), reply.body());
                assertEquals("invalid_client", reply.json().get("error").textValue());
            }
        }
        assertInvalidToken(node.withBearer("/userinfo", visit.token("access_token")));
        assertEquals(
                400,
                visit.browser().get(Site.authorize(Site.request("closing"))).status());
        other.assertAllWorks();
    }

    @Test
    void AC_09_RT_10_an_ended_session_takes_its_codes_and_tokens_along() {
        var visit = Visit.of("spa", "openid");
        var other = Visit.of("spa", "openid");
        new Sessions(site.app.house().database()).end(site.host().id(), visit.session(), site.clock.instant());
        visit.assertTokensAreDead();
        visit.assertSignedOut();
        other.assertAllWorks();
    }

    @Test
    void AC_09_a_code_of_an_ended_session_is_dead_even_for_offline_access() {
        var visit = Visit.of("spa", "openid offline_access");
        new Sessions(site.app.house().database()).end(site.host().id(), visit.session(), site.clock.instant());
        visit.assertSignedOut();
        assertInvalidGrant(site.token(Site.redemption("spa", visit.code())));
        assertInvalidGrant(node.token(Site.redemption("spa", visit.code())));
        assertEquals(
                200,
                node.token(Site.refresh("spa", visit.token("refresh_token"))).status());
    }

    @Test
    void RT_10_revoking_a_clients_grants_leaves_the_sessions_and_other_clients() {
        site.client("revoked", Site.draft().callbacks(Site.CALLBACK));
        var visit = Visit.of("revoked", "openid offline_access");
        var other = Visit.of("spa", "openid");
        new Grants(site.app.house().database())
                .revokeClient(site.host().id(), new ClientId("revoked"), site.clock.instant());
        assertInvalidGrant(node.token(Site.refresh("revoked", visit.token("refresh_token"))));
        assertInvalidToken(site.withBearer("/userinfo", visit.token("access_token")));
        assertEquals("", visit.silent(visit.browser()));
        other.assertAllWorks();
    }
}
