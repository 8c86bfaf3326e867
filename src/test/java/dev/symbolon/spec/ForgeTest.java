package dev.symbolon.spec;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.symbolon.connection.Enlistment;
import dev.symbolon.connection.LyingProvider;
import dev.symbolon.oauth.CodeChallenge;
import dev.symbolon.oauth.CodeVerifier;
import dev.symbolon.oauth.Connection.Kind;
import dev.symbolon.oauth.ConnectionId;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// People of a server that knows OAuth 2.0 only: three addresses, and a mapping from our claims to its members.
final class ForgeTest {
    private static final Map<String, Object> LINUS = Map.of(
            "uid",
            4711,
            "mail",
            "linus@example.net",
            "mail_ok",
            true,
            "user",
            Map.of("full", "Linus T", "nick", "linus"));

    private Elsewhere elsewhere;
    private Site site;
    private LyingProvider forge;

    @BeforeEach
    void start() {
        elsewhere = Elsewhere.start();
        site = elsewhere.site;
        forge = elsewhere.provider;
        var at = forge.issuer();
        var mapping = Map.of(
                "sub", "uid",
                "email", "mail",
                "email_verified", "mail_ok",
                "name", "user.full",
                "preferred_username", "user.nick");
        var draft = new Enlistment.Draft(
                Optional.empty(),
                Optional.of("The Forge"),
                Optional.empty(),
                Optional.of(LyingProvider.CLIENT),
                Optional.of(List.of("read_user")),
                Optional.empty(),
                Optional.of(at + "/authorize"),
                Optional.of(at + "/token"),
                Optional.of(at + "/userinfo"),
                Optional.of(mapping),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty());
        elsewhere
                .enlistment()
                .enlist(
                        site.host(),
                        new ConnectionId("forge"),
                        Kind.OAUTH2,
                        draft,
                        Optional.of(LyingProvider.SECRET),
                        site.clock.instant());
        forge.userinfo.clear();
        forge.userinfo.putAll(LINUS);
    }

    @AfterEach
    void stop() {
        elsewhere.close();
    }

    private Reply signIn(Browser browser) {
        site.clock.advance(Duration.ofMinutes(1));
        return browser.follow(back(browser, elsewhere.depart(browser, "forge")));
    }

    private static Reply back(Browser browser, Reply departure) {
        return browser.get(Elsewhere.callback(Elsewhere.answer(departure)));
    }

    @Test
    void a_person_signs_in_with_what_the_mapping_takes_and_the_application_gets_tokens() {
        var first = signIn(site.browser());
        assertEquals("true", first.redirect().text("signup"));
        var person = elsewhere.userinfo(first);
        assertEquals("linus@example.net", person.get("email").textValue());
        assertTrue(person.get("email_verified").booleanValue());
        assertEquals("Linus T", person.get("name").textValue());
        assertEquals("linus", person.get("preferred_username").textValue());
        var second = signIn(site.browser());
        assertTrue(second.redirect().get("signup").isEmpty());
        assertEquals(
                person.get("sub"),
                elsewhere.idToken(second).get("sub"),
                "the number is the person, whoever comes back");
    }

    @Test
    void it_is_asked_with_its_scopes_pkce_and_the_secret_and_never_for_an_id_token() {
        var browser = site.browser();
        var departure = elsewhere.depart(browser, "forge");
        assertTrue(departure.location().startsWith(forge.issuer() + "/authorize?"), departure.location());
        var sent = departure.redirect();
        assertEquals("read_user", sent.text("scope"));
        assertEquals("code", sent.text("response_type"));
        assertEquals(site.issuer + "/callback", sent.text("redirect_uri"));
        back(browser, departure);
        var form = forge.forms.getFirst();
        assertEquals(
                sent.text("code_challenge"),
                CodeChallenge.of(new CodeVerifier(form.text("code_verifier"))).value());
        assertEquals(0, forge.count("/jwks"), "its ID token, if it sends one, is no proof of anything here");
    }

    @Test
    void FE_10_another_number_is_another_person_whatever_the_name_says() {
        var one = elsewhere.idToken(signIn(site.browser())).get("sub");
        forge.userinfo.put("uid", 4712);
        forge.userinfo.remove("mail");
        assertNotEquals(one, elsewhere.idToken(signIn(site.browser())).get("sub"));
    }

    @Test
    void FE_05_another_number_with_an_address_that_has_an_account_is_asked_to_sign_in_to_that_one_first() {
        signIn(site.browser());
        forge.userinfo.put("uid", 4712);
        var asked = signIn(site.browser());
        Elsewhere.isNotice(asked, "There is an account with your e-mail already.");
    }

    @Test
    void FE_04_an_address_is_verified_only_by_true() {
        for (var said : new Object[] {false, "yes", 1, Map.of()}) {
            forge.userinfo.put("uid", "someone " + said);
            forge.userinfo.put("mail", "someone@example.net");
            forge.userinfo.put("mail_ok", said);
            var person = elsewhere.userinfo(signIn(site.browser()));
            assertFalse(person.path("email_verified").asBoolean(), person.toString());
        }
    }

    @Test
    void whoever_has_no_number_is_nobody() {
        forge.userinfo.remove("uid");
        AtAuthorize.still(site, () -> Elsewhere.isNotice(signIn(site.browser()), "did not sign you in"));
    }

    @Test
    void FE_03_an_answer_that_names_another_server_is_not_its() {
        var browser = site.browser();
        var departure = elsewhere.depart(browser, "forge");
        var other = new HashMap<>(Elsewhere.answer(departure));
        other.put("iss", "https://elsewhere.example");
        AtAuthorize.still(site, () -> assertTrue(Elsewhere.isProblem(400, browser.get(Elsewhere.callback(other)))));
        assertTrue(forge.forms.isEmpty(), "the code was shown to nobody");
    }
}
