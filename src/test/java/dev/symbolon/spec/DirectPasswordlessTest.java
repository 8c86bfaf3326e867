package dev.symbolon.spec;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.symbolon.oauth.ConnectionId;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// `POST /passwordless/start` and `/passwordless/verify`: a code by mail, typed on the application's own page.
final class DirectPasswordlessTest {
    private static final String ADA = "ada@example.com";
    private static final String EVE = "eve@example.com";
    private static final int ROUNDS = 200;

    private Site site;

    @BeforeEach
    void start() {
        site = Site.start();
        ByMail.passwordless(site, true);
    }

    @AfterEach
    void stop() {
        site.close();
    }

    private Reply begin(String email) {
        // The newest mail is the newest one.
        site.clock.advance(Duration.ofSeconds(1));
        return OwnPage.json(site, OwnPage.START, OwnPage.begin("spa", email));
    }

    private Reply type(Reply started, String code) {
        return OwnPage.json(site, OwnPage.VERIFY, OwnPage.typed("spa", started, code));
    }

    private String code(String email) {
        return Letter.last(site, email).code();
    }

    @Test
    void the_code_is_worth_an_authorization_code_of_the_page_that_asked() {
        var started = begin(ADA);
        assertEquals(200, started.status(), started.body());
        assertEquals(1_800, started.json().get("expires_in").intValue());
        assertEquals("no-store", started.header("cache-control").orElse(""));
        assertEquals(
                OwnPage.ORIGIN, started.header("access-control-allow-origin").orElse(""));
        assertTrue(started.headers("set-cookie").isEmpty());
        var answer = type(started, code(ADA));
        assertEquals(200, answer.status(), answer.body());
        assertEquals(site.issuer, answer.json().get("iss").textValue());
        assertFalse(answer.json().has("signup"));
        var tokens = site.token(Site.redemption("spa", answer.json().get("code").textValue()));
        assertEquals(200, tokens.status(), tokens.body());
        var claims = Site.claims(tokens.json().get("id_token").textValue());
        assertEquals("otp", claims.at("/amr/0").textValue());
        assertEquals("urn:symbolon:acr:code", claims.get("acr").textValue());
        assertEquals("n-0S6_WzA2Mj", claims.get("nonce").textValue());
        assertEquals(ADA, claims.get("email").textValue());
        var refreshed = site.token(
                Site.refresh("spa", tokens.json().get("refresh_token").textValue()));
        assertEquals(200, refreshed.status(), refreshed.body());
    }

    @Test
    void a_form_is_as_good_as_json_and_a_program_needs_no_origin() {
        var started = OwnPage.form(site, OwnPage.START, OwnPage.begin("spa", ADA), Map.of());
        var answer = OwnPage.form(
                site, OwnPage.VERIFY, OwnPage.typed("spa", started, code(ADA).replaceAll("(...)", "$1 ")), Map.of());
        assertEquals(200, answer.status(), answer.body());
    }

    @Test
    void a_confidential_client_shows_its_secret() {
        var without = OwnPage.form(site, OwnPage.START, OwnPage.begin("web", ADA), Map.of());
        Refused.json(401, "invalid_client", without);
        var with = OwnPage.form(
                site, OwnPage.START, OwnPage.begin("web", ADA), Map.of("Authorization", site.basic("web")));
        assertEquals(200, with.status(), with.body());
    }

    @Test
    void the_link_of_the_mail_leads_to_the_application_in_the_browser_that_opens_it() {
        var started = OwnPage.json(site, OwnPage.START, OwnPage.begin("spa", ADA, Map.of("send", "link")));
        assertEquals(200, started.status(), started.body());
        var browser = site.browser();
        var page = browser.get(Letter.last(site, ADA).link());
        assertEquals(200, page.status());
        assertFalse(page.body().contains("id=\"digits\""), "nobody waits for the code there");
        var back = ByMail.press(browser, page);
        assertTrue(back.location().startsWith(Site.CALLBACK + "?"), back.location());
        assertEquals("st ate/ü", back.redirect().text("state"));
        assertEquals(site.issuer, back.redirect().text("iss"));
        var tokens = site.token(Site.redemption("spa", back.redirect().text("code")));
        assertEquals(200, tokens.status(), tokens.body());
        Refused.json(400, "invalid_grant", type(started, code(ADA)));
        assertFalse(browser.get(Letter.last(site, ADA).link()).body().contains("id=\"verify\""));
    }

    @Test
    void EM_01_opening_the_link_changes_nothing() {
        var started = begin(ADA);
        var link = Letter.last(site, ADA).link();
        site.browser().get(link);
        var before = Rows.of(site);
        for (var i = 0; i < 3; i++) {
            assertEquals(200, site.browser().get(link).status());
        }
        assertEquals(before, Rows.of(site));
        assertEquals(200, type(started, code(ADA)).status());
    }

    @Test
    void a_newcomer_gets_an_account_and_the_application_is_told() {
        var answer = type(begin(EVE), code(EVE));
        assertTrue(answer.json().get("signup").booleanValue(), answer.body());
        var tokens = site.token(Site.redemption("spa", answer.json().get("code").textValue()));
        assertTrue(Site.claims(tokens.json().get("id_token").textValue())
                .get("email_verified")
                .booleanValue());
        site.clock.advance(Duration.ofMinutes(1));
        assertFalse(type(begin(EVE), code(EVE)).json().has("signup"), "not twice");
        site.clock.advance(Duration.ofMinutes(1));
        OwnPage.json(site, OwnPage.START, OwnPage.begin("spa", "new@example.com", Map.of("send", "link")));
        var browser = site.browser();
        var back = ByMail.press(
                browser, browser.get(Letter.last(site, "new@example.com").link()));
        assertEquals("true", back.redirect().text("signup"));
    }

    @Test
    void the_session_is_among_the_persons_devices_and_its_end_is_the_end_of_the_tokens() {
        var answer = type(begin(ADA), code(ADA));
        var tokens = site.token(Site.redemption("spa", answer.json().get("code").textValue()))
                .json();
        var logout = site.browser();
        var page = logout.get("/logout?id_token_hint=" + tokens.get("id_token").textValue());
        logout.follow(page);
        var changed = site.app
                .house()
                .accounts()
                .byEmail(site.host().id(), ADA)
                .orElseThrow()
                .account();
        site.app.house().accounts().disable(site.host().id(), changed.subject(), site.clock.instant());
        Refused.json(
                400,
                "invalid_grant",
                site.token(Site.refresh("spa", tokens.get("refresh_token").textValue())));
    }

    @Test
    void BF_05_known_unknown_and_disabled_people_get_one_answer() {
        var answers = new ArrayList<Neutral>();
        for (var email : List.of(ADA, EVE, "dora@example.com")) {
            answers.add(Neutral.of(begin(email), email));
        }
        assertEquals(answers.get(0), answers.get(1));
        assertEquals(answers.get(0), answers.get(2));
        assertEquals(List.of(), Letter.to(site, "dora@example.com"));
        var wrong = new ArrayList<Neutral>();
        for (var email : List.of(ADA, EVE, "dora@example.com")) {
            wrong.add(Neutral.of(type(begin(email), "000000"), email));
        }
        assertEquals(wrong.get(0), wrong.get(1));
        assertEquals(wrong.get(0), wrong.get(2));
    }

    @Test
    void BF_05_a_ticket_tells_nobody_by_its_length_who_is_known() {
        var known = begin(ADA).json().get("ticket").textValue();
        var unknown = begin(EVE).json().get("ticket").textValue();
        assertEquals(known.length(), unknown.length());
    }

    @Test
    void where_nobody_new_is_let_in_an_unknown_address_gets_no_mail_and_the_same_answer() {
        site.close();
        site = Site.start();
        ByMail.passwordless(site, false);
        assertEquals(Neutral.of(begin(ADA), ADA), Neutral.of(begin(EVE), EVE));
        assertEquals(1, Letter.to(site, ADA).size());
        assertEquals(List.of(), Letter.to(site, EVE));
    }

    @Test
    void BF_06_a_code_is_tried_five_times_and_then_worth_nothing() {
        var started = begin(ADA);
        var letter = Letter.last(site, ADA);
        for (var i = 0; i < 5; i++) {
            var wrong = type(started, letter.otherCode());
            Refused.json(400, "invalid_grant", wrong);
            assertTrue(wrong.body().contains("not the code"), wrong.body());
        }
        var spent = type(started, letter.code());
        Refused.json(400, "invalid_grant", spent);
        assertTrue(spent.body().contains("too often"), spent.body());
        // Another mail is another start.
        assertEquals(200, type(begin(ADA), code(ADA)).status());
    }

    @Test
    void BF_06_a_code_is_used_once_however_many_try_at_the_same_time() throws Exception {
        try (var threads = Executors.newFixedThreadPool(2)) {
            for (var round = 0; round < ROUNDS; round++) {
                site.clock.advance(Duration.ofMinutes(2));
                var email = "r" + round + "@example.com";
                var started = begin(email);
                var code = code(email);
                var barrier = new CyclicBarrier(2);
                List<Future<Reply>> both = new ArrayList<>();
                for (var i = 0; i < 2; i++) {
                    both.add(threads.submit(() -> {
                        barrier.await();
                        return type(started, code);
                    }));
                }
                var in = 0;
                for (var reply : both) {
                    assertTrue(
                            reply.get().status() == 200 || reply.get().status() == 400,
                            reply.get().body());
                    in += reply.get().status() == 200 ? 1 : 0;
                }
                assertEquals(1, in, "round " + round);
            }
        }
    }

    @Test
    void BF_06_a_ticket_is_worth_nothing_to_another_client_another_tenant_or_another_place() {
        site.client("other-app", Site.draft().callbacks(Site.CALLBACK));
        var started = begin(ADA);
        var code = code(ADA);
        Refused.json(
                400, "invalid_grant", OwnPage.json(site, OwnPage.VERIFY, OwnPage.typed("other-app", started, code)));
        site.client(site.otherHost(), "spa", Site.draft().callbacks(Site.CALLBACK));
        ByMail.passwordless(site, site.otherHost(), true);
        var there = OwnPage.send(
                site.issuer,
                OwnPage.VERIFY,
                "application/json",
                OwnPage.text(OwnPage.typed("spa", started, code)),
                Map.of("Host", site.otherIssuer.substring("http://".length())));
        Refused.json(400, "invalid_grant", there);
        for (var ticket : List.of("x", started.json().get("ticket").textValue() + "A")) {
            var fields = new HashMap<>(OwnPage.typed("spa", started, code));
            fields.put("ticket", ticket);
            Refused.json(400, "invalid_grant", OwnPage.json(site, OwnPage.VERIFY, fields));
        }
        // The ticket of a page is not one of an application.
        var browser = site.browser();
        var page = ByMail.code(browser, "bob@example.com");
        var fields = new HashMap<>(OwnPage.typed("spa", started, code("bob@example.com")));
        fields.put("ticket", page.hidden("ticket"));
        Refused.json(400, "invalid_grant", OwnPage.json(site, OwnPage.VERIFY, fields));
        assertEquals(200, type(started, code).status(), "and the real one is not spent by it");
    }

    @Test
    void its_time_is_half_an_hour() {
        var started = begin(ADA);
        var code = code(ADA);
        site.clock.advance(Duration.ofMinutes(31));
        Refused.json(400, "invalid_grant", type(started, code));
    }

    @Test
    @Spec("RFC 7636 §4.6")
    void the_authorization_code_is_bound_to_the_verifier_the_redirect_uri_and_the_client() {
        var code = type(begin(ADA), code(ADA)).json().get("code").textValue();
        var wrong = new HashMap<>(Site.redemption("spa", code));
        wrong.put("code_verifier", "a".repeat(43));
        Refused.json(400, "invalid_grant", site.token(wrong));
        var elsewhere = new HashMap<>(Site.redemption("spa", code));
        elsewhere.put("redirect_uri", Site.OTHER_CALLBACK);
        Refused.json(400, "invalid_grant", site.token(elsewhere));
        assertEquals(200, site.token(Site.redemption("spa", code)).status());
    }

    @ParameterizedTest
    @CsvSource({
        "code_challenge, '', invalid_request",
        "code_challenge_method, plain, invalid_request",
        "redirect_uri, '', invalid_request",
        "redirect_uri, https://evil.example/, invalid_request",
        "response_type, token, unsupported_response_type",
        "audience, https://unknown.example, invalid_target",
        "prompt, none, invalid_request",
        "prompt, consent, invalid_request",
        "request_uri, https://evil.example/r, request_uri_not_supported",
        "id_token_hint, x, invalid_request",
        "send, pigeon, invalid_request",
        "email, nobody, invalid_request",
        "email, '', invalid_request"
    })
    void a_request_is_held_to_what_authorize_holds_it_to(String name, String value, String error) {
        Refused.still(
                site,
                400,
                error,
                () -> OwnPage.json(site, OwnPage.START, OwnPage.begin("spa", ADA, Map.of(name, value))));
        assertEquals(List.of(), Letter.to(site, ADA));
    }

    @Test
    void a_request_too_long_for_a_link_is_refused() {
        var tooLong = OwnPage.begin("spa", ADA, Map.of("state", "x".repeat(4_000)));
        Refused.json(400, "invalid_request", OwnPage.json(site, OwnPage.START, tooLong));
        assertEquals(List.of(), Letter.to(site, ADA));
    }

    @Test
    void a_code_without_digits_is_no_try() {
        var started = begin(ADA);
        for (var i = 0; i < 6; i++) {
            Refused.json(400, "invalid_request", type(started, ""));
        }
        assertEquals(200, type(started, code(ADA)).status());
    }

    @Test
    void only_the_person_that_the_request_means_gets_a_code() {
        var bobs = site.token(Site.redemption(
                        "spa",
                        site.signIn(site.browser(), Site.request("spa"), "bob@example.com")
                                .redirect()
                                .text("code")))
                .json()
                .get("id_token")
                .textValue();
        var ada = site.app
                .house()
                .accounts()
                .byEmail(site.host().id(), ADA)
                .orElseThrow()
                .account()
                .subject();
        var another = "{\"id_token\":{\"sub\":{\"value\":\"somebody-else\"}}}";
        for (var change : List.of(Map.of("id_token_hint", bobs), Map.of("claims", another))) {
            site.clock.advance(Duration.ofSeconds(1));
            var started = OwnPage.json(site, OwnPage.START, OwnPage.begin("spa", ADA, change));
            Refused.json(400, "login_required", type(started, code(ADA)));
        }
        site.clock.advance(Duration.ofSeconds(1));
        var hers = another.replace("somebody-else", ada.value());
        var started = OwnPage.json(site, OwnPage.START, OwnPage.begin("spa", ADA, Map.of("claims", hers)));
        assertEquals(200, type(started, code(ADA)).status());
    }

    @Test
    void an_essential_acr_that_a_code_does_not_reach_is_refused() {
        var claims = "{\"id_token\":{\"acr\":{\"essential\":true,\"value\":\"urn:symbolon:acr:%s\"}}}";
        var password = Map.of("claims", claims.formatted("password"));
        var started = OwnPage.json(site, OwnPage.START, OwnPage.begin("spa", ADA, password));
        var before = Rows.of(site).count("session", "otp");
        Refused.json(403, "access_denied", type(started, code(ADA)));
        assertEquals(before, Rows.of(site).count("session", "otp"), "no session is left behind");
        site.clock.advance(Duration.ofSeconds(1));
        var code = Map.of("claims", claims.formatted("code"));
        assertEquals(
                200,
                type(OwnPage.json(site, OwnPage.START, OwnPage.begin("spa", ADA, code)), code(ADA))
                        .status());
    }

    @Test
    void XS_05_an_address_with_line_breaks_is_refused() {
        for (var email : List.of("ada@example.com\r\nBcc: eve@example.com", "ada@example.com\neve@example.com")) {
            Refused.json(400, "invalid_request", begin(email));
        }
        assertEquals(List.of(), Letter.to(site, ADA));
        assertEquals(List.of(), Letter.to(site, EVE));
    }

    @Test
    void EM_04_only_so_many_mails_go_to_one_address_and_the_answer_is_the_same_for_all() {
        for (var email : List.of(ADA, "dora@example.com")) {
            for (var i = 0; i < 5; i++) {
                assertEquals(200, begin(email).status());
            }
            var tooMany = begin(email);
            Refused.json(429, "too_many_requests", tooMany);
            assertEquals("3600", tooMany.header("retry-after").orElse(""));
        }
        assertEquals(5, Letter.to(site, ADA).size());
        // The pages count in the same buckets.
        var page = ByMail.code(site.browser(), ADA);
        assertFalse(page.body().contains("name=\"ticket\""), page.body());
        site.clock.advance(Duration.ofMinutes(61));
        assertEquals(200, begin(ADA).status());
    }

    @Test
    void BF_04_an_address_at_which_passwords_were_guessed_is_answered_as_before() {
        for (var i = 0; i < 12; i++) {
            var guess = site.browser();
            guess.post("/login", Site.login(ByMail.login(guess), ADA, "wrong " + i));
        }
        assertEquals(Neutral.of(begin("bob@example.com"), "bob@example.com"), Neutral.of(begin(ADA), ADA));
        assertEquals(200, type(begin(ADA), code(ADA)).status(), "the owner gets in");
    }

    @Test
    void a_connection_that_is_switched_off_meanwhile_lets_nobody_in() {
        var started = begin(ADA);
        var code = code(ADA);
        ByMail.enlistment(site).disable(site.host(), new ConnectionId("mail"), site.clock.instant());
        Refused.json(400, "invalid_request", type(started, code));
        Refused.json(400, "invalid_request", begin(ADA));
    }

    @Test
    void somebody_who_is_disabled_meanwhile_is_not_let_in() {
        var started = begin(ADA);
        var code = code(ADA);
        var ada = site.app
                .house()
                .accounts()
                .byEmail(site.host().id(), ADA)
                .orElseThrow()
                .account();
        site.app.house().accounts().disable(site.host().id(), ada.subject(), site.clock.instant());
        Refused.json(400, "invalid_grant", type(started, code));
    }

    @Test
    void nothing_is_kept_of_somebody_who_only_asks() {
        var before = Rows.of(site);
        begin(EVE);
        begin("dora@example.com");
        assertEquals(before, Rows.of(site));
    }
}
