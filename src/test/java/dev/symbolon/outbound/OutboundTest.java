package dev.symbolon.outbound;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTimeout;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.symbolon.outbound.Line.Limits;
import dev.symbolon.outbound.Outbound.Credentials;
import dev.symbolon.outbound.OutboundException.Reason;
import dev.symbolon.spec.Spec;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.net.UnknownHostException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// The one way out, towards sockets that count who comes and say what no good server says.
final class OutboundTest {
    private static final Limits QUICK = new Limits(Duration.ofMillis(500), Duration.ofSeconds(1), 1_048_576, 8, 4);
    /// Where it is the size that is measured, on a machine that is busy.
    private static final Limits PATIENT = new Limits(Duration.ofSeconds(10), Duration.ofSeconds(30), 1_048_576, 8, 4);
    private static final Duration BOUND = Duration.ofSeconds(15);
    private static final String OK = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}";

    private static Outbound toLoopback() {
        return new Outbound(List.of("127.0.0.0/8"), Optional.empty(), InetAddress::getAllByName, QUICK);
    }

    private static Outbound toNobody(Destination.Names names) {
        return new Outbound(List.of(), Optional.empty(), names, QUICK);
    }

    private static Reason refusal(Outbound outbound, String url) {
        return assertThrows(OutboundException.class, () -> outbound.get(url, Optional.empty()))
                .reason();
    }

    private static InetAddress[] addresses(String... literals) {
        return List.of(literals).stream().map(InetAddress::ofLiteral).toArray(InetAddress[]::new);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "127.0.0.1",
                "localhost",
                "LOCALHOST.",
                "any.localhost",
                "127.1",
                "2130706433",
                "0x7f000001",
                "0x7f.1",
                "0177.0.0.1",
                "017700000001",
                "127.0.0.1.",
                "0",
                "0.0.0.0",
                "[::]",
                "[::1]",
                "[0:0:0:0:0:0:0:1]",
                "[::ffff:7f00:1]",
                "[::ffff:127.0.0.1]",
                "[::127.0.0.1]",
                "[64:ff9b::7f00:1]",
                "[64:ff9b:1::7f00:1]",
                "[2002:7f00:1::]",
                "[2001::7f00:1]",
                "[fe80::1]",
                "[fec0::1]",
                "[fd00::1]",
                "[ff02::1]",
                "[2001:db8::1]",
                "10.0.0.1",
                "100.64.0.1",
                "169.254.169.254",
                "172.31.255.255",
                "192.168.1.1",
                "198.18.0.1",
                "203.0.113.1",
                "224.0.0.1",
                "255.255.255.255",
                "①②⑦.0.0.1",
                "127。0。0。1"
            })
    void SS_01_no_spelling_of_an_address_that_is_not_public_is_connected_to(String host) {
        try (var listener = Listener.saying(OK);
                var outbound = toNobody(InetAddress::getAllByName)) {
            for (var scheme : List.of("https", "http")) {
                var reason = refusal(outbound, scheme + "://" + host + ":" + listener.port() + "/");
                assertTrue(reason == Reason.FORBIDDEN || reason == Reason.UNREACHABLE, reason.toString());
            }
            assertEquals(0, listener.guests());
        }
    }

    @Test
    void SS_01_a_name_with_a_public_and_a_private_address_is_not_connected_to_in_either_order() {
        try (var listener = Listener.saying(OK)) {
            for (var answer : List.of(addresses("8.8.8.8", "127.0.0.1"), addresses("127.0.0.1", "8.8.8.8"))) {
                try (var outbound = toNobody(_ -> answer)) {
                    var url = "https://mixed.example:" + listener.port() + "/";
                    assertEquals(Reason.FORBIDDEN, refusal(outbound, url));
                }
            }
            assertEquals(0, listener.guests());
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "8.8.8.8",
                "1.1.1.1",
                "172.32.0.1",
                "100.128.0.1",
                "2606:4700::1111",
                "64:ff9b::808:808",
                "2002:808:808::1"
            })
    void a_public_address_is_public(String literal) {
        assertTrue(Destination.isPublic(InetAddress.ofLiteral(literal).getAddress()));
    }

    @Test
    void SS_02_the_checked_address_is_the_one_that_is_connected_to_and_every_call_is_checked_again() {
        var answers = new ArrayList<>(List.of(addresses("127.0.0.1"), addresses("127.0.0.2")));
        try (var listener = Listener.saying(OK);
                var outbound =
                        new Outbound(List.of("127.0.0.1"), Optional.empty(), _ -> answers.removeFirst(), QUICK)) {
            var url = "http://rebound.example:" + listener.port() + "/";
            assertEquals(200, outbound.get(url, Optional.empty()).status());
            assertEquals(1, answers.size(), "one look-up for one call");
            assertEquals(Reason.FORBIDDEN, refusal(outbound, url));
            assertEquals(1, listener.guests());
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {301, 302, 303, 307, 308})
    void SS_03_no_redirect_is_followed(int status) {
        try (var inside = Listener.saying(OK)) {
            for (var target : List.of(inside.at("/"), "file:///etc/passwd", "/again")) {
                try (var door = Listener.saying(
                                "HTTP/1.1 " + status + " Go\r\nLocation: " + target + "\r\nContent-Length: 0\r\n\r\n");
                        var outbound = toLoopback()) {
                    assertEquals(Reason.REDIRECTED, refusal(outbound, door.at("/")));
                    assertEquals(1, door.guests());
                }
            }
            assertEquals(0, inside.guests());
        }
    }

    @Test
    void everything_but_this_machine_is_called_by_https_only() {
        try (var outbound = toNobody(_ -> addresses("8.8.8.8"))) {
            assertEquals(Reason.FORBIDDEN, refusal(outbound, "http://public.example/"));
        }
        var inside = List.of("10.0.0.0/8", "127.0.0.0/8");
        try (var outbound = new Outbound(inside, Optional.empty(), _ -> addresses("10.1.2.3"), QUICK)) {
            assertEquals(
                    Reason.FORBIDDEN, refusal(outbound, "http://inside.example/"), "a network of one's own has ears");
        }
        try (var outbound = new Outbound(inside, Optional.empty(), _ -> addresses("127.0.0.1"), QUICK)) {
            assertEquals(Reason.UNREACHABLE, refusal(outbound, "http://inside.example:1/"));
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "/relative",
                "file:///etc/passwd",
                "ftp://8.8.8.8/",
                "gopher://8.8.8.8/",
                "https:///nowhere",
                "https://user@8.8.8.8/",
                "https://user:password@8.8.8.8/",
                "https://8.8.8.8/#fragment",
                "https://8.8.8.8:0/",
                "https://8.8.8.8\\@127.0.0.1/",
                "https://8.8.8.8 /",
                "https://8.8.8.8/\r\nX: y",
                "https:8.8.8.8",
                "javascript:alert(1)"
            })
    void a_url_that_is_none_of_a_server_is_refused(String url) {
        try (var outbound = toNobody(_ -> addresses("8.8.8.8"))) {
            assertEquals(Reason.FORBIDDEN, refusal(outbound, url));
        }
    }

    @Test
    void a_call_says_who_calls_and_what_it_wants_and_nothing_else() {
        try (var listener = Listener.saying(OK);
                var outbound = toLoopback()) {
            outbound.get(listener.at("/a%2Fb/%C3%A9;c=d?x=1+2&y=%20z&x=3&e=&f"), Optional.empty());
            var lines = listener.next().split("\r\n", 2);
            assertEquals("GET /a%2Fb/%C3%A9;c=d?x=1+2&y=%20z&x=3&e=&f HTTP/1.1", lines[0]);
            var headers = new ArrayList<>(
                    lines[1].lines().filter(line -> !line.isEmpty()).sorted().toList());
            assertEquals(
                    List.of(
                            "Accept-Encoding: identity",
                            "Accept: application/json",
                            "Connection: close",
                            "Content-Length: 0",
                            "Host: 127.0.0.1:" + listener.port(),
                            "User-Agent: Symbolon"),
                    headers);
        }
    }

    @Test
    @Spec("RFC 6749 §2.3.1")
    void a_client_s_id_and_secret_are_encoded_before_they_are_put_together() {
        try (var listener = Listener.saying(OK);
                var outbound = toLoopback()) {
            var who = new Credentials.Basic("we:re", "s c%é");
            outbound.post(listener.at("/token"), Map.of("code", "a+b&c"), Optional.of(who));
            var request = listener.next();
            var basic = java.util.Base64.getEncoder()
                    .encodeToString("we%3Are:s+c%25%C3%A9".getBytes(StandardCharsets.US_ASCII));
            assertTrue(request.startsWith("POST /token HTTP/1.1\r\n"), request);
            assertTrue(request.contains("Authorization: Basic " + basic + "\r\n"), request);
            assertTrue(request.contains("Content-Type: application/x-www-form-urlencoded\r\n"), request);
            assertTrue(request.endsWith("\r\n\r\ncode=a%2Bb%26c"), request);
        }
    }

    @Test
    void credentials_and_answers_do_not_print_their_secrets() {
        var printed = new Credentials.Basic("id", "hunter2") + " " + new Credentials.Bearer("hunter2") + " "
                + new Outbound.Answer(200, "application/json", "hunter2".getBytes(StandardCharsets.UTF_8));
        assertFalse(printed.contains("hunter2"), printed);
    }

    @Test
    void an_answer_that_ends_with_the_connection_is_read_and_one_that_is_cut_off_is_not() {
        try (var whole = Listener.saying("HTTP/1.1 200 OK\r\nContent-Type: Text/HTML; charset=utf-8\r\n\r\nhello");
                var chunked = Listener.saying(
                        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nhel\r\n2\r\nlo\r\n0\r\n\r\n");
                var cut = Listener.saying("HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nhello");
                var cutChunk = Listener.saying("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n9\r\nhello");
                var empty = Listener.saying("HTTP/1.1 204 No Content\r\n\r\n");
                var outbound = toLoopback()) {
            var answer = outbound.get(whole.at("/"), Optional.empty());
            assertEquals("hello", answer.text());
            assertEquals("text/html", answer.type());
            assertEquals(
                    "hello", outbound.get(chunked.at("/"), Optional.empty()).text());
            assertArrayEquals(
                    new byte[0], outbound.get(empty.at("/"), Optional.empty()).body());
            assertEquals(Reason.UNREACHABLE, refusal(outbound, cut.at("/")));
            assertEquals(Reason.UNREACHABLE, refusal(outbound, cutChunk.at("/")));
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "SSH-2.0-OpenSSH_9.6\r\n",
                "HTTP/1.1 abc\r\n\r\n",
                "HTTP/1.1 200 OK\r\nno header\r\n\r\n",
                "HTTP/1.1 200 OK\r\nContent-Length: -1\r\n\r\nx",
                "HTTP/1.1 200 OK\r\nContent-Length: many\r\n\r\nx",
                "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n"
            })
    void what_is_not_http_is_a_failure_and_nothing_worse(String said) {
        try (var listener = Listener.saying(said);
                var outbound = toLoopback()) {
            assertEquals(Reason.UNREACHABLE, refusal(outbound, listener.at("/")));
        }
    }

    @Test
    void nobody_at_home_is_unreachable_and_so_is_a_name_that_nobody_has() {
        var free = Listener.saying(OK);
        free.close();
        try (var outbound = toLoopback();
                var lost = toNobody(host -> {
                    throw new UnknownHostException(host);
                })) {
            assertEquals(Reason.UNREACHABLE, refusal(outbound, free.at("/")));
            assertEquals(Reason.UNREACHABLE, refusal(lost, "https://nowhere.example/"));
        }
    }

    @Test
    void an_address_where_nobody_answers_is_passed_over_for_the_next_one_of_the_name() {
        try (var listener = Listener.saying(OK);
                var outbound = new Outbound(
                        List.of("127.0.0.0/8"), Optional.empty(), _ -> addresses("127.0.0.9", "127.0.0.1"), QUICK)) {
            assertEquals(
                    200,
                    outbound.get("http://two.example:" + listener.port() + "/", Optional.empty())
                            .status());
        }
    }

    @Test
    void FE_09_a_slow_drip_is_ended_by_the_deadline() {
        try (var listener = Listener.saying(guest -> {
                    guest.getOutputStream()
                            .write("HTTP/1.1 200 OK\r\nContent-Length: 1000000\r\n\r\n"
                                    .getBytes(StandardCharsets.US_ASCII));
                    drip(guest);
                });
                var dripsHeaders = Listener.saying(OutboundTest::drip);
                var silent = Listener.saying(guest -> guest.getInputStream().read());
                var outbound = toLoopback()) {
            for (var slow : List.of(listener, dripsHeaders, silent)) {
                assertTimeout(BOUND, () -> assertEquals(Reason.SLOW, refusal(outbound, slow.at("/"))));
            }
            // TLS that never begins
            var url = "https://127.0.0.1:" + silent.port() + "/";
            assertTimeout(BOUND, () -> assertEquals(Reason.SLOW, refusal(outbound, url)));
        }
    }

    // One byte whenever the last one has gone: no pause between two is ever long.
    private static void drip(Socket guest) throws IOException {
        guest.setTcpNoDelay(true);
        guest.setSoTimeout(50);
        while (true) {
            guest.getOutputStream().write('x');
            try {
                if (guest.getInputStream().read() < 0) {
                    return;
                }
            } catch (java.net.SocketTimeoutException _) {
                // the guest is still there
            }
        }
    }

    @Test
    void a_slow_name_server_costs_the_caller_no_more_than_the_deadline() {
        var release = new CountDownLatch(1);
        try (var outbound = toNobody(_ -> {
            try {
                release.await();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
            return addresses("8.8.8.8");
        })) {
            assertTimeout(BOUND, () -> assertEquals(Reason.SLOW, refusal(outbound, "https://slow.example/")));
            release.countDown();
        }
    }

    @Test
    void FE_09_more_than_a_megabyte_is_not_read_however_it_is_sent() {
        var big = "x".repeat(2_097_152);
        try (var announced = Listener.saying("HTTP/1.1 200 OK\r\nContent-Length: " + big.length() + "\r\n\r\n" + big);
                var open = Listener.saying("HTTP/1.1 200 OK\r\n\r\n" + big);
                var chunk = Listener.saying(guest -> endless(guest, "7fffffff\r\n"));
                var chunks = Listener.saying(guest -> {
                    guest.getOutputStream()
                            .write("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"
                                    .getBytes(StandardCharsets.US_ASCII));
                    while (true) {
                        guest.getOutputStream()
                                .write("1\r\nx\r\n".repeat(10_000).getBytes(StandardCharsets.US_ASCII));
                    }
                });
                var headers = Listener.saying("HTTP/1.1 200 OK\r\nX: " + big + "\r\n\r\n");
                var outbound =
                        new Outbound(List.of("127.0.0.0/8"), Optional.empty(), InetAddress::getAllByName, PATIENT)) {
            for (var listener : List.of(announced, open, chunk, chunks)) {
                assertEquals(Reason.OVERSIZED, refusal(outbound, listener.at("/")));
            }
            assertEquals(Reason.UNREACHABLE, refusal(outbound, headers.at("/")));
        }
    }

    private static void endless(Socket guest, String size) throws IOException {
        guest.getOutputStream()
                .write(("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n" + size)
                        .getBytes(StandardCharsets.US_ASCII));
        while (true) {
            guest.getOutputStream().write(new byte[65_536]);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"gzip", "deflate", "br", "GZIP", "identity, gzip"})
    void FE_09_a_compressed_answer_is_not_unpacked(String encoding) {
        try (var listener = Listener.saying(
                        "HTTP/1.1 200 OK\r\nContent-Encoding: " + encoding + "\r\nContent-Length: 2\r\n\r\n{}");
                var outbound = toLoopback()) {
            assertEquals(Reason.ENCODED, refusal(outbound, listener.at("/")));
        }
    }

    @Test
    void one_slow_server_does_not_take_the_calls_of_the_others() throws Exception {
        var arrived = new CountDownLatch(QUICK.callsPerHost());
        var limits = new Limits(QUICK.connect(), Duration.ofSeconds(30), 1_000, 8, 4);
        try (var slow = Listener.saying(guest -> {
                    arrived.countDown();
                    waitForEnd(guest.getInputStream());
                });
                var good = Listener.saying(OK);
                var outbound =
                        new Outbound(List.of("127.0.0.0/8"), Optional.empty(), InetAddress::getAllByName, limits);
                var callers = Executors.newVirtualThreadPerTaskExecutor()) {
            for (var i = 0; i < QUICK.callsPerHost(); i++) {
                callers.submit(() -> outbound.get(slow.at("/"), Optional.empty()));
            }
            arrived.await();
            assertEquals(Reason.BUSY, refusal(outbound, slow.at("/")));
            var other = "http://127.0.0.2:" + good.port() + "/";
            assertEquals(Reason.UNREACHABLE, refusal(outbound, other), "another host is called; nobody listens there");
            slow.hangUp();
        }
    }

    private static void waitForEnd(InputStream in) throws IOException {
        while (in.read() >= 0) {
            // nothing more is said
        }
    }

    @Test
    void when_all_calls_are_under_way_one_more_is_refused_at_once_and_when_they_end_it_is_not() throws Exception {
        var arrived = new CountDownLatch(2);
        var limits = new Limits(QUICK.connect(), Duration.ofSeconds(30), 1_000, 2, 2);
        try (var slow = Listener.saying(guest -> {
                    arrived.countDown();
                    waitForEnd(guest.getInputStream());
                });
                var good = Listener.saying(OK);
                var outbound =
                        new Outbound(List.of("127.0.0.0/8"), Optional.empty(), _ -> addresses("127.0.0.1"), limits);
                var callers = Executors.newVirtualThreadPerTaskExecutor()) {
            var first = callers.submit(() -> refusal(outbound, slow.at("/")));
            var second = callers.submit(() -> refusal(outbound, slow.at("/")));
            arrived.await();
            var url = "http://other.example:" + good.port() + "/";
            assertEquals(Reason.BUSY, refusal(outbound, url));
            slow.hangUp();
            assertEquals(Reason.UNREACHABLE, first.get());
            assertEquals(Reason.UNREACHABLE, second.get());
            assertEquals(200, outbound.get(url, Optional.empty()).status());
        }
    }
}
