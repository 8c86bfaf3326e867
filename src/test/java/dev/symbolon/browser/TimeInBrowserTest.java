package dev.symbolon.browser;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;

import com.microsoft.playwright.BrowserContext;
import com.microsoft.playwright.Page;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/// Time passes, at the server and in the browser.
final class TimeInBrowserTest extends BrowserTest {
    private static World world;

    @BeforeAll
    static void start() {
        world = World.start();
    }

    @AfterAll
    static void stop() {
        world.close();
    }

    @Override
    World world() {
        return world;
    }

    @Test
    void a_sign_in_page_left_open_for_a_day_still_signs_in() {
        var tab = browser().newPage();
        tab.navigate(world.authorize(World.PLAIN, Map.of()));
        assertLoginPage(tab);
        world.clock.advance(Duration.ofDays(1));
        signIn(tab, World.ADA);
        assertThat(tab.locator("h1")).hasText("Arrived");
        var code = world.callback.next().form().text("code");
        assertEquals(200, world.redeem(World.PLAIN, code).status());
    }

    @Test
    void the_sample_left_at_the_sign_in_page_for_a_day_says_what_to_do_and_needs_no_password_then() {
        var browser = browser();
        browser.clock().install();
        var tab = sample(browser);
        tab.click("#sign-in");
        assertLoginPage(tab);
        pass(browser, Duration.ofDays(1));
        signIn(tab, World.ADA);
        assertThat(tab.locator("#message")).containsText("older than 10 minutes. Press Sign in.");
        tab.click("#sign-in");
        assertSignedIn(tab, World.ADA);
    }

    @Test
    void a_sign_in_page_left_open_for_31_days_says_what_to_do_with_a_button_that_does_it() {
        var tab = sample(browser());
        tab.click("#sign-in");
        assertLoginPage(tab);
        world.clock.advance(Duration.ofDays(31));
        signIn(tab, World.ADA);
        assertThat(tab.locator("h1")).hasText("This page has expired");
        assertThat(tab.locator("main")).containsText("Go back to the application and start again.");
        tab.click("#back");
        waitForSample(tab);
        assertThat(tab).hasURL(world.sample + "/");
        tab.click("#sign-in");
        signIn(tab, World.ADA);
        assertSignedIn(tab, World.ADA);
    }

    @Test
    void the_sdk_refreshes_before_the_access_token_ends_without_the_person_noticing() {
        var browser = browser();
        browser.clock().install();
        var tab = signedInSample(browser, World.ADA);
        for (var round = 0; round < 3; round++) {
            var before = tab.textContent("#access-token-tail");
            pass(browser, Duration.ofMinutes(50));
            assertThat(tab.locator("#access-token-tail")).not().hasText(before);
            assertApiAnswers(tab);
        }
        assertSignedIn(tab, World.ADA);
    }

    @Test
    void a_tab_that_wakes_up_after_the_access_token_ended_goes_on() {
        var browser = browser();
        browser.clock().install();
        var tab = signedInSample(browser, World.ADA);
        var old = (String) tab.evaluate("() => auth.getAccessToken().then(({ data }) => data.access_token)");
        pass(browser, Duration.ofHours(9));
        assertApiAnswers(tab);
        assertNotEquals(old, tab.evaluate("() => auth.getAccessToken().then(({ data }) => data.access_token)"));
        var refused = tab.evaluate(
                "(token) => fetch('/api/hello', { headers: { authorization: `Bearer ${token}` } })"
                        + ".then(({ status }) => status)",
                old);
        assertEquals(401, refused);
    }

    @Test
    void a_browser_opened_the_next_day_is_still_signed_in() {
        var browser = browser();
        browser.clock().install();
        signedInSample(browser, World.ADA).close();
        pass(browser, Duration.ofHours(20));
        var tab = sample(browser);
        assertSignedIn(tab, World.ADA);
        assertApiAnswers(tab);
    }

    @Test
    void after_two_months_away_the_person_is_told_to_sign_in() {
        var browser = browser();
        browser.clock().install();
        signedInSample(browser, World.ADA).close();
        pass(browser, Duration.ofDays(60));
        var tab = sample(browser);
        assertSignedOut(tab);
        tab.click("#sign-in");
        signIn(tab, World.ADA);
        assertSignedIn(tab, World.ADA);
    }

    @Test
    void an_account_whose_session_ended_is_chosen_with_its_password() {
        var bob = world.person("bob@example.com", "Bob");
        var browser = browser();
        signedInSample(browser, World.ADA).close();
        world.clock.advance(Duration.ofDays(8));
        var tab = browser.newPage();
        tab.navigate(world.authorize(World.PLAIN, Map.of()));
        signIn(tab, bob);
        assertThat(tab.locator("h1")).hasText("Arrived");

        tab.navigate(world.authorize(World.PLAIN, Map.of("prompt", "select_account")));
        assertThat(tab.locator(".account")).hasCount(2);
        var ada = tab.locator(".account", new Page.LocatorOptions().setHasText(World.ADA));
        assertThat(ada).containsText("password needed");
        ada.click();
        assertThat(tab.locator("#notice"))
                .hasText("You were signed out of this account. Enter your password to continue.");
        assertThat(tab.locator("#username")).hasValue(World.ADA);
        world.callback.clear();
        tab.fill("#password", World.PASSWORD);
        tab.click("#login");
        assertThat(tab.locator("h1")).hasText("Arrived");
        var tokens = world.redeem(World.PLAIN, world.callback.next().form().text("code"));
        assertEquals(200, tokens.status());
        var idToken =
                dev.symbolon.spec.Site.claims(tokens.json().get("id_token").textValue());
        assertEquals(World.ADA, idToken.get("email").textValue());
    }

    private static void pass(BrowserContext browser, Duration time) {
        world.clock.advance(time);
        browser.clock().fastForward(time.toMillis());
    }
}
