package dev.symbolon.spec;

import dev.symbolon.store.Purge;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.sqlite.SQLiteConfig;

/// Everything that a refused request may not change, read from the database beside the server. Two of these are
/// equal when not one row was added, changed or removed in between.
public record Rows(Map<String, List<String>> byTable) {
    private static final List<String> TABLES = List.of(
            "client",
            "client_secret",
            "client_access",
            "account",
            "operator",
            "identity",
            "session",
            "consent",
            "client_grant",
            "event");

    /// The rows of a site's SQLite file as they are now. What the server does by itself from time to time is done
    /// first, so that it does nothing between two looks.
    public static Rows of(Site site) {
        site.app.house().hosts().rotateIfDue();
        site.app.house().purge().purge(site.clock.instant(), Purge.Kept.both(Duration.ofDays(365)), 1_000_000);
        site.linkEvents();
        var config = new SQLiteConfig();
        config.setReadOnly(true);
        config.setBusyTimeout(5_000);
        var url = "jdbc:sqlite:" + site.data.resolve("symbolon.db");
        try (var connection = DriverManager.getConnection(url, config.toProperties());
                var statement = connection.createStatement()) {
            var tables = new TreeMap<String, List<String>>();
            for (var table : TABLES) {
                var rows = new ArrayList<String>();
                try (var result = statement.executeQuery("SELECT * FROM " + table + " ORDER BY 1, 2, 3")) {
                    var columns = result.getMetaData().getColumnCount();
                    while (result.next()) {
                        var row = new StringBuilder();
                        for (var column = 1; column <= columns; column++) {
                            row.append(result.getString(column)).append('|');
                        }
                        rows.add(row.toString());
                    }
                }
                tables.put(table, rows);
            }
            return new Rows(tables);
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }

    /// How many rows of a table hold that text.
    public long count(String table, String text) {
        return byTable.get(table).stream().filter(row -> row.contains(text)).count();
    }
}
