package dev.symbolon.browser;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;

import com.microsoft.playwright.Browser;
import com.microsoft.playwright.BrowserContext;
import com.microsoft.playwright.Page;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.extension.ExtendWith;

/// What every test of a person at a browser can do. Each has browsers of its own, which end with it.
@ExtendWith(Stage.class)
abstract class BrowserTest {
    private final List<BrowserContext> opened = new ArrayList<>();

    /// Where it plays.
    World world() {
        return Stage.world();
    }

    @BeforeEach
    void forgetArrivals() {
        world().callback.clear();
    }

    @AfterEach
    void closeBrowsers() {
        opened.forEach(BrowserContext::close);
    }

    /// A browser that was never here.
    BrowserContext browser() {
        return browser(new Browser.NewContextOptions());
    }

    BrowserContext browser(Browser.NewContextOptions options) {
        if (options.locale == null) {
            options.setLocale("en-US");
        }
        return keep(Stage.chromium().browser().newContext(options));
    }

    BrowserContext keep(BrowserContext context) {
        context.setDefaultTimeout(Stage.PATIENCE_MS);
        context.setDefaultNavigationTimeout(Stage.PATIENCE_MS);
        opened.add(context);
        return context;
    }

    /// The sample application in a new tab, ready.
    Page sample(BrowserContext browser) {
        var tab = browser.newPage();
        tab.navigate(world().sample + "/");
        waitForSample(tab);
        return tab;
    }

    void waitForSample(Page tab) {
        assertThat(tab.locator("html[data-ready=true]")).hasCount(1);
    }

    /// The sample in a new tab, with the person signed in.
    Page signedInSample(BrowserContext browser, String email) {
        var tab = sample(browser);
        tab.click("#sign-in");
        signIn(tab, email);
        assertSignedIn(tab, email);
        return tab;
    }

    /// Fills the sign-in form and sends it.
    void signIn(Page tab, String email) {
        signIn(tab, email, World.PASSWORD);
    }

    void signIn(Page tab, String email, String password) {
        tab.fill("#username", email);
        tab.fill("#password", password);
        tab.click("#login");
    }

    void assertSignedIn(Page tab, String email) {
        assertThat(tab.locator("#signed-in")).isVisible();
        assertThat(tab.locator("#user-email")).hasText(email);
        assertThat(tab).hasURL(world().sample + "/");
    }

    void assertSignedOut(Page tab) {
        assertThat(tab.locator("#signed-out")).isVisible();
        assertThat(tab.locator("#signed-in")).isHidden();
    }

    void assertLoginPage(Page tab) {
        assertThat(tab.locator("h1")).containsText("Sign in");
        assertThat(tab.locator("#password")).isVisible();
    }

    /// The sample's API takes the token that the page holds.
    void assertApiAnswers(Page tab) {
        tab.click("#call-api");
        assertThat(tab.locator("#message")).hasText("The API knows you by your access token.");
    }
}
