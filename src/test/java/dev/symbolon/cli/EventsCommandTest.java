package dev.symbolon.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class EventsCommandTest {
    @TempDir
    Path folder;

    private Terminal terminal;

    @BeforeEach
    void anInstallation() {
        terminal = new Terminal(folder.resolve("data"));
        terminal.good("init", "--issuer", "https://login.example.com");
        terminal.good("client", "add", "--id", "web", "--callback", "https://a.example/cb");
        terminal.good("client", "disable", "web");
    }

    private JsonNode events(String... more) {
        var words = new java.util.ArrayList<>(List.of("events", "--json"));
        words.addAll(List.of(more));
        try {
            return new ObjectMapper().readTree(terminal.good(words.toArray(String[]::new)));
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    private static List<String> kinds(JsonNode events) {
        return events.valueStream().map(event -> event.path("kind").asText()).toList();
    }

    @Test
    void the_audit_trail_is_shown_newest_first() {
        var kinds = kinds(events());
        assertEquals(List.of("client.disabled", "client.added"), kinds.subList(0, 2));
        assertEquals("tenant.added", kinds.getLast());
        assertEquals("web", events().get(0).path("client_id").asText());
        assertEquals(Terminal.NOW.toString(), events().get(0).path("at").asText());
        assertEquals(
                "RS256",
                events("--kind", "signing_key")
                        .get(2)
                        .path("detail")
                        .path("algorithm")
                        .asText());
        var table = terminal.good("events");
        assertTrue(table.startsWith("seq "), table);
        assertTrue(table.contains("issuer=https://login.example.com"), table);
    }

    @Test
    void it_is_read_page_after_page() {
        var all = events();
        var said = terminal.type("events", "--limit", "2");
        assertEquals(3, said.out().lines().count(), said.out());
        var before = all.get(1).path("seq").asText();
        assertEquals("Older ones: --before " + before + "\n", said.err());
        var rest = events("--before", before, "--limit", "100");
        assertEquals(all.size() - 2, rest.size());
        assertEquals(all.get(2), rest.get(0));
    }

    @Test
    void only_one_kind_is_shown_when_asked_for() {
        assertEquals(List.of("client.disabled", "client.added"), kinds(events("--kind", "client.")));
        assertTrue(terminal.type("events", "--kind", "nothing").err().contains("There is no such event"));
        assertEquals(
                "[ ]", terminal.good("events", "--kind", "nothing", "--json").strip());
    }

    @Test
    void a_place_that_is_no_number_is_a_usage_error() {
        assertEquals(2, terminal.type("events", "--before", "yesterday").status());
        assertEquals(2, terminal.type("events", "--limit", "all").status());
    }
}
