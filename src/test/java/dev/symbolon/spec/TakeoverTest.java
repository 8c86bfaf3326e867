package dev.symbolon.spec;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.symbolon.crypto.PasswordHash;
import dev.symbolon.oauth.Account;
import dev.symbolon.oauth.ConnectionId;
import dev.symbolon.oauth.Email;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Ways in which somebody might come into somebody else's account by mail, by a page that stayed open, or by a way
/// that was closed meanwhile.
final class TakeoverTest {
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
        return browser;
    }

    @ParameterizedTest
    @ValueSource(strings = {"\u1d43da@example.com", "ada@\u24d4xample.com", "\uff21da@example.com"})
    void EM_05_a_mail_goes_to_the_address_of_the_account_and_not_to_one_that_looks_like_it(String alike) {
        ByMail.passwordless(site, true);
        ByMail.recover(site.browser(), alike);
        assertEquals(List.of(), Letter.to(site, alike));
        assertEquals("recover", Letter.last(site, ADA).kind());
        site.clock.advance(Duration.ofSeconds(1));
        ByMail.code(site.browser(), alike);
        assertEquals(List.of(), Letter.to(site, alike));
        assertEquals("sign_in", Letter.last(site, ADA).kind());
        site.clock.advance(Duration.ofSeconds(1));
        ByMail.signUp(site.browser(), alike, ByMail.GOOD_PASSWORD);
        assertEquals(List.of(), Letter.to(site, alike));
        assertEquals("sign_up_existing", Letter.last(site, ADA).kind());
    }

    @Test
    void FE_04_an_address_that_looks_like_it_connects_nothing() {
        try (var elsewhere = Elsewhere.start()) {
            elsewhere.change("oidc", Map.of("connect", "true"));
            var browser = elsewhere.site.browser();
            var mallory = Map.<String, Object>of(
                    "sub", "m", "email", "\u1d43da@example.com", "email_verified", true, "name", "M");
            var page = elsewhere.signIn(browser, mallory);
            Elsewhere.isNotice(page, "There is an account with your e-mail already.");
            var ada = Map.<String, Object>of("sub", "a", "email", "Ada@Example.com", "email_verified", true);
            var asked = elsewhere.signIn(elsewhere.site.browser(), ada);
            assertFalse(asked.body().contains("id=\"password\""), "the very same address needs a word only");
        }
    }

    @Test
    void EM_05_a_recovery_mail_to_the_address_before_is_worth_nothing_after_a_change() {
        var attacker = site.browser();
        var page = ByMail.recover(attacker, BOB);
        var code = Letter.last(site, BOB).code();
        var bob = site.account(BOB);
        var moved = new Account(
                bob.tenant(),
                bob.subject(),
                Optional.of(Email.of("bob.new@example.com", true)),
                bob.profile(),
                bob.createdAt(),
                bob.updatedAt(),
                bob.disabledAt());
        assertTrue(site.app.house().accounts().update(bob, moved));
        var next = ByMail.type(attacker, page, code);
        assertFalse(next.body().contains("name=\"password\"") && next.body().contains("name=\"proof\""), next.body());
    }

    @Test
    void SE_13_a_change_of_address_that_a_thief_began_ends_with_the_password_that_the_owner_sets() {
        var thief = signedIn(BOB);
        var form = OwnAccountTest.open(thief, "/account/email");
        var sent = thief.follow(
                OwnAccountTest.send(thief, form, "/account/email", Map.of("username", "mallory@evil.example")));
        var code = Letter.last(site, "mallory@evil.example").code();
        site.clock.advance(Duration.ofSeconds(1));
        site.app
                .house()
                .accounts()
                .changePassword(
                        site.host().id(), site.account(BOB).subject(), new PasswordHash("$new"), site.clock.instant());
        ByMail.type(thief, sent, code);
        assertEquals(Optional.of(BOB), site.account(BOB).address());
    }

    @Test
    void EM_05_whoever_reads_the_mail_of_the_address_before_takes_a_change_back_and_everybody_is_out() {
        var thief = signedIn(ADA);
        var form = OwnAccountTest.open(thief, "/account/email");
        var first = thief.follow(
                OwnAccountTest.send(thief, form, "/account/email", Map.of("username", "countess@example.com")));
        var second = ByMail.type(
                thief, first, Letter.last(site, "countess@example.com").code());
        site.clock.advance(Duration.ofSeconds(1));
        ByMail.type(thief, second, Letter.last(site, ADA).code());
        site.clock.advance(Duration.ofSeconds(1));
        var notice = Letter.last(site, ADA);
        assertEquals("email_changed", notice.kind());
        assertEquals(
                Optional.of("countess@example.com"),
                site.account("countess@example.com").address());

        var owner = site.browser();
        var before = Rows.of(site);
        var page = owner.get(notice.link().substring(site.issuer.length()));
        assertEquals(before, Rows.of(site), "EM_01: looking changes nothing");
        assertTrue(page.body().contains("Put it back"), page.body());
        site.clock.advance(Duration.ofSeconds(1));
        ByMail.press(owner, page);
        assertEquals(Optional.of(ADA), site.account(ADA).address());
        assertTrue(site.account(ADA).email().filter(Email::isVerified).isPresent());
        assertEquals(303, thief.get("/account").status(), "whoever changed it is out");
        var again = site.browser().get(notice.link().substring(site.issuer.length()));
        assertEquals(400, again.status(), "a link is good once");
    }

    @Test
    void EM_05_an_undo_is_over_after_a_week_or_when_the_address_was_changed_once_more() {
        var bob = site.account(BOB);
        var moved = new Account(
                bob.tenant(),
                bob.subject(),
                Optional.of(Email.of("third@example.com", true)),
                bob.profile(),
                bob.createdAt(),
                bob.updatedAt(),
                bob.disabledAt());
        var browser = signedIn(BOB);
        var form = OwnAccountTest.open(browser, "/account/email");
        var first = browser.follow(
                OwnAccountTest.send(browser, form, "/account/email", Map.of("username", "second@example.com")));
        var second = ByMail.type(
                browser, first, Letter.last(site, "second@example.com").code());
        site.clock.advance(Duration.ofSeconds(1));
        ByMail.type(browser, second, Letter.last(site, BOB).code());
        site.clock.advance(Duration.ofSeconds(1));
        var link = Letter.last(site, BOB).link().substring(site.issuer.length());
        var now = site.account("second@example.com");
        assertTrue(site.app.house().accounts().update(now, moved));
        var owner = site.browser();
        ByMail.press(owner, owner.get(link));
        assertEquals(
                Optional.of("third@example.com"),
                site.account("third@example.com").address());
        site.clock.advance(Duration.ofDays(8));
        assertEquals(400, site.browser().get(link).status());
    }

    @Test
    void SE_04_a_form_of_one_account_does_nothing_to_another() {
        var browser = signedIn(ADA);
        var form = OwnAccountTest.open(browser, "/account/delete");
        site.clock.advance(Duration.ofSeconds(1));
        site.signIn(browser, Site.request("spa", Map.of("prompt", "login")), BOB);
        var sent = OwnAccountTest.send(browser, form, "/account/delete", Map.of());
        assertEquals(403, sent.status());
        assertEquals(Optional.of(ADA), site.account(ADA).address());
        assertEquals(Optional.of(BOB), site.account(BOB).address());
        var own = OwnAccountTest.open(browser, "/account/profile");
        assertEquals(
                "/account?notice=SAVED",
                OwnAccountTest.send(browser, own, "/account/profile", Map.of("name", "Bob B"))
                        .location());
    }

    @Test
    void XS_05_a_name_that_a_stranger_typed_is_not_sent_to_anybody() {
        var name = "friend, restore your account at https://evil.example/";
        var browser = site.browser();
        var login = ByMail.login(browser);
        var page = browser.get("/signup?interaction=" + login.hidden("interaction"));
        ByMail.send(
                browser,
                page,
                "/signup",
                Map.of("name", name, "username", "stranger@victim.example", "password", ByMail.GOOD_PASSWORD));
        var letter = Letter.last(site, "stranger@victim.example");
        assertFalse(letter.text().contains("evil.example") || letter.html().contains("evil.example"), letter.text());
    }

    @Test
    void FE_07_a_mail_is_worth_nothing_once_its_way_is_closed() {
        ByMail.passwordless(site, true);
        var browser = site.browser();
        var page = ByMail.code(browser, ADA);
        var code = Letter.last(site, ADA).code();
        ByMail.enlistment(site).disable(site.host(), new ConnectionId("mail"), site.clock.instant());
        AtAuthorize.isSignIn(ByMail.type(browser, page, code));
        ByMail.enlistment(site).enable(site.host(), new ConnectionId("mail"), site.clock.instant());
        assertFalse(ByMail.type(browser, page, code).redirect().text("code").isEmpty(), "it was not used up");
    }

    @ParameterizedTest
    @ValueSource(strings = {"pay\u202egro.knab@evil.example", "a\u200bda@example.com", "a\u2028b@example.com"})
    void AD_03_what_nobody_sees_is_no_part_of_an_address(String address) {
        var page = ByMail.signUp(site.browser(), address, ByMail.GOOD_PASSWORD);
        assertTrue(page.body().contains("role=\"alert\""), page.body());
        assertEquals(List.of(), Letter.to(site, address));
    }
}
