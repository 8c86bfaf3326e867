package dev.symbolon.store;

import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermissions;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.sqlite.SQLiteConfig;
import org.sqlite.SQLiteErrorCode;

/// The file of an SQLite database, and the three ways in which it is opened.
final class SqliteFile {
    private static final int AGAIN_MILLIS = 10;
    private static final int JOURNAL_LIMIT_BYTES = 64 * 1024 * 1024;

    private SqliteFile() {}

    /// The file, made where there is none, for this user only; the journal files get its mode.
    ///
    /// @throws StoreException with a sentence that says what to do
    static Path created(Path path) {
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
            return Files.createFile(path, posix ? new FileAttribute<?>[] {mode} : new FileAttribute<?>[0]);
        } catch (FileAlreadyExistsException e) {
            if (!Files.isRegularFile(path) || !Files.isWritable(path)) {
                throw new StoreException("The database " + path + " has to be a file that we may write.", e);
            }
            return path;
        } catch (IOException e) {
            throw new StoreException(
                    "The database " + path + " cannot be created; let this user write there, or put it elsewhere.", e);
        }
    }

    /// A connection of a server. Who makes the file anew also changes the way its journal is kept, and for that
    /// SQLite itself lets nobody wait: the others come again, for five seconds.
    static Connection connect(Path path) throws SQLException {
        var end = System.nanoTime() + TimeUnit.SECONDS.toNanos(Database.WAIT_SECONDS);
        while (true) {
            try {
                return connectNow(path);
            } catch (SQLException e) {
                if ((e.getErrorCode() & 0xFF) != SQLiteErrorCode.SQLITE_BUSY.code || System.nanoTime() > end) {
                    throw e;
                }
                LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(AGAIN_MILLIS));
            }
        }
    }

    private static Connection connectNow(Path path) throws SQLException {
        var config = new SQLiteConfig();
        config.setJournalMode(SQLiteConfig.JournalMode.WAL);
        config.setSynchronous(SQLiteConfig.SynchronousMode.FULL);
        config.setBusyTimeout(Database.WAIT_SECONDS * 1_000);
        config.setTempStore(SQLiteConfig.TempStore.MEMORY);
        config.setJournalSizeLimit(JOURNAL_LIMIT_BYTES);
        config.setGetGeneratedKeys(false);
        return config.createConnection("jdbc:sqlite:" + path);
    }

    /// A connection to a file that nobody changes; nothing is written, neither to it nor beside it.
    static Connection frozen(Path file) throws SQLException {
        var config = new SQLiteConfig();
        config.setReadOnly(true);
        config.setTempStore(SQLiteConfig.TempStore.MEMORY);
        config.setGetGeneratedKeys(false);
        // Without "immutable", a file in WAL mode would get two others beside it.
        return config.createConnection(
                "jdbc:sqlite:file:" + file.toAbsolutePath().toUri().getRawPath() + "?immutable=1");
    }

    /// A connection for one work beside others.
    static Connection shared(Path file) throws SQLException {
        var config = new SQLiteConfig();
        config.setBusyTimeout(Database.WAIT_SECONDS * 1_000);
        config.setGetGeneratedKeys(false);
        return config.createConnection("jdbc:sqlite:" + file);
    }
}
