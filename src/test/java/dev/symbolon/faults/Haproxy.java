package dev.symbolon.faults;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.locks.LockSupport;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// Debian's HAProxy in front of nodes, set up as `docs/scale.md` says: a node that does not answer is left out,
/// and only a connection that could not be made is tried again, at another node. Its log says what became of
/// each request; for that, each has a connection of its own: on one that is kept, HAProxy closes without an
/// answer and a line.
final class Haproxy implements AutoCloseable {
    private static final Duration WAIT_MAX = Duration.ofSeconds(30);
    private static final Pattern LINE =
            Pattern.compile("request (?<accepted>\\d+) (?<handshake>-?\\d+) (?<idle>-?\\d+) (?<took>-?\\d+)"
                    + " (?<node>\\S+) (?<status>-?\\d+) (?<how>\\S+) (?<retries>\\S+) (?<what>.*)");

    /// A request that was not answered by a node, or answered with its failure.
    ///
    /// @param node that it was given to last
    /// @param how HAProxy's termination state
    record Failure(Instant began, Instant ended, String node, int status, String how, String request) {}

    private final Path folder;
    private final int port;
    private final Process process;
    private final Thread reader;
    private final List<String> said = new ArrayList<>();
    private final List<Failure> failures = new ArrayList<>();
    private final Map<String, Integer> answered = new TreeMap<>();
    private int triedAgain;

    /// @param nodes the ports on this machine, by name
    Haproxy(Map<String, Integer> nodes) {
        try {
            folder = Files.createTempDirectory("symbolon-haproxy");
            port = Faults.port();
            var file = folder.resolve("haproxy.cfg");
            Files.writeString(file, configuration(port, nodes));
            process = new ProcessBuilder(program(), "-db", "-f", file.toString())
                    .redirectErrorStream(true)
                    .start();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        reader = Thread.ofPlatform().daemon().start(this::read);
        try {
            awaitListening();
        } catch (RuntimeException | Error e) {
            close();
            throw e;
        }
    }

    private static String program() {
        for (var folder : List.of("/usr/sbin", "/usr/local/sbin", "/usr/bin", "/usr/local/bin", "/opt/homebrew/bin")) {
            var program = Path.of(folder, "haproxy");
            if (Files.isExecutable(program)) {
                return program.toString();
            }
        }
        throw new AssertionError("HAProxy is missing, which stands in front of nodes here: apt-get install haproxy.");
    }

    private static String configuration(int port, Map<String, Integer> nodes) {
        var text = new StringBuilder("""
                global
                    log stdout format raw local0
                defaults
                    mode http
                    log global
                    timeout connect 2s
                    timeout client 60s
                    timeout server 60s
                    timeout check 5s
                    option httpclose
                    option dontlognull
                    option redispatch 1
                    retries 3
                    retry-on conn-failure
                    log-format "request %%Ts%%ms %%Th %%Ti %%Ta %%s %%ST %%ts %%rc %%HM %%HP"
                frontend public
                    bind 127.0.0.1:%d
                    default_backend nodes
                backend nodes
                    balance roundrobin
                    option httpchk
                    http-check send meth GET uri /.well-known/openid-configuration ver HTTP/1.1 hdr Host login.example
                    http-check expect status 200
                    default-server check inter 200ms fall 1 rise 1
                """.formatted(port));
        nodes.forEach((name, at) -> text.append("    server ")
                .append(name)
                .append(" 127.0.0.1:")
                .append(at)
                .append('\n'));
        return text.toString();
    }

    private void awaitListening() {
        var until = System.nanoTime() + WAIT_MAX.toNanos();
        while (process.isAlive() && System.nanoTime() < until) {
            try (var socket = new Socket()) {
                socket.connect(new InetSocketAddress("127.0.0.1", port), 1_000);
                return;
            } catch (IOException _) {
                LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(10));
            }
        }
        throw new AssertionError("HAProxy does not listen: " + said());
    }

    private void read() {
        try (BufferedReader in = process.inputReader()) {
            for (var line = in.readLine(); line != null; line = in.readLine()) {
                take(line);
            }
        } catch (IOException _) {
            // It has ended.
        }
    }

    private synchronized void take(String line) {
        var request = LINE.matcher(line);
        if (!request.matches()) {
            said.add(line);
            return;
        }
        var node = request.group("node");
        var status = Integer.parseInt(request.group("status"));
        if (!request.group("retries").equals("0")) {
            triedAgain++;
        }
        if (status >= 500 || status < 0 || !request.group("how").equals("--")) {
            // Accepted is the connection, or the end of the request before.
            var began = Instant.ofEpochMilli(number(request, "accepted"))
                    .plusMillis(number(request, "handshake") + number(request, "idle"));
            var ended = began.plusMillis(number(request, "took"));
            failures.add(new Failure(began, ended, node, status, request.group("how"), request.group("what")));
        } else {
            answered.merge(node, 1, Integer::sum);
            notifyAll();
        }
    }

    // Below zero when it did not come so far.
    private static long number(Matcher request, String name) {
        return Math.max(0, Long.parseLong(request.group(name)));
    }

    String address() {
        return "http://127.0.0.1:" + port;
    }

    private synchronized List<String> said() {
        return List.copyOf(said);
    }

    synchronized List<Failure> failures() {
        return List.copyOf(failures);
    }

    /// How many requests each node answered.
    synchronized Map<String, Integer> answered() {
        return Map.copyOf(answered);
    }

    /// How many requests found a node that was gone, and went to another.
    synchronized int triedAgain() {
        return triedAgain;
    }

    /// Waits until this node has answered another request.
    synchronized void awaitAnswerOf(String node) throws InterruptedException, TimeoutException {
        var before = answered.getOrDefault(node, 0);
        var until = System.nanoTime() + WAIT_MAX.toNanos();
        while (answered.getOrDefault(node, 0).equals(before)) {
            var left = TimeUnit.NANOSECONDS.toMillis(until - System.nanoTime());
            if (left <= 0) {
                throw new TimeoutException("HAProxy does not send anybody to " + node + ": " + said);
            }
            wait(left);
        }
    }

    @Override
    public void close() {
        process.destroyForcibly();
        try {
            process.waitFor();
            reader.join();
            Files.deleteIfExists(folder.resolve("haproxy.cfg"));
            Files.deleteIfExists(folder);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError(e);
        }
    }
}
