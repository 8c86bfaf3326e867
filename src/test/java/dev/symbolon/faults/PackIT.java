package dev.symbolon.faults;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// The archive that `./pack` makes, unpacked where it was not made.
final class PackIT {
    @TempDir
    private static Path folder;

    private static Path place;

    @BeforeAll
    static void unpack() throws IOException, InterruptedException {
        var packed = run(Map.of(), "./pack");
        var archive = packed.substring(0, packed.indexOf(".tar.gz")) + ".tar.gz";
        run(Map.of(), "tar", "-C", folder.toString(), "-xzf", archive);
        try (var inside = Files.list(folder)) {
            place = inside.findFirst().orElseThrow();
        }
    }

    private static String run(Map<String, String> environment, String... command)
            throws IOException, InterruptedException {
        var errors = Files.createTempFile(folder, "said", ".txt");
        var builder = new ProcessBuilder(command).redirectError(errors.toFile());
        builder.environment().keySet().removeIf(name -> name.startsWith("SYMBOLON_"));
        builder.environment().putAll(environment);
        var process = builder.start();
        var out = new String(process.getInputStream().readAllBytes(), java.nio.charset.StandardCharsets.UTF_8);
        var status = process.waitFor();
        assertEquals(0, status, String.join(" ", command) + ": " + out + Files.readString(errors));
        Files.delete(errors);
        return out;
    }

    private static List<String> launcher() {
        return List.of(place.resolve("bin/symbolon").toString());
    }

    // No Java but its own is to be found.
    private static Map<String, String> settings(String name) {
        var settings = new HashMap<String, String>();
        settings.put("SYMBOLON_DATA", folder.resolve(name).toString());
        settings.put("PATH", "/usr/bin:/bin");
        settings.put("JAVA_HOME", "/nowhere");
        settings.put("SYMBOLON_TRUSTED_PROXIES", "127.0.0.1");
        return settings;
    }

    @Test
    void it_makes_an_installation_and_serves_it_with_a_runtime_of_its_own() {
        var settings = settings("own");
        var made = Jar.run(launcher(), settings, "init", "--issuer", Installed.ISSUER);
        assertEquals(0, made.status(), made.toString());
        try (var server = Jar.serve(launcher(), settings)) {
            assertEquals(
                    200,
                    Installed.browser(server)
                            .get("/.well-known/openid-configuration")
                            .status());
        }
    }

    @Test
    void its_runtime_can_tell_a_collector_and_be_probed_as_the_documentation_says()
            throws IOException, InterruptedException {
        var settings = settings("told");
        Jar.run(launcher(), settings, "init", "--issuer", Installed.ISSUER);
        var probe = Files.readString(Path.of("docs/operating.md"))
                .lines()
                .filter(line -> line.contains("command: [bash, -c, '"))
                .map(line -> line.substring(line.indexOf('\'') + 1, line.lastIndexOf('\'')))
                .findFirst()
                .orElseThrow();
        try (var collector = new Collector(0)) {
            settings.put("SYMBOLON_OTLP_ENDPOINT", collector.endpoint());
            try (var server = Jar.serve(launcher(), settings)) {
                Installed.browser(server).get("/.well-known/openid-configuration");
                collector.await(span -> span.getName().equals("GET /.well-known/openid-configuration"));
                run(Map.of(), "bash", "-c", probe.replace("9080", Integer.toString(server.managementPort())));
            }
        }
    }

    @Test
    void the_cache_of_the_start_fits_wherever_it_is_unpacked() throws IOException, InterruptedException {
        var launcher = Files.readString(place.resolve("bin/symbolon"));
        var options = launcher.lines()
                .filter(line -> line.startsWith("options=("))
                .map(line -> line.substring("options=(".length(), line.length() - 1))
                .findFirst()
                .orElseThrow();
        var command = new ArrayList<String>();
        command.add(place.resolve("runtime/bin/java").toString());
        command.addAll(List.of(options.split(" ")));
        // On: a cache that does not fit ends it.
        command.addAll(List.of("-XX:AOTMode=on", "-XX:AOTCache=" + place.resolve("lib/symbolon.aot")));
        command.addAll(List.of("-jar", place.resolve("lib/symbolon.jar").toString(), "--version"));
        assertTrue(run(settings("none"), command.toArray(String[]::new)).contains("symbolon "));
    }

    @Test
    void options_of_the_jvm_reach_it_and_are_no_setting_of_the_server() throws IOException, InterruptedException {
        var settings = settings("options");
        settings.put("SYMBOLON_JAVA_OPTIONS", "-Xmx300m -Dno.such=thing");
        var said = run(settings, launcher().getFirst(), "print-config");
        assertFalse(said.contains("JAVA_OPTIONS"), said);
    }
}
