package dev.symbolon.browser;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;

import com.microsoft.playwright.Page;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/// A browser library from npm, unmodified, on a page of its own origin in a real Chromium.
final class OidcClientTsTest extends BrowserTest {
    private static World world;
    private static HttpServer application;

    @BeforeAll
    static void start() throws IOException {
        Npm.install();
        world = World.start();
        application = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        application.createContext("/", OidcClientTsTest::page);
        application.start();
        world.client("oidc-client-ts", home() + "/bye", home() + "/callback", home() + "/silent");
    }

    @AfterAll
    static void stop() {
        application.stop(0);
        world.close();
    }

    @Override
    World world() {
        return world;
    }

    private static String home() {
        return "http://localhost:" + application.getAddress().getPort();
    }

    private static void page(HttpExchange exchange) throws IOException {
        try (exchange) {
            var isLibrary = exchange.getRequestURI().getPath().endsWith(".js");
            var file = isLibrary ? "node_modules/oidc-client-ts/dist/browser/oidc-client-ts.min.js" : "index.html";
            var body = Files.readAllBytes(Npm.FOLDER.resolve(file));
            exchange.getResponseHeaders().set("Content-Type", isLibrary ? "text/javascript" : "text/html");
            exchange.sendResponseHeaders(200, body.length);
            exchange.getResponseBody().write(body);
        }
    }

    @Test
    void signs_in_reads_userinfo_renews_by_refresh_token_and_signs_out() {
        var tab = signedIn();
        assertEquals("Ada Lovelace", tab.evaluate("user.profile.name"));
        var before = tab.evaluate("user.refresh_token");
        tab.evaluate("() => manager.signinSilent().then(show, fail)");
        assertUser(tab, World.ADA);
        assertNotEquals(before, tab.evaluate("user.refresh_token"));
        assertEquals(false, tab.evaluate("user.expired"));

        tab.evaluate("() => { manager.signoutRedirect(); }");
        tab.waitForURL(home() + "/bye*");
        assertUser(tab, "nobody");
        tab.evaluate("() => { manager.signinRedirect(); }");
        assertLoginPage(tab);
    }

    @Test
    void renews_silently_in_a_frame_while_the_session_lives() {
        var tab = signedIn();
        var before = tab.evaluate("user.access_token");
        tab.evaluate("() => manager.signinSilent({ forceIframeAuth: true }).then(show, fail)");
        assertUser(tab, World.ADA);
        assertNotEquals(before, tab.evaluate("user.access_token"));
    }

    @Test
    void a_cancelled_sign_in_is_told_as_access_denied() {
        var tab = browser().newPage();
        tab.navigate(home() + "/?issuer=" + world.issuer);
        assertUser(tab, "nobody");
        tab.evaluate("() => { manager.signinRedirect(); }");
        tab.click("#cancel");
        assertUser(tab, "failed: The person pressed cancel.");
    }

    private Page signedIn() {
        var tab = browser().newPage();
        tab.navigate(home() + "/?issuer=" + world.issuer);
        assertUser(tab, "nobody");
        tab.evaluate("() => { manager.signinRedirect(); }");
        signIn(tab, World.ADA);
        assertUser(tab, World.ADA);
        return tab;
    }

    private static void assertUser(Page tab, String expected) {
        assertThat(tab.locator("html[data-user]")).hasAttribute("data-user", expected);
    }
}
