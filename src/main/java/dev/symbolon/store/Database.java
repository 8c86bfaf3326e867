package dev.symbolon.store;

import org.jdbi.v3.core.Handle;

/// One database: an SQLite file or a PostgreSQL server.
public abstract sealed class Database implements AutoCloseable permits SqliteDatabase, PostgresDatabase {

    /// Opens `sqlite:/path/symbolon.db` or `postgresql://user:password@host:port/db`.
    ///
    /// @throws StoreException with a sentence that says what to do
    public static Database open(String url) {
        return url.startsWith("sqlite:") ? new SqliteDatabase() : new PostgresDatabase();
    }

    /// Brings the schema up to this program; safe when two nodes start at once.
    public abstract void migrate();

    @Override
    public abstract void close();

    interface Work<T> {
        T run(Handle handle);
    }

    abstract <T> T read(Work<T> work);

    abstract <T> T write(Work<T> work);

    @SuppressWarnings("TypeParameterUnusedInFormals")
    <T> T soon() {
        return write(handle -> {
            throw new UnsupportedOperationException("soon");
        });
    }
}
