package dev.symbolon.browser;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.deque.html.axecore.playwright.AxeBuilder;
import com.microsoft.playwright.Browser;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.Request;
import com.microsoft.playwright.options.ColorScheme;
import com.microsoft.playwright.options.ReducedMotion;
import com.microsoft.playwright.options.ScreenshotAnimations;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/// The pages as the server sends them: accessible in light and dark, narrow, light, in the person's language.
/// Their pictures are in `target/screenshots/`.
final class HostedPagesInBrowserTest extends BrowserTest {
    private static final Path PICTURES = Path.of("target", "screenshots");
    private static final int LOGIN_MAX_BYTES = 30 * 1024;

    @Test
    void every_page_of_a_sign_in_is_accessible_in_light_and_dark_and_fits_a_phone() {
        var hugo = world().person("hugo@example.com", "Hugo Fernández");
        var tab = browser().newPage();
        tab.navigate(world().sample);
        tab.click("#sign-in");
        assertLoginPage(tab);
        look(tab, "login");
        tab.navigate(world().authorize(World.PLAIN, Map.of()));
        signIn(tab, World.ADA, "wrong");
        assertThat(tab.locator("#notice")).isVisible();
        look(tab, "login-wrong");
        signIn(tab, World.ADA);
        assertThat(tab.locator("h1")).hasText("Arrived");

        tab.navigate(world().authorize(World.PLAIN, Map.of("prompt", "select_account")));
        tab.click("#use-another");
        signIn(tab, hugo);
        assertThat(tab.locator("h1")).hasText("Arrived");
        tab.navigate(world().authorize(World.PLAIN, Map.of("prompt", "select_account")));
        assertThat(tab.locator(".account")).hasCount(2);
        look(tab, "accounts");

        tab.navigate(world().authorize(World.THIRD, Map.of("scope", "openid profile email phone")));
        assertThat(tab.locator("#allow")).isVisible();
        look(tab, "consent");
        tab.navigate(world().authorize(World.PLAIN, Map.of("prompt", "login")));
        assertThat(tab.locator("#notice")).isVisible();
        look(tab, "login-again");
    }

    @Test
    void every_page_beside_a_sign_in_is_accessible_in_light_and_dark_and_fits_a_phone() {
        var tab = browser().newPage();
        tab.navigate(world().authorize(World.PLAIN, Map.of("redirect_uri", "https://evil.example/")));
        assertThat(tab.locator("#error-id")).isVisible();
        look(tab, "error");
        tab.navigate(world().issuer + "/login?interaction=old");
        assertThat(tab.locator("h1")).hasText("This page belongs to a sign-in");
        look(tab, "incomplete");
        tab.navigate(world().issuer + "/nowhere");
        look(tab, "not-found");

        tab.navigate(world().authorize(World.PLAIN, Map.of()));
        signIn(tab, World.ADA);
        assertThat(tab.locator("h1")).hasText("Arrived");
        tab.route("**/form-post.js*", route -> route.fulfill());
        tab.navigate(world().authorize(World.PLAIN, Map.of("response_mode", "form_post")));
        assertThat(tab.locator("h1")).hasText("One moment");
        look(tab, "form-post");
        tab.navigate(world().issuer + "/logout?client_id=plain");
        assertThat(tab.locator("#logout")).isVisible();
        look(tab, "logout");
        tab.click("#logout");
        assertThat(tab.locator("h1")).hasText("You are signed out");
        look(tab, "logged-out");
    }

    @Test
    void the_sample_is_accessible_in_light_and_dark_and_fits_a_phone() {
        var browser = browser();
        look(sample(browser), "sample-signed-out");
        var tab = signedInSample(browser, World.ADA);
        assertApiAnswers(tab);
        look(tab, "sample-signed-in");
    }

    @Test
    void the_sign_in_page_is_light_and_asks_nobody_else_for_anything() {
        var requests = new ArrayList<Request>();
        var tab = browser().newPage();
        tab.onRequest(requests::add);
        tab.navigate(world().authorize(World.PLAIN, Map.of()));
        assertLoginPage(tab);
        var bytes = 0;
        for (var request : requests) {
            assertTrue(request.url().startsWith(world().issuer + "/"), request::url);
            var sizes = request.sizes();
            bytes += sizes.responseHeadersSize + sizes.responseBodySize;
        }
        assertTrue(bytes > 1_000 && bytes < LOGIN_MAX_BYTES, bytes + " bytes");
        assertEquals(0, tab.locator("script").count());
        var icon = tab.getAttribute("link[rel=icon]", "href");
        assertTrue(icon.startsWith("/static/"), icon);
        assertEquals(200, tab.request().get(world().issuer + icon).status());
    }

    @Test
    void a_password_manager_finds_its_way() {
        var tab = browser().newPage();
        tab.navigate(world().authorize(World.PLAIN, Map.of("login_hint", "ada@example.com")));
        assertThat(tab.locator("form #username")).hasAttribute("autocomplete", "username");
        assertThat(tab.locator("form #username")).hasAttribute("type", "email");
        assertThat(tab.locator("form #username")).hasValue(World.ADA);
        assertThat(tab.locator("form #password")).hasAttribute("autocomplete", "current-password");
        assertThat(tab.locator("form #password")).hasAttribute("type", "password");
        assertThat(tab.locator("form button[type=submit]").first()).hasId("login");
        assertThat(tab.locator("label[for=username]")).hasText("E-mail");
        assertThat(tab.locator("label[for=password]")).hasText("Password");
    }

    @Test
    void the_application_asks_for_german_and_the_browser_for_french() {
        var tab = browser(new Browser.NewContextOptions().setLocale("fr-FR")).newPage();
        tab.navigate(world().authorize(World.PLAIN, Map.of("ui_locales", "xx de en")));
        assertThat(tab.locator("html")).hasAttribute("lang", "de");
        assertThat(tab.locator("h1")).containsText("Anmelden");
        signIn(tab, World.ADA, "falsch");
        assertThat(tab.locator("html")).hasAttribute("lang", "de");
        tab.navigate(world().authorize(World.PLAIN, Map.of()));
        assertThat(tab.locator("html")).hasAttribute("lang", "fr");
    }

    // Only colours differ in the dark, so only their contrast is looked at again, and without the fade between the two.
    // axe's legacy mode is the quick one for pages without frames.
    private static void look(Page tab, String name) {
        tab.setViewportSize(1280, 800);
        assertEquals(
                List.of(), new AxeBuilder(tab).setLegacyMode(true).analyze().getViolations(), name);
        picture(tab, name);
        tab.setViewportSize(390, 840);
        picture(tab, name + "-phone");
        tab.emulateMedia(
                new Page.EmulateMediaOptions().setColorScheme(ColorScheme.DARK).setReducedMotion(ReducedMotion.REDUCE));
        tab.setViewportSize(1280, 800);
        picture(tab, name + "-dark");
        tab.setViewportSize(390, 840);
        var contrast = new AxeBuilder(tab)
                .setLegacyMode(true)
                .withRules(List.of("color-contrast"))
                .analyze();
        assertEquals(List.of(), contrast.getViolations(), name + " in the dark");
        picture(tab, name + "-dark-phone");
        tab.setViewportSize(320, 640);
        assertEquals(320, tab.evaluate("document.documentElement.scrollWidth"), name);
        tab.setViewportSize(1280, 800);
        tab.emulateMedia(new Page.EmulateMediaOptions().setColorScheme(ColorScheme.LIGHT));
    }

    private static void picture(Page tab, String name) {
        tab.screenshot(new Page.ScreenshotOptions()
                .setAnimations(ScreenshotAnimations.DISABLED)
                .setPath(PICTURES.resolve(name + ".png")));
    }
}
