package dev.symbolon.cli;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.symbolon.spec.Site;
import dev.symbolon.store.Databases;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.Base64;
import java.util.List;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// The database as one file and back, on real files.
class BackupCommandsTest {
    @TempDir
    Path folder;

    private Path data;
    private Path file;
    private Terminal terminal;

    @BeforeEach
    void anInstallationWithAPerson() {
        data = folder.resolve("data");
        file = folder.resolve("backup.db");
        terminal = new Terminal(data);
        terminal.good("init", "--issuer", "https://login.example.com");
        add("ada@example.com");
    }

    private void add(String email) {
        assertEquals(
                0,
                terminal.pipe("correct horse\n", "user", "add", email, "--password-stdin")
                        .status());
    }

    private static void oneSentence(Terminal.Said said, String... words) {
        assertEquals(1, said.status(), said.all());
        for (var word : words) {
            assertTrue(said.err().contains(word), said.err());
        }
        assertFalse(said.err().contains("fault of symbolon"), said.err());
    }

    private List<String> files() throws IOException {
        try (var files = Files.list(data)) {
            return files.map(path -> path.getFileName().toString())
                    .filter(name -> !name.endsWith(".lock"))
                    .sorted()
                    .toList();
        }
    }

    private static void sql(Path database, String sql) throws SQLException {
        try (var connection = DriverManager.getConnection("jdbc:sqlite:" + database);
                var statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }

    @Test
    void a_backup_is_whole_for_its_owner_only_and_says_what_is_in_it() throws IOException {
        var said = terminal.good("backup", file.toString());
        assertTrue(said.contains(file + " holds the database as it was at 2026-11-22T12:00:00Z"), said);
        assertEquals("rw-------", PosixFilePermissions.toString(Files.getPosixFilePermissions(file)));
        assertFalse(Files.exists(folder.resolve("backup.db.partial")));
        var digest = said.lines()
                .filter(line -> line.startsWith("SHA-256: "))
                .findFirst()
                .orElseThrow();
        var before = Files.readAllBytes(file);
        var checked = terminal.good("restore", "--check", file.toString(), "--sha256", digest.substring(9));
        for (var expected : List.of(
                "account: 1 rows",
                "tenant: 1 rows",
                "Every page is sound; schema ",
                "The master key of this installation opens it.",
                "The audit trail of tenant default is whole: ")) {
            assertTrue(checked.contains(expected), checked);
        }
        assertArrayEquals(before, Files.readAllBytes(file), "a look changes nothing");
        assertFalse(Files.exists(folder.resolve("backup.db-wal")) || Files.exists(folder.resolve("backup.db-shm")));
    }

    @Test
    void a_file_that_is_there_is_replaced_only_when_one_says_so() throws IOException {
        Files.writeString(file, "precious");
        oneSentence(terminal.type("backup", file.toString()), "There is a file", "--replace");
        assertEquals("precious", Files.readString(file));
        terminal.good("backup", file.toString(), "--replace");
        terminal.good("restore", "--check", file.toString());
        assertEquals("rw-------", PosixFilePermissions.toString(Files.getPosixFilePermissions(file)));
        var database = data.resolve("symbolon.db");
        oneSentence(terminal.type("backup", database.toString(), "--replace"), "is the database itself");
        oneSentence(terminal.type("backup", folder.toString(), "--replace"), "is a folder");
        oneSentence(terminal.type("backup", folder + "/none/x.db"), "The folder ", "does not exist");
        assertTrue(terminal.good("user", "list").contains("ada@example.com"));
    }

    @Test
    void what_a_killed_backup_left_is_no_backup_and_no_hindrance() throws IOException {
        Files.writeString(folder.resolve("backup.db.partial"), "half");
        var said = terminal.type("backup", file.toString());
        assertEquals(0, said.status(), said.all());
        assertTrue(said.err().contains("was broken off and left " + file + ".partial; it is begun anew"), said.err());
        assertFalse(Files.exists(folder.resolve("backup.db.partial")));
        terminal.good("restore", "--check", file.toString());
    }

    @Test
    void two_backups_at_once_are_one_and_a_sentence() throws IOException {
        try (var channel = FileChannel.open(
                        data.resolve("backup.lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
                var _ = channel.lock()) {
            oneSentence(terminal.type("backup", file.toString()), "Another backup is being made");
            assertFalse(Files.exists(file));
        }
    }

    @Test
    void where_there_is_no_installation_nothing_is_made() {
        var nowhere = folder.resolve("nowhere");
        oneSentence(new Terminal(nowhere).type("backup", file.toString()), "There is no installation in " + nowhere);
        assertFalse(Files.exists(nowhere));
        assertFalse(Files.exists(file));
    }

    @Test
    void with_postgresql_it_says_what_to_use_instead() {
        terminal.set("SYMBOLON_DATABASE", "postgresql://symbolon:secret@localhost/symbolon");
        var said = terminal.type("backup", file.toString());
        oneSentence(said, "pg_dump", "pg_basebackup");
        assertEquals(1, said.err().lines().count());
        assertFalse(said.all().contains("secret"));
        assertFalse(Files.exists(file));
    }

    @Test
    void a_restored_database_is_what_was_and_the_other_one_is_kept() throws IOException {
        terminal.good("backup", file.toString());
        add("grace@example.com");
        var said = terminal.good("restore", file.toString());
        var kept = data.resolve("symbolon.db.before-restore-20261122T120000Z");
        assertTrue(said.contains("is kept: " + kept), said);
        assertTrue(said.contains("symbolon.db is what " + file + " holds"), said);
        assertEquals(List.of("master.key", "symbolon.db", kept.getFileName().toString()), files());
        assertEquals(
                "rw-------", PosixFilePermissions.toString(Files.getPosixFilePermissions(data.resolve("symbolon.db"))));
        assertFalse(terminal.good("user", "list").contains("grace@example.com"));
        assertTrue(terminal.good("audit", "verify").contains("The trail is whole"));
        // The other way round.
        Files.move(kept, folder.resolve("kept.db"));
        terminal.good("restore", folder.resolve("kept.db").toString());
        assertTrue(terminal.good("user", "list").contains("grace@example.com"));
    }

    @Test
    void a_database_that_is_elsewhere_behind_a_link_is_replaced_there() throws IOException {
        terminal.good("backup", file.toString());
        add("grace@example.com");
        var disk = Files.createDirectory(folder.resolve("disk")).resolve("real.db");
        Files.move(data.resolve("symbolon.db"), disk);
        Files.createSymbolicLink(data.resolve("symbolon.db"), disk);
        terminal.good("restore", file.toString());
        assertTrue(Files.isSymbolicLink(data.resolve("symbolon.db")));
        assertTrue(Files.exists(folder.resolve("disk/real.db.before-restore-20261122T120000Z")));
        assertFalse(terminal.good("user", "list").contains("grace@example.com"));
    }

    @Test
    void a_folder_without_a_database_gets_one() throws IOException {
        terminal.good("backup", file.toString());
        Files.delete(data.resolve("symbolon.db"));
        terminal.good("restore", file.toString());
        assertEquals(List.of("master.key", "symbolon.db"), files());
        assertTrue(terminal.good("user", "list").contains("ada@example.com"));
    }

    @Test
    void a_database_that_nobody_can_read_any_more_is_replaced_with_all_that_lies_beside_it() throws IOException {
        terminal.good("backup", file.toString());
        var database = data.resolve("symbolon.db");
        Files.writeString(database, "no database at all, but long enough to be taken for one".repeat(100));
        Files.writeString(data.resolve("symbolon.db-wal"), "of the old one");
        terminal.good("restore", file.toString());
        var kept = "symbolon.db.before-restore-20261122T120000Z";
        assertEquals(List.of("master.key", "symbolon.db", kept, kept + "-wal"), files());
        assertTrue(terminal.good("user", "list").contains("ada@example.com"));
    }

    @Test
    void nothing_is_replaced_while_a_server_has_the_database_open() throws Exception {
        terminal.good("backup", file.toString());
        try (var site = Site.start()) {
            var other = new Terminal(site.data);
            other.good("backup", folder.resolve("site.db").toString());
            var said = other.type("restore", folder.resolve("site.db").toString());
            oneSentence(said, "Somebody uses the database", "stop the server");
            assertFalse(Files.exists(site.data.resolve("symbolon.db.partial")));
            assertEquals(200, site.tokens("spa").status());
            // By its lock, even when it has not opened the database yet.
            try (var channel = FileChannel.open(
                            data.resolve("serving.lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
                    var _ = channel.lock()) {
                oneSentence(terminal.type("restore", file.toString()), "A server uses the data folder");
            }
        }
    }

    @Test
    void whatever_a_server_answered_before_a_backup_began_is_in_it() throws Exception {
        try (var site = Site.start();
                var threads = Executors.newFixedThreadPool(4)) {
            var acknowledged = new ConcurrentLinkedQueue<String>();
            var over = new AtomicBoolean();
            var begun = new CountDownLatch(40);
            for (var thread = 0; thread < 4; thread++) {
                var number = thread;
                threads.submit(() -> {
                    for (var i = 0; !over.get(); i++) {
                        var email = "p" + number + "-" + i + "@example.com";
                        site.person(email, "P");
                        acknowledged.add(email);
                        begun.countDown();
                    }
                });
            }
            begun.await();
            var other = new Terminal(site.data);
            for (var round = 0; round < 5; round++) {
                var before = List.copyOf(acknowledged);
                var backup = folder.resolve("live" + round + ".db");
                other.good("backup", backup.toString());
                var restored = folder.resolve("restored" + round);
                Files.createDirectories(restored);
                Files.copy(site.data.resolve("master.key"), restored.resolve("master.key"));
                var there = new Terminal(restored);
                there.good("restore", backup.toString());
                try (var connection = DriverManager.getConnection("jdbc:sqlite:" + restored.resolve("symbolon.db"));
                        var found = connection.prepareStatement("SELECT COUNT(*) FROM account WHERE email = ?")) {
                    for (var email : before) {
                        found.setString(1, email);
                        assertEquals(1, found.executeQuery().getInt(1), email);
                    }
                }
            }
            over.set(true);
        }
    }

    @Test
    void damage_is_found_and_is_not_put_in_place() throws Exception {
        for (var i = 0; i < 50; i++) {
            add("person" + i + "@example.com");
        }
        terminal.good("backup", file.toString());
        var size = Files.size(file);
        // Where pages begin; what is changed inside of a value only the digest sees.
        var pages = size / 4_096;
        for (var page : List.of(0L, 1L, pages / 3, pages / 2, pages - 1)) {
            var damaged = folder.resolve("damaged.db");
            Files.deleteIfExists(damaged);
            Files.copy(file, damaged);
            try (var bytes = new RandomAccessFile(damaged.toFile(), "rw")) {
                bytes.seek(page * 4_096);
                bytes.write(new byte[512]);
            }
            oneSentence(terminal.type("restore", "--check", damaged.toString()), "The backup is damaged: ");
            oneSentence(terminal.type("restore", damaged.toString()), "The backup is damaged: ");
        }
        var cut = folder.resolve("cut.db");
        Files.copy(file, cut);
        try (var bytes = new RandomAccessFile(cut.toFile(), "rw")) {
            bytes.setLength(size / 2);
        }
        oneSentence(terminal.type("restore", "--check", cut.toString()), "The backup is damaged: ");
        assertEquals(List.of("master.key", "symbolon.db"), files());
        assertTrue(terminal.good("user", "list").contains("ada@example.com"));
    }

    @Test
    void a_value_that_was_changed_is_found_by_the_digest_and_a_changed_event_by_its_link() throws Exception {
        terminal.good("audit", "verify");
        var said = terminal.good("backup", file.toString());
        var digest = said.lines()
                .filter(line -> line.startsWith("SHA-256: "))
                .findFirst()
                .orElseThrow();
        sql(file, "UPDATE account SET email = 'eve@example.com'");
        oneSentence(
                terminal.type("restore", "--check", file.toString(), "--sha256", digest.substring(9)),
                "is not what was written");
        terminal.good("restore", "--check", file.toString());
        sql(file, "UPDATE event SET at = at + 1 WHERE position = 1");
        oneSentence(
                terminal.type("restore", "--check", file.toString()),
                "The audit trail of tenant default is broken at place 1");
        oneSentence(terminal.type("restore", file.toString()), "is broken at place 1");
    }

    @Test
    void another_master_key_is_told_and_none_is_no_fault_of_the_backup() throws IOException {
        terminal.good("backup", file.toString());
        terminal.set("SYMBOLON_MASTER_KEY", Base64.getEncoder().encodeToString(new byte[32]));
        oneSentence(terminal.type("restore", "--check", file.toString()), "does not open the backup");
        oneSentence(terminal.type("restore", file.toString()), "does not open the backup");
        var elsewhere = folder.resolve("elsewhere");
        var said = new Terminal(elsewhere).type("restore", "--check", file.toString());
        assertEquals(0, said.status(), said.all());
        assertTrue(said.err().contains("There is no master key here"), said.err());
        assertFalse(Files.exists(elsewhere));
    }

    @Test
    void what_is_no_backup_of_ours_is_told_apart() throws Exception {
        oneSentence(terminal.type("restore", file.toString()), "There is no file " + file);
        Files.createFile(file);
        oneSentence(terminal.type("restore", "--check", file.toString()), "none of Symbolon's");
        sql(file, "CREATE TABLE shopping (item TEXT)");
        oneSentence(terminal.type("restore", "--check", file.toString()), "none of Symbolon's");
        terminal.good("backup", file.toString(), "--replace");
        sql(file, "INSERT INTO migration SELECT MAX(number) + 1, 'next' FROM migration");
        var next = terminal.type("restore", "--check", file.toString());
        assertEquals(0, next.status(), next.all());
        assertTrue(next.err().contains("of another version"), next.err());
        sql(file, "INSERT INTO migration SELECT MAX(number) + 1, 'after' FROM migration");
        oneSentence(terminal.type("restore", "--check", file.toString()), "use a newer one");
        Files.writeString(folder.resolve("backup.db-wal"), "newest changes");
        oneSentence(terminal.type("restore", "--check", file.toString()), "backup.db-wal beside it");
        oneSentence(terminal.type("restore", data.resolve("symbolon.db").toString()), "is the database itself");
        terminal.set("SYMBOLON_DATABASE", Databases.POSTGRESQL.newUrl());
        Files.delete(folder.resolve("backup.db-wal"));
        oneSentence(terminal.type("restore", file.toString()), "pg_restore");
    }
}
