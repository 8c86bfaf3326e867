package dev.symbolon.browser;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.microsoft.playwright.Browser;
import com.microsoft.playwright.BrowserContext;
import com.microsoft.playwright.Route;
import dev.symbolon.spec.Site;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// What is missing or breaks on the way: cookies, scripts, the server itself; and two tenants that know nothing of
/// one another.
final class TroubleInBrowserTest extends BrowserTest {
    private static World world;

    @TempDir
    Path profile;

    @BeforeAll
    static void start() {
        world = World.start();
    }

    @AfterAll
    static void stop() {
        world.close();
    }

    @Override
    World world() {
        return world;
    }

    @Test
    void with_cookies_off_one_sentence_says_so_and_a_button_tries_again() throws IOException {
        Files.createDirectories(profile.resolve("Default"));
        Files.writeString(
                profile.resolve("Default/Preferences"),
                "{\"profile\":{\"default_content_setting_values\":{\"cookies\":2}}}");
        var tab = keep(Stage.chromium().withProfile(profile)).newPage();
        tab.navigate(world.authorize(World.PLAIN, Map.of()));
        assertThat(tab.locator("h1")).hasText("Your browser did not send our cookie");
        assertThat(tab.locator("main")).containsText("Allow cookies for this site, then try again.");
        tab.click("#retry");
        assertThat(tab.locator("h1")).hasText("Your browser did not send our cookie");
        assertThat(tab.locator("#retry")).isVisible();

        tab.navigate(world.sample + "/");
        waitForSample(tab);
        tab.click("#sign-in");
        assertThat(tab.locator("#message")).containsText("lets the page store nothing");
    }

    @Test
    void cookies_that_are_cleared_at_the_sign_in_page_cost_one_more_click() {
        var browser = browser();
        var tab = browser.newPage();
        tab.navigate(world.authorize(World.PLAIN, Map.of()));
        assertLoginPage(tab);
        browser.clearCookies();
        signIn(tab, World.ADA);
        assertThat(tab.locator("h1")).hasText("Your browser did not send our cookie");
        tab.click("#retry");
        signIn(tab, World.ADA);
        assertThat(tab.locator("h1")).hasText("Arrived");
        assertEquals(
                200,
                world.redeem(World.PLAIN, world.callback.next().form().text("code"))
                        .status());
    }

    @Test
    void without_scripts_a_person_signs_in_consents_chooses_and_signs_out() {
        var gina = world.person("gina@example.com", "Gina");
        var tab = browser(new Browser.NewContextOptions().setJavaScriptEnabled(false))
                .newPage();
        tab.navigate(world.authorize(World.THIRD, Map.of()));
        signIn(tab, gina, "wrong");
        assertThat(tab.locator("#notice")).containsText("do not match");
        signIn(tab, gina);
        tab.click("#allow");
        assertThat(tab.locator("h1")).hasText("Arrived");
        assertEquals(
                200,
                world.redeem(World.THIRD, world.callback.next().form().text("code"))
                        .status());

        tab.navigate(world.authorize(World.PLAIN, Map.of("prompt", "select_account")));
        tab.click(".account");
        assertThat(tab.locator("h1")).hasText("Arrived");
        assertTrue(world.callback.next().form().get("code").isPresent());

        tab.navigate(world.issuer + "/logout");
        tab.click("#logout");
        assertThat(tab.locator("h1")).hasText("You are signed out");
        tab.navigate(world.authorize(World.PLAIN, Map.of("prompt", "none")));
        assertEquals("login_required", world.callback.next().form().text("error"));
    }

    @Test
    void form_post_sends_itself_and_without_scripts_a_button_sends_it() {
        for (var scripts : new boolean[] {true, false}) {
            var tab = browser(new Browser.NewContextOptions().setJavaScriptEnabled(scripts))
                    .newPage();
            tab.navigate(world.authorize(World.PLAIN, Map.of("response_mode", "form_post")));
            signIn(tab, World.ADA);
            if (!scripts) {
                assertThat(tab.locator("h1")).hasText("One moment");
                tab.click("button");
            }
            assertThat(tab.locator("h1")).hasText("Arrived");
            var arrival = world.callback.next();
            assertEquals("POST", arrival.method());
            assertEquals("st ate/ü", arrival.form().text("state"));
            assertEquals(world.issuer, arrival.form().text("iss"));
            assertEquals(
                    200, world.redeem(World.PLAIN, arrival.form().text("code")).status());
        }
    }

    @Test
    void form_post_brings_errors_too() {
        var tab = browser().newPage();
        tab.navigate(world.authorize(World.PLAIN, Map.of("response_mode", "form_post", "prompt", "none")));
        var arrival = world.callback.next();
        assertEquals("POST", arrival.method());
        assertEquals("login_required", arrival.form().text("error"));
    }

    @Test
    void a_server_that_restarts_while_the_password_is_typed_is_not_noticed() {
        var tab = sample(browser());
        tab.click("#sign-in");
        assertLoginPage(tab);
        world.restart();
        signIn(tab, World.ADA);
        assertSignedIn(tab, World.ADA);
        assertApiAnswers(tab);
    }

    @Test
    void a_server_that_restarts_between_code_and_token_is_not_noticed() {
        var browser = browser();
        var tab = sample(browser);
        tab.click("#sign-in");
        browser.route(
                "**/oauth/token", TroubleInBrowserTest::restartFirst, new BrowserContext.RouteOptions().setTimes(1));
        signIn(tab, World.ADA);
        assertSignedIn(tab, World.ADA);
        assertApiAnswers(tab);
        world.restart();
        tab.click("#refresh");
        assertThat(tab.locator("#message")).hasText("There is a new access token.");
        tab.click("#sign-out");
        assertSignedOut(tab);
    }

    private static void restartFirst(Route route) {
        world.restart();
        route.resume();
    }

    @Test
    void a_server_that_is_down_signs_nobody_out() {
        var tab = signedInSample(browser(), World.ADA);
        world.stop();
        try {
            tab.click("#refresh");
            assertThat(tab.locator("#message"))
                    .hasText("The server cannot be reached. Try again in a moment. You stay signed in.");
            assertSignedIn(tab, World.ADA);
        } finally {
            world.startAgain();
        }
        tab.click("#refresh");
        assertThat(tab.locator("#message")).hasText("There is a new access token.");
        assertApiAnswers(tab);
    }

    @Test
    void a_second_tenant_is_signed_in_by_itself_in_the_same_browser() {
        var browser = browser();
        var ours = signedInSample(browser, World.ADA);
        var tab = browser.newPage();
        tab.navigate(world.authorizeAtAcme(Map.of("prompt", "none")));
        assertEquals("login_required", world.callback.next().form().text("error"));
        tab.navigate(world.authorizeAtAcme(Map.of()));
        assertThat(tab.locator("header")).hasText("Acme");
        signIn(tab, World.ADA);
        assertThat(tab.locator("#notice")).containsText("do not match");
        signIn(tab, World.GRACE);
        assertThat(tab.locator("h1")).hasText("Arrived");
        var arrived = world.callback.next().form();
        assertEquals(world.acme, arrived.text("iss"));
        assertEquals(
                400, world.redeem(World.PLAIN, arrived.text("code")).status(), "a code of acme at the first tenant");
        var idToken = (String) tab.evaluate(
                "([url, body]) => fetch(url, { method: 'POST', body: new URLSearchParams(body) })"
                        + ".then((answer) => answer.json()).then((tokens) => tokens.id_token)",
                List.of(world.acme + "/oauth/token", world.redemption(World.PLAIN, arrived.text("code"))));
        var claims = Site.claims(idToken);
        assertEquals(world.acme, claims.get("iss").textValue());
        assertEquals(World.GRACE, claims.get("email").textValue());

        tab.navigate(world.acme + "/logout");
        tab.click("#logout");
        ours.reload();
        assertSignedIn(ours, World.ADA);
        ours.click("#refresh");
        assertThat(ours.locator("#message")).hasText("There is a new access token.");
    }
}
