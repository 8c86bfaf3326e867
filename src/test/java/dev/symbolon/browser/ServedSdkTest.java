package dev.symbolon.browser;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.symbolon.spec.Browser;
import dev.symbolon.spec.Reply;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpRequest;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import java.util.zip.Deflater;
import java.util.zip.GZIPInputStream;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/// The browser SDK as a server sends it: small, cacheable, and the same program as the source.
@ExtendWith(Stage.class)
final class ServedSdkTest {
    private static final Path SOURCE = Path.of("sdk/src/index.js");
    private static final int MINIFIED_MAX_BYTES = 12 * 1_024;

    @TempDir
    Path folder;

    @BeforeAll
    static void install() {
        Npm.install();
    }

    private static Reply get(String path, String... headers) {
        return send("GET", path, headers);
    }

    private static Reply send(String method, String path, String... headers) {
        var builder = HttpRequest.newBuilder(URI.create(Stage.world().issuer + path))
                .method(method, HttpRequest.BodyPublishers.noBody());
        return Browser.exchange(headers.length == 0 ? builder : builder.headers(headers));
    }

    private static Optional<String> encoding(Reply reply) {
        assertEquals(List.of("Accept-Encoding"), reply.headers("vary"));
        return reply.header("content-encoding");
    }

    @Test
    void it_is_compressed_for_who_takes_gzip_and_plain_for_who_does_not() throws IOException {
        var plain = get("/sdk/auth.js");
        assertEquals(Optional.empty(), encoding(plain));
        var small = get("/sdk/auth.js", "Accept-Encoding", "gzip, deflate, br, zstd");
        assertEquals(Optional.of("gzip"), encoding(small));
        assertEquals(Optional.of("text/javascript; charset=utf-8"), small.header("content-type"));
        assertArrayEquals(plain.http().body(), unzipped(small));
        assertEquals(Optional.empty(), encoding(get("/sdk/auth.js", "Accept-Encoding", "gzip;q=0")));
        var head = send("HEAD", "/sdk/auth.js", "Accept-Encoding", "gzip");
        assertEquals(Optional.of("gzip"), encoding(head));
        assertEquals(small.header("etag"), head.header("etag"));
        assertEquals(
                small.http().body().length,
                head.http().headers().firstValueAsLong("content-length").orElseThrow());
    }

    @Test
    void each_encoding_has_a_tag_of_its_own_and_is_not_sent_again() {
        var plain = get("/sdk/auth.js").header("etag").orElseThrow();
        var small =
                get("/sdk/auth.js", "Accept-Encoding", "gzip").header("etag").orElseThrow();
        assertNotEquals(plain, small);
        for (var tags : List.of(small, "W/" + small, "\"other\", " + small, "*")) {
            var reply = get("/sdk/auth.js", "Accept-Encoding", "gzip", "If-None-Match", tags);
            assertEquals(304, reply.status(), tags);
            assertEquals(0, reply.http().body().length);
            assertEquals(Optional.of(small), reply.header("etag"));
            assertEquals(Optional.empty(), encoding(reply), "a 304 describes no body");
        }
        assertEquals(304, get("/sdk/auth.js", "If-None-Match", plain).status());
        assertEquals(200, get("/sdk/auth.js", "If-None-Match", small).status());
        assertEquals(
                200,
                get("/sdk/auth.js", "Accept-Encoding", "gzip", "If-None-Match", plain)
                        .status());
    }

    @Test
    void the_other_text_files_are_compressed_where_that_is_shorter() throws IOException {
        for (var path : List.of("/static/mark.svg", "/static/form-post.js", "/favicon.ico", "/robots.txt")) {
            var plain = get(path);
            var reply = get(path, "Accept-Encoding", "gzip");
            var isSmall = reply.header("content-encoding").isPresent();
            assertArrayEquals(
                    plain.http().body(),
                    isSmall ? unzipped(reply) : reply.http().body(),
                    path);
            assertEquals(isSmall, reply.http().body().length < plain.http().body().length, path);
        }
        assertEquals(
                Optional.of("gzip"),
                get("/static/mark.svg", "Accept-Encoding", "gzip").header("content-encoding"));
    }

    @Test
    void the_documentation_says_its_size_on_the_wire() throws IOException {
        var bytes = get("/sdk/auth.js", "Accept-Encoding", "gzip").http().body().length;
        var said = Pattern.compile("about (\\d+) KB on the wire").matcher(Files.readString(Path.of("docs/sdk.md")));
        assertTrue(said.find(), "docs/sdk.md does not say how large /sdk/auth.js is on the wire");
        assertEquals(Math.round(bytes / 1_024.0), Long.parseLong(said.group(1)), bytes + " bytes");
    }

    @Test
    void minified_and_gzipped_it_stays_under_12_kb() throws IOException {
        var minified = terser(SOURCE, "--compress", "--mangle");
        var bytes = zipped(minified.getBytes(StandardCharsets.UTF_8)).length;
        assertTrue(bytes < MINIFIED_MAX_BYTES, bytes + " bytes");
    }

    @Test
    void what_is_sent_is_the_program_that_is_in_the_repository() throws IOException {
        var sent = Files.write(
                folder.resolve("auth.js"), get("/sdk/auth.js").http().body());
        assertEquals(terser(SOURCE), terser(sent));
    }

    @Test
    void what_is_sent_passes_the_tests_of_the_sdk() throws IOException {
        for (var name : List.of("sdk/package.json", "sdk/index.d.ts", "docs/sdk.md")) {
            copy(Path.of(name));
        }
        try (var tests = Files.list(Path.of("sdk/test"))) {
            tests.forEach(this::copy);
        }
        Files.createDirectories(folder.resolve("sdk/src"));
        Files.write(
                folder.resolve("sdk/src/index.js"), get("/sdk/auth.js").http().body());
        var command = Stream.of("node", "--test", "--test-reporter=tap").collect(Collectors.toList());
        try (var tests = Files.list(folder.resolve("sdk/test"))) {
            tests.map(Path::toString).filter(name -> name.endsWith(".test.js")).forEach(command::add);
        }
        var outcome = Npm.run(Map.of(), command.toArray(String[]::new));
        assertEquals(0, outcome.status(), outcome.output());
        assertTrue(outcome.output().contains("# fail 0") && !outcome.output().contains("# pass 0"), outcome.output());
    }

    private void copy(Path file) {
        try {
            var target = folder.resolve(file);
            Files.createDirectories(target.getParent());
            Files.copy(file, target);
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    /// What a parser understood, written down again; with `--compress --mangle`, as short as a bundler makes it.
    private static String terser(Path module, String... options) {
        var command = Stream.concat(
                Stream.of(
                        "node",
                        "node_modules/terser/bin/terser",
                        "--module",
                        module.toAbsolutePath().toString()),
                Stream.of(options));
        var outcome = Npm.run(Map.of(), command.toArray(String[]::new));
        assertEquals(0, outcome.status(), outcome.output());
        return outcome.output();
    }

    private static byte[] unzipped(Reply reply) throws IOException {
        try (var in = new GZIPInputStream(new ByteArrayInputStream(reply.http().body()))) {
            return in.readAllBytes();
        }
    }

    private static byte[] zipped(byte[] bytes) throws IOException {
        var out = new ByteArrayOutputStream();
        try (var gzip = new GZIPOutputStream(out) {
            {
                def.setLevel(Deflater.BEST_COMPRESSION);
            }
        }) {
            gzip.write(bytes);
        }
        return out.toByteArray();
    }
}
