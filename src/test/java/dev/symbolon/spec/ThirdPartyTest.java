package dev.symbolon.spec;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/// What an application of somebody else gets, and what a page left open does not give.
final class ThirdPartyTest {
    private static Site site;

    @BeforeAll
    static void start() {
        site = Site.start();
    }

    @AfterAll
    static void stop() {
        site.close();
    }

    private static Reply allow(Browser browser, Reply page) {
        var form = Map.of("interaction", page.hidden("interaction"), "csrf", page.hidden("csrf"), "action", "allow");
        return browser.follow(browser.post("/consent", form));
    }

    @Test
    @Spec("OIDC Core §3.1.2.4")
    void me_tells_a_third_party_no_more_than_the_person_allowed() {
        var browser = site.browser();
        var request = Site.request("third", Map.of("scope", "openid"));
        var back = allow(browser, site.signIn(browser, request, "ada@example.com"));
        var tokens = site.token(Site.redemption("third", back.redirect().text("code")))
                .json();
        var me = site.withBearer("/me", tokens.get("access_token").textValue());
        assertEquals(200, me.status(), me.body());
        assertTrue(me.json().has("sub"));
        assertFalse(me.json().has("email"), me.body());
        assertFalse(me.json().has("name"), me.body());
    }

    @Test
    void me_tells_the_operators_own_application_the_whole_profile() {
        var tokens = site.tokens("spa").json();
        var me = site.withBearer("/me", tokens.get("access_token").textValue());
        assertEquals("ada@example.com", me.json().get("email").textValue());
        assertEquals(me.json().get("sub"), me.json().get("id"));
    }

    @Test
    @Spec("RFC 8707 §2")
    void AR_10_a_third_party_gets_no_token_for_an_api() {
        for (var name : new String[] {"resource", "audience"}) {
            var back = site.browser().get(Site.authorize(Site.request("third", Map.of(name, Site.API))));
            assertEquals("invalid_target", back.redirect().text("error"));
        }
    }

    @Test
    @Spec({"OIDC Core §3.1.2.1", "RFC 9700 §4.7"})
    void PR_03_a_page_left_open_does_not_profit_from_a_sign_in_long_after() {
        var browser = site.browser();
        var wanted = Site.request("spa", Map.of("prompt", "login", "max_age", "1"));
        var left = browser.follow(browser.get(Site.authorize(wanted)));
        var resume = "/authorize/resume?interaction=" + left.hidden("interaction");
        site.clock.advance(Duration.ofMinutes(1));
        site.signIn(browser, Site.request("spa"), "ada@example.com");
        site.clock.advance(Duration.ofMinutes(11));
        var again = browser.follow(browser.get(resume));
        assertEquals(200, again.status());
        assertTrue(again.body().contains("id=\"password\""), again.body());
    }
}
