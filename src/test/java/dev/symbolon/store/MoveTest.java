package dev.symbolon.store;

import static dev.symbolon.store.World.NOON;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.symbolon.crypto.MasterKey;
import dev.symbolon.crypto.PasswordHash;
import dev.symbolon.crypto.Sealer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.postgresql.util.PGobject;

/// A whole installation from SQLite to PostgreSQL and back.
class MoveTest {
    private static final InstantSource CLOCK = InstantSource.fixed(NOON);
    private static final RandomGenerator RANDOM =
            RandomGeneratorFactory.of("L64X128MixRandom").create(11);
    private static final Sealer MASTER = MasterKey.of("MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3ODlhYmNkZWY=", RANDOM);
    private static final Move.Progress QUIET = (_, _, _) -> {};

    /// Everything that the text forms of two databases could take for something else.
    private static final List<String> NASTY = List.of(
            "",
            "\\N",
            "NULL",
            "null",
            "a\tb\r\nc\\d\\",
            "{\"a\":\"b\\\"c\"}",
            "{},\"'`;--",
            "\u00e9 e\u0301 \u4e2d \ud83d\ude00 \u200f\ufeff",
            " both ends ",
            "0",
            "x".repeat(1_500));

    @TempDir
    Path folder;

    private int files;

    /// Where a move may put a new database of this kind.
    private String target(Databases kind) throws Exception {
        if (kind == Databases.POSTGRESQL) {
            return kind.newUrl();
        }
        return "sqlite:" + Files.createFile(folder.resolve("target" + files++ + ".db"));
    }

    private static Move.Moved move(String from, String to) {
        return Move.run(from, to, MASTER, CLOCK, QUIET);
    }

    /// A database with people and what they left, and with rows in every table that there is.
    private static String filled(Databases kind) {
        var url = kind.newUrl();
        try (var db = Database.open(url)) {
            db.migrate();
            new Installation(db).keepMasterProbe(MasterKey.probe(MASTER), NOON);
            var world = new World(db);
            world.addTenant();
            var crowd = new Crowd(db, world.tenant, NOON, new PasswordHash("hash"), RANDOM);
            crowd.settle(20);
            crowd.come(1_500, 20, _ -> {});
            new AuditChain(db).link(world.tenant, text -> Integer.toHexString(text.hashCode()), 700);
            var tables = tables(url);
            db.write(handle -> {
                tables.forEach((table, columns) -> {
                    if (!table.equals("migration")) {
                        rows(columns).forEach(values -> insert(handle, table, columns, values));
                    }
                });
                return 0;
            });
        }
        return url;
    }

    private static SortedMap<String, List<MoveSide.Column>> tables(String url) {
        try (var side = MoveSide.from(url)) {
            return side.tables();
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }

    private static Map<String, String> indexes(String url) throws SQLException {
        try (var side = MoveSide.from(url)) {
            return side.indexes(side.tables().keySet());
        }
    }

    // Whatever the schema is: no two rows share a text or a number, so they fit every key.
    private static List<List<Object>> rows(List<MoveSide.Column> columns) {
        var rows = new ArrayList<List<Object>>();
        for (var row = 0; row < NASTY.size(); row++) {
            var values = new ArrayList<Object>();
            for (var column : columns) {
                values.add(
                        !column.isNumber()
                                ? NASTY.get(row)
                                : row == 0 ? Long.MAX_VALUE : row == 1 ? Long.MIN_VALUE : (long) -row);
            }
            rows.add(values);
        }
        return rows;
    }

    private static void insert(
            org.jdbi.v3.core.Handle handle, String table, List<MoveSide.Column> columns, List<Object> values) {
        var marks = String.join(", ", Collections.nCopies(columns.size(), "?"));
        handle.execute(
                "INSERT INTO " + table + " (" + Move.names(columns) + ") VALUES (" + marks + ")", values.toArray());
    }

    /// Every value of every row of every table, sorted, read without what is tested.
    private static Map<String, List<String>> dump(String url) {
        try (var db = Database.openExisting(url).orElseThrow()) {
            return db.read(handle -> {
                var dump = new TreeMap<String, List<String>>();
                for (var table : tableNames(handle.getConnection())) {
                    var rows = handle.createQuery("SELECT * FROM " + table)
                            .mapToMap()
                            .map(row -> new TreeMap<>(row)
                                    .entrySet().stream()
                                            .map(entry -> entry.getKey() + "=" + shown(entry.getValue()))
                                            .toList()
                                            .toString())
                            .list();
                    dump.put(table, rows.stream().sorted().toList());
                }
                return dump;
            });
        }
    }

    private static String shown(Object value) {
        return switch (value) {
            case null -> "nothing";
            case Number number -> "number " + number.longValue();
            case PGobject object -> "object " + object;
            default -> "text " + value;
        };
    }

    private static List<String> tableNames(Connection connection) {
        try (var tables = connection.getMetaData().getTables(null, null, "%", new String[] {"TABLE"})) {
            var names = new ArrayList<String>();
            while (tables.next()) {
                if (!"pg_catalog".equals(tables.getString("TABLE_SCHEM"))) {
                    names.add(tables.getString("TABLE_NAME"));
                }
            }
            return names.stream().sorted().toList();
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }

    @ParameterizedTest
    @EnumSource(Databases.class)
    void every_value_of_every_table_is_there_and_back(Databases kind) throws Exception {
        var first = filled(kind);
        var second = target(kind == Databases.SQLITE ? Databases.POSTGRESQL : Databases.SQLITE);
        var third = target(kind);
        var out = move(first, second);
        var back = move(second, third);
        var before = dump(first);
        before.forEach((table, rows) -> assertTrue(rows.size() >= NASTY.size(), table + " has something to lose"));
        assertEquals(before, dump(second));
        assertEquals(before, dump(third));
        assertEquals(out.tables(), back.tables());
        assertEquals(
                List.copyOf(before.keySet()),
                out.tables().stream().map(Move.Table::name).toList());
        out.tables().forEach(table -> assertEquals(before.get(table.name()).size(), table.rows(), table.name()));
        assertFalse(out.mayBeBehind() && kind == Databases.SQLITE, "nobody wrote to the file");
        assertEquals(NOON, out.asOf());
    }

    @ParameterizedTest
    @EnumSource(Databases.class)
    void the_copy_has_every_index_and_takes_writes(Databases kind) throws Exception {
        var to = target(kind);
        move(filled(Databases.SQLITE), to);
        var other = kind.newUrl();
        try (var made = Database.open(other);
                var moved = Database.open(to)) {
            made.migrate();
            moved.migrate();
            assertFalse(indexes(to).isEmpty());
            assertEquals(indexes(other), indexes(to));
            var world = new World(moved);
            world.addTenant();
            var events = world.events
                    .list(world.tenant, java.util.Optional.empty(), 10)
                    .size();
            world.party();
            assertTrue(world.events
                            .list(world.tenant, java.util.Optional.empty(), 10)
                            .size()
                    > events);
        }
    }

    /// A migration that a move would not carry is found here, before anybody loses something by it.
    @ParameterizedTest
    @EnumSource(Databases.class)
    void every_table_of_the_schema_is_in_the_list_and_every_column_of_a_type_that_travels(Databases kind)
            throws Exception {
        var url = kind.newUrl();
        try (var db = Database.open(url)) {
            db.migrate();
            var expected = MoveSide.ofThisProgram();
            db.<Integer>read(handle -> {
                assertEquals(List.copyOf(expected.keySet()), tableNames(handle.getConnection()));
                return 0;
            });
            assertEquals(expected, tables(url));
            expected.forEach((table, columns) -> columns.forEach(column -> assertTrue(
                    List.of("text", "bigint").contains(column.type()),
                    table + "." + column.name() + " is " + column.type()
                            + "; the schema knows TEXT and BIGINT only (001-first.sql)")));
            // What is made by the database itself would have to be carried over too: there is none of it.
            var made = db.<List<String>>read(handle -> handle.createQuery(kind == Databases.POSTGRESQL ? """
                            SELECT sequencename FROM pg_sequences WHERE schemaname = current_schema() UNION ALL
                            SELECT viewname FROM pg_views WHERE schemaname = current_schema() UNION ALL
                            SELECT tgname FROM pg_trigger WHERE NOT tgisinternal UNION ALL
                            SELECT column_name FROM information_schema.columns WHERE table_schema = current_schema()
                                AND (is_generated <> 'NEVER' OR is_identity <> 'NO')""" : """
                            SELECT name FROM sqlite_master WHERE type NOT IN ('table', 'index')
                                OR sql LIKE '%AUTOINCREMENT%' OR sql LIKE '%GENERATED ALWAYS%'""")
                    .mapTo(String.class)
                    .list());
            assertEquals(List.of(), made, "teach Move and MoveSide to carry it");
        }
    }

    @ParameterizedTest
    @EnumSource(Databases.class)
    void a_target_that_is_not_empty_is_refused_and_stays_as_it_is(Databases kind) {
        var to = filled(kind);
        var before = dump(to);
        var refused = assertThrows(StoreException.class, () -> move(filled(Databases.SQLITE), to));
        assertTrue(refused.getMessage().startsWith("The target is not empty"), refused.getMessage());
        assertTrue(refused.getMessage().contains("give it an empty database"), refused.getMessage());
        assertEquals(before, dump(to));
    }

    @ParameterizedTest
    @EnumSource(Databases.class)
    void another_master_key_is_refused_and_nothing_is_made(Databases kind) throws Exception {
        var to = target(kind);
        var other = MasterKey.of("ZmVkY2JhOTg3NjU0MzIxMGZlZGNiYTk4NzY1NDMyMTA=", RANDOM);
        var from = filled(kind);
        var refused = assertThrows(MasterKey.UnusableException.class, () -> Move.run(from, to, other, CLOCK, QUIET));
        assertTrue(refused.getMessage().contains("not the one that the database was made with"));
        assertTrue(Database.openExisting(to).isEmpty());
    }

    @ParameterizedTest
    @EnumSource(Databases.class)
    void a_source_of_another_version_or_without_an_installation_is_refused_with_what_to_do(Databases kind)
            throws Exception {
        var to = target(Databases.POSTGRESQL);
        var from = kind.newUrl();
        try (var db = Database.open(from)) {
            assertTrue(refusal(from, to).contains("no installation in the source"));
            db.migrate(Database.SCRIPTS.size() - 1);
            assertTrue(refusal(from, to).contains("run symbolon migrate"), refusal(from, to));
            db.migrate();
            assertTrue(refusal(from, to).contains("no installation in the source"));
            db.write(handle -> handle.execute("ALTER TABLE account ADD COLUMN of_somebody_else TEXT"));
            assertTrue(refusal(from, to).contains("The table account of the source is not as"), refusal(from, to));
            db.write(handle -> handle.execute(
                    "INSERT INTO migration (number, name) VALUES (?, 'next')", Database.SCRIPTS.size() + 1));
            assertTrue(refusal(from, to).contains("newer version"), refusal(from, to));
        }
        assertTrue(refusal("sqlite:" + folder.resolve("none.db"), to).startsWith("There is no database"));
        assertFalse(Files.exists(folder.resolve("none.db")));
    }

    private static String refusal(String from, String to) {
        return assertThrows(StoreException.class, () -> move(from, to)).getMessage();
    }

    /// SQLite takes any value in any column; what the other side cannot hold is named, and nothing is left there.
    @Test
    void a_value_that_cannot_travel_is_named_and_the_target_stays_empty() throws Exception {
        for (var value : List.of("CAST('a' || char(0) || 'b' AS TEXT)", "x'00ff'", "1.5")) {
            var from = filled(Databases.SQLITE);
            try (var db = Database.open(from)) {
                db.write(handle -> handle.execute(
                        "UPDATE operator SET " + (value.equals("1.5") ? "created_at" : "role") + " = " + value));
            }
            for (var kind : Databases.values()) {
                var to = target(kind);
                assertTrue(refusal(from, to).contains(" of table operator is no "), refusal(from, target(kind)));
                assertTrue(kind == Databases.SQLITE || Database.openExisting(to).isEmpty());
            }
        }
    }

    @ParameterizedTest
    @EnumSource(Databases.class)
    void what_is_written_while_it_is_copied_is_not_in_the_copy_and_that_is_said(Databases kind) throws Exception {
        var from = filled(kind);
        var before = dump(from);
        var to = target(kind);
        var isWritten = new AtomicBoolean();
        Move.Moved moved;
        try (var serving = Database.open(from)) {
            moved = Move.run(from, to, MASTER, CLOCK, (_, _, _) -> {
                if (!isWritten.getAndSet(true)) {
                    var world = new World(serving);
                    world.addTenant();
                    world.party();
                }
            });
        }
        assertTrue(isWritten.get());
        assertTrue(moved.mayBeBehind());
        assertEquals(before, dump(to));
        assertFalse(before.equals(dump(from)));
    }

    @Test
    void a_server_that_starts_at_the_target_meanwhile_waits_and_finds_everything() throws Exception {
        var from = filled(Databases.SQLITE);
        var to = target(Databases.POSTGRESQL);
        try (var threads = Executors.newSingleThreadExecutor()) {
            var started = new AtomicReference<Future<Integer>>();
            Move.run(from, to, MASTER, CLOCK, (_, _, _) -> {
                if (started.get() == null) {
                    started.set(threads.submit(() -> {
                        try (var db = Database.open(to)) {
                            db.migrate();
                            return db.<Integer>read(handle -> handle.createQuery("SELECT COUNT(*) FROM account")
                                    .mapTo(Integer.class)
                                    .one());
                        }
                    }));
                    awaitWaiting(to);
                }
            });
            assertEquals(dump(from).get("account").size(), started.get().get());
        }
        assertEquals(dump(from), dump(to));
    }

    private static final String WAITING = """
            SELECT COUNT(*) FROM pg_locks WHERE locktype = 'advisory' AND NOT granted AND database =
                (SELECT oid FROM pg_database WHERE datname = current_database())""";

    // Until somebody wants the lock that the move has.
    private static void awaitWaiting(String url) {
        try (var db = Database.open(url)) {
            var waiting = 0;
            while (waiting == 0) {
                Thread.onSpinWait();
                waiting = db.read(handle ->
                        handle.createQuery(WAITING).mapTo(Integer.class).one());
            }
        }
    }

    @Test
    void of_two_moves_into_one_database_at_once_one_is_done_and_the_other_refused() throws Exception {
        var from = filled(Databases.SQLITE);
        for (var round = 0; round < 10; round++) {
            var to = target(Databases.POSTGRESQL);
            try (var race = new Race()) {
                var ended = race.run(i -> {
                    try {
                        return move(from, to).rows();
                    } catch (StoreException e) {
                        assertTrue(e.getMessage().startsWith("The target is not empty"), e.getMessage());
                        return 0L;
                    }
                });
                assertEquals(1, ended.stream().filter(rows -> rows > 0).count());
            }
            assertEquals(dump(from), dump(to));
        }
    }
}
