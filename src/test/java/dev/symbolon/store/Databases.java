package dev.symbolon.store;

import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicInteger;

/// The two databases that every promise is kept on. Each is opened once for all tests; each test works in a
/// tenant of its own ([World]), so that none sees another.
public enum Databases {
    SQLITE {
        @Override
        public String newUrl() {
            try {
                Path folder = Files.createTempDirectory("symbolon");
                folder.toFile().deleteOnExit();
                return "sqlite:" + folder.resolve("symbolon.db");
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    },
    POSTGRESQL {
        @Override
        public String newUrl() {
            var name = "test" + NUMBER.incrementAndGet();
            try (var connection = Server.POSTGRES.getPostgresDatabase().getConnection();
                    var statement = connection.createStatement()) {
                statement.execute("CREATE DATABASE " + name);
            } catch (java.sql.SQLException e) {
                throw new IllegalStateException(e);
            }
            return "postgresql://postgres:postgres@localhost:" + Server.POSTGRES.getPort() + "/" + name;
        }
    };

    private static final AtomicInteger NUMBER = new AtomicInteger();

    private Database database;

    /// The address of a new, empty database.
    public abstract String newUrl();

    synchronized Database database() {
        if (database == null) {
            database = Database.open(newUrl());
            database.migrate();
        }
        return database;
    }

    private static final class Server {
        static final EmbeddedPostgres POSTGRES = start();

        private static EmbeddedPostgres start() {
            try {
                return EmbeddedPostgres.builder()
                        .setServerConfig("fsync", "off")
                        .start();
            } catch (IOException e) {
                throw new UncheckedIOException("The embedded PostgreSQL does not start; see its log above.", e);
            }
        }
    }
}
