package dev.symbolon.spec;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import dev.symbolon.App;
import dev.symbolon.Config;
import dev.symbolon.crypto.MasterKey;
import java.io.IOException;
import java.net.http.HttpRequest.BodyPublishers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.logging.Handler;
import java.util.logging.Level;
import java.util.logging.LogManager;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import java.util.logging.SimpleFormatter;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/// Where secrets are not: in the database and in the log. And the key without which nothing opens.
final class SecretsTest {
    private static final String GUESS = "a wrong guess 53cr3t";

    private static final Pattern IN_CLEAR =
            Pattern.compile("(?im)^(authorization|cookie|set-cookie|location): (?!<redacted>)");

    /// Everything that is written to the log, at the finest level, by whoever writes.
    private static final class Listening extends Handler implements AutoCloseable {
        private final Logger root = LogManager.getLogManager().getLogger("");
        private final Level before = root.getLevel();
        private final SimpleFormatter plain = new SimpleFormatter();
        private final StringBuffer heard = new StringBuffer();

        Listening() {
            setLevel(Level.ALL);
            root.setLevel(Level.ALL);
            root.addHandler(this);
        }

        @Override
        public void publish(LogRecord entry) {
            heard.append(entry.getLoggerName()).append(' ').append(plain.format(entry));
        }

        @Override
        public void flush() {
            // nothing waits
        }

        @Override
        public void close() {
            root.removeHandler(this);
            root.setLevel(before);
        }
    }

    private static void note(Map<String, String> secrets, String name, JsonNode answer) {
        for (var token : List.of("access_token", "refresh_token", "id_token")) {
            secrets.put(name + " " + token, answer.get(token).textValue());
        }
    }

    /// Everything that a person, an application and an attacker do, and each secret that came up.
    private static Map<String, String> fullRun(Site site) {
        var secrets = new LinkedHashMap<String, String>();
        secrets.put("password", Site.PASSWORD);
        secrets.put("guess", GUESS);
        site.secrets.forEach((client, secret) -> secrets.put("secret of " + client, secret));
        for (var client : List.of("spa", "web", "third")) {
            var browser = site.browser();
            var login = browser.follow(browser.get(Site.authorize(Site.request(client))));
            browser.post("/login", Site.login(login, "ada@example.com", GUESS));
            secrets.put("csrf", login.hidden("csrf"));
            var at = site.signInAt(browser, login, "ada@example.com");
            if (client.equals("third")) {
                at = browser.follow(browser.post(
                        "/consent",
                        Map.of("interaction", at.hidden("interaction"), "csrf", at.hidden("csrf"), "action", "allow")));
            }
            secrets.put("session of " + client, browser.cookies.get("symbolon-session"));
            secrets.put("browser of " + client, browser.cookies.get("symbolon-browser"));
            var code = at.redirect().text("code");
            secrets.put("code of " + client, code);
            tokens(site, client, code, secrets);
            browser.get(Site.authorize(Site.request(client, Map.of("redirect_uri", "https://evil.example"))));
            browser.get("/logout?id_token_hint=" + secrets.get(client + " id_token"));
        }
        secrets.put("verifier", Site.VERIFIER);
        imported(site, secrets);
        return secrets;
    }

    // Secrets that come in a file: those that are kept, and those of lines that are refused.
    private static void imported(Site site, Map<String, String> secrets) {
        var kept = "k".repeat(40);
        var upstream = "upstream-secret-in-a-file";
        var refused = "$2b$31$" + "r".repeat(53);
        secrets.put("secret of an imported client", kept);
        secrets.put("secret of an imported connection", upstream);
        secrets.put("refused hash", refused);
        secrets.put("short secret", "too-short-a-secret");
        var lines = """
                {"format":"symbolon-tenant","version":1}
                {"type":"client","client_id":"in","redirect_uris":[],\
                "token_endpoint_auth_method":"client_secret_basic","client_secrets":["%s"]}
                {"type":"client","client_id":"short","redirect_uris":[],\
                "token_endpoint_auth_method":"client_secret_basic","client_secrets":["too-short-a-secret"]}
                {"type":"connection","connection_id":"hub","kind":"github","client_id":"c","client_secret":"%s"}
                {"type":"person","sub":"p","password_hash":"%s"}
                """.formatted(kept, upstream, refused);
        var in = new java.io.ByteArrayInputStream(lines.getBytes(StandardCharsets.UTF_8));
        try {
            var ended = site.app
                    .house()
                    .transfer(site.clock)
                    .importing()
                    .run(site.host(), new dev.symbolon.transfer.Import.Source(in, "f", 0), _ -> {});
            assertEquals(2, ended.added());
            assertEquals(2, ended.refused());
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    private static void tokens(Site site, String client, String code, Map<String, String> secrets) {
        Map<String, String> basic = client.equals("web") ? Map.of("Authorization", site.basic("web")) : Map.of();
        basic.values().forEach(header -> secrets.put("Basic of " + client, header.substring(6)));
        var wrong = Site.redemption(client, code);
        wrong.put("code_verifier", "w".repeat(50));
        secrets.put("wrong verifier", "w".repeat(50));
        assertEquals(400, site.token(wrong, basic).status());
        var first = site.token(Site.redemption(client, code), basic);
        assertEquals(200, first.status(), first.body());
        note(secrets, client, first.json());
        var access = secrets.get(client + " access_token");
        site.withBearer("/userinfo", access);
        site.withBearer("/me", access + "x");
        site.browser().post("/userinfo", Map.of("access_token", access));
        var refreshed = site.token(Site.refresh(client, secrets.get(client + " refresh_token")), basic);
        note(secrets, client + " next", refreshed.json());
        Browser.exchange(site.browser()
                .to("/oauth/token")
                .header("Content-Type", "application/json")
                .POST(BodyPublishers.ofString(
                        "{\"grant_type\":\"refresh_token\",\"client_id\":\"spa\",\"refresh_token\":\""
                                + secrets.get(client + " next refresh_token") + "x\"}")));
        site.token(Site.redemption("post", code), Map.of());
        var withSecret = Site.redemption("post", code);
        withSecret.put("client_secret", site.secrets.get("post"));
        site.token(withSecret, Map.of());
        site.token(Site.redemption(client, code), basic);
        site.token(Site.redemption("web", code), Map.of("Authorization", Site.basic("web", GUESS)));
    }

    private static String everything(Site site) throws IOException {
        var all = new StringBuilder(String.join("\n", site.dump().values()));
        for (var name : List.of("symbolon.db", "symbolon.db-wal")) {
            var file = site.data.resolve(name);
            if (Files.exists(file)) {
                all.append('\n').append(new String(Files.readAllBytes(file), StandardCharsets.ISO_8859_1));
            }
        }
        return all.toString();
    }

    @Test
    @Spec({"RFC 6819 §5.1.4.1.3", "RFC 6749 §10.3"})
    void AD_04_the_database_holds_no_secret_in_clear() throws IOException {
        try (var site = Site.start()) {
            var secrets = fullRun(site);
            var all = everything(site);
            assertTrue(all.contains("ada@example.com"), "the dump is one");
            assertTrue(all.contains("$argon2id$"), "passwords are hashed");
            secrets.forEach((name, secret) -> {
                assertFalse(secret.isEmpty(), name);
                assertFalse(all.contains(secret), name + " stands in the database");
            });
            var masterKey = Files.readString(site.data.resolve("master.key")).strip();
            assertFalse(all.contains(masterKey));
            for (var jwk : List.of("\"d\":", "\"p\":", "\"q\":", "\"dp\":", "\"qi\":")) {
                assertFalse(all.contains(jwk), "a private key stands in the database: " + jwk);
            }
            for (var sealed : site.dump().ask("SELECT private_jwk FROM signing_key UNION SELECT secret FROM tenant")) {
                var text = new String(Base64.getUrlDecoder().decode(sealed), StandardCharsets.ISO_8859_1);
                assertFalse(text.contains("kty"), "not sealed");
            }
            var hashes = site.dump().ask("SELECT hash FROM client_secret");
            assertEquals(4, hashes.size());
            site.secrets.values().forEach(secret -> assertFalse(hashes.contains(secret)));
        }
    }

    @Test
    void AD_04_files_with_secrets_are_for_this_user_only() throws IOException {
        try (var site = Site.start()) {
            for (var file : List.of("master.key", "symbolon.db", "symbolon.db-wal")) {
                var mode = Files.getPosixFilePermissions(site.data.resolve(file));
                assertEquals("rw-------", java.nio.file.attribute.PosixFilePermissions.toString(mode), file);
            }
        }
    }

    @Test
    @Spec("RFC 6750 §5.3")
    void AD_05_the_log_holds_no_secret_even_at_the_finest_level() {
        try (var log = new Listening();
                var site = Site.start()) {
            var secrets = fullRun(site);
            site.app.house().hosts().rotateNow(site.host().id(), dev.symbolon.oauth.SigningAlgorithm.ES256, true);
            var heard = log.heard.toString();
            assertTrue(heard.contains("/authorize refused"), "the log is one");
            secrets.forEach((name, secret) -> {
                var at = heard.indexOf(secret);
                assertEquals(
                        -1,
                        at,
                        () -> name + " stands in the log: "
                                + heard.substring(Math.max(0, at - 300), Math.min(heard.length(), at + 40)));
            });
            assertFalse(IN_CLEAR.matcher(heard).find(), "a header that carries secrets stands in the log");
            for (var word : List.of("Bearer ey", "symbolon-session=", "symbolon-browser=")) {
                assertFalse(heard.contains(word), word + " stands in the log");
            }
        }
    }

    @Test
    void AD_06_a_wrong_master_key_refuses_to_start_and_breaks_nothing() throws IOException {
        try (var site = Site.start()) {
            var tokens = site.tokens("spa").json();
            site.app.close();
            var before = site.dump().values();
            var other = new byte[32];
            new SecureRandom().nextBytes(other);
            for (var wrong : List.of(Base64.getEncoder().encodeToString(other), "too short", "")) {
                var environment = new HashMap<>(site.environment);
                environment.put("SYMBOLON_MASTER_KEY", wrong);
                if (wrong.isEmpty()) {
                    environment.remove("SYMBOLON_MASTER_KEY");
                    environment.put(
                            "SYMBOLON_MASTER_KEY_FILE",
                            site.data.resolve("no.key").toString());
                }
                var refusal = assertThrows(
                        RuntimeException.class,
                        () -> App.start(Config.read(environment), site.clock, new SecureRandom())
                                .close());
                var isClear =
                        refusal instanceof MasterKey.UnusableException || refusal instanceof Config.UnusableException;
                assertTrue(isClear, refusal.toString());
                assertTrue(refusal.getMessage().contains("master key"), refusal.getMessage());
                assertFalse(!wrong.isEmpty() && refusal.getMessage().contains(wrong), "the key is shown");
                assertFalse(Files.exists(site.data.resolve("no.key")), "a second key was made");
            }
            assertEquals(before, site.dump().values());
            try (var node = Node.beside(site)) {
                assertEquals(
                        200,
                        node.token(Site.refresh(
                                        "spa", tokens.get("refresh_token").textValue()))
                                .status());
            }
        }
    }

    @Test
    void AD_06_the_right_key_opens_from_the_environment_as_from_the_file() throws IOException {
        try (var site = Site.start()) {
            var tokens = site.tokens("spa").json();
            var key = Files.readString(site.data.resolve("master.key")).strip();
            site.environment.put("SYMBOLON_MASTER_KEY", key);
            try (var node = Node.beside(site)) {
                assertEquals(
                        200,
                        node.withBearer("/userinfo", tokens.get("access_token").textValue())
                                .status());
            }
        }
    }

    @Test
    void AC_08_codes_never_repeat_and_show_nothing_of_what_they_carry() {
        try (var site = Site.start()) {
            var browser = site.browser();
            site.signIn(browser, Site.request("spa"), "ada@example.com");
            var codes = new ArrayList<String>();
            for (var i = 0; i < 200; i++) {
                codes.add(browser.get(Site.authorize(Site.request("spa")))
                        .redirect()
                        .text("code"));
            }
            assertEquals(200, codes.stream().distinct().count());
            // After version and key number everything is chance or ciphertext.
            assertEquals(
                    200,
                    codes.stream().map(code -> code.substring(3, 19)).distinct().count());
            for (var code : codes) {
                var text = new String(Base64.getUrlDecoder().decode(code), StandardCharsets.ISO_8859_1);
                assertFalse(text.contains("spa") || text.contains("openid") || text.contains("app.example"));
            }
        }
    }
}
