package dev.symbolon;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.TreeSet;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// The scripts and the first pages agree with one another.
class ScriptsTest {
    private static final Pattern JDK = Pattern.compile("JDK [0-9]+( or later)?");

    private static String text(String file) throws IOException {
        return Files.readString(Path.of(file));
    }

    @ParameterizedTest
    @ValueSource(strings = {"run", "verify", "bench/first-figures", "bench/scale", "bench/flat"})
    void a_script_that_runs_maven_keeps_its_escape_sequences_out_of_terminals_and_files(String script)
            throws IOException {
        var lines = text(script).lines().toList();
        var maven =
                lines.stream().filter(line -> line.matches("[^#]*\\bmvn -.*")).toList();
        assertEquals(1, maven.size(), script);
        var options = lines.stream()
                .filter(line -> line.contains("-Djansi.noreset=true"))
                .toList();
        assertEquals(1, options.size(), script);
        assertTrue(lines.indexOf(options.getFirst()) < lines.indexOf(maven.getFirst()), script);
    }

    @Test
    void the_header_of_run_names_every_setting_of_the_demo_that_the_readme_names() throws IOException {
        var header = text("run")
                .lines()
                .takeWhile(line -> line.startsWith("#"))
                .toList()
                .toString();
        var named = new TreeSet<String>();
        var sentence =
                Pattern.compile("(?s)\n`SYMBOLON_PORT`.*?change\\s+the demo").matcher(text("README.md"));
        assertTrue(sentence.find());
        var variables = Pattern.compile("SYMBOLON_[A-Z_]+").matcher(sentence.group());
        while (variables.find()) {
            named.add(variables.group());
        }
        assertEquals(5, named.size());
        named.forEach(variable -> assertTrue(header.contains(variable), variable));
    }

    @Test
    void the_pages_ask_for_one_jdk_and_no_command_runs_whatever_java_is_the_default() throws IOException {
        var asked = new TreeSet<String>();
        for (var page : new String[] {"README.md", "CONTRIBUTING.md", ".ci/find-jdk", "bench/first-figures"}) {
            JDK.matcher(text(page)).results().forEach(found -> asked.add(found.group()));
        }
        assertEquals(new TreeSet<>(java.util.Set.of("JDK 25 or later")), asked);
        assertFalse(
                Pattern.compile("(?m)(^|\\{ )java -").matcher(text("README.md")).find());
    }

    @Test
    void contributing_names_every_document_that_a_test_makes() throws IOException {
        for (var document : new String[] {"docs/configuration.md", "docs/standards.md"}) {
            assertTrue(text("CONTRIBUTING.md").contains("`" + document + "`"), document);
        }
    }
}
