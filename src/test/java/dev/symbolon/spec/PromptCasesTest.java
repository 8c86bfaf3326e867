package dev.symbolon.spec;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// `prompt` (OpenID Connect Core §3.1.2.1), and section G of the security cases.
final class PromptCasesTest {
    private static Site site;
    private Browser ada;

    @BeforeAll
    static void start() {
        site = Site.start();
    }

    @AfterAll
    static void stop() {
        site.close();
    }

    @BeforeEach
    void signIn() {
        ada = site.browser();
        site.signIn(ada, Site.request("spa"), "ada@example.com");
        site.clock.advance(Duration.ofSeconds(10));
    }

    private static String ask(String client, String prompt) {
        return Site.authorize(Site.request(client, Map.of("prompt", prompt)));
    }

    private long authTime(String code) {
        var tokens = site.token(Site.redemption("spa", code)).json();
        return Site.claims(tokens.get("id_token").textValue()).get("auth_time").longValue();
    }

    private long now() {
        return site.clock.instant().getEpochSecond();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "none login",
                "none consent",
                "none none",
                "login none",
                "none select_account",
                "none foo",
                "foo none",
                "none NONE",
                "consent login none"
            })
    @Spec("OIDC Core §3.1.2.1")
    void PR_01_none_beside_anything_else_is_invalid_and_shows_nothing(String prompt) {
        AtAuthorize.still(site, () -> {
            AtAuthorize.isBack(site, ada.get(ask("spa", prompt)), "invalid_request");
            var stranger = site.browser();
            AtAuthorize.isBack(site, stranger.get(ask("spa", prompt)), "invalid_request");
            assertTrue(stranger.cookies.isEmpty());
        });
    }

    @ParameterizedTest
    @ValueSource(strings = {"NONE", "None", "none\tlogin", "none,login", "none+login", "non", "nones"})
    @Spec("OIDC Core §3.1.2.1")
    void PR_01_what_only_looks_like_none_is_an_unknown_value(String prompt) {
        AtAuthorize.still(
                site,
                () -> AtAuthorize.isSignIn(site.browser().follow(site.browser().get(ask("spa", prompt)))));
        AtAuthorize.isCode(site, ada.get(ask("spa", prompt)));
    }

    @Test
    @Spec({"OIDC Core §3.1.2.1", "OIDC Core §3.1.2.6"})
    void PR_02_none_without_a_session_is_login_required_without_a_page_or_a_cookie() {
        AtAuthorize.still(site, () -> {
            var stranger = site.browser();
            AtAuthorize.isBack(site, stranger.get(ask("spa", "none")), "login_required");
            var posted = stranger.post("/authorize", Site.request("spa", Map.of("prompt", "none")));
            AtAuthorize.isBack(site, stranger.follow(posted), "login_required");
            assertTrue(stranger.cookies.isEmpty());
            stranger.cookies.put("symbolon-session", "made-up");
            AtAuthorize.isBack(site, stranger.get(ask("spa", "none")), "login_required");
        });
    }

    @Test
    @Spec({"OIDC Core §3.1.2.1", "OIDC Core §3.1.2.6"})
    void PR_02_none_where_consent_is_missing_is_consent_required() {
        AtAuthorize.still(site, () -> {
            var cookies = Map.copyOf(ada.cookies);
            AtAuthorize.isBack(site, ada.get(ask("third", "none")), "consent_required");
            assertEquals(cookies, ada.cookies);
        });
    }

    @Test
    @Spec({"OIDC Core §3.1.2.1", "OIDC Core §3.1.2.6"})
    void PR_02_none_with_several_accounts_is_account_selection_required_until_a_hint_names_one() {
        var code = AtAuthorize.isCode(site, ada.get(ask("spa", "none")));
        var hint =
                site.token(Site.redemption("spa", code)).json().get("id_token").textValue();
        site.signIn(ada, Site.request("spa", Map.of("prompt", "login")), "bob@example.com");
        AtAuthorize.still(
                site, () -> AtAuthorize.isBack(site, ada.get(ask("spa", "none")), "account_selection_required"));
        var hinted = Site.request("spa", Map.of("prompt", "none", "id_token_hint", hint));
        var again = AtAuthorize.isCode(site, ada.get(Site.authorize(hinted)));
        var subject = Site.claims(hint).get("sub");
        var tokens = site.token(Site.redemption("spa", again)).json();
        assertEquals(subject, Site.claims(tokens.get("id_token").textValue()).get("sub"));
    }

    @Test
    @Spec("OIDC Core §3.1.2.3")
    void none_with_a_session_is_silent_and_keeps_auth_time() {
        var cookies = Map.copyOf(ada.cookies);
        var back = ada.get(ask("spa", "none"));
        assertTrue(back.headers("set-cookie").isEmpty());
        assertEquals(cookies, ada.cookies);
        assertEquals(now() - 10, authTime(AtAuthorize.isCode(site, back)));
    }

    @Test
    @Spec({"OIDC Core §3.1.2.1", "OIDC Core §3.1.2.3"})
    void login_asks_although_a_session_lives_and_auth_time_is_new() {
        var asked = now();
        var page = AtAuthorize.isSignIn(ada.follow(ada.get(ask("spa", "login"))));
        assertTrue(page.body().contains("value=\"ada@example.com\""), "the account that proves itself again is named");
        site.clock.advance(Duration.ofSeconds(5));
        var code = AtAuthorize.isCode(site, site.signInAt(ada, page, "ada@example.com"));
        assertTrue(authTime(code) > asked);
    }

    @Test
    @Spec("OIDC Core §3.1.2.1")
    void PR_03_login_then_cancel_or_back_or_the_resume_link_yields_no_code() {
        var page = AtAuthorize.isSignIn(ada.follow(ada.get(ask("spa", "login"))));
        var interaction = page.hidden("interaction");
        AtAuthorize.still(site, () -> {
            var resumed = ada.get("/authorize/resume?interaction=" + interaction);
            assertTrue(resumed.location().startsWith("/login?"), resumed.location());
            AtAuthorize.isSignIn(ada.follow(resumed));
            for (var step : List.of("/login", "/consent", "/accounts", "/authorize/restart")) {
                var reply = ada.follow(ada.get(step + "?interaction=" + interaction));
                assertEquals(200, reply.status(), step);
                assertTrue(reply.header("location").isEmpty(), step);
            }
            var form = new HashMap<>(Map.of("interaction", interaction, "csrf", page.hidden("csrf")));
            form.put("action", "cancel");
            AtAuthorize.isBack(site, ada.follow(ada.post("/login", form)), "access_denied");
            AtAuthorize.isSignIn(ada.follow(ada.get("/authorize/resume?interaction=" + interaction)));
            AtAuthorize.isSignIn(ada.get("/login?interaction=" + interaction));
        });
        // The session that was there is kept, and was not made younger.
        assertEquals(now() - 10, authTime(AtAuthorize.isCode(site, ada.get(ask("spa", "none")))));
    }

    @Test
    @Spec("OIDC Core §3.1.2.1")
    void PR_03_a_wrong_password_is_no_proof() {
        var page = AtAuthorize.isSignIn(ada.follow(ada.get(ask("spa", "login"))));
        assertEquals(
                "wrong",
                ada.post("/login", Site.login(page, "ada@example.com", "wrong")).signIn());
        AtAuthorize.isSignIn(ada.follow(ada.get("/authorize/resume?interaction=" + page.hidden("interaction"))));
    }

    @ParameterizedTest
    @ValueSource(strings = {"foo", "create", "LOGIN", "Consent", "select-account", "<svg onload>", "\u0000"})
    @Spec("OIDC Core §3.1.2.1")
    void PR_06_an_unknown_value_changes_nothing(String prompt) {
        AtAuthorize.isCode(site, ada.get(ask("spa", prompt)));
        var stranger = site.browser();
        AtAuthorize.isSignIn(stranger.follow(stranger.get(ask("spa", prompt))));
    }

    @ParameterizedTest
    @ValueSource(strings = {"login foo", "foo login", "login login", " login", "login ", "login  foo"})
    @Spec("OIDC Core §3.1.2.1")
    void PR_06_a_known_value_beside_an_unknown_one_still_counts(String prompt) {
        AtAuthorize.isSignIn(ada.follow(ada.get(ask("spa", prompt))));
    }

    @Test
    @Spec("OIDC Core §3.1.2.1")
    void login_and_consent_are_both_asked_in_that_order() {
        var page = AtAuthorize.isSignIn(ada.follow(ada.get(ask("spa", "consent login"))));
        var consent = AtAuthorize.isConsent(site.signInAt(ada, page, "ada@example.com"));
        var form =
                Map.of("interaction", consent.hidden("interaction"), "csrf", consent.hidden("csrf"), "action", "allow");
        AtAuthorize.isCode(site, ada.follow(ada.post("/consent", form)));
    }

    @Test
    @Spec("OIDC Core §3.1.2.1")
    void select_account_and_login_choose_first_and_then_prove() {
        var chooser = AtAuthorize.isChooser(ada.follow(ada.get(ask("spa", "select_account login"))));
        site.clock.advance(Duration.ofSeconds(1));
        var form = Map.of(
                "interaction",
                chooser.hidden("interaction"),
                "csrf",
                chooser.hidden("csrf"),
                "session",
                chooser.values("session").getFirst());
        var page = AtAuthorize.isSignIn(ada.follow(ada.post("/accounts", form)));
        var code = AtAuthorize.isCode(site, site.signInAt(ada, page, "ada@example.com"));
        assertEquals(now(), authTime(code));
    }

    @ParameterizedTest
    @ValueSource(strings = {"-1", "9e99", "abc", "1.5", "0x10", "+1", " 1", "1 ", "\u0661", "99999999999999999999"})
    @Spec("OIDC Core §3.1.2.1")
    void PR_08_a_max_age_that_is_no_number_is_invalid(String maxAge) {
        AtAuthorize.still(
                site,
                () -> AtAuthorize.isBack(
                        site,
                        ada.get(Site.authorize(Site.request("spa", Map.of("max_age", maxAge)))),
                        "invalid_request"));
    }

    @Test
    @Spec({"OIDC Core §3.1.2.1", "OIDC Core §3.1.2.6"})
    void PR_08_a_session_older_than_max_age_proves_itself_again_or_is_login_required() {
        for (var age : List.of("0", "9")) {
            var silent = Site.request("spa", Map.of("max_age", age, "prompt", "none"));
            AtAuthorize.still(site, () -> AtAuthorize.isBack(site, ada.get(Site.authorize(silent)), "login_required"));
            AtAuthorize.isSignIn(ada.follow(ada.get(Site.authorize(Site.request("spa", Map.of("max_age", age))))));
        }
        var page =
                AtAuthorize.isSignIn(ada.follow(ada.get(Site.authorize(Site.request("spa", Map.of("max_age", "0"))))));
        site.clock.advance(Duration.ofSeconds(3));
        assertEquals(now(), authTime(AtAuthorize.isCode(site, site.signInAt(ada, page, "ada@example.com"))));
    }

    @Test
    @Spec({"OIDC Core §2", "OIDC Core §3.1.2.1"})
    void PR_08_a_young_session_is_good_and_auth_time_is_in_the_id_token() {
        for (var age : List.of("10", "3600", "000010", "999999999")) {
            var request = Site.request("spa", Map.of("max_age", age, "prompt", "none"));
            assertEquals(now() - 10, authTime(AtAuthorize.isCode(site, ada.get(Site.authorize(request)))));
        }
    }

    @Test
    @Spec("OIDC Core §3.1.2.1")
    void max_age_is_measured_when_the_code_is_given_and_not_when_the_page_was_opened() {
        var request = Site.request("spa", Map.of("max_age", "3600", "prompt", "consent"));
        var consent = AtAuthorize.isConsent(ada.follow(ada.get(Site.authorize(request))));
        site.clock.advance(Duration.ofDays(1));
        var form =
                Map.of("interaction", consent.hidden("interaction"), "csrf", consent.hidden("csrf"), "action", "allow");
        var page = AtAuthorize.isSignIn(ada.follow(ada.post("/consent", form)));
        assertEquals(now(), authTime(AtAuthorize.isCode(site, site.signInAt(ada, page, "ada@example.com"))));
    }

    @Test
    @Spec("OIDC Core §3.1.2.1")
    void PR_10_a_login_hint_is_prefilled_escaped_and_cut() {
        var attack = "\"><svg onload=alert(1)>{{7*7}}${7*7}</script>";
        for (var hint : List.of(attack, attack + "x".repeat(10_000))) {
            var browser = site.browser();
            var page = AtAuthorize.isSignIn(
                    browser.follow(browser.get(Site.authorize(Site.request("spa", Map.of("login_hint", hint))))));
            assertFalse(page.body().contains("<svg onload"), page.body());
            assertTrue(page.body().contains("&#34;&gt;&lt;svg onload=alert(1)&gt;{{7*7}}${7*7}"), page.body());
            assertFalse(page.body().contains("x".repeat(400)), "the hint is not cut");
        }
    }

    @Test
    @Spec("OIDC Core §3.1.2.1")
    void PR_10_a_login_hint_does_not_tell_whether_the_account_exists() {
        var pages = List.of("ada@example.com", "eve@example.com", "dora@example.com").stream()
                .map(hint -> {
                    var browser = site.browser();
                    var page = AtAuthorize.isSignIn(browser.follow(
                            browser.get(Site.authorize(Site.request("spa", Map.of("login_hint", hint))))));
                    return page.body()
                            .replace(hint, "HINT")
                            .replace(page.hidden("interaction"), "I")
                            .replace(page.hidden("csrf"), "C");
                })
                .distinct()
                .count();
        assertEquals(1, pages);
    }
}
