package dev.symbolon.store;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// PostgreSQL with a standby: several hosts in one address, and commits that a standby has to confirm.
class StandbyTest {
    private static final String USER = "postgresql://postgres:postgres@";

    @Test
    void a_commit_that_no_standby_confirms_is_not_told_to_be_done() throws Exception {
        try (var postgres = EmbeddedPostgres.builder()
                        .setServerConfig("synchronous_standby_names", "nobody")
                        .setServerConfig("synchronous_commit", "on")
                        .start();
                var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            var url = USER + "localhost:" + postgres.getPort() + "/postgres";
            try (var db = Database.open(url + "?options=-c%20synchronous_commit=local")) {
                db.migrate();
                assertTrue(new World(db).addTenant());
            }
            try (var db = Database.open(url)) {
                var commit = threads.submit(() -> new World(db).addTenant());
                cutShort(postgres, commit);
                var refused = assertThrows(ExecutionException.class, () -> commit.get(30, TimeUnit.SECONDS));
                var busy = assertInstanceOf(StoreBusyException.class, refused.getCause());
                assertEquals("No standby has confirmed the commit in time.", busy.getMessage());
            }
        }
    }

    @Test
    void who_asks_a_server_that_is_silent_for_too_long_is_told_so_and_the_next_is_served() throws Exception {
        try (var postgres = EmbeddedPostgres.builder().start();
                var db = PostgresDatabase.connect(USER + "localhost:" + postgres.getPort() + "/postgres", 1)) {
            db.migrate();
            var asked = System.nanoTime();
            var broken = assertThrows(
                    StoreException.class,
                    () -> db.read(handle -> handle.createQuery("SELECT 1 FROM (SELECT pg_sleep(15)) AS nap")
                            .mapTo(Integer.class)
                            .one()));
            assertTrue(broken.getMessage().startsWith("The connection to the database broke"), broken.getMessage());
            assertTrue(System.nanoTime() - asked < TimeUnit.SECONDS.toNanos(15));
            assertTrue(new World(db).addTenant());
        }
    }

    // As the time limit would, twenty seconds later.
    private static void cutShort(EmbeddedPostgres postgres, Future<Boolean> commit) throws Exception {
        try (var connection = postgres.getPostgresDatabase().getConnection();
                var statement = connection.createStatement()) {
            var waiting = "SELECT pg_cancel_backend(pid) FROM pg_stat_activity WHERE wait_event = 'SyncRep'";
            while (!commit.isDone()) {
                try (var rows = statement.executeQuery(waiting)) {
                    if (rows.next()) {
                        return;
                    }
                }
            }
        }
    }

    @Test
    void of_several_hosts_the_one_that_takes_writes_is_used() throws Exception {
        try (var postgres = EmbeddedPostgres.builder().start();
                var db = Database.open(USER + "127.0.0.1:1,localhost:" + postgres.getPort() + "/postgres")) {
            db.migrate();
            assertTrue(new World(db).addTenant());
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"a,,b/x", ",a/x", "a,/x", "a:b,c/x", "a,b", "/x"})
    void an_address_with_a_host_that_is_none_is_refused_with_the_form(String rest) {
        var refused = assertThrows(StoreException.class, () -> Database.open(USER + rest));
        assertTrue(refused.getMessage().contains("host:port,host:port"), refused.getMessage());
    }
}
