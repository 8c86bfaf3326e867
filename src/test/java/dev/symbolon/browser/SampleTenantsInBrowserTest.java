package dev.symbolon.browser;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.junit.jupiter.api.Assertions.assertEquals;

import com.microsoft.playwright.BrowserContext;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.Route;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

/// The sample with the second tenant: another issuer, another client, other people, the same API.
final class SampleTenantsInBrowserTest extends BrowserTest {
    private static final String FIRST = "Symbolon demo";
    private static final String SECOND = "Acme";

    @Test
    void a_person_of_the_second_tenant_signs_in_calls_the_api_refreshes_and_signs_out() {
        var tab = sample(browser());
        assertChosen(tab, FIRST);
        assertThat(tab.locator("#person")).hasText(World.ADA);
        choose(tab, SECOND);
        assertThat(tab.locator("#person")).hasText(World.GRACE);
        tab.click("#sign-in");
        tab.waitForURL(url -> url.startsWith(world().acme + "/login?"));
        signIn(tab, World.GRACE);

        assertSignedIn(tab, World.GRACE);
        assertChosen(tab, SECOND);
        assertThat(tab.locator("#claims")).containsText(world().acme);
        assertThat(tab.locator("#claims")).containsText("acme-app");
        assertApiAnswers(tab);
        assertThat(tab.locator("#api-answer")).containsText("\"iss\": \"" + world().acme + "\"");
        tab.click("#refresh");
        assertThat(tab.locator("#message")).hasText("There is a new access token.");
        assertApiAnswers(tab);

        tab.click("#sign-out");
        assertSignedOut(tab);
        assertThat(tab).hasURL(world().sample + "/");
        assertChosen(tab, SECOND);
    }

    @Test
    void each_tenant_keeps_a_session_of_its_own_and_the_choice_is_remembered() {
        var browser = browser();
        var tab = signedInSample(browser, World.ADA);
        choose(tab, SECOND);
        assertSignedOut(tab);
        tab.click("#sign-in");
        signIn(tab, World.GRACE);
        assertSignedIn(tab, World.GRACE);

        choose(tab, FIRST);
        assertSignedIn(tab, World.ADA);
        assertThat(tab.locator("#claims")).containsText("sample");
        assertApiAnswers(tab);
        choose(tab, SECOND);
        assertSignedIn(tab, World.GRACE);
        assertThat(tab.locator("#api-answer")).isHidden();
        assertThat(tab.locator("#message")).hasText("");
        tab.reload();
        waitForSample(tab);
        assertChosen(tab, SECOND);
        assertSignedIn(tab, World.GRACE);
        var another = sample(browser);
        assertChosen(another, SECOND);
        assertSignedIn(another, World.GRACE);

        choose(another, FIRST);
        another.click("#sign-out");
        assertSignedOut(another);
        tab.reload();
        waitForSample(tab);
        assertChosen(tab, SECOND);
        assertSignedIn(tab, World.GRACE);
        assertApiAnswers(tab);
    }

    @Test
    void an_answer_finds_its_tenant_although_another_tab_chose_otherwise_meanwhile() {
        var browser = browser();
        var tab = sample(browser);
        tab.click("#sign-in");
        assertLoginPage(tab);
        choose(sample(browser), SECOND);
        signIn(tab, World.ADA);
        assertSignedIn(tab, World.ADA);
        assertChosen(tab, FIRST);
    }

    @Test
    void who_chooses_twice_gets_the_last_choice_however_late_the_first_one_loads() {
        var browser = browser();
        var tab = signedInSample(browser, World.ADA);
        var held = hold(browser, world().acme + "/sdk/auth.js");
        button(tab, SECOND).click();
        tab.waitForCondition(held::isDone);
        choose(tab, FIRST);
        assertSignedIn(tab, World.ADA);
        tab.waitForResponse("**/sdk/auth.js", () -> held.join().resume());
        tab.evaluate(
                "(url) => import(url).then(() => new Promise((done) => setTimeout(done)))",
                world().acme + "/sdk/auth.js");
        assertChosen(tab, FIRST);
        assertSignedIn(tab, World.ADA);
        assertApiAnswers(tab);
        assertThat(tab.locator("#api-answer")).containsText("\"iss\": \"" + world().issuer + "\"");
    }

    @Test
    void the_choice_is_made_with_the_keyboard_and_keeps_the_focus() {
        var tab = sample(browser());
        button(tab, SECOND).focus();
        tab.keyboard().press("Enter");
        waitForSample(tab);
        assertChosen(tab, SECOND);
        assertThat(button(tab, SECOND)).isFocused();
        assertEquals("Tenant", tab.evaluate("document.querySelector('#tenant-label').textContent"));
        assertThat(tab.getByRole(com.microsoft.playwright.options.AriaRole.GROUP))
                .hasAccessibleName("Tenant");
    }

    @Test
    void a_tenant_that_cannot_be_reached_says_so_and_the_other_still_works() {
        var browser = browser();
        var tab = signedInSample(browser, World.ADA);
        browser.route(world().acme + "/sdk/auth.js", Route::abort);
        button(tab, SECOND).click();
        assertThat(tab.locator("#unreachable-title")).isFocused();
        assertThat(tab.locator("#signed-in")).isHidden();
        choose(tab, FIRST);
        assertSignedIn(tab, World.ADA);
        assertThat(tab.locator("#unreachable")).isHidden();
        button(tab, SECOND).click();
        assertThat(tab.locator("#unreachable-title")).isVisible();
        browser.unroute(world().acme + "/sdk/auth.js");
        tab.click("#reload");
        waitForSample(tab);
        assertChosen(tab, SECOND);
        assertSignedOut(tab);
    }

    private static CompletableFuture<Route> hold(BrowserContext browser, String url) {
        var held = new CompletableFuture<Route>();
        browser.route(url, held::complete);
        return held;
    }

    private static com.microsoft.playwright.Locator button(Page tab, String name) {
        return tab.locator("#tenants button", new Page.LocatorOptions().setHasText(name));
    }

    private void choose(Page tab, String name) {
        button(tab, name).click();
        assertThat(button(tab, name)).hasAttribute("aria-pressed", "true");
        waitForSample(tab);
        assertChosen(tab, name);
    }

    private static void assertChosen(Page tab, String name) {
        assertThat(tab.locator("#tenants [aria-pressed=true]")).hasText(new String[] {name});
        assertThat(tab.locator("#tenants button")).hasText(new String[] {FIRST, SECOND});
    }
}
