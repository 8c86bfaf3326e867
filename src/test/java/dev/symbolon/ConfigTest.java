package dev.symbolon;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.symbolon.Config.Setting;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ConfigTest {
    private static final Path DOCUMENT = Path.of("docs/configuration.md");
    private static final String REWRITE = "mvn -q test -Dtest=ConfigTest -Dsymbolon.write=true";

    /// For each setting a value that is not its default, as it is shown again.
    private static final Map<Setting, String> OTHERS = new HashMap<>(Map.ofEntries(
            Map.entry(Setting.ADDRESS, "0.0.0.0"),
            Map.entry(Setting.PORT, "1001"),
            Map.entry(Setting.MANAGEMENT_PORT, "1002"),
            Map.entry(Setting.DATA, "elsewhere"),
            Map.entry(Setting.DATABASE, "sqlite:other.db"),
            Map.entry(Setting.MASTER_KEY_FILE, "other.key"),
            Map.entry(Setting.SMTP, "inbox"),
            Map.entry(Setting.MAIL_FROM, "accounts@example.com"),
            Map.entry(Setting.SMTP_CA, "mail.pem"),
            Map.entry(Setting.MAIL_KEPT, "29d"),
            Map.entry(Setting.TRUSTED_PROXIES, "10.0.0.0/8,::1"),
            Map.entry(Setting.SESSION_IDLE, "8d"),
            Map.entry(Setting.SESSION_ABSOLUTE, "31d"),
            Map.entry(Setting.CODE_LIFE, "59s"),
            Map.entry(Setting.KEY_SIGNS, "91d"),
            Map.entry(Setting.KEY_PUBLISHED_AHEAD, "2d"),
            Map.entry(Setting.KEY_KEPT, "33d"),
            Map.entry(Setting.ARGON2_MEMORY_KIB, "19457"),
            Map.entry(Setting.ARGON2_ITERATIONS, "3"),
            Map.entry(Setting.ARGON2_PARALLELISM, "4"),
            Map.entry(Setting.HASH_PERMITS, "1003"),
            Map.entry(Setting.HASH_QUEUE, "65"),
            Map.entry(Setting.ATTEMPTS_PER_ACCOUNT, "11"),
            Map.entry(Setting.ATTEMPTS_PER_ACCOUNT_ANYWHERE, "55"),
            Map.entry(Setting.ATTEMPTS_PER_NETWORK, "301"),
            Map.entry(Setting.ATTEMPT_WINDOW, "16m"),
            Map.entry(Setting.EVENTS_KEPT, "366d"),
            Map.entry(Setting.OUTBOUND_ALLOWED, "10.0.0.0/8,::1"),
            Map.entry(Setting.OUTBOUND_CA, "ca.pem"),
            Map.entry(Setting.LOG, "json,requests"),
            Map.entry(Setting.OTLP_ENDPOINT, "https://collector.example:4318/otlp"),
            Map.entry(Setting.TRACE_ONE_IN, "1000"),
            Map.entry(Setting.SEED, "symbolon.yaml"),
            Map.entry(Setting.SAMPLE_PORT, "1004")));

    @Test
    void without_any_variable_the_defaults_hold() {
        var config = Config.read(Map.of("PATH", "/usr/bin"));
        assertEquals("127.0.0.1", config.address());
        assertEquals(8080, config.port());
        assertEquals(9080, config.managementPort());
        assertEquals("sqlite:" + Path.of("data", "symbolon.db"), config.database());
        assertEquals(Path.of("data", "master.key"), config.masterKeyFile());
        assertEquals(Duration.ofDays(7), config.sessionIdle());
        assertEquals(Duration.ofSeconds(60), config.codeLife());
        assertEquals(19_456, config.argon2MemoryKib());
        assertEquals(Runtime.getRuntime().availableProcessors(), config.hashPermits());
        assertEquals(List.of(), config.trustedProxies());
    }

    @Test
    void every_setting_is_read_from_the_variable_of_its_name_and_changes_nothing_else() {
        var before = Config.read(Map.of());
        for (var other : OTHERS.entrySet()) {
            var after = Config.read(Map.of(other.getKey().variable(), other.getValue()));
            for (var setting : Setting.values()) {
                var follows = other.getKey() == Setting.DATA
                        && List.of(Setting.DATABASE, Setting.MASTER_KEY_FILE).contains(setting);
                if (setting == other.getKey()) {
                    assertEquals(other.getValue(), after.shown(setting));
                } else if (!follows) {
                    assertEquals(before.shown(setting), after.shown(setting), other.getKey() + " changed " + setting);
                }
            }
        }
        var secrets = List.of(Setting.MASTER_KEY, Setting.DEMO_PASSWORD, Setting.OTLP_HEADERS);
        for (var setting : Setting.values()) {
            assertTrue(OTHERS.containsKey(setting) || secrets.contains(setting), "give " + setting + " a value above");
        }
    }

    @Test
    void secrets_print_as_stars() {
        var config = Config.read(Map.of(
                "SYMBOLON_MASTER_KEY", "hunter2-master",
                "SYMBOLON_DEMO_PASSWORD", "hunter2-demo",
                "SYMBOLON_OTLP_HEADERS", "api-key=hunter2-collector",
                "SYMBOLON_OTLP_ENDPOINT", "http://127.0.0.1:4318",
                "SYMBOLON_SMTP", "smtps://post%40example.com:hunter2-mail@smtp.example.com:465",
                "SYMBOLON_DATABASE",
                        "postgresql://symbolon:hunter2@pass@db:5432/symbolon?password=hunter2-too&ssl=true"));
        assertFalse(config.toString().contains("hunter2"), config.toString());
        assertTrue(config.toString()
                .contains("SYMBOLON_DATABASE=postgresql://symbolon:***@db:5432/symbolon?password=***&ssl=true"));
        assertTrue(config.toString().contains("SYMBOLON_SMTP=smtps://post%40example.com:***@smtp.example.com:465"));
        assertEquals("hunter2-master", config.masterKey().orElseThrow());
    }

    @Test
    void an_unknown_name_stops_the_start_and_names_the_nearest_one() {
        assertEquals(
                "There is no setting SYMBOLON_SESION_IDLE; did you mean SYMBOLON_SESSION_IDLE?"
                        + " (symbolon print-config lists them all.)",
                refusal(Map.of("SYMBOLON_SESION_IDLE", "7d")));
        assertTrue(refusal(Map.of("SYMBOLON_SERVICE_HOST", "10.0.0.1")).contains("enableServiceLinks"));
        assertTrue(refusal(Map.of("SYMBOLON_PORT", "tcp://10.0.0.1:8080")).contains("enableServiceLinks"));
        Config.read(Map.of("SYMBOLON_TEST_CHROMIUM", "/usr/bin/chromium"));
    }

    @Test
    void an_impossible_value_is_refused_with_what_is_possible() {
        assertEquals("SYMBOLON_PORT has to be a whole number; it is http.", refusal(Map.of("SYMBOLON_PORT", "http")));
        assertEquals("SYMBOLON_PORT has to be 0 to 65535; it is 70000.", refusal(Map.of("SYMBOLON_PORT", "70000")));
        assertEquals(
                "SYMBOLON_CODE_LIFE has to be a duration such as 45s, 15m, 12h or 7d; it is 60.",
                refusal(Map.of("SYMBOLON_CODE_LIFE", "60")));
        assertEquals("SYMBOLON_CODE_LIFE has to be 1s to 10m; it is 1h.", refusal(Map.of("SYMBOLON_CODE_LIFE", "1h")));
        assertTrue(refusal(Map.of("SYMBOLON_DATABASE", "mysql://db")).contains("postgresql://"));
        assertTrue(refusal(Map.of("SYMBOLON_TRUSTED_PROXIES", "10.0.0.0/8, proxy.example"))
                .contains("proxy.example"));
        for (var address : List.of(
                "collector:4318",
                "grpc://collector:4317",
                "http://",
                "http://u:p@c",
                "http://c?x=y",
                "http://c:70000",
                "http://c/v1/traces")) {
            assertTrue(refusal(Map.of("SYMBOLON_OTLP_ENDPOINT", address)).contains("http://127.0.0.1:4318"), address);
        }
        var collector = "http://127.0.0.1:4318";
        for (var header : List.of("api-key", "=v", "a b=c", "x=y\u00e9", "x=", "x=a\rb", "Host=c", "Content-Type=x")) {
            assertTrue(
                    refusal(Map.of("SYMBOLON_OTLP_ENDPOINT", collector, "SYMBOLON_OTLP_HEADERS", header))
                            .contains("name=value"),
                    header);
        }
        assertTrue(refusal(Map.of("SYMBOLON_OTLP_HEADERS", "api-key=k")).contains("nobody would be told"));
        assertTrue(refusal(Map.of("SYMBOLON_TRUSTED_PROXIES", "10.0.0.0/many")).contains("as in 10.0.0.0/8"));
        assertEquals(
                "SYMBOLON_OUTBOUND_ALLOWED: This is not an IP address or a network such as 10.0.0.0/8: intranet",
                refusal(Map.of("SYMBOLON_OUTBOUND_ALLOWED", "127.0.0.1,intranet")));
    }

    @Test
    void a_child_that_outlives_its_parent_is_refused() {
        assertEquals(
                "SYMBOLON_SESSION_IDLE (40d) cannot be longer than SYMBOLON_SESSION_ABSOLUTE (30d).",
                refusal(Map.of("SYMBOLON_SESSION_IDLE", "40d")));
        assertTrue(refusal(Map.of("SYMBOLON_SESSION_IDLE", "2m", "SYMBOLON_CODE_LIFE", "3m"))
                .contains("SYMBOLON_CODE_LIFE (3m) cannot be longer"));
        assertTrue(refusal(Map.of("SYMBOLON_KEY_SIGNS", "1d", "SYMBOLON_KEY_PUBLISHED_AHEAD", "2d"))
                .contains("SYMBOLON_KEY_SIGNS (1d)"));
        assertTrue(refusal(Map.of("SYMBOLON_KEY_KEPT", "29d")).contains("30d to"));
        assertTrue(refusal(Map.of("SYMBOLON_SAMPLE_PORT", "8080")).contains("have to differ"));
        assertTrue(refusal(Map.of("SYMBOLON_MASTER_KEY", "k", "SYMBOLON_MASTER_KEY_FILE", "f"))
                .contains("only one of them"));
    }

    @Test
    void the_documentation_is_what_the_code_says() throws IOException {
        var expected = document();
        if (Boolean.getBoolean("symbolon.write")) {
            Files.writeString(DOCUMENT, expected);
        }
        assertEquals(
                expected,
                Files.exists(DOCUMENT) ? Files.readString(DOCUMENT) : "",
                "docs/configuration.md is not what Config says; rewrite it with: " + REWRITE);
    }

    private static String refusal(Map<String, String> environment) {
        return assertThrows(Config.UnusableException.class, () -> Config.read(environment))
                .getMessage();
    }

    private static String document() {
        var lines = new ArrayList<String>();
        lines.add("# Configuration");
        lines.add("");
        lines.add("""
                Every setting is an environment variable, and every one has a default: a start without any is a good
                start. A duration is written `45s`, `15m`, `12h` or `7d`. A `SYMBOLON_*` name that is not in this table
                stops the start, so that a typing mistake never passes in silence (`SYMBOLON_TEST_*` is left to the
                tests). `symbolon print-config` shows what holds, with secrets as `***`. Tenants, clients and people
                are not settings: they live in the database and are made with the commands or with
                [`symbolon.yaml`](../symbolon.yaml.example).
                """);
        lines.add("This page is made from `Config.java`; after a change there, `" + REWRITE + "` rewrites it.");
        lines.add("");
        lines.add("| variable | default | unit | what it does |");
        lines.add("| --- | --- | --- | --- |");
        for (var setting : Setting.values()) {
            var bounds = setting.bounds().isEmpty() ? "" : ", " + setting.bounds();
            lines.add("| `" + setting.variable() + "` | "
                    + (setting.fallback().isEmpty() ? "" : "`" + setting.fallback() + "`") + " | "
                    + setting.kind().unit() + bounds + " | " + setting.sentence() + " |");
        }
        lines.add("");
        lines.add("""
                Refused together: `SYMBOLON_MASTER_KEY` with `SYMBOLON_MASTER_KEY_FILE`; two equal ports; a child that
                outlives its parent (idle session > absolute session, code > idle session, key published ahead for
                longer than it signs).""");
        return String.join("\n", lines) + "\n";
    }
}
