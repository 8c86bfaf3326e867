package dev.symbolon.spec;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// `prompt=select_account` (OpenID Connect Core §3.1.2.1) and several people in one browser.
final class AccountsInOneBrowserTest {
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

    private void signIn(String... emails) {
        for (var email : emails) {
            site.clock.advance(Duration.ofSeconds(10));
            var page = AtAuthorize.isSignIn(browser.follow(ask("login")));
            AtAuthorize.isCode(site, site.signInAt(browser, page, email));
        }
        site.clock.advance(Duration.ofSeconds(10));
    }

    private Reply ask(String prompt) {
        return browser.get(Site.authorize(Site.request("spa", Map.of("prompt", prompt))));
    }

    private Reply chooser() {
        site.clock.advance(Duration.ofSeconds(1));
        return AtAuthorize.isChooser(browser.follow(ask("select_account")));
    }

    private Reply press(Reply chooser, String name, String value) {
        var form = Map.of("interaction", chooser.hidden("interaction"), "csrf", chooser.hidden("csrf"), name, value);
        return browser.follow(browser.post("/accounts", form));
    }

    private static String buttonOf(Reply chooser, String email) {
        var buttons = chooser.body().split("<button ");
        for (var button : buttons) {
            if (button.contains(email) && button.contains("name=\"session\"")) {
                return button.replaceAll("(?s).*?value=\"([^\"]*)\".*", "$1");
            }
        }
        throw new AssertionError(email + " is not offered on:\n" + chooser.body());
    }

    private String email(Reply back) {
        var tokens = site.token(Site.redemption("spa", AtAuthorize.isCode(site, back)))
                .json();
        return Site.claims(tokens.get("id_token").textValue()).get("email").textValue();
    }

    @Test
    @Spec("OIDC Core §3.1.2.1")
    void PR_07_with_nobody_there_the_chooser_is_the_sign_in_page() {
        var page = AtAuthorize.isSignIn(browser.follow(ask("select_account")));
        assertEquals("ada@example.com", email(site.signInAt(browser, page, "ada@example.com")));
    }

    @Test
    @Spec("OIDC Core §3.1.2.1")
    void PR_07_with_one_account_the_chooser_is_shown_all_the_same() {
        signIn("ada@example.com");
        var chooser = chooser();
        assertEquals(1, chooser.values("session").size());
        assertEquals("ada@example.com", email(press(chooser, "session", buttonOf(chooser, "ada@example.com"))));
    }

    @Test
    @Spec("OIDC Core §3.1.2.1")
    void PR_07_with_three_accounts_any_can_be_chosen_and_the_others_stay() {
        site.person("cleo@example.com", "Cleo");
        signIn("ada@example.com", "bob@example.com", "cleo@example.com");
        for (var email : List.of("bob@example.com", "cleo@example.com", "ada@example.com", "ada@example.com")) {
            var chooser = chooser();
            assertEquals(3, chooser.values("session").size());
            assertEquals(email, email(press(chooser, "session", buttonOf(chooser, email))));
            assertEquals(email, email(ask("")), "without prompt the one chosen last is used");
            site.clock.advance(Duration.ofSeconds(10));
        }
    }

    @Test
    void PR_07_choosing_changes_the_cookie_and_the_copy_of_the_old_one_is_dead() {
        signIn("ada@example.com", "bob@example.com");
        var copy = site.browser();
        copy.cookies.putAll(browser.cookies);
        var chooser = chooser();
        press(chooser, "session", buttonOf(chooser, "ada@example.com"));
        assertNotEquals(copy.cookies.get("symbolon-session"), browser.cookies.get("symbolon-session"));
        AtAuthorize.isBack(
                site, copy.get(Site.authorize(Site.request("spa", Map.of("prompt", "none")))), "login_required");
    }

    @Test
    @Spec("OIDC Core §3.1.2.1")
    void PR_07_an_expired_account_asks_its_password_and_the_others_stay_untouched() {
        signIn("ada@example.com");
        site.clock.advance(Duration.ofDays(29));
        AtAuthorize.isSignIn(browser.follow(ask("")));
        signIn("bob@example.com");
        site.clock.advance(Duration.ofDays(2));
        var before = AtAuthorize.rows(site).get("session").stream()
                .filter(row -> !row.contains("ada"))
                .count();
        var chooser = chooser();
        assertEquals(2, chooser.values("session").size());
        assertTrue(chooser.body().contains("password needed"), chooser.body());
        var page = AtAuthorize.isSignIn(press(chooser, "session", buttonOf(chooser, "ada@example.com")));
        assertTrue(page.body().contains("value=\"ada@example.com\""), page.body());
        assertEquals(before, AtAuthorize.rows(site).get("session").size());
        AtAuthorize.isSignIn(browser.follow(browser.get("/login?interaction=" + page.hidden("interaction"))));
        assertEquals("ada@example.com", email(site.signInAt(browser, page, "ada@example.com")));
        var again = chooser();
        assertEquals("bob@example.com", email(press(again, "session", buttonOf(again, "bob@example.com"))));
    }

    @Test
    @Spec("OIDC Core §3.1.2.1")
    void another_account_is_the_sign_in_page_without_a_name() {
        signIn("ada@example.com");
        var page = AtAuthorize.isSignIn(press(chooser(), "action", "another"));
        assertFalse(page.body().contains("ada@example.com"), page.body());
        assertEquals("bob@example.com", email(site.signInAt(browser, page, "bob@example.com")));
        assertEquals(2, chooser().values("session").size());
    }

    @Test
    @Spec("RFC 6749 §4.1.2.1")
    void cancel_at_the_chooser_is_access_denied_and_chooses_nobody() {
        signIn("ada@example.com", "bob@example.com");
        var chooser = chooser();
        AtAuthorize.still(site, () -> AtAuthorize.isBack(site, press(chooser, "action", "cancel"), "access_denied"));
        assertEquals("bob@example.com", email(ask("")));
    }

    @Test
    void a_session_of_another_browser_cannot_be_chosen() {
        signIn("ada@example.com");
        var foreign = chooser().values("session").getFirst();
        browser = site.browser();
        signIn("bob@example.com");
        var chooser = chooser();
        AtAuthorize.still(site, () -> {
            for (var session : List.of(foreign, "made-up", "\u0000", "x".repeat(10_000))) {
                var reply = AtAuthorize.isChooser(press(chooser, "session", session));
                assertFalse(reply.body().contains("ada@example.com"), reply.body());
            }
        });
    }

    @Test
    void a_choice_without_the_token_of_the_page_is_refused() {
        signIn("ada@example.com", "bob@example.com");
        var chooser = chooser();
        var form = new HashMap<>(Map.of("interaction", chooser.hidden("interaction")));
        form.put("session", buttonOf(chooser, "ada@example.com"));
        AtAuthorize.still(site, () -> {
            assertEquals(403, browser.post("/accounts", form).status());
            form.put("csrf", "wrong");
            assertEquals(403, browser.post("/accounts", form).status());
        });
    }

    @Test
    @Spec("OIDC Core §3.1.2.1")
    void a_hint_picks_among_several() {
        signIn("ada@example.com");
        var code = AtAuthorize.isCode(site, ask("none"));
        var hint =
                site.token(Site.redemption("spa", code)).json().get("id_token").textValue();
        signIn("bob@example.com");
        var request = Site.request("spa", Map.of("id_token_hint", hint));
        assertEquals("ada@example.com", email(browser.get(Site.authorize(request))));
        assertEquals("bob@example.com", email(ask("")), "a hint chooses for one request only");
    }

    @Test
    @Spec("OIDC Core §3.1.2.1")
    void proving_one_account_again_keeps_the_other_and_does_not_make_it_younger() {
        signIn("ada@example.com", "bob@example.com", "ada@example.com");
        assertEquals("ada@example.com", email(ask("")));
        var chooser = chooser();
        assertEquals(2, chooser.values("session").size());
        var tokens = site.token(Site.redemption(
                "spa", AtAuthorize.isCode(site, press(chooser, "session", buttonOf(chooser, "bob@example.com")))));
        var authTime = Site.claims(tokens.json().get("id_token").textValue())
                .get("auth_time")
                .longValue();
        assertEquals(site.clock.instant().getEpochSecond() - 21, authTime);
    }

    @Test
    void an_account_that_was_switched_off_is_no_longer_offered() {
        var eve = site.person("eve@example.com", "Eve");
        signIn("ada@example.com", "eve@example.com");
        site.app.house().accounts().disable(site.host().id(), eve, site.clock.instant());
        assertEquals(1, chooser().values("session").size());
        assertEquals("ada@example.com", email(ask("none")));
    }

    @Test
    void the_chooser_is_never_kept_and_never_framed() {
        signIn("ada@example.com");
        var chooser = chooser();
        assertEquals("no-store", chooser.header("cache-control").orElseThrow());
        assertEquals("DENY", chooser.header("x-frame-options").orElseThrow());
        assertTrue(chooser.header("content-security-policy").orElseThrow().contains("frame-ancestors 'none'"));
    }
}
