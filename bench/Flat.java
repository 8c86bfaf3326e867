import dev.symbolon.crypto.RefreshTokens;
import dev.symbolon.oauth.GrantId;
import dev.symbolon.oauth.RefreshToken;
import dev.symbolon.oauth.TenantId;
import dev.symbolon.spec.Browser;
import dev.symbolon.spec.Site;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import java.util.logging.Level;
import java.util.logging.Logger;

/// What one refresh costs with so many grants: see bench/flat, which builds and starts it. A grant of a real
/// sign-in is copied into the store's own table; then the servers of all sizes run at once, and take turns being
/// asked.
final class Flat {
    static final List<Integer> SIZES = List.of(1_000, 100_000, 10_000_000);
    static final int ROUNDS = 9;
    static final int REFRESHES = 1_000;
    static final int BATCH = 200_000;
    static final double FLAT = 0.15;
    static final double MS_A_TICK = 10;
    static final TenantId TENANT = new TenantId("default");

    public static void main(String[] args) throws Exception {
        Logger.getLogger("").setLevel(Level.WARNING);
        var jar = Path.of(args[0]);
        var most = args.length == 3 && args[1].equals("--most") ? Integer.parseInt(args[2]) : Integer.MAX_VALUE;
        if (args.length != 1 && args.length != 3) {
            System.err.println("usage: bench/flat [--most GRANTS]");
            System.exit(2);
        }
        var found = new ArrayList<Figure>();
        for (var kind : List.of("sqlite", "postgresql")) {
            found.addAll(measure(kind, jar, SIZES.stream().filter(size -> size <= most).toList()));
        }
        System.out.print(table(found));
        if (most == Integer.MAX_VALUE) {
            Files.writeString(Path.of("bench/results/flat.json"), json(found));
            write(Path.of("docs/performance.md"), table(found));
        }
        System.exit(isFlat(found) ? 0 : 1);
    }

    /// CPU milliseconds for each refresh.
    record Figure(String kind, int grants, double server, double database) {
        double both() {
            return server + database;
        }
    }

    static List<Figure> measure(String kind, Path jar, List<Integer> sizes) throws Exception {
        var houses = new ArrayList<Filled>();
        try {
            for (var size : sizes) {
                houses.add(new Filled(kind, size, jar));
            }
            for (var house : houses) {
                house.refreshes(2 * REFRESHES); // until it is compiled
                house.costs.clear();
            }
            for (var round = 0; round < ROUNDS; round++) {
                for (var house : houses) {
                    house.refreshes(REFRESHES);
                }
            }
            return houses.stream().map(Filled::figure).toList();
        } finally {
            for (var house : houses) {
                house.close();
            }
        }
    }

    /// A server on a database with so many grants.
    static final class Filled implements AutoCloseable {
        final String kind;
        final int size;
        final Scale.Place place;
        final Path folder;
        final Scale.Server server;
        final List<double[]> costs = new ArrayList<>();
        final long[] generations;
        final Random random = new Random(2);

        Filled(String kind, int size, Path jar) throws Exception {
            this.kind = kind;
            this.size = size;
            this.generations = new long[size];
            Arrays.fill(generations, 1);
            folder = Path.of("target", "flat", kind + "-" + size).toAbsolutePath();
            Scale.remove(folder);
            Files.createDirectories(folder);
            place = new Scale.Place(folder, kind);
            var began = System.nanoTime();
            Scale.command(place, "init", "--issuer", "http://localhost:" + place.port);
            var declared = folder.resolve("symbolon.yaml");
            Files.writeString(declared, """
                    tenants:
                      - id: default
                        issuer: http://localhost:%d
                        clients:
                          - id: spa
                            callbacks: [%s]
                        people:
                          - {email: %s, name: Ada Lovelace, password_env: BENCH_PASSWORD}
                    """.formatted(place.port, Site.CALLBACK, Scale.EMAIL));
            Scale.command(place, "seed", declared.toString());
            server = new Scale.Server(place, jar);
            signIn();
            fill();
            Scale.say(began, size + " grants on " + kind);
        }

        private void signIn() {
            var origin = "http://localhost:" + place.port;
            var browser = new Browser(origin);
            var page = browser.follow(browser.get(Site.authorize(Site.request("spa"))));
            var back = browser.follow(browser.post("/login", Site.login(page, Scale.EMAIL, Scale.PASSWORD)));
            var reply = browser.post("/oauth/token", Site.redemption("spa", back.redirect().text("code")));
            if (reply.status() != 200) {
                throw new IllegalStateException(reply.body());
            }
        }

        private Connection connect() throws SQLException {
            return place.postgres == null
                    ? DriverManager.getConnection("jdbc:sqlite:" + folder.resolve("data").resolve("symbolon.db"))
                    : DriverManager.getConnection(
                            place.postgres.getJdbcUrl("postgres", "postgres") + "&reWriteBatchedInserts=true");
        }

        private void fill() throws SQLException {
            try (var connection = connect();
                    var statement = connection.createStatement()) {
                var names = new ArrayList<String>();
                var values = new ArrayList<Object>();
                try (var row = statement.executeQuery("SELECT * FROM client_grant LIMIT 1")) {
                    row.next();
                    for (var column = 1; column <= row.getMetaData().getColumnCount(); column++) {
                        names.add(row.getMetaData().getColumnName(column));
                        values.add(row.getObject(column));
                    }
                }
                connection.setAutoCommit(false);
                var insert = "INSERT INTO client_grant (" + String.join(", ", names) + ") VALUES ("
                        + String.join(", ", Collections.nCopies(names.size(), "?")) + ")";
                try (var rows = connection.prepareStatement(insert)) {
                    for (var first = 0; first < size; first += BATCH) {
                        insert(rows, names.indexOf("grant_id"), values, first, Math.min(size, first + BATCH));
                        connection.commit();
                    }
                }
                connection.setAutoCommit(true);
                statement.execute(place.postgres == null ? "PRAGMA wal_checkpoint(TRUNCATE)" : "VACUUM ANALYZE");
                if (place.postgres != null) {
                    statement.execute("CHECKPOINT");
                }
            }
        }

        // In the order of the index: what is measured is not how long it takes to fill it.
        private static void insert(
                java.sql.PreparedStatement rows, int id, List<Object> values, int from, int until)
                throws SQLException {
            var ids = new String[until - from];
            for (var i = 0; i < ids.length; i++) {
                ids[i] = id(from + i);
            }
            Arrays.sort(ids);
            for (var i = 0; i < ids.length; i++) {
                for (var column = 0; column < values.size(); column++) {
                    rows.setObject(column + 1, column == id ? ids[i] : values.get(column));
                }
                rows.addBatch();
                if (i % 1_000 == 999 || i == ids.length - 1) {
                    rows.executeBatch();
                }
            }
        }

        /// As random as those that the server makes, and the same at every run.
        static String id(int number) {
            var bytes = new byte[16];
            new Random(number * 0x9E3779B97F4A7C15L).nextBytes(bytes);
            return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
        }

        /// Of grants all over the table, one after the other, by one client.
        void refreshes(int many) throws Exception {
            var forms = new ArrayList<String>();
            var numbers = new int[many];
            try (var house = place.open()) {
                var sealer = house.hosts().find(TENANT).orElseThrow().sealer();
                for (var i = 0; i < many; i++) {
                    numbers[i] = random.nextInt(size);
                    var token = new RefreshToken(new GrantId(id(numbers[i])), generations[numbers[i]]++);
                    forms.add(Browser.encode(Site.refresh("spa", RefreshTokens.write(sealer, token))));
                }
            }
            try (var client = new FirstFigures.Connection(place.port)) {
                var before = ticks();
                for (var form : forms) {
                    var reply = client.send("POST", "/oauth/token", "", form);
                    if (reply.status() != 200) {
                        throw new IOException(reply.status() + " " + Scale.Operator.text(reply));
                    }
                }
                var after = ticks();
                costs.add(new double[] {
                    (after[0] - before[0]) * MS_A_TICK / many, (after[1] - before[1]) * MS_A_TICK / many
                });
            }
        }

        private long[] ticks() throws IOException {
            var database = 0L;
            if (place.postgres != null) {
                var pid = Files.readAllLines(folder.resolve("cluster").resolve("postmaster.pid")).getFirst();
                database = Load.tree(Long.parseLong(pid.strip()), true)[0];
            }
            return new long[] {Load.tree(server.process.pid(), false)[0], database};
        }

        Figure figure() {
            return new Figure(kind, size, median(0), median(1));
        }

        private double median(int which) {
            return costs.stream().mapToDouble(cost -> cost[which]).sorted().toArray()[costs.size() / 2];
        }

        @Override
        public void close() throws Exception {
            server.close();
            place.close();
            Scale.remove(folder);
        }
    }

    static boolean isFlat(List<Figure> found) {
        return found.stream().allMatch(one -> Math.abs(change(found, one)) <= FLAT);
    }

    /// Against the smallest of its kind.
    static double change(List<Figure> found, Figure one) {
        var first = found.stream().filter(other -> other.kind().equals(one.kind())).findFirst().orElseThrow();
        return one.both() / first.both() - 1;
    }

    static String table(List<Figure> found) {
        var text = new StringBuilder("""

                | Database | Grants | CPU of the server | CPU of the database | Both, against 1,000 grants |
                |---|--:|--:|--:|--:|
                """);
        for (var one : found) {
            text.append(String.format(
                    Locale.ROOT,
                    "| %s | %,d | %.3f ms | %s | %+.0f %% |%n",
                    one.kind().equals("sqlite") ? "SQLite" : "PostgreSQL",
                    one.grants(),
                    one.server(),
                    one.kind().equals("sqlite")
                            ? "in the server"
                            : String.format(Locale.ROOT, "%.3f ms", one.database()),
                    change(found, one) * 100));
        }
        return text.append('\n').toString();
    }

    static String json(List<Figure> found) {
        var rows = found.stream()
                .map(one -> String.format(
                        Locale.ROOT,
                        "  {\"database\": \"%s\", \"grants\": %d, \"cpu_ms_server\": %.4f, \"cpu_ms_database\": %.4f}",
                        one.kind(),
                        one.grants(),
                        one.server(),
                        one.database()))
                .toList();
        return "{\"refreshes\": " + ROUNDS * REFRESHES + ", \"figures\": [\n" + String.join(",\n", rows) + "\n]}\n";
    }

    static void write(Path page, String table) throws IOException {
        var text = Files.readString(page);
        var from = "<!-- bench/flat writes from here -->\n";
        var to = "<!-- bench/flat writes to here -->";
        var begin = text.indexOf(from) + from.length();
        var end = text.indexOf(to);
        if (begin < from.length() || end < begin) {
            throw new IOException(page + " lacks the marks between which the table stands.");
        }
        Files.writeString(page, text.substring(0, begin) + table + text.substring(end));
    }
}
