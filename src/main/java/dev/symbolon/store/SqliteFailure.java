package dev.symbolon.store;

import java.sql.SQLException;
import java.util.Optional;
import org.sqlite.SQLiteErrorCode;

/// What SQLite's own failures mean for a caller: a lock or a disk is nothing that the caller did, and passes.
final class SqliteFailure {
    private SqliteFailure() {}

    /// The failure with a sentence for the operator; empty when neither a lock nor the disk is behind it.
    static Optional<StoreException> of(Throwable thrown) {
        for (Throwable e = thrown; e != null; e = e.getCause()) {
            if (e instanceof SQLException sql) {
                return of(sql, thrown);
            }
        }
        return Optional.empty();
    }

    // The low byte is the primary code; what is above it says more.
    private static Optional<StoreException> of(SQLException sql, Throwable thrown) {
        var code = SQLiteErrorCode.getErrorCode(sql.getErrorCode() & 0xFF);
        return switch (code) {
            case SQLITE_BUSY, SQLITE_LOCKED ->
                Optional.of(new StoreBusyException("Another process holds the database file.", thrown));
            case SQLITE_FULL ->
                Optional.of(new StoreException("The disk of the database is full: make room on it.", thrown));
            case SQLITE_IOERR, SQLITE_CANTOPEN, SQLITE_READONLY ->
                Optional.of(new StoreException(
                        "The disk of the database fails; look at its room, its health and its rights ("
                                + sql.getMessage() + ").",
                        thrown));
            default -> Optional.empty();
        };
    }
}
