package dev.symbolon.spec;

import static dev.symbolon.spec.Elsewhere.LOVELACE;
import static dev.symbolon.spec.Elsewhere.draft;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.symbolon.connection.LyingProvider;
import dev.symbolon.oauth.ConnectionId;
import dev.symbolon.oauth.Subject;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// People who come from another server: who they are here, and what the application is told.
final class FederationTest {
    private Elsewhere elsewhere;
    private Site site;
    private LyingProvider provider;

    @BeforeEach
    void start() {
        elsewhere = Elsewhere.start();
        site = elsewhere.site;
        provider = elsewhere.provider;
    }

    @AfterEach
    void stop() {
        elsewhere.close();
    }

    private static Map<String, Object> but(String name, Object value) {
        var other = new HashMap<>(LOVELACE);
        other.put(name, value);
        return other;
    }

    private int accounts() {
        return AtAuthorize.rowsOf(site, "account").size();
    }

    @Test
    void the_first_sign_in_makes_an_account_and_says_so_and_the_second_finds_it() {
        var before = accounts();
        var first = elsewhere.signIn(site.browser(), LOVELACE);
        assertEquals("true", first.redirect().text("signup"), first.location());
        var token = elsewhere.idToken(first);
        assertEquals("lovelace@example.net", token.get("email").textValue());
        assertTrue(token.get("email_verified").booleanValue());
        assertEquals("Ada L", token.get("name").textValue());
        assertEquals("[\"fed\"]", token.get("amr").toString());
        assertEquals("n-0S6_WzA2Mj", token.get("nonce").textValue(), "the application's own nonce, not the provider's");
        assertEquals(before + 1, accounts());
        site.clock.advance(Duration.ofMinutes(1));
        var second = elsewhere.signIn(site.browser(), LOVELACE);
        assertTrue(second.redirect().get("signup").isEmpty(), second.location());
        assertEquals(token.get("sub"), elsewhere.idToken(second).get("sub"));
        assertEquals(before + 1, accounts());
    }

    @Test
    void connection_id_and_connection_go_straight_there_by_id_and_by_name() {
        elsewhere.change("oidc", draft("name", "company-login"));
        for (var parameter : List.of("connection", "connection_id")) {
            for (var name : List.of("oidc", "company-login")) {
                var browser = site.browser();
                var there = browser.follow(browser.get(Site.authorize(Site.request("spa", Map.of(parameter, name)))));
                elsewhere.isDeparture(there);
                assertTrue(there.location().startsWith(provider.issuer() + "/authorize?"), there.location());
            }
        }
        var browser = site.browser();
        AtAuthorize.isBack(
                site,
                browser.follow(browser.get(Site.authorize(Site.request("spa", Map.of("connection", "nobody"))))),
                "invalid_request");
    }

    @Test
    @Spec({"RFC 7636 §4.3", "RFC 9700 §2.1.1", "OpenID Connect Core §3.1.2.1"})
    void the_request_has_pkce_nonce_and_state_of_its_own_and_what_the_application_asked_for() {
        var changes = Map.of("login_hint", "ada@example.net", "ui_locales", "de-CH fr");
        var sent = elsewhere.depart(site.browser(), "oidc", changes).redirect();
        assertEquals("code", sent.text("response_type"));
        assertEquals(LyingProvider.CLIENT, sent.text("client_id"));
        assertEquals(site.issuer + "/callback", sent.text("redirect_uri"));
        assertEquals("openid profile email", sent.text("scope"));
        assertEquals("S256", sent.text("code_challenge_method"));
        assertEquals("ada@example.net", sent.text("login_hint"));
        assertEquals("de-CH fr", sent.text("ui_locales"));
        assertTrue(sent.get("prompt").isEmpty(), "nobody asked for another sign-in there");
        var ours = Site.request("spa");
        for (var name : List.of("state", "nonce", "code_challenge")) {
            assertFalse(sent.text(name).isEmpty());
            assertNotEquals(ours.get(name), sent.text(name));
        }
        var again = elsewhere.depart(site.browser(), "oidc", changes).redirect();
        for (var name : List.of("state", "nonce", "code_challenge")) {
            assertNotEquals(sent.text(name), again.text(name));
        }
        var plain = elsewhere.depart(site.browser(), "oidc").redirect();
        assertTrue(plain.get("login_hint").isEmpty() && plain.get("ui_locales").isEmpty());
    }

    @Test
    void the_button_on_the_sign_in_page_goes_there_too() {
        var browser = site.browser();
        var page = AtAuthorize.isSignIn(browser.follow(browser.get(Site.authorize(Site.request("spa")))));
        assertEquals(List.of("oidc"), page.values("connection"));
        var there = elsewhere.isDeparture(elsewhere.press(browser, page, "oidc"));
        AtAuthorize.isCode(site, browser.follow(elsewhere.comeBack(browser, there, LOVELACE)));
    }

    @Test
    void a_connection_of_one_application_is_not_there_for_another() {
        elsewhere.change("oidc", draft("clients", "web"));
        var browser = site.browser();
        var page = AtAuthorize.isSignIn(browser.follow(browser.get(Site.authorize(Site.request("spa")))));
        assertEquals(List.of(), page.values("connection"));
        AtAuthorize.isSignIn(browser.follow(elsewhere.press(browser, page, "oidc")));
    }

    @Test
    void the_profile_follows_the_provider_at_each_sign_in() {
        var first = elsewhere.userinfo(elsewhere.signIn(site.browser(), but("nickname", "Lady")));
        assertEquals("Ada L", first.get("name").textValue());
        site.clock.advance(Duration.ofMinutes(1));
        var second = elsewhere.userinfo(elsewhere.signIn(site.browser(), but("name", "Ada King")));
        assertEquals(first.get("sub"), second.get("sub"));
        assertEquals("Ada King", second.get("name").textValue());
    }

    @Test
    void the_profile_stays_where_the_connection_does_not_follow() {
        elsewhere.change("oidc", draft("sync_profile", "false"));
        elsewhere.signIn(site.browser(), LOVELACE);
        site.clock.advance(Duration.ofMinutes(1));
        var second = elsewhere.userinfo(elsewhere.signIn(site.browser(), but("name", "Ada King")));
        assertEquals("Ada L", second.get("name").textValue(), "taken over once, and not again");
    }

    @Test
    void a_suspended_person_is_told_so_and_not_signed_in() {
        var sub = elsewhere.idToken(elsewhere.signIn(site.browser(), LOVELACE)).get("sub");
        site.app.house().accounts().disable(site.host().id(), new Subject(sub.textValue()), site.clock.instant());
        var browser = site.browser();
        Elsewhere.isNotice(elsewhere.signIn(browser, LOVELACE), "This account is switched off");
        assertFalse(browser.cookies.keySet().stream().anyMatch(name -> name.contains("session")), "not signed in");
    }

    @Test
    void nobody_new_is_let_in_where_sign_up_is_closed_and_whoever_is_known_is() {
        elsewhere.signIn(site.browser(), LOVELACE);
        elsewhere.change("oidc", draft("sign_up", "false"));
        site.clock.advance(Duration.ofMinutes(1));
        AtAuthorize.isCode(site, elsewhere.signIn(site.browser(), LOVELACE));
        var before = accounts();
        var stranger = Map.<String, Object>of("sub", "u-2", "email", "new@example.net", "email_verified", true);
        AtAuthorize.isSignIn(elsewhere.signIn(site.browser(), stranger));
        assertEquals(before, accounts());
    }

    @ParameterizedTest
    @ValueSource(strings = {"access_denied", "server_error", "invalid_request", "interaction_required", "<b>x</b>"})
    void an_error_of_the_provider_leads_back_to_the_sign_in_page_and_its_words_are_not_shown(String error) {
        var browser = site.browser();
        var departure = elsewhere.depart(browser, "oidc");
        var back = browser.follow(browser.get(Elsewhere.callback(Map.of(
                "error",
                error,
                "error_description",
                "Call 555-0100 and say your password",
                "state",
                departure.redirect().text("state")))));
        Elsewhere.isNotice(
                back,
                error.equals("access_denied")
                        ? "You came back without signing in there."
                        : "The other site did not sign you in.");
        assertFalse(back.body().contains("555-0100") || back.body().contains("<b>x"), back.body());
        assertFalse(back.http().uri().toString().contains("555-0100"), "nor does it stand in the address");
        // the same page leads there again
        elsewhere.isDeparture(elsewhere.press(browser, back, "oidc"));
    }

    @Test
    void prompt_login_asks_the_provider_anew_and_believes_it_only_when_it_did() {
        var browser = site.browser();
        elsewhere.signIn(browser, LOVELACE);
        site.clock.advance(Duration.ofMinutes(10));
        var departure = elsewhere.depart(browser, "oidc", Map.of("prompt", "login"));
        assertEquals("login", departure.redirect().text("prompt"));
        assertEquals("0", departure.redirect().text("max_age"));
        var now = site.clock.instant().getEpochSecond();
        renew(now - 600);
        var back = browser.follow(elsewhere.comeBack(browser, departure, LOVELACE));
        var again = Elsewhere.isNotice(back, "please sign in again");
        renew(now);
        var second = elsewhere.isDeparture(elsewhere.press(browser, again, "oidc"));
        assertEquals("login", second.redirect().text("prompt"));
        AtAuthorize.isCode(site, browser.follow(elsewhere.comeBack(browser, second, LOVELACE)));
    }

    @Test
    void prompt_login_and_a_connection_go_there_whoever_is_signed_in() {
        var browser = site.browser();
        site.signIn(browser, Site.request("spa"), "ada@example.com");
        site.clock.advance(Duration.ofMinutes(1));
        var departure = elsewhere.depart(browser, "oidc", Map.of("prompt", "login"));
        var token = elsewhere.idToken(browser.follow(elsewhere.comeBack(browser, departure, LOVELACE)));
        assertEquals("lovelace@example.net", token.get("email").textValue());
    }

    @Test
    void prompt_login_asks_the_provider_anew_in_a_browser_where_nobody_is_signed_in_too() {
        var departure = elsewhere.depart(site.browser(), "oidc", Map.of("prompt", "login"));
        assertEquals("login", departure.redirect().text("prompt"));
    }

    private void renew(long authTime) {
        var now = site.clock.instant().getEpochSecond();
        provider.claims.put("exp", now + 300);
        provider.claims.put("iat", now);
        provider.claims.put("auth_time", authTime);
    }

    @Test
    void two_tabs_with_two_providers_at_once_do_not_disturb_one_another() {
        try (var other = new LyingProvider(site.clock)) {
            elsewhere.connect("second", other, draft());
            var browser = site.browser();
            var one = elsewhere.depart(browser, "oidc");
            var two = elsewhere.depart(browser, "second");
            other.isAskedFor(
                    two.redirect().text("nonce"),
                    Map.of("sub", "u-1", "email", "other@example.net", "email_verified", true));
            var first = browser.follow(elsewhere.comeBack(browser, one, LOVELACE));
            assertEquals(
                    "lovelace@example.net",
                    elsewhere.idToken(first).get("email").textValue());
            site.clock.advance(Duration.ofSeconds(1));
            var second = browser.follow(browser.get(Elsewhere.callback(Elsewhere.answer(two))));
            assertEquals(
                    "other@example.net", elsewhere.idToken(second).get("email").textValue());
        }
    }

    @Test
    void somebody_new_who_comes_by_several_tabs_and_browsers_at_once_gets_one_account() throws Exception {
        var count = 4;
        try (var people = Executors.newFixedThreadPool(count)) {
            for (var round = 0; round < 50; round++) {
                var before = accounts();
                var person = Map.<String, Object>of(
                        "sub", "new-" + round, "email", "new-" + round + "@example.net", "email_verified", true);
                provider.isAskedFor("", person);
                var barrier = new CyclicBarrier(count);
                var coming = new ArrayList<Callable<Reply>>();
                for (var i = 0; i < count; i++) {
                    var browser = site.browser();
                    var departure = elsewhere.depart(browser, "oidc");
                    var back = Elsewhere.answer(departure);
                    back.put("code", "code-" + round + "-" + i);
                    provider.nonces.put(back.get("code"), departure.redirect().text("nonce"));
                    coming.add(() -> {
                        barrier.await();
                        return browser.follow(browser.get(Elsewhere.callback(back)));
                    });
                }
                var subjects = new HashSet<String>();
                for (var one : people.invokeAll(coming)) {
                    subjects.add(elsewhere.idToken(one.get()).get("sub").textValue());
                }
                assertEquals(1, subjects.size(), "round " + round);
                assertEquals(before + 1, accounts(), "round " + round);
            }
        }
    }

    @Test
    void the_same_name_at_two_providers_is_two_people() {
        try (var other = new LyingProvider(site.clock)) {
            elsewhere.connect("second", other, draft());
            var first = elsewhere.idToken(elsewhere.signIn(site.browser(), LOVELACE));
            var browser = site.browser();
            var two = elsewhere.depart(browser, "second");
            other.isAskedFor(two.redirect().text("nonce"), Map.of("sub", "u-1", "name", "Ada L"));
            var second = browser.follow(browser.get(Elsewhere.callback(Elsewhere.answer(two))));
            assertNotEquals(first.get("sub"), elsewhere.idToken(second).get("sub"));
        }
    }

    @Test
    void the_state_shows_nothing_and_sending_somebody_away_writes_nothing() {
        var browser = site.browser();
        var departure = elsewhere.depart(browser, "oidc");
        var state = departure.redirect().text("state");
        assertFalse(state.contains("spa") || state.contains("app.example"), "what it carries is sealed");
        AtAuthorize.still(site, () -> elsewhere.depart(site.browser(), "oidc"));
    }

    @Test
    void an_operator_sees_what_came_back_field_by_field_and_nobody_is_signed_in() {
        var link = elsewhere.enlistment().testUrl(site.host(), new ConnectionId("oidc"), site.clock.instant());
        var browser = site.browser();
        AtAuthorize.still(site, () -> {
            var there = elsewhere.isDeparture(browser.get(link));
            var result = elsewhere.comeBack(browser, there, but("nickname", "<i>Lady</i>"));
            assertEquals(200, result.status(), result.body());
            for (var shown : List.of(
                    "sub (id_token)",
                    "sub (userinfo)",
                    "email_verified (userinfo)",
                    "lovelace@example.net",
                    "u-1",
                    "&lt;i&gt;Lady&lt;/i&gt;")) {
                assertTrue(result.body().contains(shown), shown + " is not on:\n" + result.body());
            }
            for (var secret : List.of(LyingProvider.ACCESS_TOKEN, "nonce", "at_hash", "<i>Lady")) {
                assertFalse(result.body().contains(secret), secret + " is on:\n" + result.body());
            }
            assertEquals(1, browser.cookies.size(), "the browser is known, and nobody is signed in");
            var failed = elsewhere.isDeparture(browser.get(link));
            provider.isAskedFor("another-nonce", LOVELACE);
            var told = browser.get(Elsewhere.callback(Elsewhere.answer(failed)));
            assertEquals(200, told.status());
            assertTrue(told.body().contains("has another nonce"), told.body());
            var refused = elsewhere.isDeparture(browser.get(link)).redirect().text("state");
            var why = browser.get(Elsewhere.callback(
                    Map.of("state", refused, "error", "invalid_scope", "error_description", "No <b>such</b> scope")));
            assertTrue(why.body().contains("invalid_scope: No &lt;b&gt;such&lt;/b&gt; scope"), why.body());
        });
        site.clock.advance(Duration.ofMinutes(15));
        assertFalse(Elsewhere.isProblem(400, site.browser().get(link)));
        assertFalse(Elsewhere.isProblem(400, site.browser().get("/connections/test")));
    }

    @Test
    void a_provider_that_is_not_there_is_named_to_the_operator_who_tests() {
        var link = elsewhere.enlistment().testUrl(site.host(), new ConnectionId("oidc"), site.clock.instant());
        provider.close();
        var told = site.browser().get(link);
        assertEquals(200, told.status());
        assertTrue(told.body().contains("127.0.0.1"), told.body());
    }
}
