package dev.symbolon.store;

import com.zaxxer.hikari.HikariConfig;
import java.net.URI;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.Optional;
import java.util.Properties;
import java.util.Set;
import java.util.regex.Pattern;
import org.jdbi.v3.core.JdbiException;

/// How a PostgreSQL server is found and asked to let us in, and what it means when it says no.
final class PostgresServer {
    // One, or several between commas, each with a port or without.
    private static final Pattern HOSTS =
            Pattern.compile("(?:(?:[\\w.-]+|\\[[0-9A-Fa-f:.%]+])(?::\\d{1,5})?(?:,(?!$)|$))+");

    // query_canceled (by its time limit), lock_not_available
    private static final Set<String> TOO_LONG = Set.of("57014", "55P03");

    // admin_shutdown, crash_shutdown, cannot_connect_now, and with them all of class 08, connection exceptions
    private static final Set<String> BROKEN = Set.of("57P01", "57P02", "57P03");

    private PostgresServer() {}

    /// What it means that the server does not let us in.
    static StoreException notLetIn(Throwable e) {
        return new StoreException(
                "PostgreSQL does not let us in, see host, port, name and password: " + e.getMessage(), e);
    }

    /// What a failure means to whoever asked.
    static RuntimeException known(JdbiException e) {
        var state = sqlState(e);
        if (TOO_LONG.contains(state)) {
            return new StoreBusyException("The database was too slow.", e);
        }
        if (state.startsWith("08") || BROKEN.contains(state)) {
            return broken(e);
        }
        // insufficient_resources: its disk, its memory, its connections
        return state.startsWith("53") ? new StoreException("The database has no room: " + reason(e) + ".", e) : e;
    }

    static StoreException broken(Exception e) {
        return new StoreException("The connection to the database broke; nobody knows whether this is done.", e);
    }

    private static String reason(Throwable thrown) {
        var e = thrown;
        while (e.getCause() != null) {
            e = e.getCause();
        }
        return String.valueOf(e.getMessage());
    }

    static String sqlState(Throwable thrown) {
        for (Throwable e = thrown; e != null; e = e.getCause()) {
            if (e instanceof SQLException sql && sql.getSQLState() != null) {
                return sql.getSQLState();
            }
        }
        return "";
    }

    /// One connection for one long work. Whatever the server or the role limits in time holds for others.
    static Connection single(String url) {
        var config = new HikariConfig();
        locate(config, url);
        var properties = new Properties();
        properties.putAll(config.getDataSourceProperties());
        properties.put("ApplicationName", "symbolon move");
        properties.put("connectTimeout", "5");
        properties.put("tcpKeepAlive", "true");
        Optional.ofNullable(config.getUsername()).ifPresent(name -> properties.put("user", name));
        Optional.ofNullable(config.getPassword()).ifPresent(password -> properties.put("password", password));
        try {
            var connection = DriverManager.getConnection(config.getJdbcUrl(), properties);
            try (var statement = connection.createStatement()) {
                statement.execute("""
                        SELECT set_config(name, '0', false) FROM pg_settings WHERE name IN ('statement_timeout',
                            'lock_timeout', 'transaction_timeout', 'idle_in_transaction_session_timeout')""");
            }
            return connection;
        } catch (SQLException e) {
            throw notLetIn(e);
        }
    }

    /// Tells the pool where the server is and who asks.
    ///
    /// @throws StoreException when the address is none
    static void locate(HikariConfig config, String url) {
        if (url.startsWith("jdbc:")) {
            config.setJdbcUrl(url);
            return;
        }
        URI uri;
        try {
            uri = URI.create(url);
        } catch (IllegalArgumentException e) {
            // Neither the address nor the reason is repeated: both hold the password.
            throw new StoreException(
                    "The address of the database is no URI; percent-encode what is special in its password.", null);
        }
        var authority = Optional.ofNullable(uri.getRawAuthority()).orElse("");
        var at = authority.lastIndexOf('@');
        var hosts = authority.substring(at + 1);
        if (!HOSTS.matcher(hosts).matches() || uri.getPath().length() < 2) {
            throw new StoreException(
                    "The address of the database has to be postgresql://user:password@host:port/name, or with several"
                            + " hosts between commas, host:port,host:port.",
                    null);
        }
        var query = uri.getRawQuery() == null ? "" : "?" + uri.getRawQuery();
        config.setJdbcUrl("jdbc:postgresql://" + hosts + uri.getRawPath() + query);
        if (hosts.contains(",")) {
            // One of them takes writes, and which one changes when a standby is promoted; that is not to be
            // remembered for long.
            config.addDataSourceProperty("targetServerType", "primary");
            config.addDataSourceProperty("hostRecheckSeconds", "1");
        }
        if (at >= 0) {
            var parts = authority.substring(0, at).split(":", 2);
            config.setUsername(decoded(parts[0]));
            if (parts.length == 2) {
                config.setPassword(decoded(parts[1]));
            }
        }
    }

    private static String decoded(String part) {
        return URLDecoder.decode(part.replace("+", "%2B"), StandardCharsets.UTF_8);
    }
}
