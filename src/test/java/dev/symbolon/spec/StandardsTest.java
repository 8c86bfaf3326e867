package dev.symbolon.spec;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.lang.reflect.AnnotatedElement;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/// Makes `docs/standards.md` of the {@link Spec} annotations: which clause is kept by which test.
final class StandardsTest {
    private static final Path DOCUMENT = Path.of("docs/standards.md");
    private static final String REWRITE = "mvn -q test -Dtest=StandardsTest -Dsymbolon.write=true";
    private static final Pattern NUMBER = Pattern.compile("[0-9]+");

    /// A clause such as `RFC 7636 §4.6`, split where the standard ends.
    private record Clause(String standard, String section) implements Comparable<Clause> {
        // Sections by number: §5.10 stands behind §5.9, and 10 digits hold every number.
        private static final Comparator<String> BY_NUMBER = Comparator.comparing(Clause::padded);

        static Clause parse(String text) {
            var at = text.indexOf(" §");
            return at < 0 ? new Clause(text, "") : new Clause(text.substring(0, at), text.substring(at + 1));
        }

        private static String padded(String text) {
            return NUMBER.matcher(text)
                    .replaceAll(found -> "0".repeat(10 - found.group().length()) + found.group());
        }

        @Override
        public int compareTo(Clause other) {
            return Comparator.comparing(Clause::standard, BY_NUMBER)
                    .thenComparing(Clause::section, BY_NUMBER)
                    .compare(this, other);
        }
    }

    private static final Pattern CASE_ID = Pattern.compile("[A-Z]{2}_[0-9]{2}_");

    @Test
    void the_documentation_is_what_the_tests_say() throws IOException {
        var expected = document(kept());
        if (Boolean.getBoolean("symbolon.write")) {
            Files.writeString(DOCUMENT, expected);
        }
        assertEquals(
                expected,
                Files.exists(DOCUMENT) ? Files.readString(DOCUMENT) : "",
                "docs/standards.md is not what the tests say; rewrite it with: " + REWRITE);
    }

    @Test
    void every_clause_names_a_standard_and_where_in_it() throws IOException {
        var named = Pattern.compile("(RFC [0-9]{4}|[A-Z][A-Za-z0-9 .-]+) §[0-9A-Z][0-9A-Za-z.]*");
        for (var clause : kept().keySet()) {
            var text = clause.standard() + " " + clause.section();
            assertTrue(named.matcher(text).matches(), "not a clause, such as RFC 7636 §4.6: " + text);
        }
    }

    private static Map<Clause, TreeSet<String>> kept() throws IOException {
        var kept = new TreeMap<Clause, TreeSet<String>>();
        for (var type : testClasses()) {
            for (var method : type.getDeclaredMethods()) {
                if (method.isAnnotationPresent(Test.class) || method.isAnnotationPresent(Spec.class)) {
                    var sentence = sentence(method.getName()) + " (`" + type.getSimpleName() + "`)";
                    clauses(type, method)
                            .forEach(clause -> kept.computeIfAbsent(clause, _ -> new TreeSet<>())
                                    .add(sentence));
                }
            }
        }
        return kept;
    }

    private static List<Clause> clauses(AnnotatedElement... places) {
        return Arrays.stream(places)
                .filter(place -> place.isAnnotationPresent(Spec.class))
                .flatMap(place -> Arrays.stream(place.getAnnotation(Spec.class).value()))
                .map(Clause::parse)
                .toList();
    }

    private static List<Class<?>> testClasses() throws IOException {
        var root = root();
        try (var files = Files.walk(root.resolve("dev/symbolon"))) {
            var classes = new ArrayList<Class<?>>();
            for (var file :
                    files.filter(one -> one.toString().endsWith("Test.class")).toList()) {
                var name =
                        root.relativize(file).toString().replace(".class", "").replace('/', '.');
                classes.add(Class.forName(name, false, StandardsTest.class.getClassLoader()));
            }
            return classes;
        } catch (ClassNotFoundException e) {
            throw new AssertionError(e);
        }
    }

    private static Path root() {
        try {
            return Path.of(StandardsTest.class
                    .getProtectionDomain()
                    .getCodeSource()
                    .getLocation()
                    .toURI());
        } catch (URISyntaxException e) {
            throw new AssertionError(e);
        }
    }

    // `SE_06_every_cookie_…` keeps its id, `AC_09_RT_10_…` both.
    private static String sentence(String method) {
        var ids = new ArrayList<String>();
        var rest = method;
        while (CASE_ID.matcher(rest).lookingAt()) {
            ids.add(rest.substring(0, 5).replace('_', '-'));
            rest = rest.substring(6);
        }
        return (ids.isEmpty() ? "" : String.join(", ", ids) + ": ") + rest.replace('_', ' ');
    }

    private static String document(Map<Clause, TreeSet<String>> kept) {
        var lines = new ArrayList<String>();
        lines.add("# Standards");
        lines.add("");
        lines.add("Which clause of which standard is kept, and the tests that keep it. Each test asks the whole");
        lines.add("server over HTTP unless it stands beside a part of it. What is not in this list may work and is");
        lines.add("not promised. An id such as AC-01 numbers an attack: a test with one tries it, and its name");
        lines.add("says what has to happen.");
        lines.add("");
        lines.add("This page is made from the `@Spec` annotations of the tests; `" + REWRITE + "` rewrites it.");
        var standard = "";
        for (var entry : kept.entrySet()) {
            if (!entry.getKey().standard().equals(standard)) {
                standard = entry.getKey().standard();
                lines.addAll(List.of("", "## " + standard));
            }
            lines.addAll(List.of("", "### " + entry.getKey().section(), ""));
            entry.getValue().forEach(sentence -> lines.add("- " + sentence));
        }
        return String.join("\n", lines) + "\n";
    }
}
