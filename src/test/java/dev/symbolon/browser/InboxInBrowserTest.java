package dev.symbolon.browser;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.deque.html.axecore.playwright.AxeBuilder;
import com.microsoft.playwright.Browser;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.options.ColorScheme;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.Test;

/// `/dev/mail` as whoever runs the server sees it.
final class InboxInBrowserTest extends BrowserTest {
    private static final Path PICTURES = Path.of("target", "screenshots", "inbox");

    @Test
    void the_mails_are_looked_through_in_a_window_and_on_a_phone() {
        var sample = sample(browser());
        sample.fill("#email", World.ADA);
        sample.click("#send-code");
        assertThat(sample.locator("#with-code")).isVisible();
        var list = "http://localhost:" + world().managementPort() + "/dev/mail";
        for (var scheme : List.of(ColorScheme.LIGHT, ColorScheme.DARK)) {
            for (var width : List.of(1280, 390)) {
                var options =
                        new Browser.NewContextOptions().setColorScheme(scheme).setViewportSize(width, 800);
                var tab = browser(options).newPage();
                var complaints = new ArrayList<String>();
                tab.onConsoleMessage(message -> complaints.add(message.text()));
                tab.navigate(list);
                look(tab, "list " + scheme + " " + width);
                assertEquals(width, tab.evaluate("document.documentElement.scrollWidth"));
                var main = tab.locator("main").boundingBox().width;
                assertTrue(width < 500 ? main < width : main > 700, "it is " + main + " wide");
                tab.locator(".mails a").first().click();
                assertThat(tab.locator("h1")).isVisible();
                tab.screenshot(
                        new Page.ScreenshotOptions().setPath(PICTURES.resolve(name("letter " + scheme + " " + width))));
                tab.locator("nav a").first().click();
                assertThat(tab).hasURL(list);
                assertEquals(List.of(), complaints);
            }
        }
    }

    private static void look(Page tab, String name) {
        assertEquals(
                List.of(), new AxeBuilder(tab).setLegacyMode(true).analyze().getViolations(), name);
        tab.screenshot(new Page.ScreenshotOptions().setPath(PICTURES.resolve(name(name))));
    }

    private static String name(String name) {
        return name.toLowerCase(Locale.ROOT).replace(' ', '-') + ".png";
    }
}
