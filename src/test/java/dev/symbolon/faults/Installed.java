package dev.symbolon.faults;

import dev.symbolon.Config;
import dev.symbolon.House;
import dev.symbolon.cli.Cli;
import dev.symbolon.cli.Surroundings;
import dev.symbolon.spec.Browser;
import dev.symbolon.spec.Reply;
import dev.symbolon.spec.Site;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpRequest;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.InstantSource;
import java.util.Comparator;
import java.util.HashMap;
import java.util.Map;

/// An installation on disk that processes are started on, declared by a `symbolon.yaml`: one tenant behind a
/// proxy, two clients, some people. Passwords are hashed at the lowest cost that is allowed.
///
/// @param settings the environment of every process on it
record Installed(Path folder, Map<String, String> settings) implements AutoCloseable {
    static final String ISSUER = "https://login.example";
    static final int PEOPLE = 26;

    // Known to everybody, and good for tests only.
    private static final String MASTER_KEY = "c3ltYm9sb24tdGVzdHMtb25seS1ub3QtYS1zZWNyZXQ=";

    /// A new one on SQLite.
    static Installed onSqlite() {
        return on("");
    }

    /// A new one on this database; SQLite in its own folder when empty.
    static Installed on(String database) {
        try {
            return in(Files.createTempDirectory("symbolon-faults"), database);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /// A new one in this folder.
    static Installed in(Path folder, String database) {
        try {
            var settings = new HashMap<>(Map.of(
                    "SYMBOLON_DATA", folder.toString(),
                    "SYMBOLON_MASTER_KEY", MASTER_KEY,
                    "SYMBOLON_SEED", folder.resolve("symbolon.yaml").toString(),
                    "SYMBOLON_TRUSTED_PROXIES", "127.0.0.1",
                    "SYMBOLON_ARGON2_MEMORY_KIB", "7168",
                    "SYMBOLON_ARGON2_ITERATIONS", "1",
                    "SYMBOLON_ATTEMPTS_PER_ACCOUNT", "1000000",
                    "SYMBOLON_ATTEMPTS_PER_NETWORK", "1000000",
                    "SYMBOLON_CODE_LIFE", "10m",
                    "FIRST_PASSWORD", Site.PASSWORD));
            settings.put("SYMBOLON_DATABASE", database);
            settings.put("SYMBOLON_SMTP", "inbox");
            settings.put("SYMBOLON_ATTEMPTS_PER_ACCOUNT_ANYWHERE", "1000000");
            Files.writeString(folder.resolve("symbolon.yaml"), declared());
            return new Installed(folder, Map.copyOf(settings));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /// What it is on, for a report.
    String database() {
        return settings.getOrDefault("SYMBOLON_DATABASE", "").isEmpty() ? "SQLite" : "PostgreSQL";
    }

    private static String declared() {
        var yaml = new StringBuilder("""
                tenants:
                  - id: default
                    issuer: %s
                    clients:
                      - id: spa
                        callbacks: [%s]
                        reuse_leeway: 5m
                      - id: third
                        callbacks: [%s]
                        first_party: false
                    people:
                """.formatted(ISSUER, Site.CALLBACK, Site.CALLBACK));
        for (var number = 0; number < PEOPLE; number++) {
            yaml.append("      - email: ").append(email(number)).append("\n        password_env: FIRST_PASSWORD\n");
        }
        return yaml.toString();
    }

    /// The address of one of the people.
    static String email(int number) {
        return "person" + number + "@example.com";
    }

    /// A server on it.
    Jar serve() {
        return Jar.serve(settings);
    }

    /// A server on it with more settings.
    Jar serve(Map<String, String> more) {
        var all = new HashMap<>(settings);
        all.putAll(more);
        return Jar.serve(all);
    }

    /// Signs somebody in for the application `spa`, and follows until it is given the code.
    static Reply signIn(Browser browser, int number) {
        var page = browser.follow(browser.get(Site.authorize(Site.request("spa"))));
        return browser.follow(browser.post("/login", Site.login(page, email(number), Site.PASSWORD)));
    }

    /// Runs a command of `symbolon` beside the server, in this process.
    ///
    /// @param in what it reads from the standard input
    void command(String in, String... arguments) {
        var said = new StringWriter();
        var surroundings = new Surroundings(
                ours(),
                InstantSource.system(),
                new SecureRandom(),
                new ByteArrayInputStream(in.getBytes(StandardCharsets.UTF_8)),
                new PrintWriter(said, true),
                new PrintWriter(said, true));
        if (new Cli(surroundings).run(arguments) != 0) {
            throw new AssertionError("symbolon " + String.join(" ", arguments) + ": " + said);
        }
    }

    /// The installation, opened in this process too.
    House open() {
        return House.open(Config.read(ours()), InstantSource.system(), new SecureRandom());
    }

    private Map<String, String> ours() {
        var environment = new HashMap<>(settings);
        environment.put("SYMBOLON_PORT", "0");
        environment.put("SYMBOLON_MANAGEMENT_PORT", "0");
        return environment;
    }

    /// A browser that was never here, whose proxy leads to this server.
    static Browser browser(Jar server) {
        return browser(server.address());
    }

    /// The same at an address.
    static Browser browser(String server) {
        return new Browser(ISSUER).at(server);
    }

    /// A token request through this server.
    static Reply token(Jar server, Map<String, String> form) {
        return token(server.address(), form);
    }

    /// The same at an address.
    static Reply token(String server, Map<String, String> form) {
        return Browser.exchange(HttpRequest.newBuilder(URI.create(server + "/oauth/token"))
                .header("X-Forwarded-Host", "login.example")
                .header("Content-Type", "application/x-www-form-urlencoded")
                .POST(HttpRequest.BodyPublishers.ofString(Browser.encode(form))));
    }

    /// Userinfo through this server.
    static Reply userinfo(Jar server, String accessToken) {
        return userinfo(server.address(), accessToken);
    }

    /// The same at an address.
    static Reply userinfo(String server, String accessToken) {
        return Browser.exchange(HttpRequest.newBuilder(URI.create(server + "/userinfo"))
                .header("X-Forwarded-Host", "login.example")
                .header("Authorization", "Bearer " + accessToken)
                .GET());
    }

    @Override
    public void close() {
        try (var files = Files.walk(folder)) {
            for (var file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(file);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
