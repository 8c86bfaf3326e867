package dev.symbolon.spec;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.logging.Handler;
import java.util.logging.Level;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/// What no library would send: too much, too slowly, or two things at once (RFC 9110, RFC 9112).
final class HttpMannersTest {
    private static final String FORM = "Content-Type: application/x-www-form-urlencoded\r\n";
    private static final Set<Integer> REFUSALS = Set.of(0, 400, 408, 411, 413, 414, 415, 431, 501, 505);

    private static Site site;
    private static String host;

    @BeforeAll
    static void start() {
        site = Site.start();
        host = "Host: localhost:" + site.app.port() + "\r\n";
    }

    @AfterAll
    static void stop() {
        site.close();
    }

    /// Whatever was sent, the next one is served.
    @AfterEach
    void others_are_served() {
        assertEquals(200, site.browser().get("/.well-known/jwks.json").status());
    }

    private static String sent(String request) {
        return Wire.exchange(site.app.port(), request);
    }

    private static void refused(String heard) {
        assertTrue(REFUSALS.contains(Wire.status(heard)), head(heard));
        assertTrue(Wire.answers(heard) <= 1, head(heard));
        assertFalse(heard.contains("Exception") || heard.contains("io.helidon"), head(heard));
    }

    private static String head(String heard) {
        return heard.substring(0, Math.min(600, heard.length()));
    }

    private static String post(String headers, String body) {
        return "POST /oauth/token HTTP/1.1\r\n" + host + FORM + headers + "\r\n" + body;
    }

    private static long usedMegabytes() {
        System.gc();
        return (Runtime.getRuntime().totalMemory() - Runtime.getRuntime().freeMemory()) / 1_048_576;
    }

    @Test
    void HT_05_a_request_line_of_a_megabyte_is_refused_fast() {
        var begun = System.nanoTime();
        var heard = sent("GET /authorize?state=" + "a".repeat(1_000_000) + " HTTP/1.1\r\n" + host + "\r\n");
        refused(heard);
        assertTrue(System.nanoTime() - begun < 2_000_000_000L);
    }

    @Test
    void HT_05_a_body_of_ten_megabytes_is_refused_fast_and_not_kept() {
        var before = usedMegabytes();
        for (var i = 0; i < 5; i++) {
            refused(sent(post("Content-Length: 10000000\r\n", "a".repeat(10_000_000))));
        }
        assertTrue(usedMegabytes() - before < 64, "memory is back");
    }

    @Test
    void HT_05_a_chunked_body_that_never_says_its_length_is_refused_at_the_limit() {
        var chunk = "4000\r\n" + "a".repeat(0x4000) + "\r\n";
        var heard = sent(post("Transfer-Encoding: chunked\r\n", chunk.repeat(40) + "0\r\n\r\n"));
        refused(heard);
        assertTrue(Set.of(400, 413).contains(Wire.status(heard)), head(heard));
    }

    @Test
    void HT_05_a_body_of_one_byte_too_many_is_refused_and_the_limit_itself_is_read() {
        var limit = 64 * 1_024;
        var heard = sent(post("Connection: close\r\nContent-Length: " + limit + "\r\n", "a".repeat(limit)));
        assertEquals(400, Wire.status(heard), head(heard));
        assertTrue(heard.contains("invalid_request"), head(heard));
        refused(sent(post("Connection: close\r\nContent-Length: " + (limit + 1) + "\r\n", "a".repeat(limit + 1))));
    }

    @Test
    void HT_05_ten_thousand_fields_are_refused_fast() {
        var fields = IntStream.range(0, 10_000).mapToObj(i -> "f" + i + "=").collect(Collectors.joining("&"));
        var form = fields.substring(0, 60_000) + "&" + Browser.encode(Site.redemption("spa", "x"));
        var begun = System.nanoTime();
        var heard = sent(post("Connection: close\r\nContent-Length: " + form.length() + "\r\n", form));
        assertEquals(400, Wire.status(heard), head(heard));
        assertTrue(System.nanoTime() - begun < 2_000_000_000L);
    }

    @Test
    void HT_05_five_thousand_headers_are_refused_fast() {
        var headers = IntStream.range(0, 5_000)
                .mapToObj(i -> "X-Header-" + i + ": some value\r\n")
                .collect(Collectors.joining());
        refused(sent("GET /userinfo HTTP/1.1\r\n" + host + headers + "\r\n"));
    }

    @Test
    void HT_05_one_header_of_a_megabyte_is_refused_fast() {
        refused(sent(
                "GET /userinfo HTTP/1.1\r\n" + host + "Authorization: Bearer " + "a".repeat(1_000_000) + "\r\n\r\n"));
    }

    @Test
    void HT_05_a_compressed_bomb_is_not_inflated() throws IOException {
        var packed = new ByteArrayOutputStream();
        try (var gzip = new GZIPOutputStream(packed)) {
            var zeros = new byte[1_048_576];
            for (var i = 0; i < 40; i++) {
                gzip.write(zeros);
            }
        }
        var before = usedMegabytes();
        try (var wire = new Wire(site.app.port())) {
            wire.send("POST /oauth/token HTTP/1.1\r\n" + host + FORM
                    + "Connection: close\r\nContent-Encoding: gzip\r\nContent-Length: " + packed.size() + "\r\n\r\n");
            refused(wire.send(packed.toByteArray()).answer(1_000));
        }
        assertTrue(usedMegabytes() - before < 64, "memory is back");
    }

    @Test
    void HT_06_two_thousand_connections_that_say_nothing_keep_nobody_from_signing_in() {
        var slow = new ArrayList<Wire>();
        try {
            for (var i = 0; i < 2_000; i++) {
                var wire = new Wire(site.app.port());
                slow.add(wire);
                wire.send(
                        i % 2 == 0
                                ? "GET /authorize?sta"
                                : "POST /oauth/token HTTP/1.1\r\n" + host + FORM + "Content-Length: 500\r\n\r\ngrant");
            }
            site.code("spa");
            var begun = System.nanoTime();
            var code = site.code("spa");
            assertEquals(200, site.token(Site.redemption("spa", code)).status());
            assertTrue(System.nanoTime() - begun < 1_000_000_000L, "a whole sign-in in under a second");
        } finally {
            slow.forEach(Wire::close);
        }
    }

    static Stream<String> smuggling() {
        var hidden = "GET /.well-known/jwks.json HTTP/1.1\r\n" + "Host: localhost\r\n\r\n";
        return Stream.of(
                post("Content-Length: 4\r\nTransfer-Encoding: chunked\r\n", "0\r\n\r\n" + hidden),
                post("Transfer-Encoding: chunked\r\nContent-Length: 200\r\n", "0\r\n\r\n" + hidden),
                post("Content-Length: 4\r\nContent-Length: 5\r\n", "abcd" + hidden),
                post("Content-Length: 4, 5\r\n", "abcd" + hidden),
                post("Content-Length: +4\r\n", "abcd" + hidden),
                post("Content-Length: -1\r\n", hidden),
                post("Content-Length: 0x4\r\n", "abcd" + hidden),
                post("Content-Length: 99999999999999999999\r\n", "abcd" + hidden),
                post("Content-Length : 4\r\n", "abcd" + hidden),
                post("Transfer-Encoding: xchunked\r\n", "0\r\n\r\n" + hidden),
                post("Transfer-Encoding: identity\r\n", hidden),
                post("Transfer-Encoding: chunked, identity\r\n", "0\r\n\r\n" + hidden),
                post("Transfer-Encoding: chunked\r\n", "zz\r\nab\r\n0\r\n\r\n" + hidden),
                post("Transfer-Encoding: chunked\r\n", "-1\r\nab\r\n0\r\n\r\n" + hidden),
                post("Transfer-Encoding: chunked\r\n", "ffffffffffffffff1\r\nab\r\n0\r\n\r\n" + hidden),
                "POST /oauth/token HTTP/1.1\r\n" + host + " folded: header\r\nContent-Length: 0\r\n\r\n",
                "GET /.well-known/jwks.json HTTP/1.1\r\n" + host + host + "\r\n",
                "GET /.well-known/jwks.json HTTP/1.1\r\n\r\n",
                "GET  /.well-known/jwks.json HTTP/1.1\r\n" + host + "\r\n",
                "GET /.well-known/jwks.json HTTP/9.9\r\n" + host + "\r\n",
                "GET /.well-known/jwks.json\r\n\r\n",
                "\0\0\0\0\r\n\r\n",
                "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n");
    }

    @ParameterizedTest
    @MethodSource("smuggling")
    void HT_10_what_could_be_read_in_two_ways_is_refused_and_answered_once(String request) {
        var heard = sent(request);
        assertTrue(Wire.answers(heard) <= 1, head(heard));
        var status = Wire.status(heard);
        assertTrue(REFUSALS.contains(status) || status == 404 || status == 401, head(heard));
        assertFalse(heard.contains("\"keys\""), "the hidden request was answered: " + head(heard));
    }

    @Test
    void HT_10_a_foreign_authority_in_the_target_is_no_issuer_of_ours() {
        var heard = sent("GET http://evil.example/.well-known/openid-configuration HTTP/1.1\r\nHost: evil.example\r\n"
                + "Connection: close\r\n\r\n");
        assertFalse(heard.contains("\"issuer\""), head(heard));
        var mixed = sent("GET http://evil.example/.well-known/openid-configuration HTTP/1.1\r\n" + host
                + "Connection: close\r\n\r\n");
        assertFalse(mixed.contains("\"issuer\":\"http://evil"), head(mixed));
    }

    @ParameterizedTest
    @ValueSource(strings = {"evil.example", "localhost", "localhost:1", "LOCALHOST.evil", "127.0.0.1", ""})
    void HT_07_an_unknown_host_is_404_in_one_plain_sentence(String name) {
        var heard = sent("GET /authorize HTTP/1.1\r\nHost: " + name + "\r\nConnection: close\r\n\r\n");
        assertTrue(Set.of(400, 404).contains(Wire.status(heard)), head(heard));
        assertFalse(heard.toLowerCase(java.util.Locale.ROOT).contains("set-cookie"), head(heard));
        assertFalse(heard.contains("<"), head(heard));
    }

    @ParameterizedTest
    @ValueSource(strings = {"/oauth/token", "/authorize", "/userinfo", "/nothing", "/.well-known/jwks.json", "/login"})
    void an_answer_to_head_has_no_body_that_the_next_request_would_trip_over(String path) {
        var heard = sent("HEAD " + path + " HTTP/1.1\r\n" + host + "\r\n" + "GET /.well-known/openid-configuration"
                + " HTTP/1.1\r\n" + host + "Connection: close\r\n\r\n");
        var second = heard.indexOf("\r\n\r\n") + 4;
        assertTrue(heard.startsWith("HTTP/1.1 200", second), heard.substring(0, Math.min(900, heard.length())));
    }

    @Test
    void two_requests_behind_one_another_are_answered_in_turn() {
        var body = "grant_type=x&client_id=spa";
        var heard = sent(post("Content-Length: " + body.length() + "\r\n", body)
                + "GET /.well-known/jwks.json HTTP/1.1\r\n" + host + "Connection: close\r\n\r\n");
        assertEquals(2, Wire.answers(heard), head(heard));
        assertTrue(heard.contains("unsupported_grant_type") && heard.contains("\"keys\""));
    }

    @Test
    void chunk_extensions_and_trailers_mean_nothing() {
        var body = "grant_type=x&client_id=spa";
        var chunk = Integer.toHexString(body.length()) + ";name=value\r\n" + body + "\r\n0\r\nX-Trailer: x\r\n\r\n";
        var heard = sent(post("Connection: close\r\nTransfer-Encoding: chunked\r\n", chunk));
        assertEquals(1, Wire.answers(heard), head(heard));
        assertTrue(REFUSALS.contains(Wire.status(heard)), head(heard));
    }

    @Test
    void a_body_that_cannot_be_read_is_no_fault_in_the_log() {
        var faults = new CopyOnWriteArrayList<String>();
        var listening = new Handler() {
            @Override
            public void publish(LogRecord line) {
                if (line.getLevel().intValue() >= Level.WARNING.intValue()) {
                    faults.add(line.getMessage());
                }
            }

            @Override
            public void flush() {}

            @Override
            public void close() {}
        };
        var edge = Logger.getLogger("dev.symbolon.web.Edge");
        edge.addHandler(listening);
        try {
            refused(sent(post("Transfer-Encoding: chunked\r\n", "zz\r\n")));
            refused(sent(post("Transfer-Encoding: chunked\r\n", "fffffff\r\n" + "a".repeat(100_000))));
            assertEquals(List.of(), faults, "anybody could fill the log");
        } finally {
            edge.removeHandler(listening);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"GET /.well-known/jwks.json", "GET /login", "GET /nothing", "HEAD /userinfo"})
    @Spec("RFC 9112 §9.6")
    void who_asks_for_the_end_of_the_connection_gets_it(String start) {
        var begun = System.nanoTime();
        try (var wire = new Wire(site.app.port())) {
            var heard = wire.send(start + " HTTP/1.1\r\n" + host + "Connection: close\r\n\r\n")
                    .answer(10_000);
            assertEquals(1, Wire.answers(heard), head(heard));
        }
        assertTrue(System.nanoTime() - begun < 5_000_000_000L, "the server hung up, not the test");
    }

    @Test
    void every_answer_carries_date_and_says_nothing_about_the_server() {
        for (var path : new String[] {"/.well-known/jwks.json", "/nothing", "/userinfo", "/authorize"}) {
            var reply = site.browser().get(path);
            assertTrue(reply.header("date").isPresent(), path);
            assertFalse(reply.header("server").isPresent(), path);
            assertEquals("nosniff", reply.header("x-content-type-options").orElse(""), path);
            assertEquals("DENY", reply.header("x-frame-options").orElse(""), path);
            assertTrue(reply.header("content-security-policy").orElse("").contains("frame-ancestors 'none'"), path);
        }
    }

    @Test
    void BF_09_forged_forwarded_addresses_are_no_way_around_the_limit() {
        try (var strict = Site.start(Map.of("SYMBOLON_ATTEMPTS_PER_NETWORK", "3"))) {
            for (var i = 0; i < 3; i++) {
                assertEquals("wrong", attempt(strict, i, "203.0." + i + ".1").signIn());
            }
            for (var i = 3; i < 8; i++) {
                var reply = attempt(strict, i, "203.0." + i + ".1");
                assertEquals(429, reply.status(), "still the same network");
            }
        }
    }

    @Test
    void BF_09_behind_a_trusted_proxy_the_last_address_before_it_counts() {
        var settings = Map.of("SYMBOLON_ATTEMPTS_PER_NETWORK", "3", "SYMBOLON_TRUSTED_PROXIES", "127.0.0.1,10.0.0.0/8");
        try (var strict = Site.start(settings)) {
            for (var i = 0; i < 3; i++) {
                assertEquals(
                        "wrong",
                        attempt(strict, i, "198.51." + i + ".1, 203.0.113.7, 10.0.0." + i)
                                .signIn());
            }
            assertEquals(
                    429,
                    attempt(strict, 3, "198.51.100.1, 203.0.113.200, 10.1.2.3").status());
            assertEquals("wrong", attempt(strict, 4, "203.0.113.7, 192.0.2.1").signIn(), "another network goes on");
        }
    }

    private static Reply attempt(Site at, int number, String forwardedFor) {
        var browser = at.browser().always("X-Forwarded-For", forwardedFor);
        var page = browser.follow(browser.get(Site.authorize(Site.request("spa"))));
        return browser.post("/login", Site.login(page, "nobody" + number + "@example.com", "wrong"));
    }
}
