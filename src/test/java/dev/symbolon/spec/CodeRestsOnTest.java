package dev.symbolon.spec;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.symbolon.crypto.PasswordHash;
import dev.symbolon.oauth.ClientId;
import dev.symbolon.oauth.SessionId;
import dev.symbolon.oauth.Subject;
import dev.symbolon.store.Consents;
import dev.symbolon.store.Sessions;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.logging.Handler;
import java.util.logging.Level;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

/// What a code and a refresh token rest on: the person, the session, the consent, the client. When one ends
/// between two steps, the next step is refused at once.
final class CodeRestsOnTest {
    private static final AtomicInteger NUMBER = new AtomicInteger();
    private static final PasswordHash ANOTHER = new PasswordHash("$argon2id$v=19$m=7168,t=1,p=1$AAAA$AAAA");

    private static Site site;

    @BeforeAll
    static void start() {
        site = Site.start();
    }

    @AfterAll
    static void stop() {
        site.close();
    }

    /// A person of the test's own, signed in in a browser of their own.
    private record Somebody(Subject subject, String email, Browser browser) {
        static Somebody signedIn() {
            var email = "somebody" + NUMBER.incrementAndGet() + "@example.com";
            var subject = site.person(email, "Somebody");
            var browser = site.browser();
            site.signIn(browser, Site.request("spa"), email);
            return new Somebody(subject, email, browser);
        }

        String code(Map<String, String> changes) {
            return browser.get(Site.authorize(Site.request("spa", changes)))
                    .redirect()
                    .text("code");
        }

        String code() {
            return code(Map.of());
        }

        String refreshToken(Map<String, String> changes) {
            return site.token(Site.redemption("spa", code(changes)))
                    .json()
                    .get("refresh_token")
                    .textValue();
        }

        SessionId session() {
            var idToken = site.token(Site.redemption("spa", code())).json().get("id_token");
            return new SessionId(Site.claims(idToken.textValue()).get("sid").textValue());
        }
    }

    private static void bothRefused(String code, String refreshToken) {
        Refused.still(site, 400, "invalid_grant", Site.redemption("spa", code));
        Refused.still(site, 400, "invalid_grant", Site.refresh("spa", refreshToken));
    }

    @Test
    void AC_09_RT_10_OG_06_a_disabled_person_gets_nothing() {
        var who = Somebody.signedIn();
        var token = who.refreshToken(Map.of());
        var offline = who.refreshToken(Map.of("scope", "openid offline_access"));
        var code = who.code();
        site.app.house().accounts().disable(site.host().id(), who.subject(), site.clock.instant());
        bothRefused(code, token);
        Refused.still(site, 400, "invalid_grant", Site.refresh("spa", offline));
        site.app.house().accounts().enable(site.host().id(), who.subject(), site.clock.instant());
        bothRefused(code, token);
    }

    @Test
    void AC_09_RT_10_a_removed_person_gets_nothing() {
        var who = Somebody.signedIn();
        var token = who.refreshToken(Map.of());
        var code = who.code();
        site.app.house().accounts().remove(site.host().id(), who.subject(), site.clock.instant());
        bothRefused(code, token);
    }

    @Test
    void AC_09_RT_10_a_new_password_ends_codes_and_refresh_tokens_even_offline_ones() {
        var who = Somebody.signedIn();
        var token = who.refreshToken(Map.of());
        var offline = who.refreshToken(Map.of("scope", "openid offline_access"));
        var code = who.code();
        site.clock.advance(Duration.ofSeconds(1));
        site.app.house().accounts().changePassword(site.host().id(), who.subject(), ANOTHER, site.clock.instant());
        bothRefused(code, token);
        Refused.still(site, 400, "invalid_grant", Site.refresh("spa", offline));
    }

    @Test
    void AC_09_RT_10_an_ended_session_takes_its_codes_and_refresh_tokens_but_not_offline_ones() {
        var who = Somebody.signedIn();
        var session = who.session();
        var token = who.refreshToken(Map.of());
        var offline = who.refreshToken(Map.of("scope", "openid offline_access"));
        var code = who.code();
        var offlineCode = who.code(Map.of("scope", "openid offline_access"));
        new Sessions(site.app.house().database()).end(site.host().id(), session, site.clock.instant());
        bothRefused(code, token);
        Refused.still(site, 400, "invalid_grant", Site.redemption("spa", offlineCode));
        assertEquals(200, site.token(Site.refresh("spa", offline)).status(), "offline_access outlives the logout");
    }

    @Test
    void AC_09_RT_10_a_withdrawn_consent_takes_codes_and_refresh_tokens() {
        var email = "consenting@example.com";
        var subject = site.person(email, "Consenting");
        var browser = site.browser();
        var page = site.signIn(browser, Site.request("third"), email);
        var form = new HashMap<String, String>();
        form.put("interaction", page.hidden("interaction"));
        form.put("csrf", page.hidden("csrf"));
        form.put("action", "allow");
        var back = browser.follow(browser.post("/consent", form));
        var tokens = site.token(Site.redemption("third", back.redirect().text("code")))
                .json();
        var code = browser.get(Site.authorize(Site.request("third"))).redirect().text("code");
        new Consents(site.app.house().database())
                .revoke(site.host().id(), subject, new ClientId("third"), site.clock.instant());
        Refused.still(site, 400, "invalid_grant", Site.redemption("third", code));
        Refused.still(
                site,
                400,
                "invalid_grant",
                Site.refresh("third", tokens.get("refresh_token").textValue()));
        assertEquals(
                401,
                site.withBearer("/userinfo", tokens.get("access_token").textValue())
                        .status());
    }

    @Test
    void RT_10_OG_06_a_disabled_client_gets_nothing_until_it_is_enabled() {
        site.client("switched", Site.draft().callbacks(Site.CALLBACK));
        var ada = new Ada(site);
        var token = ada.tokens("switched").get("refresh_token").textValue();
        var code = ada.code("switched");
        var clients = site.app.house().clients();
        clients.disable(site.host().id(), new ClientId("switched"), site.clock.instant());
        Refused.still(site, 401, "invalid_client", Site.redemption("switched", code));
        Refused.still(site, 401, "invalid_client", Site.refresh("switched", token));
        clients.enable(site.host().id(), new ClientId("switched"), site.clock.instant());
        ada.refreshed("switched", token);
    }

    @Test
    void OG_06_a_removed_client_is_like_one_that_never_was() {
        site.client("removed", Site.draft().callbacks(Site.CALLBACK));
        var ada = new Ada(site);
        var token = ada.tokens("removed").get("refresh_token").textValue();
        site.app.house().clients().remove(site.host().id(), new ClientId("removed"), site.clock.instant());
        var gone = Refused.still(site, 401, "invalid_client", Site.refresh("removed", token));
        var never = Refused.still(site, 401, "invalid_client", Site.refresh("never", token));
        assertEquals(never.body(), gone.body());
    }

    @Test
    void AC_08_AD_04_no_code_and_no_token_stands_in_the_database() throws IOException {
        var ada = new Ada(site);
        var code = ada.code("web");
        var tokens = site.token(Site.redemption("web", code), Map.of("Authorization", site.basic("web")))
                .json();
        var secrets = List.of(
                code,
                tokens.get("refresh_token").textValue(),
                tokens.get("access_token").textValue(),
                tokens.get("id_token").textValue(),
                site.secrets.get("web"),
                Site.VERIFIER,
                Site.PASSWORD);
        try (var files = Files.list(site.data)) {
            for (var file : files.filter(Files::isRegularFile).toList()) {
                var content = new String(Files.readAllBytes(file), StandardCharsets.ISO_8859_1);
                secrets.forEach(secret -> assertFalse(content.contains(secret), file.getFileName() + " holds one"));
            }
        }
    }

    @Test
    void AC_07_AD_05_no_code_verifier_token_or_password_stands_in_the_log() {
        var logged = new CopyOnWriteArrayList<String>();
        var root = Logger.getLogger("");
        var listening = new Handler() {
            @Override
            public void publish(LogRecord record) {
                logged.add(record.getMessage() + " " + List.of(parameters(record)) + " " + record.getThrown());
            }

            @Override
            public void flush() {}

            @Override
            public void close() {}
        };
        listening.setLevel(Level.ALL);
        var house = Logger.getLogger("dev.symbolon");
        house.setLevel(Level.ALL);
        root.addHandler(listening);
        try {
            var who = Somebody.signedIn();
            var code = who.code();
            var form = Site.redemption("spa", code);
            var tokens = site.token(form).json();
            var refresh = tokens.get("refresh_token").textValue();
            site.token(form);
            site.token(Site.refresh("spa", refresh));
            site.token(form, Map.of("Authorization", site.basic("web")));
            site.withBearer("/userinfo", tokens.get("access_token").textValue());
            who.browser().get("/callback?code=" + code);
            who.browser().post("/login", Map.of("username", who.email(), "password", Site.PASSWORD));
            var secrets = List.of(
                    code,
                    Site.VERIFIER,
                    refresh,
                    tokens.get("access_token").textValue(),
                    tokens.get("id_token").textValue(),
                    site.secrets.get("web"),
                    Site.PASSWORD,
                    who.browser().cookies.get("symbolon-session"));
            LoggerFactory.getLogger("dev.symbolon.canary").debug("sings");
            assertTrue(logged.stream().anyMatch(line -> line.startsWith("sings")), "the log is heard");
            for (var line : logged) {
                secrets.forEach(secret -> assertFalse(line.contains(secret), line));
            }
        } finally {
            root.removeHandler(listening);
            house.setLevel(null);
        }
    }

    private static Object[] parameters(LogRecord record) {
        return record.getParameters() == null ? new Object[0] : record.getParameters();
    }

    @Test
    void AC_07_pages_that_know_a_request_tell_no_other_site_of_it() {
        var browser = site.browser();
        var login = browser.follow(browser.get(Site.authorize(Site.request("spa"))));
        var error = browser.get(Site.authorize(Site.request("nobody")));
        for (var page : List.of(login, error)) {
            assertEquals("same-origin", page.header("referrer-policy").orElse(""));
            assertTrue(page.header("cache-control").orElse("").contains("no-store"));
        }
    }
}
