package dev.symbolon.store;

import static dev.symbolon.store.World.NOON;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.symbolon.oauth.Connection;
import dev.symbolon.oauth.TenantId;
import java.util.Collections;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/// What both databases promise about transactions and schema.
@ParameterizedClass
@EnumSource(Databases.class)
class DatabaseTest {
    private final Databases databases;

    DatabaseTest(Databases databases) {
        this.databases = databases;
    }

    @Test
    void migrating_twice_changes_nothing() {
        try (var db = Database.open(databases.newUrl())) {
            db.migrate();
            new World(db).addTenant();
            db.migrate();
            assertEquals(1, new Tenants(db).list().size());
            assertEquals(Database.SCRIPTS.size(), migrations(db));
        }
    }

    @Test
    void nodes_that_start_at_once_migrate_once() throws Exception {
        var url = databases.newUrl();
        try (var race = new Race()) {
            var started = race.run(i -> {
                try (var db = Database.open(url)) {
                    db.migrate();
                    return migrations(db);
                }
            });
            assertEquals(Collections.nCopies(Race.THREADS, (long) Database.SCRIPTS.size()), started);
        }
    }

    @Test
    void what_an_older_version_left_is_carried_over() {
        try (var db = Database.open(databases.newUrl())) {
            db.migrate(1);
            db.write(handle -> handle.execute("""
                    INSERT INTO tenant (tenant_id, host, issuer, name, secret, created_at, updated_at)
                    VALUES ('old', 'old.example', 'https://old.example', 'Old', 'sealed', 1, 1)"""));
            db.migrate();
            var connections = new Connections(db).list(new TenantId("old"));
            assertEquals(1, connections.size());
            assertEquals(Connection.DATABASE, connections.getFirst().id());
            assertTrue(connections.getFirst().isDefault());
        }
    }

    @Test
    void a_schema_one_ahead_is_accepted_and_one_further_ahead_is_refused_with_a_sentence() {
        try (var db = Database.open(databases.newUrl())) {
            db.migrate();
            var ours = Database.SCRIPTS.size();
            db.write(handle -> handle.execute("INSERT INTO migration (number, name) VALUES (?, 'next')", ours + 1));
            db.migrate();
            db.write(handle -> handle.execute("INSERT INTO migration (number, name) VALUES (?, 'after')", ours + 2));
            var refused = assertThrows(StoreException.class, db::migrate);
            assertTrue(refused.getMessage().contains("start a newer version"), refused.getMessage());
        }
    }

    @Test
    void what_was_answered_is_there_after_the_database_is_opened_again() {
        var url = databases.newUrl();
        World world;
        try (var db = Database.open(url)) {
            db.migrate();
            world = new World(db);
            assertTrue(world.addTenant());
        }
        try (var db = Database.open(url)) {
            assertEquals(world.aTenant(), new Tenants(db).find(world.tenant).orElseThrow());
        }
    }

    @Test
    void an_operation_that_throws_undoes_only_itself_and_not_its_neighbours() throws Exception {
        var db = databases.database();
        var failed = new AtomicInteger();
        try (var race = new Race()) {
            for (var round = 0; round < 50; round++) {
                var worlds = java.util.stream.Stream.generate(() -> new World(db))
                        .limit(Race.THREADS)
                        .toList();
                race.run(i -> {
                    if (i % 2 == 0) {
                        return worlds.get(i).addTenant();
                    }
                    assertThrows(
                            IllegalArgumentException.class,
                            () -> db.write(handle -> {
                                handle.execute(
                                        "INSERT INTO tenant VALUES (?, ?, 'i', 'n', 's', 1, 1)",
                                        worlds.get(i).tenant.value(),
                                        worlds.get(i).tenant.value());
                                throw new IllegalArgumentException("mine alone");
                            }));
                    return failed.incrementAndGet() > 0;
                });
                for (var i = 0; i < Race.THREADS; i++) {
                    assertEquals(
                            i % 2 == 0,
                            new Tenants(db).find(worlds.get(i).tenant).isPresent());
                }
            }
        }
        assertEquals(200, failed.get());
    }

    @Test
    void an_operation_with_wrong_sql_undoes_only_itself_and_the_database_goes_on() throws Exception {
        var db = databases.database();
        try (var race = new Race()) {
            for (var round = 0; round < 20; round++) {
                race.run(i -> {
                    if (i % 2 == 0) {
                        return new World(db).addTenant();
                    }
                    return assertThrows(
                            RuntimeException.class,
                            () -> db.write(handle -> handle.execute("INSERT INTO nowhere VALUES (1)")));
                });
            }
        }
        assertTrue(new World(db).addTenant());
    }

    @Test
    void nothing_is_answered_before_another_connection_can_see_it() throws Exception {
        var url = databases.newUrl();
        try (var db = Database.open(url);
                var other = Database.open(url);
                var race = new Race()) {
            db.migrate();
            for (var round = 0; round < 50; round++) {
                race.run(i -> {
                    var world = new World(db);
                    world.addTenant();
                    assertTrue(new Tenants(other).find(world.tenant).isPresent());
                    return i;
                });
            }
        }
    }

    @Test
    void a_thousand_virtual_threads_write_and_read_at_once() throws Exception {
        var world = new World(databases);
        var refused = new AtomicInteger();
        try (var threads = java.util.concurrent.Executors.newVirtualThreadPerTaskExecutor()) {
            for (var i = 0; i < 1_000; i++) {
                threads.submit(() -> {
                    try {
                        world.accounts.countAttempt(world.tenant, "b", java.time.Duration.ofHours(1), NOON);
                    } catch (RuntimeException e) {
                        refused.incrementAndGet();
                    }
                });
            }
        }
        assertEquals(0, refused.get());
        assertEquals(
                1_001,
                world.accounts
                        .countAttempt(world.tenant, "b", java.time.Duration.ofHours(1), NOON)
                        .count());
    }

    @Test
    void the_master_probe_that_came_first_is_kept() throws Exception {
        try (var db = Database.open(databases.newUrl());
                var race = new Race()) {
            db.migrate();
            var installation = new Installation(db);
            assertTrue(installation.masterProbe().isEmpty());
            for (var round = 0; round < Race.ROUNDS; round++) {
                db.write(handle -> handle.execute("DELETE FROM installation"));
                var seen = race.run(i -> {
                    installation.keepMasterProbe(new dev.symbolon.crypto.Sealed("probe" + i), NOON);
                    return installation.masterProbe().orElseThrow();
                });
                assertEquals(1, java.util.Set.copyOf(seen).size());
            }
        }
    }

    @Test
    void nothing_in_the_schema_but_text_and_bigint_and_every_key_begins_with_the_tenant() throws Exception {
        try (var in = Database.class.getResourceAsStream("/db/001-first.sql")) {
            var text = new String(in.readAllBytes(), java.nio.charset.StandardCharsets.UTF_8);
            text.lines()
                    .filter(line -> line.startsWith("    ") && !line.contains("PRIMARY KEY ("))
                    .forEach(line -> assertTrue(line.matches(" +[a-z_]+ (TEXT|BIGINT).*"), line));
            text.lines()
                    .filter(line -> line.contains("PRIMARY KEY ("))
                    .forEach(line -> assertTrue(line.contains("(tenant_id, "), line));
        }
        assertFalse(databases.newUrl().isEmpty());
    }

    private static long migrations(Database db) {
        return db.read(handle -> handle.createQuery("SELECT COUNT(*) FROM migration")
                .mapTo(Long.class)
                .one());
    }
}
