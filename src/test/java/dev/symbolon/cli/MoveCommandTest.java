package dev.symbolon.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.symbolon.store.Databases;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.sql.DriverManager;
import java.util.Base64;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// The whole installation into another database, as an operator types it.
class MoveCommandTest {
    @TempDir
    Path folder;

    private Path data;
    private Terminal terminal;
    private String source;
    private Path copy;

    @BeforeEach
    void anInstallationWithAPerson() throws Exception {
        data = folder.resolve("data");
        source = "sqlite:" + data.resolve("symbolon.db");
        copy = Files.createDirectory(folder.resolve("other")).resolve("copy.db");
        terminal = new Terminal(data);
        terminal.good("init", "--issuer", "https://login.example.com");
        assertEquals(
                0,
                terminal.pipe("correct horse\n", "user", "add", "ada@example.com", "--password-stdin")
                        .status());
        terminal.good("client", "add", "--id", "shop", "--callback", "https://shop.example/cb");
    }

    private Terminal.Said move(String from, String to) {
        return terminal.type("move", "--from", from, "--to", to);
    }

    @Test
    void an_installation_goes_to_postgresql_and_back_and_both_serve_its_commands() throws Exception {
        var postgres = Databases.POSTGRESQL.newUrl();
        var said = move(source, postgres);
        assertEquals(0, said.status(), said.all());
        assertTrue(said.out().contains("account"), said.out());
        assertTrue(said.err().contains("as they were in " + source + " at 2026-11-22T12:00:00Z; both sides were read"));
        assertTrue(said.err().contains("Nobody has written to the source since."), said.err());
        assertTrue(said.err().contains("the same master key"), said.err());
        assertFalse(said.all().contains("postgres:postgres"), "no password");
        terminal.set("SYMBOLON_DATABASE", postgres);
        assertTrue(terminal.good("user", "list").contains("ada@example.com"));
        assertTrue(terminal.good("audit", "verify").contains("The trail is whole"));
        assertFalse(said.err().contains("left behind"), said.err());
        try (var postgresql =
                DriverManager.getConnection("jdbc:" + postgres.replace("postgres:postgres@", ""), "postgres", "")) {
            postgresql.createStatement().execute("CREATE TABLE of_somebody_else (item TEXT)");
        }
        terminal.good("client", "add", "--id", "later", "--callback", "https://later.example/cb");

        var back = terminal.good("move", "--from", postgres, "--to", "sqlite:" + copy, "--json");
        assertEquals(
                "account", new ObjectMapper().readTree(back).get(0).get("table").textValue());
        assertEquals("rw-------", PosixFilePermissions.toString(Files.getPosixFilePermissions(copy)));
        assertFalse(Files.exists(folder.resolve("other/copy.db.partial")));
        terminal.set("SYMBOLON_DATABASE", "sqlite:" + copy);
        assertTrue(terminal.good("client", "list").contains("later"));
        assertTrue(terminal.good("audit", "verify").contains("The trail is whole"));
    }

    @Test
    void a_target_that_is_not_empty_is_refused_and_stays() throws Exception {
        Files.writeString(copy, "precious");
        Terminal.oneSentence(move(source, "sqlite:" + copy), "There is a file " + copy + " already");
        assertEquals("precious", Files.readString(copy));
        Terminal.oneSentence(move(source, source), "There is a file ");
        var postgres = Databases.POSTGRESQL.newUrl();
        assertEquals(0, move(source, postgres).status());
        Terminal.oneSentence(move(source, postgres), "The target is not empty", "give it an empty database");
        Terminal.oneSentence(
                move(source, "sqlite:" + folder + "/none/x.db"), "The folder " + folder + "/none does not exist");
    }

    @Test
    void another_master_key_is_refused_and_none_too() throws Exception {
        terminal.set("SYMBOLON_MASTER_KEY", Base64.getEncoder().encodeToString(new byte[32]));
        Terminal.oneSentence(move(source, "sqlite:" + copy), "not the one that the database was made with");
        terminal.unset("SYMBOLON_MASTER_KEY");
        Files.delete(data.resolve("master.key"));
        Terminal.oneSentence(move(source, Databases.POSTGRESQL.newUrl()), "There is no master key");
        try (var files = Files.list(copy.getParent())) {
            assertEquals(
                    0,
                    files.filter(file -> !file.endsWith("serving.lock")).count(),
                    "nothing is left of what was refused");
        }
    }

    @Test
    void what_a_killed_move_left_is_said_and_begun_anew() throws Exception {
        Files.writeString(folder.resolve("other/copy.db.partial"), "half of a database");
        var said = move(source, "sqlite:" + copy);
        assertEquals(0, said.status(), said.all());
        assertTrue(said.err().contains("A move was broken off and left " + copy + ".partial; it is begun anew."));
        terminal.set("SYMBOLON_DATABASE", "sqlite:" + copy);
        assertTrue(terminal.good("user", "list").contains("ada@example.com"));
    }

    @Test
    void a_folder_that_a_server_or_another_move_uses_is_left_alone() throws Exception {
        try (var channel = FileChannel.open(
                        folder.resolve("other/serving.lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
                var _ = channel.lock()) {
            Terminal.oneSentence(move(source, "sqlite:" + copy), "A server uses the folder", "stop it");
        }
        assertFalse(Files.exists(copy));
    }

    @Test
    void addresses_that_lead_nowhere_are_told() {
        Terminal.oneSentence(
                move("sqlite:" + folder.resolve("none.db"), "sqlite:" + copy), "There is no database " + folder);
        Terminal.oneSentence(move("mysql://x/y", "sqlite:" + copy), "has to be sqlite:/path/file.db or postgresql://");
        Terminal.oneSentence(move(source, "copy.db"), "has to be sqlite:/path/file.db or postgresql://");
        Terminal.oneSentence(
                move(source, "postgresql://nobody:secret@127.0.0.1:1/none"),
                "PostgreSQL does not let us in",
                "127.0.0.1");
        assertEquals(2, terminal.type("move", "--from", source).status());
        assertFalse(Files.exists(copy));
    }
}
