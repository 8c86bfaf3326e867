package dev.symbolon.spec;

import static dev.symbolon.spec.Elsewhere.draft;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import dev.symbolon.connection.FakeGitHub;
import dev.symbolon.connection.LyingProvider;
import dev.symbolon.oauth.CodeChallenge;
import dev.symbolon.oauth.CodeVerifier;
import dev.symbolon.oauth.Connection.Kind;
import dev.symbolon.oauth.ConnectionId;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// People of a GitHub Enterprise server, which knows no OpenID Connect.
final class GitHubTest {
    private Elsewhere elsewhere;
    private Site site;
    private FakeGitHub github;

    @BeforeEach
    void start() {
        elsewhere = Elsewhere.start();
        site = elsewhere.site;
        github = new FakeGitHub();
        elsewhere.connect("work", Kind.GITHUB, draft("issuer", github.site(), "label", "Work GitHub"));
    }

    @AfterEach
    void stop() {
        elsewhere.close();
        github.close();
    }

    private Reply signIn(Browser browser) {
        site.clock.advance(Duration.ofMinutes(1));
        return browser.follow(back(browser, elsewhere.depart(browser, "work")));
    }

    private static Reply back(Browser browser, Reply departure) {
        return browser.get(Elsewhere.callback(Elsewhere.answer(departure)));
    }

    private JsonNode token() {
        return elsewhere.idToken(signIn(site.browser()));
    }

    @Test
    void a_person_signs_in_with_the_verified_primary_address_and_the_profile() {
        var first = signIn(site.browser());
        assertEquals("true", first.redirect().text("signup"));
        var person = elsewhere.userinfo(first);
        assertEquals("octocat@example.org", person.get("email").textValue());
        assertTrue(person.get("email_verified").booleanValue());
        assertEquals("octocat", person.get("preferred_username").textValue());
        assertEquals("The Octocat", person.get("name").textValue());
        assertEquals(
                "https://avatars.example.org/u/583231", person.get("picture").textValue());
        assertTrue(signIn(site.browser()).redirect().get("signup").isEmpty());
    }

    @Test
    void it_is_asked_in_its_own_words_with_pkce_and_the_login_as_a_hint() {
        var browser = site.browser();
        var departure = elsewhere.depart(browser, "work", Map.of("login_hint", "octocat"));
        assertTrue(departure.location().startsWith(github.site() + "/login/oauth/authorize?"), departure.location());
        var sent = departure.redirect();
        assertEquals("read:user user:email", sent.text("scope"));
        assertEquals("octocat", sent.text("login"));
        assertEquals(site.issuer + "/callback", sent.text("redirect_uri"));
        back(browser, departure);
        var form = github.forms.getFirst();
        assertEquals(LyingProvider.CLIENT, form.text("client_id"));
        assertEquals(LyingProvider.SECRET, form.text("client_secret"));
        assertEquals(site.issuer + "/callback", form.text("redirect_uri"));
        assertEquals(
                sent.text("code_challenge"),
                CodeChallenge.of(new CodeVerifier(form.text("code_verifier"))).value());
    }

    @Test
    void FE_10_whoever_takes_another_user_name_stays_the_same_and_who_takes_the_old_one_is_somebody_else() {
        var before = token();
        github.user.put("login", "renamed");
        github.user.put("name", "Renamed");
        github.emails.clear();
        github.address("renamed@example.org", true, true);
        var after = token();
        assertEquals(before.get("sub"), after.get("sub"));
        assertEquals("Renamed", after.get("name").textValue());
        github.user.put("login", "octocat");
        github.user.put("id", 99);
        assertNotEquals(before.get("sub"), token().get("sub"));
    }

    @Test
    void FE_10_only_the_address_that_is_primary_and_verified_counts() {
        github.emails.clear();
        github.address("ada@example.com", true, false);
        github.address("bob@example.com", false, true);
        github.user.put("email", "ada@example.com");
        var nobody = token();
        assertTrue(nobody.path("email").isMissingNode(), nobody.toString());
        var ada = site.app
                .house()
                .accounts()
                .byEmail(site.host().id(), "ada@example.com")
                .orElseThrow();
        assertNotEquals(ada.account().subject().value(), nobody.get("sub").textValue());
    }

    @Test
    void FE_10_somebody_whose_addresses_are_hidden_signs_in_without_one() {
        github.hidesEmails = true;
        assertTrue(token().path("email").isMissingNode());
    }

    @Test
    void FE_10_a_person_without_a_number_is_nobody() {
        for (var id : new Object[] {"583231", 1.5, true, Map.of("id", 1)}) {
            github.user.put("id", id);
            Elsewhere.isNotice(signIn(site.browser()), "did not sign you in");
        }
        github.user.remove("id");
        Elsewhere.isNotice(signIn(site.browser()), "did not sign you in");
    }

    @Test
    void an_error_with_the_status_200_is_an_error() {
        for (var error : new String[] {"bad_verification_code", "incorrect_client_credentials"}) {
            github.error = error;
            AtAuthorize.still(site, () -> Elsewhere.isNotice(signIn(site.browser()), "did not sign you in"));
        }
    }

    @Test
    void FE_03_an_answer_of_another_server_is_not_its() {
        var browser = site.browser();
        var departure = elsewhere.depart(browser, "work");
        var other = new java.util.HashMap<>(Elsewhere.answer(departure));
        other.put("iss", elsewhere.provider.issuer());
        AtAuthorize.still(site, () -> assertTrue(Elsewhere.isProblem(400, browser.get(Elsewhere.callback(other)))));
        assertTrue(github.asked.isEmpty(), "nobody was called");
    }

    @Test
    void an_operator_sees_every_field_of_both_answers() {
        var link = elsewhere.enlistment().testUrl(site.host(), new ConnectionId("work"), site.clock.instant());
        var browser = site.browser();
        var result = back(browser, elsewhere.isDeparture(browser.get(link)));
        for (var shown : new String[] {"id (user)", "583231", "1.email (emails)", "octocat@example.org"}) {
            assertTrue(result.body().contains(shown), shown + " is not on\n" + result.body());
        }
        assertFalse(result.body().contains("gho_"), "the token is not shown");
    }
}
