package dev.symbolon.spec;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.net.URI;
import java.net.http.HttpRequest;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// A person makes an account: nothing is kept before the address was shown to be theirs.
final class SignUpTest {
    private static final String EVE = "eve@example.com";

    private Site site;

    @BeforeEach
    void start() {
        site = Site.start();
    }

    @AfterEach
    void stop() {
        site.close();
    }

    private com.fasterxml.jackson.databind.JsonNode userinfo(Reply back) {
        var tokens = site.token(Site.redemption("spa", back.redirect().text("code")));
        return site.withBearer("/userinfo", tokens.json().get("access_token").textValue())
                .json();
    }

    @Test
    void a_newcomer_signs_up_with_the_code_of_the_mail_and_lands_in_the_application() {
        var browser = site.browser();
        var before = Rows.of(site);
        var asked = ByMail.signUp(browser, EVE, ByMail.GOOD_PASSWORD);
        assertTrue(asked.body().contains(EVE), asked.body());
        assertEquals(before, Rows.of(site), "nothing is kept of somebody who only tries");
        var letter = Letter.last(site, EVE);
        assertEquals("sign_up", letter.kind());

        var back = ByMail.type(browser, asked, letter.code());
        assertTrue(back.location().startsWith(Site.CALLBACK + "?"), back.location());
        assertEquals("true", back.redirect().text("signup"));
        var userinfo = userinfo(back);
        assertEquals(EVE, userinfo.get("email").textValue());
        assertTrue(userinfo.get("email_verified").booleanValue());
        assertEquals("Eve Nova", userinfo.get("name").textValue());

        site.clock.advance(Duration.ofSeconds(1));
        var again = site.browser();
        var signedIn = again.follow(again.post("/login", Site.login(ByMail.login(again), EVE, ByMail.GOOD_PASSWORD)));
        assertEquals("", signedIn.redirect().text("signup"), "only the first time");
        assertFalse(signedIn.redirect().text("code").isEmpty());
    }

    @Test
    void screen_hint_leads_to_the_sign_up_page() {
        var browser = site.browser();
        var request = Site.request("spa", Map.of("screen_hint", "signup", "login_hint", EVE));
        var page = browser.follow(browser.get(Site.authorize(request)));
        assertTrue(page.body().contains("action=\"/signup?interaction="), page.body());
        assertTrue(page.body().contains("value=\"" + EVE + "\""), page.body());
    }

    @Test
    void EM_01_opening_the_link_does_nothing_whoever_opens_it_and_the_button_does_it_once() {
        var browser = site.browser();
        ByMail.signUp(browser, EVE, ByMail.GOOD_PASSWORD);
        var link = Letter.last(site, EVE).link();
        var before = Rows.of(site);
        for (var scanner : List.of("GET", "HEAD", "GET", "HEAD", "GET")) {
            var seen = Browser.exchange(HttpRequest.newBuilder(URI.create(link))
                    .header("Sec-Purpose", "prefetch")
                    .method(scanner, HttpRequest.BodyPublishers.noBody()));
            assertEquals(scanner.equals("GET") ? 200 : 405, seen.status());
        }
        assertEquals(before, Rows.of(site));
        var page = browser.get(link);
        var back = ByMail.press(browser, page);
        assertEquals("true", back.redirect().text("signup"));
        assertEquals(400, browser.get(link).status(), "used");
        assertEquals(400, ByMail.press(browser, page).status(), "used");
    }

    @Test
    void FE_05_whoever_opens_the_link_elsewhere_sets_the_password_and_the_strangers_is_worth_nothing() {
        var stranger = site.browser();
        var asked = ByMail.signUp(stranger, EVE, ByMail.GOOD_PASSWORD);
        var letter = Letter.last(site, EVE);
        var eve = site.browser();
        var page = eve.get(letter.link());
        assertTrue(page.body()
                .contains(letter.code().substring(0, 3) + " " + letter.code().substring(3)));
        var form = ByMail.press(eve, page);
        assertTrue(form.body().contains("id=\"save\""), form.body());
        var weak = eve.follow(ByMail.send(eve, form, "/recover", Map.of("password", "password1")));
        assertTrue(weak.body().contains("tried first") || weak.body().contains("attackers try"), weak.body());
        var own = "my very own harbour lantern";
        var done = eve.follow(ByMail.send(eve, weak, "/recover", Map.of("password", own)));
        assertEquals(200, done.status(), done.body());

        var over = ByMail.type(stranger, asked, letter.code());
        assertFalse(over.header("location").isPresent(), "the code went with the link");
        var guess = site.browser();
        assertEquals(
                "wrong",
                guess.post("/login", Site.login(ByMail.login(guess), EVE, ByMail.GOOD_PASSWORD))
                        .signIn());
        var back = site.browser();
        assertEquals(
                "in",
                back.post("/login", Site.login(ByMail.login(back), EVE, own)).signIn());
    }

    @Test
    void BF_05_somebody_who_is_known_already_is_told_so_in_the_mail_and_nowhere_else() {
        var known = site.browser();
        var unknown = site.browser();
        var toAda = ByMail.signUp(known, "ada@example.com", ByMail.GOOD_PASSWORD);
        var toEve = ByMail.signUp(unknown, EVE, ByMail.GOOD_PASSWORD);
        assertEquals(Neutral.of(toEve, EVE), Neutral.of(toAda, "ada@example.com"));
        var letter = Letter.last(site, "ada@example.com");
        assertEquals("sign_up_existing", letter.kind());
        assertFalse(letter.text().matches("(?s).*\\b[0-9]{3} ?[0-9]{3}\\b.*"), letter.text());
        var before = Rows.of(site);
        var tried = ByMail.type(known, toAda, "123456");
        assertEquals(
                Neutral.of(ByMail.type(unknown, toEve, Letter.last(site, EVE).otherCode()), EVE),
                Neutral.of(tried, "ada@example.com"));
        assertEquals(before, Rows.of(site));
    }

    @ParameterizedTest
    @CsvSource({
        "short, 8 characters",
        "password1, attackers try first",
        "qwertyuiop, attackers try first",
        "eve@example.com1, your own",
        "Eve Nova 1, your own"
    })
    void BF_10_a_password_that_is_guessed_soon_is_refused_with_the_reason_and_nothing_typed_is_lost(
            String password, String reason) {
        var browser = site.browser();
        var page = ByMail.signUp(browser, EVE, password);
        assertTrue(page.body().contains(reason), page.body());
        assertTrue(page.body().contains("value=\"" + EVE + "\""));
        assertTrue(page.body().contains("value=\"Eve Nova\""));
        assertFalse(page.body().contains(password + "\""), "a password is never shown");
        assertEquals(List.of(), Letter.to(site, EVE));
    }

    @Test
    void what_one_page_complained_of_the_next_one_does_not_repeat() {
        var browser = site.browser();
        var wrong = browser.follow(
                browser.post("/login", Site.login(ByMail.login(browser), "ada@example.com", "not this")));
        assertTrue(wrong.body().contains("role=\"alert\""), wrong.body());
        var signUp = browser.get("/signup?interaction=" + wrong.hidden("interaction"));
        assertFalse(signUp.body().contains("role=\"alert\""), signUp.body());
        assertTrue(signUp.body().contains("value=\"ada@example.com\""), "what was typed comes along");

        var weak = ByMail.signUp(browser, EVE, "password1");
        assertTrue(weak.body().contains("role=\"alert\""), weak.body());
        var code = browser.follow(
                ByMail.send(browser, weak, "/signup", Map.of("username", EVE, "password", ByMail.GOOD_PASSWORD)));
        assertTrue(code.body().contains("name=\"code\""), code.body());
        assertFalse(code.body().contains("role=\"alert\""), code.body());
    }

    @Test
    void an_address_that_is_none_is_refused() {
        var page = ByMail.signUp(site.browser(), "nobody at all", ByMail.GOOD_PASSWORD);
        assertTrue(page.body().contains("value=\"nobody at all\""), page.body());
        assertTrue(page.body().contains("role=\"alert\""), page.body());
    }

    @Test
    void XS_05_a_name_with_line_breaks_and_markup_makes_one_mail_to_one_person() {
        var browser = site.browser();
        var login = ByMail.login(browser);
        var page = browser.get("/signup?interaction=" + login.hidden("interaction"));
        var name = "Eve\r\nBcc: bob@example.com\r\n\r\n<img src=x onerror=alert(1)>";
        ByMail.send(browser, page, "/signup", Map.of("name", name, "username", EVE, "password", ByMail.GOOD_PASSWORD));
        assertEquals(1, Letter.to(site, EVE).size());
        assertEquals(List.of(), Letter.to(site, "bob@example.com"));
        assertFalse(Letter.last(site, EVE).html().contains("<img src=x"));
        var two = ByMail.signUp(site.browser(), "eve@example.com\r\nbcc:bob@example.com", ByMail.GOOD_PASSWORD);
        assertTrue(two.body().contains("role=\"alert\""), two.body());
        assertEquals(List.of(), Letter.to(site, "bob@example.com"));
    }

    @Test
    void where_sign_up_is_closed_there_is_no_way_to_it() {
        ByMail.signUp(site, false);
        var browser = site.browser();
        var login = ByMail.login(browser);
        assertFalse(login.body().contains("id=\"signup\""), login.body());
        var page = browser.get("/signup?interaction=" + login.hidden("interaction"));
        assertTrue(page.location().startsWith("/login?"), page.location());
        var posted = ByMail.send(browser, login, "/signup", Map.of("username", EVE, "password", ByMail.GOOD_PASSWORD));
        assertTrue(posted.location().startsWith("/login?"), posted.location());
        assertEquals(List.of(), Letter.to(site, EVE));
    }

    @Test
    void a_link_is_over_after_a_day_and_one_of_another_tenant_is_none() {
        var browser = site.browser();
        ByMail.signUp(browser, EVE, ByMail.GOOD_PASSWORD);
        var link = Letter.last(site, EVE).link();
        var other = new Browser(site.otherIssuer);
        assertEquals(400, other.get(link.substring(site.issuer.length())).status());
        site.clock.advance(Duration.ofHours(23));
        assertEquals(200, browser.get(link).status());
        site.clock.advance(Duration.ofHours(2));
        assertEquals(400, browser.get(link).status());
        assertEquals(400, browser.get("/verify?link=x").status());
        assertNotEquals(500, browser.get("/verify").status());
    }

    @Test
    void the_back_button_after_a_sign_up_goes_on_and_makes_nothing_twice() {
        var browser = site.browser();
        var page = ByMail.signUp(browser, EVE, ByMail.GOOD_PASSWORD);
        var code = Letter.last(site, EVE).code();
        assertEquals("true", ByMail.type(browser, page, code).redirect().text("signup"));
        var on = ByMail.send(browser, page, "/verify", Map.of("code", code));
        assertTrue(on.location().startsWith("/authorize/resume?interaction="), on.location());
        var resent = ByMail.send(browser, page, "/verify", Map.of("action", "resend"));
        assertTrue(resent.location().startsWith("/authorize/resume?interaction="), resent.location());
        assertEquals(1, Letter.to(site, EVE).size());
    }

    @Test
    void a_sign_up_that_was_finished_elsewhere_gets_no_further_code() {
        var here = site.browser();
        var page = ByMail.signUp(here, EVE, ByMail.GOOD_PASSWORD);
        var elsewhere = site.browser();
        var form = ByMail.press(elsewhere, elsewhere.get(Letter.last(site, EVE).link()));
        assertTrue(form.body().contains("Choose a password"), form.body());
        assertTrue(form.body().contains("<bdi>" + EVE + "</bdi>"), form.body());
        assertTrue(form.body().contains("id=\"signin\""), form.body());
        elsewhere.follow(ByMail.send(elsewhere, form, "/recover", Map.of("password", "my very own harbour lantern")));
        var again = here.follow(ByMail.send(here, page, "/verify", Map.of("action", "resend")));
        assertTrue(again.body().contains("id=\"password\""), again.body());
        assertTrue(again.body().contains("value=\"" + EVE + "\""), again.body());
        assertEquals(1, Letter.to(site, EVE).size());
    }

    @Test
    void another_address_begins_with_what_was_typed_and_without_an_old_complaint() {
        var browser = site.browser();
        var page = ByMail.signUp(browser, EVE, ByMail.GOOD_PASSWORD);
        var wrong = ByMail.type(browser, page, Letter.last(site, EVE).otherCode());
        assertTrue(wrong.body().contains("role=\"alert\""), wrong.body());
        var back = browser.get(wrong.href("back"));
        assertFalse(back.body().contains("role=\"alert\""), back.body());
        assertTrue(back.body().contains("value=\"" + EVE + "\""), back.body());
        assertTrue(back.body().contains("value=\"Eve Nova\""), back.body());
    }

    @Test
    void whoever_had_an_account_already_is_led_back_to_the_application() {
        var asked = ByMail.signUp(site.browser(), "ada@example.com", ByMail.GOOD_PASSWORD);
        assertTrue(asked.body().contains("id=\"verify\""), asked.body());
        var letter = Letter.last(site, "ada@example.com");
        assertFalse(letter.text().contains("Give the code"), letter.text());
        var ada = site.browser();
        var login = ada.follow(ada.get(letter.path("/login?interaction=")));
        var end = ada.follow(ada.post("/login", Site.login(login, "ada@example.com", Site.PASSWORD)));
        assertTrue(end.body().contains("id=\"continue\""), end.body());
    }

    @Test
    void an_empty_field_is_named_and_only_that_one_marked() {
        var browser = site.browser();
        var login = ByMail.login(browser);
        for (var empty : List.of(
                List.of("", "x", "Enter your e-mail.", "username"),
                List.of(EVE, "", "Enter your password.", "password"))) {
            var page = browser.follow(
                    ByMail.send(browser, login, "/login", Map.of("username", empty.get(0), "password", empty.get(1))));
            assertTrue(page.body().contains(empty.get(2)), page.body());
            var marked = Pattern.compile("<input id=\"(\\w+)\"[^>]*aria-invalid=\"true\"")
                    .matcher(page.body());
            assertTrue(marked.find(), page.body());
            assertEquals(empty.get(3), marked.group(1));
            assertFalse(marked.find(), page.body());
        }
    }

    @Test
    void a_sign_up_that_somebody_else_finished_meanwhile_leads_to_the_sign_in_page() {
        var one = site.browser();
        var two = site.browser();
        var first = ByMail.signUp(one, EVE, ByMail.GOOD_PASSWORD);
        var code = Letter.last(site, EVE).code();
        site.clock.advance(Duration.ofSeconds(1));
        var second = ByMail.signUp(two, EVE, ByMail.GOOD_PASSWORD);
        var other = Letter.last(site, EVE).code();
        assertEquals("true", ByMail.type(one, first, code).redirect().text("signup"));
        var page = ByMail.type(two, second, other);
        assertTrue(page.body().contains("id=\"password\""), page.body());
        assertTrue(page.body().contains("value=\"" + EVE + "\""), page.body());
    }
}
