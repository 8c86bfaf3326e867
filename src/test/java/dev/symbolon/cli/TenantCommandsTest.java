package dev.symbolon.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TenantCommandsTest {
    @TempDir
    Path folder;

    private Terminal terminal;

    @BeforeEach
    void twoTenants() {
        terminal = new Terminal(folder.resolve("data"));
        terminal.good("init", "--issuer", "https://login.example.com", "--name", "Example");
        terminal.good("tenant", "add", "acme", "--issuer", "https://acme.example.com", "--name", "Acme");
    }

    private void furnish(String tenant) {
        terminal.good("client", "add", "--id", "shop", "--callback", "https://a.example/cb", "--tenant", tenant);
        terminal.good("client", "add", "--id", "desk", "--callback", "https://a.example/cb", "--tenant", tenant);
        terminal.good("api", "add", "https://api.example", "--tenant", tenant);
        var said = terminal.pipe(
                "correct horse\n", "user", "add", "ada@example.com", "--password-stdin", "--tenant", tenant);
        assertEquals(0, said.status(), said.all());
    }

    @Test
    void a_name_is_changed_and_the_issuer_stays() {
        assertEquals("Tenant acme: changed\n", terminal.good("tenant", "update", "acme", "--name", "Acme Ltd"));
        assertTrue(terminal.good("tenant", "list").matches("(?s).*https://acme.example.com +Acme Ltd\n.*"));
        assertTrue(
                terminal.good("tenant", "update", "acme", "--name", "Acme Ltd").contains("nothing was changed"));
    }

    @Test
    void a_changed_issuer_says_which_applications_and_tokens_stop_working() {
        furnish("acme");
        var said = terminal.good("tenant", "update", "acme", "--issuer", "https://id.acme.example");
        assertTrue(said.contains("moved from https://acme.example.com to https://id.acme.example"), said);
        assertTrue(said.contains("2 applications (desk, shop) cannot sign anybody in until told the new issuer"), said);
        assertTrue(said.contains("access and ID tokens made until now name the old issuer"), said);
        assertTrue(said.contains("refresh tokens stay good"), said);
        assertTrue(terminal.good("tenant", "list").contains("https://id.acme.example"));
        assertTrue(terminal.good("client", "list", "--tenant", "acme").contains("shop"), "what is in it stays");
        var events = terminal.good("events", "--tenant", "acme", "--kind", "tenant.updated");
        assertTrue(events.contains("issuer=https://id.acme.example"), events);
    }

    @Test
    void a_host_that_another_tenant_has_is_refused() {
        var said = terminal.type("tenant", "update", "acme", "--issuer", "https://login.example.com");
        assertEquals(1, said.status());
        assertTrue(said.err().contains("Another tenant has the host login.example.com already"), said.err());
        var nobody = terminal.type("tenant", "update", "nobody", "--name", "x");
        assertTrue(nobody.err().contains("There is no tenant nobody"), nobody.err());
    }

    @Test
    void removing_without_yes_says_what_would_be_lost_and_removes_nothing() {
        furnish("acme");
        var said = terminal.type("tenant", "remove", "acme");
        assertEquals(1, said.status());
        assertEquals("", said.out());
        assertEquals(1, said.err().lines().count(), said.err());
        for (var words :
                new String[] {"https://acme.example.com", "2 applications, 1 API, 1 person, 3 signing keys", "--yes"}) {
            assertTrue(said.err().contains(words), said.err());
        }
        assertTrue(said.err().matches("(?s).*an audit trail of [0-9]+ events.*"), said.err());
        assertTrue(terminal.good("user", "list", "--tenant", "acme").contains("ada@example.com"));
    }

    @Test
    void removing_with_yes_forgets_the_tenant_and_it_can_be_made_anew() {
        furnish("acme");
        furnish("default");
        var before = terminal.good("keys", "list", "--tenant", "acme", "--json");
        assertTrue(terminal.good("tenant", "remove", "acme", "--yes").contains("Tenant acme is removed with 2 app"));
        assertFalse(terminal.good("tenant", "list").contains("acme"));
        assertTrue(terminal.type("client", "list", "--tenant", "acme").err().contains("no tenant acme"));
        assertTrue(terminal.good("client", "list").contains("shop"), "the other one keeps what it has");
        assertEquals(1, terminal.type("tenant", "remove", "acme", "--yes").status());

        terminal.good("tenant", "add", "acme", "--issuer", "https://acme.example.com");
        assertTrue(terminal.type("client", "list", "--tenant", "acme").err().contains("No application"));
        assertTrue(terminal.type("user", "list", "--tenant", "acme").err().contains("Nobody"));
        assertFalse(before.equals(terminal.good("keys", "list", "--tenant", "acme", "--json")), "with other keys");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "http://login.example.org",
                "http://192.168.1.7:8080",
                "http://localhost.example.org",
                "http://notlocalhost"
            })
    void an_issuer_in_the_clear_is_taken_with_a_note(String issuer) {
        var said = terminal.type("tenant", "add", "lan", "--issuer", issuer);
        assertEquals(0, said.status(), said.all());
        assertEquals(1, said.err().lines().count(), said.err());
        assertTrue(
                said.err().contains(issuer + " is plain http, so passwords, cookies and tokens travel in the clear"));
        assertTrue(terminal.type("tenant", "update", "lan", "--name", "x").err().contains("in the clear"));
        var other = new Terminal(folder.resolve("other"));
        assertTrue(other.type("init", "--issuer", issuer).err().contains("in the clear"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "http://localhost:8080",
                "http://acme.localhost:8080",
                "http://127.0.0.1:8080",
                "http://127.1.2.3",
                "http://[::1]:8080",
                "https://login.example.org"
            })
    void an_issuer_of_this_machine_or_on_https_has_no_note(String issuer) {
        assertEquals(
                "", terminal.type("tenant", "add", "near", "--issuer", issuer).err());
    }
}
