package dev.symbolon.faults;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.locks.LockSupport;

/// A PostgreSQL of the system's own programs, which can be copied into a standby, killed and promoted; the
/// embedded one lacks the programs for it. Root runs it as the user `postgres`.
final class Postgres implements AutoCloseable {
    private static final Duration WAIT_MAX = Duration.ofSeconds(60);
    private static final String STANDBY = "standby";

    private final Path folder;
    final int port;

    private Postgres(int port) {
        this.port = port;
        try {
            folder = Files.createTempDirectory("symbolon-postgresql");
            if (isRoot()) {
                var users = folder.getFileSystem().getUserPrincipalLookupService();
                Files.setOwner(folder, users.lookupPrincipalByName("postgres"));
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /// A new one, alone.
    static Postgres primary() {
        var made = new Postgres(Faults.port());
        try {
            made.run("initdb", "-D", made.data(), "-U", "postgres", "--auth=trust", "-E", "UTF8", "--locale=C.UTF-8");
            made.start();
            return made;
        } catch (RuntimeException | Error e) {
            made.close();
            throw e;
        }
    }

    /// A copy that follows this one; returns once each commit waits until the copy has it on its disk.
    ///
    /// @param at the port of the copy
    Postgres synchronousStandby(int at) throws SQLException, TimeoutException {
        var copy = new Postgres(at);
        try {
            var from = "host=127.0.0.1 port=" + port + " user=postgres application_name=" + STANDBY;
            copy.run("pg_basebackup", "-d", from, "-D", copy.data(), "-R", "-X", "stream", "-c", "fast");
            copy.start();
            // Only now, and only here: what is promoted later waits for nobody.
            execute("ALTER SYSTEM SET synchronous_standby_names = '" + STANDBY + "'");
            execute("SELECT pg_reload_conf()");
            var until = System.nanoTime() + WAIT_MAX.toNanos();
            while (!"sync".equals(first("SELECT sync_state FROM pg_stat_replication"))) {
                if (System.nanoTime() > until) {
                    throw new TimeoutException("The standby does not follow.");
                }
                LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(20));
            }
            return copy;
        } catch (RuntimeException | Error | SQLException | TimeoutException e) {
            copy.close();
            throw e;
        }
    }

    String url() {
        return "jdbc:postgresql://127.0.0.1:" + port + "/postgres?user=postgres";
    }

    private void execute(String sql) throws SQLException {
        try (var connection = DriverManager.getConnection(url());
                var statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }

    private String first(String sql) throws SQLException {
        try (var connection = DriverManager.getConnection(url());
                var statement = connection.createStatement();
                var rows = statement.executeQuery(sql)) {
            return rows.next() ? rows.getString(1) : "";
        }
    }

    private String data() {
        return folder.resolve("data").toString();
    }

    private void start() {
        var options =
                "-p " + port + " -c listen_addresses=127.0.0.1 -c unix_socket_directories='' -c shared_buffers=32MB";
        run("pg_ctl", "-D", data(), "-l", folder.resolve("log").toString(), "-o", options, "-w", "start");
    }

    /// Lets a standby take writes; returns when it does.
    void promote() {
        run("pg_ctl", "-D", data(), "-w", "promote");
    }

    /// SIGKILL to all of its processes; returns when they are gone.
    void kill() {
        postmaster().ifPresent(postmaster -> {
            var all = new ArrayList<>(List.of(postmaster));
            postmaster.descendants().forEach(all::add);
            all.forEach(ProcessHandle::destroyForcibly);
            all.forEach(process -> process.onExit().join());
        });
    }

    private Optional<ProcessHandle> postmaster() {
        try {
            var file = folder.resolve("data/postmaster.pid");
            return Files.exists(file)
                    ? ProcessHandle.of(
                            Long.parseLong(Files.readAllLines(file).getFirst().strip()))
                    : Optional.empty();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static boolean isRoot() {
        return "root".equals(System.getProperty("user.name"));
    }

    private static Path programs() {
        try (var versions = Files.list(Path.of("/usr/lib/postgresql"))) {
            return versions.map(version -> version.resolve("bin"))
                    .filter(bin -> Files.isExecutable(bin.resolve("pg_basebackup")))
                    .max(Comparator.comparing(bin ->
                            Integer.parseInt(bin.getParent().getFileName().toString())))
                    .orElseThrow();
        } catch (IOException | RuntimeException e) {
            throw new AssertionError(
                    "PostgreSQL is missing, of which a standby is made here: apt-get install postgresql.", e);
        }
    }

    private void run(String program, String... arguments) {
        var command = new ArrayList<String>();
        if (isRoot()) {
            command.addAll(List.of("runuser", "-u", "postgres", "--"));
        }
        command.add(programs().resolve(program).toString());
        command.addAll(List.of(arguments));
        try {
            // What it starts keeps the file open, so it is no pipe.
            var said = folder.resolve(program + ".said").toFile();
            var process = new ProcessBuilder(command)
                    .directory(folder.toFile())
                    .redirectErrorStream(true)
                    .redirectOutput(said)
                    .start();
            if (!process.waitFor(WAIT_MAX.toSeconds(), TimeUnit.SECONDS) || process.exitValue() != 0) {
                process.destroyForcibly();
                throw new AssertionError(program + ": " + Files.readString(said.toPath()));
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError(e);
        }
    }

    @Override
    public void close() {
        kill();
        try (var files = Files.walk(folder)) {
            for (var file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(file);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
