package dev.symbolon.browser;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.microsoft.playwright.Page;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/// Every value of `prompt`, the account chooser and the consent page, as a person meets them.
final class PromptsInBrowserTest extends BrowserTest {
    @Test
    void none_without_a_session_shows_no_page_and_says_login_required() {
        var tab = sample(browser());
        var pages = hostedPages(tab);
        again(tab, "none");
        assertThat(tab.locator("#message"))
                .hasText("The server has no session for you in this browser. Press Sign in.");
        assertSignedOut(tab);
        assertEquals(List.of(), pages);
    }

    @Test
    void none_with_a_session_comes_straight_back_with_new_tokens() {
        var tab = signedInSample(browser(), World.ADA);
        var pages = hostedPages(tab);
        var before = tab.textContent("#access-token-tail");
        again(tab, "none");
        assertThat(tab.locator("#access-token-tail")).not().hasText(before);
        assertSignedIn(tab, World.ADA);
        assertEquals(List.of(), pages);
    }

    @Test
    void login_asks_for_the_password_again_and_nothing_leads_around_it() {
        var tab = signedInSample(browser(), World.ADA);
        again(tab, "login");
        assertThat(tab.locator("#notice")).hasText("To keep your account safe, please sign in again.");
        assertThat(tab.locator("#username")).hasValue(World.ADA);
        assertThat(tab.locator("#password")).isFocused();
        var resume = tab.url().replaceAll("/login\\?.*interaction=", "/authorize/resume?interaction=");
        assertNotEquals(tab.url(), resume);
        tab.navigate(resume);
        assertLoginPage(tab);
        signIn(tab, World.ADA);
        assertSignedIn(tab, World.ADA);
    }

    @Test
    void consent_shows_what_even_a_first_party_application_may_know() {
        var tab = signedInSample(browser(), world().person("carol@example.com", "Carol"));
        again(tab, "consent");
        assertThat(tab.locator("h1")).hasText("Allow Sample to use your account?");
        assertThat(tab.locator("main")).containsText("See your e-mail address");
        tab.click("#deny");
        assertThat(tab.locator("#message"))
                .hasText("You did not allow this application to use your account. Nothing has changed.");
        assertSignedIn(tab, "carol@example.com");
        again(tab, "consent");
        tab.click("#allow");
        assertSignedIn(tab, "carol@example.com");
    }

    @Test
    void select_account_lets_one_account_be_chosen_too() {
        var tab = signedInSample(browser(), World.ADA);
        var before = tab.textContent("#access-token-tail");
        again(tab, "select_account");
        assertThat(tab.locator("h1")).containsText("Choose an account");
        assertThat(tab.locator(".account")).hasCount(1);
        tab.click(".account");
        assertThat(tab.locator("#access-token-tail")).not().hasText(before);
        assertSignedIn(tab, World.ADA);
    }

    @Test
    void an_unknown_value_changes_nothing() {
        var tab = signedInSample(browser(), World.ADA);
        var pages = hostedPages(tab);
        var before = tab.textContent("#access-token-tail");
        tab.evaluate("() => auth.signInWithOauthConnection({ returnTo: '/', queryParams: { prompt: 'surprise' } })");
        assertThat(tab.locator("#access-token-tail")).not().hasText(before);
        assertSignedIn(tab, World.ADA);
        assertEquals(List.of(), pages);
    }

    @Test
    void two_accounts_of_one_browser_are_chosen_between() {
        var bob = world().person("bob@example.com", "Bob");
        var tab = signedInSample(browser(), World.ADA);
        tab.click("#another-account");
        tab.click("#use-another");
        assertLoginPage(tab);
        assertThat(tab.locator("#username")).hasValue("");
        signIn(tab, bob);
        assertSignedIn(tab, bob);

        again(tab, "none");
        assertThat(tab.locator("#message"))
                .hasText("Several accounts are possible. Sign in with the prompt “select_account”.");

        tab.click("#another-account");
        assertThat(tab.locator(".account")).hasCount(2);
        tab.locator(".account", new Page.LocatorOptions().setHasText(World.ADA)).click();
        assertSignedIn(tab, World.ADA);

        tab.click("#another-account");
        tab.click("#cancel");
        assertThat(tab.locator("#message")).hasText("You cancelled the sign-in. Nothing has changed.");
        assertSignedIn(tab, World.ADA);
    }

    @Test
    void an_account_signed_out_in_another_tab_leaves_the_chooser() {
        var browser = browser();
        var tab = signedInSample(browser, World.ADA);
        tab.click("#another-account");
        assertThat(tab.locator(".account")).hasCount(1);
        var other = sample(browser);
        other.click("#sign-out");
        assertSignedOut(other);
        tab.click(".account");
        assertLoginPage(tab);
        signIn(tab, World.ADA);
        assertSignedIn(tab, World.ADA);
    }

    @Test
    void a_third_party_asks_once_and_is_remembered() {
        var dave = world().person("dave@example.com", "Dave");
        var tab = browser().newPage();
        tab.navigate(world().authorize(World.THIRD, Map.of()));
        signIn(tab, dave);
        assertThat(tab.locator("h1")).hasText("Allow Weather to use your account?");
        assertThat(tab.locator(".account")).containsText(dave);
        assertThat(tab.locator("main")).containsText("See your name and profile");
        tab.click("#allow");
        assertArrivedWithCode(tab, World.THIRD);

        tab.navigate(world().authorize(World.THIRD, Map.of()));
        assertArrivedWithCode(tab, World.THIRD);
        tab.navigate(world().authorize(World.THIRD, Map.of("scope", "openid profile email phone")));
        assertThat(tab.locator("main")).containsText("See your phone number");
        tab.click("#deny");
        assertEquals("access_denied", world().callback.next().form().text("error"));
        tab.navigate(world().authorize(World.THIRD, Map.of()));
        assertArrivedWithCode(tab, World.THIRD);
    }

    @Test
    void who_does_not_allow_goes_back_without_a_code_and_is_asked_again() {
        var erin = world().person("erin@example.com", "Erin");
        var tab = browser().newPage();
        tab.navigate(world().authorize(World.THIRD, Map.of()));
        signIn(tab, erin);
        tab.click("#deny");
        var denied = world().callback.next().form();
        assertEquals("access_denied", denied.text("error"));
        assertEquals("The person did not allow it.", denied.text("error_description"));
        assertEquals("st ate/ü", denied.text("state"));
        assertEquals(world().issuer, denied.text("iss"));
        assertTrue(denied.get("code").isEmpty());

        tab.navigate(world().authorize(World.THIRD, Map.of("prompt", "none")));
        assertEquals("consent_required", world().callback.next().form().text("error"));
        tab.navigate(world().authorize(World.THIRD, Map.of()));
        assertThat(tab.locator("h1")).hasText("Allow Weather to use your account?");
    }

    private void assertArrivedWithCode(Page tab, String client) {
        assertThat(tab.locator("h1")).hasText("Arrived");
        var code = world().callback.next().form().text("code");
        assertEquals(200, world().redeem(client, code).status());
    }

    private static void again(Page tab, String prompt) {
        tab.selectOption("#prompt", prompt);
        tab.click("#sign-in-again");
    }

    private List<String> hostedPages(Page tab) {
        var pages = new ArrayList<String>();
        tab.onFrameNavigated(frame -> {
            if (frame.url().startsWith(world().issuer)) {
                pages.add(frame.url());
            }
        });
        return pages;
    }
}
