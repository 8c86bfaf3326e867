package dev.symbolon.spec;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.net.URI;
import java.net.http.HttpRequest;
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
import org.junit.jupiter.params.provider.ValueSource;

/// What a first-party application does for a person in its own pages: docs/decisions/0012.
final class DirectTest {
    private static final String ADA = "ada@example.com";
    private static final String EVE = "eve@example.com";
    private static final String APP = "https://app.example";

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

    private Reply post(String path, Map<String, String> form) {
        return Browser.exchange(HttpRequest.newBuilder(URI.create(site.issuer + path))
                .header("Origin", APP)
                .header("Content-Type", "application/x-www-form-urlencoded")
                .POST(HttpRequest.BodyPublishers.ofString(Browser.encode(form))));
    }

    private Reply begin(String client, String email, String send) {
        var form = Site.request(client);
        form.put("email", email);
        form.put("send", send);
        return post("/passwordless/start", form);
    }

    private Reply verify(String client, Reply begun, String otp) {
        return post(
                "/passwordless/verify",
                Map.of("client_id", client, "ticket", begun.json().get("ticket").textValue(), "otp", otp));
    }

    private static void isError(int status, String error, Reply reply) {
        assertEquals(status, reply.status(), reply.body());
        assertEquals(error, reply.json().get("error").textValue());
        assertFalse(reply.json().get("error_description").textValue().isBlank());
    }

    @Test
    void the_code_of_the_mail_becomes_an_authorization_code_and_that_becomes_tokens() {
        var begun = begin("spa", ADA, "code");
        assertEquals(200, begun.status(), begun.body());
        assertEquals(APP, begun.header("access-control-allow-origin").orElseThrow());
        assertEquals("no-store", begun.header("cache-control").orElseThrow());
        var right = verify("spa", begun, Letter.last(site, ADA).code());
        assertEquals(200, right.status(), right.body());
        assertEquals(site.issuer, right.json().get("iss").textValue());
        assertFalse(right.json().has("signup"));
        var code = right.json().get("code").textValue();
        var wrong = Site.redemption("spa", code);
        wrong.put("code_verifier", "x".repeat(43));
        isError(400, "invalid_grant", site.token(wrong));
    }

    @Test
    void tokens_of_it_are_like_any_other() {
        var right =
                verify("spa", begin("spa", ADA, "code"), Letter.last(site, ADA).code());
        var tokens = site.token(Site.redemption("spa", right.json().get("code").textValue()))
                .json();
        var claims = Site.claims(tokens.get("id_token").textValue());
        assertEquals("otp", claims.at("/amr/0").textValue());
        assertEquals("n-0S6_WzA2Mj", claims.get("nonce").textValue());
        var refreshed =
                site.token(Site.refresh("spa", tokens.get("refresh_token").textValue()));
        assertEquals(200, refreshed.status(), refreshed.body());
        // It is a device of Ada's, which she can end.
        var browser = site.browser();
        site.signIn(browser, Site.request("spa"), ADA);
        var page = OwnAccountTest.open(browser, "/account");
        assertEquals(2, page.values("session").size());
        OwnAccountTest.send(browser, page, "/account/sessions", Map.of("action", "others"));
        var ended = site.token(
                Site.refresh("spa", refreshed.json().get("refresh_token").textValue()));
        isError(400, "invalid_grant", ended);
    }

    @Test
    void somebody_new_gets_an_account_and_the_application_is_told() {
        var right =
                verify("spa", begin("spa", EVE, "code"), Letter.last(site, EVE).code());
        assertTrue(right.json().get("signup").booleanValue(), right.body());
        var tokens = site.token(Site.redemption("spa", right.json().get("code").textValue()))
                .json();
        var userinfo = site.withBearer("/userinfo", tokens.get("access_token").textValue());
        assertTrue(userinfo.json().get("email_verified").booleanValue());
    }

    @Test
    void the_link_goes_on_with_the_request_in_the_browser_that_opens_it() {
        begin("spa", ADA, "link");
        var browser = site.browser();
        var page = browser.get(Letter.last(site, ADA).link());
        assertFalse(page.body().contains("id=\"digits\""), "nobody has a page to type it into");
        var back = ByMail.press(browser, page);
        assertTrue(back.location().startsWith(Site.CALLBACK + "?"), back.location());
        assertEquals("st ate/ü", back.redirect().text("state"));
        assertEquals(site.issuer, back.redirect().text("iss"));
        var tokens = site.token(Site.redemption("spa", back.redirect().text("code")));
        assertEquals(200, tokens.status(), tokens.body());
    }

    @Test
    void BF_06_five_wrong_codes_are_the_end_of_a_ticket() {
        var begun = begin("spa", ADA, "code");
        var letter = Letter.last(site, ADA);
        for (var i = 0; i < 5; i++) {
            isError(400, "invalid_grant", verify("spa", begun, letter.otherCode()));
        }
        isError(400, "invalid_grant", verify("spa", begun, letter.code()));
    }

    @Test
    void BF_06_the_code_is_used_once_however_many_try_at_the_same_time() throws Exception {
        try (var threads = Executors.newFixedThreadPool(4)) {
            for (var round = 0; round < 50; round++) {
                site.clock.advance(Duration.ofMinutes(15));
                var email = "r" + round + "@example.com";
                var begun = begin("spa", email, "code");
                var code = Letter.last(site, email).code();
                var barrier = new CyclicBarrier(4);
                var all = new ArrayList<Future<Reply>>();
                for (var i = 0; i < 4; i++) {
                    all.add(threads.submit(() -> {
                        barrier.await();
                        return verify("spa", begun, code);
                    }));
                }
                var good = 0;
                for (var one : all) {
                    assertTrue(one.get().status() < 500, one.get().body());
                    good += one.get().status() == 200 ? 1 : 0;
                }
                assertEquals(1, good, "round " + round);
            }
        }
    }

    @Test
    void BF_05_known_unknown_and_disabled_people_are_answered_alike() {
        site.close();
        site = Site.start();
        ByMail.passwordless(site, false);
        var answers = new HashMap<String, List<String>>();
        for (var email : List.of(ADA, EVE, "dora@example.com")) {
            var begun = begin("spa", email, "code");
            var all = new ArrayList<String>();
            all.add(begun.status()
                    + begun.json().fieldNames().next()
                    + begun.json().get("expires_in"));
            all.add(verify("spa", begun, "000000").body());
            all.add(post("/dbconnections/change_password", Map.of("client_id", "spa", "email", email))
                    .body());
            all.add(post(
                            "/dbconnections/signup",
                            Map.of("client_id", "spa", "email", email, "password", ByMail.GOOD_PASSWORD))
                    .body());
            answers.put(email, all);
        }
        assertEquals(answers.get(ADA), answers.get(EVE));
        assertEquals(answers.get(ADA), answers.get("dora@example.com"));
        assertEquals(
                List.of(),
                Letter.to(site, "dora@example.com").stream()
                        .filter(letter -> !letter.kind().equals("sign_up_existing"))
                        .toList());
    }

    @Test
    void EM_04_only_so_many_mails_go_to_one_address() {
        for (var i = 0; i < 5; i++) {
            assertEquals(200, begin("spa", ADA, "code").status());
        }
        var more = begin("spa", ADA, "code");
        isError(429, "too_many_requests", more);
        assertTrue(more.header("retry-after").isPresent());
        isError(
                429,
                "too_many_requests",
                post("/dbconnections/change_password", Map.of("client_id", "spa", "email", ADA)));
        assertEquals(5, Letter.to(site, ADA).size());
    }

    @Test
    void a_sign_up_sends_a_mail_whose_link_asks_for_the_password_again() {
        var form = Map.of("client_id", "spa", "email", EVE, "password", ByMail.GOOD_PASSWORD, "name", "Eve");
        var sent = post("/dbconnections/signup", form);
        assertEquals("{\"status\":\"verification_sent\"}", sent.body());
        var browser = site.browser();
        var form2 = ByMail.press(browser, browser.get(Letter.last(site, EVE).link()));
        var done = browser.follow(ByMail.send(browser, form2, "/recover", Map.of("password", ByMail.GOOD_PASSWORD)));
        assertEquals(200, done.status(), done.body());
        var back = site.browser();
        assertEquals(
                "in",
                back.post("/login", Site.login(ByMail.login(back), EVE, ByMail.GOOD_PASSWORD))
                        .signIn());
    }

    @ParameterizedTest
    @CsvSource({"password1", "short", "eve@example.com"})
    void BF_10_a_bad_password_is_refused_with_the_reason(String password) {
        var refused = post("/dbconnections/signup", Map.of("client_id", "spa", "email", EVE, "password", password));
        isError(400, "invalid_password", refused);
        assertEquals(List.of(), Letter.to(site, EVE));
    }

    @Test
    void a_forgotten_password_is_set_by_the_link() {
        var sent = post("/dbconnections/change_password", Map.of("client_id", "spa", "email", ADA));
        assertEquals("{\"status\":\"sent\"}", sent.body());
        var browser = site.browser();
        var form = ByMail.press(browser, browser.get(Letter.last(site, ADA).link()));
        assertTrue(form.body().contains("id=\"save\""), form.body());
    }

    @ParameterizedTest
    @ValueSource(strings = {"/passwordless/start", "/dbconnections/signup", "/dbconnections/change_password"})
    void a_third_partys_application_and_an_unknown_one_may_not(String path) {
        for (var client : List.of("third", "nobody")) {
            var form = Site.request(client);
            form.putAll(Map.of("email", ADA, "password", ByMail.GOOD_PASSWORD, "send", "code"));
            var refused = post(path, form);
            isError(
                    client.equals("third") ? 400 : 401,
                    client.equals("third") ? "unauthorized_client" : "invalid_client",
                    refused);
        }
        isError(401, "invalid_client", post(path, Map.of("client_id", "web", "email", ADA, "password", "x")));
        assertEquals(List.of(), Letter.to(site, ADA));
        assertEquals(405, site.browser().get(path).status());
    }

    @Test
    void HT_04_a_page_of_another_origin_reads_nothing() {
        var form = Site.request("spa");
        form.put("email", ADA);
        var reply = Browser.exchange(HttpRequest.newBuilder(URI.create(site.issuer + "/passwordless/start"))
                .header("Origin", "https://evil.example")
                .header("Content-Type", "application/x-www-form-urlencoded")
                .POST(HttpRequest.BodyPublishers.ofString(Browser.encode(form))));
        assertTrue(reply.header("access-control-allow-origin").isEmpty());
        assertTrue(reply.header("access-control-allow-credentials").isEmpty());
    }

    @Test
    void the_request_is_held_to_the_same_rules_as_at_authorize() {
        for (var change : List.of(
                Map.of("redirect_uri", "https://evil.example/"),
                Map.of("code_challenge", ""),
                Map.of("code_challenge_method", "plain"),
                Map.of("response_type", "token"),
                Map.of("audience", "https://unknown.example"),
                Map.of("send", "pigeon"),
                Map.of("email", "nobody"))) {
            var form = Site.request("spa", change);
            form.putIfAbsent("email", ADA);
            form.values().removeIf(String::isEmpty);
            var refused = post("/passwordless/start", form);
            assertEquals(400, refused.status(), change + refused.body());
        }
        assertEquals(List.of(), Letter.to(site, ADA));
    }

    @Test
    void a_ticket_is_one_clients_of_one_tenant_and_no_pages() {
        site.client("other", Site.draft().callbacks(Site.CALLBACK));
        var begun = begin("spa", ADA, "code");
        var code = Letter.last(site, ADA).code();
        isError(400, "invalid_grant", verify("other", begun, code));
        isError(400, "invalid_request", verify("spa", begun, ""));
        var forged = post("/passwordless/verify", Map.of("client_id", "spa", "ticket", "x", "otp", code));
        isError(400, "invalid_grant", forged);
        var browser = site.browser();
        var page = ByMail.code(browser, "bob@example.com");
        var ticket = begun.json().get("ticket").textValue();
        var tried = browser.follow(ByMail.send(browser, page, "/verify", Map.of("ticket", ticket, "code", code)));
        assertFalse(tried.header("location").isPresent(), "a program's ticket opens no page");
        var pages = Map.of("client_id", "spa", "ticket", page.hidden("ticket"), "otp", code);
        isError(400, "invalid_grant", post("/passwordless/verify", pages));
        assertEquals(200, verify("spa", begun, code).status());
        isError(400, "invalid_grant", verify("spa", begun, code));
    }

    @Test
    void nothing_is_written_for_who_only_asks() {
        var before = Rows.of(site);
        begin("spa", ADA, "code");
        begin("spa", EVE, "link");
        post("/dbconnections/signup", Map.of("client_id", "spa", "email", EVE, "password", ByMail.GOOD_PASSWORD));
        assertEquals(before, Rows.of(site));
    }

    @Test
    void the_connections_of_an_application_are_public() {
        var list = Browser.exchange(HttpRequest.newBuilder(URI.create(site.issuer + "/connections?client_id=spa"))
                .header("Origin", APP)
                .GET());
        assertEquals(200, list.status());
        assertEquals(APP, list.header("access-control-allow-origin").orElseThrow());
        assertEquals(2, list.json().get("connections").size(), list.body());
        assertEquals("mail", list.json().at("/connections/1/icon").textValue());
        for (var bad : List.of("third", "nobody", "")) {
            assertEquals(
                    400, site.browser().get("/connections?client_id=" + bad).status());
        }
    }
}
