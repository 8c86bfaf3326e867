import dev.symbolon.Config;
import dev.symbolon.House;
import dev.symbolon.cli.Cli;
import dev.symbolon.cli.Surroundings;
import dev.symbolon.crypto.PasswordHash;
import dev.symbolon.oauth.TenantId;
import dev.symbolon.store.Crowd;
import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.PrintWriter;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.logging.Level;
import java.util.logging.Logger;
import java.util.random.RandomGeneratorFactory;

/// Fills a database with very many people, and opens the dashboard on it: see bench/scale, which builds and
/// starts it.
final class Scale {
    static final int PEOPLE = 1_000_000;
    static final int CLIENTS = 5_000;
    static final int LINKED_AT_ONCE = 1_000;
    static final int TOLD_EVERY = 50_000;
    static final String EMAIL = "ada@example.com";
    static final String PASSWORD = "correct horse battery staple";

    public static void main(String[] args) throws Exception {
        // PostgreSQL and its pool have much to say at their start.
        Logger.getLogger("").setLevel(Level.WARNING);
        var what = args.length > 1 ? args[1] : "";
        var kind = args.length > 2 ? args[2] : "";
        if (!List.of("seed", "dashboard").contains(what) || !List.of("sqlite", "postgresql").contains(kind)) {
            System.err.println("Say seed or dashboard, and sqlite or postgresql: bench/scale seed sqlite");
            System.exit(2);
        }
        var folder = Path.of("target", "scale", kind).toAbsolutePath();
        if (what.equals("seed")) {
            remove(folder);
            Files.createDirectories(folder);
        } else if (!Files.exists(folder.resolve("seeded"))) {
            System.err.println("There is nothing to measure yet. Fill a database first: bench/scale seed " + kind);
            System.exit(2);
        }
        var isWell = true;
        try (var place = new Place(folder, kind)) {
            if (what.equals("seed")) {
                seed(place, args.length > 3 ? Integer.parseInt(args[3]) : PEOPLE);
                Files.writeString(folder.resolve("seeded"), "");
            } else {
                isWell = new ScaleDashboard(place, Path.of(args[0])).measure();
            }
        }
        System.exit(isWell ? 0 : 1);
    }

    static void remove(Path folder) throws IOException {
        if (Files.exists(folder)) {
            try (var files = Files.walk(folder)) {
                for (var file : files.sorted(Comparator.reverseOrder()).toList()) {
                    Files.delete(file);
                }
            }
        }
    }

    /// Where the installation is, and its PostgreSQL while it is needed.
    static final class Place implements AutoCloseable {
        final Map<String, String> environment = new HashMap<>();
        final Path folder;
        final int port;
        final EmbeddedPostgres postgres;

        Place(Path folder, String kind) throws IOException {
            this.folder = folder;
            var portFile = folder.resolve("port");
            if (!Files.exists(portFile)) {
                try (var socket = new ServerSocket(0)) {
                    Files.writeString(portFile, Integer.toString(socket.getLocalPort()));
                }
            }
            port = Integer.parseInt(Files.readString(portFile));
            environment.put("SYMBOLON_DATA", folder.resolve("data").toString());
            environment.put("SYMBOLON_PORT", Integer.toString(port));
            environment.put("SYMBOLON_MANAGEMENT_PORT", "0");
            environment.put("BENCH_PASSWORD", PASSWORD);
            if (kind.equals("postgresql")) {
                postgres = EmbeddedPostgres.builder()
                        .setDataDirectory(folder.resolve("cluster"))
                        .setCleanDataDirectory(false)
                        .start();
                environment.put(
                        "SYMBOLON_DATABASE",
                        "postgresql://postgres:postgres@localhost:" + postgres.getPort() + "/postgres");
            } else {
                postgres = null;
            }
        }

        House open() {
            return House.found(Config.read(environment), InstantSource.system(), new SecureRandom());
        }

        @Override
        public void close() throws IOException {
            if (postgres != null) {
                postgres.close();
            }
        }
    }

    static void command(Place place, String... arguments) {
        var out = new PrintWriter(System.out, true);
        var nothing = new ByteArrayInputStream(new byte[0]);
        var surroundings = new Surroundings(
                place.environment, InstantSource.system(), new SecureRandom(), nothing, out, out);
        if (new Cli(surroundings).run(arguments) != 0) {
            throw new IllegalStateException("symbolon " + String.join(" ", arguments) + " did not work; see above");
        }
    }

    static void seed(Place place, int people) throws Exception {
        var began = System.nanoTime();
        command(place, "init", "--issuer", "http://localhost:" + place.port);
        var declared = place.folder.resolve("symbolon.yaml");
        Files.writeString(declared, """
                tenants:
                  - id: default
                    issuer: http://localhost:%d
                    people:
                      - {email: %s, name: Ada Lovelace, password_env: BENCH_PASSWORD}
                """.formatted(place.port, EMAIL));
        command(place, "seed", declared.toString());
        command(place, "operator", "add", EMAIL, "--role", "owner");
        try (var house = place.open()) {
            var host = house.hosts().find(new TenantId("default")).orElseThrow();
            // Nobody of the crowd signs in, so nobody has to know a password of it.
            var hash = new PasswordHash("$argon2id$v=19$m=19456,t=2,p=1$" + "A".repeat(22) + "$" + "A".repeat(43));
            var random = RandomGeneratorFactory.of("L64X128MixRandom").create(1);
            var crowd = new Crowd(house.database(), host.id(), InstantSource.system().instant(), hash, random);
            crowd.settle(CLIENTS);
            say(began, CLIENTS + " clients");
            crowd.come(people, CLIENTS, count -> {
                if (count % TOLD_EVERY == 0) {
                    say(began, count + " people");
                }
            });
            var linked = 0L;
            for (var some = house.linkEvents(host, LINKED_AT_ONCE);
                    some > 0;
                    some = house.linkEvents(host, LINKED_AT_ONCE)) {
                linked += some;
                if (linked % TOLD_EVERY == 0) {
                    say(began, linked + " events have their place in the audit chain");
                }
            }
            say(began, people + " people and " + linked + " events are there");
        }
        if (place.postgres != null) {
            // What autovacuum does by itself within minutes.
            try (var connection = DriverManager.getConnection(
                            place.postgres.getJdbcUrl("postgres", "postgres"));
                    var statement = connection.createStatement()) {
                statement.execute("VACUUM ANALYZE");
            } catch (SQLException e) {
                throw new IllegalStateException(e);
            }
            say(began, "vacuumed");
        }
    }

    static void say(long began, String text) {
        System.out.printf(Locale.ROOT, "%6.0f s  %s%n", (System.nanoTime() - began) / 1e9, text);
    }

    /// The server as ./run starts it, on what was seeded.
    static final class Server implements AutoCloseable {
        final Process process;
        final int port;
        final Path log;

        Server(Place place, Path jar) throws Exception {
            port = place.port;
            log = place.folder.resolve("log");
            var command = new ArrayList<String>();
            command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
            command.addAll(FirstFigures.OPTIONS);
            command.addAll(List.of("-jar", jar.toString(), "serve"));
            var builder = new ProcessBuilder(command);
            builder.environment().keySet().removeIf(variable -> variable.startsWith("SYMBOLON_"));
            builder.environment().putAll(place.environment);
            builder.redirectErrorStream(true).redirectOutput(log.toFile());
            process = builder.start();
            // Interrupted: nothing of ours is left running.
            Runtime.getRuntime().addShutdownHook(new Thread(process::destroyForcibly));
            awaitAnswer();
        }

        private void awaitAnswer() throws Exception {
            var end = System.nanoTime() + TimeUnit.MINUTES.toNanos(5);
            while (System.nanoTime() < end && process.isAlive()) {
                try (var connection = new FirstFigures.Connection(port)) {
                    if (connection.send("GET", "/.well-known/openid-configuration", "", null).status() == 200) {
                        return;
                    }
                } catch (IOException _) {
                    TimeUnit.MILLISECONDS.sleep(50);
                }
            }
            throw new IllegalStateException("The server does not answer: " + Files.readString(log));
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

    /// An operator's browser.
    static final class Operator implements AutoCloseable {
        final FirstFigures.Connection connection;
        final Map<String, String> cookies = new LinkedHashMap<>();

        Operator(int port) throws IOException {
            connection = new FirstFigures.Connection(port);
        }

        void signIn() throws IOException {
            var reply = followed(get("/dashboard"));
            var form = new StringBuilder("username=" + FirstFigures.encode(EMAIL) + "&password="
                    + FirstFigures.encode(PASSWORD));
            var hidden = FirstFigures.HIDDEN.matcher(text(reply));
            while (hidden.find()) {
                form.append('&').append(hidden.group(1)).append('=').append(FirstFigures.encode(hidden.group(2)));
            }
            reply = followed(keep(connection.send(
                    "POST", "/login", cookie() + "Origin: " + connection.origin() + "\r\n", form.toString())));
            if (reply.status() != 200 || !text(reply).contains("Sign-ins")) {
                throw new IOException("the dashboard does not open: " + reply.status() + " " + text(reply));
            }
        }

        private FirstFigures.Reply followed(FirstFigures.Reply first) throws IOException {
            var reply = first;
            while (reply.status() == 303) {
                var to = reply.location();
                reply = get(to.startsWith("/") ? to : to.substring(connection.origin().length()));
            }
            return reply;
        }

        static String text(FirstFigures.Reply reply) {
            return new String(reply.body(), StandardCharsets.UTF_8);
        }

        FirstFigures.Reply get(String path) throws IOException {
            return keep(connection.send("GET", path, cookie() + "Accept: text/html\r\n", null));
        }

        private String cookie() {
            return cookies.isEmpty()
                    ? ""
                    : "Cookie: " + String.join("; ", cookies.entrySet().stream().map(Object::toString).toList()) + "\r\n";
        }

        private FirstFigures.Reply keep(FirstFigures.Reply reply) {
            for (var line : reply.setCookies()) {
                var pair = line.substring(0, line.indexOf(';')).split("=", 2);
                if (pair[1].isEmpty()) {
                    cookies.remove(pair[0]);
                } else {
                    cookies.put(pair[0], pair[1]);
                }
            }
            return reply;
        }

        @Override
        public void close() {
            connection.close();
        }
    }
}
