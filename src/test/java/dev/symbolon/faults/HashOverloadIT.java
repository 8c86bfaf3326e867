package dev.symbolon.faults;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.symbolon.spec.Browser;
import dev.symbolon.spec.Site;
import dev.symbolon.spec.Wire;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.ConcurrentLinkedDeque;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.IntConsumer;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/// Ten times more people sign in than two cores can hash passwords for, at the cost that the server has by itself:
/// those who do not fit are told so at once, and everybody who is signed in already notices nothing.
final class HashOverloadIT {
    private static final int SIGN_INS_PER_SECOND = 500;
    private static final int REFRESHES_PER_SECOND = 20;
    private static final int SECONDS = Faults.amount(4, 30);
    private static final int QUEUE = 64;
    private static final int FIRST_ONES = 4_000;
    private static final long REFRESH_P99_MILLIS = 100;

    /// Sign-in pages that stand open; who types a wrong password there may go on trying.
    private static final int PAGES = 50;

    private record Open(Map<String, String> form, String cookies) {
        static Open at(Jar server) {
            var browser = Installed.browser(server);
            var page = browser.follow(browser.get(Site.authorize(Site.request("spa"))));
            var cookies = new ArrayList<String>();
            browser.cookies.forEach((name, value) -> cookies.add(name + "=" + value));
            return new Open(Site.login(page, "", "not the password of anybody"), String.join("; ", cookies));
        }

        /// An attempt for a person of its own from a network of its own.
        String attempt(int number) {
            var typed = new HashMap<>(form);
            typed.put("username", "stranger" + number + "@example.com");
            var body = Browser.encode(typed);
            return String.join(
                    "\r\n",
                    "POST /login HTTP/1.1",
                    "Host: login.example",
                    "X-Forwarded-For: 10." + number / 250 % 250 + "." + number % 250 + ".1",
                    "Origin: " + Installed.ISSUER,
                    "Sec-Fetch-Site: same-origin",
                    "Cookie: " + cookies,
                    "Content-Type: application/x-www-form-urlencoded",
                    "Content-Length: " + body.length(),
                    "",
                    body);
        }
    }

    /// What came back of an attempt.
    private record Told(int status, boolean isWrong, boolean tellsWhen) {}

    /// Connections that are kept, as a proxy keeps them. They cost this machine's cores as little as can be: what is
    /// measured is the server.
    private static final class Kept implements AutoCloseable {
        private static final Pattern LENGTH = Pattern.compile("(?i)\r\ncontent-length: *(\\d+)\r\n");

        private final int port;
        private final Deque<Socket> free = new ConcurrentLinkedDeque<>();

        private Kept(int port) {
            this.port = port;
        }

        Told ask(String request) throws IOException {
            var socket = free.poll();
            if (socket == null) {
                socket = new Socket(InetAddress.getLoopbackAddress(), port);
                socket.setTcpNoDelay(true);
            }
            socket.getOutputStream().write(request.getBytes(StandardCharsets.ISO_8859_1));
            var head = read(socket.getInputStream());
            free.push(socket);
            return new Told(
                    Wire.status(head),
                    head.contains("\r\nLocation: /login?interaction="),
                    head.toLowerCase(Locale.ROOT).contains("\r\nretry-after: "));
        }

        // The head; the body is read and forgotten.
        private static String read(InputStream in) throws IOException {
            var buffer = new byte[32_768];
            var length = 0;
            while (true) {
                var read = in.read(buffer, length, buffer.length - length);
                if (read < 0) {
                    throw new EOFException("The server hung up.");
                }
                length += read;
                var heard = new String(buffer, 0, length, StandardCharsets.ISO_8859_1);
                var end = heard.indexOf("\r\n\r\n");
                if (end >= 0) {
                    var size = LENGTH.matcher(heard.substring(0, end + 2));
                    var body = size.find() ? Integer.parseInt(size.group(1)) : 0;
                    in.skipNBytes(Math.max(0, end + 4 + body - length));
                    return heard.substring(0, end + 2);
                }
            }
        }

        @Override
        public void close() throws IOException {
            for (var socket : free) {
                socket.close();
            }
        }
    }

    /// One who is signed in and refreshes now and then.
    private static final class Family {
        private String token;

        private Family(Jar server, int number) {
            var browser = Installed.browser(server);
            var end = Installed.signIn(browser, number);
            token = Installed.token(
                            server, Site.redemption("spa", end.redirect().text("code")))
                    .json()
                    .get("refresh_token")
                    .textValue();
        }

        private synchronized long refresh(Jar server) {
            var began = System.nanoTime();
            var reply = Installed.token(server, Site.refresh("spa", token));
            var took = System.nanoTime() - began;
            assertEquals(200, reply.status(), reply.body());
            token = reply.json().get("refresh_token").textValue();
            return took;
        }
    }

    @Test
    void refreshes_go_on_while_five_hundred_sign_in_every_second_and_who_does_not_fit_hears_503() throws Exception {
        try (var installed = Installed.onSqlite()) {
            var settings = new HashMap<>(installed.settings());
            settings.remove("SYMBOLON_ARGON2_MEMORY_KIB");
            settings.remove("SYMBOLON_ARGON2_ITERATIONS");
            settings.put("SYMBOLON_HASH_QUEUE", Integer.toString(QUEUE));
            var program = Jar.program("-XX:+UseSerialGC", "-XX:+UseCompactObjectHeaders", "-Xmx512m", "-Xmn48m");
            try (var server = Jar.serve(program, settings)) {
                overload(server);
                assertEquals(128 + 15, server.stop().status(), "it ends as it should");
            }
        }
    }

    private static void overload(Jar server) throws Exception {
        var pages = new ArrayList<Open>();
        for (var i = 0; i < PAGES; i++) {
            pages.add(Open.at(server));
        }
        var families = new ArrayList<Family>();
        for (var i = 0; i < REFRESHES_PER_SECOND; i++) {
            families.add(new Family(server, i));
        }
        // What follows is not about a server that just began.
        for (var i = 0; i < 10 * families.size(); i++) {
            families.get(i % families.size()).refresh(server);
        }
        begin(server, pages);
        var attempts = new ConcurrentLinkedQueue<Told>();
        var refreshes = new ConcurrentLinkedQueue<Long>();
        var gates = new ConcurrentLinkedQueue<Map<String, Long>>();
        var failures = new ConcurrentLinkedQueue<Throwable>();
        try (var kept = new Kept(server.port());
                var threads = Executors.newVirtualThreadPerTaskExecutor();
                var pace = Executors.newScheduledThreadPool(1)) {
            var ended = List.of(
                    new Paced(
                            SIGN_INS_PER_SECOND,
                            number -> threads.submit(guarded(
                                    failures,
                                    () -> attempts.add(
                                            kept.ask(pages.get(number % PAGES).attempt(number)))))),
                    new Paced(
                            REFRESHES_PER_SECOND,
                            number -> threads.submit(guarded(
                                    failures,
                                    () -> refreshes.add(families.get(number % families.size())
                                            .refresh(server))))),
                    new Paced(5, _ -> threads.submit(guarded(failures, () -> gates.add(server.metrics())))));
            for (var paced : ended) {
                var _ = pace.scheduleAtFixedRate(
                        paced, 0, TimeUnit.SECONDS.toNanos(1) / paced.perSecond, TimeUnit.NANOSECONDS);
            }
            for (var paced : ended) {
                paced.over.await();
            }
            pace.shutdownNow();
        }
        var log = server.log();
        assertEquals(
                List.of(),
                List.copyOf(failures),
                () -> "everybody was answered; the log ends with "
                        + log.subList(Math.max(0, log.size() - 5), log.size()));
        assertEquals(SIGN_INS_PER_SECOND * SECONDS, attempts.size());
        var refused = isToldOrRefused(attempts);
        var sorted = new ArrayList<>(refreshes);
        Collections.sort(sorted);
        var p50 = TimeUnit.NANOSECONDS.toMillis(sorted.get(sorted.size() / 2));
        var p99 = TimeUnit.NANOSECONDS.toMillis(sorted.get(sorted.size() * 99 / 100));
        Faults.counted("Too many sign-ins: " + attempts.size() + " in " + SECONDS + " s, " + refused + " told 503; "
                + sorted.size() + " refreshes all answered, p50 " + p50 + " ms, p99 " + p99 + " ms");
        if (Faults.IS_LONG) {
            assertTrue(p99 < REFRESH_P99_MILLIS, "p99 of refreshes on a quiet machine: " + p99 + " ms");
        }
        var permits = Runtime.getRuntime().availableProcessors();
        for (var gate : gates) {
            assertTrue(gate.get("symbolon_hashes_running") <= permits, gate::toString);
            assertTrue(gate.get("symbolon_hashes_waiting") <= QUEUE, gate::toString);
        }
        var after = server.metrics();
        assertTrue(after.get("symbolon_hashes_refused_total") > 0, "the gate was full");
        assertEquals(0, after.get("symbolon_hashes_waiting"));
        assertTrue(
                Installed.signIn(Installed.browser(server), 0).location().startsWith(Site.CALLBACK),
                "and it works at once");
    }

    private static void begin(Jar server, List<Open> pages) throws Exception {
        var number = new AtomicInteger();
        try (var kept = new Kept(server.port());
                var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            var ended = new ArrayList<Future<?>>();
            for (var one = 0; one < 4 * QUEUE; one++) {
                ended.add(threads.submit(() -> {
                    for (var next = number.getAndIncrement(); next < FIRST_ONES; next = number.getAndIncrement()) {
                        kept.ask(pages.get(next % PAGES).attempt(next));
                    }
                    return null;
                }));
            }
            for (var one : ended) {
                one.get();
            }
        }
    }

    private static int isToldOrRefused(Iterable<Told> attempts) {
        var refused = 0;
        var told = 0;
        for (var reply : attempts) {
            if (reply.status() == 503) {
                refused++;
                assertTrue(reply.tellsWhen(), "when to come again");
            } else {
                told++;
                assertTrue(reply.status() == 303 && reply.isWrong(), reply::toString);
            }
        }
        assertTrue(refused > 0, "some did not fit");
        assertTrue(told > 0, "those who fitted were answered");
        return refused;
    }

    private interface Act {
        void act() throws Exception;
    }

    private static Runnable guarded(ConcurrentLinkedQueue<Throwable> failures, Act act) {
        return () -> {
            try {
                act.act();
            } catch (Exception | AssertionError e) {
                failures.add(e);
            }
        };
    }

    /// Begins something so often a second, whether or not what was begun before has ended.
    private static final class Paced implements Runnable {
        private final int perSecond;
        private final IntConsumer act;
        private final AtomicInteger begun = new AtomicInteger();
        private final CountDownLatch over = new CountDownLatch(1);

        private Paced(int perSecond, IntConsumer act) {
            this.perSecond = perSecond;
            this.act = act;
        }

        @Override
        public void run() {
            if (begun.get() == perSecond * SECONDS) {
                over.countDown();
                return;
            }
            act.accept(begun.getAndIncrement());
        }
    }
}
