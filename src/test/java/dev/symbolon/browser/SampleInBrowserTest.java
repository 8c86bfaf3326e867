package dev.symbolon.browser;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.microsoft.playwright.Page;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/// The sample application and the person who uses it, from sign-in to sign-out.
final class SampleInBrowserTest extends BrowserTest {
    @Test
    void a_person_signs_in_calls_the_api_refreshes_and_signs_out() {
        var tab = sample(browser());
        assertSignedOut(tab);
        tab.click("#sign-in");
        assertLoginPage(tab);
        assertThat(tab.locator("h1")).containsText("to continue to Sample");
        signIn(tab, World.ADA);

        assertSignedIn(tab, World.ADA);
        assertThat(tab.locator("#user-name")).hasText("Ada Lovelace");
        assertThat(tab.locator("#countdown")).hasText(Pattern.compile("(1:00:0|59:)[0-9]+"));
        assertThat(tab.locator("#claims")).containsText(world().issuer);
        assertApiAnswers(tab);
        assertThat(tab.locator("#api-answer")).containsText("openid profile email");

        var before = tab.textContent("#access-token-tail");
        tab.click("#refresh");
        assertThat(tab.locator("#message")).hasText("There is a new access token.");
        assertNotEquals(before, tab.textContent("#access-token-tail"));
        assertApiAnswers(tab);

        tab.click("#sign-out");
        assertSignedOut(tab);
        assertThat(tab).hasURL(world().sample + "/");
        tab.reload();
        waitForSample(tab);
        assertSignedOut(tab);
        tab.click("#sign-in");
        assertLoginPage(tab);
    }

    @Test
    void nothing_of_the_sign_in_stays_in_the_address_bar_and_the_console_is_silent() {
        var browser = browser();
        var tab = browser.newPage();
        var complaints = new ArrayList<String>();
        tab.onConsoleMessage(message -> complaints.add(message.text()));
        tab.onPageError(complaints::add);
        tab.navigate(world().sample + "/");
        waitForSample(tab);
        tab.click("#sign-in");
        signIn(tab, World.ADA);
        assertSignedIn(tab, World.ADA);
        assertApiAnswers(tab);
        tab.click("#sign-out");
        assertSignedOut(tab);
        assertEquals(List.of(), complaints);
    }

    @Test
    void a_reload_keeps_the_person_signed_in_without_a_page() {
        var tab = signedInSample(browser(), World.ADA);
        var visited = visited(tab);
        tab.reload();
        assertSignedIn(tab, World.ADA);
        assertApiAnswers(tab);
        assertEquals(List.of(world().sample + "/"), visited);
    }

    @Test
    void an_application_that_lost_its_storage_gets_the_person_back_without_a_page() {
        var tab = signedInSample(browser(), World.ADA);
        tab.evaluate("() => { auth.dispose(); localStorage.clear(); }");
        tab.reload();
        waitForSample(tab);
        assertSignedOut(tab);
        var visited = visited(tab);
        tab.evaluate("() => auth.getTokenSilently({ redirect: true })");
        assertSignedIn(tab, World.ADA);
        assertTrue(visited.stream().noneMatch(url -> url.contains("/login")), visited::toString);
        assertApiAnswers(tab);
    }

    @Test
    void the_sdk_that_finds_no_session_asks_once_and_makes_no_loop() {
        var tab = sample(browser());
        var visited = visited(tab);
        tab.evaluate("() => auth.getTokenSilently({ redirect: true })");
        assertThat(tab.locator("#message")).containsText("has no session for you in this browser");
        assertSignedOut(tab);
        var code = tab.evaluate("() => auth.getTokenSilently({ redirect: true }).then(({ error }) => error.code)");
        assertEquals("login_required", code);
        assertEquals(
                1, visited.stream().filter(url -> url.contains("/callback?")).count(), visited::toString);
    }

    @Test
    void the_keyboard_alone_signs_in_and_out() {
        var tab = sample(browser());
        press(tab, "sign-in", "Enter");
        assertThat(tab.locator("#username")).isFocused();
        tab.keyboard().type(World.ADA);
        tab.keyboard().press("Tab");
        assertThat(tab.locator("#password")).isFocused();
        tab.keyboard().type(World.PASSWORD);
        tab.keyboard().press("Enter");
        assertSignedIn(tab, World.ADA);
        press(tab, "call-api", "Space");
        assertThat(tab.locator("#api-answer")).containsText("Hello");
        press(tab, "sign-out", "Enter");
        assertSignedOut(tab);
    }

    @Test
    void after_a_wrong_password_the_right_one_signs_in() {
        var tab = sample(browser());
        tab.click("#sign-in");
        signIn(tab, World.ADA, "wrong");
        assertThat(tab.locator("#notice")).hasText("That e-mail and password do not match. Check both and try again.");
        assertThat(tab.locator("#username")).hasValue(World.ADA);
        assertThat(tab.locator("#password")).hasValue("");
        assertThat(tab.locator("#password")).isFocused();
        signIn(tab, "nobody@example.com", World.PASSWORD);
        assertThat(tab.locator("#notice")).hasText("That e-mail and password do not match. Check both and try again.");
        tab.reload(); // a page and no form that was sent
        assertThat(tab.locator("#notice")).isVisible();
        signIn(tab, World.ADA);
        assertSignedIn(tab, World.ADA);
        tab.goBack();
        assertSignedIn(tab, World.ADA);
    }

    @Test
    void cancel_goes_back_to_the_application_with_a_sentence() {
        var tab = sample(browser());
        tab.click("#sign-in");
        tab.click("#cancel");
        assertThat(tab.locator("#message")).hasText("You cancelled the sign-in. Nothing has changed.");
        assertSignedOut(tab);
        assertThat(tab).hasURL(world().sample + "/");
    }

    @Test
    void signing_out_in_one_tab_signs_out_the_other() {
        var browser = browser();
        var first = signedInSample(browser, World.ADA);
        var second = sample(browser);
        assertSignedIn(second, World.ADA);
        first.click("#sign-out");
        assertSignedOut(first);
        assertSignedOut(second);
        assertThat(second.locator("#message")).hasText("You signed out in another tab.");
    }

    // Goes there with Tab, as a person does; more steps than the page has would be a trap.
    private static void press(Page tab, String id, String key) {
        for (var steps = 0; !id.equals(tab.evaluate("document.activeElement.id")); steps++) {
            assertTrue(steps < 20, "The keyboard does not come to " + id);
            tab.keyboard().press("Tab");
        }
        tab.keyboard().press(key);
    }

    private static List<String> visited(Page tab) {
        var urls = new ArrayList<String>();
        tab.onFrameNavigated(frame -> urls.add(frame.url()));
        return urls;
    }
}
