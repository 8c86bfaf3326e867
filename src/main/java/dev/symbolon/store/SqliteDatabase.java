package dev.symbolon.store;

import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermissions;
import java.sql.CallableStatement;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.TimeUnit;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.Jdbi;
import org.jdbi.v3.core.JdbiException;
import org.jdbi.v3.core.statement.StatementBuilder;
import org.jdbi.v3.core.statement.StatementContext;
import org.sqlite.SQLiteConfig;

/// One file in WAL mode: one writer with group commit, a few readers that never wait for it.
///
/// Every commit is synced (`synchronous=FULL`), so what was answered survives `kill -9` and a power cut. With
/// `NORMAL`
/// a power cut may take back the last commits: a code or a refresh token that was spent would be good again, and a
/// grant that was revoked would live. Group commit is what makes the sync cheap: one for all who wait.
final class SqliteDatabase extends Database {
    private static final int READERS = Math.clamp(Runtime.getRuntime().availableProcessors(), 2, 8);
    private static final int JOURNAL_LIMIT_BYTES = 64 * 1024 * 1024;

    private final List<Handle> handles = new ArrayList<>();
    private final BlockingQueue<Handle> readers = new ArrayBlockingQueue<>(READERS);
    private final GroupCommit writer;

    SqliteDatabase(Path path) {
        create(path);
        try {
            var jdbi = configured(Jdbi.create(() -> connect(path)));
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

    // The journal files get the mode of the file itself.
    private static void create(Path path) {
        var folder = path.getParent();
        if (folder == null || !Files.isDirectory(folder)) {
            throw new StoreException("The folder " + folder + " of the database does not exist: create it.", null);
        }
        if (!Files.isWritable(folder)) {
            throw new StoreException("The folder " + folder + " of the database has to be writable for us.", null);
        }
        try {
            var mode = PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------"));
            var posix = path.getFileSystem().supportedFileAttributeViews().contains("posix");
            Files.createFile(path, posix ? new FileAttribute<?>[] {mode} : new FileAttribute<?>[0]);
        } catch (FileAlreadyExistsException e) {
            if (!Files.isRegularFile(path) || !Files.isWritable(path)) {
                throw new StoreException("The database " + path + " has to be a file that we may write.", e);
            }
        } catch (IOException e) {
            throw new StoreException(
                    "The database " + path + " cannot be created; let this user write there, or put it elsewhere.", e);
        }
    }

    private static Connection connect(Path path) throws SQLException {
        var config = new SQLiteConfig();
        config.setJournalMode(SQLiteConfig.JournalMode.WAL);
        config.setSynchronous(SQLiteConfig.SynchronousMode.FULL);
        config.setBusyTimeout(WAIT_SECONDS * 1_000);
        config.setTempStore(SQLiteConfig.TempStore.MEMORY);
        config.setJournalSizeLimit(JOURNAL_LIMIT_BYTES);
        config.setGetGeneratedKeys(false);
        return config.createConnection("jdbc:sqlite:" + path);
    }

    @Override
    <T> T read(Work<T> work) {
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
        } finally {
            readers.add(reader);
        }
    }

    @Override
    <T> T commit(Work<T> work) {
        return writer.write(work);
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
            var statement = found == null || found.isClosed() ? connection.prepareStatement(sql) : found;
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
            if (text != null && statement instanceof PreparedStatement prepared && !prepared.isClosed()) {
                // Its parameters stay bound: to clear them would make SQLite compile it again.
                var other = kept.put(text, prepared);
                if (other != null) {
                    other.close();
                }
            } else {
                statement.close();
            }
        }

        @Override
        public void close(Connection connection) {
            // The connection closes its statements.
            kept.clear();
            texts.clear();
        }
    }
}
