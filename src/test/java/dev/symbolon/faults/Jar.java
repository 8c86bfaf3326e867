package dev.symbolon.faults;

import dev.symbolon.spec.Browser;
import dev.symbolon.spec.Reply;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpRequest;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/// The packaged server as a process of its own, as an operator runs it. Only the process that was started here is
/// ever ended.
final class Jar implements AutoCloseable {
    private static final int READY_MAX_SECONDS = 60;
    private static final int END_MAX_SECONDS = 30;
    private static final Pattern LISTENING =
            Pattern.compile("Listening on \\S+ port (\\d+); health and metrics on \\S+ port (\\d+)");

    private final Process process;
    private final Lines out;
    private final Lines err;
    private final CompletableFuture<Integer> port = new CompletableFuture<>();
    private final CompletableFuture<Integer> managementPort = new CompletableFuture<>();

    private Jar(Map<String, String> settings, List<String> arguments) {
        this(program(), settings, arguments);
    }

    private Jar(List<String> program, Map<String, String> settings, List<String> arguments) {
        var command = new ArrayList<>(program);
        command.addAll(arguments);
        var builder = new ProcessBuilder(command);
        builder.environment().keySet().removeIf(name -> name.startsWith("SYMBOLON_"));
        builder.environment().putAll(Map.of("SYMBOLON_PORT", "0", "SYMBOLON_MANAGEMENT_PORT", "0"));
        builder.environment().putAll(settings);
        try {
            process = builder.start();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        out = new Lines(process.getInputStream());
        err = new Lines(process.getErrorStream());
        process.onExit().thenRun(() -> port.complete(0));
    }

    private static List<String> program() {
        // A short life is worth no optimizing compiler.
        return program("-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1", "-Xmx256m");
    }

    /// The packaged server with these options of the JVM.
    static List<String> program(String... options) {
        var program = new ArrayList<String>();
        program.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        program.addAll(List.of(options));
        program.addAll(List.of("-jar", jar()));
        return program;
    }

    private static String jar() {
        var path = Path.of(System.getProperty("symbolon.jar", "target/symbolon.jar"));
        if (!Files.exists(path)) {
            throw new AssertionError("There is no " + path + " yet; `mvn verify` packages it before these tests.");
        }
        return path.toString();
    }

    /// How a run ended.
    record Ended(int status, List<String> out, List<String> err) {}

    /// Runs a command to its end.
    static Ended run(Map<String, String> settings, String... arguments) {
        return run(program(), settings, arguments);
    }

    /// The same by another program.
    static Ended run(List<String> program, Map<String, String> settings, String... arguments) {
        try (var jar = new Jar(program, settings, List.of(arguments))) {
            return jar.ended();
        }
    }

    /// Starts a command that reads what is written to it.
    static Jar reading(Map<String, String> settings, String... arguments) {
        return new Jar(settings, List.of(arguments));
    }

    /// Writes to its standard input, which stays open.
    void write(String text) {
        try {
            var in = process.getOutputStream();
            in.write(text.getBytes(java.nio.charset.StandardCharsets.UTF_8));
            in.flush();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /// Starts a server and returns when it listens.
    static Jar serve(Map<String, String> settings) {
        return serve(program(), settings);
    }

    /// The same by another program.
    static Jar serve(List<String> program, Map<String, String> settings) {
        var jar = new Jar(program, settings, List.of("serve"));
        try {
            if (jar.port.get(READY_MAX_SECONDS, TimeUnit.SECONDS) == 0) {
                throw new AssertionError("The server ended instead of listening: " + jar.ended());
            }
        } catch (ExecutionException | InterruptedException | TimeoutException e) {
            jar.close();
            throw new AssertionError("The server does not listen: " + jar.err.all(), e);
        }
        return jar;
    }

    /// Where it listens.
    String address() {
        return "http://127.0.0.1:" + port.join();
    }

    int port() {
        return port.join();
    }

    int managementPort() {
        return managementPort.join();
    }

    long pid() {
        return process.pid();
    }

    /// What it tells whoever runs it: `/health`, `/metrics`.
    Reply management(String path) {
        return Browser.exchange(HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + managementPort.join() + path))
                .GET());
    }

    /// What it says of itself, by the name of a metric without labels.
    Map<String, Long> metrics() {
        var said = Browser.exchange(
                HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + managementPort.join() + "/metrics"))
                        .GET());
        return said.body()
                .lines()
                .filter(line -> line.matches("[a-z_]+ [0-9]+"))
                .map(line -> line.split(" "))
                .collect(Collectors.toMap(words -> words[0], words -> Long.parseLong(words[1])));
    }

    /// A number of `/proc/<pid>/status`, for example `VmRSS` in KiB or `Threads`.
    long status(String name) {
        try (var lines = Files.lines(Path.of("/proc/" + pid() + "/status"))) {
            return lines.filter(line -> line.startsWith(name + ":"))
                    .map(line -> Long.parseLong(line.replaceAll("[^0-9]", "")))
                    .findFirst()
                    .orElseThrow();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /// How many files and sockets it has open.
    long open() {
        try (var open = Files.list(Path.of("/proc/" + pid() + "/fd"))) {
            return open.count();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /// What it has written to its log.
    List<String> log() {
        return err.all();
    }

    /// SIGKILL; returns when the process is gone.
    void kill() {
        process.destroyForcibly();
        ended();
    }

    /// SIGTERM; returns when the process has ended.
    Ended stop() {
        process.destroy();
        return ended();
    }

    private Ended ended() {
        try {
            if (!process.waitFor(END_MAX_SECONDS, TimeUnit.SECONDS)) {
                process.destroyForcibly();
                throw new AssertionError("The process did not end; it said " + out.all() + " and " + err.all());
            }
            out.await();
            err.await();
            return new Ended(process.exitValue(), out.all(), err.all());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError(e);
        }
    }

    @Override
    public void close() {
        process.destroyForcibly()
                .onExit()
                .orTimeout(END_MAX_SECONDS, TimeUnit.SECONDS)
                .join();
    }

    /// What a process writes, line by line, read as it comes.
    private final class Lines {
        private final List<String> lines = new ArrayList<>();
        private final Thread reader;

        Lines(InputStream stream) {
            reader = Thread.ofPlatform().daemon().start(() -> {
                try (var in = new BufferedReader(new InputStreamReader(stream, StandardCharsets.UTF_8))) {
                    for (var line = in.readLine(); line != null; line = in.readLine()) {
                        add(line);
                    }
                } catch (IOException _) {
                    // It was killed in the middle of a line.
                }
            });
        }

        private synchronized void add(String line) {
            lines.add(line);
            var listening = LISTENING.matcher(line);
            if (listening.find()) {
                managementPort.complete(Integer.parseInt(listening.group(2)));
                port.complete(Integer.parseInt(listening.group(1)));
            }
        }

        synchronized List<String> all() {
            return List.copyOf(lines);
        }

        void await() throws InterruptedException {
            reader.join(TimeUnit.SECONDS.toMillis(END_MAX_SECONDS));
        }
    }
}
