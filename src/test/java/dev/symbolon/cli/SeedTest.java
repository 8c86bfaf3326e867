package dev.symbolon.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

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
        var first = terminal.good("seed", "symbolon.yaml.example");
        for (var words : new String[] {
            "tenant default: made",
            "client shop of",
            "client shop-server of",
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
        var reader = Files.readString(Path.of("src/main/java/dev/symbolon/cli/SeedFile.java"));
        var keys = Pattern.compile("given.(?:text|required|truth|texts|duration|objects)\\(\"([a-z_]+)\"\\)")
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
        assertTrue(terminal.type("tenant", "list").err().contains("There is no tenant yet"));
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
}
