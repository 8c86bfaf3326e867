package dev.symbolon.store;

import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.Jdbi;
import org.jspecify.annotations.Nullable;
import org.sqlite.SQLiteConfig;

/// One end of a [Move]: a connection with a transaction of its own, and what the two databases say differently.
abstract sealed class MoveSide implements AutoCloseable {
    private static final int ROWS_AT_ONCE = 1_000;
    private static final int CHARACTERS_AT_ONCE = 1_024 * 1_024;

    private Connection connection;
    private Handle handle;

    private MoveSide(Connection connection) {
        this.connection = connection;
        this.handle = handle(connection);
    }

    private static Handle handle(Connection connection) {
        return Database.configured(Jdbi.create(connection)).open();
    }

    /// A column of a table.
    ///
    /// @param type in lower case
    record Column(String name, String type) {
        boolean isNumber() {
            return type.equals("bigint");
        }
    }

    /// Takes the rows of one table, a few at a time.
    final class Filling implements AutoCloseable {
        private final PreparedStatement statement;
        private final List<Column> columns;
        private final List<@Nullable Object[]> waiting = new ArrayList<>(ROWS_AT_ONCE);
        private int characters;

        private Filling(PreparedStatement statement, List<Column> columns) {
            this.statement = statement;
            this.columns = columns;
        }

        void add(@Nullable Object[] values) throws SQLException {
            waiting.add(values);
            for (var value : values) {
                characters += value instanceof String text ? text.length() : 0;
            }
            if (waiting.size() == ROWS_AT_ONCE || characters > CHARACTERS_AT_ONCE) {
                end();
            }
        }

        /// All of them were given.
        void end() throws SQLException {
            insert(statement, columns, waiting);
            waiting.clear();
            characters = 0;
        }

        @Override
        public void close() throws SQLException {
            statement.close();
        }
    }

    /// What is read.
    static MoveSide from(String url) throws SQLException {
        var file = Database.file(url);
        if (file.isEmpty()) {
            return new Postgres(PostgresServer.single(url));
        }
        if (!Files.isRegularFile(file.get())) {
            throw new StoreException("There is no database " + file.get() + ".", null);
        }
        return new Sqlite(SqliteFile.shared(file.get()), file.get());
    }

    /// What is written.
    static MoveSide to(String url) throws SQLException {
        var file = Database.file(url);
        return file.isPresent()
                ? new Sqlite(Sqlite.writing(file.get()), file.get())
                : new Postgres(PostgresServer.single(url));
    }

    /// The tables of the schema, with their columns in the order of their names: what the migrations make of a new
    /// database.
    static SortedMap<String, List<Column>> ofThisProgram() throws SQLException {
        try (var connection = DriverManager.getConnection("jdbc:sqlite::memory:")) {
            var side = new Sqlite(connection, Path.of(""));
            Database.make(side.handle());
            return side.tables();
        }
    }

    /// The names of the tables of an SQLite database.
    static Set<String> tables(Connection connection) {
        return new Sqlite(connection, Path.of("")).tables().keySet();
    }

    final Handle handle() {
        return handle;
    }

    final Connection connection() {
        return connection;
    }

    final void become(Connection other) throws SQLException {
        connection.close();
        connection = other;
        handle = handle(other);
    }

    /// Opens the snapshot that is read from now on.
    abstract void snapshot() throws SQLException;

    /// Whether somebody may have written since; ends the snapshot.
    abstract boolean mayHaveChanged() throws SQLException;

    /// Opens the one transaction in which everything is written.
    abstract void begin() throws SQLException;

    /// The tables that are there, with their columns in the order of their names.
    final SortedMap<String, List<Column>> tables() {
        var tables = new TreeMap<String, List<Column>>();
        handle().createQuery(columnsQuery())
                .map((row, _) -> Map.entry(
                        row.getString("owner"),
                        new Column(row.getString("name"), row.getString("type").toLowerCase(Locale.ROOT))))
                .forEach(entry -> tables.computeIfAbsent(entry.getKey(), _ -> new ArrayList<>())
                        .add(entry.getValue()));
        return tables;
    }

    abstract String columnsQuery();

    /// What makes the indexes of these tables, by their names; those of primary keys are not among them.
    final Map<String, String> indexes(Collection<String> tables) {
        var indexes = new TreeMap<String, String>();
        handle().createQuery(indexesQuery())
                .map((row, _) -> List.of(row.getString("owner"), row.getString("name"), row.getString("sql")))
                .filter(row -> tables.contains(row.getFirst()))
                .forEach(row -> indexes.put(row.get(1), row.get(2)));
        return indexes;
    }

    abstract String indexesQuery();

    final Filling filling(String table, List<Column> columns) throws SQLException {
        return new Filling(
                connection.prepareStatement("INSERT INTO " + table + " (" + Move.names(columns) + ") " + rows(columns)),
                columns);
    }

    /// The rows of an INSERT, as this database takes many of them fastest.
    abstract String rows(List<Column> columns);

    abstract void insert(PreparedStatement statement, List<Column> columns, List<@Nullable Object[]> rows)
            throws SQLException;

    /// Everything was written: what is read now is what will be there.
    abstract void settle() throws SQLException;

    /// Nothing is taken back from now on.
    abstract void keep() throws SQLException;

    /// What was not kept is gone.
    @Override
    public final void close() throws SQLException {
        connection.close();
    }

    private static final class Sqlite extends MoveSide {
        private static final int CACHE_KIB = 64 * 1_024;

        private final Path file;
        private long version;

        Sqlite(Connection connection, Path file) {
            super(connection);
            this.file = file;
        }

        // Nobody else knows the file, and it is thrown away when anything goes wrong: no journal, no waiting for the
        // disk.
        static Connection writing(Path file) throws SQLException {
            var config = new SQLiteConfig();
            config.setJournalMode(SQLiteConfig.JournalMode.OFF);
            config.setSynchronous(SQLiteConfig.SynchronousMode.OFF);
            config.setLockingMode(SQLiteConfig.LockingMode.EXCLUSIVE);
            config.setCacheSize(-CACHE_KIB);
            config.setGetGeneratedKeys(false);
            return config.createConnection("jdbc:sqlite:" + file);
        }

        @Override
        void snapshot() throws SQLException {
            handle().execute("PRAGMA query_only = 1");
            version = version();
            connection().setAutoCommit(false);
            tables();
        }

        @Override
        boolean mayHaveChanged() throws SQLException {
            connection().commit();
            return version() != version;
        }

        // Another one as soon as another connection has committed something.
        private long version() {
            return handle().createQuery("PRAGMA data_version").mapTo(Long.class).one();
        }

        @Override
        void begin() throws SQLException {
            connection().setAutoCommit(false);
        }

        @Override
        String columnsQuery() {
            return """
                    SELECT t.name AS owner, c.name AS name, c.type AS type
                    FROM sqlite_master t JOIN pragma_table_info(t.name) c
                    WHERE t.type = 'table' AND t.name NOT LIKE 'sqlite!_%' ESCAPE '!' ORDER BY t.name, c.name""";
        }

        @Override
        String indexesQuery() {
            return """
                    SELECT tbl_name AS owner, name, sql FROM sqlite_master
                    WHERE type = 'index' AND sql IS NOT NULL ORDER BY name""";
        }

        @Override
        String rows(List<Column> columns) {
            return "VALUES (" + String.join(", ", Collections.nCopies(columns.size(), "?")) + ")";
        }

        @Override
        void insert(PreparedStatement statement, List<Column> columns, List<@Nullable Object[]> rows)
                throws SQLException {
            for (var row : rows) {
                for (var i = 0; i < row.length; i++) {
                    statement.setObject(i + 1, row[i]);
                }
                statement.addBatch();
            }
            statement.executeBatch();
        }

        @Override
        void settle() throws SQLException {
            connection().commit();
            become(SqliteFile.shared(file));
        }

        @Override
        void keep() {
            // It is in the file.
        }
    }

    private static final class Postgres extends MoveSide {
        private static final int WAIT_SECONDS = 10;

        private String position = "";

        Postgres(Connection connection) {
            super(connection);
        }

        @Override
        void snapshot() throws SQLException {
            connection().setTransactionIsolation(Connection.TRANSACTION_REPEATABLE_READ);
            connection().setReadOnly(true);
            connection().setAutoCommit(false);
            position = position();
        }

        @Override
        boolean mayHaveChanged() throws SQLException {
            connection().commit();
            return !position().equals(position);
        }

        // The number of the next transaction that writes, to any database of the server.
        private String position() {
            return handle().createQuery("SELECT CAST(txid_snapshot_xmax(txid_current_snapshot()) AS TEXT)")
                    .mapTo(String.class)
                    .one();
        }

        @Override
        void begin() throws SQLException {
            connection().setAutoCommit(false);
            try (var statement = connection().createStatement()) {
                statement.execute("SET LOCAL lock_timeout = '" + WAIT_SECONDS + "s'");
                statement.execute("SELECT pg_advisory_xact_lock(" + PostgresDatabase.MIGRATION_LOCK + ")");
            } catch (SQLException e) {
                if ("55P03".equals(e.getSQLState())) {
                    throw new StoreException(
                            "Another move, or a server that starts, is at work at the target; stop it, and move"
                                    + " again.",
                            e);
                }
                throw e;
            }
            var encoding = handle().createQuery("SHOW server_encoding")
                    .mapTo(String.class)
                    .one();
            if (!encoding.equals("UTF8")) {
                throw new StoreException(
                        "The target has the encoding " + encoding + "; make a database with the encoding UTF8.", null);
            }
        }

        @Override
        String columnsQuery() {
            return """
                    SELECT c.table_name AS owner, c.column_name AS name, c.data_type AS type
                    FROM information_schema.columns c JOIN information_schema.tables t
                        ON t.table_schema = c.table_schema AND t.table_name = c.table_name
                    WHERE t.table_schema = current_schema() AND t.table_type = 'BASE TABLE'
                    ORDER BY c.table_name, c.column_name COLLATE "C\"""";
        }

        @Override
        String indexesQuery() {
            return """
                    SELECT tablename AS owner, indexname AS name, indexdef AS sql FROM pg_indexes
                    WHERE schemaname = current_schema() AND indexname NOT IN (SELECT conname FROM pg_constraint
                        WHERE connamespace = to_regnamespace(current_schema()))
                    ORDER BY indexname""";
        }

        // An array for each column.
        @Override
        String rows(List<Column> columns) {
            return columns.stream()
                    .map(column -> "CAST(? AS " + column.type() + "[])")
                    .collect(Collectors.joining(", ", "SELECT * FROM unnest(", ")"));
        }

        @Override
        void insert(PreparedStatement statement, List<Column> columns, List<@Nullable Object[]> rows)
                throws SQLException {
            for (var i = 0; i < columns.size(); i++) {
                var values = new @Nullable Object[rows.size()];
                for (var row = 0; row < values.length; row++) {
                    values[row] = rows.get(row)[i];
                }
                statement.setArray(
                        i + 1,
                        statement.getConnection().createArrayOf(columns.get(i).type(), values));
            }
            statement.executeUpdate();
        }

        @Override
        void settle() {
            // Otherwise the first minute is planned as for empty tables.
            handle().execute("ANALYZE");
        }

        @Override
        void keep() throws SQLException {
            connection().commit();
        }
    }
}
