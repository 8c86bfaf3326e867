package dev.symbolon.faults;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/// The PostgreSQL server goes away under load, for 30 s in the long form, and comes back. The packaged jar as a
/// process.
final class DatabaseGoneIT {
    /// More than there are connections.
    private static final int CLIENTS = 24;

    private static final int GONE_SECONDS = Faults.amount(5, 30);

    /// What the server lets a caller wait for its turn and then for a connection, and as much for a busy machine.
    private static final long ANSWERED_MAX_MILLIS = 14_000;

    private static final Pattern THREADS = Pattern.compile("(?m)^Threads:\\s+(\\d+)$");

    @Test
    void while_the_database_is_gone_everybody_is_told_so_and_once_it_is_back_everything_goes_on() throws Exception {
        var told = new Told();
        var times = Faults.amount(1, 5);
        var folder = Files.createTempDirectory("symbolon-gone");
        var database = new Cluster(folder.resolve("cluster"), freePort());
        try {
            database.start();
            try (var installed = Installed.on(database.url())) {
                // A refresh whose answer was the loss of the connection may be done, as one that nobody answered.
                var patients = Patient.some(CLIENTS, new Patient.Fault(false, false), System.nanoTime(), told);
                try (var server = installed.serve()) {
                    for (var time = 0; time < times; time++) {
                        Patient.during(patients, server, () -> goAndComeBack(database, server, told));
                        Patient.each(patients, patient -> patient.settle(server));
                    }
                    Patient.each(patients, patient -> patient.finish(server));
                    DiskFullIT.assertQuiet(server);
                    assertEquals(128 + 15, server.stop().status());
                }
                Storm.assertSound(database.jdbc());
            }
        } finally {
            database.stop();
            remove(folder);
            Faults.counted("PostgreSQL gone for " + GONE_SECONDS + " s, " + times + " times: " + told);
        }
        assertTrue(told.longestMillis() < ANSWERED_MAX_MILLIS, told.toString());
    }

    private static Void goAndComeBack(Cluster database, Jar server, Told told) throws Exception {
        told.awaitDone(Faults.amount(200, 1_000));
        var threads = threads(server);
        database.stop();
        var until = System.nanoTime() + TimeUnit.SECONDS.toNanos(GONE_SECONDS);
        do {
            told.awaitLater(CLIENTS);
            var health = server.management("/health");
            assertEquals(503, health.status(), health.body());
            assertTrue(health.body().contains("database"), health.body());
            assertEquals(200, server.management("/health/live").status(), "a restart would help nobody");
            assertTrue(threads(server) <= threads + CLIENTS, "threads pile up: " + threads(server));
        } while (System.nanoTime() < until);
        database.start();
        while (server.management("/health").status() != 200) {
            Thread.onSpinWait();
        }
        told.awaitDone(200);
        assertTrue(
                server.management("/metrics").body().contains("\nsymbolon_store_connections_most "),
                "it still counts what it does");
        return null;
    }

    // Where there is no /proc nobody counts them.
    private static int threads(Jar server) throws IOException {
        var status = Path.of("/proc/" + server.pid() + "/status");
        if (!Files.exists(status)) {
            return 0;
        }
        var found = THREADS.matcher(Files.readString(status));
        assertTrue(found.find());
        return Integer.parseInt(found.group(1));
    }

    private static int freePort() throws IOException {
        try (var socket = new ServerSocket(0)) {
            return socket.getLocalPort();
        }
    }

    private static void remove(Path folder) throws IOException {
        try (var files = Files.walk(folder)) {
            for (var file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(file);
            }
        }
    }

    /// A PostgreSQL that is started again on what it has stored, at the same port.
    private static final class Cluster {
        private final Path folder;
        private final int port;
        private EmbeddedPostgres running;

        Cluster(Path folder, int port) {
            this.folder = folder;
            this.port = port;
        }

        void start() throws IOException {
            running = EmbeddedPostgres.builder()
                    .setDataDirectory(folder)
                    .setCleanDataDirectory(false)
                    .setPort(port)
                    .start();
        }

        void stop() throws IOException {
            running.close();
        }

        String url() {
            return "postgresql://postgres:postgres@localhost:" + port + "/postgres";
        }

        String jdbc() {
            return running.getJdbcUrl("postgres", "postgres");
        }
    }
}
