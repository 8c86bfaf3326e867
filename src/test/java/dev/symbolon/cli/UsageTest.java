package dev.symbolon.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// A command line that cannot be understood, and the help that says how it can.
class UsageTest {
    @TempDir
    Path folder;

    private Terminal terminal() {
        return new Terminal(folder.resolve("data"));
    }

    private Terminal.Said refused(String... words) {
        var said = terminal().type(words);
        assertEquals(2, said.status(), String.join(" ", words) + ": " + said.all());
        assertEquals("", said.out());
        assertEquals(2, said.err().lines().count(), said.err());
        assertTrue(said.err().lines().toList().get(1).matches("Try: symbolon.* --help"), said.err());
        return said;
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            user add                      | user add needs EMAIL.
            user show                     | user show needs WHO.
            user update --name Ada        | user update needs WHO.
            user password                 | user password needs WHO.
            user revoke                   | user revoke needs WHO and CLIENT.
            user revoke ada@example.com   | user revoke needs CLIENT.
            client show                   | client show needs ID.
            connection add                | connection add needs ID and --kind KIND.
            connection show               | connection show needs ID.
            user unlink ada@example.com   | user unlink needs CONNECTION and SUBJECT.
            client update --name x        | client update needs ID.
            client remove                 | client remove needs ID.
            api add                       | api add needs IDENTIFIER.
            seed                          | seed needs FILE.
            tenant remove --yes           | tenant remove needs ID.
            tenant add                    | tenant add needs ID and --issuer URL.
            tenant add acme               | tenant add needs --issuer URL.
            init                          | init needs --issuer URL.
            init --issuer                 | --issuer needs a value: --issuer URL.
            client add --name --json      | --name needs a value: --name NAME.
            """)
    void what_is_missing_is_a_usage_error_that_names_it(String line, String sentence) {
        var said = refused(line.split(" ")).err();
        assertTrue(said.startsWith("symbolon: " + sentence + "\n"), said);
    }

    @Test
    void an_argument_that_is_empty_is_missing() {
        assertTrue(refused("user", "show", "").err().contains("user show needs WHO, and that is empty."));
        assertTrue(refused("client", "remove", " ").err().contains("client remove needs ID, and that is empty."));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            client add --calback x              | There is no option --calback in client add; did you mean --callback?
            client list --zzzzzz                | There is no option --zzzzzz in client list.
            clinet list                         | There is no command clinet in symbolon; did you mean client?
            client ad                           | There is no command ad in client; did you mean add?
            keys bogus                          | There is no command bogus in keys; there are list, rotate and withdraw.
            keys bogus --help                   | There is no command bogus in keys; there are list, rotate and withdraw.
            bogus --help                        | There is no command bogus in symbolon; there are serve,
            client show web extra --help        | client show takes only ID beside its options, so extra is too much;
            user add a@b.example Ada Lovelace   | user add takes only EMAIL beside its options, so Ada is too much;
            client add web                      | client add takes only options, so web is too much;
            client add --name a --name b        | --name is there twice; give it once.
            client list --json=yes              | --json takes no value.
            client add --public --confidential  | --public and --confidential exclude each other; give one of them.
            client                              | Say which of the commands of client.
            """)
    void what_is_too_much_or_unknown_is_told_in_our_words(String line, String sentence) {
        var said = refused(line.split(" ")).err();
        assertTrue(said.startsWith("symbolon: " + sentence), said);
    }

    @ParameterizedTest
    @CsvSource({"client update web", "client update web --json", "tenant update acme", "user update ada@example.com"})
    void a_change_of_nothing_is_refused(String line) {
        assertTrue(refused(line.split(" ")).err().contains("Nothing was given that would change"), line);
    }

    @Test
    void a_word_that_begins_with_an_at_sign_is_that_word_and_no_file() throws Exception {
        var file = folder.resolve("words");
        Files.writeString(file, "--tenant nowhere");
        var said = terminal().type("user", "add", "@" + file);
        assertTrue(said.err().contains("not an e-mail address: @" + file), said.err());
    }

    @Test
    void the_usage_line_shows_what_is_required() {
        assertUsage("tenant add", "symbolon tenant add ID --issuer URL [OPTIONS]");
        assertUsage("init", "symbolon init --issuer URL [OPTIONS]");
        assertUsage("user revoke", "symbolon user revoke WHO CLIENT [OPTIONS]");
        assertUsage("user", "symbolon user COMMAND");
        assertEquals(
                "Usage: symbolon COMMAND",
                terminal().good("--help").lines().findFirst().orElseThrow());
    }

    private void assertUsage(String command, String line) {
        var help = terminal().good((command + " --help").split(" "));
        assertEquals("Usage: " + line, help.lines().findFirst().orElseThrow());
    }

    @Test
    void help_is_at_most_100_columns_wide_and_breaks_no_example() {
        for (var command : List.of(
                "", "client", "client add", "client update", "connection add", "user add", "init", "keys rotate")) {
            var help = terminal().good((command + " --help").strip().split(" "));
            help.lines().forEach(line -> assertTrue(line.length() <= 100, line));
            assertFalse(help.matches("(?s).*https?:/*\n.*"), help);
        }
        var help = terminal().good("client", "add", "--help");
        assertTrue(
                help.contains("\n  symbolon client add --name Shop --callback https://shop.example/callback\n"), help);
    }

    @Test
    void a_life_out_of_bounds_is_told_by_its_option_and_in_durations() {
        var terminal = terminal();
        terminal.good("init", "--issuer", "https://login.example.com");
        var add = List.of("client", "add", "--id", "web", "--callback", "https://a.example/cb");
        failsWith(
                terminal,
                "--access-token-life has to be between 5m and 30d; it is 31d.",
                add,
                "--access-token-life=31d");
        failsWith(terminal, "--reuse-leeway has to be between 0s and 5m; it is 1h.", add, "--reuse-leeway=1h");
        failsWith(
                terminal, "--refresh-idle (100d) cannot outlive --refresh-absolute (90d).", add, "--refresh-idle=100d");
        terminal.good("client", "add", "--id", "web", "--callback", "https://a.example/cb", "--refresh-absolute=40d");
        failsWith(
                terminal,
                "--refresh-idle (41d) cannot outlive --refresh-absolute (40d).",
                List.of("client", "update", "web"),
                "--refresh-idle=41d");
        failsWith(
                terminal,
                "--access-token-life has to be between 5m and 30d; it is 1m.",
                List.of("api", "add", "https://api.example"),
                "--access-token-life=1m");
    }

    private static void failsWith(Terminal terminal, String sentence, List<String> words, String more) {
        var all = new java.util.ArrayList<>(words);
        all.add(more);
        var said = terminal.type(all.toArray(String[]::new));
        assertEquals(1, said.status(), said.all());
        assertEquals("symbolon: " + sentence + "\n", said.err());
    }
}
