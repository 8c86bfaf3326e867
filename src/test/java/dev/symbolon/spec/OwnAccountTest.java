package dev.symbolon.spec;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.symbolon.oauth.Subject;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// A person's own page.
final class OwnAccountTest {
    private static final String ADA = "ada@example.com";
    private static final String BOB = "bob@example.com";

    private Site site;

    @BeforeEach
    void start() {
        site = Site.start();
    }

    @AfterEach
    void stop() {
        site.close();
    }

    private Browser signedIn(String email) {
        var browser = site.browser();
        site.signIn(browser, Site.request("spa"), email);
        site.clock.advance(Duration.ofSeconds(1));
        return browser;
    }

    static Reply open(Browser browser, String path) {
        return browser.follow(browser.get(path));
    }

    static Reply send(Browser browser, Reply page, String path, Map<String, String> fields) {
        var form = new HashMap<String, String>();
        form.put("csrf", page.hidden("csrf"));
        form.putAll(fields);
        return browser.post(path, form);
    }

    static boolean isAccount(Reply reply) {
        return reply.status() == 200 && reply.body().contains("id=\"change-email\"");
    }

    private Subject subject(String email) {
        return site.app
                .house()
                .accounts()
                .byEmail(site.host().id(), email)
                .orElseThrow()
                .account()
                .subject();
    }

    private String signIn(String email, String password) {
        var browser = site.browser();
        return browser.post("/login", Site.login(ByMail.login(browser), email, password))
                .signIn();
    }

    @Test
    void whoever_is_not_signed_in_signs_in_and_lands_there() {
        var browser = site.browser();
        var login = open(browser, "/");
        assertTrue(login.body().contains("id=\"login\""), login.body());
        var page = site.signInAt(browser, login, ADA);
        assertTrue(isAccount(page), page.body());
        assertTrue(page.body().contains("Ada Lovelace"), page.body());
        assertTrue(page.body().contains(ADA), page.body());
    }

    @Test
    void the_profile_is_changed_and_nothing_typed_is_lost() {
        var browser = signedIn(ADA);
        var form = open(browser, "/account/profile");
        var saved = send(browser, form, "/account/profile", Map.of("name", "Ada King", "locale", "fr", "nickname", ""));
        assertEquals("/account?notice=SAVED", saved.location());
        var page = browser.follow(saved);
        assertTrue(page.body().contains("Ada King") && page.body().contains("role=\"status\""), page.body());
        var bad = send(browser, form, "/account/profile", Map.of("name", "x".repeat(300), "nickname", "Countess"));
        assertEquals(200, bad.status());
        assertTrue(bad.body().contains("role=\"alert\"") && bad.body().contains("Countess"), bad.body());
        assertTrue(bad.body().contains("id=\"name-wrong\"") && !bad.body().contains("id=\"nickname-wrong\""));
        var tokens = site.token(Site.redemption(
                "spa",
                browser.get(Site.authorize(Site.request("spa", Map.of("prompt", "none"))))
                        .redirect()
                        .text("code")));
        var userinfo = site.withBearer(
                        "/userinfo", tokens.json().get("access_token").textValue())
                .json();
        assertEquals("Ada King", userinfo.get("name").textValue());
        assertEquals("fr", userinfo.get("locale").textValue());
    }

    @ParameterizedTest
    @ValueSource(strings = {"/account/password", "/account/email", "/account/delete", "/account/data.json"})
    void SE_13_what_is_sensitive_asks_for_a_fresh_sign_in(String path) {
        var browser = signedIn(ADA);
        assertEquals(200, browser.get(path).status());
        var form = open(browser, "/account/profile");
        site.clock.advance(Duration.ofMinutes(6));
        var before = Rows.of(site).byTable().get("account");
        var asked = path.endsWith(".json")
                ? browser.get(path)
                : send(browser, form, path, Map.of("password", ByMail.GOOD_PASSWORD, "username", "x@example.com"));
        assertTrue(asked.location().startsWith("/login?interaction="), asked.location());
        var login = browser.follow(asked);
        assertTrue(login.body().contains("id=\"password\""), login.body());
        assertEquals(before, Rows.of(site).byTable().get("account"), "the old form did nothing");
        assertEquals(200, browser.get("/account").status(), "the rest needs no fresh one");
        var back = site.signInAt(browser, login, ADA);
        assertEquals(200, back.status());
        assertFalse(back.body().contains("id=\"login\""), back.body());
    }

    @Test
    void a_new_password_ends_everything_but_this_session() {
        var elsewhere = signedIn(ADA);
        var browser = signedIn(ADA);
        var form = open(browser, "/account/password");
        var weak = send(browser, form, "/account/password", Map.of("password", "ada@example.com"));
        assertTrue(weak.body().contains("role=\"alert\""), weak.body());
        site.clock.advance(Duration.ofSeconds(1));
        var done = send(browser, form, "/account/password", Map.of("password", ByMail.GOOD_PASSWORD));
        assertEquals("/account?notice=PASSWORD_CHANGED", done.location());
        assertTrue(isAccount(browser.follow(done)));
        assertFalse(isAccount(open(elsewhere, "/account")));
        assertEquals("wrong", signIn(ADA, Site.PASSWORD));
        assertEquals("in", signIn(ADA, ByMail.GOOD_PASSWORD));
        assertEquals("password_changed", Letter.last(site, ADA).kind());
    }

    @Test
    void devices_are_named_and_ended_one_by_one_or_all_at_once() {
        var phone =
                site.browser().always("User-Agent", "Mozilla/5.0 (iPhone; CPU iPhone OS 18_0) Version/18 Safari/605");
        site.signIn(phone, Site.request("spa"), ADA);
        var other = signedIn(ADA);
        var browser = signedIn(ADA);
        var page = open(browser, "/account");
        assertTrue(page.body().contains("<strong>Safari, iPhone</strong>"), page.body());
        assertTrue(page.body().contains("this device"), page.body());
        var sessions = page.values("session");
        assertEquals(3, sessions.size());
        var ended = send(browser, page, "/account/sessions", Map.of("session", sessions.getLast()));
        assertEquals("/account?notice=ENDED", ended.location());
        assertEquals(2, open(browser, "/account").values("session").size());
        send(browser, page, "/account/sessions", Map.of("action", "others"));
        assertEquals(1, open(browser, "/account").values("session").size());
        for (var gone : List.of(phone, other)) {
            assertFalse(isAccount(open(gone, "/account")));
        }
        assertTrue(isAccount(open(browser, "/account")));
    }

    @Test
    void XS_07_a_strangers_address_puts_no_foreign_words_on_the_page() {
        var browser = signedIn(ADA);
        var here = List.of("SAVED", "ENDED", "REMOVED", "LAST_WAY", "REVOKED", "CONNECTED", "CONNECTION_FAILED");
        for (var name : here) {
            assertTrue(open(browser, "/account?notice=" + name).body().contains("id=\"notice\""), name);
        }
        for (var name : List.of("WRONG_PASSWORD", "ACCOUNT_DISABLED", "TOO_MANY_TRIES", "COOKIES", "CODE_SPENT", "x")) {
            for (var path : List.of("/account", "/account/profile", "/account/password", "/account/email")) {
                assertFalse(open(browser, path + "?notice=" + name).body().contains("id=\"notice\""), path + name);
            }
        }
    }

    @Test
    void a_field_that_cannot_be_so_is_named_and_marked_and_what_was_typed_stays() {
        var browser = signedIn(ADA);
        var form = open(browser, "/account/profile");
        assertTrue(form.body().contains("de-CH") && form.body().contains("Europe/Zurich"), form.body());
        var before = Rows.of(site).byTable().get("account");
        var typed = Map.of("name", "Ada <King>", "locale", "English, UK", "zoneinfo", "Zurich");
        var bad = send(browser, form, "/account/profile", typed);
        assertEquals(200, bad.status());
        for (var sentence : List.of("<strong>Language</strong>", "<strong>Time zone</strong>")) {
            assertTrue(bad.body().contains(sentence), bad.body());
        }
        var locale = "value=\"English, UK\" autocomplete=\"language\""
                + " aria-describedby=\"locale-wrong locale-hint\" aria-invalid=\"true\" autofocus>";
        assertTrue(bad.body().contains(locale), bad.body());
        assertTrue(bad.body().contains("aria-describedby=\"zoneinfo-wrong zoneinfo-hint\" aria-invalid=\"true\">"));
        assertTrue(bad.body().contains("value=\"Ada &lt;King&gt;\""), bad.body());
        assertEquals(before, Rows.of(site).byTable().get("account"), "nothing was changed");
    }

    @Test
    void of_many_devices_the_newest_twenty_stand_there_and_all_others_end_at_once() {
        for (var i = 0; i < 22; i++) {
            signedIn(ADA);
        }
        var browser = signedIn(ADA);
        var page = open(browser, "/account");
        assertEquals(20, page.values("session").size());
        assertTrue(page.body().contains("And 3 more."), page.body());
        var ended = browser.follow(send(browser, page, "/account/sessions", Map.of("action", "others")));
        assertTrue(ended.body().contains("Every other device is signed out."), ended.body());
        assertEquals(1, ended.values("session").size());
        assertFalse(ended.body().contains(" more."), ended.body());
    }

    @Test
    void when_a_device_was_used_is_told_in_the_persons_time_zone_and_language() {
        signedIn(ADA);
        var browser = signedIn(ADA);
        var page = open(browser, "/account");
        var utc = "(?s).*Last used [A-Z][a-z]{2} [0-9]+, [0-9]{4}, [0-9]+:([0-9]{2})\\h[AP]M UTC<.*";
        assertTrue(page.body().matches(utc), page.body());
        var minute = Integer.parseInt(page.body().replaceAll(utc, "$1"));
        var form = open(browser, "/account/profile");
        send(browser, form, "/account/profile", Map.of("locale", "en-GB", "zoneinfo", "Asia/Kathmandu"));
        var nepal = "Last used [0-9]+ [A-Z][a-z]+ [0-9]{4}, [0-9]{2}:%02d<".formatted((minute + 45) % 60);
        assertTrue(open(browser, "/account").body().matches("(?s).*" + nepal + ".*"), nepal);
    }

    @Test
    void the_page_says_first_whose_it_is_and_signing_out_does_not_stand_beside_deleting() {
        var body = open(signedIn(ADA), "/account").body();
        assertTrue(body.contains("<title>Your account – " + ADA), body);
        var places = List.of("<h1>", "Ada Lovelace", "class=\"mail\"", "id=\"sign-out\"", "<section>", "id=\"delete\"");
        var at = places.stream().map(body::indexOf).toList();
        assertEquals(at.stream().sorted().toList(), at);
        assertFalse(at.contains(-1), at.toString());
    }

    @Test
    void another_persons_session_client_or_identity_cannot_be_touched() {
        var bob = signedIn(BOB);
        var theirs = open(bob, "/account").values("session").getFirst();
        var ada = signedIn(ADA);
        var page = open(ada, "/account");
        var before = Rows.of(site);
        send(ada, page, "/account/sessions", Map.of("session", theirs));
        send(ada, page, "/account/sessions", Map.of("session", "x\u0000'--"));
        send(ada, page, "/account/identities", Map.of("connection", "database", "subject", "bob"));
        ada.get("/account?session=" + theirs);
        assertEquals(before, Rows.of(site));
        assertTrue(isAccount(open(bob, "/account")));
    }

    @Test
    void an_application_loses_its_access() {
        var browser = site.browser();
        var consent = site.signIn(browser, Site.request("third"), ADA);
        var back = browser.follow(ByMail.send(browser, consent, "/consent", Map.of("action", "allow")));
        var tokens = site.token(Site.redemption("third", back.redirect().text("code")))
                .json();
        var page = open(browser, "/account");
        assertTrue(page.body().contains("value=\"third\""), page.body());
        var done = send(browser, page, "/account/applications", Map.of("client", "third"));
        assertEquals("/account?notice=REVOKED", done.location());
        assertFalse(open(browser, "/account").body().contains("value=\"third\""));
        var refreshed =
                site.token(Site.refresh("third", tokens.get("refresh_token").textValue()));
        assertEquals("invalid_grant", refreshed.json().get("error").textValue());
        var asked = browser.get(Site.authorize(Site.request("third", Map.of("prompt", "none"))));
        assertEquals("consent_required", asked.redirect().text("error"));
    }

    @Test
    void EM_05_a_new_address_holds_when_both_were_shown_to_be_theirs() {
        var browser = signedIn(ADA);
        var form = open(browser, "/account/email");
        var first = browser.follow(send(browser, form, "/account/email", Map.of("username", "countess@example.com")));
        assertEquals(
                "change_email_new", Letter.last(site, "countess@example.com").kind());
        var second = ByMail.type(
                browser, first, Letter.last(site, "countess@example.com").code());
        assertEquals("wrong", signIn("countess@example.com", Site.PASSWORD), "not yet");
        assertEquals("change_email_old", Letter.last(site, ADA).kind());
        site.clock.advance(Duration.ofSeconds(1));
        var done = ByMail.type(browser, second, Letter.last(site, ADA).code());
        assertTrue(isAccount(done), done.body());
        assertTrue(done.body().contains("countess@example.com"), done.body());
        assertEquals("email_changed", Letter.last(site, ADA).kind());
        assertEquals("in", signIn("countess@example.com", Site.PASSWORD));
        assertEquals("wrong", signIn(ADA, Site.PASSWORD));
    }

    @Test
    void EM_05_a_code_that_is_over_never_says_that_the_address_has_changed() {
        var browser = signedIn(ADA);
        var form = open(browser, "/account/email");
        var first = browser.follow(send(browser, form, "/account/email", Map.of("username", "countess@example.com")));
        var code = Letter.last(site, "countess@example.com").code();
        ByMail.type(browser, first, code);
        site.clock.advance(Duration.ofSeconds(1));
        var again = new HashMap<>(Site.request("spa"));
        again.put("prompt", "login");
        site.signIn(browser, again, ADA);
        var back = ByMail.type(browser, first, code);
        assertFalse(back.body().contains("has changed"), back.body());
        assertTrue(back.body().contains("role=\"alert\""), back.body());
        site.clock.advance(Duration.ofMinutes(31));
        site.signIn(browser, again, ADA);
        var late = ByMail.type(browser, first, code);
        assertFalse(late.body().contains("has changed"), late.body());
        assertEquals("in", signIn(ADA, Site.PASSWORD));
    }

    @Test
    void EM_05_an_address_that_is_somebodys_gets_no_mail_and_the_page_does_not_tell() {
        var browser = signedIn(ADA);
        var form = open(browser, "/account/email");
        var taken = browser.follow(send(browser, form, "/account/email", Map.of("username", BOB)));
        var free = browser.follow(send(browser, form, "/account/email", Map.of("username", "free@example.com")));
        assertEquals(Neutral.of(free, "free@example.com"), Neutral.of(taken, BOB));
        assertEquals(List.of(), Letter.to(site, BOB));
        for (var bad : List.of(
                Map.entry(ADA, "That is your e-mail already."),
                Map.entry("nothing", "This cannot be an e-mail address."),
                Map.entry("", "Enter your e-mail."))) {
            var page = send(browser, form, "/account/email", Map.of("username", bad.getKey()));
            assertTrue(page.body().contains(bad.getValue()), page.body());
        }
    }

    @Test
    void EM_05_the_first_code_is_used_only_when_the_second_is_on_its_way() {
        var browser = signedIn(ADA);
        var form = open(browser, "/account/email");
        var first = browser.follow(send(browser, form, "/account/email", Map.of("username", "countess@example.com")));
        var code = Letter.last(site, "countess@example.com").code();
        for (var i = 0; i < 5; i++) {
            ByMail.recover(site.browser(), ADA);
        }
        var stayed = ByMail.type(browser, first, code);
        assertTrue(stayed.body().contains("Use the latest one, or wait an hour"), stayed.body());
        site.clock.advance(Duration.ofMinutes(61));
        var late = ByMail.type(browser, stayed, code);
        var back = site.signInAt(browser, late, ADA);
        assertTrue(back.body().contains("too old"), back.body());
    }

    @Test
    void the_second_page_of_a_change_of_address_says_that_the_first_half_is_done() {
        var browser = signedIn(ADA);
        var form = open(browser, "/account/email");
        var first = browser.follow(send(browser, form, "/account/email", Map.of("username", "countess@example.com")));
        assertTrue(first.body().contains("this address cannot be used"), first.body());
        var second = ByMail.type(
                browser, first, Letter.last(site, "countess@example.com").code());
        assertTrue(second.body().contains("The new address is confirmed."), second.body());
    }

    @Test
    void EM_05_an_address_that_was_taken_meanwhile_is_not_given_twice() {
        var browser = signedIn(ADA);
        var form = open(browser, "/account/email");
        var first = browser.follow(send(browser, form, "/account/email", Map.of("username", "new@example.com")));
        var second =
                ByMail.type(browser, first, Letter.last(site, "new@example.com").code());
        site.person("new@example.com", "Quicker");
        var done = ByMail.type(browser, second, Letter.last(site, ADA).code());
        assertTrue(done.body().contains("role=\"alert\""), done.body());
        assertEquals("in", signIn(ADA, Site.PASSWORD));
    }

    @Test
    void the_data_is_everything_and_no_secret() {
        var browser = signedIn(ADA);
        var reply = browser.get("/account/data.json");
        assertEquals(
                "attachment; filename=\"account.json\"",
                reply.header("content-disposition").orElseThrow());
        var data = reply.json();
        assertEquals(ADA, data.get("email").textValue());
        assertEquals(1, data.get("sessions").size());
        assertTrue(data.get("events").size() > 0);
        assertFalse(reply.body().contains("argon2"), reply.body());
    }

    @Test
    void a_deleted_account_is_gone_with_everything_of_it() {
        var browser = site.browser();
        var back = site.signIn(browser, Site.request("spa"), ADA);
        var tokens =
                site.token(Site.redemption("spa", back.redirect().text("code"))).json();
        var ada = subject(ADA);
        var page = open(browser, "/account/delete");
        var gone = send(browser, page, "/account/delete", Map.of());
        assertEquals(200, gone.status());
        assertTrue(gone.body().contains("<h1>Your account is deleted</h1>"), gone.body());
        assertEquals("account_deleted", Letter.last(site, ADA).kind());
        assertEquals("wrong", signIn(ADA, Site.PASSWORD));
        assertEquals(
                401,
                site.withBearer("/userinfo", tokens.get("access_token").textValue())
                        .status());
        var refreshed =
                site.token(Site.refresh("spa", tokens.get("refresh_token").textValue()));
        assertEquals("invalid_grant", refreshed.json().get("error").textValue());
        assertFalse(isAccount(open(browser, "/account")));
        assertEquals(0, Rows.of(site).count("account", ada.value()));
    }

    @Test
    void SE_02_a_form_that_was_not_ours_does_nothing() {
        var browser = signedIn(ADA);
        var before = Rows.of(site);
        for (var path : List.of(
                "/account/profile",
                "/account/password",
                "/account/email",
                "/account/identities",
                "/account/identities/add",
                "/account/sessions",
                "/account/applications",
                "/account/delete")) {
            var forged = browser.post(path, Map.of("csrf", "x", "password", ByMail.GOOD_PASSWORD, "action", "others"));
            assertEquals(403, forged.status(), path);
        }
        assertEquals(before, Rows.of(site));
    }

    @Test
    void XS_07_only_a_registered_address_is_a_way_back() {
        var browser = signedIn(ADA);
        var way = "client_id=spa&return_to=";
        var good = open(
                browser,
                "/account?" + way + Browser.encode(Map.of("x", Site.CALLBACK)).substring(2));
        assertTrue(good.body().contains("id=\"back\" href=\"" + Site.CALLBACK + "\""), good.body());
        assertTrue(good.body().contains("/account/profile?client_id=spa"), good.body());
        for (var evil : List.of(
                "https://evil.example/", "//evil.example", "javascript:alert(1)", Site.CALLBACK + "/x", "/\\evil")) {
            var page = open(
                    browser,
                    "/account?" + way + Browser.encode(Map.of("x", evil)).substring(2));
            assertFalse(page.body().contains("id=\"back\""), evil);
            assertFalse(page.body().contains("evil"), evil);
        }
        var saved = send(
                browser,
                good,
                "/account/profile?" + way
                        + Browser.encode(Map.of("x", Site.CALLBACK)).substring(2),
                Map.of("name", "A"));
        assertTrue(saved.location().contains("client_id=spa"), saved.location());
    }

    @Test
    void the_account_of_several_that_is_meant_is_chosen() {
        var browser = signedIn(BOB);
        site.clock.advance(Duration.ofSeconds(10));
        var login = browser.follow(browser.get(Site.authorize(Site.request("spa", Map.of("prompt", "login")))));
        site.signInAt(browser, login, ADA);
        var page = open(browser, "/account");
        assertTrue(page.body().contains("Ada Lovelace"), page.body());
        var bobs = page.body().replaceAll("(?s).*href=\"/account\\?session=([^\"]+)\".*", "$1");
        site.clock.advance(Duration.ofSeconds(1));
        var switched = open(browser, "/account?session=" + bobs);
        assertTrue(switched.body().contains("class=\"name\"><wbr>Bob"), switched.body());
    }
}
