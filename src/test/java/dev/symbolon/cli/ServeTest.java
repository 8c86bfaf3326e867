package dev.symbolon.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.symbolon.App;
import dev.symbolon.Config;
import dev.symbolon.House;
import dev.symbolon.sample.SampleServer;
import dev.symbolon.seed.Demo;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.InstantSource;
import java.util.Base64;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60) // a server that starts where it should not would never end
class ServeTest {
    @TempDir
    Path folder;

    private Terminal terminal() {
        return new Terminal(folder.resolve("data"));
    }

    @Test
    void a_start_without_a_tenant_says_how_to_make_one() {
        Terminal.oneSentence(terminal().type("serve"), "symbolon init --issuer", "serve --demo");
    }

    @Test
    void a_start_with_an_unknown_setting_says_which_one_was_meant() {
        Terminal.oneSentence(
                terminal().set("SYMBOLON_PROT", "1").type("serve"), "SYMBOLON_PROT", "did you mean SYMBOLON_PORT");
    }

    @Test
    void a_start_with_a_wrong_master_key_says_so() throws IOException {
        var terminal = terminal();
        terminal.good("init", "--issuer", "http://localhost:1");
        var other = Base64.getEncoder().encodeToString(new byte[32]);
        Terminal.oneSentence(
                terminal.set("SYMBOLON_MASTER_KEY", other).type("serve"),
                "not the one that the database was made with");
        Terminal.oneSentence(terminal.set("SYMBOLON_MASTER_KEY", "short").type("serve"), "openssl rand -base64 32");
        terminal.unset("SYMBOLON_MASTER_KEY");
        Files.delete(folder.resolve("data/master.key"));
        Terminal.oneSentence(terminal.type("serve"), "There is no master key", "restore it");
    }

    @Test
    void a_start_with_an_unusable_data_folder_says_so() throws IOException {
        var file = folder.resolve("file");
        Files.writeString(file, "");
        Terminal.oneSentence(new Terminal(file.resolve("data")).type("serve"), "cannot be made", "SYMBOLON_DATA");
        Terminal.oneSentence(new Terminal(file).type("serve"), "SYMBOLON_DATA");
    }

    @Test
    void a_start_on_a_taken_port_says_which_one() throws IOException {
        try (var taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            var terminal = terminal();
            terminal.good("init", "--issuer", "http://localhost:" + taken.getLocalPort());
            var port = Integer.toString(taken.getLocalPort());
            terminal.set("SYMBOLON_MANAGEMENT_PORT", "0");
            Terminal.oneSentence(terminal.set("SYMBOLON_PORT", port).type("serve"), "Port " + port, "SYMBOLON_PORT");
            terminal.set("SYMBOLON_PORT", "0").set("SYMBOLON_MANAGEMENT_PORT", port);
            Terminal.oneSentence(terminal.type("serve"), "Port " + port, "SYMBOLON_MANAGEMENT_PORT");
        }
    }

    @Test
    void the_demo_does_not_touch_an_installation_that_is_none() {
        var terminal = terminal();
        terminal.good("init", "--issuer", "https://login.example.com");
        Terminal.oneSentence(
                terminal.type("serve", "--demo"),
                "is not a demo",
                "https://login.example.com",
                "./run serve",
                "SYMBOLON_DATA");
    }

    @Test
    void a_person_walks_through_the_demo_and_the_sample_checks_tokens_as_a_stranger_would() throws Exception {
        try (var demo = running(Map.of());
                var http = HttpClient.newHttpClient()) {
            new Rehearsal(demo.demo, http)
                    .run(() -> demo.house.master().newToken().value());

            var page = get(http, demo.demo.sample() + "/callback?code=x");
            assertEquals(200, page.statusCode());
            var policy = page.headers().firstValue("content-security-policy").orElseThrow();
            assertTrue(
                    policy.contains("script-src 'self' " + demo.demo.issuer() + " " + demo.demo.otherIssuer() + ";"),
                    policy);
            assertFalse(policy.contains("unsafe"), policy);
            var config = new ObjectMapper()
                    .readTree(get(http, demo.demo.sample() + "/config.json").body());
            assertEquals(demo.demo.issuer(), config.path("domain").asText());
            assertEquals(demo.demo.api(), config.path("audience").asText());

            var nothing = get(http, demo.demo.api() + "/hello");
            assertEquals(401, nothing.statusCode());
            assertEquals(
                    "Bearer realm=\"Sample API\"",
                    nothing.headers().firstValue("www-authenticate").orElseThrow());
            var none = Base64.getUrlEncoder().withoutPadding().encodeToString("{\"alg\":\"none\"}".getBytes());
            for (var forged : new String[] {"x", none + ".e30.", none + ".e30.AAAA"}) {
                var answer = http.send(
                        HttpRequest.newBuilder(URI.create(demo.demo.api() + "/hello"))
                                .header("Authorization", "Bearer " + forged)
                                .build(),
                        BodyHandlers.ofString());
                assertEquals(401, answer.statusCode());
                assertTrue(answer.headers()
                        .firstValue("www-authenticate")
                        .orElseThrow()
                        .contains("invalid_token"));
            }
        }
    }

    @Test
    void a_second_start_prints_the_same_password_and_changes_nothing() throws IOException {
        var config = config(Map.of());
        var first = Demo.of(config, new SecureRandom());
        assertTrue(first.password().matches("([a-z]{6}-){3}[a-z]{6}"), first.password());
        try (var house = House.open(config, InstantSource.system(), new SecureRandom())) {
            assertFalse(first.apply(house, InstantSource.system().instant()).isEmpty());
            var second = Demo.of(config, new SecureRandom());
            assertEquals(first.password(), second.password());
            assertTrue(second.apply(house, InstantSource.system().instant()).isEmpty());
        }
        assertEquals(
                "[OWNER_READ, OWNER_WRITE]",
                Files.getPosixFilePermissions(folder.resolve("data/demo-password")).stream()
                        .sorted()
                        .toList()
                        .toString());
    }

    @Test
    void the_banner_shows_the_demos_password_only_while_it_is_the_one() throws IOException {
        var config = config(Map.of());
        var demo = Demo.of(config, new SecureRandom());
        try (var house = House.open(config, InstantSource.system(), new SecureRandom())) {
            demo.apply(house, InstantSource.system().instant());
            var first = String.join("\n", demo.banner(house, 9080));
            assertTrue(first.contains("with password   " + demo.password() + "\n"), first);
            assertTrue(first.contains("  Sign in as      grace@acme.example\n  with password   as above\n"), first);
        }
        var terminal = new Terminal(folder.resolve("data"));
        var said = terminal.pipe("quite another\n", "user", "password", Demo.ADA, "--password-stdin");
        assertEquals(0, said.status(), said.all());
        try (var house = House.open(config, InstantSource.system(), new SecureRandom())) {
            demo.apply(house, InstantSource.system().instant());
            var changed = String.join("\n", demo.banner(house, 9080));
            assertTrue(
                    changed.contains("Sign in as      ada@example.com\n  whose password  was changed since"), changed);
            assertTrue(
                    changed.contains("./run user password ada@example.com --password-stdin < '"
                            + folder.resolve("data/demo-password") + "'"),
                    changed);
            assertTrue(
                    changed.contains("Sign in as      grace@acme.example\n  with password   " + demo.password()),
                    changed);
        }
        // What the banner advises.
        var kept = Files.readString(folder.resolve("data/demo-password"));
        assertEquals(
                0,
                terminal.pipe(kept, "user", "password", Demo.ADA, "--password-stdin")
                        .status());
        try (var house = House.open(config, InstantSource.system(), new SecureRandom())) {
            assertTrue(String.join("\n", demo.banner(house, 9080)).contains("with password   " + demo.password()));
        }
    }

    @Test
    void the_demo_follows_its_settings_at_the_next_start() throws Exception {
        try (var demo = running(Map.of())) {
            assertEquals(
                    200,
                    get(HttpClient.newHttpClient(), demo.demo.issuer() + "/sdk/auth.js")
                            .statusCode());
        }
        try (var demo = running(Map.of("SYMBOLON_DEMO_PASSWORD", "another password"));
                var http = HttpClient.newHttpClient()) {
            assertEquals("another password", demo.demo.password());
            new Rehearsal(demo.demo, http)
                    .run(() -> demo.house.master().newToken().value());
        }
    }

    private static HttpResponse<String> get(HttpClient http, String url) throws IOException, InterruptedException {
        return http.send(HttpRequest.newBuilder(URI.create(url)).build(), BodyHandlers.ofString());
    }

    private Config config(Map<String, String> more) throws IOException {
        var environment = new HashMap<>(more);
        environment.put("SYMBOLON_DATA", folder.resolve("data").toString());
        environment.put("SYMBOLON_PORT", Integer.toString(Ports.free()));
        environment.put("SYMBOLON_SAMPLE_PORT", Integer.toString(Ports.free()));
        environment.put("SYMBOLON_MANAGEMENT_PORT", "0");
        environment.put("SYMBOLON_ARGON2_MEMORY_KIB", "7168");
        return Config.read(environment);
    }

    private record Running(Demo demo, House house, App app, SampleServer sample) implements AutoCloseable {
        @Override
        public void close() {
            sample.close();
            app.close();
        }
    }

    private Running running(Map<String, String> more) throws IOException {
        var config = config(more);
        var clock = InstantSource.system();
        var random = new SecureRandom();
        var house = House.open(config, clock, random);
        var demo = Demo.of(config, random);
        demo.apply(house, clock.instant());
        var app = App.start(config, house, clock, random);
        var sample = SampleServer.start(demo.tenants(), config.address(), config.samplePort(), clock);
        return new Running(demo, house, app, sample);
    }
}
