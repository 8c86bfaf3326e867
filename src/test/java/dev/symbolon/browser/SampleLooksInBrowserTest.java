package dev.symbolon.browser;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.junit.jupiter.api.Assertions.assertEquals;

import com.deque.html.axecore.playwright.AxeBuilder;
import com.microsoft.playwright.Browser;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.Route;
import com.microsoft.playwright.options.ColorScheme;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// Every state of the sample, on a narrow phone and in both colour schemes: nothing sticks out, nothing is too
/// small to touch or too pale to read, and the controls are those of the sign-in page.
final class SampleLooksInBrowserTest extends BrowserTest {
    private static final String SMALL_TARGETS = """
            () => [...document.querySelectorAll('button, a, select, summary')]
              .filter(e => e.checkVisibility() && (e.offsetHeight < 44 || e.offsetWidth < 44)).map(e => e.outerHTML)""";

    private static final String CARDS = """
            () => [...document.querySelectorAll('.card')].filter(e => e.checkVisibility()).length
              + (getComputedStyle(document.querySelector('main'), '::after').content === 'none' ? 0 : 1)""";

    private static final String CONTROL = """
            e => { const s = getComputedStyle(e);
                   return [s.borderRadius, s.borderTopColor, s.borderTopWidth, s.backgroundColor, s.color, s.fontSize]
                     .join(' '); }""";

    private static final String MARGIN_OF_ARROW = """
            () => { const box = getComputedStyle(document.querySelector('.select'), '::after');
                    return [getComputedStyle(document.querySelector('#prompt')).appearance, box.right, box.width]; }""";

    private static final String BORDERS_OF_MESSAGE = """
            () => { const s = getComputedStyle(document.querySelector('#message > div'));
                    return ['Top', 'Right', 'Bottom', 'Left'].map(side => s[`border${side}Width`]); }""";

    @ParameterizedTest
    @EnumSource(
            value = ColorScheme.class,
            names = {"LIGHT", "DARK"})
    void every_state_is_well_on_a_narrow_phone(ColorScheme scheme) {
        var phone = new Browser.NewContextOptions().setViewportSize(320, 640).setColorScheme(scheme);
        var browser = browser(phone);
        var tab = sample(browser);
        assertWell(tab, "signed out");
        tab.selectOption("#prompt", "none");
        tab.click("#sign-in-again");
        assertThat(tab.locator("#message")).containsText("no session");
        assertWell(tab, "with a message");
        assertEquals(List.of("1px", "1px", "1px", "1px"), tab.evaluate(BORDERS_OF_MESSAGE));
        assertEquals(List.of("none", "20px", "8px"), tab.evaluate(MARGIN_OF_ARROW));
        tab.click("#sign-in");
        signIn(tab, World.ADA);
        assertSignedIn(tab, World.ADA);
        assertApiAnswers(tab);
        assertWell(tab, "signed in");
        tab.route("**/oauth/token", Route::abort);
        tab.click("#refresh");
        assertThat(tab.locator("#message [role=alert]")).containsText("cannot be reached");
        assertWell(tab, "in trouble");

        tab.navigate(world().sample + "/nope");
        assertThat(tab.locator("h1")).hasText("There is nothing at this address");
        assertWell(tab, "nothing there");
        var without = browser.newPage();
        without.route("**/sdk/auth.js", Route::abort);
        without.navigate(world().sample + "/");
        assertThat(without.locator("#unreachable")).isVisible();
        assertWell(without, "unreachable");
    }

    private static void assertWell(Page tab, String state) {
        assertEquals(320, tab.evaluate("document.documentElement.scrollWidth"), state);
        assertEquals(List.of(), tab.evaluate(SMALL_TARGETS), state);
        var violations = new AxeBuilder(tab).setLegacyMode(true).analyze().getViolations();
        assertEquals(List.of(), violations, state);
    }

    @Test
    void its_controls_are_those_of_the_sign_in_page() {
        for (var scheme : List.of(ColorScheme.LIGHT, ColorScheme.DARK)) {
            var tab = sample(browser(new Browser.NewContextOptions().setColorScheme(scheme)));
            var here = controls(tab, Map.of("primary", "#sign-in", "field", "#prompt"));
            tab.click("#sign-in");
            assertLoginPage(tab);
            assertEquals(controls(tab, Map.of("primary", "#login", "field", "#password")), here);
        }
    }

    private static Map<String, Object> controls(Page tab, Map<String, String> selectors) {
        var found = new java.util.TreeMap<String, Object>();
        selectors.forEach(
                (name, selector) -> found.put(name, tab.locator(selector).evaluate(CONTROL)));
        return found;
    }

    @Test
    void without_scripts_one_card_says_what_to_do() {
        var tab = browser(new Browser.NewContextOptions().setJavaScriptEnabled(false))
                .newPage();
        tab.navigate(world().sample + "/");
        assertThat(tab.locator(".card:visible")).hasCount(1);
        assertThat(tab.locator(".card:visible h1")).hasText("This application needs JavaScript");
        assertThat(tab.locator(".card:visible")).containsText("Allow JavaScript for this page, then reload it.");
        assertThat(tab.locator("main")).not().hasAttribute("aria-busy", "true");
    }

    @Test
    void while_it_loads_an_empty_card_stands_where_the_first_one_will_be() {
        var tab = browser().newPage();
        var held = new ArrayList<Route>();
        tab.route("**/config.json", held::add);
        tab.navigate(world().sample + "/");
        tab.waitForCondition(() -> !held.isEmpty());
        assertThat(tab.locator("main[aria-busy=true]")).hasCount(1);
        assertEquals(1, tab.evaluate(CARDS));
        held.getFirst().resume();
        waitForSample(tab);
        assertThat(tab.locator("main[aria-busy=true]")).hasCount(0);
        assertEquals(2, tab.evaluate(CARDS));
    }
}
