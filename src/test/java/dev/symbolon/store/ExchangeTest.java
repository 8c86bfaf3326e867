package dev.symbolon.store;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import org.jdbi.v3.core.JdbiException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// A database file that is exchanged for another one, and whoever comes to it just then.
class ExchangeTest {
    private static final int ROUNDS = 200;

    @TempDir
    Path folder;

    private static void mark(Database db) {
        db.write(handle ->
                handle.execute("INSERT INTO installation (name, value, created_at) VALUES ('mark', 'here', 1)"));
    }

    private static boolean isMarked(Path file) {
        try (var db = Database.open("sqlite:" + file)) {
            return db.read(handle -> handle.createQuery("SELECT COUNT(*) FROM installation WHERE name = 'mark'")
                            .mapTo(Integer.class)
                            .one())
                    == 1;
        }
    }

    private Path template() throws IOException {
        var template = folder.resolve("template.db");
        try (var db = Database.open("sqlite:" + template)) {
            db.migrate();
        }
        return template;
    }

    @Test
    void what_was_answered_at_the_moment_of_an_exchange_is_in_one_of_the_two_files_and_both_are_sound()
            throws Exception {
        var template = template();
        var exchanged = new AtomicInteger();
        var written = new AtomicInteger();
        try (var threads = Executors.newFixedThreadPool(2)) {
            for (var round = 0; round < ROUNDS; round++) {
                var database = Files.copy(template, folder.resolve("r" + round + ".db"));
                var other = Files.copy(template, folder.resolve("r" + round + ".new"));
                var kept = folder.resolve("r" + round + ".kept");
                var barrier = new CyclicBarrier(2);
                var exchange = threads.submit(() -> {
                    barrier.await();
                    try {
                        SqliteDatabase.whileUnused(database, () -> {
                            Files.createLink(kept, database);
                            Files.move(other, database, StandardCopyOption.ATOMIC_MOVE);
                        });
                        return true;
                    } catch (StoreException e) {
                        assertTrue(e.getMessage().startsWith("Somebody uses the database"), e.getMessage());
                        return false;
                    }
                });
                var write = threads.submit(() -> {
                    barrier.await();
                    try (var db = Database.open("sqlite:" + database)) {
                        mark(db);
                        return true;
                    } catch (StoreException | JdbiException e) {
                        return false; // it is told, and may try again
                    }
                });
                var isExchanged = exchange.get();
                var isWritten = write.get();
                exchanged.addAndGet(isExchanged ? 1 : 0);
                written.addAndGet(isWritten ? 1 : 0);
                var files = isExchanged ? List.of(database, kept) : List.of(database);
                assertEquals(
                        isWritten ? 1 : 0,
                        files.stream().filter(ExchangeTest::isMarked).count(),
                        "round " + round);
                for (var file : files) {
                    assertEquals(List.of(), SqliteDatabase.look(file).faults());
                }
            }
        }
        System.out.println(exchanged + " exchanges and " + written + " writes in " + ROUNDS + " rounds");
        assertTrue(exchanged.get() > 0 && written.get() > 0);
    }

    @Test
    void nobody_exchanges_a_database_that_is_open_and_what_it_answers_stays() throws Exception {
        var database = template();
        try (var db = Database.open("sqlite:" + database)) {
            var refused = assertThrows(
                    StoreException.class, () -> SqliteDatabase.whileUnused(database, () -> Files.delete(database)));
            assertTrue(refused.getMessage().contains("stop the server"), refused.getMessage());
            mark(db);
        }
        assertTrue(isMarked(database));
        SqliteDatabase.whileUnused(
                database, () -> assertFalse(Files.exists(folder.resolve("template.db-wal")), "the file is all of it"));
        assertTrue(isMarked(database));
    }
}
