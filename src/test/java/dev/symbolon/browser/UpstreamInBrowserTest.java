package dev.symbolon.browser;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.microsoft.playwright.Browser;
import com.microsoft.playwright.Page;
import dev.symbolon.connection.StrangeProvider;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/// People who come by an OpenID provider that nobody here wrote, at a browser.
final class UpstreamInBrowserTest extends BrowserTest {
    private static final String ID = "company";
    private static final String CLIENT = "symbolon";
    private static final String SECRET = "only-a-test-secret-of-some-length";

    private static StrangeProvider provider;

    @BeforeAll
    static void start() {
        var world = Stage.world();
        provider = StrangeProvider.start(List.of(Map.of(
                "client_id",
                CLIENT,
                "client_secret",
                SECRET,
                "redirect_uris",
                List.of(world.issuer + "/callback"),
                "grant_types",
                List.of("authorization_code"),
                "response_types",
                List.of("code"))));
        world.connect(ID, "Company", provider.issuer(), CLIENT, SECRET);
    }

    // The world is everybody's.
    @AfterAll
    static void stop() {
        Stage.world().disconnect(ID);
        provider.close();
    }

    private static void press(Page tab) {
        var button = tab.locator("button[name=connection][value=" + ID + "]");
        assertThat(button).hasText(Pattern.compile("Continue with\\s+Company"));
        button.click();
    }

    // The provider's own pages: who somebody is, then what we may know.
    private static void signInThere(Page tab, String login) {
        assertThat(tab).hasURL(Pattern.compile("http://127\\.0\\.0\\.1:[0-9]+/interaction/.*"));
        tab.fill("input[name=login]", login);
        tab.fill("input[name=password]", "any");
        tab.click("button[type=submit]");
        assertThat(tab.locator("input[value=consent]")).hasCount(1);
        tab.click("button[type=submit]");
    }

    @Test
    void a_person_continues_with_the_provider_and_lands_in_the_application_signed_in() {
        var tab = sample(browser());
        tab.click("#sign-in");
        assertLoginPage(tab);
        press(tab);
        signInThere(tab, "ada");
        assertSignedIn(tab, "ada@example.org");
        assertThat(tab.locator("#user-name")).hasText("Ada Lovelace");
        assertApiAnswers(tab);
        tab.click("#refresh");
        assertThat(tab.locator("#message")).hasText("There is a new access token.");
        tab.reload();
        assertSignedIn(tab, "ada@example.org");
        tab.click("#sign-out");
        assertSignedOut(tab);
        tab.click("#sign-in");
        assertLoginPage(tab);
        press(tab); // a session there is enough
        assertSignedIn(tab, "ada@example.org");
    }

    @Test
    void without_scripts_and_with_the_back_button_it_is_the_same() {
        var context = browser(new Browser.NewContextOptions().setJavaScriptEnabled(false));
        var tab = context.newPage();
        tab.navigate(world().authorize(World.PLAIN, Map.of()));
        press(tab);
        assertThat(tab.locator("input[name=login]")).isVisible();
        tab.goBack();
        assertThat(tab.locator("h1")).containsText("Sign in");
        press(tab);
        signInThere(tab, "grace");
        assertThat(tab).hasURL(Pattern.compile(".*[?&]code=.*"));
        assertThat(tab).hasURL(Pattern.compile(".*[?&]signup=true(&.*)?"));
        assertTrue(tab.url().startsWith(world().callback.url()), tab.url());
    }

    @Test
    void who_cancels_there_reads_a_sentence_and_signs_in_otherwise() {
        var tab = sample(browser());
        tab.click("#sign-in");
        press(tab);
        assertThat(tab.locator("input[name=login]")).isVisible();
        tab.click("text=Cancel");
        assertThat(tab.locator("#notice"))
                .hasText("You came back without signing in there. Try again, or choose another way.");
        signIn(tab, World.ADA);
        assertSignedIn(tab, World.ADA);
    }

    @Test
    void who_has_an_account_with_that_address_signs_in_to_it_and_is_asked() {
        var address = world().person("linus@example.org", "Linus Here");
        var browser = browser();
        var tab = sample(browser);
        tab.click("#sign-in");
        press(tab);
        signInThere(tab, "linus");
        assertThat(tab.locator("#notice"))
                .hasText("There is an account with your e-mail already. Sign in to it, and we can connect the two.");
        assertThat(tab.locator("#username")).hasValue(address);
        tab.fill("#password", World.PASSWORD);
        tab.click("#login");
        assertThat(tab.locator("h1")).hasText("Connect Company with your account?");
        tab.click("#connect");
        assertSignedIn(tab, address);
        var other = sample(browser());
        other.click("#sign-in");
        press(other);
        signInThere(other, "linus");
        assertSignedIn(other, address);
        assertEquals("Linus Lovelace", other.textContent("#user-name"), "the profile follows the provider from now on");
    }

    @Test
    void an_operator_opens_the_link_of_a_test_and_sees_every_field() {
        var tab = browser().newPage();
        tab.navigate(world().testUrl(ID));
        signInThere(tab, "tester");
        assertThat(tab.locator("h1")).hasText("Test of " + ID);
        assertThat(tab.locator("dl.fields")).containsText("tester@example.org");
        tab.reload();
        assertThat(tab.locator("h1")).hasText("This link is no longer good");
    }
}
