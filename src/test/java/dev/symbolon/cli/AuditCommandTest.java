package dev.symbolon.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.sql.DriverManager;
import java.sql.SQLException;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class AuditCommandTest {
    @TempDir
    Path folder;

    private Terminal terminal;

    @BeforeEach
    void anInstallation() {
        terminal = new Terminal(folder.resolve("data"));
        terminal.good("init", "--issuer", "https://login.example.com");
        terminal.good("client", "add", "--id", "web", "--name", "=1+1", "--callback", "https://a.example/cb");
        terminal.good("client", "disable", "web");
    }

    private void tamper(String sql) throws SQLException {
        try (var connection = DriverManager.getConnection("jdbc:sqlite:" + folder.resolve("data/symbolon.db"));
                var statement = connection.createStatement()) {
            assertEquals(1, statement.executeUpdate(sql));
        }
    }

    @Test
    void AD_03_the_trail_is_whole_until_somebody_changes_a_row_of_the_database() throws SQLException {
        var whole = terminal.good("audit", "verify");
        assertTrue(whole.startsWith("The trail is whole: "), whole);
        var end = whole.replaceAll("(?s).*Its end: (\\S+)\\s*", "$1");
        terminal.good("client", "enable", "web");
        assertTrue(terminal.good("audit", "verify", "--known", end).contains("whole"));

        tamper("UPDATE event SET detail = '{\"x\":\"y\"}' WHERE position = 2");
        var broken = terminal.type("audit", "verify");
        assertEquals(1, broken.status());
        assertTrue(broken.err().contains("broken at place 2. The event of this place was changed"), broken.err());
        tamper("DELETE FROM event WHERE position = 2");
        var gone = terminal.type("audit", "verify");
        assertTrue(gone.err().contains("broken at place 2. The event of this place is gone"), gone.err());
    }

    @Test
    void the_trail_says_who_did_it_and_is_a_file_for_others() {
        var lines = terminal.good("audit", "export").lines().toList();
        assertTrue(
                lines.getFirst().contains("\"kind\":\"client.disabled\",\"actor\":\"command-line\""), lines.getFirst());
        var csv = terminal.good("audit", "export", "--format", "csv").lines().toList();
        assertEquals("seq,at,kind,actor,sub,client_id,session,grant,detail", csv.getFirst());
        assertEquals(lines.size() + 1, csv.size());
        assertTrue(csv.stream().noneMatch(line -> line.matches("(.*,)?\"[=+@-].*")), "XS-06");
    }

    @Test
    void what_cannot_be_understood_is_told() {
        assertEquals(2, terminal.type("audit", "verify", "--known", "nonsense").status());
        assertEquals(2, terminal.type("audit", "export", "--format", "xml").status());
    }
}
