package dev.symbolon.spec;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import java.net.http.HttpRequest.BodyPublishers;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/// Several people, or several accounts of one, signed in in one browser.
final class SeveralAccountsTest {
    private static final Map<String, String> CHOOSE = Map.of("prompt", "select_account");
    private static Site site;

    @BeforeAll
    static void start() {
        site = Site.start();
    }

    @AfterAll
    static void stop() {
        site.close();
    }

    private static Browser two() {
        var browser = site.browser();
        site.signIn(browser, Site.request("spa"), "ada@example.com");
        signInAnother(browser, "bob@example.com");
        return browser;
    }

    private static Reply signInAnother(Browser browser, String email) {
        var chooser = chooser(browser);
        var login = browser.follow(browser.post("/accounts", form(chooser, "action", "another")));
        return site.signInAt(browser, login, email);
    }

    private static Map<String, String> form(Reply page, String name, String value) {
        var form = new LinkedHashMap<String, String>();
        form.put("interaction", page.hidden("interaction"));
        form.put("csrf", page.hidden("csrf"));
        form.put(name, value);
        return form;
    }

    private static Reply chooser(Browser browser) {
        // What happened at the moment of the request counts as happened for it.
        site.clock.advance(Duration.ofSeconds(1));
        var page = browser.follow(browser.get(Site.authorize(Site.request("spa", CHOOSE))));
        assertEquals(200, page.status(), page.body());
        return page;
    }

    private static Reply choose(Browser browser, Reply chooser, int which) {
        return browser.follow(browser.post(
                "/accounts", form(chooser, "session", chooser.values("session").get(which))));
    }

    private static JsonNode tokens(Reply back) {
        var answer = site.token(Site.redemption("spa", back.redirect().text("code")));
        assertEquals(200, answer.status(), answer.body());
        return answer.json();
    }

    private static String email(JsonNode tokens) {
        return Site.claims(tokens.get("id_token").textValue()).get("email").textValue();
    }

    private static String silent(Browser browser, Map<String, String> changes) {
        var all = new LinkedHashMap<>(changes);
        all.put("prompt", "none");
        var back = browser.get(Site.authorize(Site.request("spa", all)));
        return back.redirect().get("error").orElseGet(() -> email(tokens(back)));
    }

    @Test
    @Spec("OIDC Core §3.1.2.1")
    void a_second_person_signs_in_beside_the_first() {
        var browser = site.browser();
        site.signIn(browser, Site.request("spa"), "ada@example.com");
        assertEquals("ada@example.com", silent(browser, Map.of()));
        assertEquals("bob@example.com", email(tokens(signInAnother(browser, "bob@example.com"))));
        var page = chooser(browser);
        assertEquals(2, page.values("session").size());
        assertTrue(page.body().indexOf("bob@example.com") < page.body().indexOf("ada@example.com"));
    }

    @Test
    @Spec("OIDC Core §3.1.2.6")
    void silence_among_several_needs_a_hint() {
        var browser = two();
        assertEquals("account_selection_required", silent(browser, Map.of()));
        var ada = tokens(choose(browser, chooser(browser), 1));
        assertEquals("ada@example.com", email(ada));
        assertEquals("account_selection_required", silent(browser, Map.of()));
        var hint = Map.of("id_token_hint", ada.get("id_token").textValue());
        assertEquals("ada@example.com", silent(browser, hint));
        var sub = Site.claims(ada.get("id_token").textValue()).get("sub").textValue();
        var claims = Map.of("claims", "{\"id_token\":{\"sub\":{\"value\":\"" + sub + "\"}}}");
        assertEquals("ada@example.com", silent(browser, claims));
    }

    @Test
    void without_prompt_the_account_chosen_last_is_used() {
        var browser = two();
        assertEquals("bob@example.com", email(tokens(browser.get(Site.authorize(Site.request("spa"))))));
        choose(browser, chooser(browser), 1);
        assertEquals("ada@example.com", email(tokens(browser.get(Site.authorize(Site.request("spa"))))));
    }

    @Test
    void choosing_keeps_when_each_signed_in() {
        var browser = two();
        var before = Site.claims(tokens(browser.get(Site.authorize(Site.request("spa"))))
                .get("id_token")
                .textValue());
        choose(browser, chooser(browser), 1);
        choose(browser, chooser(browser), 1);
        var after = Site.claims(tokens(browser.get(Site.authorize(Site.request("spa"))))
                .get("id_token")
                .textValue());
        assertEquals(before.get("auth_time"), after.get("auth_time"));
        assertEquals(before.get("sid"), after.get("sid"));
        assertEquals(before.get("sub"), after.get("sub"));
    }

    @Test
    void SE_04_the_cookie_changes_when_an_account_is_chosen_and_the_old_copy_is_dead() {
        var browser = two();
        var thief = browser.copy();
        var page = chooser(browser);
        choose(browser, page, 1);
        assertNotEquals(thief.cookies.get("symbolon-session"), browser.cookies.get("symbolon-session"));
        assertEquals("login_required", silent(thief, Map.of()));
        assertEquals("account_selection_required", silent(browser, Map.of()));
    }

    @Test
    void a_session_of_another_browser_cannot_be_chosen() {
        var stranger = site.browser();
        site.signIn(stranger, Site.request("spa"), "ada@example.com");
        var sid = chooser(stranger).values("session").getFirst();
        var browser = site.browser();
        site.signIn(browser, Site.request("spa"), "bob@example.com");
        var page = chooser(browser);
        for (var other : new String[] {sid, "x", "' OR '1'='1"}) {
            var reply = browser.post("/accounts", form(page, "session", other));
            assertEquals(200, reply.status(), reply.body());
            assertTrue(reply.header("location").isEmpty());
            assertFalse(reply.body().contains("ada@example.com"));
        }
        assertEquals("bob@example.com", silent(browser, Map.of()));
        assertEquals("ada@example.com", silent(stranger, Map.of()));
    }

    @Test
    @Spec("RP-Initiated Logout §2")
    void a_hint_signs_only_its_own_account_out() {
        var browser = two();
        var ada = tokens(choose(browser, chooser(browser), 1));
        var bob = tokens(choose(browser, chooser(browser), 1));
        assertEquals("bob@example.com", email(bob));
        browser.get("/logout?id_token_hint=" + ada.get("id_token").textValue());
        assertEquals("account_selection_required", silent(browser, Map.of()), "nobody said that Bob is meant");
        site.clock.advance(Duration.ofSeconds(1));
        var page = AtAuthorize.isChooser(browser.follow(browser.get(Site.authorize(Site.request("spa")))));
        assertFalse(page.body().contains("ada@example.com"));
        choose(browser, page, 0);
        assertEquals("bob@example.com", silent(browser, Map.of()));
        assertEquals(
                400,
                site.token(Site.refresh("spa", ada.get("refresh_token").textValue()))
                        .status());
        assertEquals(
                200,
                site.token(Site.refresh("spa", bob.get("refresh_token").textValue()))
                        .status());
    }

    @Test
    @Spec("RP-Initiated Logout §2")
    void a_logout_by_post_from_another_site_leaves_the_other_account_its_cookie() {
        var browser = two();
        var bob = tokens(browser.get(Site.authorize(Site.request("spa"))));
        var ada = tokens(choose(browser, chooser(browser), 1));
        var noCookies = browser.copy();
        noCookies.cookies.clear();
        var reply = noCookies.send(noCookies
                .to("/logout")
                .header("Origin", "https://app.example")
                .header("Content-Type", "application/x-www-form-urlencoded")
                .POST(BodyPublishers.ofString(
                        "id_token_hint=" + bob.get("id_token").textValue())));
        assertEquals(303, reply.status());
        assertTrue(reply.headers("set-cookie").isEmpty());
        var ended = browser.get(reply.location());
        assertEquals("/logged-out?client_id=spa", ended.location());
        assertTrue(ended.headers("set-cookie").isEmpty());
        var hint = Map.of("id_token_hint", ada.get("id_token").textValue());
        assertEquals("ada@example.com", silent(browser, hint));
    }

    @Test
    void confirming_a_logout_without_a_hint_signs_everybody_out() {
        var browser = two();
        var page = browser.get("/logout");
        browser.post("/logout", Map.of("csrf", page.hidden("csrf"), "action", "logout"));
        assertEquals("login_required", silent(browser, Map.of()));
        assertFalse(browser.cookies.containsKey("symbolon-session"));
    }

    @Test
    void PR_07_an_expired_session_in_the_chooser_asks_its_password() {
        var browser = site.browser();
        site.signIn(browser, Site.request("spa"), "ada@example.com");
        for (var day = 0; day < 27; day += 3) {
            site.clock.advance(Duration.ofDays(3));
            assertEquals("ada@example.com", silent(browser, Map.of()));
        }
        signInAnother(browser, "bob@example.com");
        site.clock.advance(Duration.ofDays(4));
        assertEquals("bob@example.com", silent(browser, Map.of()));
        var page = chooser(browser);
        assertEquals(2, page.values("session").size());
        var login = choose(browser, page, 1);
        assertEquals(200, login.status());
        assertTrue(login.body().contains("value=\"ada@example.com\""), login.body());
        assertEquals("bob@example.com", silent(browser, Map.of()));
        assertEquals("ada@example.com", email(tokens(site.signInAt(browser, login, "ada@example.com"))));
        assertEquals("account_selection_required", silent(browser, Map.of()));
    }

    @Test
    void the_same_person_again_is_one_session_with_a_newer_sign_in() {
        var browser = site.browser();
        var first = Site.claims(tokens(site.signIn(browser, Site.request("spa"), "ada@example.com"))
                .get("id_token")
                .textValue());
        site.clock.advance(Duration.ofMinutes(5));
        var again = site.signIn(browser, Site.request("spa", Map.of("prompt", "login")), "ada@example.com");
        var second = Site.claims(tokens(again).get("id_token").textValue());
        assertEquals(first.get("sid"), second.get("sid"));
        assertEquals(
                first.get("auth_time").longValue() + 300,
                second.get("auth_time").longValue());
        assertEquals("ada@example.com", silent(browser, Map.of()));
    }

    @Test
    void an_eleventh_account_takes_the_place_of_the_one_not_seen_for_longest() {
        var browser = site.browser();
        site.signIn(browser, Site.request("spa"), "ada@example.com");
        for (var i = 0; i < 10; i++) {
            var email = "guest" + i + "@example.com";
            site.person(email, "Guest " + i);
            site.clock.advance(Duration.ofMinutes(2));
            signInAnother(browser, email);
        }
        var page = chooser(browser);
        assertEquals(10, page.values("session").size());
        assertTrue(page.body().contains("guest9@example.com"));
    }
}
