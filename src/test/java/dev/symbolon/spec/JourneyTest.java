package dev.symbolon.spec;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/// The whole journey over HTTP, once.
final class JourneyTest {
    private static Site site;

    @BeforeAll
    static void start() {
        site = Site.start();
    }

    @AfterAll
    static void stop() {
        site.close();
    }

    @Test
    @Spec({"RFC 6749 §4.1", "RFC 7636 §4", "OIDC Core §3.1"})
    void a_person_signs_in_and_the_application_gets_tokens_that_stay_alive() {
        var browser = site.browser();
        var back = site.signIn(browser, Site.request("spa"), "ada@example.com");
        assertEquals(303, back.status(), back.body());
        assertTrue(back.location().startsWith(Site.CALLBACK + "?code="), back.location());
        assertEquals("st ate/ü", back.redirect().text("state"));
        assertEquals(site.issuer, back.redirect().text("iss"));

        var tokens = site.token(Site.redemption("spa", back.redirect().text("code")));
        assertEquals(200, tokens.status(), tokens.body());
        assertEquals("no-store", tokens.header("cache-control").orElseThrow());
        var answer = tokens.json();
        assertEquals("Bearer", answer.get("token_type").textValue());
        assertEquals(3_600, answer.get("expires_in").intValue());
        assertEquals(
                "n-0S6_WzA2Mj",
                Site.claims(answer.get("id_token").textValue()).get("nonce").textValue());

        var me = site.withBearer("/userinfo", answer.get("access_token").textValue());
        assertEquals(200, me.status(), me.body());
        assertEquals("ada@example.com", me.json().get("email").textValue());

        var refreshed =
                site.token(Site.refresh("spa", answer.get("refresh_token").textValue()));
        assertEquals(200, refreshed.status(), refreshed.body());
        assertNotEquals(answer.get("refresh_token"), refreshed.json().get("refresh_token"));

        var again = browser.get(Site.authorize(Site.request("spa", Map.of("prompt", "none"))));
        assertFalse(again.redirect().text("code").isEmpty(), again.location());
    }
}
