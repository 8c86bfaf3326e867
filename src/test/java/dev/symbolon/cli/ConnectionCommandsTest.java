package dev.symbolon.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.symbolon.Config;
import dev.symbolon.House;
import dev.symbolon.connection.Enlistment;
import dev.symbolon.oauth.Account;
import dev.symbolon.oauth.Connection.Kind;
import dev.symbolon.oauth.ConnectionId;
import dev.symbolon.oauth.Email;
import dev.symbolon.oauth.Profile;
import dev.symbolon.oauth.Subject;
import dev.symbolon.oauth.TenantId;
import dev.symbolon.oauth.UpstreamUser;
import dev.symbolon.store.Identities;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ConnectionCommandsTest {
    private static final TenantId TENANT = new TenantId("default");
    private static final String SECRET = "GOCSPX-quite-a-secret";

    @TempDir
    Path folder;

    private Terminal terminal;

    @BeforeEach
    void anInstallation() {
        terminal = new Terminal(folder.resolve("data"));
        terminal.good("init", "--issuer", "https://login.example.com");
    }

    private static JsonNode json(String text) {
        try {
            return new ObjectMapper().readTree(text);
        } catch (IOException e) {
            throw new AssertionError(text, e);
        }
    }

    private JsonNode shown(String id) {
        return json(terminal.good("connection", "show", id, "--json"));
    }

    private void failsWith(int status, String words, String... command) {
        var said = terminal.type(command);
        assertEquals(status, said.status(), said.all());
        assertTrue(said.err().startsWith("symbolon: ") && said.err().contains(words), said.err());
        assertEquals(status, said.err().lines().count(), said.err());
        assertEquals("", said.out());
    }

    private void inHouse(Consumer<House> work) {
        var config = Config.read(Map.of("SYMBOLON_DATA", folder.resolve("data").toString()));
        try (var house = House.enter(config, InstantSource.fixed(Terminal.NOW), new SecureRandom())) {
            work.accept(house);
        }
    }

    private Optional<String> secret(String id) {
        var found = new ArrayList<Optional<String>>();
        inHouse(house -> found.add(new Enlistment(house.connections(), house.clients())
                .secret(house.hosts().find(TENANT).orElseThrow(), new ConnectionId(id), Terminal.NOW)));
        return found.getFirst();
    }

    @Test
    void what_is_added_is_told_with_its_redirect_uri_and_the_next_step() {
        var said = terminal.pipe(
                SECRET + "\n",
                "connection",
                "add",
                "google",
                "--kind",
                "google",
                "--client-id",
                "c.apps.googleusercontent.com",
                "--client-secret-stdin");
        assertEquals(
                new Terminal.Said(
                        0,
                        "Connection google is added in tenant default.\n"
                                + "redirect_uri  https://login.example.com/callback\n"
                                + "Next: put this redirect URI into the OAuth client at Google, under \"Authorized"
                                + " redirect URIs\".\n",
                        ""),
                said);
        assertEquals(Optional.of(SECRET), secret("google"));
        var google = shown("google");
        assertEquals("c.apps.googleusercontent.com", google.path("client_id").asText());
        assertEquals("openid email profile", google.path("scope").asText());
        assertEquals("Google", google.path("label").asText());
        assertEquals("google", google.path("name").asText());
        assertEquals(
                "https://login.example.com/callback",
                google.path("redirect_uri").asText());
        for (var yes : List.of("sign_up", "trust_email", "sync_profile", "enabled", "has_client_secret")) {
            assertTrue(google.path(yes).asBoolean(), yes);
        }
        assertFalse(google.path("default").asBoolean());
    }

    @Test
    void a_secret_comes_through_a_pipe_or_the_environment_and_is_never_shown_again() throws IOException {
        var add = new String[] {"connection", "add", "gh", "--kind", "github", "--client-id", "c", "", "GH_SECRET"};
        add[7] = "--client-secret";
        assertEquals(2, terminal.type(add).status(), "no option takes it");
        add[7] = "--client-secret-env";
        failsWith(1, "--client-secret-env names GH_SECRET, which is not set; export it first.", add);
        terminal.set("GH_SECRET", SECRET).good(add);
        assertEquals(Optional.of(SECRET), secret("gh"));
        for (var said : List.of(
                terminal.good("connection", "show", "gh"),
                terminal.good("connection", "show", "gh", "--json"),
                terminal.good("connection", "list", "--json"),
                terminal.good("events", "--json"))) {
            assertFalse(said.contains(SECRET), said);
        }
        var database = folder.resolve("data/symbolon.db");
        assertFalse(Files.readString(database, StandardCharsets.ISO_8859_1).contains(SECRET));
        terminal.pipe("another\n", "connection", "update", "gh", "--client-secret-stdin");
        assertEquals(Optional.of("another"), secret("gh"));
        failsWith(
                2,
                "--client-secret-stdin and --client-secret-env exclude each other",
                "connection",
                "update",
                "gh",
                "--client-secret-stdin",
                "--client-secret-env",
                "GH_SECRET");
        failsWith(1, "No client secret came through the pipe", "connection", "update", "gh", "--client-secret-stdin");
    }

    @Test
    void a_provider_without_a_secret_and_codes_without_a_mail_server_are_told_with_a_note() {
        var google = terminal.type("connection", "add", "g", "--kind", "google", "--client-id", "c");
        assertEquals(
                "Note: connection g has no client secret, and the other server gives no tokens without one.\n",
                google.err());
        var oidc = terminal.type(
                "connection", "add", "o", "--kind", "oidc", "--client-id", "c", "--issuer", "https://id.example.com");
        assertTrue(oidc.err().contains("public client"), oidc.err());
        var mail = terminal.type("connection", "add", "m", "--kind", "passwordless_email");
        assertTrue(mail.err().contains("SYMBOLON_SMTP"), mail.err());
        assertFalse(mail.out().contains("redirect_uri"), mail.out());
        assertEquals(
                "",
                terminal.type("connection", "update", "database", "--label", "Password")
                        .err());
    }

    @Test
    void a_link_to_try_a_connection_out_is_printed_alone_and_opens_for_a_quarter_of_an_hour() {
        terminal.good("connection", "add", "g", "--kind", "google", "--client-id", "c");
        var said = terminal.type("connection", "test", "g");
        assertEquals(0, said.status(), said.all());
        assertTrue(said.err().contains("within 15 minutes"), said.err());
        var link = said.out().strip();
        var before = "https://login.example.com/connections/test?token=";
        assertTrue(link.startsWith(before) && link.lines().count() == 1, link);
        inHouse(house -> {
            var enlistment = new Enlistment(house.connections(), house.clients());
            var host = house.hosts().find(TENANT).orElseThrow();
            var token = link.substring(before.length());
            var lastly = Terminal.NOW.plus(Duration.ofMinutes(15));
            assertEquals(
                    "g",
                    enlistment
                            .tested(host, token, lastly.minusMillis(1))
                            .orElseThrow()
                            .id()
                            .value());
            assertEquals(Optional.empty(), enlistment.tested(host, token, lastly));
            assertEquals(Optional.empty(), enlistment.tested(host, token + "A", Terminal.NOW));
        });
        failsWith(1, "nothing to try out", "connection", "test", "database");
        failsWith(1, "There is no connection nobody", "connection", "test", "nobody");
    }

    @Test
    void an_oauth2_connection_is_added_with_its_addresses_and_its_mapping() {
        terminal.good(
                "connection",
                "add",
                "forge",
                "--kind",
                "oauth2",
                "--client-id",
                "c",
                "--scope",
                " read_user  profile ",
                "--authorize-url",
                "https://forge.example.com/authorize",
                "--token-url",
                "https://forge.example.com/token",
                "--userinfo-url",
                "https://forge.example.com/user",
                "--map",
                "sub=id",
                "--map",
                "name=user.name");
        var forge = shown("forge");
        assertEquals("https://forge.example.com/token", forge.path("token_url").asText());
        assertEquals("read_user profile", forge.path("scope").asText());
        assertEquals("user.name", forge.path("mapping").path("name").asText());
        assertTrue(terminal.good("connection", "show", "forge").matches("(?s).*\nmapping +name=user.name sub=id\n.*"));
        failsWith(2, "--map is CLAIM=PATH", "connection", "update", "forge", "--map", "sub");
        failsWith(2, "mapped twice", "connection", "update", "forge", "--map", "sub=a", "--map", "sub=b");
        failsWith(1, "needs a mapping with sub", "connection", "update", "forge", "--map", "");
        terminal.good("connection", "update", "forge", "--map", "sub=key", "--scope", "");
        assertEquals("{\"sub\":\"key\"}", shown("forge").path("mapping").toString());
        assertEquals("", shown("forge").path("scope").asText());
    }

    @Test
    void an_update_changes_what_it_names_and_nothing_else() {
        terminal.good("client", "add", "--id", "web", "--callback", "https://a.example/cb");
        terminal.good("connection", "add", "g", "--kind", "google", "--client-id", "c", "--client", "web");
        var before = shown("g");
        terminal.good("connection", "update", "g", "--no-sign-up", "--no-trust-email", "--no-sync-profile");
        var after = shown("g");
        for (var no : List.of("sign_up", "trust_email", "sync_profile")) {
            assertFalse(after.path(no).asBoolean(), no);
        }
        assertEquals("[\"web\"]", after.path("clients").toString());
        assertEquals(before.path("client_id"), after.path("client_id"));
        terminal.good("connection", "update", "g", "--sign-up", "--client", "", "--name", "people", "--label", "G");
        assertTrue(shown("g").path("sign_up").asBoolean());
        assertEquals("[]", shown("g").path("clients").toString());
        assertEquals("people", shown("g").path("name").asText());
        assertEquals(
                "Connection g is changed.\n",
                terminal.type("connection", "update", "g", "--label", "H").out());
    }

    @Test
    void what_no_connection_can_be_is_refused_with_the_reason() {
        failsWith(2, "There is no kind gogle; there are database,", "connection", "add", "g", "--kind", "gogle");
        failsWith(1, "A connection's id has 1 to 64", "connection", "add", "G", "--kind", "google");
        failsWith(1, "needs a client_id", "connection", "add", "g", "--kind", "google");
        failsWith(1, "one connection of kind database", "connection", "add", "g", "--kind", "database");
        failsWith(1, "no connection g in tenant default", "connection", "show", "g");
        failsWith(1, "no connection g in tenant default", "connection", "update", "g", "--label", "x");
        failsWith(1, "no connection g in tenant default", "connection", "remove", "g");
        failsWith(2, "Nothing was given that would change", "connection", "update", "g");
        failsWith(2, "There is no option --kind in connection update", "connection", "update", "g", "--kind", "oidc");
        terminal.good("connection", "add", "g", "--kind", "google", "--client-id", "c");
        failsWith(
                1, "There is a connection g already", "connection", "add", "g", "--kind", "google", "--client-id", "c");
        failsWith(1, "no client nobody", "connection", "update", "g", "--client", "nobody");
        failsWith(2, "exclude each other", "connection", "update", "g", "--sign-up", "--no-sign-up");
    }

    @Test
    void the_default_one_comes_first_stays_on_and_stays() {
        terminal.good("connection", "add", "g", "--kind", "google", "--client-id", "c");
        var said = terminal.good(
                "connection", "add", "h", "--kind", "github", "--client-id", "c", "--label", "Hub", "--default");
        assertTrue(said.startsWith("Connection h is added in tenant default, as the default one.\n"), said);
        var listed = terminal.good("connection", "list");
        assertTrue(
                listed.matches("id +kind +name +label +state +sign_up +clients\n"
                        + "h +github +h +Hub +default +true +all\n(?s).*"),
                listed);
        failsWith(1, "is the default one, so it stays on", "connection", "disable", "h");
        failsWith(1, "is the default one, so it stays;", "connection", "remove", "h");
        assertTrue(terminal.good("connection", "default", "g").contains("People meet connection g first"));
        assertTrue(terminal.good("connection", "disable", "h").contains("is disabled"));
        assertTrue(terminal.good("connection", "disable", "h").contains("was disabled already"));
        failsWith(1, "enable it first", "connection", "default", "h");
        assertTrue(terminal.good("connection", "list").contains("disabled"));
        assertTrue(terminal.good("connection", "enable", "h").contains("is enabled"));
        assertTrue(terminal.good("connection", "enable", "h").contains("was enabled already"));
        assertTrue(terminal.good("connection", "remove", "h").contains("is removed"));
        failsWith(1, "every tenant has it", "connection", "remove", "database");
    }

    @Test
    void a_client_is_shown_with_the_connections_that_are_enabled_for_it() {
        for (var id : List.of("web", "back")) {
            terminal.good("client", "add", "--id", id, "--callback", "https://a.example/cb");
        }
        terminal.good("connection", "add", "g", "--kind", "google", "--client-id", "c", "--client", "back");
        terminal.good("connection", "add", "h", "--kind", "github", "--client-id", "c");
        terminal.good("connection", "add", "off", "--kind", "github", "--client-id", "c");
        terminal.good("connection", "disable", "off");
        assertTrue(terminal.good("client", "show", "web").matches("(?s).*\nconnections +database h\n.*"));
        var back = json(terminal.good("client", "show", "back", "--json"));
        assertEquals("[\"database\",\"h\",\"g\"]", back.path("connections").toString());
    }

    private void arrives(String connection, String subject, Optional<Email> email) {
        inHouse(house -> {
            var user = new UpstreamUser(
                    new ConnectionId(connection),
                    "7-" + subject,
                    Optional.of(new Email("ada@there.example", Email.Standing.REPORTED)),
                    Profile.named(Optional.of("Ada there")),
                    Optional.empty());
            var account = new Account(
                    TENANT,
                    new Subject(subject),
                    email,
                    Profile.named(Optional.of("Ada")),
                    Terminal.NOW,
                    Terminal.NOW,
                    Optional.empty());
            if (house.accounts().find(TENANT, account.subject()).isPresent()) {
                house.identities().link(TENANT, account.subject(), user, Terminal.NOW);
            } else {
                assertEquals(Identities.Arrival.CREATED, house.identities().arrive(account, user, Terminal.NOW));
            }
        });
    }

    @Test
    void people_have_identities_and_the_last_way_in_stays() {
        terminal.good("connection", "add", "g", "--kind", "google", "--client-id", "c");
        terminal.good("connection", "add", "h", "--kind", "github", "--client-id", "c");
        arrives("g", "s1", Optional.of(Email.of("ada@example.com", true)));
        var listed = terminal.good("user", "identities", "ada@example.com");
        assertTrue(
                listed.matches("connection +subject +email +name +since +last\n"
                        + "g +7-s1 +ada@there.example +Ada there +2026-11-22T12:00:00Z +2026-11-22T12:00:00Z\n"),
                listed);
        failsWith(1, "has no other way in than 7-s1 at connection g", "user", "unlink", "s1", "g", "7-s1");
        failsWith(1, "ada@example.com is not 8 at connection g", "user", "unlink", "s1", "g", "8");
        failsWith(1, "Nobody in tenant default is known as s2", "user", "unlink", "s2", "g", "7-s1");
        failsWith(2, "user unlink needs CONNECTION and SUBJECT", "user", "unlink", "s1");
        arrives("h", "s1", Optional.empty());
        assertTrue(
                terminal.good("user", "unlink", "ada@example.com", "g", "7-s1").contains("no longer 7-s1"));
        var left = json(terminal.good("user", "identities", "s1", "--json"));
        assertEquals(List.of("h"), left.findValuesAsText("connection"));
    }

    @Test
    void a_person_without_an_identity_is_told_so() {
        terminal.pipe("correct horse\n", "user", "add", "ada@example.com", "--password-stdin");
        assertTrue(terminal.type("user", "identities", "ada@example.com").err().contains("not come from any other"));
    }

    @Test
    void a_connection_that_people_come_from_is_removed_only_when_that_is_said() {
        terminal.good("connection", "add", "g", "--kind", "google", "--client-id", "c");
        arrives("g", "s1", Optional.empty());
        failsWith(1, "would forget who 1 person is there", "connection", "remove", "g");
        arrives("g", "s2", Optional.empty());
        failsWith(1, "would forget who 2 people are there", "connection", "remove", "g");
        terminal.good("connection", "remove", "g", "--yes");
        assertTrue(terminal.type("user", "identities", "s1").err().contains("not come from any other server"));
    }

    @Test
    void the_help_has_an_example_for_each_kind_and_each_is_taken() {
        terminal.set("GITHUB_SECRET", "x").set("GHE_SECRET", "x").set("MICROSOFT_SECRET", "x");
        terminal.set("KEYCLOAK_SECRET", "x").set("FORGE_SECRET", "x");
        var help = terminal.good("connection", "add", "--help");
        assertTrue(help.startsWith("Usage: symbolon connection add ID --kind KIND [OPTIONS]\n"), help);
        taken(help);
        var kinds = json(terminal.good("connection", "list", "--json")).findValuesAsText("kind");
        for (var kind : Kind.names()) {
            assertTrue(kinds.contains(kind), kind);
        }
        help.lines().forEach(line -> assertTrue(line.length() <= 100, line));
    }

    @Test
    void the_page_about_connections_has_a_command_for_each_kind_and_each_is_taken() throws IOException {
        var page = Files.readString(Path.of("docs/connections.md"));
        assertTrue(taken(page) >= 7, "the commands were not found");
        var kinds = json(terminal.good("connection", "list", "--json")).findValuesAsText("kind");
        for (var kind : Kind.names()) {
            assertTrue(kinds.contains(kind), kind);
        }
        terminal.good("connection", "default", "google");
        terminal.good("connection", "disable", "database");
    }

    /// Types every `connection add` of a text.
    private int taken(String text) {
        var count = 0;
        for (var line : text.replace("\\\n", "").lines().toList()) {
            if (line.strip().startsWith("symbolon connection add")) {
                var words = line.strip()
                        .replace(" < secret.txt", "")
                        .replaceAll("\"(\\w+) (\\w+)\"", "$1")
                        .split(" +");
                var said = terminal.pipe(SECRET + "\n", Arrays.copyOfRange(words, 1, words.length));
                assertEquals(0, said.status(), said.all());
                assertEquals(
                        line.contains("passwordless") ? 1 : 0,
                        said.err().lines().count(),
                        said.err());
                count++;
            }
        }
        return count;
    }
}
