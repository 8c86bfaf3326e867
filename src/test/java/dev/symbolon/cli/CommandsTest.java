package dev.symbolon.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.symbolon.Config;
import dev.symbolon.House;
import dev.symbolon.crypto.Purpose;
import dev.symbolon.oauth.ClientId;
import dev.symbolon.oauth.TenantId;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CommandsTest {
    private static final ObjectMapper JSON = new ObjectMapper();

    @TempDir
    Path folder;

    private Terminal terminal;

    @BeforeEach
    void anInstallation() {
        terminal = new Terminal(folder.resolve("data"));
        terminal.good("init", "--issuer", "https://login.example.com", "--name", "Example");
    }

    private static JsonNode json(String text) {
        try {
            return JSON.readTree(text);
        } catch (IOException e) {
            throw new AssertionError(text, e);
        }
    }

    @Test
    void init_makes_a_folder_and_a_key_that_only_this_user_reads_and_a_second_one_changes_nothing() throws IOException {
        var data = folder.resolve("data");
        var key = Files.readString(data.resolve("master.key"));
        assertEquals("[OWNER_READ, OWNER_WRITE]", mode(data.resolve("master.key")));
        assertEquals("[OWNER_READ, OWNER_WRITE, OWNER_EXECUTE]", mode(data));
        assertTrue(
                terminal.good("init", "--issuer", "https://login.example.com").contains("as before"));
        assertEquals(key, Files.readString(data.resolve("master.key")));
        var other = terminal.type("init", "--issuer", "https://other.example.com");
        assertEquals(1, other.status());
        assertTrue(other.err().contains("There is a tenant default already, at https://login.example.com"));
    }

    private static String mode(Path path) throws IOException {
        return Files.getPosixFilePermissions(path).stream().sorted().toList().toString();
    }

    @Test
    void a_public_client_gets_the_defaults_and_no_secret() {
        var said = terminal.good("client", "add", "--id", "web", "--callback", "https://app.example/cb", "--json");
        var client = json(said);
        assertEquals("none", client.path("token_endpoint_auth_method").asText());
        assertEquals("web", client.path("client_name").asText());
        assertTrue(client.path("first_party").asBoolean());
        assertTrue(client.path("pkce_required").asBoolean());
        assertEquals("RS256", client.path("id_token_signed_response_alg").asText());
        assertEquals("1h", client.path("access_token_life").asText());
        assertEquals(
                "openid profile email address phone offline_access",
                client.path("scope").asText());
        assertTrue(client.path("client_secret").isMissingNode());
    }

    @Test
    void a_confidential_clients_secret_is_shown_once_and_stored_only_as_a_digest() throws IOException {
        var said =
                terminal.type("client", "add", "--id", "back", "--confidential", "--callback", "https://a.example/cb");
        assertEquals(0, said.status());
        var secret = said.out()
                .lines()
                .filter(line -> line.startsWith("client_secret"))
                .findFirst()
                .orElseThrow()
                .replace("client_secret", "")
                .strip();
        assertEquals(43, secret.length());
        assertTrue(said.err().contains("Keep the secret now"));
        assertFalse(terminal.good("client", "show", "back").contains(secret));
        assertFalse(terminal.good("client", "list", "--json").contains(secret));
        assertFalse(Files.readString(folder.resolve("data/symbolon.db"), java.nio.charset.StandardCharsets.ISO_8859_1)
                .contains(secret));
        assertTrue(isSecret("back", secret));
    }

    @Test
    void a_second_secret_leaves_the_first_one_good_and_only_stops_it() {
        terminal.good("client", "add", "--id", "back", "--confidential", "--callback", "https://a.example/cb");
        var first = json(terminal.good("client", "secret", "back", "--json"))
                .path("client_secret")
                .asText();
        var second = json(terminal.good("client", "secret", "back", "--json"))
                .path("client_secret")
                .asText();
        assertNotEquals(first, second);
        assertTrue(isSecret("back", first) && isSecret("back", second));
        var only = json(terminal.good("client", "secret", "back", "--only", "--json"))
                .path("client_secret")
                .asText();
        assertTrue(isSecret("back", only));
        assertFalse(isSecret("back", first) || isSecret("back", second));
    }

    private boolean isSecret(String client, String secret) {
        var config = Config.read(Map.of("SYMBOLON_DATA", folder.resolve("data").toString()));
        try (var house = House.open(config, InstantSource.fixed(Terminal.NOW), new SecureRandom())) {
            var host = house.hosts().find(new TenantId("default")).orElseThrow();
            return house.clients().secrets(host.id(), new ClientId(client), Terminal.NOW).stream()
                    .anyMatch(hash -> host.sealer().matches(Purpose.CLIENT_SECRET, secret, hash));
        }
    }

    @Test
    void an_update_changes_what_it_names_and_nothing_else() {
        terminal.good(
                "client",
                "add",
                "--id",
                "web",
                "--callback",
                "https://a.example/cb",
                "--callback",
                "https://b.example/cb",
                "--third-party",
                "--access-token-life",
                "15m");
        terminal.good("client", "update", "web", "--name", "Shop", "--web-origin", "https://c.example");
        var client = json(terminal.good("client", "show", "web", "--json"));
        assertEquals("Shop", client.path("client_name").asText());
        assertEquals(List.of("https://a.example/cb", "https://b.example/cb"), texts(client.path("redirect_uris")));
        assertEquals(List.of("https://c.example"), texts(client.path("web_origins")));
        assertFalse(client.path("first_party").asBoolean());
        assertEquals("15m", client.path("access_token_life").asText());
        terminal.good("client", "update", "web", "--web-origin", "", "--callback", "https://d.example/cb");
        client = json(terminal.good("client", "show", "web", "--json"));
        assertEquals(List.of(), texts(client.path("web_origins")));
        assertEquals(List.of("https://d.example/cb"), texts(client.path("redirect_uris")));
    }

    private static List<String> texts(JsonNode array) {
        return array.valueStream().map(JsonNode::asText).toList();
    }

    @Test
    void a_public_client_that_becomes_confidential_gets_a_secret() {
        terminal.good("client", "add", "--id", "web", "--callback", "https://a.example/cb");
        var changed = json(terminal.good("client", "update", "web", "--confidential", "--json"));
        assertEquals(43, changed.path("client_secret").asText().length());
        var again = json(terminal.good("client", "update", "web", "--name", "Web", "--json"));
        assertTrue(again.path("client_secret").isMissingNode());
    }

    @Test
    void what_no_client_can_be_is_refused_with_the_reason() {
        failsWith("at least one callback", "client", "add", "--id", "web");
        failsWith("fragment", "client", "add", "--callback", "https://a.example/cb#x");
        failsWith("wildcard", "client", "add", "--callback", "https://*.example/cb");
        failsWith("javascript", "client", "add", "--callback", "javascript:alert(1)");
        failsWith("cannot do without PKCE", "client", "add", "--callback", "https://a.example/", "--no-pkce");
        failsWith("web origin is", "client", "add", "--callback", "https://a.example/", "--web-origin", "https://b/x");
        failsWith("web origin is", "client", "add", "--callback", "https://a.example/", "--web-origin", "*");
        failsWith("cannot outlive", "client", "add", "--callback", "https://a.example/", "--refresh-idle", "100d");
        failsWith("between", "client", "add", "--callback", "https://a.example/", "--access-token-life", "1m");
        terminal.good("client", "add", "--id", "web", "--callback", "https://a.example/cb");
        failsWith("client web already", "client", "add", "--id", "web", "--callback", "https://a.example/cb");
        failsWith("no client nobody", "client", "show", "nobody");
        failsWith("no client nobody", "client", "update", "nobody", "--name", "x");
        failsWith("is public", "client", "secret", "web");
        failsWith("no tenant elsewhere", "client", "list", "--tenant", "elsewhere");
    }

    private void failsWith(String words, String... command) {
        var said = terminal.type(command);
        assertEquals(1, said.status(), String.join(" ", command) + ": " + said.all());
        assertTrue(said.err().contains(words), said.err());
        assertEquals(1, said.err().lines().count(), said.err());
        assertEquals("", said.out());
    }

    @Test
    void a_callback_without_tls_is_taken_with_a_note() {
        var said = terminal.type("client", "add", "--callback", "http://app.example/cb");
        assertEquals(0, said.status());
        assertTrue(said.err().contains("plain http"), said.err());
        assertEquals(
                "",
                terminal.type("client", "add", "--callback", "http://localhost:3000/cb")
                        .err());
    }

    @Test
    void a_client_is_disabled_enabled_and_removed() {
        terminal.good("client", "add", "--id", "web", "--callback", "https://a.example/cb");
        assertTrue(terminal.good("client", "disable", "web").contains("is disabled"));
        assertTrue(terminal.good("client", "disable", "web").contains("already"));
        assertTrue(terminal.good("client", "list").contains("disabled"));
        assertTrue(terminal.good("client", "enable", "web").contains("is enabled"));
        assertTrue(terminal.good("client", "remove", "web").contains("is removed"));
        assertTrue(terminal.type("client", "list").err().contains("register one with"));
    }

    @Test
    void a_wrong_line_is_a_usage_error_that_names_the_help() {
        var said = terminal.type("client", "add", "--calback", "https://a.example/cb");
        assertEquals(2, said.status());
        assertTrue(said.err().contains("--calback") && said.err().contains("symbolon client add --help"), said.err());
        assertEquals(2, terminal.type("client").status());
        assertEquals(2, terminal.type("clinet", "list").status());
        assertEquals(2, terminal.type("tenant", "add", "acme").status());
        assertEquals(
                2, terminal.type("client", "add", "--public", "--confidential").status());
        assertEquals(
                2, terminal.type("client", "add", "--access-token-life", "soon").status());
        assertEquals(2, terminal.type("client", "add", "--alg", "HS256").status());
        assertEquals(
                2,
                terminal.type("client", "add", "--auth-method", "private_key_jwt")
                        .status());
        assertEquals(2, terminal.type("refusals", "--limit", "many").status());
    }

    @Test
    void every_command_explains_itself() {
        for (var words : List.of(
                "",
                "serve",
                "init",
                "seed",
                "migrate",
                "print-config",
                "backup",
                "restore",
                "move",
                "refusals",
                "events",
                "purge",
                "client add",
                "client list",
                "client show",
                "client update",
                "client remove",
                "client enable",
                "client disable",
                "client secret",
                "connection add",
                "connection list",
                "connection show",
                "connection update",
                "connection remove",
                "connection default",
                "connection enable",
                "connection disable",
                "user identities",
                "user unlink",
                "user add",
                "user list",
                "user show",
                "user disable",
                "user enable",
                "user password",
                "user remove",
                "user update",
                "user consents",
                "user revoke",
                "tenant add",
                "tenant list",
                "tenant update",
                "tenant remove",
                "api add",
                "api list",
                "api remove",
                "keys list",
                "keys rotate",
                "keys withdraw")) {
            var said = terminal.type((words + " --help").strip().split(" "));
            assertEquals(0, said.status(), words);
            assertTrue(said.out().contains("Usage: " + ("symbolon " + words).strip()), said.all());
            said.out().lines().forEach(line -> assertTrue(line.length() <= 100, line));
        }
        assertFalse(terminal.type("--help").out().contains("rehearse"));
    }

    @Test
    void a_person_is_added_suspended_and_removed() {
        var said = terminal.pipe(
                "correct horse\n",
                "user",
                "add",
                "Ada@example.com",
                "--name",
                "Ada Lovelace",
                "--verified",
                "--password-stdin");
        assertEquals(0, said.status(), said.all());
        var ada = json(terminal.good("user", "show", "ada@EXAMPLE.com", "--json"));
        assertEquals("Ada Lovelace", ada.path("name").asText());
        assertTrue(ada.path("email_verified").asBoolean());
        assertEquals(ada, json(terminal.good("user", "show", ada.path("sub").asText(), "--json")));
        assertEquals(
                1,
                terminal.pipe("correct horse\n", "user", "add", "ada@example.com", "--password-stdin")
                        .status());
        assertTrue(terminal.good("user", "disable", "ada@example.com").contains("suspended and signed out"));
        assertTrue(terminal.good("user", "list").contains("suspended"));
        assertTrue(terminal.good("user", "enable", "ada@example.com").contains("can sign in again"));
        assertEquals(
                0,
                terminal.pipe("another horse\n", "user", "password", "ada@example.com", "--password-stdin")
                        .status());
        assertTrue(terminal.good("user", "remove", "ada@example.com").contains("is removed"));
        failsWith("Nobody in tenant default", "user", "show", "ada@example.com");
    }

    @Test
    void a_password_comes_through_a_pipe_and_never_as_an_argument() {
        assertEquals(
                2,
                terminal.type("user", "add", "a@example.com", "--password", "correct horse")
                        .status());
        failsWith("--password-stdin", "user", "add", "a@example.com");
        failsWith("No password came", "user", "add", "a@example.com", "--password-stdin");
        var shortOne = terminal.pipe("short\n", "user", "add", "a@example.com", "--password-stdin");
        assertEquals(1, shortOne.status());
        assertTrue(shortOne.err().contains("at least 8 characters"), shortOne.err());
        var noAddress = terminal.pipe("correct horse\n", "user", "add", "nobody", "--password-stdin");
        assertTrue(noAddress.err().contains("not an e-mail address"), noAddress.err());
    }

    @Test
    void a_tenant_is_an_issuer_with_keys_of_its_own() {
        terminal.good("tenant", "add", "acme", "--issuer", "https://acme.example.com", "--name", "Acme");
        assertTrue(terminal.good("tenant", "list").contains("https://acme.example.com"));
        failsWith("tenant acme already", "tenant", "add", "acme", "--issuer", "https://x.example.com");
        failsWith("has the host acme.example.com", "tenant", "add", "x", "--issuer", "https://acme.example.com");
        failsWith("nothing behind it", "tenant", "add", "y", "--issuer", "https://y.example.com/path");
        failsWith("lower-case letters", "tenant", "add", "No Name", "--issuer", "https://y.example.com");
        var mine = json(terminal.good("keys", "list", "--json"));
        var theirs = json(terminal.good("keys", "list", "--tenant", "acme", "--json"));
        assertEquals(3, mine.size());
        assertEquals(3, theirs.size());
        mine.forEach(
                key -> assertFalse(theirs.toString().contains(key.path("kid").asText())));
    }

    @Test
    void a_key_that_somebody_may_know_is_withdrawn_when_the_next_one_signs() {
        var leaked = json(terminal.good("keys", "list", "--json"))
                .findValuesAsText("kid")
                .getFirst();
        failsWith("make the next one first", "keys", "withdraw", "--", leaked);
        failsWith("publishes no key nothing", "keys", "withdraw", "nothing");
        terminal.good("keys", "rotate", "--now");
        terminal.good("keys", "withdraw", "--", leaked);
        assertFalse(terminal.good("keys", "list").contains(leaked));
    }

    @Test
    void a_key_is_published_before_it_signs_unless_it_has_to_sign_now() {
        terminal.good("keys", "rotate", "--alg", "RS256");
        assertTrue(terminal.good("keys", "list").contains("published, signs later"));
        terminal.good("keys", "rotate", "--alg", "ES256", "--now");
        var es256 = json(terminal.good("keys", "list", "--json"))
                .valueStream()
                .filter(key -> key.path("alg").asText().equals("ES256"))
                .map(key -> key.path("state").asText())
                .toList();
        assertEquals(List.of("retired, still published", "signs"), es256);
    }

    @Test
    void an_api_is_made_known_changed_and_forgotten() {
        terminal.good("api", "add", "https://api.example.com", "--name", "API", "--access-token-life", "10m");
        assertTrue(terminal.good("api", "list").contains("10m"));
        terminal.good("api", "add", "https://api.example.com", "--access-token-life", "20m");
        assertEquals(1, json(terminal.good("api", "list", "--json")).size());
        terminal.good("api", "remove", "https://api.example.com");
        failsWith("knows no API", "api", "remove", "https://api.example.com");
        failsWith("absolute URI", "api", "add", "orders");
        var words = "api add https://api.example.com --permission read:orders=See+your+orders --permission write"
                .split(" ");
        terminal.good(java.util.Arrays.stream(words)
                .map(word -> word.replace('+', ' '))
                .toArray(String[]::new));
        assertTrue(terminal.good("api", "list").contains("read:orders write"));
        terminal.good("api", "add", "https://api.example.com", "--name", "It keeps its permissions");
        var permissions = json(terminal.good("api", "list", "--json")).get(0).get("permissions");
        assertEquals("See your orders", permissions.get("read:orders").textValue());
        assertEquals("", permissions.get("write").textValue());
        failsWith("OpenID Connect says", "api", "add", "https://api.example.com", "--permission", "email=Mail");
        failsWith("word of scope", "api", "add", "https://api.example.com", "--permission", "two words");
        terminal.good("api", "add", "https://api.example.com", "--permission", "");
        assertEquals(
                0,
                json(terminal.good("api", "list", "--json"))
                        .get(0)
                        .get("permissions")
                        .size());
        failsWith("between", "api", "add", "https://api.example.com", "--access-token-life", "31d");
    }

    @Test
    void the_quiet_commands_work_on_an_empty_installation() {
        assertTrue(terminal.good("migrate").contains("is up to date"));
        assertTrue(terminal.good("purge").contains("dead rows"));
        assertTrue(terminal.type("refusals").err().contains("Nothing was refused"));
        assertEquals("[ ]", terminal.good("refusals", "--json").strip());
    }

    @Test
    void print_config_shows_what_holds_and_no_secret() {
        terminal.set("SYMBOLON_DEMO_PASSWORD", "hunter2hunter2").set("SYMBOLON_PORT", "8181");
        var shown = terminal.good("print-config");
        assertTrue(shown.contains("\nSYMBOLON_PORT=8181\n"), shown);
        assertTrue(shown.contains("\nSYMBOLON_DEMO_PASSWORD=***\n"), shown);
        assertTrue(shown.contains("\n# SYMBOLON_CODE_LIFE=1m\n"), shown);
        assertFalse(shown.contains("hunter2"));
    }
}
