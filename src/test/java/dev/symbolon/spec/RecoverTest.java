package dev.symbolon.spec;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// A forgotten password is replaced by whoever reads the account's mail.
final class RecoverTest {
    private static final String ADA = "ada@example.com";

    private Site site;

    @BeforeEach
    void start() {
        site = Site.start();
    }

    @AfterEach
    void stop() {
        site.close();
    }

    private static Reply set(Browser browser, Reply form, String password) {
        return browser.follow(ByMail.send(browser, form, "/recover", Map.of("password", password)));
    }

    private String signIn(String email, String password) {
        var browser = site.browser();
        return browser.post("/login", Site.login(ByMail.login(browser), email, password))
                .signIn();
    }

    @Test
    void EM_03_a_new_password_is_set_with_the_code_and_everything_else_has_ended() {
        var elsewhere = site.browser();
        var old = site.signIn(elsewhere, Site.request("spa"), ADA);
        var tokens =
                site.token(Site.redemption("spa", old.redirect().text("code"))).json();
        site.clock.advance(Duration.ofMinutes(1));

        var browser = site.browser();
        var asked = ByMail.recover(browser, ADA);
        var letter = Letter.last(site, ADA);
        assertEquals("recover", letter.kind());
        var form = ByMail.type(browser, asked, letter.code());
        assertTrue(form.body().contains("id=\"save\""), form.body());
        assertEquals("in", signIn(ADA, Site.PASSWORD), "nothing has changed yet");
        site.clock.advance(Duration.ofSeconds(1));
        var back = set(browser, form, ByMail.GOOD_PASSWORD);
        assertTrue(back.location().startsWith(Site.CALLBACK), back.location());

        assertEquals("wrong", signIn(ADA, Site.PASSWORD));
        assertEquals("in", signIn(ADA, ByMail.GOOD_PASSWORD));
        var refreshed =
                site.token(Site.refresh("spa", tokens.get("refresh_token").textValue()));
        assertEquals("invalid_grant", refreshed.json().get("error").textValue());
        var silent = elsewhere.get(Site.authorize(Site.request("spa", Map.of("prompt", "none"))));
        assertEquals("login_required", silent.redirect().text("error"));
        assertEquals("password_changed", Letter.last(site, ADA).kind());

        var twice = set(browser, form, "another harbour of lanterns");
        assertTrue(twice.body().contains("role=\"alert\""), twice.body());
        assertEquals("in", signIn(ADA, ByMail.GOOD_PASSWORD));
    }

    @Test
    void EM_01_the_link_works_in_another_browser_and_only_by_its_button() {
        ByMail.recover(site.browser(), ADA);
        var older = Letter.last(site, ADA).link();
        site.clock.advance(Duration.ofSeconds(1));
        ByMail.recover(site.browser(), ADA);
        var link = Letter.last(site, ADA).link();
        var before = Rows.of(site);
        var other = site.browser();
        var page = other.get(link);
        assertEquals(200, other.get(link).status());
        var form = ByMail.press(other, page);
        assertTrue(form.body().contains("id=\"save\""), form.body());
        assertEquals(before, Rows.of(site), "and even the button only shows a form");
        site.clock.advance(Duration.ofSeconds(1));
        var done = set(other, form, ByMail.GOOD_PASSWORD);
        assertEquals(200, done.status(), done.body());
        var late = ByMail.press(other, other.get(older));
        assertFalse(late.body().contains("id=\"save\""), "a mail from before the change sets no other one");
        assertEquals("in", signIn(ADA, ByMail.GOOD_PASSWORD));
        assertEquals(400, other.get(link).status());
    }

    @Test
    void BF_10_a_bad_new_password_is_refused_and_the_form_is_still_good() {
        var browser = site.browser();
        var form = ByMail.type(
                browser, ByMail.recover(browser, ADA), Letter.last(site, ADA).code());
        var again = set(browser, form, "iloveyou");
        assertTrue(again.body().contains("attackers try first"), again.body());
        assertTrue(set(browser, again, ByMail.GOOD_PASSWORD).location().startsWith(Site.CALLBACK));
    }

    @Test
    void BF_06_a_code_is_worth_five_tries_and_a_new_mail_begins_anew() {
        var browser = site.browser();
        var page = ByMail.recover(browser, ADA);
        var letter = Letter.last(site, ADA);
        for (var i = 0; i < 5; i++) {
            page = ByMail.type(browser, page, letter.otherCode());
            assertTrue(page.body().contains("not the code"), page.body());
        }
        page = ByMail.type(browser, page, letter.code());
        assertFalse(page.body().contains("id=\"save\""), "the right one comes too late");
        site.clock.advance(Duration.ofSeconds(1));
        page = browser.follow(ByMail.send(browser, page, "/verify", Map.of("action", "resend")));
        var fresh = Letter.last(site, ADA);
        assertTrue(ByMail.type(browser, page, fresh.code()).body().contains("id=\"save\""));
        // The link of the first mail was never guessed at, and is the same secret as ever.
        assertEquals(200, browser.get(letter.link()).status());
    }

    @Test
    void a_proof_or_a_ticket_of_another_browser_is_worth_nothing() {
        var browser = site.browser();
        var asked = ByMail.recover(browser, ADA);
        var code = Letter.last(site, ADA).code();
        var thief = site.browser();
        var own = ByMail.recover(thief, "bob@example.com");
        var stolen = Map.of("code", code, "ticket", asked.hidden("ticket"));
        var tried = thief.follow(ByMail.send(thief, own, "/verify", stolen));
        assertFalse(tried.body().contains("id=\"save\""), tried.body());
        var form = ByMail.type(browser, asked, code);
        var proof = Map.of("password", ByMail.GOOD_PASSWORD, "proof", form.hidden("proof"));
        thief.follow(ByMail.send(thief, own, "/recover", proof));
        assertEquals("in", signIn(ADA, Site.PASSWORD));
        // What the browser carries is neither a link nor a proof.
        assertEquals(400, browser.get("/verify?link=" + asked.hidden("ticket")).status());
        var forged = Map.of("password", ByMail.GOOD_PASSWORD, "proof", asked.hidden("ticket"));
        browser.follow(ByMail.send(browser, asked, "/recover", forged));
        assertEquals("in", signIn(ADA, Site.PASSWORD));
    }

    @Test
    void EM_04_only_so_many_mails_go_to_one_address_and_the_answer_does_not_tell() {
        for (var email : List.of(ADA, "nobody@example.com")) {
            for (var i = 0; i < 5; i++) {
                assertTrue(ByMail.recover(site.browser(), email).body().contains("id=\"verify\""));
            }
            var more = ByMail.recover(site.browser(), email);
            assertTrue(more.body().contains("role=\"alert\""), more.body());
            assertTrue(more.body().contains("value=\"" + email + "\""), more.body());
        }
        assertEquals(5, Letter.to(site, ADA).size());
        assertEquals(List.of(), Letter.to(site, "nobody@example.com"));
        site.clock.advance(Duration.ofHours(1).plusMinutes(1));
        assertTrue(ByMail.recover(site.browser(), ADA).body().contains("id=\"verify\""));
    }

    @Test
    void at_the_limit_of_mails_the_code_that_came_is_still_good() {
        var browser = site.browser();
        var page = ByMail.recover(browser, ADA);
        var code = Letter.last(site, ADA).code();
        for (var i = 0; i < 4; i++) {
            ByMail.recover(site.browser(), ADA);
        }
        var stayed = browser.follow(ByMail.send(browser, page, "/verify", Map.of("action", "resend")));
        assertTrue(stayed.body().contains("Use the latest one, or wait an hour"), stayed.body());
        assertTrue(ByMail.type(browser, stayed, code).body().contains("id=\"save\""));
    }

    @Test
    void where_nothing_is_to_go_back_to_no_page_offers_it() {
        var browser = site.browser();
        var login = browser.follow(browser.get("/account"));
        assertFalse(login.body().contains("id=\"cancel\""), login.body());
        var interaction = login.hidden("interaction");
        var page = browser.get("/recover?interaction=" + interaction);
        assertFalse(page.body().contains("id=\"cancel\""), page.body());
        var code = browser.follow(ByMail.send(browser, page, "/recover", Map.of("username", ADA)));
        assertFalse(code.body().contains("id=\"cancel\""), code.body());
        assertTrue(ByMail.recover(site.browser(), ADA).body().contains("id=\"cancel\""));
    }

    @Test
    void a_page_that_leads_nowhere_else_leads_to_the_persons_own() {
        for (var path : List.of("/login", "/verify?link=x", "/logged-out")) {
            assertTrue(site.browser().get(path).body().contains("href=\"/account\""), path);
        }
        assertEquals("/account", site.browser().get("/signed-in").location());
    }

    @Test
    void HT_07_the_links_in_mails_lead_to_the_issuer_whatever_the_caller_says_of_hosts() {
        var browser =
                site.browser().always("X-Forwarded-Host", "evil.example").always("Forwarded", "host=evil.example");
        ByMail.recover(browser, ADA);
        assertTrue(Letter.last(site, ADA).link().startsWith(site.issuer + "/verify?link="));
        assertFalse(Letter.last(site, ADA).html().contains("evil.example"));
    }

    @Test
    void a_disabled_account_and_one_that_was_disabled_meanwhile_set_nothing() {
        ByMail.recover(site.browser(), "dora@example.com");
        assertEquals(List.of(), Letter.to(site, "dora@example.com"));
        var browser = site.browser();
        var form = ByMail.type(
                browser, ByMail.recover(browser, ADA), Letter.last(site, ADA).code());
        var ada = site.app
                .house()
                .accounts()
                .byEmail(site.host().id(), ADA)
                .orElseThrow()
                .account();
        site.app.house().accounts().disable(site.host().id(), ada.subject(), site.clock.instant());
        var before = Rows.of(site);
        assertTrue(set(browser, form, ByMail.GOOD_PASSWORD).body().contains("role=\"alert\""));
        assertEquals(before, Rows.of(site));
    }
}
