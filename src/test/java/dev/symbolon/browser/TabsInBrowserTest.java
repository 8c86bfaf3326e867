package dev.symbolon.browser;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;

import com.microsoft.playwright.Page;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/// What people do that no specification speaks of: two tabs, the back button, two clicks, a link sent to another
/// browser.
final class TabsInBrowserTest extends BrowserTest {
    @Test
    void two_sign_in_pages_are_open_and_both_lead_on() {
        var browser = browser();
        var first = atLoginPage(sample(browser));
        var second = atLoginPage(sample(browser));
        signIn(first, World.ADA);
        assertSignedIn(first, World.ADA);
        signIn(second, World.ADA);
        assertSignedIn(second, World.ADA);
        assertApiAnswers(first);
        assertApiAnswers(second);
    }

    @Test
    void a_sign_in_page_that_is_reloaded_after_another_tab_signed_in_goes_on_by_itself() {
        var browser = browser();
        var first = atLoginPage(sample(browser));
        var second = atLoginPage(sample(browser));
        signIn(first, World.ADA);
        assertSignedIn(first, World.ADA);
        second.reload();
        assertSignedIn(second, World.ADA);
    }

    @Test
    void two_tabs_refresh_at_the_same_time_and_agree() {
        var browser = browser();
        var tabs = List.of(signedInSample(browser, World.ADA), sample(browser));
        var before = tabs.getFirst().textContent("#access-token-tail");
        for (var round = 0; round < 3; round++) {
            for (var tab : tabs) {
                tab.evaluate("() => { window.done = auth.refreshSession(); }");
            }
            for (var tab : tabs) {
                assertEquals(true, tab.evaluate("() => window.done.then(({ error }) => error === null)"));
            }
        }
        var after = tabs.getFirst().textContent("#access-token-tail");
        assertNotEquals(before, after);
        assertThat(tabs.getLast().locator("#access-token-tail")).hasText(after);
        for (var tab : tabs) {
            assertSignedIn(tab, World.ADA);
            assertApiAnswers(tab);
        }
    }

    @Test
    void two_tabs_that_share_no_lock_refresh_the_same_token_and_both_stay_signed_in() {
        var browser = browser();
        var tab = signedInSample(browser, World.ADA);
        var statuses = tab.evaluate("""
                async () => {
                  const { refresh_token } = JSON.parse(localStorage.getItem("symbolon")).session;
                  const { domain } = await (await fetch("/config.json")).json();
                  const ask = () => fetch(`${domain}/oauth/token`, { method: "POST", body: new URLSearchParams({
                    grant_type: "refresh_token", client_id: "sample", refresh_token }) });
                  const answers = await Promise.all(Array.from({ length: 8 }, ask));
                  const tokens = await Promise.all(answers.map((answer) => answer.json()));
                  return [answers.every((answer) => answer.ok), new Set(tokens.map((one) => one.refresh_token)).size];
                }""");
        assertEquals(List.of(true, 1), statuses);
        tab.click("#refresh");
        assertThat(tab.locator("#message")).hasText("There is a new access token.");
    }

    @Test
    void the_back_button_after_sign_in_does_not_lead_to_a_dead_end() {
        var tab = signedInSample(browser(), World.ADA);
        tab.goBack();
        assertSignedIn(tab, World.ADA);
        assertApiAnswers(tab);
        tab.goBack();
        waitForSample(tab);
        assertSignedIn(tab, World.ADA);
    }

    @Test
    void the_back_button_after_sign_out_shows_no_session() {
        var tab = signedInSample(browser(), World.ADA);
        tab.click("#sign-out");
        assertSignedOut(tab);
        tab.goBack();
        waitForSample(tab);
        assertSignedOut(tab);
    }

    @Test
    void a_double_click_signs_in_once_and_well() {
        var tab = atLoginPage(sample(browser()));
        tab.fill("#username", World.ADA);
        tab.fill("#password", World.PASSWORD);
        tab.dblclick("#login");
        assertSignedIn(tab, World.ADA);
        assertApiAnswers(tab);
    }

    @Test
    void enter_pressed_twice_signs_in_too() {
        var tab = atLoginPage(sample(browser()));
        tab.fill("#username", World.ADA);
        tab.fill("#password", World.PASSWORD);
        tab.keyboard().press("Enter");
        tab.keyboard().press("Enter");
        assertSignedIn(tab, World.ADA);
        assertApiAnswers(tab);
    }

    @Test
    void allow_clicked_twice_gives_a_code_that_works() {
        var frank = world().person("frank@example.com", "Frank");
        var tab = browser().newPage();
        tab.navigate(world().authorize(World.THIRD, Map.of()));
        signIn(tab, frank);
        tab.dblclick("#allow");
        assertThat(tab.locator("h1")).hasText("Arrived");
        assertEquals(
                200,
                world().redeem(World.THIRD, world().callback.next().form().text("code"))
                        .status());
    }

    @Test
    void a_link_that_was_begun_in_another_browser_signs_in_here() {
        var begun = browser().newPage();
        begun.navigate(world().authorize(World.PLAIN, Map.of()));
        assertLoginPage(begun);
        var here = browser().newPage();
        here.navigate(begun.url());
        assertLoginPage(here);
        signIn(here, World.ADA);
        assertThat(here.locator("h1")).hasText("Arrived");
        var arrived = world().callback.next().form();
        assertEquals("st ate/ü", arrived.text("state"));
        assertEquals(200, world().redeem(World.PLAIN, arrived.text("code")).status());
        signIn(begun, World.ADA);
        assertThat(begun.locator("h1")).hasText("Arrived");
    }

    @Test
    void the_sample_says_what_to_do_when_its_sign_in_was_begun_in_another_browser() {
        var begun = atLoginPage(sample(browser()));
        var here = browser().newPage();
        here.navigate(begun.url());
        signIn(here, World.ADA);
        waitForSample(here);
        assertThat(here.locator("#message"))
                .hasText("This answer does not belong to a sign-in of this browser, or it is older than 10 minutes."
                        + " Press Sign in.");
        here.click("#sign-in");
        assertSignedIn(here, World.ADA);
    }

    private Page atLoginPage(Page tab) {
        tab.click("#sign-in");
        assertLoginPage(tab);
        return tab;
    }
}
