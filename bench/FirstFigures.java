import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URLDecoder;
import java.net.URLEncoder;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;

/// Measures the figures of docs/performance.md: `java bench/FirstFigures.java target/symbolon.jar
/// all|start|memory|refresh|codes`. It starts the packaged server itself and loads it over loopback only. Every
/// client is a virtual thread with one connection that sends its next request when the last one was answered (a
/// closed loop), so latencies are those at so many clients, not at a rate. Clients and server share the machine's
/// cores; the CPU time of the server alone is read from /proc.
final class FirstFigures {
    static final int STARTS = 5;
    static final int IDLE_SECONDS = 20;
    static final int[] CLIENTS = {1, 16, 64};
    static final int RUNS = 3;
    static final int WARM_UP_SECONDS = 8;
    static final int RUN_SECONDS = 4;
    static final int OPERATIONS_MAX = 200_000;
    static final int START_MAX_SECONDS = 60;
    static final double CLOCK_TICK_MILLIS = 10; // USER_HZ is 100 on Linux
    static final String CALLBACK = "http://localhost:9999/callback";
    static final String PASSWORD = "correct horse battery staple";
    static final Pattern HIDDEN = Pattern.compile("<input type=\"hidden\" name=\"([^\"]+)\" value=\"([^\"]*)\"");

    // As ./run starts it.
    static final List<String> OPTIONS =
            List.of(
                    "-XX:+UseSerialGC",
                    "-XX:+UseCompactObjectHeaders",
                    "-Xms32m",
                    "-Xmx512m",
                    "-XX:+ExitOnOutOfMemoryError");

    static Path jar;
    static Path folder;

    public static void main(String[] args) throws Exception {
        jar = Path.of(args[0]);
        folder = Files.createDirectories(Path.of("target", "first-figures", Long.toString(System.nanoTime())));
        try {
            var what = args[1];
            var all = what.equals("all");
            if (!all && !List.of("start", "memory", "refresh", "codes").contains(what)) {
                throw new IllegalArgumentException("say all, start, memory, refresh or codes");
            }
            System.out.printf("Yardstick one durable append of 4 KiB after the other: %.0f/s%n", appends());
            if (all || what.equals("start")) {
                start();
            }
            if (all || what.equals("memory")) {
                memory();
            }
            if (all || what.equals("refresh") || what.equals("codes")) {
                load(all || what.equals("refresh"), all || what.equals("codes"));
            }
        } finally {
            try (var files = Files.walk(folder)) {
                for (var file : files.sorted(Comparator.reverseOrder()).toList()) {
                    Files.delete(file);
                }
            }
        }
    }

    // ---------------------------------------------------------------------------------------------- figures

    /// How often this disk can be sure, one write after the other.
    static double appends() throws IOException {
        try (var file = FileChannel.open(
                folder.resolve("appends"), StandardOpenOption.CREATE, StandardOpenOption.WRITE)) {
            var block = ByteBuffer.allocate(4_096);
            var began = System.nanoTime();
            var count = 0;
            while (System.nanoTime() - began < 1_000_000_000L) {
                file.write(block.rewind(), count * 4_096L);
                file.force(false);
                count++;
            }
            return count / ((System.nanoTime() - began) / 1e9);
        }
    }

    static void start() throws Exception {
        var cache = cache();
        try (var server = new Server("start", List.of())) {
            server.ready();
        }
        System.out.println("\n| start of an existing installation to the first answer | median | all |\n|---|---|---|");
        for (var options : List.of(List.of("-XX:AOTCache=" + cache), List.<String>of())) {
            var millis = new double[STARTS];
            for (var i = 0; i < STARTS; i++) {
                try (var server = new Server("start", options)) {
                    millis[i] = server.ready();
                }
            }
            System.out.printf(
                    Locale.ROOT,
                    "| %s | %.0f ms | %s |%n",
                    options.isEmpty() ? "without the AOT cache" : "with the AOT cache, as ./run starts it",
                    median(millis),
                    Arrays.toString(Arrays.stream(millis).mapToLong(Math::round).toArray()));
        }
    }

    static void memory() throws Exception {
        var cache = cache();
        var servers = new ArrayList<Server>();
        try {
            for (var i = 0; i < RUNS; i++) {
                var server = new Server("memory" + i, List.of("-XX:AOTCache=" + cache));
                servers.add(server);
                server.ready();
            }
            TimeUnit.SECONDS.sleep(IDLE_SECONDS);
            var mebibytes = new double[RUNS];
            for (var i = 0; i < RUNS; i++) {
                mebibytes[i] = servers.get(i).residentKib() / 1_024.0;
            }
            System.out.printf(
                    Locale.ROOT,
                    "%n| idle memory (VmRSS after %d s) | median | all |%n|---|---|---|%n| as ./run starts it | %.0f MiB | %s |%n",
                    IDLE_SECONDS,
                    median(mebibytes),
                    Arrays.toString(Arrays.stream(mebibytes).mapToLong(Math::round).toArray()));
        } finally {
            servers.forEach(Server::close);
        }
    }

    static void load(boolean refresh, boolean codes) throws Exception {
        try (var server = new Server("load", List.of("-XX:AOTCache=" + cache()))) {
            server.ready();
            System.out.println("\n| operation | alg | clients | per second | p50 ms | p99 ms | server CPU ms each |"
                    + " errors | runs per second |\n|---|---|---|---|---|---|---|---|---|");
            for (var algorithm : List.of("RS256", "ES256")) {
                var clients = new ArrayList<Client>();
                for (var i = 0; i < CLIENTS[CLIENTS.length - 1]; i++) {
                    var client = new Client(server, i, algorithm);
                    client.signIn();
                    clients.add(client);
                }
                if (refresh) {
                    table(server, "refresh", algorithm, clients, Client::refresh);
                }
                if (codes) {
                    table(server, "authorize + code", algorithm, clients, Client::codeFlow);
                }
                clients.forEach(Client::close);
            }
        }
    }

    static void table(Server server, String name, String algorithm, List<Client> clients, Operation operation)
            throws Exception {
        run(server, clients.subList(0, 16), operation, WARM_UP_SECONDS);
        for (var level : CLIENTS) {
            var runs = new ArrayList<Run>();
            for (var i = 0; i < RUNS; i++) {
                runs.add(run(server, clients.subList(0, level), operation, RUN_SECONDS));
            }
            runs.sort(Comparator.comparingDouble(Run::perSecond));
            var middle = runs.get(RUNS / 2);
            System.out.printf(
                    Locale.ROOT,
                    "| %s | %s | %d | %.0f | %.2f | %.2f | %.3f | %d | %s |%n",
                    name,
                    algorithm,
                    level,
                    middle.perSecond(),
                    middle.p50(),
                    middle.p99(),
                    median(runs.stream().mapToDouble(Run::cpuMillisEach).toArray()),
                    runs.stream().mapToLong(Run::errors).sum(),
                    runs.stream().map(one -> String.format(Locale.ROOT, "%.0f", one.perSecond())).toList());
        }
    }

    interface Operation {
        void run(Client client) throws IOException;
    }

    record Run(double perSecond, double p50, double p99, double cpuMillisEach, long errors) {}

    static Run run(Server server, List<Client> clients, Operation operation, int seconds) throws Exception {
        var barrier = new CyclicBarrier(clients.size() + 1);
        var micros = new ArrayList<long[]>();
        var errors = 0L;
        long began;
        double cpu;
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            var futures = new ArrayList<Future<Done>>();
            for (var client : clients) {
                futures.add(threads.submit(loop(client, operation, seconds, barrier, OPERATIONS_MAX / clients.size())));
            }
            cpu = server.cpuMillis();
            barrier.await();
            began = System.nanoTime();
            for (var future : futures) {
                micros.add(future.get().micros());
                errors += future.get().errors();
            }
        }
        var elapsed = (System.nanoTime() - began) / 1e9;
        cpu = server.cpuMillis() - cpu;
        var all = micros.stream().flatMapToLong(Arrays::stream).sorted().toArray();
        if (all.length == 0) {
            throw new IllegalStateException("nothing was answered well");
        }
        return new Run(
                all.length / elapsed,
                all[all.length / 2] / 1e3,
                all[(int) (all.length * 0.99)] / 1e3,
                cpu / all.length,
                errors);
    }

    record Done(long[] micros, long errors) {}

    static Callable<Done> loop(Client client, Operation operation, int seconds, CyclicBarrier barrier, int most) {
        return () -> {
            var micros = new long[most];
            var count = 0;
            var errors = 0L;
            barrier.await();
            var end = System.nanoTime() + seconds * 1_000_000_000L;
            for (var now = System.nanoTime(); now < end && count < most && errors < 100; ) {
                try {
                    operation.run(client);
                    var done = System.nanoTime();
                    micros[count++] = (done - now) / 1_000;
                } catch (IOException e) {
                    errors++;
                }
                now = System.nanoTime();
            }
            return new Done(Arrays.copyOf(micros, count), errors);
        };
    }

    static double median(double[] values) {
        var sorted = values.clone();
        Arrays.sort(sorted);
        return sorted[sorted.length / 2];
    }

    // ---------------------------------------------------------------------------------------------- the server

    static Path madeCache;

    /// Trained as ./run trains it.
    static Path cache() throws Exception {
        if (madeCache == null) {
            var cache = folder.resolve("symbolon.aot").toAbsolutePath();
            var command = command(List.of("-XX:AOTCacheOutput=" + cache), "rehearse");
            var process = new ProcessBuilder(command)
                    .redirectErrorStream(true)
                    .redirectOutput(folder.resolve("rehearse.log").toFile())
                    .start();
            if (!process.waitFor(START_MAX_SECONDS, TimeUnit.SECONDS) || !Files.exists(cache)) {
                process.destroyForcibly();
                throw new IllegalStateException(Files.readString(folder.resolve("rehearse.log")));
            }
            madeCache = cache;
        }
        return madeCache;
    }

    static List<String> command(List<String> options, String... arguments) {
        var command = new ArrayList<String>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(OPTIONS);
        command.addAll(options);
        command.addAll(List.of("-jar", jar.toString()));
        command.addAll(List.of(arguments));
        return command;
    }

    static int freePort() throws IOException {
        try (var socket = new ServerSocket(0, 1, InetAddress.getByName("127.0.0.1"))) {
            return socket.getLocalPort();
        }
    }

    /// The packaged server as a process on its own folder; only that process is ever ended.
    static final class Server implements AutoCloseable {
        final int port;
        final Process process;
        final long startedAt;
        final Path log;

        Server(String name, List<String> options) throws IOException {
            var data = Files.createDirectories(folder.resolve(name));
            var portFile = data.resolve("port");
            port = Files.exists(portFile) ? Integer.parseInt(Files.readString(portFile)) : freePort();
            Files.writeString(portFile, Integer.toString(port));
            Files.writeString(data.resolve("symbolon.yaml"), declared());
            log = data.resolve("log");
            var builder = new ProcessBuilder(command(options, "serve"));
            builder.environment().keySet().removeIf(variable -> variable.startsWith("SYMBOLON_"));
            builder.environment().put("SYMBOLON_DATA", data.toString());
            builder.environment().put("SYMBOLON_SEED", data.resolve("symbolon.yaml").toString());
            builder.environment().put("SYMBOLON_PORT", Integer.toString(port));
            builder.environment().put("SYMBOLON_MANAGEMENT_PORT", "0");
            builder.environment().put("BENCH_PASSWORD", PASSWORD);
            builder.redirectErrorStream(true).redirectOutput(log.toFile());
            startedAt = System.nanoTime();
            process = builder.start();
            // Interrupted: nothing of ours is left running.
            Runtime.getRuntime().addShutdownHook(new Thread(process::destroyForcibly));
        }

        String declared() {
            return """
                    tenants:
                      - id: default
                        issuer: http://localhost:%d
                        clients:
                          - {id: RS256, alg: RS256, callbacks: ["%s"]}
                          - {id: ES256, alg: ES256, callbacks: ["%s"]}
                        people:
                          - {email: ada@example.com, name: Ada Lovelace, password_env: BENCH_PASSWORD}
                    """.formatted(port, CALLBACK, CALLBACK);
        }

        /// Asks until it answers.
        ///
        /// @return milliseconds since the process was started
        double ready() throws Exception {
            while (System.nanoTime() - startedAt < START_MAX_SECONDS * 1_000_000_000L && process.isAlive()) {
                try (var connection = new Connection(port)) {
                    if (connection.send("GET", "/.well-known/openid-configuration", "", null).status() == 200) {
                        return (System.nanoTime() - startedAt) / 1e6;
                    }
                } catch (IOException _) {
                    TimeUnit.MILLISECONDS.sleep(1);
                }
            }
            throw new IllegalStateException("The server does not answer: " + Files.readString(log));
        }

        long residentKib() throws IOException {
            return Files.readAllLines(Path.of("/proc/" + process.pid() + "/status")).stream()
                    .filter(line -> line.startsWith("VmRSS:"))
                    .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")))
                    .findFirst()
                    .orElseThrow();
        }

        double cpuMillis() throws IOException {
            var stat = Files.readString(Path.of("/proc/" + process.pid() + "/stat"));
            var fields = stat.substring(stat.lastIndexOf(')') + 2).split(" ");
            return (Long.parseLong(fields[11]) + Long.parseLong(fields[12])) * CLOCK_TICK_MILLIS;
        }

        @Override
        public void close() {
            process.destroy();
            try {
                if (!process.waitFor(20, TimeUnit.SECONDS)) {
                    process.destroyForcibly();
                }
            } catch (InterruptedException e) {
                process.destroyForcibly();
                Thread.currentThread().interrupt();
            }
        }
    }

    // ---------------------------------------------------------------------------------------------- a client

    /// A browser with a live session and an application with a refresh token, in one.
    static final class Client implements AutoCloseable {
        final Connection connection;
        final String id;
        final Map<String, String> cookies = new LinkedHashMap<>();
        String refreshToken = "";

        Client(Server server, int number, String algorithm) throws IOException {
            connection = new Connection(server.port);
            id = algorithm;
        }

        void signIn() throws IOException {
            var verifier = random(32);
            var reply = get(authorize(verifier));
            while (reply.status() == 303) {
                reply = get(path(reply));
            }
            var form = new StringBuilder("username=ada%40example.com&password=" + encode(PASSWORD));
            var hidden = HIDDEN.matcher(new String(reply.body(), StandardCharsets.UTF_8));
            while (hidden.find()) {
                form.append('&').append(hidden.group(1)).append('=').append(encode(hidden.group(2)));
            }
            reply = keep(connection.send("POST", "/login", cookie() + "Origin: " + connection.origin() + "\r\n", form.toString()));
            while (!reply.location().startsWith(CALLBACK)) {
                reply = get(path(reply));
            }
            redeem(reply, verifier);
        }

        void refresh() throws IOException {
            tokens("grant_type=refresh_token&client_id=" + id + "&refresh_token=" + refreshToken);
        }

        void codeFlow() throws IOException {
            var verifier = random(32);
            redeem(get(authorize(verifier)), verifier);
        }

        void redeem(Reply back, String verifier) throws IOException {
            var code = Pattern.compile("[?&]code=([^&]+)").matcher(back.location());
            if (back.status() != 303 || !code.find()) {
                throw new IOException("no code: " + back.status() + " " + back.location());
            }
            tokens("grant_type=authorization_code&client_id=" + id + "&redirect_uri=" + encode(CALLBACK) + "&code="
                    + encode(URLDecoder.decode(code.group(1), StandardCharsets.UTF_8)) + "&code_verifier=" + verifier);
        }

        void tokens(String form) throws IOException {
            var reply = connection.send("POST", "/oauth/token", "", form);
            var body = new String(reply.body(), StandardCharsets.UTF_8);
            var found = Pattern.compile("\"refresh_token\":\"([^\"]+)\"").matcher(body);
            if (reply.status() != 200 || !found.find() || !body.contains("\"id_token\"")) {
                throw new IOException(reply.status() + " " + body);
            }
            refreshToken = found.group(1);
        }

        String authorize(String verifier) {
            try {
                var challenge = MessageDigest.getInstance("SHA-256").digest(verifier.getBytes(StandardCharsets.US_ASCII));
                return "/authorize?response_type=code&client_id=" + id + "&redirect_uri=" + encode(CALLBACK)
                        + "&scope=openid%20profile%20email&state=" + random(12) + "&nonce=" + random(12)
                        + "&code_challenge_method=S256&code_challenge="
                        + Base64.getUrlEncoder().withoutPadding().encodeToString(challenge);
            } catch (java.security.NoSuchAlgorithmException e) {
                throw new IllegalStateException(e);
            }
        }

        String path(Reply reply) {
            return reply.location().startsWith("/") ? reply.location() : reply.location().substring(connection.origin().length());
        }

        Reply get(String path) throws IOException {
            return keep(connection.send("GET", path, cookie() + "Accept: text/html\r\n", null));
        }

        String cookie() {
            return cookies.isEmpty()
                    ? ""
                    : "Cookie: " + String.join("; ", cookies.entrySet().stream().map(Object::toString).toList()) + "\r\n";
        }

        Reply keep(Reply reply) {
            for (var line : reply.setCookies()) {
                var pair = line.substring(0, line.indexOf(';')).split("=", 2);
                cookies.put(pair[0], pair[1]);
            }
            return reply;
        }

        @Override
        public void close() {
            connection.close();
        }
    }

    static String random(int bytes) {
        var random = new byte[bytes];
        ThreadLocalRandom.current().nextBytes(random);
        return Base64.getUrlEncoder().withoutPadding().encodeToString(random);
    }

    static String encode(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8);
    }

    // ---------------------------------------------------------------------------------------------- HTTP/1.1

    record Reply(int status, String location, List<String> setCookies, byte[] body) {}

    /// One connection that is kept; cheap, so that most of the machine is left to the server.
    static final class Connection implements AutoCloseable {
        final int port;
        final Socket socket = new Socket();
        final InputStream in;
        final byte[] buffer = new byte[16_384];
        int position;
        int end;

        Connection(int port) throws IOException {
            this.port = port;
            socket.setTcpNoDelay(true);
            socket.setSoTimeout(30_000);
            socket.connect(new InetSocketAddress(InetAddress.getByName("127.0.0.1"), port), 5_000);
            in = socket.getInputStream();
        }

        String origin() {
            return "http://localhost:" + port;
        }

        Reply send(String method, String path, String headers, String form) throws IOException {
            var request = new StringBuilder(1_024)
                    .append(method).append(' ').append(path).append(" HTTP/1.1\r\nHost: localhost:").append(port)
                    .append("\r\n").append(headers);
            if (form != null) {
                request.append("Content-Type: application/x-www-form-urlencoded\r\nContent-Length: ")
                        .append(form.length()).append("\r\n");
            }
            request.append("\r\n");
            if (form != null) {
                request.append(form);
            }
            socket.getOutputStream().write(request.toString().getBytes(StandardCharsets.ISO_8859_1));
            return reply();
        }

        private Reply reply() throws IOException {
            var status = Integer.parseInt(line().substring(9, 12));
            var location = "";
            var setCookies = new ArrayList<String>();
            var length = 0;
            var isChunked = false;
            for (var line = line(); !line.isEmpty(); line = line()) {
                var colon = line.indexOf(':');
                var value = line.substring(colon + 1).strip();
                switch (line.substring(0, colon).toLowerCase(Locale.ROOT)) {
                    case "content-length" -> length = Integer.parseInt(value);
                    case "transfer-encoding" -> isChunked = value.equals("chunked");
                    case "location" -> location = value;
                    case "set-cookie" -> setCookies.add(value);
                    default -> {}
                }
            }
            var body = new ByteArrayOutputStream(Math.max(32, length));
            if (!isChunked) {
                copy(body, length);
            }
            while (isChunked) {
                var size = Integer.parseInt(line(), 16);
                copy(body, size);
                line();
                isChunked = size > 0;
            }
            return new Reply(status, location, setCookies, body.toByteArray());
        }

        private String line() throws IOException {
            var line = new StringBuilder();
            while (true) {
                var c = (char) read();
                if (c == '\n') {
                    line.setLength(line.length() - 1);
                    return line.toString();
                }
                line.append(c);
            }
        }

        private int read() throws IOException {
            fill();
            return buffer[position++] & 0xFF;
        }

        private void copy(ByteArrayOutputStream to, int count) throws IOException {
            for (var left = count; left > 0; ) {
                fill();
                var some = Math.min(left, end - position);
                to.write(buffer, position, some);
                position += some;
                left -= some;
            }
        }

        private void fill() throws IOException {
            if (position == end) {
                position = 0;
                end = in.read(buffer);
                if (end < 0) {
                    end = 0;
                    throw new EOFException("the server closed the connection");
                }
            }
        }

        @Override
        public void close() {
            try {
                socket.close();
            } catch (IOException _) {
                // Nothing is left to say on it.
            }
        }
    }
}
