package dev.symbolon.faults;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.symbolon.spec.Site;
import java.io.IOException;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/// What an operator sees when a server cannot start, and when it stops: the packaged jar as a process.
final class StartingIT {
    private static Installed installed;

    @BeforeAll
    static void install() {
        installed = Installed.onSqlite();
        Jar.serve(installed.settings()).stop();
    }

    @AfterAll
    static void remove() {
        installed.close();
    }

    /// One sentence on the standard error, which has this in it; status 1; nothing else anywhere.
    private static String refusesToServe(Map<String, String> changes, String... said) {
        var settings = new HashMap<>(installed.settings());
        settings.put("SYMBOLON_SEED", "");
        settings.putAll(changes);
        var ended = Jar.run(settings, "serve");
        assertEquals(1, ended.status(), ended.toString());
        assertEquals(List.of(), ended.out());
        assertEquals(1, ended.err().size(), ended.toString());
        var sentence = ended.err().getFirst();
        assertTrue(sentence.startsWith("symbolon: "), sentence);
        assertFalse(sentence.contains("Exception"), sentence);
        for (var part : said) {
            assertTrue(sentence.contains(part), sentence);
        }
        return sentence;
    }

    @Test
    void another_master_key_is_refused() {
        refusesToServe(
                Map.of("SYMBOLON_MASTER_KEY", "b3RoZXItb3RoZXItb3RoZXItb3RoZXItb3RoZXItb3Q="),
                "master key is not the one",
                "start with that one");
    }

    @Test
    void a_master_key_that_is_none_is_refused_and_not_repeated() {
        var said = refusesToServe(Map.of("SYMBOLON_MASTER_KEY", "sekret"), "32 bytes", "openssl rand -base64 32");
        assertFalse(said.contains("sekret"), said);
    }

    @Test
    void a_lost_master_key_is_never_made_anew() {
        refusesToServe(Map.of("SYMBOLON_MASTER_KEY", ""), "There is no master key", "restore it");
        assertFalse(Files.exists(installed.folder().resolve("master.key")));
    }

    @Test
    void a_data_folder_that_is_a_file_is_refused() throws IOException {
        var file = Files.createTempFile("symbolon", ".file");
        refusesToServe(Map.of("SYMBOLON_DATA", file.toString()), file.toString(), "set SYMBOLON_DATA");
        Files.delete(file);
    }

    @Test
    void a_data_folder_that_cannot_be_made_is_refused() {
        refusesToServe(Map.of("SYMBOLON_DATA", "/proc/symbolon"), "/proc/symbolon", "set SYMBOLON_DATA");
    }

    @Test
    void a_data_folder_that_cannot_be_written_is_refused() {
        // Even root writes nothing there.
        refusesToServe(Map.of("SYMBOLON_DATA", "/proc/self"), "/proc/", "give this user the right to");
    }

    @Test
    void a_database_that_is_a_folder_is_refused() throws IOException {
        var folder = Files.createTempDirectory("symbolon");
        refusesToServe(Map.of("SYMBOLON_DATABASE", "sqlite:" + folder), folder.toString(), "has to be a file");
        Files.delete(folder);
    }

    @Test
    void a_file_that_is_no_database_is_refused_and_left_as_it_is() throws IOException {
        var file = Files.createTempFile("symbolon", ".db");
        var letter = "This is somebody's letter, not a database. ".repeat(200);
        Files.writeString(file, letter);
        refusesToServe(Map.of("SYMBOLON_DATABASE", "sqlite:" + file), file.toString(), "restore it from a backup");
        assertEquals(letter, Files.readString(file));
        Files.delete(file);
    }

    @Test
    void a_database_server_that_is_not_there_is_refused_without_its_password() throws IOException {
        int nobody;
        try (var socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            nobody = socket.getLocalPort();
        }
        var url = "postgresql://symbolon:sekret@127.0.0.1:" + nobody + "/symbolon";
        var said = refusesToServe(Map.of("SYMBOLON_DATABASE", url), "PostgreSQL does not let us in", "host, port");
        assertFalse(said.contains("sekret"), said);
    }

    @Test
    void a_port_that_another_program_has_is_refused_by_its_setting() throws IOException {
        try (var taken = new ServerSocket(0, 1, InetAddress.getByName("127.0.0.1"))) {
            var port = Integer.toString(taken.getLocalPort());
            refusesToServe(Map.of("SYMBOLON_PORT", port), "Port " + port, "set SYMBOLON_PORT");
            refusesToServe(Map.of("SYMBOLON_MANAGEMENT_PORT", port), "Port " + port, "set SYMBOLON_MANAGEMENT_PORT");
        }
    }

    @Test
    void an_address_that_is_not_this_machines_is_refused() {
        // RFC 5737: nobody's address; RFC 6761: nobody's name.
        refusesToServe(Map.of("SYMBOLON_ADDRESS", "203.0.113.7"), "203.0.113.7", "set SYMBOLON_ADDRESS");
        refusesToServe(Map.of("SYMBOLON_ADDRESS", "nowhere.invalid"), "nowhere.invalid", "set SYMBOLON_ADDRESS");
    }

    @Test
    void an_unknown_setting_is_refused_with_the_nearest_one() {
        refusesToServe(Map.of("SYMBOLON_PROT", "8080"), "no setting SYMBOLON_PROT", "SYMBOLON_PORT", "print-config");
    }

    @Test
    void an_impossible_value_is_refused_with_what_is_possible() {
        refusesToServe(Map.of("SYMBOLON_CODE_LIFE", "soon"), "SYMBOLON_CODE_LIFE", "a duration", "15m");
        refusesToServe(Map.of("SYMBOLON_PORT", "99999"), "SYMBOLON_PORT has to be 0 to 65535");
    }

    @Test
    void a_seed_that_is_not_there_is_refused() {
        refusesToServe(Map.of("SYMBOLON_SEED", "/nowhere/symbolon.yaml"), "/nowhere/symbolon.yaml", "cannot be read");
    }

    @Test
    void an_installation_without_a_tenant_is_refused_with_the_way_to_make_one() throws IOException {
        var folder = Files.createTempDirectory("symbolon");
        refusesToServe(Map.of("SYMBOLON_DATA", folder.toString()), "no tenant to serve", "symbolon init --issuer");
        try (var files = Files.list(folder)) {
            for (var file : files.toList()) {
                Files.delete(file);
            }
        }
        Files.delete(folder);
    }

    @Test
    void the_packaged_program_tells_its_version() {
        var ended = Jar.run(Map.of(), "--version");
        assertEquals(0, ended.status(), ended.toString());
        assertTrue(ended.out().getFirst().matches("symbolon [0-9]+\\.[0-9]+\\.[0-9]+.*"), ended.toString());
    }

    @Test
    void a_stop_closes_the_port_and_leaves_one_whole_file() {
        var server = installed.serve();
        var browser = Installed.browser(server);
        var page = browser.follow(browser.get(Site.authorize(Site.request("spa"))));
        var signedIn = browser.post("/login", Site.login(page, Installed.email(0), Site.PASSWORD));
        assertEquals("in", signedIn.signIn(), signedIn.body());

        var ended = server.stop();
        assertEquals(128 + 15, ended.status(), ended.toString());
        assertEquals(List.of(), ended.err());
        assertThrows(ConnectException.class, () -> new Socket("127.0.0.1", server.port()).close());
        assertTrue(Files.exists(file("symbolon.db")));
        assertFalse(Files.exists(file("symbolon.db-wal")), "the journal is written back");

        try (var again = installed.serve()) {
            var back = browser.at(again.address()).get(Site.authorize(Site.request("spa", Map.of("prompt", "none"))));
            assertFalse(back.redirect().text("code").isEmpty(), back.location());
        }
    }

    private static Path file(String name) {
        return installed.folder().resolve(name);
    }
}
