package dev.symbolon.store;

import dev.symbolon.crypto.Sealed;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.CallableStatement;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.TimeUnit;
import org.jdbi.v3.core.ConnectionFactory;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.Jdbi;
import org.jdbi.v3.core.JdbiException;
import org.jdbi.v3.core.statement.StatementBuilder;
import org.jdbi.v3.core.statement.StatementContext;
import org.sqlite.SQLiteErrorCode;
import org.sqlite.core.CoreStatement;

/// One file in WAL mode: one writer with group commit, a few readers that never wait for it.
///
/// Every commit is synced (`synchronous=FULL`), so what was answered survives `kill -9` and a power cut. With
/// `NORMAL` a power cut may take back the last commits: a code or a refresh token that was spent would be good
/// again, and a grant that was revoked would live. Group commit is what makes the sync cheap: one for all who
/// wait.
public final class SqliteDatabase extends Database {
    private static final int READERS = Math.clamp(Runtime.getRuntime().availableProcessors(), 2, 8);
    private static final int FAULTS_MAX = 20;

    private final List<Handle> handles = new ArrayList<>();
    private final BlockingQueue<Handle> readers = new ArrayBlockingQueue<>(READERS);
    private final GroupCommit writer;

    SqliteDatabase(Path path) {
        this(SqliteFile.created(path), () -> SqliteFile.connect(path));
    }

    private SqliteDatabase(Path path, ConnectionFactory connections) {
        try {
            var jdbi = configured(Jdbi.create(connections));
            jdbi.setStatementBuilderFactory(connection -> new KeptStatements());
            var writing = jdbi.open();
            handles.add(writing);
            for (var i = 0; i < READERS; i++) {
                var reading = jdbi.open();
                reading.execute("PRAGMA query_only = 1");
                handles.add(reading);
                readers.add(reading);
            }
            writer = new GroupCommit(writing);
            writer.start();
        } catch (JdbiException e) {
            handles.forEach(Handle::close);
            var cause = e.getCause() == null ? e : e.getCause();
            throw new StoreException(
                    "SQLite cannot use " + path + ", so restore it from a backup or name another file: "
                            + cause.getMessage() + ".",
                    e);
        }
    }

    /// Opens a file that nobody changes, to be looked at only: nothing is written, neither to it nor beside it.
    ///
    /// @throws StoreException when SQLite cannot use it
    public static SqliteDatabase looking(Path file) {
        return new SqliteDatabase(file, () -> SqliteFile.frozen(file));
    }

    /// What a look at a file by itself found.
    ///
    /// @param faults what is wrong with it, in SQLite's words, 20 at most; with any, nothing else was looked at
    /// @param schema how many migrations it has seen; 0 when it is no database of ours
    /// @param probe see [Installation#masterProbe]
    /// @param rows of every table
    public record Looked(List<String> faults, int schema, Optional<Sealed> probe, SortedMap<String, Long> rows) {
        private static Looked faulty(List<String> faults) {
            return new Looked(faults, 0, Optional.empty(), Collections.emptySortedMap());
        }

        /// Whether this program knows every table of it.
        public boolean isOfThisVersion() {
            return schema == SCRIPTS.size();
        }

        /// Whether a server of this version starts on it.
        public boolean isKnown() {
            return schema > 0 && schema <= SCRIPTS.size() + 1;
        }
    }

    /// Looks at every page of a file that nobody changes, and counts its rows.
    public static Looked look(Path file) {
        try (var connection = SqliteFile.frozen(file);
                var handle = configured(Jdbi.create(connection)).open()) {
            var faults = new ArrayList<String>();
            handle.createQuery("PRAGMA integrity_check(" + FAULTS_MAX + ")")
                    .mapTo(String.class)
                    .filter(line -> !line.equals("ok"))
                    .forEach(faults::add);
            handle
                    .createQuery("PRAGMA foreign_key_check")
                    .map((row, _) -> "A row of table " + row.getString("table") + " speaks of one that is not there")
                    .stream()
                    .limit(FAULTS_MAX)
                    .forEach(faults::add);
            if (!faults.isEmpty()) {
                return Looked.faulty(faults);
            }
            var rows = new TreeMap<String, Long>();
            MoveSide.tables(connection)
                    .forEach(table -> rows.put(
                            table,
                            handle.createQuery("SELECT COUNT(*) FROM " + table)
                                    .mapTo(Long.class)
                                    .one()));
            if (!rows.containsKey("migration") || !rows.containsKey("installation")) {
                return new Looked(faults, 0, Optional.empty(), rows);
            }
            var schema = handle.createQuery("SELECT COALESCE(MAX(number), 0) FROM migration")
                    .mapTo(Integer.class)
                    .one();
            return new Looked(faults, schema, Installation.masterProbe(handle), rows);
        } catch (SQLException | JdbiException e) {
            var reason = e instanceof SQLException || e.getCause() == null ? e : e.getCause();
            return Looked.faulty(List.of(String.valueOf(reason.getMessage())));
        }
    }

    /// Copies a database, as it is at one moment, while others use it. What was answered before this is called
    /// is in the copy; nobody waits for it. Pages that are free stay behind.
    ///
    /// @param into a file without a byte in it
    /// @throws StoreException when it cannot be copied
    public static void backup(Path file, Path into) {
        try (var connection = SqliteFile.shared(file);
                var statement = connection.prepareStatement("VACUUM INTO ?")) {
            statement.setString(1, into.toString());
            statement.execute();
        } catch (SQLException e) {
            throw new StoreException("The database cannot be copied: " + e.getMessage() + ".", e);
        }
    }

    /// Something that is done with files.
    @FunctionalInterface
    public interface Exchange {
        /// Does it.
        void run() throws IOException;
    }

    /// Does something while nobody has the database open, and nobody can open it. The file is all of it then:
    /// there is no journal beside it, unless SQLite cannot read it.
    ///
    /// @throws StoreException when somebody has it open
    public static void whileUnused(Path file, Exchange work) throws IOException {
        try (var connection = SqliteFile.shared(file);
                var statement = connection.createStatement()) {
            if (hold(statement, file)) {
                // In this way of locking an empty one stays.
                Files.deleteIfExists(file.resolveSibling(file.getFileName() + "-journal"));
            }
            work.run();
        } catch (SQLException e) {
            throw new StoreException("The database " + file + " cannot be held: " + e.getMessage() + ".", e);
        }
    }

    // Whoever has a database in WAL mode open shares a lock until they close it, and this needs it alone.
    private static boolean hold(Statement statement, Path file) throws SQLException {
        try {
            // What is locked once stays locked: nobody comes in between.
            statement.execute("PRAGMA locking_mode = EXCLUSIVE");
            try (var mode = statement.executeQuery("PRAGMA journal_mode = DELETE")) {
                if (!mode.getString(1).equals("delete")) {
                    throw new StoreException(inUse(file), null);
                }
            }
            statement.execute("BEGIN EXCLUSIVE");
            return true;
        } catch (SQLException e) {
            var code = e.getErrorCode() & 0xFF;
            if (code == SQLiteErrorCode.SQLITE_BUSY.code || code == SQLiteErrorCode.SQLITE_LOCKED.code) {
                throw new StoreException(inUse(file), e);
            }
            if (code != SQLiteErrorCode.SQLITE_CORRUPT.code && code != SQLiteErrorCode.SQLITE_NOTADB.code) {
                throw e;
            }
            // A database that cannot be read is what one restores another one for.
            return false;
        }
    }

    private static String inUse(Path file) {
        return "Somebody uses the database " + file + ": stop the server, and whatever command is at work.";
    }

    @Override
    <T> T query(Work<T> work) {
        Handle reader;
        try {
            reader = readers.poll(WAIT_SECONDS, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new StoreBusyException("The wait for the database was interrupted.", e);
        }
        if (reader == null) {
            throw new StoreBusyException("The database has too much to read.", null);
        }
        try {
            return work.run(reader);
        } catch (JdbiException e) {
            throw GroupCommit.passing(e).<RuntimeException>map(known -> known).orElse(e);
        } finally {
            readers.add(reader);
        }
    }

    @Override
    <T> T commit(Work<T> work) {
        return writer.write(work);
    }

    @Override
    <T> Optional<T> changeOne(Together.Change<T> change, Together.Row row) {
        return writer.write(handle -> {
            if (handle.createUpdate(change.sql).bindMap(row.bound()).execute() == 0) {
                return Optional.empty();
            }
            return handle.createQuery(change.look)
                    .bind("tenant", row.tenant().value())
                    .bind("grant", row.grant().value())
                    .map(change.mapper)
                    .findOne();
        });
    }

    @Override
    <T> List<T> answer(Together.Question<T> question, Map<String, ?> values) {
        return query(handle -> question.ask(handle, values));
    }

    @Override
    public void check() {
        this.<Boolean>read(this::hasSchema);
        writer.check();
    }

    @Override
    public Optional<Instant> now() {
        return Optional.empty();
    }

    @Override
    public Map<String, Long> vitals() {
        var vitals = new TreeMap<String, Long>();
        vitals.put("symbolon_store_commits_total", writer.batches());
        vitals.put("symbolon_store_committed_writes_total", writer.jobs());
        vitals.put("symbolon_store_waiting_writes", (long) writer.waiting());
        return vitals;
    }

    /// Writes that nobody has begun yet.
    int waitingToWrite() {
        return writer.waiting();
    }

    @Override
    boolean hasSchema(Handle handle) {
        return handle.createQuery("SELECT COUNT(*) FROM sqlite_master WHERE name = 'migration'")
                        .mapTo(Integer.class)
                        .one()
                == 1;
    }

    @Override
    void lockForMigration(Handle handle) {
        // BEGIN IMMEDIATE holds the file.
    }

    @Override
    public void close() {
        writer.close();
        handles.forEach(Handle::close);
    }

    /// Compiled statements of one connection, used again and again: compiling costs more than running. Our SQL
    /// texts are constants, so their number bounds this; one thread at a time uses a connection.
    private static final class KeptStatements implements StatementBuilder {
        private final Map<String, PreparedStatement> kept = new HashMap<>();
        // Jdbi closes under another text than it creates: the one before the names of parameters were replaced.
        private final IdentityHashMap<Statement, String> texts = new IdentityHashMap<>();

        @Override
        public Statement create(Connection connection, StatementContext context) throws SQLException {
            return connection.createStatement();
        }

        @Override
        public PreparedStatement create(Connection connection, String sql, StatementContext context)
                throws SQLException {
            var found = kept.remove(sql);
            var statement = found == null || !isUsable(found) ? connection.prepareStatement(sql) : found;
            texts.put(statement, sql);
            return statement;
        }

        @Override
        public CallableStatement createCall(Connection connection, String sql, StatementContext context)
                throws SQLException {
            return connection.prepareCall(sql);
        }

        @Override
        public void close(Connection connection, String sql, Statement statement) throws SQLException {
            var text = texts.remove(statement);
            if (text != null && statement instanceof PreparedStatement prepared && isUsable(prepared)) {
                // Its parameters stay bound: to clear them would make SQLite compile it again.
                var other = kept.put(text, prepared);
                if (other != null) {
                    other.close();
                }
            } else {
                statement.close();
            }
        }

        // The driver throws away what it compiled when the disk fails, and does not call the statement closed: one that
        // was kept would fail for ever.
        private static boolean isUsable(PreparedStatement statement) throws SQLException {
            return !statement.isClosed() && statement instanceof CoreStatement core && !core.pointer.isClosed();
        }

        @Override
        public void close(Connection connection) {
            // The connection closes its statements.
            kept.clear();
            texts.clear();
        }
    }
}
