package dev.symbolon.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.symbolon.Config;
import dev.symbolon.House;
import dev.symbolon.account.ProfileClaims;
import dev.symbolon.oauth.Allowance;
import dev.symbolon.oauth.ClientId;
import dev.symbolon.oauth.Scope;
import dev.symbolon.oauth.TenantId;
import java.io.IOException;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class UserCommandsTest {
    private static final TenantId TENANT = new TenantId("default");

    @TempDir
    Path folder;

    private Terminal terminal;

    @BeforeEach
    void anInstallationWithAda() {
        terminal = new Terminal(folder.resolve("data"));
        terminal.good("init", "--issuer", "https://login.example.com");
        add("ada@example.com", "--name", "Ada Lovelace", "--verified");
    }

    private void add(String email, String... more) {
        var words = new ArrayList<>(List.of("user", "add", email, "--password-stdin"));
        words.addAll(List.of(more));
        var said = terminal.pipe("correct horse\n", words.toArray(String[]::new));
        assertEquals(0, said.status(), said.all());
    }

    private JsonNode shown(String who) {
        try {
            return new ObjectMapper().readTree(terminal.good("user", "show", who, "--json"));
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    private void failsWith(int status, String sentence, String... words) {
        var said = terminal.type(words);
        assertEquals(status, said.status(), said.all());
        assertTrue(said.err().startsWith("symbolon: " + sentence), said.err());
    }

    @Test
    void a_person_is_added_with_claims_and_they_are_shown() {
        add("grace@example.com", "--claim", "given_name=Grace", "--claim", "address.locality=New York");
        var grace = shown("grace@example.com");
        assertEquals("Grace", grace.path("given_name").asText());
        assertEquals("New York", grace.path("address.locality").asText());
        assertTrue(terminal.good("user", "show", "grace@example.com").matches("(?s).*\ngiven_name +Grace\n.*"));
    }

    @Test
    void an_update_changes_what_it_names_and_nothing_else() {
        var before = shown("ada@example.com");
        terminal.good(
                "user", "update", "ada@example.com", "--claim", "birthdate=1815-12-10", "--claim", "locale=en-GB");
        terminal.good("user", "update", "ada@example.com", "--name", "Ada King", "--claim", "locale=");
        var after = shown("ada@example.com");
        assertEquals("Ada King", after.path("name").asText());
        assertEquals("1815-12-10", after.path("birthdate").asText());
        assertFalse(after.has("locale"), "an empty value takes it away");
        assertTrue(after.path("email_verified").asBoolean());
        assertEquals(before.path("sub"), after.path("sub"));
        assertEquals(before.path("created_at"), after.path("created_at"));
    }

    @Test
    void every_claim_of_the_standard_can_be_set() {
        var values = Map.of(
                "profile", "https://a.example/",
                "picture", "https://a.example/",
                "website", "https://a.example/",
                "birthdate", "1815",
                "zoneinfo", "Europe/London",
                "locale", "en",
                "phone_number", "+442071234567",
                "phone_number_verified", "true");
        var words = new ArrayList<>(List.of("user", "update", "ada@example.com"));
        ProfileClaims.NAMES.forEach(
                name -> words.addAll(List.of("--claim", name + "=" + values.getOrDefault(name, "x"))));
        terminal.good(words.toArray(String[]::new));
        var ada = shown("ada@example.com");
        ProfileClaims.NAMES.forEach(name ->
                assertEquals(values.getOrDefault(name, "x"), ada.path(name).asText(), name));
        assertTrue(ada.path("phone_number_verified").isBoolean());
    }

    @Test
    void another_address_is_not_verified_unless_that_is_said() {
        var said = terminal.type("user", "update", "ada@example.com", "--email", "ada@king.example");
        assertTrue(said.err().contains("nobody has shown that ada@king.example is theirs"), said.all());
        assertFalse(shown("ada@king.example").path("email_verified").asBoolean());
        failsWith(1, "Nobody in tenant default", "user", "show", "ada@example.com");
        terminal.good("user", "update", "ada@king.example", "--verified");
        terminal.good("user", "update", "ada@king.example", "--email", "Ada@King.example");
        assertTrue(shown("ada@king.example").path("email_verified").asBoolean(), "the same one in other letters");
        assertEquals("Ada@King.example", shown("ada@king.example").path("email").asText());
        terminal.good("user", "update", "ada@king.example", "--unverified");
        assertFalse(shown("ada@king.example").path("email_verified").asBoolean());
        assertEquals(
                "",
                terminal.type("user", "update", "ada@king.example", "--email", "a@b.example", "--verified")
                        .err());
    }

    @Test
    void an_address_that_somebody_has_is_refused() {
        add("grace@example.com");
        failsWith(
                1,
                "There is an account with the address ADA@example.com already",
                "user",
                "update",
                "grace@example.com",
                "--email",
                "ADA@example.com");
        failsWith(1, "This is not an e-mail address", "user", "update", "grace@example.com", "--email", "nobody");
    }

    @Test
    void a_claim_that_cannot_be_is_refused_before_anything_changes() {
        var update = new String[] {"user", "update", "ada@example.com", "--name", "X", "--claim", ""};
        for (var wrong : List.of("given_nam=Ada", "given_name", "=Ada", "email=a@b.example", "name=Y")) {
            update[6] = wrong;
            assertEquals(2, terminal.type(update).status(), wrong);
        }
        update[6] = "birthdate=yesterday";
        assertEquals(1, terminal.type(update).status());
        assertEquals("Ada Lovelace", shown("ada@example.com").path("name").asText());
        failsWith(
                2,
                "There is no claim given_nam; did you mean given_name?",
                "user",
                "update",
                "ada@example.com",
                "--claim",
                "given_nam=Ada");
    }

    @Test
    void whatever_can_be_refused_is_refused_before_a_password_is_asked_for() {
        // There is no terminal here, so asking would be the sentence.
        failsWith(1, "This is not an e-mail address: nobody", "user", "add", "nobody");
        failsWith(1, "There is an account with the address ada@example.com", "user", "add", "ada@example.com");
        failsWith(1, "birthdate has to be", "user", "add", "new@example.com", "--claim", "birthdate=x");
        failsWith(1, "There is no tenant elsewhere", "user", "add", "new@example.com", "--tenant", "elsewhere");
        failsWith(1, "Nobody in tenant default is known as x@example.com", "user", "password", "x@example.com");
        failsWith(1, "There is no terminal", "user", "add", "new@example.com");
    }

    @Test
    void what_a_person_allowed_is_listed_and_taken_back() {
        terminal.good("client", "add", "--id", "shop", "--third-party", "--callback", "https://a.example/cb");
        assertTrue(terminal.type("user", "consents", "ada@example.com").err().contains("has allowed no application"));
        failsWith(1, "ada@example.com has allowed client shop nothing", "user", "revoke", "ada@example.com", "shop");
        var config = Config.read(Map.of("SYMBOLON_DATA", folder.resolve("data").toString()));
        try (var house = House.enter(config, InstantSource.fixed(Terminal.NOW), new SecureRandom())) {
            var ada = house.accounts()
                    .byEmail(TENANT, "ada@example.com")
                    .orElseThrow()
                    .account()
                    .subject();
            var shop = new ClientId("shop");
            house.consents()
                    .allow(
                            TENANT,
                            ada,
                            shop,
                            new Allowance(Scope.parse("openid email"), Optional.empty()),
                            Terminal.NOW.minusSeconds(60));
            house.consents()
                    .allow(TENANT, ada, shop, new Allowance(Scope.parse("profile"), Optional.empty()), Terminal.NOW);
        }
        var listed = terminal.good("user", "consents", "ada@example.com");
        assertTrue(
                listed.matches("(?s).*\nshop +openid email profile +2026-11-22T11:59:00Z +2026-11-22T12:00:00Z\n"),
                listed);
        assertTrue(
                terminal.good("user", "consents", "ada@example.com", "--json").contains("\"since\""));
        assertTrue(terminal.good("user", "revoke", "ada@example.com", "shop").contains("is taken back"));
        assertEquals(
                "[ ]",
                terminal.good("user", "consents", "ada@example.com", "--json").strip());
    }
}
