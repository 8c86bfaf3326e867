package dev.symbolon.web;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.helidon.webserver.WebServer;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Requests that are begun and not finished, and answers that nobody takes.
final class PeersTest {
    private static final Edge EDGE = new Edge(
            new Edge.Wiring(
                    InstantSource.system(),
                    RandomGenerator.getDefault(),
                    new Proxies(List.of()),
                    _ -> Optional.empty(),
                    Map.of(),
                    (_, failure) -> Answer.refusal(failure.refusal()),
                    (_, _) -> Answer.status(404),
                    _ -> false,
                    new Cors((_, _) -> false),
                    false,
                    Optional.empty()),
            Duration.ofMillis(300));

    private static WebServer server;
    private static ScheduledExecutorService chores;

    @BeforeAll
    static void listen() {
        server = EDGE.listen("127.0.0.1", 0);
        chores = Executors.newSingleThreadScheduledExecutor();
        var _ = chores.scheduleWithFixedDelay(EDGE::hangUpOnTheLate, 50, 50, TimeUnit.MILLISECONDS);
    }

    @AfterAll
    static void stop() {
        chores.shutdownNow();
        server.stop();
    }

    private static String exchange(String... parts) throws Exception {
        try (var socket = new Socket("127.0.0.1", server.port())) {
            socket.setSoTimeout(20_000);
            for (var part : parts) {
                socket.getOutputStream().write(part.getBytes(StandardCharsets.US_ASCII));
            }
            return new String(socket.getInputStream().readAllBytes(), StandardCharsets.US_ASCII);
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "GET / HTTP/1.1\r\nHost: x\r\n",
                "GET / HTTP/1.1\r\nHost: x\r\nX-Slow: ",
                "POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 10\r\n",
            })
    void HT_06_whoever_does_not_finish_the_headers_is_hung_up_on(String begun) throws Exception {
        assertEquals("", exchange(begun));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 10\r\n\r\nabc",
                "POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nab",
            })
    void HT_06_whoever_does_not_send_the_body_is_hung_up_on(String begun) throws Exception {
        var answer = exchange(begun);
        assertTrue(answer.isEmpty() || answer.startsWith("HTTP/1.1 404"), answer);
    }

    @Test
    void a_second_request_on_the_connection_has_its_own_deadline() throws Exception {
        var answer = exchange("GET / HTTP/1.1\r\nHost: x\r\n\r\n", "GET / HTTP/1.1\r\nHost: x\r\n");
        assertEquals(2, answer.split("HTTP/1.1 404", -1).length, answer);
    }

    @Test
    void HT_06_whoever_does_not_take_the_answers_is_hung_up_on() throws Exception {
        try (var socket = new Socket()) {
            socket.setReceiveBufferSize(4_096);
            socket.connect(new InetSocketAddress("127.0.0.1", server.port()));
            var asked = "GET / HTTP/1.1\r\nHost: x\r\n\r\n".repeat(1_000).getBytes(StandardCharsets.US_ASCII);
            // Without the server's end of it this would block for good when all buffers are full.
            assertThrows(SocketException.class, () -> {
                while (true) {
                    socket.getOutputStream().write(asked);
                }
            });
        }
    }
}
