import com.amazon.corretto.crypto.provider.AmazonCorrettoCryptoProvider;
import de.mkammerer.argon2.Argon2Factory;
import io.helidon.common.parameters.Parameters;
import io.helidon.http.HeaderNames;
import io.helidon.webserver.WebServer;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyPairGenerator;
import java.security.PrivateKey;
import java.security.Signature;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.concurrent.ThreadLocalRandom;

/// What this machine can do at most, with the libraries that Symbolon uses: the parts that no operation can do
/// without.
///
///     java -cp 'target/symbolon.jar:target/lib/*' bench/Limits.java measure FOLDER SECONDS ROUND    prints a line of JSON for each figure
///     java -cp 'target/symbolon.jar:target/lib/*' bench/Limits.java hello PORT                      an empty handler, until it is ended
///
/// `FOLDER` is on the disk whose commits count. PostgreSQL listens on `POSTGRES_PORT` and has a database
/// `limits`. CPU is that of this process, and of PostgreSQL's, in milliseconds for each piece of work.
public final class Limits {
    private static final int ROWS = 10_000;
    private static final int ROWS_IN_BATCH = 16;
    private static final int CONNECTIONS = 16;
    private static final double MILLIS_IN_TICK = 10; // USER_HZ is 100 on Linux

    private final Path folder;
    private final int seconds;
    private final int round;

    private Limits(Path folder, int seconds, int round) {
        this.folder = folder;
        this.seconds = seconds;
        this.round = round;
    }

    public static void main(String[] args) throws Exception {
        if (args[0].equals("hello")) {
            hello(Integer.parseInt(args[1]));
            return;
        }
        var limits = new Limits(Path.of(args[1]), Integer.parseInt(args[2]), Integer.parseInt(args[3]));
        limits.signatures();
        limits.argon2();
        limits.sqlite();
        limits.postgresql();
    }

    private static void hello(int port) {
        WebServer.builder()
                .host("127.0.0.1")
                .port(port)
                .routing(routes -> routes.get("/hello", (_, answer) -> answer.send("hello"))
                        .post("/form", (request, answer) -> {
                            var form = request.content().as(Parameters.class);
                            answer.headers().add(HeaderNames.CONTENT_TYPE, "application/json");
                            answer.send("{\"v\":\"" + form.get("code_verifier") + "\"}");
                        }))
                .build()
                .start();
    }

    private void note(String figure, double value) {
        System.out.printf(
                Locale.ROOT,
                "{\"server\":\"limits\",\"figure\":\"%s\",\"value\":%.5f,\"round\":%d}%n",
                figure,
                value,
                round);
    }

    private interface Work {
        void run() throws Exception;
    }

    /// Repeats the work for some seconds to warm up, and again to measure it.
    private void measure(String figure, int pieces, Work work) throws Exception {
        repeat(work);
        var cpu = ownMillis();
        var began = System.nanoTime();
        var count = (double) repeat(work) * pieces;
        note(figure + "_cpu_ms", (ownMillis() - cpu) / count);
        note(figure + "_per_second", count / ((System.nanoTime() - began) / 1e9));
    }

    /// The same in as many threads as there are cores, since they share caches, memory and often more: what one costs
    /// while the others work too.
    private void measureOnAllCores(String figure, Callable<Work> maker) throws Exception {
        var cores = Runtime.getRuntime().availableProcessors();
        try (var threads = Executors.newFixedThreadPool(cores)) {
            var all = new ArrayList<Callable<Long>>();
            for (var i = 0; i < cores; i++) {
                var work = maker.call();
                all.add(() -> repeat(work));
            }
            threads.invokeAll(all);
            var cpu = ownMillis();
            var began = System.nanoTime();
            var count = 0.0;
            for (var one : threads.invokeAll(all)) {
                count += one.get();
            }
            note(figure + "_all_cores_cpu_ms", (ownMillis() - cpu) / count);
            note(figure + "_all_cores_per_second", count / ((System.nanoTime() - began) / 1e9));
        }
    }

    private long repeat(Work work) throws Exception {
        var end = System.nanoTime() + seconds * 1_000_000_000L;
        var count = 0L;
        while (System.nanoTime() < end) {
            work.run();
            count++;
        }
        return count;
    }

    private void signatures() throws Exception {
        sign("rs256", "RSA", 2_048, "SHA256withRSA");
        sign("es256", "EC", 256, "SHA256withECDSAinP1363Format");
    }

    private void sign(String figure, String kind, int bits, String algorithm) throws Exception {
        var provider = AmazonCorrettoCryptoProvider.INSTANCE;
        provider.assertHealthy();
        var generator = KeyPairGenerator.getInstance(kind, provider);
        generator.initialize(bits);
        PrivateKey key = generator.generateKeyPair().getPrivate();
        var token = new byte[600];
        Callable<Work> signing = () -> {
            var signature = Signature.getInstance(algorithm, provider);
            return () -> {
                signature.initSign(key);
                signature.update(token);
                signature.sign();
            };
        };
        measure("sign_" + figure, 1, signing.call());
        measureOnAllCores("sign_" + figure, signing);
    }

    private void argon2() throws Exception {
        var argon2 = Argon2Factory.create(Argon2Factory.Argon2Types.ARGON2id, 16, 32);
        Work hashing = () -> argon2.hash(2, 19_456, 1, "correct horse battery staple".toCharArray());
        measure("argon2id", 1, hashing);
        measureOnAllCores("argon2id", () -> hashing);
    }

    private void sqlite() throws Exception {
        var file = folder.resolve("limits.db");
        for (var ending : List.of("", "-wal", "-shm")) {
            Files.deleteIfExists(Path.of(file + ending));
        }
        try (var connection = DriverManager.getConnection("jdbc:sqlite:" + file)) {
            try (var statement = connection.createStatement()) {
                statement.execute("pragma journal_mode = wal");
                statement.execute("pragma synchronous = full");
            }
            table(connection, "blob");
            connection.setAutoCommit(false);
            for (var batch : List.of(1, ROWS_IN_BATCH)) {
                try (var update = connection.prepareStatement("update t set v = ? where id = ?")) {
                    measure("sqlite_rows_" + batch + "_in_a_commit", batch, () -> {
                        for (var i = 0; i < batch; i++) {
                            update.setBytes(1, random());
                            update.setInt(2, ThreadLocalRandom.current().nextInt(ROWS));
                            update.executeUpdate();
                        }
                        connection.commit();
                    });
                }
            }
        }
    }

    private void postgresql() throws Exception {
        var url = "jdbc:postgresql://127.0.0.1:" + System.getenv("POSTGRES_PORT") + "/limits?user=bench&password=bench";
        try (var connection = DriverManager.getConnection(url)) {
            table(connection, "bytea");
        }
        var postmaster = Long.parseLong(
                Files.readAllLines(folder.resolve("pg/data/postmaster.pid")).getFirst().strip());
        commits(url);
        var cpu = ownMillis() + treeMillis(postmaster);
        var began = System.nanoTime();
        var count = commits(url);
        note("postgresql_commit_cpu_ms", (ownMillis() + treeMillis(postmaster) - cpu) / count);
        note("postgresql_commit_per_second", count / ((System.nanoTime() - began) / 1e9));
    }

    private double commits(String url) throws Exception {
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            var all = new ArrayList<Callable<Long>>();
            for (var i = 0; i < CONNECTIONS; i++) {
                all.add(() -> {
                    try (var connection = DriverManager.getConnection(url);
                            var update = connection.prepareStatement("update t set v = ? where id = ?")) {
                        return repeat(() -> {
                            update.setBytes(1, random());
                            update.setInt(2, ThreadLocalRandom.current().nextInt(ROWS));
                            update.executeUpdate();
                        });
                    }
                });
            }
            var sum = 0.0;
            for (var one : threads.invokeAll(all)) {
                sum += one.get();
            }
            return sum;
        }
    }

    private static byte[] random() {
        var bytes = new byte[200];
        ThreadLocalRandom.current().nextBytes(bytes);
        return bytes;
    }

    private static void table(Connection connection, String type) throws SQLException {
        connection.setAutoCommit(false);
        try (var statement = connection.createStatement()) {
            statement.execute("drop table if exists t");
            statement.execute("create table t (id integer primary key, v " + type + " not null)");
        }
        try (var insert = connection.prepareStatement("insert into t values (?, ?)")) {
            for (var i = 0; i < ROWS; i++) {
                insert.setInt(1, i);
                insert.setBytes(2, new byte[200]);
                insert.addBatch();
            }
            insert.executeBatch();
        }
        connection.commit();
        connection.setAutoCommit(true);
    }

    // ------------------------------------------------------------------------------------------------ CPU

    private static double ownMillis() throws IOException {
        return ManagementFactory.getPlatformMXBean(com.sun.management.OperatingSystemMXBean.class).getProcessCpuTime() / 1e6;
    }

    /// Of a process and all below it, and of those that have ended.
    private static double treeMillis(long root) throws IOException {
        Map<Long, List<Long>> children = new HashMap<>();
        Map<Long, Long> ticks = new HashMap<>();
        try (var all = Files.newDirectoryStream(Path.of("/proc"), "[0-9]*")) {
            for (var process : all) {
                try {
                    var stat = Files.readString(process.resolve("stat"));
                    var fields = stat.substring(stat.lastIndexOf(')') + 2).split(" ");
                    var pid = Long.parseLong(process.getFileName().toString());
                    children.computeIfAbsent(Long.parseLong(fields[1]), _ -> new ArrayList<>()).add(pid);
                    var sum = 0L;
                    for (var i = 11; i <= 14; i++) {
                        sum += Long.parseLong(fields[i]);
                    }
                    ticks.put(pid, sum);
                } catch (IOException _) {
                    // It has ended meanwhile; its parent has its ticks.
                }
            }
        }
        var sum = 0L;
        var left = new ArrayDeque<>(List.of(root));
        while (!left.isEmpty()) {
            var pid = left.pop();
            sum += ticks.getOrDefault(pid, 0L);
            left.addAll(children.getOrDefault(pid, List.of()));
        }
        return sum * MILLIS_IN_TICK;
    }
}
