package dev.symbolon.browser;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.microsoft.playwright.Browser;
import com.microsoft.playwright.assertions.LocatorAssertions.IsInViewportOptions;
import java.util.Map;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// What the sample says, where, and for how long.
final class SampleMessagesInBrowserTest extends BrowserTest {
    private static final String CANCELLED = "You cancelled the sign-in. Nothing has changed.";
    private static final String DENIED = "You did not allow this application to use your account. Nothing has changed.";

    @Test
    void what_another_tab_did_is_said_only_while_it_is_true() {
        var browser = browser();
        var first = signedInSample(browser, World.ADA);
        var second = sample(browser);
        assertSignedIn(second, World.ADA);
        first.click("#sign-out");
        assertSignedOut(first);
        assertThat(second.locator("#message")).hasText("You signed out in another tab.");
        first.click("#sign-in");
        signIn(first, World.ADA);
        assertSignedIn(first, World.ADA);
        assertSignedIn(second, World.ADA);
        assertThat(second.locator("#message")).hasText("");
    }

    @Test
    void a_refresh_takes_the_answer_to_the_old_token_away() {
        var tab = signedInSample(browser(), World.ADA);
        assertApiAnswers(tab);
        assertThat(tab.locator("#api-answer")).isVisible();
        tab.click("#refresh");
        assertThat(tab.locator("#message")).hasText("There is a new access token.");
        assertThat(tab.locator("#api-answer")).isHidden();
        assertApiAnswers(tab);
        assertThat(tab.locator("#api-answer")).isVisible();
    }

    @Test
    void on_a_phone_trouble_is_in_view_and_announced_wherever_the_click_was() {
        var phone = new Browser.NewContextOptions().setViewportSize(320, 568);
        var tab = signedInSample(browser(phone), World.ADA);
        tab.evaluate("() => { Storage.prototype.setItem = () => { throw new Error('full'); }; }");
        tab.click("#sign-in-again");
        var alert = tab.locator("#message [role=alert]");
        assertThat(alert).containsText("lets the page store nothing");
        assertThat(alert).isInViewport(new IsInViewportOptions().setRatio(1));
        assertThat(tab.locator("#sign-in-again")).isFocused();
        assertThat(tab.locator("#sign-in-again")).isInViewport(new IsInViewportOptions().setRatio(1));

        tab.click("#dismiss");
        assertThat(tab.locator("#message")).hasText("");
        assertThat(tab.locator("#dismiss")).isHidden();
        tab.click("#call-api");
        assertThat(tab.locator("#message [role=status]")).hasText("The API knows you by your access token.");
        assertThat(alert).hasText("");
    }

    @Test
    void signed_out_the_prompts_have_a_button_of_their_own() {
        var tab = sample(browser());
        assertThat(tab.locator("#another-account")).isHidden();
        tab.selectOption("#prompt", "none");
        assertThat(tab.locator("#prompt-hint")).containsText("never shows a page");
        tab.click("#sign-in-again");
        assertThat(tab.locator("#message"))
                .hasText("The server has no session for you in this browser. Press Sign in.");
        tab.selectOption("#prompt", "none");
        tab.click("#sign-in"); // which promises a page and does not look at the other card
        assertLoginPage(tab);
    }

    @ParameterizedTest
    @CsvSource({
        "The person pressed cancel.," + CANCELLED,
        "The person did not allow it.," + DENIED,
        "Anything else," + CANCELLED,
        "toString," + CANCELLED
    })
    void who_cancels_and_who_does_not_allow_read_different_sentences(String description, String sentence) {
        var tab = sample(browser());
        var url = (String) tab.evaluate("() => auth.signInWithOauthConnection({ skipBrowserRedirect: true })"
                + ".then(({ data }) => data.url)");
        var state = parameter(url, "state");
        tab.navigate(world().sample + "/callback?"
                + dev.symbolon.spec.Browser.encode(Map.of(
                        "error",
                        "access_denied",
                        "error_description",
                        description,
                        "state",
                        state,
                        "iss",
                        world().issuer)));
        waitForSample(tab);
        assertThat(tab.locator("#message [role=status]")).hasText(sentence);
        assertThat(tab).hasURL(world().sample + "/");
    }

    @Test
    void a_state_that_the_server_refuses_for_its_length_comes_back_to_a_page() {
        var tab = browser().newPage();
        tab.navigate(world().authorize(
                        "sample", Map.of("redirect_uri", world().sample + "/callback", "state", "s".repeat(5_000))));
        waitForSample(tab);
        assertThat(tab.locator("#message [role=alert]")).containsText("invalid_request");
        assertThat(tab).hasURL(world().sample + "/");
        assertSignedOut(tab);
    }

    private static String parameter(String url, String name) {
        var matcher = Pattern.compile("[?&]" + name + "=([^&]*)").matcher(url);
        assertTrue(matcher.find(), url);
        return matcher.group(1);
    }
}
