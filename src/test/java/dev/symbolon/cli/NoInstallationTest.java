package dev.symbolon.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.symbolon.store.Databases;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// A folder without an installation, and an installation whose key is damaged: nothing is made anew in passing.
class NoInstallationTest {
    @TempDir
    Path folder;

    private Path data() {
        return folder.resolve("mistyped");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "client list",
                "client add --callback https://a.example/cb",
                "user list",
                "user add ada@example.com --password-stdin",
                "tenant list",
                "tenant add acme --issuer https://acme.example.com",
                "tenant remove acme --yes",
                "api list",
                "keys list",
                "keys rotate",
                "refusals",
                "events",
                "purge"
            })
    void a_command_on_a_folder_without_one_says_so_and_writes_nothing(String line) {
        var said = new Terminal(data()).pipe("correct horse\n", line.split(" "));
        assertEquals(1, said.status(), said.all());
        assertEquals(
                "symbolon: There is no installation in " + data() + "; start the demo with ./run (or symbolon serve"
                        + " --demo), or make one with symbolon init.\n",
                said.err());
        assertFalse(Files.exists(data()), "the folder stays absent");
    }

    @Test
    void an_empty_folder_stays_empty() throws Exception {
        Files.createDirectory(data());
        assertTrue(new Terminal(data()).type("client", "list").err().contains("no installation"));
        try (var files = Files.list(data())) {
            assertEquals(0, files.count());
        }
    }

    @Test
    void a_database_elsewhere_is_named_and_not_made_either() {
        var file = folder.resolve("elsewhere.db");
        var said =
                new Terminal(data()).set("SYMBOLON_DATABASE", "sqlite:" + file).type("client", "list");
        assertTrue(said.err().contains("There is no installation in sqlite:" + file + ";"), said.err());
        assertFalse(Files.exists(file) || Files.exists(data()));
    }

    @Test
    void an_empty_database_server_stays_empty_and_its_password_is_not_told() {
        var url = Databases.POSTGRESQL.newUrl();
        var terminal = new Terminal(data()).set("SYMBOLON_DATABASE", url);
        for (var command : new String[] {"tenant list", "purge"}) {
            var said = terminal.type(command.split(" "));
            assertEquals(1, said.status(), said.all());
            assertTrue(said.err().contains("There is no installation in postgresql://postgres:***@"), said.err());
        }
        assertFalse(Files.exists(data()));
        terminal.good("init", "--issuer", "https://login.example.com");
        assertTrue(terminal.good("tenant", "list").contains("https://login.example.com"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"init --issuer https://login.example.com", "migrate"})
    void the_commands_that_make_an_installation_still_do(String line) {
        new Terminal(data()).good(line.split(" "));
        assertTrue(Files.exists(data().resolve("symbolon.db")) && Files.exists(data().resolve("master.key")));
        new Terminal(data()).good("tenant", "list");
    }

    private Terminal anInstallation() {
        var terminal = new Terminal(data());
        terminal.good("init", "--issuer", "https://login.example.com");
        return terminal;
    }

    @ParameterizedTest
    @ValueSource(strings = {"garbage\n", "", "\u00ff\u00fe\u0000\u0001", "c2hvcnQ="})
    void a_damaged_key_file_is_named_and_its_advice_loses_nothing(String damage) throws Exception {
        var terminal = anInstallation();
        var file = data().resolve("master.key");
        Files.write(file, damage.getBytes(StandardCharsets.ISO_8859_1));
        var said = terminal.type("client", "list");
        assertEquals(1, said.status());
        assertEquals(1, said.err().lines().count(), said.err());
        assertTrue(said.err().contains(file + " does not hold a key"), said.err());
        assertTrue(said.err().contains("restore it from a backup"), said.err());
        assertTrue(said.err().contains("only a database that does not exist yet may get a new key"), said.err());
        assertFalse(said.err().contains("openssl"), said.err());
        assertEquals(damage, Files.readString(file, StandardCharsets.ISO_8859_1), "and is left as it is");
    }

    @Test
    void a_key_of_the_environment_that_is_none_is_told_by_its_variable() {
        var said = anInstallation().set("SYMBOLON_MASTER_KEY", "garbage").type("client", "list");
        assertEquals(1, said.status());
        var sentence =
                "symbolon: The master key in SYMBOLON_MASTER_KEY has to be 32 bytes in base64; set it to the key";
        assertTrue(said.err().startsWith(sentence), said.err());
        assertFalse(said.err().contains("garbage"), said.err());
    }

    @Test
    void a_key_file_that_is_gone_is_not_made_anew_by_a_command() throws Exception {
        var terminal = anInstallation();
        Files.delete(data().resolve("master.key"));
        assertTrue(terminal.type("client", "list").err().contains("There is no master key"));
        assertFalse(Files.exists(data().resolve("master.key")));
    }
}
