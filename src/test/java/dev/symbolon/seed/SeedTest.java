package dev.symbolon.seed;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.symbolon.account.ProfileClaims;
import dev.symbolon.cli.Terminal;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Pattern;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SeedTest {
    private static final String SECRET = "0123456789abcdef0123456789abcdef";

    @TempDir
    Path folder;

    private Terminal terminal;

    @BeforeEach
    void aTerminal() {
        terminal = new Terminal(folder.resolve("data"));
    }

    private String seed(String yaml) throws IOException {
        var file = folder.resolve("symbolon.yaml");
        Files.writeString(file, yaml);
        return file.toString();
    }

    private static String tenant(String more) {
        return "tenants:\n  - id: default\n    issuer: https://login.example.com\n" + more;
    }

    private void refused(String words, String yaml) throws IOException {
        var said = terminal.type("seed", seed(yaml));
        assertEquals(1, said.status(), said.all());
        assertTrue(said.err().contains(words), said.err());
        assertEquals(1, said.err().lines().count(), said.err());
    }

    @Test
    void the_example_is_applied_once_and_a_second_run_changes_nothing() {
        terminal.set("SHOP_CLIENT_SECRET", SECRET).set("ADA_PASSWORD", "correct horse battery");
        terminal.set("GOOGLE_SECRET", "g").set("KEYCLOAK_SECRET", "k").set("FORGE_SECRET", "f");
        var first = terminal.good("seed", "symbolon.yaml.example");
        for (var words : new String[] {
            "tenant default: made",
            "client shop of",
            "client shop-server of",
            "connection database of tenant default: changed",
            "connection google of tenant default: added; register https://login.example.com/callback there",
            "connection google of tenant default: the default one now",
            "connection forge of tenant default: disabled",
            "connection mail of tenant default: added\n",
            "api https://api.shop.example",
            "person ada@"
        }) {
            assertTrue(first.contains(words), first);
        }
        assertEquals(
                "Everything is as declared; nothing was changed.",
                terminal.good("seed", "symbolon.yaml.example").strip());
        assertTrue(terminal.good("client", "show", "shop-server").contains("client_secret_basic"));
    }

    @Test
    void every_key_of_the_example_is_one_that_is_read_and_every_key_that_is_read_is_in_the_example()
            throws IOException {
        var example = Files.readString(Path.of("symbolon.yaml.example"));
        var reader = Files.readString(Path.of("src/main/java/dev/symbolon/seed/SeedFile.java"));
        var keys = Pattern.compile(
                        "given.(?:text|required|truth|texts|duration|objects|object|literal)\\(\"([a-z_]+)\"\\)")
                .matcher(reader);
        while (keys.find()) {
            assertTrue(example.contains(keys.group(1) + ":"), keys.group(1) + " is not shown in symbolon.yaml.example");
        }
    }

    @Test
    void what_differs_is_changed_and_what_an_operator_removed_from_the_file_stays() throws IOException {
        terminal.good("seed", seed(tenant("    clients:\n      - {id: web, callbacks: [https://a.example/cb]}\n")));
        var changed = terminal.good(
                "seed",
                seed(tenant(
                        "    name: Example\n    clients:\n      - {id: web, callbacks: [https://b.example/cb]}\n")));
        assertEquals("tenant default: changed\nclient web of tenant default: changed\n", changed);
        assertTrue(terminal.good("client", "show", "web").contains("https://b.example/cb"));
        terminal.good("seed", seed(tenant("    name: Example\n")));
        assertTrue(terminal.good("client", "list").contains("web"));
    }

    @Test
    void a_persons_password_is_never_changed_by_a_seed() throws IOException {
        terminal.set("PW", "correct horse");
        var yaml = tenant("    people:\n      - {email: ada@example.com, password_env: PW}\n");
        assertTrue(terminal.good("seed", seed(yaml)).contains("person ada@example.com"));
        terminal.unset("PW");
        assertEquals(
                "Everything is as declared; nothing was changed.",
                terminal.good("seed", seed(yaml)).strip());
    }

    @Test
    void an_unknown_key_is_refused_with_its_place_and_nothing_is_applied() throws IOException {
        refused(
                "tenants[0].clients[0].callback is not known; did you mean callbacks?",
                tenant("    clients:\n      - {id: web, callback: [https://a.example/cb]}\n"));
        refused("tenant is not known; did you mean tenants?", "tenant: []\n");
        assertFalse(Files.exists(folder.resolve("data")), "a file that cannot be read makes no installation");
    }

    @Test
    void a_mistake_is_told_with_its_place() throws IOException {
        refused("tenants[0].issuer is missing", "tenants:\n  - id: default\n");
        refused("tenants has to be a list", "tenants: {}\n");
        refused("it has to hold names and values", "- tenants\n");
        refused("is not YAML", "tenants: [\n");
        refused("line 2", "tenants: []\ntenants: []\n");
        refused("clients[0].pkce has to be true or false", client("pkce: maybe"));
        refused("clients[0].reuse_leeway has to be a duration", client("reuse_leeway: 60"));
        refused("clients[0].alg has to be RS256", client("alg: HS256"));
        refused("clients[0].auth_method has to be none", client("auth_method: private_key_jwt"));
        refused("needs secret_env or secret_file", client("auth_method: client_secret_post"));
        refused("is public (no auth_method), so it has no secret", client("secret_env: S"));
        refused("cannot be read", client("auth_method: client_secret_post, secret_file: nowhere"));
        refused("names S, which is not set", client("auth_method: client_secret_post, secret_env: S"));
        refused("Argon2id hash", tenant("    people:\n      - {email: a@b.example, password_hash: plain}\n"));
        refused("in one way", tenant("    people:\n      - {email: a@b.example, password_env: A, password_file: b}\n"));
        var missing = terminal.type("seed", folder.resolve("nowhere.yaml").toString());
        assertTrue(missing.err().contains("cannot be read"), missing.err());
    }

    private static String client(String more) {
        return tenant("    clients:\n      - {id: web, callbacks: [https://a.example/cb], " + more + "}\n");
    }

    @Test
    void a_short_secret_is_refused_and_a_changed_one_replaces_the_old() throws IOException {
        var yaml = client("auth_method: client_secret_post, secret_file: secret.txt");
        Files.writeString(folder.resolve("secret.txt"), "too short\n");
        refused("at least 32 characters", yaml);
        assertTrue(terminal.type("client", "list").err().contains("no tenant yet"), "nothing is applied");
        Files.writeString(folder.resolve("secret.txt"), SECRET + "\n");
        assertTrue(terminal.good("seed", seed(yaml)).contains("has the declared secret now"));
        assertFalse(terminal.good("seed", seed(yaml)).contains("secret"));
        Files.writeString(folder.resolve("secret.txt"), SECRET + "2\n");
        assertTrue(terminal.good("seed", seed(yaml)).contains("has the declared secret now"));
    }

    @Test
    void a_mistake_names_the_file_that_was_given() throws IOException {
        var file = folder.resolve("s2.yaml");
        Files.writeString(file, tenant("    clients:\n      - {id: web, callback: []}\n"));
        var said = terminal.type("seed", file.toString());
        assertEquals(
                "symbolon: " + file + ": tenants[0].clients[0].callback is not known; did you mean callbacks?\n",
                said.err());
        Files.writeString(file, tenant("    clients:\n      - {id: web}\n"));
        assertTrue(terminal.type("seed", file.toString())
                .err()
                .startsWith("symbolon: " + file + ": tenants[0].clients[0]: "));
    }

    @Test
    void what_cannot_be_is_told_with_its_place_too() throws IOException {
        refused("symbolon.yaml: tenants[0]: A tenant id has", "tenants:\n  - {id: A B, issuer: https://a.example}\n");
        refused("tenants[0]: An issuer is", "tenants:\n  - {id: a, issuer: https://a.example/x}\n");
        refused("tenants[0].clients[0]: A client_id has", tenant("    clients:\n      - {id: a b}\n"));
        refused(
                "tenants[0].apis[0]: A permission is a word of scope",
                tenant("    apis:\n      - {identifier: https://api.example, permissions: {two words: x}}\n"));
        refused("tenants[0].apis[0]: An API is named", tenant("    apis:\n      - {identifier: orders}\n"));
    }

    @Test
    void a_life_out_of_bounds_is_told_with_its_place_and_in_durations() throws IOException {
        refused(
                "tenants[0].clients[0].access_token_life has to be between 5m and 30d; it is 31d.",
                client("access_token_life: 31d"));
        refused(
                "tenants[0].clients[0].refresh_idle (100d) cannot outlive refresh_absolute (90d).",
                client("refresh_idle: 100d"));
        refused(
                "tenants[0].apis[0].access_token_life has to be between 5m and 30d; it is 1m.",
                tenant("    apis:\n      - {identifier: https://api.example, access_token_life: 1m}\n"));
    }

    private static String person(String more) {
        return tenant("    people:\n      - {email: ada@example.com, " + more + "}\n");
    }

    @Test
    void a_person_is_seeded_with_claims() throws IOException {
        terminal.good(
                "seed",
                seed(person("name: Ada, claims: {given_name: Ada, birthdate: 1815-12-10, phone_number: '+442071234567',"
                        + " phone_number_verified: true, address: {locality: London, postal_code: '01234'}}")));
        var shown = terminal.good("user", "show", "ada@example.com");
        for (var line : new String[] {
            "name +Ada",
            "given_name +Ada",
            "birthdate +1815-12-10",
            "phone_number +\\+442071234567",
            "phone_number_verified +true",
            "address.locality +London",
            "address.postal_code +01234"
        }) {
            assertTrue(shown.matches("(?s).*\n" + line + "\n.*"), line + " is not in " + shown);
        }
    }

    @Test
    void a_claim_that_cannot_be_is_told_with_its_place() throws IOException {
        refused("people[0].claims.given_nam is not known; did you mean given_name?", person("claims: {given_nam: A}"));
        refused("people[0].claims.address.town is not known", person("claims: {address: {town: A}}"));
        refused("people[0]: birthdate has to be YYYY-MM-DD", person("claims: {birthdate: soon}"));
        refused(
                "people[0].claims.phone_number has to be a text; put it in quotes",
                person("claims: {phone_number: +44}"));
        refused(
                "people[0].claims.address.postal_code has to be a text",
                person("claims: {address: {postal_code: 01}}"));
        refused("people[0].claims.name stands one level up", person("claims: {name: Ada}"));
        refused("people[0]: This is not an e-mail address", tenant("    people:\n      - {email: ada}\n"));
    }

    @Test
    void every_claim_is_shown_in_the_example() throws IOException {
        var example = Files.readString(Path.of("symbolon.yaml.example"));
        for (var name : ProfileClaims.NAMES) {
            assertTrue(example.contains(" " + name.replace("address.", "") + ": "), name);
        }
    }

    @Test
    void a_person_who_exists_and_differs_is_told_as_left_as_they_are() throws IOException {
        terminal.good("seed", seed(person("name: Ada, claims: {given_name: Ada}")));
        var said = terminal.good("seed", seed(person("name: Grace, email_verified: true, claims: {given_name: Ada}")));
        assertEquals(
                "person ada@example.com of tenant default: left as they are, though email_verified and name differ;"
                        + " symbolon user update changes them\n"
                        + "Everything else is as declared; nothing was changed.\n",
                said);
        assertTrue(terminal.good("user", "show", "ada@example.com").matches("(?s).*\nname +Ada\n.*"));
        assertEquals(
                "Everything is as declared; nothing was changed.\n",
                terminal.good("seed", seed(person("name: Ada"))),
                "what is not declared does not differ");
    }

    @Test
    void a_changed_issuer_is_told_with_what_stops_working() throws IOException {
        terminal.good("seed", seed(client("scope: openid")));
        var moved = terminal.good(
                "seed", seed(client("scope: openid").replace("https://login.example.com", "https://id.example.com")));
        assertTrue(
                moved.startsWith("tenant default: moved from https://login.example.com to https://id.example.com\n"
                        + "tenant default: 1 application (web) cannot sign anybody in until told the new issuer\n"
                        + "tenant default: access and ID tokens"),
                moved);
    }

    @Test
    void an_issuer_in_the_clear_is_seeded_with_a_note() throws IOException {
        var said = terminal.type("seed", seed(tenant("").replace("https:", "http:")));
        assertEquals(0, said.status());
        assertTrue(said.err().contains("http://login.example.com is plain http"), said.err());
        assertEquals("", terminal.type("seed", seed(tenant(""))).err());
    }

    private static String connections(String... lines) {
        return tenant("    connections:\n      - " + String.join("\n      - ", lines) + "\n");
    }

    @Test
    void a_connection_is_brought_to_what_is_declared_and_what_was_removed_from_the_file_stays() throws IOException {
        terminal.set("S", "first");
        var kept = "{id: gh, kind: github, client_id: c, client_secret_env: S, sign_up: false}";
        terminal.good("seed", seed(connections(kept)));
        assertEquals(
                "Everything is as declared; nothing was changed.\n", terminal.good("seed", seed(connections(kept))));
        terminal.set("S", "second");
        assertEquals(
                "connection gh of tenant default: changed\n", terminal.good("seed", seed(connections(kept))), "secret");
        assertEquals(
                "connection gh of tenant default: changed\n",
                terminal.good("seed", seed(connections("{id: gh, kind: github, client_id: c}"))),
                "sign-up has its default again, and the secret stays");
        var shown = terminal.good("connection", "show", "gh");
        assertTrue(shown.matches("(?s).*\nhas_client_secret +true\n.*\nsign_up +true\n.*"), shown);
        terminal.good("seed", seed(tenant("")));
        assertTrue(terminal.good("connection", "list").contains("gh"));
    }

    @Test
    void which_one_is_the_default_and_which_are_on_can_be_declared_and_stays_when_it_is_not() throws IOException {
        var on = "{id: a, kind: google, client_id: c, default: true}";
        var off = "{id: database, kind: database, enabled: false}";
        var said = terminal.good("seed", seed(connections(off, on)));
        assertTrue(
                said.endsWith("connection a of tenant default: the default one now\n"
                        + "connection database of tenant default: disabled\n"),
                said);
        assertEquals(
                "Everything is as declared; nothing was changed.\n", terminal.good("seed", seed(connections(off, on))));
        var silent = connections("{id: database, kind: database}", "{id: a, kind: google, client_id: c}");
        assertEquals("Everything is as declared; nothing was changed.\n", terminal.good("seed", seed(silent)));
        assertEquals(
                "connection database of tenant default: enabled\n"
                        + "connection database of tenant default: the default one now\n"
                        + "connection a of tenant default: disabled\n",
                terminal.good(
                        "seed",
                        seed(connections(
                                "{id: a, kind: google, client_id: c, enabled: false}",
                                "{id: database, kind: database, enabled: true, default: true}"))));
    }

    @Test
    void a_connection_may_be_for_a_client_of_the_same_file() throws IOException {
        var client = "    clients:\n      - {id: web, callbacks: [https://a.example/cb]}\n";
        var connection = "    connections:\n      - {id: g, kind: google, client_id: c, clients: [web]}\n";
        refused("There is no client web in tenant default", tenant(connection));
        assertTrue(terminal.type("connection", "list").err().contains("no tenant yet"), "nothing is applied");
        assertTrue(terminal.good("seed", seed(tenant(client + connection))).contains("connection g"));
        assertTrue(terminal.good("client", "show", "web").matches("(?s).*\nconnections +database g\n.*"));
    }

    @Test
    void a_connection_that_cannot_be_is_told_with_its_place_and_nothing_is_applied() throws IOException {
        var at = "tenants[0].connections[0]";
        refused(at + ".kind is missing", connections("{id: g}"));
        refused(at + ".kind has to be one of database, passwordless_email, google", connections("{id: g, kind: x}"));
        refused(
                at + ".clientid is not known; did you mean client_id?",
                connections("{id: g, kind: google, clientid: c}"));
        refused(at + ": A connection of kind google needs a client_id", connections("{id: g, kind: google}"));
        refused(at + ": A connection's id has", connections("{id: G, kind: google}"));
        refused(at + ".mapping has to hold names and values", connections("{id: g, kind: oauth2, mapping: sub}"));
        refused(at + ".mapping.sub has to be a text", connections("{id: g, kind: oauth2, mapping: {sub: 7}}"));
        refused(at + " has a client_secret twice", google("client_secret_env: S, client_secret_file: s"));
        refused(at + ".client_secret_env names NOBODY, which is not set", google("client_secret_env: NOBODY"));
        refused(at + ".client_secret_file names nowhere, which cannot be read", google("client_secret_file: nowhere"));
        refused(
                at + " is of kind passwordless_email, which has no client secret",
                connections("{id: m, kind: passwordless_email, client_secret_env: S}"));
        refused(at + " cannot be the default one and not enabled", google("default: true, enabled: false"));
        refused(at + ": Microsoft lets", connections("{id: m, kind: microsoft, client_id: c, trust_email: true}"));
        refused(at + ": Every tenant has one connection of kind database", connections("{id: d, kind: database}"));
        refused(
                "tenants[0].connections has two that are called g",
                connections("{id: g, kind: google, client_id: c}", "{id: h, kind: google, client_id: c, name: g}"));
        refused(
                "has two that are the default one",
                connections(
                        "{id: g, kind: google, client_id: c, default: true}",
                        "{id: h, kind: google, client_id: c, default: true}"));
        refused(
                "Connection database of tenant default is the default one and would not be enabled",
                connections("{id: database, kind: database, enabled: false}"));
        assertTrue(terminal.type("client", "list").err().contains("no tenant yet"), "nothing is applied");
    }

    private static String google(String more) {
        return connections("{id: g, kind: google, client_id: c, " + more + "}");
    }

    @Test
    void what_the_installation_has_already_is_checked_before_the_first_write() throws IOException {
        terminal.good("seed", seed(connections("{id: g, kind: google, client_id: c, name: people}")));
        var client = "    clients:\n      - {id: web, callbacks: [https://a.example/cb]}\n";
        for (var wrong : new String[][] {
            {"is of kind google, and a kind is never changed", "{id: g, kind: github, client_id: c}"},
            {"Connection g is called people already", "{id: h, kind: google, client_id: c, name: people}"}
        }) {
            refused(wrong[0], connections(wrong[1]) + client);
            assertFalse(terminal.type("client", "list").out().contains("web"));
        }
        terminal.good("connection", "disable", "g");
        refused("would not be enabled", connections("{id: g, kind: google, client_id: c, default: true}"));
    }

    @Test
    void a_connection_without_a_secret_and_one_that_needs_mail_are_seeded_with_a_note() throws IOException {
        var said = terminal.type(
                "seed", seed(connections("{id: g, kind: google, client_id: c}", "{id: m, kind: passwordless_email}")));
        assertEquals(0, said.status(), said.all());
        assertTrue(said.err().contains("Note: connection g has no client secret"), said.err());
        assertTrue(said.err().contains("Note: connection m sends codes by mail"), said.err());
    }
}
