package dev.symbolon.browser;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.junit.jupiter.api.Assertions.assertEquals;

import com.deque.html.axecore.playwright.AxeBuilder;
import com.microsoft.playwright.Browser;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.options.ColorScheme;
import com.microsoft.playwright.options.ReducedMotion;
import com.microsoft.playwright.options.ScreenshotAnimations;
import dev.symbolon.oauth.Role;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/// "Try it" in a real browser: from a client's page through the sign-in form to what stands in the tokens.
final class DashboardTryInBrowserTest extends OwnWorldTest {
    private static final Path PICTURES = Path.of("target", "screenshots", "try");

    private Page atClient(Browser.NewContextOptions options, String client) {
        own.operator(World.ADA, Role.ADMIN);
        var tab = browser(options).newPage();
        tab.navigate(own.issuer + "/dashboard/clients/" + client);
        signIn(tab, World.ADA);
        tab.click("#try");
        tab.click("#do-allow");
        assertThat(tab.locator(".notice.good")).hasText("Added. It counts at once.");
        return tab;
    }

    /// What the person sees is clean for axe, in light and dark, and fits a phone.
    private static void isClean(Page tab, String name) {
        tab.setViewportSize(1280, 860);
        assertEquals(List.of(), new AxeBuilder(tab).analyze().getViolations(), name);
        picture(tab, name);
        tab.emulateMedia(new Page.EmulateMediaOptions().setColorScheme(ColorScheme.DARK));
        var contrast = new AxeBuilder(tab).withRules(List.of("color-contrast")).analyze();
        assertEquals(List.of(), contrast.getViolations(), name + " in the dark");
        picture(tab, name + "-dark");
        for (var width : List.of(390, 320)) {
            tab.setViewportSize(width, 840);
            assertEquals(width, tab.evaluate("document.documentElement.scrollWidth"), name + " " + width);
        }
        tab.setViewportSize(390, 840);
        picture(tab, name + "-phone");
        tab.emulateMedia(new Page.EmulateMediaOptions().setColorScheme(ColorScheme.LIGHT));
        tab.setViewportSize(1280, 860);
    }

    private static void picture(Page tab, String name) {
        tab.screenshot(new Page.ScreenshotOptions()
                .setAnimations(ScreenshotAnimations.DISABLED)
                .setFullPage(true)
                .setPath(PICTURES.resolve(name + ".png")));
    }

    @Test
    void a_confidential_client_is_tried_through_the_sign_in_form_to_the_claims_of_its_tokens() {
        var bob = own.person("bob@example.com", "Bob Builder");
        var tab = atClient(new Browser.NewContextOptions().setReducedMotion(ReducedMotion.REDUCE), World.WEB);
        var complaints = new ArrayList<String>();
        tab.onConsoleMessage(message -> complaints.add(message.text()));
        tab.onPageError(complaints::add);
        isClean(tab, "1-choose");
        tab.selectOption("#prompt", "select_account");
        tab.click("#begin");
        assertThat(tab.locator("h1")).hasText("The request is ready");
        isClean(tab, "2-request");
        tab.click("#go");
        tab.click("#use-another");
        signIn(tab, bob);
        assertThat(tab.locator("h1")).hasText("A code came back");
        isClean(tab, "3-code");
        tab.fill("#client_secret", "wrong");
        tab.click("#exchange");
        assertThat(tab.locator("[role=alert] strong")).hasText("invalid_client");
        isClean(tab, "4-wrong-secret");
        tab.fill("#client_secret", own.webSecret);
        tab.click("#exchange");
        assertThat(tab.locator("h1")).hasText("It works");
        assertThat(tab.locator("#id-token")).containsText("Bob Builder");
        assertThat(tab.locator("#access-token")).containsText("openid profile email");
        assertThat(tab.locator("#userinfo")).containsText(bob);
        assertThat(tab.locator("#ended")).containsText("revoked before this page was shown");
        isClean(tab, "5-tokens");
        assertEquals(List.of(), complaints, "no script of ours complains, and the policy holds");

        tab.reload();
        assertThat(tab.locator("h1")).hasText("This run is over");
        isClean(tab, "6-over");
        tab.navigate(own.issuer + "/dashboard");
        assertThat(tab.locator(".wideonly .whom strong")).hasText("Ada Lovelace");
    }

    @Test
    void everything_of_it_works_without_a_script_and_by_keyboard() {
        var options = new Browser.NewContextOptions().setJavaScriptEnabled(false);
        var tab = atClient(options, World.THIRD);
        press(tab, "#begin");
        press(tab, "#go");
        press(tab, "#deny");
        assertThat(tab.locator("h1")).hasText("It ended here");
        assertThat(tab.locator("[role=alert] strong")).hasText("access_denied");
        press(tab, "#again");
        press(tab, "#begin");
        press(tab, "#go");
        press(tab, "#allow");
        press(tab, "#exchange");
        assertThat(tab.locator("h1")).hasText("It works");
        assertThat(tab.locator("#id-token")).containsText("Ada Lovelace");
        press(tab, "#do-disallow");
        assertThat(tab.locator(".notice.good")).hasText("Removed.");
    }

    // Until it has the focus, as somebody without a mouse does.
    private static void press(Page tab, String what) {
        var button = tab.locator(what);
        for (var pressed = 0; pressed < 80 && !isFocused(button); pressed++) {
            tab.keyboard().press("Tab");
        }
        assertThat(button).isFocused();
        tab.keyboard().press("Enter");
    }

    private static boolean isFocused(com.microsoft.playwright.Locator button) {
        return Boolean.TRUE.equals(button.evaluate("e => e === document.activeElement"));
    }
}
