package dev.symbolon.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.symbolon.store.Databases;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/// A tenant goes out and comes in as a file; what cannot be is told, and nothing is overwritten.
@ParameterizedClass
@EnumSource(Databases.class)
class TransferCommandsTest {
    private static final String HEADER = "{\"format\":\"symbolon-tenant\",\"version\":1}\n";
    private static final String BCRYPT = "$2b$05$abcdefghijklmnopqrstuuHNbAKRhpaujgo33bRWs.NLUTJO3lOy2";

    @TempDir
    Path folder;

    private final Databases databases;
    private Terminal terminal;

    TransferCommandsTest(Databases databases) {
        this.databases = databases;
    }

    @BeforeEach
    void twoTenants() {
        terminal = new Terminal(folder.resolve("data")).set("SYMBOLON_DATABASE", databases.newUrl());
        terminal.good("init", "--issuer", "https://login.example.com", "--name", "Example");
        terminal.good("tenant", "add", "acme", "--issuer", "https://acme.example.com", "--name", "Acme");
    }

    private String given(String tenant, String... lines) {
        var said = terminal.pipe(HEADER + String.join("\n", lines) + "\n", "tenant", "import", "-", "--tenant", tenant);
        return said.status() + " " + said.out() + said.err();
    }

    private void furnish() {
        terminal.good("api", "add", "https://api.example", "--name", "Orders");
        var said = given(
                "default",
                "{\"type\":\"client\",\"client_id\":\"shop\",\"redirect_uris\":[\"https://a.example/cb\"],"
                        + "\"token_endpoint_auth_method\":\"client_secret_basic\",\"client_secrets\":[\""
                        + "s".repeat(40) + "\"],\"access\":{\"https://api.example\":\"read write\"}}",
                "{\"type\":\"client\",\"client_id\":\"off\",\"redirect_uris\":[],\"enabled\":false}",
                "{\"type\":\"connection\",\"connection_id\":\"database\",\"kind\":\"database\",\"sign_up\":false}",
                "{\"type\":\"connection\",\"connection_id\":\"hub\",\"kind\":\"github\",\"client_id\":\"c\","
                        + "\"client_secret\":\"upstream-secret\",\"clients\":[\"shop\"],\"default\":true}",
                "{\"type\":\"person\",\"sub\":\"ada\",\"email\":\"ada@example.com\",\"email_standing\":\"verified\","
                        + "\"name\":\"Ada\",\"address.locality\":\"London\",\"password_hash\":\"" + BCRYPT
                        + "\",\"identities\":[{\"connection_id\":\"hub\",\"sub\":\"17\",\"name\":\"ada\"}]}",
                "{\"type\":\"person\",\"sub\":\"dora\",\"email\":\"dora@example.com\",\"email_standing\":\"reported\","
                        + "\"active\":false}");
        assertTrue(said.startsWith("0 6 added, 0 there already, 0 refused.\n"), said);
    }

    private List<String> exported(String tenant) {
        return terminal.good("tenant", "export", "-", "--tenant", tenant)
                .lines()
                .skip(1)
                .toList();
    }

    @Test
    void a_tenant_is_the_same_in_another_one_but_for_secrets() throws IOException {
        furnish();
        var lines = exported("default");
        assertEquals(7, lines.size(), lines + "");
        assertTrue(String.join("\n", lines).contains(BCRYPT));
        assertFalse(String.join("\n", lines).contains("upstream-secret"));
        var file = folder.resolve("out.jsonl");
        terminal.good("tenant", "export", file.toString());
        assertEquals(
                "rw-------",
                java.nio.file.attribute.PosixFilePermissions.toString(Files.getPosixFilePermissions(file)));
        assertEquals(1, terminal.type("tenant", "export", file.toString()).status(), "it is there already");
        var first = terminal.type("tenant", "import", file.toString(), "--tenant", "acme");
        assertTrue(first.out().startsWith("7 added, 0 there already, 0 refused."), first.all());
        assertEquals(lines, exported("acme"));
        assertTrue(terminal.good("tenant", "import", file.toString(), "--tenant", "acme")
                .startsWith("0 added, 7 there already, 0 refused."));
        assertTrue(terminal.good("tenant", "export", "-", "--with-connection-secrets")
                .contains("\"client_secret\":\"upstream-secret\""));
        var events = terminal.good("events", "--tenant", "acme", "--kind", "import.");
        assertTrue(events.contains("import.begun") && events.contains("import.ended"), events);
        assertTrue(terminal.good("events", "--kind", "tenant.exported").contains("tenant.exported"));
    }

    @Test
    void what_is_there_already_stays_as_it_is() {
        furnish();
        var before = exported("default");
        var said = given(
                "default",
                "{\"type\":\"person\",\"sub\":\"ada\",\"email\":\"evil@example.com\"}",
                "{\"type\":\"person\",\"email\":\"ADA@example.com\",\"name\":\"Evil\"}",
                "{\"type\":\"person\",\"sub\":\"eve\",\"email\":\"ada@example.com\"}",
                "{\"type\":\"person\",\"sub\":\"eve\",\"identities\":[{\"connection_id\":\"hub\",\"sub\":\"17\"}]}",
                "{\"type\":\"client\",\"client_id\":\"shop\",\"redirect_uris\":[\"https://evil.example/cb\"]}",
                "{\"type\":\"connection\",\"connection_id\":\"hub\",\"kind\":\"github\",\"client_id\":\"x\"}");
        assertTrue(said.startsWith("0 0 added, 4 there already, 2 refused.\n"), said);
        assertTrue(
                said.contains("Line 4 was passed over: Somebody else of this tenant has this e-mail already."), said);
        assertTrue(said.contains("Line 5 was passed over: Somebody else of this tenant is 17 at connection hub"), said);
        assertEquals(before, exported("default"));
    }

    @Test
    void lines_that_cannot_be_are_told_with_their_number_and_passed_over() {
        var said = given(
                "acme",
                "nonsense",
                "[]",
                "",
                "{\"type\":\"operator\",\"sub\":\"ada\"}",
                "{\"type\":\"person\",\"sub\":\"a\",\"sub\":\"b\"}",
                "{\"type\":\"person\",\"sub\":\"a\\u0000b\"}",
                "{\"type\":\"person\"}",
                "{\"type\":\"client\",\"client_id\":\"n\",\"redirect_uris\":[],\"access\":{\"a\\u0000\":\"b\"}}",
                "{\"type\":\"person\",\"sub\":\"half\\ud800\"}",
                "{\"type\":\"person\",\"sub\":\"x\",\"role\":\"owner\"}",
                "{\"type\":\"person\",\"sub\":\"x\",\"password_hash\":\"$2b$31$" + "a".repeat(53) + "\"}",
                "{\"type\":\"person\",\"sub\":\"x\",\"identities\":[{\"connection_id\":\"nowhere\",\"sub\":\"1\"}]}",
                "{\"type\":\"client\",\"client_id\":\"symbolon-dashboard\",\"redirect_uris\":[]}",
                "{\"type\":\"client\",\"client_id\":\"c\",\"redirect_uris\":[\"javascript:alert(1)\"]}",
                "{\"type\":\"client\",\"client_id\":\"c\",\"redirect_uris\":[],"
                        + "\"access\":{\"https://acme.example.com/api/v1\":\"read:people\"}}",
                "{\"type\":\"connection\",\"connection_id\":\"UPPER\",\"kind\":\"github\"}",
                "{\"type\":\"connection\",\"connection_id\":\"database\",\"kind\":\"database\",\"enabled\":false}",
                "{\"type\":\"api\",\"identifier\":\"no uri\"}",
                "{\"type\":\"person\",\"sub\":\"last\",\"zoneinfo\":\"Europe/Paris\"}",
                "{\"type\":\"person\",\"sub\":\"" + "x".repeat(300_000) + "\"}");
        assertTrue(said.startsWith("0 1 added, 0 there already, 18 refused.\n"), said);
        assertTrue(said.contains("Line 2 was passed over: The line is not JSON"), said);
        assertTrue(said.contains("Line 12 was passed over: The cost of bcrypt is 31"), said);
        assertTrue(said.contains("Line 21 was passed over: The line is longer than"), said);
        assertFalse(said.contains("Line 4 "), said);
    }

    @Test
    void what_is_no_such_file_is_refused_at_its_first_line() {
        for (var text : List.of("", "\n", "{}", "{\"format\":\"symbolon-tenant\",\"version\":2}", "a,b\n1,2")) {
            var said = terminal.pipe(text, "tenant", "import", "-");
            assertEquals(1, said.status(), said.all());
        }
        assertEquals(
                1,
                terminal.type("tenant", "import", folder.resolve("none").toString())
                        .status());
        assertEquals(
                1,
                terminal.pipe(HEADER, "tenant", "import", "-", "--tenant", "nobody")
                        .status());
    }

    @Test
    void a_file_of_a_thousand_bad_lines_is_given_up() {
        var said = given("acme", "x\n".repeat(5_000));
        assertTrue(said.startsWith("1 "), said);
        assertTrue(said.contains("given up at line 1001"), said);
        assertTrue(said.contains("… and 900 more."), said);
    }
}
