package dev.symbolon.browser;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.deque.html.axecore.playwright.AxeBuilder;
import com.microsoft.playwright.Browser;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.options.ColorScheme;
import com.microsoft.playwright.options.ReducedMotion;
import com.microsoft.playwright.options.ScreenshotAnimations;
import dev.symbolon.oauth.Role;
import dev.symbolon.web.Form;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/// Every room of the dashboard as an operator sees it: in light and dark, on a phone, by keyboard, without a
/// script, and under the eyes of axe. The pictures of `docs/dashboard.md` are taken anew with
/// `-Dsymbolon.write=true`.
final class DashboardLooksInBrowserTest extends OwnWorldTest {
    private static final boolean IS_KEPT = Boolean.getBoolean("symbolon.write");
    private static final Path PICTURES =
            IS_KEPT ? Path.of("docs", "pictures", "dashboard") : Path.of("target", "screenshots", "dashboard");
    private static final String SMALL_TARGETS = """
            () => [...document.querySelectorAll('button, .button, input:not([type=hidden]), select, summary, nav a')]
              .filter(e => e.checkVisibility() && e.tabIndex >= 0 && !e.closest('.tick, .choice'))
              .filter(e => e.getBoundingClientRect().height < 44).map(e => e.outerHTML)""";

    private Page signedIn(Browser.NewContextOptions options) {
        own.operator(World.ADA, Role.OWNER);
        var tab = browser(options).newPage();
        tab.navigate(own.issuer + "/dashboard");
        signIn(tab, World.ADA);
        assertThat(tab.locator("#issuer")).isVisible();
        return tab;
    }

    private Map<String, String> rooms(Page tab) {
        own.person("grace@example.com", "Grace Hopper");
        var visitor = browser().newPage();
        var wrong = own.callback.url() + "s";
        visitor.navigate(own.authorize(World.PLAIN, Map.of("redirect_uri", wrong)));
        var error = visitor.locator("#error-id").textContent();
        do {
            tab.navigate(own.issuer + "/dashboard/errors");
        } while (tab.locator("a[href='/dashboard/errors/" + error + "']").count() == 0);
        tab.navigate(own.issuer + "/dashboard/people?q=ada");
        var person = tab.locator("tbody a").first().getAttribute("href");
        var rooms = new LinkedHashMap<String, String>();
        rooms.put("home", "/dashboard");
        rooms.put("clients", "/dashboard/clients");
        rooms.put("client-new", "/dashboard/clients/new");
        rooms.put("client", "/dashboard/clients/web");
        rooms.put("client-method", "/dashboard/clients/web/method");
        var api = Form.encode(own.declareApi());
        rooms.put("client-access", "/dashboard/clients/web/access?api=" + api);
        rooms.put("client-try", "/dashboard/clients/plain/try");
        rooms.put("client-remove", "/dashboard/clients/web/remove");
        rooms.put("connections", "/dashboard/connections");
        rooms.put("connection-kinds", "/dashboard/connections/new");
        rooms.put("connection-new", "/dashboard/connections/new?kind=oauth2");
        rooms.put("connection", "/dashboard/connections/database");
        rooms.put("people", "/dashboard/people");
        rooms.put("person-new", "/dashboard/people/new");
        rooms.put("person", person);
        rooms.put("person-remove", person + "/remove");
        rooms.put("apis", "/dashboard/apis");
        rooms.put("api-new", "/dashboard/apis/new");
        rooms.put("api", "/dashboard/apis/" + api);
        rooms.put("errors", "/dashboard/errors");
        rooms.put("error", "/dashboard/errors/" + error);
        rooms.put("events", "/dashboard/events");
        rooms.put("sessions", "/dashboard/sessions");
        rooms.put("keys", "/dashboard/keys/change");
        rooms.put("branding", "/dashboard/branding");
        rooms.put("settings", "/dashboard/settings");
        rooms.put("settings-change", "/dashboard/settings/change");
        rooms.put("operators", "/dashboard/operators/change");
        rooms.put("tenants", "/dashboard/tenants/change");
        rooms.put("transfer", "/dashboard/transfer/open");
        rooms.put("management-api", "/dashboard/api");
        return rooms;
    }

    @Test
    void every_room_is_accessible_in_light_and_dark_and_fits_a_phone() {
        // A colour on its way from light to dark is neither.
        var tab = signedIn(new Browser.NewContextOptions().setReducedMotion(ReducedMotion.REDUCE));
        var complaints = new ArrayList<String>();
        tab.onConsoleMessage(message -> complaints.add(message.text()));
        tab.onPageError(complaints::add);
        rooms(tab).forEach((name, path) -> {
            tab.setViewportSize(1280, 860);
            tab.navigate(own.issuer + path);
            assertThat(tab.locator("h1")).isVisible();
            assertEquals(List.of(), axe(tab).analyze().getViolations(), name);
            assertEquals(List.of(), tab.evaluate(SMALL_TARGETS), name);
            picture(tab, name);
            tab.emulateMedia(new Page.EmulateMediaOptions().setColorScheme(ColorScheme.DARK));
            var contrast = axe(tab).withRules(List.of("color-contrast")).analyze();
            assertEquals(List.of(), contrast.getViolations(), name + " in the dark");
            picture(tab, name + "-dark");
            for (var width : List.of(390, 320)) {
                tab.setViewportSize(width, 700);
                assertEquals(width, tab.evaluate("document.documentElement.scrollWidth"), name + " " + width);
            }
            tab.setViewportSize(390, 840);
            picture(tab, name + "-phone");
            tab.emulateMedia(new Page.EmulateMediaOptions().setColorScheme(ColorScheme.LIGHT));
        });
        assertEquals(List.of(), complaints, "no script of ours complains, and the policy holds");
    }

    // No script runs in a sandboxed frame, axe neither; the pages in it are looked at where people see them.
    private static AxeBuilder axe(Page tab) {
        return new AxeBuilder(tab).exclude("iframe[sandbox]");
    }

    private static void picture(Page tab, String name) {
        if (IS_KEPT && name.endsWith("-phone")) {
            return;
        }
        tab.screenshot(new Page.ScreenshotOptions()
                .setAnimations(ScreenshotAnimations.DISABLED)
                .setPath(PICTURES.resolve(name + ".png")));
    }

    @Test
    void every_room_is_reached_by_keyboard_alone() {
        var tab = signedIn(new Browser.NewContextOptions().setViewportSize(1280, 860));
        tab.keyboard().press("Tab");
        assertThat(tab.locator(".skip")).isFocused();
        var titles = tab.locator(".wideonly .rooms a").allTextContents();
        assertTrue(titles.size() >= 11, titles.toString());
        for (var i = 0; i < titles.size(); i++) {
            var title = titles.get(i);
            var link = tab.locator(".wideonly .rooms a").nth(i);
            for (var pressed = 0; pressed < 40 && !isFocused(link); pressed++) {
                tab.keyboard().press("Tab");
            }
            assertThat(link).isFocused();
            tab.keyboard().press("Enter");
            assertThat(tab.locator(".wideonly .rooms a[aria-current=page]")).hasText(title);
            assertThat(tab.locator("h1")).isVisible();
        }
    }

    private static boolean isFocused(com.microsoft.playwright.Locator link) {
        return Boolean.TRUE.equals(link.evaluate("e => e === document.activeElement"));
    }

    @Test
    void everything_works_without_a_script() {
        var tab = signedIn(new Browser.NewContextOptions().setJavaScriptEnabled(false));
        tab.navigate(own.issuer + "/dashboard/clients");
        tab.fill("#q", "weath");
        tab.keyboard().press("Enter");
        assertThat(tab.locator("tbody tr")).hasCount(1);
        tab.locator("tbody a").click();
        assertThat(tab.locator("h1")).hasText("Weather");
        tab.fill("#redirect_uris", "https://weather.example/cb");
        tab.click("#save-urls");
        assertThat(tab.locator(".notice.good")).hasText("Saved.");
        assertThat(tab.locator("button[data-copy]").first()).isHidden();

        tab.navigate(own.issuer + "/dashboard/people/new");
        tab.fill("#email", "nora@example.com");
        tab.fill("#name", "Nora");
        tab.fill("#password", World.PASSWORD);
        tab.click("#create");
        assertThat(tab.locator("h1")).hasText("Nora");
        tab.click("#do-suspend");
        assertThat(tab.locator(".head .state.bad")).hasText("suspended");
    }

    @Test
    void a_search_answers_while_it_is_typed() {
        var tab = signedIn(new Browser.NewContextOptions());
        own.person("grace@example.com", "Grace Hopper");
        tab.navigate(own.issuer + "/dashboard/people");
        assertThat(tab.locator("tbody tr")).hasCount(2);
        tab.locator("#q").pressSequentially("hopp");
        assertThat(tab.locator("tbody tr")).hasCount(1);
        assertThat(tab.locator("tbody th")).hasText("Grace Hopper");
        assertThat(tab).hasURL(own.issuer + "/dashboard/people?q=hopp");
    }
}
