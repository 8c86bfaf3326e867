package dev.symbolon.spec;

import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/// The database file, read from outside while the server uses it.
public record Dump(Path data) {
    /// The number of rows of every table.
    public Map<String, Long> rows() {
        return read(connection -> {
            var rows = new TreeMap<String, Long>();
            for (var table : tables(connection)) {
                rows.put(
                        table,
                        Long.valueOf(texts(connection, "SELECT count(*) FROM " + table)
                                .getFirst()));
            }
            return rows;
        });
    }

    /// The number of rows of every table that nobody can change who is only refused.
    public Map<String, Long> world() {
        var rows = rows();
        rows.keySet().removeAll(List.of("attempt", "refusal", "audit_chain", "event_day"));
        return rows;
    }

    /// Every value of every column of every row.
    public List<String> values() {
        return read(connection -> {
            var all = new ArrayList<String>();
            for (var table : tables(connection)) {
                all.addAll(texts(connection, "SELECT * FROM " + table));
            }
            return all;
        });
    }

    /// The values that a query finds.
    public List<String> ask(String sql) {
        return read(connection -> texts(connection, sql));
    }

    private interface Reading<T> {
        T from(Connection connection) throws SQLException;
    }

    private <T> T read(Reading<T> reading) {
        try (var connection = DriverManager.getConnection("jdbc:sqlite:" + data.resolve("symbolon.db"))) {
            return reading.from(connection);
        } catch (SQLException e) {
            throw new AssertionError(e);
        }
    }

    private static List<String> tables(Connection connection) throws SQLException {
        return texts(connection, "SELECT name FROM sqlite_master WHERE type = 'table' ORDER BY name");
    }

    private static List<String> texts(Connection connection, String sql) throws SQLException {
        var texts = new ArrayList<String>();
        try (var statement = connection.createStatement();
                var row = statement.executeQuery(sql)) {
            while (row.next()) {
                for (var column = 1; column <= row.getMetaData().getColumnCount(); column++) {
                    var text = row.getString(column);
                    if (text != null) {
                        texts.add(text);
                    }
                }
            }
        }
        return texts;
    }
}
