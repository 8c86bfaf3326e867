package dev.symbolon.store;

import dev.symbolon.crypto.MasterKey;
import dev.symbolon.crypto.Sealer;
import dev.symbolon.crypto.TableDigest;
import dev.symbolon.store.MoveSide.Column;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.SortedMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.JdbiException;
import org.jspecify.annotations.Nullable;

/// A whole installation from one database into another, SQLite or PostgreSQL: every row of every table of the
/// schema, as it was at one moment. The source is only read, in one snapshot, and may be in use. The target has
/// to be empty; everything is written into it in one transaction, which ends only after both sides were found to
/// hold the same. So whatever ends the process, the target is empty or whole.
///
/// Which tables and columns there are is asked of the schema, and the schema is made by the migrations of this
/// program. Rows are never held but a few at a time.
public final class Move {
    private static final int ROWS_FETCHED = 250;
    private static final int TOLD_EVERY_ROWS = 1_000;

    private final MoveSide source;
    private final MoveSide target;
    private final SortedMap<String, List<Column>> tables;
    private final Progress progress;

    /// Which half of the work is done.
    public enum Stage {
        COPIED,
        COMPARED
    }

    /// Told now and then.
    @FunctionalInterface
    public interface Progress {
        /// So many rows of so many.
        void at(Stage stage, long done, long total);
    }

    /// What a table holds, on both sides.
    ///
    /// @param digest that of [TableDigest]
    public record Table(String name, long rows, String digest) {}

    /// How it ended.
    ///
    /// @param asOf everything that was answered before is in the copy
    /// @param leftBehind tables of the source that are not of this program
    /// @param mayBeBehind whether anybody may have written to the source since; certainly nobody has when false
    public record Moved(Instant asOf, List<Table> tables, List<String> leftBehind, boolean mayBeBehind) {
        /// All rows together.
        public long rows() {
            return tables.stream().mapToLong(Table::rows).sum();
        }
    }

    private Move(MoveSide source, MoveSide target, SortedMap<String, List<Column>> tables, Progress progress) {
        this.source = source;
        this.target = target;
        this.tables = tables;
        this.progress = progress;
    }

    /// Does it. An SQLite target is a file that is there and has no byte in it: the caller gives it its name
    /// when this returns, and removes it when this throws. It is not synced.
    ///
    /// @param from an address as [Database#open] takes it
    /// @param to another one
    /// @param master the key that the installation was made with and goes on with
    /// @throws StoreException with a sentence; then the target holds nothing
    /// @throws MasterKey.UnusableException when the key is another one
    public static Moved run(String from, String to, Sealer master, InstantSource clock, Progress progress) {
        try (var source = MoveSide.from(from);
                var target = MoveSide.to(to)) {
            var asOf = clock.instant();
            source.snapshot();
            var move = new Move(source, target, MoveSide.ofThisProgram(), progress);
            move.requireInstallation(master, asOf);
            target.begin();
            move.makeSchema();
            var written = move.copy();
            move.compare(written);
            var leftBehind = new TreeSet<>(source.tables().keySet());
            leftBehind.removeAll(move.tables.keySet());
            var moved = new Moved(asOf, written, List.copyOf(leftBehind), source.mayHaveChanged());
            keep(target);
            return moved;
        } catch (SQLException | JdbiException e) {
            throw failed(e);
        }
    }

    private static void keep(MoveSide target) {
        try {
            target.keep();
        } catch (SQLException e) {
            throw new StoreException(
                    "The target was lost at the very end: it is empty or holds everything. Begin the move again; it"
                            + " says so if there is nothing left to do.",
                    e);
        }
    }

    private static StoreException failed(Exception e) {
        var reason = e instanceof SQLException || e.getCause() == null ? e : e.getCause();
        // What follows on further lines can be a row.
        var sentence = String.valueOf(reason.getMessage()).lines().findFirst().orElse("");
        return new StoreException(
                "The move was broken off and nothing of it is kept; begin it again. The database says: " + sentence, e);
    }

    private void requireInstallation(Sealer master, Instant now) {
        var there = source.tables();
        if (!there.containsKey("migration")) {
            throw new StoreException("There is no installation in the source, so there is nothing to move.", null);
        }
        var schema = source.handle()
                .createQuery("SELECT COALESCE(MAX(number), 0) FROM migration")
                .mapTo(Integer.class)
                .one();
        if (schema != Database.SCRIPTS.size()) {
            throw new StoreException(
                    "The source is at schema " + schema + " and this program at " + Database.SCRIPTS.size()
                            + ": a move changes nothing there, so "
                            + (schema < Database.SCRIPTS.size()
                                    ? "start this version on it first, or run symbolon migrate."
                                    : "move it with the newer version of the program."),
                    null);
        }
        tables.forEach((table, columns) -> {
            if (!columns.equals(there.get(table))) {
                throw new StoreException(
                        "The table " + table + " of the source is not as this program makes it, so something of it"
                                + " would be left behind or made up; nothing was copied.",
                        null);
            }
        });
        var probe = Installation.masterProbe(source.handle())
                .orElseThrow(() -> new StoreException(
                        "There is no installation in the source, so there is nothing to move.", null));
        MasterKey.requireSame(master, probe, now);
    }

    private void makeSchema() {
        var there = new TreeSet<>(target.tables().keySet());
        there.retainAll(tables.keySet());
        if (!there.isEmpty()) {
            throw new StoreException(
                    "The target is not empty: it has tables of Symbolon already (" + String.join(", ", there)
                            + "). A move makes them itself; give it an empty database.",
                    null);
        }
        Database.make(target.handle());
        var made = target.tables();
        made.keySet().retainAll(tables.keySet());
        if (!made.equals(tables)) {
            throw new StoreException("The two databases do not have the same columns; this is a fault of ours.", null);
        }
        // A migration may have put rows into a new database; the source has them as they are now.
        tables.keySet().forEach(table -> target.handle().execute("DELETE FROM " + table));
    }

    private List<Table> copy() throws SQLException {
        var total = 0L;
        for (var table : tables.keySet()) {
            total += source.handle()
                    .createQuery("SELECT COUNT(*) FROM " + table)
                    .mapTo(Long.class)
                    .one();
        }
        // Once at the end is many times faster than row by row in the order of chance.
        var indexes = target.indexes(tables.keySet());
        indexes.keySet().forEach(index -> target.handle().execute("DROP INDEX " + index));
        var written = new ArrayList<Table>();
        var done = 0L;
        for (var table : tables.entrySet()) {
            try (var rows = target.filling(table.getKey(), table.getValue())) {
                written.add(read(source, table.getKey(), row -> rows.add(row), new Counted(Stage.COPIED, done, total)));
                rows.end();
            }
            done += written.getLast().rows();
        }
        indexes.values().forEach(target.handle()::execute);
        return written;
    }

    private void compare(List<Table> written) throws SQLException {
        target.settle();
        var total = written.stream().mapToLong(Table::rows).sum();
        var done = 0L;
        for (var table : written) {
            var found = read(target, table.name(), row -> {}, new Counted(Stage.COMPARED, done, total));
            if (!found.equals(table)) {
                throw new StoreException(
                        "The copy of table " + table.name() + " is not what was read: " + table.rows()
                                + " rows with digest " + table.digest() + " were, and " + found.rows() + " with "
                                + found.digest() + " are there. Nothing is kept; begin again.",
                        null);
            }
            done += found.rows();
        }
    }

    private record Counted(Stage stage, long before, long total) {}

    private interface Row {
        void take(@Nullable Object[] values) throws SQLException;
    }

    private Table read(MoveSide side, String table, Row each, Counted counted) throws SQLException {
        var digest = new TableDigest();
        stream(side.handle(), table, Objects.requireNonNull(tables.get(table)), values -> {
            digest.add(values);
            each.take(values);
            if (digest.rows() % TOLD_EVERY_ROWS == 0) {
                progress.at(counted.stage(), counted.before() + digest.rows(), counted.total());
            }
        });
        return new Table(table, digest.rows(), digest.text());
    }

    private static void stream(Handle handle, String table, List<Column> columns, Row each) throws SQLException {
        try (var statement = handle.getConnection().createStatement()) {
            statement.setFetchSize(ROWS_FETCHED);
            try (var rows = statement.executeQuery("SELECT " + names(columns) + " FROM " + table)) {
                while (rows.next()) {
                    var values = new @Nullable Object[columns.size()];
                    for (var i = 0; i < values.length; i++) {
                        values[i] = value(rows, i + 1, table, columns.get(i));
                    }
                    each.take(values);
                }
            }
        }
    }

    static String names(List<Column> columns) {
        return columns.stream().map(Column::name).collect(Collectors.joining(", "));
    }

    // SQLite takes any value in any column.
    private static @Nullable Object value(ResultSet rows, int index, String table, Column column) throws SQLException {
        var value = rows.getObject(index);
        return switch (value) {
            case null -> null;
            case Integer number when column.isNumber() -> (long) number;
            case Long number when column.isNumber() -> number;
            case String text when !column.isNumber() && Columns.isStorable(text) -> text;
            default ->
                throw new StoreException(
                        "A value in column " + column.name() + " of table " + table + " is no "
                                + (column.isNumber() ? "number" : "text that both databases can hold")
                                + "; correct it at the source, and move again.",
                        null);
        };
    }
}
