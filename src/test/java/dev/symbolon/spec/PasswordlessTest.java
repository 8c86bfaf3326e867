package dev.symbolon.spec;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// A code or a link by mail instead of a password.
final class PasswordlessTest {
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

    @Test
    void the_code_signs_in_from_the_same_form() {
        var browser = site.browser();
        assertTrue(ByMail.login(browser).body().contains("id=\"code\""));
        var back = ByMail.type(
                browser, ByMail.code(browser, ADA), Letter.last(site, ADA).code());
        assertTrue(back.location().startsWith(Site.CALLBACK), back.location());
        assertEquals("", back.redirect().text("signup"));
        var tokens = site.token(Site.redemption("spa", back.redirect().text("code")));
        assertEquals(
                "otp",
                Site.claims(tokens.json().get("id_token").textValue())
                        .at("/amr/0")
                        .textValue());
    }

    @Test
    void the_link_signs_in_where_it_is_opened() {
        var browser = site.browser();
        ByMail.code(browser, ADA);
        var link = Letter.last(site, ADA).link();
        var back = ByMail.press(browser, browser.get(link));
        assertTrue(back.location().startsWith(Site.CALLBACK), back.location());

        site.clock.advance(Duration.ofSeconds(1));
        ByMail.code(site.browser(), ADA);
        var phone = site.browser();
        var page = ByMail.press(phone, phone.get(Letter.last(site, ADA).link()));
        assertEquals(200, page.status(), page.body());
        var silent = phone.get(Site.authorize(Site.request("spa", Map.of("prompt", "none"))));
        assertFalse(silent.redirect().text("code").isEmpty());
    }

    @Test
    void a_newcomer_gets_an_account_where_the_connection_lets_people_in() {
        var browser = site.browser();
        var back = ByMail.type(
                browser, ByMail.code(browser, EVE), Letter.last(site, EVE).code());
        assertEquals("true", back.redirect().text("signup"));
        // Without a password there is nothing to guess.
        var guess = site.browser();
        assertEquals(
                "wrong",
                guess.post("/login", Site.login(ByMail.login(guess), EVE, "x")).signIn());
    }

    @Test
    void connection_leads_straight_there() {
        var browser = site.browser();
        var page = browser.follow(browser.get(Site.authorize(Site.request("spa", Map.of("connection", "mail")))));
        assertFalse(page.body().contains("id=\"password\""), page.body());
        assertTrue(page.body().contains("id=\"code\""), page.body());
    }

    @Test
    void BF_06_code_and_link_are_used_together_and_once_however_many_try_at_the_same_time() throws Exception {
        try (var threads = Executors.newFixedThreadPool(2)) {
            for (var round = 0; round < ROUNDS; round++) {
                site.clock.advance(Duration.ofMinutes(2));
                var email = "r" + round + "@example.com";
                var browser = site.browser();
                var page = ByMail.code(browser, email);
                var letter = Letter.last(site, email);
                var opened = browser.get(letter.link());
                var one = browser.copy();
                var two = browser.copy();
                var barrier = new CyclicBarrier(2);
                List<Future<Reply>> both = new ArrayList<>();
                both.add(threads.submit(() -> {
                    barrier.await();
                    return ByMail.send(one, page, "/verify", Map.of("code", letter.code()));
                }));
                both.add(threads.submit(() -> {
                    barrier.await();
                    return ByMail.send(two, opened, "/verify", Map.of());
                }));
                var in = 0;
                for (var reply : both) {
                    assertTrue(reply.get().status() < 500, reply.get().body());
                    in += "in".equals(reply.get().signIn()) ? 1 : 0;
                }
                assertEquals(1, in, "round " + round);
            }
        }
    }

    @Test
    void where_nobody_new_is_let_in_an_unknown_address_gets_no_mail_and_the_same_answer() {
        site.close();
        site = Site.start();
        ByMail.passwordless(site, false);
        var known = ByMail.code(site.browser(), ADA);
        var unknown = ByMail.code(site.browser(), EVE);
        assertEquals(Neutral.of(known, ADA), Neutral.of(unknown, EVE));
        assertEquals(1, Letter.to(site, ADA).size());
        assertEquals(List.of(), Letter.to(site, EVE));
    }

    @Test
    void BF_05_what_the_browser_carries_tells_nobody_by_its_length_who_is_known() {
        var known = ByMail.code(site.browser(), ADA).hidden("ticket");
        var unknown = ByMail.code(site.browser(), EVE).hidden("ticket");
        assertEquals(known.length(), unknown.length());
        var forgot = ByMail.recover(site.browser(), ADA).hidden("ticket");
        var nobody = ByMail.recover(site.browser(), EVE).hidden("ticket");
        assertEquals(forgot.length(), nobody.length());
    }

    @Test
    void BF_05_known_unknown_and_disabled_people_are_answered_alike() {
        var answers = new ArrayList<Neutral>();
        for (var email : List.of(ADA, EVE, "dora@example.com")) {
            answers.add(Neutral.of(ByMail.code(site.browser(), email), email));
            answers.add(Neutral.of(ByMail.recover(site.browser(), email), email));
        }
        for (var i = 2; i < answers.size(); i++) {
            assertEquals(answers.get(i % 2), answers.get(i));
        }
        assertEquals(List.of(), Letter.to(site, "dora@example.com"));
    }
}
