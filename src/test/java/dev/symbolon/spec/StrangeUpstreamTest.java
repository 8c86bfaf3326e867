package dev.symbolon.spec;

import static dev.symbolon.spec.Elsewhere.draft;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.symbolon.connection.LyingProvider;
import dev.symbolon.connection.StrangeProvider;
import dev.symbolon.oauth.Connection.Kind;
import dev.symbolon.oauth.ConnectionId;
import dev.symbolon.web.Form;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/// The whole way through an OpenID provider that nobody here wrote, which checks client, redirect URI, PKCE and
/// nonce.
final class StrangeUpstreamTest {
    private static Elsewhere elsewhere;
    private static Site site;
    private static StrangeProvider provider;

    @BeforeAll
    static void start() {
        elsewhere = Elsewhere.start();
        site = elsewhere.site;
        site.clock.isRight();
        provider = StrangeProvider.start(List.of(Map.of(
                "client_id",
                LyingProvider.CLIENT,
                "client_secret",
                LyingProvider.SECRET,
                "redirect_uris",
                List.of(site.issuer + "/callback"),
                "grant_types",
                List.of("authorization_code"),
                "response_types",
                List.of("code"))));
        elsewhere.connect("strange", Kind.OIDC, draft("issuer", provider.issuer()));
    }

    @AfterAll
    static void stop() {
        elsewhere.close();
        provider.close();
    }

    private static Reply back(Browser browser, Form answer) {
        return browser.follow(browser.get("/callback?" + answer.raw()));
    }

    private static Reply signIn(Browser browser, String login, Map<String, String> changes) {
        var departure = elsewhere.depart(browser, "strange", changes);
        return back(browser, provider.signIn(departure.location(), login));
    }

    @Test
    void a_person_signs_in_there_and_the_application_gets_tokens_that_stay_alive() {
        var browser = site.browser();
        var first = signIn(browser, "ada", Map.of("scope", "openid profile email offline_access"));
        assertEquals("true", first.redirect().text("signup"), first.location());
        var tokens = site.token(Site.redemption("spa", AtAuthorize.isCode(site, first)));
        assertEquals(200, tokens.status(), tokens.body());
        var token = Site.claims(tokens.json().get("id_token").textValue());
        assertEquals("ada@example.org", token.get("email").textValue());
        assertTrue(token.get("email_verified").booleanValue());
        assertEquals("Ada Lovelace", token.get("name").textValue());
        var me = site.withBearer("/userinfo", tokens.json().get("access_token").textValue());
        assertEquals("Europe/London", me.json().get("zoneinfo").textValue());
        var refreshed = site.token(
                Site.refresh("spa", tokens.json().get("refresh_token").textValue()));
        assertEquals(200, refreshed.status(), refreshed.body());
        // signed in here, so nobody has to go there again
        AtAuthorize.isCode(site, browser.get(Site.authorize(Site.request("spa", Map.of("prompt", "none")))));
        site.clock.advance(Duration.ofSeconds(1));
        var second = signIn(site.browser(), "ada", Map.of());
        assertTrue(second.redirect().get("signup").isEmpty(), second.location());
        assertEquals(token.get("sub"), elsewhere.idToken(second).get("sub"));
    }

    @Test
    void FE_04_an_address_that_it_has_not_verified_is_not_verified_here() {
        var token = elsewhere.idToken(signIn(site.browser(), "nobody-verified-grace", Map.of()));
        assertFalse(token.get("email_verified").booleanValue());
    }

    @Test
    void prompt_login_asks_again_there_and_its_word_for_it_is_believed() {
        var browser = site.browser();
        signIn(browser, "linus", Map.of());
        site.clock.advance(Duration.ofSeconds(1));
        var token = elsewhere.idToken(signIn(browser, "linus", Map.of("prompt", "login")));
        assertEquals("linus@example.org", token.get("email").textValue());
    }

    @Test
    void a_person_who_cancels_there_is_back_at_the_sign_in_page() {
        var browser = site.browser();
        var departure = elsewhere.depart(browser, "strange");
        var page = back(browser, provider.cancel(departure.location()));
        Elsewhere.isNotice(page, "You came back without signing in there.");
        assertFalse(page.body().contains("End-User aborted"), "its words are not shown");
    }

    @Test
    void a_code_is_good_once_there_and_the_state_once_here() {
        var browser = site.browser();
        var departure = elsewhere.depart(browser, "strange");
        var answer = provider.signIn(departure.location(), "barbara");
        AtAuthorize.isCode(site, back(browser, answer));
        var again = browser.get("/callback?" + answer.raw());
        assertTrue(again.location().startsWith("/authorize/resume?interaction="), again.location());
        assertTrue(again.headers("set-cookie").isEmpty(), "nobody is signed in twice");
    }

    @Test
    void an_operator_tries_it_out() {
        var link = elsewhere.enlistment().testUrl(site.host(), new ConnectionId("strange"), site.clock.instant());
        var browser = site.browser();
        var there = elsewhere.isDeparture(browser.get(link));
        AtAuthorize.still(site, () -> {
            var result = back(browser, provider.signIn(there.location(), "tester"));
            assertEquals(200, result.status(), result.body());
            for (var shown : List.of("email_verified (userinfo)", "tester@example.org")) {
                assertTrue(result.body().contains(shown), shown + "\n" + result.body());
            }
        });
    }
}
