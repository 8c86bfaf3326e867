package dev.symbolon.store;

final class PostgresDatabase extends Database {
    @Override
    public void migrate() {}

    @Override
    public void close() {}

    @Override
    <T> T read(Work<T> work) {
        throw new UnsupportedOperationException("soon");
    }

    @Override
    <T> T write(Work<T> work) {
        throw new UnsupportedOperationException("soon");
    }
}
