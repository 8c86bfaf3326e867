package dev.symbolon.spec;

import static dev.symbolon.spec.Elsewhere.draft;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.symbolon.account.Enrolment;
import dev.symbolon.connection.LyingProvider;
import dev.symbolon.oauth.ConnectionId;
import dev.symbolon.oauth.Identity;
import dev.symbolon.oauth.Subject;
import dev.symbolon.store.Accounts;
import java.time.Duration;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// Somebody comes from another server with the address of an account that is here already. Nobody becomes
/// somebody by an address alone.
final class ArrivalsTest {
    private static final String ADA = "ada@example.com";
    private static final String FIRST = "There is an account with your e-mail already.";

    private Elsewhere elsewhere;
    private Site site;

    @BeforeEach
    void start() {
        elsewhere = Elsewhere.start();
        site = elsewhere.site;
    }

    @AfterEach
    void stop() {
        elsewhere.close();
    }

    /// Somebody at the other server with this address.
    private static Map<String, Object> person(String email, Object... verified) {
        var person = new HashMap<String, Object>(Map.of("sub", "u-9", "email", email, "name", "Another Ada"));
        for (var one : verified) {
            person.put("email_verified", one);
        }
        return person;
    }

    private Accounts accounts() {
        return site.app.house().accounts();
    }

    private Subject subject(String email) {
        return accounts()
                .byEmail(site.host().id(), email)
                .orElseThrow()
                .account()
                .subject();
    }

    private List<String> identities(Subject subject) {
        return site.app.house().identities().ofSubject(site.host().id(), subject).stream()
                .map(Identity::upstreamSubject)
                .toList();
    }

    private static Map<String, String> answer(Reply page, String action) {
        var form = new LinkedHashMap<String, String>();
        form.put("interaction", page.hidden("interaction"));
        form.put("csrf", page.hidden("csrf"));
        form.put("action", action);
        return form;
    }

    private Reply isQuestion(Reply reply) {
        assertEquals(200, reply.status(), reply.headers("location") + reply.body());
        assertTrue(reply.body().contains("action=\"/connect?interaction="), reply.body());
        assertTrue(reply.body().contains(ADA), reply.body());
        return reply;
    }

    private static boolean isSignedIn(Browser browser) {
        return browser.cookies.keySet().stream().anyMatch(name -> name.contains("session"));
    }

    @Test
    void FE_04_an_address_that_is_not_verified_there_makes_a_stranger_with_an_account_of_their_own() {
        var ada = subject(ADA);
        var before = accounts().byEmail(site.host().id(), ADA);
        var strange = List.of(
                person(ADA, false), person(ADA), person(ADA, "true"), person(ADA, 1), person(ADA, List.of(true)));
        for (var i = 0; i < strange.size(); i++) {
            var one = new HashMap<>(strange.get(i));
            one.put("sub", "stranger-" + i);
            var token = elsewhere.idToken(elsewhere.signIn(site.browser(), one));
            assertNotEquals(ada.value(), token.get("sub").textValue(), one.toString());
            assertFalse(token.path("email_verified").asBoolean(), token.toString());
        }
        assertEquals(List.of(), identities(ada));
        assertEquals(before, accounts().byEmail(site.host().id(), ADA), "the victim's account is as it was");
    }

    @Test
    void FE_04_an_address_that_is_verified_there_leads_to_the_account_only_after_a_sign_in_to_it() {
        var ada = subject(ADA);
        var browser = site.browser();
        AtAuthorize.still(site, () -> {
            Elsewhere.isNotice(elsewhere.signIn(browser, person(ADA, true)), FIRST);
            assertFalse(isSignedIn(browser));
        });
        var page = Elsewhere.isNotice(elsewhere.signIn(browser, person("ADA@Example.com", true)), FIRST);
        assertTrue(page.body().contains(ADA), "whose account it is");
        assertEquals(List.of(), page.values("connection"), "the other server does not lead to it yet");
        var question = isQuestion(site.signInAt(browser, page, ADA));
        assertTrue(question.body().contains("ADA@Example.com"), "and who the person is there");
        assertEquals(List.of(), identities(ada), "nothing is connected by asking");
        var end = browser.follow(browser.post("/connect", answer(question, "connect")));
        assertEquals(ada.value(), elsewhere.idToken(end).get("sub").textValue());
        assertEquals(List.of("u-9"), identities(ada));
        site.clock.advance(Duration.ofMinutes(1));
        var next = elsewhere.idToken(elsewhere.signIn(site.browser(), person("moved@example.net", true)));
        assertEquals(ada.value(), next.get("sub").textValue(), "from now on they are one, whatever the address is");
        assertEquals(ADA, next.get("email").textValue(), "the address here stays");
    }

    @Test
    void whoever_does_not_want_to_connect_goes_on_and_nothing_is_connected() {
        var browser = site.browser();
        var page = elsewhere.signIn(browser, person(ADA, true));
        var question = isQuestion(site.signInAt(browser, page, ADA));
        var end = browser.follow(browser.post("/connect", answer(question, "skip")));
        assertEquals(subject(ADA).value(), elsewhere.idToken(end).get("sub").textValue());
        assertEquals(List.of(), identities(subject(ADA)));
    }

    @Test
    void whoever_signs_in_to_another_account_then_goes_on_with_that_one_and_nothing_is_connected() {
        var browser = site.browser();
        var page = elsewhere.signIn(browser, person(ADA, true));
        var end = site.signInAt(browser, page, "bob@example.com");
        assertEquals(
                subject("bob@example.com").value(),
                elsewhere.idToken(end).get("sub").textValue());
        assertEquals(List.of(), identities(subject(ADA)));
        assertEquals(List.of(), identities(subject("bob@example.com")));
    }

    @Test
    void a_wrong_password_connects_nothing_and_the_question_is_nobody_elses() {
        var browser = site.browser();
        var page = elsewhere.signIn(browser, person(ADA, true));
        AtAuthorize.still(site, () -> {
            var wrong = browser.follow(browser.post("/login", Site.login(page, ADA, "not the password at all")));
            AtAuthorize.isSignIn(wrong);
            var straight = "/connect?interaction=" + page.hidden("interaction");
            AtAuthorize.isSignIn(browser.follow(browser.get(straight)));
            AtAuthorize.isSignIn(browser.follow(browser.post("/connect", answer(page, "connect"))));
            assertFalse(isSignedIn(browser));
        });
        var question = isQuestion(site.signInAt(browser, page, ADA));
        var thief = site.browser();
        elsewhere.depart(thief, "oidc");
        assertEquals(403, thief.post("/connect", answer(question, "connect")).status());
        assertEquals(List.of(), identities(subject(ADA)));
    }

    @Test
    void what_waits_to_be_connected_waits_for_an_hour() {
        var browser = site.browser();
        var page = elsewhere.signIn(browser, person(ADA, true));
        site.clock.advance(Duration.ofHours(1));
        var end = site.signInAt(browser, page, ADA);
        assertEquals(subject(ADA).value(), elsewhere.idToken(end).get("sub").textValue(), "signed in, and not asked");
        assertEquals(List.of(), identities(subject(ADA)));
    }

    @Test
    void where_both_have_verified_the_address_and_the_operator_says_so_a_word_is_enough_but_it_is_needed() {
        elsewhere.change("oidc", draft("connect", "true"));
        var ada = subject(ADA);
        var browser = site.browser();
        var question = isQuestion(elsewhere.signIn(browser, person(ADA, true)));
        assertFalse(isSignedIn(browser), "nobody is signed in before they said so");
        var press = answer(question, "connect");
        var end = browser.follow(browser.post("/connect", press));
        var token = elsewhere.idToken(end);
        assertEquals(ada.value(), token.get("sub").textValue());
        assertEquals("[\"fed\"]", token.get("amr").toString());
        assertEquals(List.of("u-9"), identities(ada));
        // the page stands in the history of a browser that somebody else sits at now
        browser.cookies.keySet().removeIf(name -> name.contains("session"));
        elsewhere.isDeparture(browser.follow(browser.post("/connect", press)));
        assertFalse(isSignedIn(browser), "it signs in once");
    }

    @Test
    void a_word_is_enough_for_ten_minutes_and_not_after_no() {
        elsewhere.change("oidc", draft("connect", "true"));
        var late = site.browser();
        var question = isQuestion(elsewhere.signIn(late, person(ADA, true)));
        var no = site.browser();
        var refused = isQuestion(elsewhere.signIn(no, person(ADA, true)));
        var page = AtAuthorize.isSignIn(no.follow(no.post("/connect", answer(refused, "skip"))));
        AtAuthorize.isCode(site, site.signInAt(no, page, ADA));
        site.clock.advance(Duration.ofMinutes(10));
        elsewhere.isDeparture(late.follow(late.post("/connect", answer(question, "connect"))));
        assertFalse(isSignedIn(late));
        assertEquals(List.of(), identities(subject(ADA)));
    }

    @Test
    void FE_04_an_address_that_only_one_of_the_two_has_verified_needs_a_sign_in_whatever_the_operator_says() {
        elsewhere.change("oidc", draft("connect", "true"));
        given("eve@example.com");
        Elsewhere.isNotice(elsewhere.signIn(site.browser(), person("eve@example.com", true)), FIRST);
        elsewhere.change("oidc", draft("trust_email", "false"));
        var token = elsewhere.idToken(elsewhere.signIn(site.browser(), person(ADA, true)));
        assertNotEquals(subject(ADA).value(), token.get("sub").textValue(), "its word counts for nothing");
    }

    private Subject given(String email) {
        try (var passwords = dev.symbolon.App.passwords(dev.symbolon.Config.read(site.environment))) {
            var person = new Enrolment.Person(email, false, Map.of(), Optional.of(passwords.hash(Site.PASSWORD)));
            return new Enrolment(accounts())
                    .enrol(site.host(), person, site.clock.instant())
                    .orElseThrow()
                    .subject();
        }
    }

    @Test
    void FE_05_who_has_an_account_with_the_victims_address_unverified_gets_nothing_when_the_victim_comes() {
        var attacker = given("victim@example.com");
        for (var says : List.of("false", "true")) {
            elsewhere.change("oidc", draft("connect", says));
            var victim = site.browser();
            AtAuthorize.still(site, () -> {
                Elsewhere.isNotice(elsewhere.signIn(victim, person("victim@example.com", true)), FIRST);
                assertFalse(isSignedIn(victim), "the victim is not led into the attacker's account");
            });
        }
        assertEquals(List.of(), identities(attacker));
    }

    @Test
    void FE_05_who_begins_a_sign_up_with_the_victims_address_has_no_account_and_the_victim_has_one() {
        var attacker = site.browser();
        var page = attacker.follow(attacker.get(Site.authorize(Site.request("spa", Map.of("screen_hint", "signup")))));
        assertTrue(page.body().contains("action=\"/signup?"), page.body());
        var form = Site.login(page, "victim@example.com", "the password of an attacker");
        form.put("name", "Attacker");
        AtAuthorize.still(site, () -> attacker.follow(attacker.post("/signup", form)));
        var first = elsewhere.signIn(site.browser(), person("victim@example.com", true));
        assertEquals("true", first.redirect().text("signup"));
        assertEquals("Another Ada", elsewhere.idToken(first).get("name").textValue());
        var login = attacker.follow(attacker.get(Site.authorize(Site.request("spa"))));
        var tried = attacker.post("/login", Site.login(login, "victim@example.com", "the password of an attacker"));
        assertEquals("wrong", tried.signIn());
    }

    @Test
    void FE_05_who_comes_first_from_a_provider_that_verifies_nothing_is_not_the_victim() {
        try (var careless = new LyingProvider(site.clock)) {
            elsewhere.connect("careless", careless, draft("trust_email", "false"));
            var attacker = site.browser();
            var departure = elsewhere.depart(attacker, "careless");
            careless.isAskedFor(departure.redirect().text("nonce"), person("victim@example.com", true));
            var theirs =
                    elsewhere.idToken(attacker.follow(attacker.get(Elsewhere.callback(Elsewhere.answer(departure)))));
            var victim = elsewhere.signIn(site.browser(), person("victim@example.com", true));
            assertEquals("true", victim.redirect().text("signup"), "a new account, since nobody has the address");
            assertNotEquals(theirs.get("sub"), elsewhere.idToken(victim).get("sub"));
        }
    }

    @Test
    void who_has_an_account_by_another_provider_signs_in_there_first_and_is_asked_then() {
        try (var other = new LyingProvider(site.clock)) {
            elsewhere.connect("second", other, draft());
            var first = elsewhere.idToken(elsewhere.signIn(site.browser(), person("grace@example.net", true)));
            site.clock.advance(Duration.ofMinutes(1));
            var browser = site.browser();
            var departure = elsewhere.depart(browser, "second");
            var there = new HashMap<>(person("grace@example.net", true));
            there.put("sub", "at-second");
            other.isAskedFor(departure.redirect().text("nonce"), there);
            var page = Elsewhere.isNotice(
                    browser.follow(browser.get(Elsewhere.callback(Elsewhere.answer(departure)))), FIRST);
            assertEquals(List.of("oidc"), page.values("connection"), "the only way that leads to the account");
            assertFalse(page.body().contains("id=\"password\""), "which has no password");
            var proof = elsewhere.isDeparture(elsewhere.press(browser, page, "oidc"));
            assertEquals("login", proof.redirect().text("prompt"), "a session there is not enough now");
            var question = browser.follow(elsewhere.comeBack(browser, proof, person("grace@example.net", true)));
            assertTrue(question.body().contains("action=\"/connect?interaction="), question.body());
            var end = browser.follow(browser.post("/connect", answer(question, "connect")));
            var subject = elsewhere.idToken(end).get("sub");
            assertEquals(first.get("sub"), subject);
            assertEquals(List.of("u-9", "at-second"), identities(new Subject(subject.textValue())));
        }
    }

    @Test
    void who_comes_to_another_account_than_the_one_that_was_found_goes_on_with_that_one() {
        try (var other = new LyingProvider(site.clock)) {
            elsewhere.connect("second", other, draft());
            var bystander = elsewhere.idToken(elsewhere.signIn(site.browser(), person("b@example.net", true)));
            site.clock.advance(Duration.ofMinutes(1));
            var browser = site.browser();
            var departure = elsewhere.depart(browser, "second");
            other.isAskedFor(departure.redirect().text("nonce"), person("b@example.net", true));
            var page = browser.follow(browser.get(Elsewhere.callback(Elsewhere.answer(departure))));
            var proof = elsewhere.isDeparture(elsewhere.press(browser, page, "oidc"));
            var stranger = new HashMap<>(person("c@example.net", true));
            stranger.put("sub", "somebody-new");
            var question = browser.follow(elsewhere.comeBack(browser, proof, stranger));
            // their own account, with the identity that waits: nothing is connected before they say so
            assertTrue(question.body().contains("c@example.net"), question.body());
            var end = browser.follow(browser.post("/connect", answer(question, "skip")));
            var token = elsewhere.idToken(end);
            assertNotEquals(bystander.get("sub"), token.get("sub"));
            assertEquals(
                    List.of("somebody-new"),
                    identities(new Subject(token.get("sub").textValue())));
        }
    }

    @Test
    void FE_07_a_connection_that_is_closed_while_the_question_stands_connects_nothing() {
        var browser = site.browser();
        var page = elsewhere.signIn(browser, person(ADA, true));
        var question = isQuestion(site.signInAt(browser, page, ADA));
        elsewhere.enlistment().disable(site.host(), new ConnectionId("oidc"), site.clock.instant());
        var end = browser.follow(browser.post("/connect", answer(question, "connect")));
        AtAuthorize.isBack(site, end, "invalid_request"); // the application asked for that connection
        assertEquals(List.of(), identities(subject(ADA)));
    }

    @Test
    void FE_07_an_identity_that_was_taken_away_leads_nowhere() {
        var browser = site.browser();
        var page = elsewhere.signIn(browser, person(ADA, true));
        var question = isQuestion(site.signInAt(browser, page, ADA));
        browser.follow(browser.post("/connect", answer(question, "connect")));
        var identities = site.app.house().identities();
        assertTrue(identities.unlink(
                site.host().id(), subject(ADA), new ConnectionId("oidc"), "u-9", site.clock.instant()));
        Elsewhere.isNotice(elsewhere.signIn(site.browser(), person(ADA, true)), FIRST);
    }

    @Test
    void a_suspended_account_of_that_address_is_not_found_twice() {
        AtAuthorize.still(
                site,
                () -> Elsewhere.isNotice(
                        elsewhere.signIn(site.browser(), person("dora@example.com", true)),
                        "This account is switched off"));
    }
}
