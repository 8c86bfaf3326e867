package dev.symbolon.page;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.deque.html.axecore.playwright.AxeBuilder;
import com.microsoft.playwright.Browser;
import com.microsoft.playwright.Route;
import com.microsoft.playwright.options.ColorScheme;
import dev.symbolon.browser.Stage;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/// The pages in a real Chromium, under their real Content-Security-Policy, with nothing else to fetch.
@ExtendWith(Stage.class)
final class PagesInBrowserTest {
    private static final String ORIGIN = "https://acme.example";
    private static final String SMALL_TARGETS = """
            () => [...document.querySelectorAll('button, a, summary, input:not([type=hidden])')]
              .filter(e => e.checkVisibility() && e.tabIndex >= 0)
              .filter(e => e.getBoundingClientRect().height < 44).map(e => e.outerHTML)""";
    private static final String HIDDEN_FOCUS = """
            () => { const s = getComputedStyle(document.activeElement);
                    return s.outlineStyle === 'none' || parseFloat(s.outlineWidth) < 2; }""";

    private static final Path PICTURES = Path.of("target", "screenshots", "pages");
    private static final String GROUND = "getComputedStyle(document.documentElement).backgroundColor";

    private static Browser browser;

    @BeforeAll
    static void open() {
        browser = Stage.chromium().browser();
    }

    @Test
    void no_page_has_an_accessibility_violation_or_a_small_target_or_breaks_its_policy() {
        try (var context = browser.newContext(new Browser.NewContextOptions().setViewportSize(390, 800))) {
            var tab = context.newPage();
            var complaints = new ArrayList<String>();
            tab.onConsoleMessage(message -> complaints.add(message.text()));
            SamplePages.different().forEach((name, page) -> {
                show(tab, page, "en");
                assertEquals(List.of(), tab.evaluate(SMALL_TARGETS), name);
                assertEquals(
                        List.of(),
                        new AxeBuilder(tab).setLegacyMode(true).analyze().getViolations(),
                        name);
                picture(tab, name + " phone");
            });
            complaints.removeIf(complaint -> !complaint.contains("Security Policy"));
            assertEquals(List.of(), complaints);
        }
    }

    @Test
    void dark_pages_have_the_contrast_too() {
        try (var context = browser.newContext(new Browser.NewContextOptions().setColorScheme(ColorScheme.DARK))) {
            var tab = context.newPage();
            SamplePages.different().forEach((name, page) -> {
                show(tab, page, "en");
                var contrast = new AxeBuilder(tab)
                        .setLegacyMode(true)
                        .withRules(List.of("color-contrast"))
                        .analyze();
                assertEquals(List.of(), contrast.getViolations(), name);
                assertEquals("rgb(18, 22, 29)", tab.evaluate(GROUND), name);
                picture(tab, name + " dark");
            });
        }
    }

    // docs/connections.md shows these; `mvn test -Dtest=PagesInBrowserTest -Dsymbolon.write=true` takes them anew.
    @Test
    void four_other_servers_fit_a_window_and_a_phone_in_light_and_dark() {
        var kept = Boolean.getBoolean("symbolon.write") ? Path.of("docs", "pictures") : PICTURES;
        for (var scheme : List.of(ColorScheme.LIGHT, ColorScheme.DARK)) {
            for (var width : List.of(1280, 390)) {
                var options = new Browser.NewContextOptions()
                        .setColorScheme(scheme)
                        .setDeviceScaleFactor(1.5)
                        .setViewportSize(width, 860);
                try (var context = browser.newContext(options)) {
                    var tab = context.newPage();
                    show(tab, SamplePages.fourConnections(), "en");
                    assertEquals(4, tab.locator("button[name=connection]").count());
                    assertEquals(width, tab.evaluate("document.documentElement.scrollWidth"));
                    var name = "sign-in" + (scheme == ColorScheme.DARK ? "-dark" : "") + (width < 500 ? "-phone" : "");
                    tab.screenshot(new com.microsoft.playwright.Page.ScreenshotOptions()
                            .setFullPage(true)
                            .setPath(kept.resolve(name + ".png")));
                }
            }
        }
    }

    // No script of ours: the policy of the page lets none run.
    @Test
    void a_persons_own_page_asks_before_it_takes_something_away_and_uses_the_room_of_a_window() {
        for (var scheme : List.of(ColorScheme.LIGHT, ColorScheme.DARK)) {
            for (var width : List.of(1280, 390)) {
                var options =
                        new Browser.NewContextOptions().setColorScheme(scheme).setViewportSize(width, 860);
                try (var context = browser.newContext(options)) {
                    var tab = context.newPage();
                    show(tab, SamplePages.usual().get("account"), "en");
                    var asks = tab.locator("details");
                    assertEquals(2, asks.count());
                    for (var i = 0; i < asks.count(); i++) {
                        var yes = asks.nth(i).locator("button");
                        assertFalse(yes.isVisible(), "nothing goes before the question");
                        asks.nth(i).locator("summary").press("Enter");
                        assertTrue(yes.isVisible());
                        assertTrue(asks.nth(i).locator("p").isVisible());
                    }
                    var name = "own account " + scheme + " " + width;
                    assertEquals(
                            List.of(),
                            new AxeBuilder(tab).setLegacyMode(true).analyze().getViolations(),
                            name);
                    assertEquals(width, tab.evaluate("document.documentElement.scrollWidth"));
                    var main = tab.locator("main").boundingBox().width;
                    assertTrue(width < 500 ? main < width : main > 700, "it is " + main + " wide");
                    picture(tab, name);
                    show(tab, SamplePages.usual().get("account profile again"), "en");
                    tab.locator("#locale:focus").waitFor();
                    picture(tab, "own profile " + scheme + " " + width);
                }
            }
        }
    }

    // For whoever looks at them: target/screenshots/pages/.
    private static void picture(com.microsoft.playwright.Page tab, String name) {
        var file = name.toLowerCase(Locale.ROOT).replaceAll("[^a-z0-9]+", "-") + ".png";
        tab.screenshot(new com.microsoft.playwright.Page.ScreenshotOptions()
                .setFullPage(true)
                .setPath(PICTURES.resolve(file)));
    }

    @Test
    void every_page_fits_a_narrow_phone_in_every_language() {
        try (var context = browser.newContext(
                new Browser.NewContextOptions().setViewportSize(320, 640).setJavaScriptEnabled(false))) {
            var tab = context.newPage();
            for (var language : Texts.LANGUAGES) {
                SamplePages.different().forEach((name, page) -> {
                    tab.setContent(new String(
                            Pages.render(page, Texts.of(language), Brand.named("Acme")), StandardCharsets.UTF_8));
                    assertEquals(320, tab.evaluate("document.documentElement.scrollWidth"), name + " " + language);
                });
            }
        }
    }

    @Test
    void a_name_without_end_does_not_widen_a_page() {
        try (var context = browser.newContext(new Browser.NewContextOptions().setViewportSize(320, 640))) {
            var tab = context.newPage();
            for (var page : SamplePages.filledWith("W".repeat(300))) {
                show(tab, page, "en");
                assertEquals(320, tab.evaluate("document.documentElement.scrollWidth"), page.toString());
            }
        }
    }

    @Test
    void the_keyboard_goes_from_the_address_to_cancel_with_the_focus_in_sight() {
        try (var context = browser.newContext()) {
            var tab = context.newPage();
            show(tab, SamplePages.usual().get("login"), "en");
            // The first one has the focus as soon as the page is drawn, which is later than loaded.
            tab.locator("#username:focus").waitFor();
            for (var id : List.of("username", "password", "login", "cancel")) {
                assertEquals(id, tab.evaluate("document.activeElement.id"));
                assertEquals(false, tab.evaluate(HIDDEN_FOCUS), id);
                tab.keyboard().press("Tab");
            }
        }
    }

    @Test
    void enter_signs_in_and_does_not_cancel() {
        try (var context = browser.newContext()) {
            var tab = context.newPage();
            show(tab, SamplePages.usual().get("login"), "en");
            tab.fill("#username", "ada@example.com");
            tab.fill("#password", "correct horse");
            var request = tab.waitForRequest("**/login?interaction=i", () -> tab.press("#password", "Enter"));
            assertEquals("interaction=i&csrf=c&username=ada%40example.com&password=correct+horse", request.postData());
        }
    }

    @Test
    void cancel_needs_neither_address_nor_password() {
        try (var context = browser.newContext()) {
            var tab = context.newPage();
            show(tab, SamplePages.usual().get("login"), "en");
            var request = tab.waitForRequest("**/login?interaction=i", () -> tab.click("#cancel"));
            assertTrue(request.postData().endsWith("&action=cancel"), request.postData());
        }
    }

    @Test
    void our_own_form_names_its_origin_so_that_the_csrf_check_can_see_it() {
        try (var context = browser.newContext()) {
            var tab = context.newPage();
            show(tab, SamplePages.usual().get("consent"), "en");
            var request = tab.waitForRequest("**/consent?interaction=i", () -> tab.click("#allow"));
            assertEquals(ORIGIN, request.allHeaders().get("origin"));
            assertEquals("interaction=i&csrf=c&action=allow", request.postData());
        }
    }

    @Test
    void the_answer_sends_itself_and_without_scripts_a_button_does() {
        var post = SamplePages.usual().get("form post");
        try (var context = browser.newContext()) {
            var tab = context.newPage();
            var request = tab.waitForRequest("https://sample.example/callback", () -> serve(tab, post, "en"));
            assertEquals("code=c", request.postData());
        }
        try (var context = browser.newContext(new Browser.NewContextOptions().setJavaScriptEnabled(false))) {
            var tab = context.newPage();
            show(tab, post, "en");
            var request = tab.waitForRequest("https://sample.example/callback", () -> tab.click("button"));
            assertEquals("code=c", request.postData());
        }
    }

    /// Serves the page as the server does: its policy as a header, our assets, and nothing else.
    private static void serve(com.microsoft.playwright.Page tab, Page page, String language) {
        tab.unrouteAll();
        tab.route("**/*", route -> answer(route, page, language));
        tab.navigate(ORIGIN + "/page");
    }

    /// Serves the page and keeps it there: what would send it away is empty.
    private static void show(com.microsoft.playwright.Page tab, Page page, String language) {
        tab.unrouteAll();
        tab.route("**/*", route -> answer(route, page, language));
        tab.route("**/form-post.js*", route -> route.fulfill(new Route.FulfillOptions().setBody("")));
        tab.navigate(ORIGIN + "/page");
    }

    private static void answer(Route route, Page page, String language) {
        var address = route.request().url();
        var answer = new Route.FulfillOptions().setContentType("text/html").setBody("<title>there</title>");
        if (address.equals(ORIGIN + "/page")) {
            answer = new Route.FulfillOptions()
                    .setHeaders(Map.of(
                            "Content-Type",
                            Pages.CONTENT_TYPE,
                            "Content-Security-Policy",
                            Pages.contentSecurityPolicy(page, Brand.named("Acme"))))
                    .setBodyBytes(Pages.render(page, Texts.of(language), Brand.named("Acme")));
        } else if (address.startsWith(ORIGIN + "/static/")) {
            var name = address.substring((ORIGIN + "/static/").length(), address.indexOf('?'));
            var asset = Pages.asset(name).orElseThrow();
            answer = new Route.FulfillOptions()
                    .setContentType(asset.contentType())
                    .setBodyBytes(asset.bytes());
        }
        route.fulfill(answer);
    }
}
