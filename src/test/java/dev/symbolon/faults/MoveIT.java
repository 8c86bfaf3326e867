package dev.symbolon.faults;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.symbolon.crypto.PasswordHash;
import dev.symbolon.oauth.TenantId;
import dev.symbolon.spec.Site;
import dev.symbolon.store.Crowd;
import dev.symbolon.store.Database;
import dev.symbolon.store.Databases;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.random.RandomGeneratorFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Moves and backups that are killed, and those that are made beside a server: everything in processes of its own.
final class MoveIT {
    private static final TenantId DEFAULT = new TenantId("default");

    @TempDir
    Path folder;

    private Map<String, String> settings() {
        return Map.of("SYMBOLON_DATA", folder.resolve("data").toString());
    }

    private String source() {
        return "sqlite:" + folder.resolve("data/symbolon.db");
    }

    private void aCrowd(int people) {
        good("init", "--issuer", "https://login.example.com");
        try (var db = Database.openExisting(source()).orElseThrow()) {
            var random = RandomGeneratorFactory.of("L64X128MixRandom").create(3);
            var crowd = new Crowd(db, DEFAULT, Instant.now(), new PasswordHash("hash"), random);
            crowd.settle(20);
            crowd.come(people, 20, _ -> {});
        }
    }

    private Jar.Ended good(String... words) {
        var ended = Jar.run(settings(), words);
        assertEquals(0, ended.status(), ended.err().toString());
        return ended;
    }

    private interface Condition {
        boolean holds() throws Exception;
    }

    private static void await(Condition condition) {
        assertTimeoutPreemptively(Duration.ofSeconds(60), () -> {
            while (!condition.holds()) {
                Thread.onSpinWait();
            }
        });
    }

    private static long size(Path file) throws IOException {
        try {
            return Files.size(file);
        } catch (NoSuchFileException _) {
            // Not begun yet, or the next move has just taken away what the one before left.
            return 0;
        }
    }

    @Test
    void a_move_into_a_file_that_is_killed_leaves_no_database_and_the_next_one_begins_anew() throws IOException {
        aCrowd(20_000);
        var copy = Files.createDirectory(folder.resolve("other")).resolve("copy.db");
        var partial = folder.resolve("other/copy.db.partial");
        for (var bytes : List.of(1L, 1_000_000L, 10_000_000L)) {
            try (var killed = Jar.reading(settings(), "move", "--from", source(), "--to", "sqlite:" + copy)) {
                await(() -> size(partial) >= bytes);
                killed.kill();
            }
            assertFalse(Files.exists(copy), "it has its name only when it is whole");
            assertTrue(Files.exists(partial), "it was killed in the middle");
        }
        var ended = good("move", "--from", source(), "--to", "sqlite:" + copy);
        assertTrue(
                ended.err().getFirst().contains("was broken off and left " + partial),
                ended.err().toString());
        assertFalse(Files.exists(partial));
        good("restore", "--check", copy.toString());
        // It is a database that a server opens, with the same master key.
        var settings = new HashMap<>(settings());
        settings.put("SYMBOLON_DATABASE", "sqlite:" + copy);
        Jar.serve(settings).close();
    }

    @Test
    void a_move_into_postgresql_that_is_killed_leaves_it_empty_and_the_next_one_begins_anew() throws Exception {
        aCrowd(20_000);
        var url = Databases.POSTGRESQL.newUrl();
        var jdbc = url.replace("postgresql://postgres:postgres@", "jdbc:postgresql://") + "?user=postgres";
        var settings = new HashMap<>(settings());
        settings.put("SYMBOLON_DATABASE", url);
        for (var written : List.of("installation", "account_word", "session")) {
            try (var killed = Jar.reading(settings(), "move", "--from", source(), "--to", url)) {
                await(() -> isAt(jdbc, written));
                killed.kill();
            }
            assertTrue(Database.openExisting(url).isEmpty(), "nothing of it is there");
            assertEquals(1, Jar.run(settings, "user", "list").status());
        }
        good("move", "--from", source(), "--to", url);
        Jar.serve(settings).close();
    }

    // The move writes into this table, or is past it.
    private static boolean isAt(String jdbc, String table) throws SQLException {
        try (var connection = DriverManager.getConnection(jdbc);
                var rows = connection.createStatement().executeQuery("""
                        SELECT substring(query FROM 'INSERT INTO ([a-z_]+)') FROM pg_stat_activity
                        WHERE application_name = 'symbolon move' AND datname = current_database()""")) {
            while (rows.next()) {
                var at = rows.getString(1);
                if (at != null && at.compareTo(table) >= 0) {
                    return true;
                }
            }
            return false;
        }
    }

    @Test
    void a_backup_that_is_killed_leaves_the_one_before_as_it_was() throws IOException {
        aCrowd(20_000);
        var file = folder.resolve("backup.db");
        var partial = folder.resolve("backup.db.partial");
        good("backup", file.toString());
        var before = Files.readAllBytes(file);
        for (var bytes : List.of(1L, 2_000_000L)) {
            try (var killed = Jar.reading(settings(), "backup", file.toString(), "--replace")) {
                await(() -> size(partial) >= bytes);
                killed.kill();
            }
            assertEquals(-1, java.util.Arrays.mismatch(before, Files.readAllBytes(file)));
        }
        var ended = good("backup", file.toString(), "--replace");
        assertTrue(
                ended.err().getFirst().contains("it is begun anew"), ended.err().toString());
        good("restore", "--check", file.toString());
    }

    /// The server answers all the while; what it answered before a backup began is in what is restored from it.
    @Test
    void a_backup_beside_a_server_that_writes_has_every_answer_from_before() throws Exception {
        try (var installed = Installed.onSqlite();
                var threads = Executors.newFixedThreadPool(3)) {
            var answered = new ConcurrentLinkedQueue<String>();
            var begun = new CountDownLatch(20);
            var over = new AtomicBoolean();
            var backups = new ArrayList<Map.Entry<Path, List<String>>>();
            try (var server = installed.serve()) {
                for (var thread = 0; thread < 3; thread++) {
                    var email = Installed.email(thread);
                    threads.submit(() -> {
                        while (!over.get()) {
                            answered.add(signIn(server, email));
                            begun.countDown();
                        }
                        return null;
                    });
                }
                begun.await();
                for (var round = 0; round < 4; round++) {
                    var before = List.copyOf(answered);
                    var file = folder.resolve("live" + round + ".db");
                    var ended = Jar.run(installed.settings(), "backup", file.toString());
                    assertEquals(0, ended.status(), ended.err().toString());
                    backups.add(Map.entry(file, before));
                }
                over.set(true);
                // While it serves, nothing is put in the place of its database.
                var refused = Jar.run(
                        installed.settings(),
                        "restore",
                        backups.getFirst().getKey().toString());
                assertEquals(1, refused.status());
                assertTrue(refused.err().getLast().contains("A server uses the data folder"), refused.err() + "");
                threads.shutdown();
                assertTrue(threads.awaitTermination(60, java.util.concurrent.TimeUnit.SECONDS));
            }
            for (var backup : backups) {
                var ended =
                        Jar.run(installed.settings(), "restore", backup.getKey().toString());
                assertEquals(0, ended.status(), ended.err().toString());
                assertTrue(ended.out().contains("The master key of this installation opens it."), ended.out() + "");
                try (var server = installed.serve()) {
                    for (var token : backup.getValue()) {
                        assertEquals(
                                200,
                                Installed.token(server, Site.refresh("spa", token))
                                        .status());
                    }
                }
            }
        }
    }

    private static String signIn(Jar server, String email) {
        var browser = Installed.browser(server);
        var page = browser.follow(browser.get(Site.authorize(Site.request("spa"))));
        var code = browser.follow(browser.post("/login", Site.login(page, email, Site.PASSWORD)))
                .redirect()
                .text("code");
        return Installed.token(server, Site.redemption("spa", code))
                .json()
                .get("refresh_token")
                .textValue();
    }
}
