package dev.symbolon.store;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// What an operator reads when the address is wrong, and what the file is like when it is right.
class OpeningTest {
    @TempDir
    Path folder;

    @ParameterizedTest
    @ValueSource(strings = {"", "sqlite:", "mysql://root@localhost/x", "/var/lib/symbolon.db", "jdbc:sqlite:x"})
    void an_address_of_no_known_kind_is_refused_with_both_forms(String url) {
        var refused = assertThrows(StoreException.class, () -> Database.open(url));
        assertTrue(refused.getMessage().contains("sqlite:/path"), refused.getMessage());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "postgresql://ada:hunter2 secret@localhost/x",
                "postgresql://ada:hunter2@/x",
                "postgresql://ada:hunter2@localhost",
                "postgresql://ada:hunter2@127.0.0.1:1/x"
            })
    void no_message_repeats_the_password(String url) {
        var refused = assertThrows(StoreException.class, () -> Database.open(url));
        for (Throwable e = refused; e != null; e = e.getCause()) {
            assertFalse(String.valueOf(e.getMessage()).contains("hunter2"), e.toString());
        }
    }

    @Test
    void a_new_file_is_opened_by_many_at_once() throws Exception {
        try (var race = new Race()) {
            for (var round = 0; round < Race.ROUNDS; round++) {
                var url = "sqlite:" + folder.resolve(round + ".db");
                race.run(_ -> {
                    Database.open(url).close();
                    return true;
                });
            }
        }
    }

    @Test
    void a_missing_folder_is_named() {
        var refused = assertThrows(
                StoreException.class, () -> Database.open("sqlite:" + folder.resolve("missing/symbolon.db")));
        assertTrue(refused.getMessage().contains("missing"), refused.getMessage());
    }

    @Test
    void a_file_that_is_no_database_is_refused_and_left_as_it_is() throws Exception {
        var file = folder.resolve("notes.txt");
        Files.writeString(file, "This is no database, it is a letter to a friend. ".repeat(100));
        var before = Files.readString(file);
        assertThrows(StoreException.class, () -> Database.open("sqlite:" + file));
        assertEquals(before, Files.readString(file));
        assertThrows(StoreException.class, () -> Database.open("sqlite:" + folder));
    }

    @Test
    void only_the_owner_may_read_the_file_and_its_journal() throws Exception {
        var file = folder.resolve("symbolon.db");
        try (var db = Database.open("sqlite:" + file)) {
            db.migrate();
            new World(db).addTenant();
            try (var files = Files.list(folder)) {
                for (var each : files.toList()) {
                    assertEquals(
                            "rw-------",
                            PosixFilePermissions.toString(Files.getPosixFilePermissions(each)),
                            each.toString());
                }
            }
        }
    }

    @Test
    void every_commit_is_synced_and_the_journal_is_written_ahead() {
        try (var db = Database.open("sqlite:" + folder.resolve("symbolon.db"))) {
            assertEquals(2, pragma(db, "synchronous"));
            assertEquals(
                    "wal",
                    db.write(handle -> handle.createQuery("PRAGMA journal_mode")
                            .mapTo(String.class)
                            .one()));
        }
    }

    @Test
    void a_reader_cannot_write() {
        try (var db = Database.open("sqlite:" + folder.resolve("symbolon.db"))) {
            db.migrate();
            assertThrows(RuntimeException.class, () -> db.read(handle -> handle.execute("DELETE FROM migration")));
        }
    }

    @Test
    void a_transaction_within_a_transaction_is_refused_and_does_not_hang() {
        try (var db = Database.open("sqlite:" + folder.resolve("symbolon.db"))) {
            db.migrate();
            assertThrows(IllegalStateException.class, () -> db.write(handle -> new World(db).addTenant()));
        }
    }

    @Test
    void a_full_queue_is_told_at_once_and_what_was_queued_is_still_done() throws Exception {
        try (var db = Database.open("sqlite:" + folder.resolve("symbolon.db"));
                var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            db.migrate();
            var slow = new Held(db, threads);
            var queued = new ArrayList<Future<Boolean>>();
            for (var i = 0; i < GroupCommit.QUEUE + 50; i++) {
                queued.add(threads.submit(() -> new World(db).addTenant()));
            }
            awaitWaiting(db, GroupCommit.QUEUE);
            assertThrows(StoreBusyException.class, () -> new World(db).addTenant());
            slow.letGo();
            var done = 0;
            for (var future : queued) {
                try {
                    assertTrue(future.get());
                    done++;
                } catch (java.util.concurrent.ExecutionException e) {
                    assertInstanceOf(StoreBusyException.class, e.getCause());
                }
            }
            assertTrue(done >= GroupCommit.QUEUE, "done: " + done);
            assertEquals(done, new Tenants(db).list().size());
        }
    }

    @Test
    void a_write_that_nobody_comes_to_in_time_is_given_up_and_never_done() throws Exception {
        try (var db = Database.open("sqlite:" + folder.resolve("symbolon.db"));
                var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            db.migrate();
            var slow = new Held(db, threads);
            var late = threads.submit(() -> new World(db).addTenant());
            var failure = assertThrows(
                    java.util.concurrent.ExecutionException.class,
                    () -> late.get(Database.WAIT_SECONDS * 2, TimeUnit.SECONDS));
            assertInstanceOf(StoreBusyException.class, failure.getCause());
            assertEquals(0, ((SqliteDatabase) db).waitingToWrite(), "its place is free");
            slow.letGo();
            assertTrue(new World(db).addTenant());
            assertEquals(1, new Tenants(db).list().size());
        }
    }

    @Test
    void who_stops_waiting_for_a_write_that_was_not_begun_has_written_nothing() throws Exception {
        try (var db = Database.open("sqlite:" + folder.resolve("symbolon.db"));
                var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            db.migrate();
            var slow = new Held(db, threads);
            var left = threads.submit(() -> {
                Thread.currentThread().interrupt();
                try {
                    return new World(db).addTenant();
                } catch (StoreBusyException e) {
                    return !Thread.currentThread().isInterrupted();
                }
            });
            assertEquals(false, left.get(3, TimeUnit.SECONDS), "it is busy, and still interrupted");
            slow.letGo();
            assertTrue(new World(db).addTenant());
            assertEquals(1, new Tenants(db).list().size());
        }
    }

    @Test
    void a_commit_that_fails_fails_all_of_its_batch() throws Exception {
        try (var db = Database.open("sqlite:" + folder.resolve("symbolon.db"));
                var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            db.migrate();
            var first = new Held(db, threads);
            var good = threads.submit(() -> new World(db).addTenant());
            // Ends the transaction behind the writer's back, as a full disk does.
            var bad = threads.submit(() -> db.write(handle -> handle.execute("ROLLBACK")));
            awaitWaiting(db, 2);
            first.letGo();
            for (var future : java.util.List.of(good, bad)) {
                var failure = assertThrows(java.util.concurrent.ExecutionException.class, future::get);
                assertInstanceOf(StoreException.class, failure.getCause());
            }
            assertEquals(0, new Tenants(db).list().size());
            assertTrue(new World(db).addTenant(), "and the next batch is as ever");
        }
    }

    @Test
    void a_closed_database_refuses_at_once() {
        var db = Database.open("sqlite:" + folder.resolve("symbolon.db"));
        db.migrate();
        db.close();
        assertThrows(StoreBusyException.class, () -> new World(db).addTenant());
    }

    /// A write at which the writer is held until it is let go.
    private static final class Held {
        private final CountDownLatch release = new CountDownLatch(1);
        private final Future<Boolean> write;

        Held(Database db, ExecutorService threads) throws InterruptedException {
            var begun = new CountDownLatch(1);
            write = threads.submit(() -> db.write(handle -> {
                begun.countDown();
                return await(release);
            }));
            assertTrue(begun.await(5, TimeUnit.SECONDS));
        }

        void letGo() throws Exception {
            release.countDown();
            assertTrue(write.get());
        }
    }

    private static boolean await(CountDownLatch latch) {
        try {
            return latch.await(20, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            return false;
        }
    }

    private static void awaitWaiting(Database db, int writes) {
        while (((SqliteDatabase) db).waitingToWrite() < writes) {
            Thread.onSpinWait();
        }
    }

    private static int pragma(Database db, String name) {
        return db.write(handle ->
                handle.createQuery("PRAGMA " + name).mapTo(Integer.class).one());
    }
}
