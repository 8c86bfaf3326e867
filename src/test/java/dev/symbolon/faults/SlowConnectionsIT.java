package dev.symbolon.faults;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.symbolon.spec.Browser;
import dev.symbolon.spec.Site;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.net.URI;
import java.net.http.HttpRequest;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.Test;

/// Two thousand connections that keep the server waiting in every way there is, more than it has places for:
/// everybody else is served, and what they cost is bounded and given back.
final class SlowConnectionsIT {
    private static final int SLOW = 2_000;

    /// What the packaged server is started with, and what is around it.
    private static final long MEMORY_MOST_KIB = 640 * 1_024;

    private static final int THREADS_MOST = 64;
    private static final int FILES_SPARE = 16;

    /// The server's longest patience is a minute; the rest is for a slow machine.
    private static final long GONE_WITHIN_SECONDS = 180;

    private static final int ROUNDS = 5;

    private enum Way {
        REQUEST_LINE("GET /authorize?", "a"),
        HEADER("GET /robots.txt HTTP/1.1\r\nHost: x\r\nX-Slow: ", "a"),
        BODY("""
                POST /oauth/token HTTP/1.1\r
                Host: login.example\r
                Content-Type: application/x-www-form-urlencoded\r
                Content-Length: 60000\r
                \r
                grant_type=""", "a"),
        ANSWER("", "GET /.well-known/openid-configuration HTTP/1.1\r\nHost: login.example\r\n\r\n".repeat(200)),
        SILENT("", "");

        private final byte[] first;
        private final byte[] again;

        Way(String first, String again) {
            this.first = first.getBytes(StandardCharsets.US_ASCII);
            this.again = again.getBytes(StandardCharsets.US_ASCII);
        }

        /// A half of them send a request slowly.
        static Way of(int number) {
            return switch (number % 20) {
                case 0, 1, 2, 3, 4 -> REQUEST_LINE;
                case 5, 6, 7, 8, 9 -> HEADER;
                case 10, 11, 12, 13 -> BODY;
                case 14 -> ANSWER;
                default -> SILENT;
            };
        }
    }

    /// One that never waits itself.
    private static final class Slow {
        private final Way way;
        private final SocketChannel socket;
        private final ByteBuffer again;
        private boolean isOver;

        private Slow(Way way, int port) throws IOException {
            this.way = way;
            socket = SocketChannel.open();
            socket.setOption(StandardSocketOptions.SO_RCVBUF, 4_096);
            socket.connect(new InetSocketAddress("127.0.0.1", port));
            socket.configureBlocking(false);
            again = ByteBuffer.wrap(way.again);
            try {
                socket.write(ByteBuffer.wrap(way.first));
            } catch (IOException _) {
                isOver = true;
            }
        }

        /// Sends and takes a little.
        void goOn() throws IOException {
            if (isOver) {
                return;
            }
            try {
                isOver = socket.read(ByteBuffer.allocate(1)) < 0;
                socket.write(again);
                if (!again.hasRemaining()) {
                    again.rewind();
                }
            } catch (IOException _) {
                isOver = true;
            }
            if (isOver) {
                socket.close();
            }
        }
    }

    @Test
    void two_thousand_slow_connections_keep_nobody_else_waiting_and_cost_nothing_when_they_are_gone() throws Exception {
        try (var installed = Installed.onSqlite();
                var server = installed.serve()) {
            var others = new Others(server);
            others.areServed();
            var filesBefore = server.open();
            var most = server.metrics().get("symbolon_connections_most");
            assertTrue(most < SLOW, "more come than there are places for");
            var slow = new ArrayList<Slow>();
            try {
                for (var i = 0; i < SLOW; i++) {
                    slow.add(new Slow(Way.of(i), server.port()));
                    if (i % 100 == 0) {
                        others.areServed();
                    }
                }
                var worst = 0L;
                for (var i = 0; i < ROUNDS; i++) {
                    worst = Math.max(worst, round(server, slow, others, most));
                }
                var metrics = server.metrics();
                assertTrue(
                        metrics.get("symbolon_connections_gave_way_total") >= SLOW - most - FILES_SPARE,
                        metrics::toString);
                if (Faults.IS_LONG) {
                    isWithin(GONE_WITHIN_SECONDS, "the server ends them all", () -> {
                        goOn(slow);
                        others.areServed();
                        return slow.stream().allMatch(one -> one.isOver);
                    });
                }
                Faults.counted("Slow connections: " + SLOW + " for " + most + " places, "
                        + slow.stream().filter(one -> one.isOver).count() + " ended by the server, " + others.served
                        + " others all served; at most " + worst / 1_024 + " MiB, " + server.status("Threads")
                        + " threads");
            } finally {
                for (var one : slow) {
                    one.socket.close();
                }
            }
            isWithin(GONE_WITHIN_SECONDS, "files are given back", () -> server.open() <= filesBefore + FILES_SPARE);
            others.areServed();
            assertTrue(server.metrics().get("symbolon_connections_open") <= FILES_SPARE);
            assertEquals(
                    List.of(),
                    server.log().stream()
                            .filter(line -> line.contains("WARN") || line.contains("ERROR"))
                            .limit(5)
                            .toList());
        }
    }

    private static long round(Jar server, List<Slow> slow, Others others, long most) {
        goOn(slow);
        others.areServed();
        var resident = server.status("VmRSS");
        assertTrue(resident <= MEMORY_MOST_KIB, resident + " KiB");
        assertTrue(server.status("Threads") <= THREADS_MOST, server.status("Threads") + " threads");
        assertTrue(server.metrics().get("symbolon_connections_open") <= most + FILES_SPARE);
        return resident;
    }

    private static void goOn(List<Slow> slow) {
        for (var one : slow) {
            try {
                one.goOn();
            } catch (IOException e) {
                throw new AssertionError(e);
            }
        }
    }

    private static void isWithin(long seconds, String what, BooleanSupplier is) {
        var began = System.nanoTime();
        while (!is.getAsBoolean()) {
            assertTrue(System.nanoTime() - began < TimeUnit.SECONDS.toNanos(seconds), what);
        }
    }

    /// Those who only want what they came for.
    private static final class Others {
        private final Jar server;
        private String token;
        private int served;

        private Others(Jar server) {
            this.server = server;
            var browser = Installed.browser(server);
            var page = browser.follow(browser.get(Site.authorize(Site.request("spa"))));
            var end = browser.follow(browser.post("/login", Site.login(page, Installed.email(0), Site.PASSWORD)));
            var form = Site.redemption("spa", end.redirect().text("code"));
            token = Installed.token(server, form).json().get("refresh_token").textValue();
        }

        void areServed() {
            var refreshed = Installed.token(server, Site.refresh("spa", token));
            assertEquals(200, refreshed.status(), refreshed.body());
            token = refreshed.json().get("refresh_token").textValue();
            var discovery = Browser.exchange(
                    HttpRequest.newBuilder(URI.create(server.address() + "/.well-known/openid-configuration"))
                            .header("X-Forwarded-Host", "login.example")
                            .GET());
            assertEquals(200, discovery.status());
            served += 2;
        }
    }
}
