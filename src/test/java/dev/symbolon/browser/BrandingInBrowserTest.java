package dev.symbolon.browser;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.deque.html.axecore.playwright.AxeBuilder;
import com.microsoft.playwright.Browser;
import com.microsoft.playwright.FrameLocator;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.options.AriaRole;
import com.microsoft.playwright.options.ColorScheme;
import com.microsoft.playwright.options.FilePayload;
import com.microsoft.playwright.options.ReducedMotion;
import dev.symbolon.oauth.Role;
import dev.symbolon.page.Pages;
import dev.symbolon.tenant.Pictures;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/// An operator gives the pages a look, sees it before anybody else does, and people see it then.
final class BrandingInBrowserTest extends OwnWorldTest {
    private static final FilePayload LOGO = new FilePayload("logo.png", "image/png", Pictures.SVG);
    private static final String BACKGROUND = "e => getComputedStyle(e).backgroundColor";
    private static final String VIOLET = "rgb(106, 27, 154)";
    private static final String LILAC = "rgb(206, 147, 216)";

    private Page room(Browser.NewContextOptions options) {
        own.operator(World.ADA, Role.OWNER);
        var tab = browser(options.setReducedMotion(ReducedMotion.REDUCE)).newPage();
        tab.navigate(own.issuer + "/dashboard/branding");
        signIn(tab, World.ADA);
        assertThat(tab.locator("h1")).hasText("Branding");
        assertThat(preview(tab, "light").locator("h1")).containsText("Sign in");
        return tab;
    }

    private static FrameLocator preview(Page tab, String scheme) {
        return tab.frameLocator("iframe[name=" + scheme + "]");
    }

    private static void fill(Page tab) {
        tab.fill("#name", "Acme Ltd");
        tab.setInputFiles("#logo", LOGO);
        tab.fill("#accent_light", "#6A1B9A");
        tab.fill("#accent_dark", "#CE93D8");
        tab.fill("#title", "Welcome to Acme");
        tab.fill("#text", "With your staff account.");
        tab.fill("#terms", "https://acme.example/terms");
        tab.fill("#support", "mailto:help@acme.example");
    }

    private Page login(ColorScheme scheme) {
        var tab = browser(new Browser.NewContextOptions().setColorScheme(scheme).setReducedMotion(ReducedMotion.REDUCE))
                .newPage();
        tab.navigate(own.authorize(World.PLAIN, Map.of()));
        return tab;
    }

    private static void assertLit(Page tab, String scheme, String button, String ground) {
        var frame = preview(tab, scheme);
        assertThat(frame.locator("#login")).hasCSS("background-color", button);
        assertThat(frame.locator("html")).hasCSS("background-color", ground);
        assertThat(frame.locator("html")).hasCSS("color-scheme", scheme);
    }

    @Test
    void what_is_typed_is_seen_at_once_on_light_and_dark_and_by_people_only_when_it_is_saved() {
        var tab = room(new Browser.NewContextOptions());
        var complaints = new ArrayList<String>();
        tab.onConsoleMessage(message -> complaints.add(message.text()));
        tab.onPageError(complaints::add);
        var before = tab.evaluate("history.length");
        fill(tab);
        for (var scheme : List.of("light", "dark")) {
            var frame = preview(tab, scheme);
            assertThat(frame.locator("h1")).containsText("Welcome to Acme");
            assertThat(frame.locator("header bdi")).hasText("Acme Ltd");
            assertThat(frame.locator("#said")).hasText("With your staff account.");
            assertThat(frame.locator("footer a")).hasText(new String[] {"Terms", "Help"});
            assertEquals(120, frame.locator("header img").evaluate("e => e.decode().then(() => e.naturalWidth)"));
        }
        assertLit(tab, "light", VIOLET, "rgb(251, 250, 247)");
        assertLit(tab, "dark", LILAC, "rgb(18, 22, 29)");
        assertEquals(before, tab.evaluate("history.length"), "back leads to the page before, not to older previews");
        assertLoginPage(login(ColorScheme.LIGHT));

        tab.click("#save");
        assertThat(tab.getByRole(AriaRole.STATUS)).hasText("Saved.");
        assertThat(preview(tab, "light").locator("h1")).containsText("Welcome to Acme");
        assertEquals(List.of(), complaints, "the policies hold, and no script of ours complains");

        for (var scheme : List.of(ColorScheme.LIGHT, ColorScheme.DARK)) {
            var page = login(scheme);
            assertThat(page.locator("h1")).containsText("Welcome to Acme");
            assertEquals(
                    scheme == ColorScheme.LIGHT ? VIOLET : LILAC,
                    page.locator("#login").evaluate(BACKGROUND));
            assertEquals(120, page.locator("header img").evaluate("e => e.naturalWidth"));
            assertEquals(List.of(), new AxeBuilder(page).analyze().getViolations(), scheme.toString());
            page.screenshot(new Page.ScreenshotOptions()
                    .setPath(Path.of("target", "screenshots", "branded-" + scheme + ".png")));
            for (var width : List.of(390, 320)) {
                page.setViewportSize(width, 700);
                assertEquals(width, page.evaluate("document.documentElement.scrollWidth"), scheme + " " + width);
            }
        }
    }

    @Test
    void a_preview_works_without_a_script_and_says_what_cannot_be() {
        var tab = room(new Browser.NewContextOptions().setJavaScriptEnabled(false));
        fill(tab);
        tab.click("#preview-dark");
        assertThat(preview(tab, "dark").locator("h1")).containsText("Welcome to Acme");
        assertLit(tab, "dark", LILAC, "rgb(18, 22, 29)");
        assertThat(preview(tab, "light").locator("h1")).containsText("Sign in");
        tab.fill("#accent_light", "#FFCC00");
        tab.click("#preview-light");
        assertThat(preview(tab, "light").locator(".error")).containsText("a contrast of 1.44 to 1");
        assertThat(preview(tab, "light").locator(".error")).hasCSS("color", "rgb(179, 38, 30)");
        tab.click("#save");
        assertThat(tab.getByRole(AriaRole.ALERT)).containsText("Take a darker one, for example #8C7000.");
        assertThat(tab.locator("#title")).hasValue("Welcome to Acme");
        assertLoginPage(login(ColorScheme.LIGHT));
    }

    @Test
    void a_drawing_with_a_script_in_it_runs_none_wherever_it_is_shown() {
        var tab = room(new Browser.NewContextOptions());
        tab.setInputFiles("#logo", LOGO);
        tab.click("#save");
        assertThat(tab.getByRole(AriaRole.STATUS)).hasText("Saved.");
        assertThat(tab.locator("#logo-now")).isVisible();
        assertEquals(120, tab.locator("#logo-now").evaluate("e => e.naturalWidth"));
        assertNotEquals("ran", tab.title());
        var alone = browser().newPage();
        var answer = alone.navigate(own.issuer + "/branding/" + Pages.fingerprint(Pictures.SVG));
        assertEquals(200, answer.status());
        assertEquals(
                "svg", alone.evaluate("document.documentElement.localName"), "it is shown as the drawing that it is");
        assertTrue(
                (Boolean) alone.evaluate("document.querySelector('script').textContent.includes('ran')"),
                "the script is there");
        assertNotEquals("ran", alone.title());
    }

    @Test
    void a_page_of_elsewhere_frames_neither_the_preview_nor_the_sign_in_page() {
        var tab = room(new Browser.NewContextOptions());
        var stranger = tab.context().newPage();
        stranger.route(
                "https://elsewhere.example/",
                route -> route.fulfill(new com.microsoft.playwright.Route.FulfillOptions()
                        .setContentType("text/html")
                        .setBody("<iframe src='" + own.issuer + "/dashboard/branding/preview'></iframe>")));
        stranger.navigate("https://elsewhere.example/");
        assertThat(stranger.frameLocator("iframe").locator("h1")).not().containsText("Sign in");
        assertEquals(0, stranger.frameLocator("iframe").locator("#login").count());
    }

    @Test
    void a_file_that_is_too_large_is_told_before_it_is_sent() {
        var tab = room(new Browser.NewContextOptions());
        tab.setInputFiles("#logo", new FilePayload("logo.png", "image/png", new byte[60_000]));
        assertEquals("This file is larger than 48 KiB.", tab.locator("#logo").evaluate("e => e.validationMessage"));
    }
}
