package dev.symbolon.spec;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.symbolon.account.PasswordPolicy.Weakness;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// `POST /dbconnections/signup` and `/dbconnections/change_password`, which an application's own page calls.
final class DirectDatabaseTest {
    private static final String ADA = "ada@example.com";
    private static final String EVE = "eve@example.com";
    private static final String OTHER_PASSWORD = "three otters under an old bridge";

    private Site site;

    @BeforeEach
    void start() {
        site = Site.start();
    }

    @AfterEach
    void stop() {
        site.close();
    }

    private Reply signUp(String email, String password) {
        site.clock.advance(Duration.ofSeconds(1));
        return OwnPage.json(site, OwnPage.SIGN_UP, OwnPage.signUp("spa", email, password));
    }

    private Reply changePassword(String email) {
        site.clock.advance(Duration.ofSeconds(1));
        return OwnPage.json(site, OwnPage.CHANGE_PASSWORD, Map.of("client_id", "spa", "email", email));
    }

    private String signIn(String email, String password) {
        var browser = site.browser();
        return browser.post("/login", Site.login(ByMail.login(browser), email, password))
                .signIn();
    }

    @Test
    void FE_05_the_link_leads_to_a_password_of_the_owners_own_choice() {
        assertEquals(200, signUp(EVE, "the password of a stranger").status());
        var browser = site.browser();
        var opened = browser.get(Letter.last(site, EVE).link());
        assertFalse(opened.body().contains("id=\"digits\""));
        var page = ByMail.press(browser, opened);
        assertTrue(page.body().contains("id=\"password\""), page.body());
        var back = browser.follow(ByMail.send(browser, page, "/recover", Map.of("password", OTHER_PASSWORD)));
        assertEquals(200, back.status(), back.body());
        assertEquals("wrong", signIn(EVE, "the password of a stranger"));
        assertEquals("in", signIn(EVE, OTHER_PASSWORD));
    }

    @Test
    void the_answer_is_a_word_and_the_mail_has_a_link_alone_since_no_page_takes_its_code() {
        var asked = OwnPage.json(
                site,
                OwnPage.SIGN_UP,
                Map.of("client_id", "spa", "email", EVE, "password", ByMail.GOOD_PASSWORD, "user_metadata", "x"));
        assertEquals("{\"status\":\"verification_sent\"}", asked.body());
        var letter = Letter.last(site, EVE);
        assertTrue(letter.text().contains("Open the link to finish creating your account"), letter.text());
        assertFalse(letter.text().matches("(?s).*[0-9]{3} [0-9]{3}.*"), letter.text());
        var browser = site.browser();
        var page = ByMail.press(browser, browser.get(letter.link()));
        var done = browser.follow(ByMail.send(browser, page, "/recover", Map.of("password", OTHER_PASSWORD)));
        assertEquals(200, done.status(), done.body());
        assertTrue(done.body().contains("https://app.example"), "there is a way on to the application");
        assertEquals("in", signIn(EVE, OTHER_PASSWORD));
    }

    @Test
    void BF_10_a_password_that_nobody_should_have_is_refused_with_the_reason() {
        for (var password : Map.of(
                        "short", Weakness.SHORT, "password123", Weakness.COMMON, "eve@example.com1", Weakness.PERSONAL)
                .entrySet()) {
            var refused = signUp(EVE, password.getKey());
            Refused.json(400, "invalid_password", refused);
            assertTrue(refused.body().contains(password.getValue().sentence()), refused.body());
        }
        Refused.json(400, "invalid_password", signUp(EVE, ""));
        assertEquals(List.of(), Letter.to(site, EVE));
    }

    @Test
    void BF_05_whose_address_it_is_only_the_mail_says() {
        var signedUp = Stream.of(EVE, ADA, "dora@example.com")
                .map(email -> Neutral.of(signUp(email, ByMail.GOOD_PASSWORD), email))
                .distinct()
                .toList();
        assertEquals(1, signedUp.size(), signedUp.toString());
        assertEquals("sign_up", Letter.last(site, EVE).kind());
        assertEquals("sign_up_existing", Letter.last(site, ADA).kind());
        var sent = Stream.of(EVE, ADA, "dora@example.com")
                .map(email -> Neutral.of(changePassword(email), email))
                .distinct()
                .toList();
        assertEquals(1, sent.size(), sent.toString());
        assertEquals(1, Letter.to(site, EVE).size());
        assertEquals("recover", Letter.last(site, ADA).kind());
        assertEquals(1, Letter.to(site, "dora@example.com").size());
    }

    @Test
    void a_forgotten_password_is_replaced_by_the_link_in_any_browser() {
        assertEquals("{\"status\":\"sent\"}", changePassword(ADA).body());
        var letter = Letter.last(site, ADA);
        assertTrue(letter.text().contains("Open the link to set a new password"), letter.text());
        var browser = site.browser();
        var page = ByMail.press(browser, browser.get(letter.link()));
        var done = browser.follow(ByMail.send(browser, page, "/recover", Map.of("password", OTHER_PASSWORD)));
        assertEquals(200, done.status(), done.body());
        assertTrue(done.body().contains("https://app.example"), "there is a way on to the application");
        assertEquals("wrong", signIn(ADA, Site.PASSWORD));
        assertEquals("in", signIn(ADA, OTHER_PASSWORD));
        assertFalse(site.browser().get(letter.link()).body().contains("id=\"verify\""), "once");
    }

    @Test
    void where_nobody_signs_up_by_themselves_the_client_is_told_so() {
        ByMail.signUp(site, false);
        Refused.json(400, "invalid_request", signUp(EVE, ByMail.GOOD_PASSWORD));
        assertEquals("sent", changePassword(ADA).json().get("status").textValue());
    }

    @Test
    void EM_04_mails_are_counted_by_address() {
        var answers = new ArrayList<Integer>();
        for (var i = 0; i < 7; i++) {
            answers.add(changePassword(ADA).status());
        }
        assertEquals(List.of(200, 200, 200, 200, 200, 429, 429), answers);
        Refused.json(429, "too_many_requests", signUp(ADA, ByMail.GOOD_PASSWORD));
    }

    @Test
    void XS_05_a_name_with_line_breaks_or_html_stays_text() {
        var fields = OwnPage.signUp("spa", EVE, ByMail.GOOD_PASSWORD);
        fields.put("name", "Eve\r\nBcc: ada@example.com\r\n\r\n<b>x</b>");
        assertEquals(200, OwnPage.json(site, OwnPage.SIGN_UP, fields).status());
        assertEquals(List.of(), Letter.to(site, ADA));
        assertEquals(1, Letter.to(site, EVE).size());
        assertFalse(Letter.last(site, EVE).html().contains("<b>x"), "HTML is escaped");
    }
}
