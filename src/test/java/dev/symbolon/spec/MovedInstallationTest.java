package dev.symbolon.spec;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.symbolon.App;
import dev.symbolon.Config;
import dev.symbolon.cli.Terminal;
import dev.symbolon.oauth.TenantId;
import dev.symbolon.store.Databases;
import java.net.http.HttpRequest;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// An installation whose database was moved, seen from the people and applications that were there before.
final class MovedInstallationTest {
    private static final String PROBE = Site.authorize(Site.request("spa", Map.of("prompt", "none")));
    private static final TenantId DEFAULT = new TenantId("default");

    @TempDir
    Path folder;

    private Site site;
    private Terminal terminal;

    @BeforeEach
    void start() {
        site = Site.start();
        terminal = new Terminal(site.data);
    }

    @AfterEach
    void stop() {
        site.close();
    }

    private String source() {
        return "sqlite:" + site.data.resolve("symbolon.db");
    }

    /// A server on another database, with the master key and at the addresses of the first one.
    private App serve(String database) {
        var settings = new HashMap<>(site.environment);
        settings.put("SYMBOLON_DATABASE", database);
        return App.start(Config.read(settings), site.clock, new SecureRandom());
    }

    private Browser at(App server, Browser same) {
        var browser = Browser.at("http://localhost:" + server.port(), site.issuer);
        browser.cookies.putAll(same.cookies);
        return browser;
    }

    private static String refreshToken(Reply reply) {
        assertEquals(200, reply.status(), reply.body());
        return reply.json().get("refresh_token").textValue();
    }

    private Reply signIn(Browser browser) {
        var code = site.signIn(browser, Site.request("spa"), "ada@example.com")
                .redirect()
                .text("code");
        return browser.post("/oauth/token", Site.redemption("spa", code));
    }

    /// What a client with this secret is told about a refresh token that is none.
    private static Reply asClient(Browser from, String secret) {
        return from.send(from.to("/oauth/token")
                .header("Authorization", Site.basic("web", secret))
                .header("Content-Type", "application/x-www-form-urlencoded")
                .POST(HttpRequest.BodyPublishers.ofString("grant_type=refresh_token&refresh_token=x")));
    }

    @Test
    void who_was_signed_in_is_and_every_token_goes_on_in_both_directions() {
        var browser = Browser.at("http://localhost:" + site.app.port(), site.issuer);
        var tokens = signIn(browser);
        var access = tokens.json().get("access_token").textValue();
        var secret = site.secrets.get("web");
        site.linkEvents();
        var lastEvent = site.app
                .house()
                .events()
                .list(DEFAULT, Optional.empty(), 1)
                .getFirst()
                .seq();

        var postgres = Databases.POSTGRESQL.newUrl();
        terminal.good("move", "--from", source(), "--to", postgres);
        site.clock.advance(Duration.ofSeconds(2));
        try (var server = serve(postgres)) {
            var there = at(server, browser);
            // The browser that was signed in is, the access token is honoured, the refresh token rotates.
            assertFalse(there.get(PROBE).redirect().text("code").isEmpty());
            assertEquals(
                    200,
                    there.send(there.to("/userinfo").header("Authorization", "Bearer " + access))
                            .status());
            var second = refreshToken(there.post("/oauth/token", Site.refresh("spa", refreshToken(tokens))));
            // A password, and a client's secret.
            var anew = at(server, new Browser(site.issuer));
            var code = site.signIn(anew, Site.request("spa"), "ada@example.com")
                    .redirect()
                    .text("code");
            assertEquals(
                    200, anew.post("/oauth/token", Site.redemption("spa", code)).status());
            assertEquals(401, asClient(there, secret + "x").status());
            assertEquals(
                    "invalid_grant", asClient(there, secret).json().get("error").textValue());
            // The trail goes on where it was.
            var house = server.house();
            assertTrue(
                    house.events().list(DEFAULT, Optional.empty(), 1).getFirst().seq() > lastEvent);
            house.linkEvents(house.hosts().find(DEFAULT).orElseThrow(), 1_000);
            assertTrue(terminal.set("SYMBOLON_DATABASE", postgres)
                    .good("audit", "verify")
                    .contains("is whole"));

            var file = "sqlite:" + folder.resolve("back.db");
            terminal.good("move", "--from", postgres, "--to", file);
            try (var back = serve(file)) {
                var again = at(back, there);
                assertFalse(again.get(PROBE).redirect().text("code").isEmpty());
                refreshToken(again.post("/oauth/token", Site.refresh("spa", second)));
                assertTrue(terminal.set("SYMBOLON_DATABASE", file)
                        .good("audit", "verify")
                        .contains("is whole"));
            }
        }
    }

    /// What docs/operating.md says of moving or backing up under a running server.
    @Test
    void what_happened_after_the_moment_is_not_there_and_a_newer_refresh_token_ends_its_sign_in() {
        var browser = Browser.at("http://localhost:" + site.app.port(), site.issuer);
        var early = refreshToken(signIn(browser));
        var late = refreshToken(signIn(site.browser()));
        var postgres = Databases.POSTGRESQL.newUrl();
        terminal.good("move", "--from", source(), "--to", postgres);
        var newer = refreshToken(browser.post("/oauth/token", Site.refresh("spa", late)));
        site.person("new@example.com", "New");
        site.clock.advance(Duration.ofMinutes(2));
        try (var server = serve(postgres)) {
            var there = at(server, browser);
            refreshToken(there.post("/oauth/token", Site.refresh("spa", early)));
            Refused.json(400, "invalid_grant", there.post("/oauth/token", Site.refresh("spa", newer)));
            Refused.json(400, "invalid_grant", there.post("/oauth/token", Site.refresh("spa", late)));
            assertTrue(server.house()
                    .accounts()
                    .byEmail(DEFAULT, "new@example.com")
                    .isEmpty());
        }
    }

    @Test
    void AD_07_what_was_revoked_since_a_backup_is_told_to_live_again_and_does_not_when_everybody_is_signed_out() {
        var browser = Browser.at("http://localhost:" + site.app.port(), site.issuer);
        var revoked = refreshToken(signIn(browser));
        var backup = folder.resolve("backup.db").toString();
        terminal.good("backup", backup);
        browser.post("/oauth/revoke", Map.of("client_id", "spa", "token", revoked));
        Refused.json(400, "invalid_grant", browser.post("/oauth/token", Site.refresh("spa", revoked)));
        site.app.close();

        var said = terminal.type("restore", backup);
        assertEquals(0, said.status(), said.all());
        assertTrue(said.all().contains("what was revoked since is valid again"), said.all());
        try (var server = serve(source())) {
            refreshToken(at(server, browser).post("/oauth/token", Site.refresh("spa", revoked)));
        }

        said = terminal.type("restore", backup, "--sign-out-everybody");
        assertEquals(0, said.status(), said.all());
        assertTrue(said.all().contains("Every session and sign-in has ended."), said.all());
        site.clock.advance(Duration.ofHours(3));
        try (var server = serve(source())) {
            var there = at(server, browser);
            Refused.json(400, "invalid_grant", there.post("/oauth/token", Site.refresh("spa", revoked)));
            assertEquals("login_required", there.get(PROBE).redirect().text("error"));
            refreshToken(signIn(at(server, new Browser(site.issuer))));
            assertEquals(
                    1,
                    server.house().events().list(DEFAULT, Optional.empty(), 100).stream()
                            .filter(event -> event.kind().equals("session.all_ended"))
                            .count());
        }
    }
}
