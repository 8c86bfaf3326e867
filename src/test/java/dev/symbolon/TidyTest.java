package dev.symbolon;

import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assertions.fail;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/// Keeps the house as ARCHITECTURE.md draws it: budgets, names, the direction between rooms, and
/// who may touch what.
/// Every failure says what to do instead. It reads the source text; nothing here needs a compiler.
class TidyTest {
    private static final Path MAIN = Path.of("src/main/java/dev/symbolon");
    private static final Path TEST = Path.of("src/test/java/dev/symbolon");
    private static final int LINE_COLUMNS = 120;
    private static final int METHOD_LINES = 60;
    private static final int FILE_LINES = 400;
    private static final int ROOM_FILES = 20;
    /// `oauth/` is the vocabulary: a dictionary is not untidy for having many words, and each has
    /// a page of its own.
    /// `store/` is a list of promises: a class for each aggregate, with a contract test of its own.
    /// `Move` and `MoveSide` came to it with the copy of all tables, which is SQL and no aggregate's.
    /// `dashboard/` has a file for each door at its side, `cli/` one for each group of commands.
    /// `crypto/` has a file for the wire form of each sealed value, so that none can be read as another.
    private static final Map<String, Integer> LONG_LISTS =
            Map.of("oauth", 45, "store", 40, "crypto", 30, "dashboard", 30, "cli", 30, "web", 23);

    private static final int PARAMETERS = 6;

    /// How high a room stands; a room imports only from lower ones. Rooms of one height do not
    /// know one another.
    private static final Map<String, Integer> HEIGHTS = Map.ofEntries(
            Map.entry("oauth", 0),
            Map.entry("trace", 0),
            Map.entry("crypto", 1),
            Map.entry("store", 2),
            Map.entry("web", 2),
            Map.entry("page", 3),
            Map.entry("outbound", 3),
            Map.entry("client", 5),
            Map.entry("account", 5),
            Map.entry("connection", 5),
            Map.entry("mail", 4),
            Map.entry("tenant", 5),
            Map.entry("authorize", 6),
            Map.entry("token", 6),
            Map.entry("oidc", 6),
            Map.entry("login", 6),
            Map.entry("self", 6),
            Map.entry("direct", 6),
            Map.entry("sample", 6),
            Map.entry("transfer", 6),
            Map.entry("dashboard", 7),
            Map.entry("management", 7),
            Map.entry("", 8), // App, Routes, Config, House: the root package
            Map.entry("seed", 9),
            Map.entry("cli", 10)); // Main → cli → seed → App; docs/decisions/0003

    private static final Pattern OURS = Pattern.compile("\\bdev\\.symbolon\\.(?:([a-z]+)\\.)?[A-Z]");
    private static final Pattern TYPE =
            Pattern.compile("^\\s*(?:[a-z-]+ )*(?:class|interface|enum|record|@interface) ([A-Z]\\w*)");
    private static final List<String> BANNED =
            List.of("Manager", "Service", "Helper", "Util", "Impl", "Abstract", "Base", "Processor", "Dto");

    private record Source(Path path, String room, List<String> lines) {
        String name() {
            return path.getFileName().toString();
        }

        /// The lines without comments and without what stands in text literals.
        List<String> code() {
            return lines.stream()
                    .map(line -> line.replaceAll("\"(\\\\.|[^\"\\\\])*\"", "\"\""))
                    .map(line -> line.replaceAll("//.*", ""))
                    .toList();
        }
    }

    private static List<Source> sources(Path root) {
        try (var files = Files.walk(root)) {
            return files.filter(path -> path.toString().endsWith(".java"))
                    .sorted()
                    .map(path -> source(root, path))
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static Source source(Path root, Path path) {
        try {
            var parent = root.relativize(path).getParent();
            return new Source(path, parent == null ? "" : parent.toString(), Files.readAllLines(path));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void report(List<String> found, String instead) {
        if (!found.isEmpty()) {
            fail(String.join("\n", found) + "\n→ " + instead);
        }
    }

    @Test
    void lines_are_at_most_120_columns_long() {
        var found = new ArrayList<String>();
        for (var root : List.of(MAIN, TEST)) {
            for (var source : sources(root)) {
                var isTextBlock = false; // a table of cases or a document in a text block has its own width
                for (var i = 0; i < source.lines().size(); i++) {
                    var line = source.lines().get(i);
                    isTextBlock ^= line.split("\"\"\"", -1).length % 2 == 0;
                    if (!isTextBlock && line.length() > LINE_COLUMNS) {
                        found.add(source.path() + ":" + (i + 1));
                    }
                }
            }
        }
        report(found, "Break these lines; mvn spotless:apply does it for code, comments are yours to wrap.");
    }

    @Test
    void files_are_at_most_400_lines_long() {
        var found = sources(MAIN).stream()
                .filter(source -> source.lines().size() > FILE_LINES)
                .map(source -> source.path() + " has " + source.lines().size() + " lines")
                .toList();
        report(found, "Ask what the file is about: if the answer has an \"and\" in it, make two files of it.");
    }

    @Test
    void rooms_have_at_most_20_files() {
        var sizes = sources(MAIN).stream()
                .filter(source -> !source.name().equals("package-info.java"))
                .collect(Collectors.groupingBy(Source::room, TreeMap::new, Collectors.counting()));
        var found = sizes.entrySet().stream()
                .filter(room -> room.getValue() > LONG_LISTS.getOrDefault(room.getKey(), ROOM_FILES))
                .map(room -> room.getKey() + "/ has " + room.getValue() + " files")
                .toList();
        report(
                found,
                "A room that is full holds two things: give the second one a room, or join what belongs together.");
    }

    @Test
    void rooms_are_one_level_deep_and_known() {
        var found = sources(MAIN).stream()
                .filter(source -> !HEIGHTS.containsKey(source.room()))
                .map(source -> source.path().toString())
                .toList();
        report(found, "Put it into a room of ARCHITECTURE.md §2, or draw the new room there and in TidyTest.HEIGHTS.");
    }

    @Test
    void methods_are_at_most_60_lines_long() {
        var found = new ArrayList<String>();
        for (var source : sources(MAIN)) {
            var start = -1;
            for (var i = 0; i < source.lines().size(); i++) {
                var line = source.lines().get(i);
                // The formatter indents a member by 4 and a member of a nested type by 8.
                if (line.matches("( {4}| {8})[^ /@}].*\\{$")
                        && !TYPE.matcher(line).find()) {
                    start = i;
                } else if (line.matches("( {4}| {8})}.*") && start >= 0) {
                    if (i - start + 1 > METHOD_LINES) {
                        found.add(source.path() + ":" + (start + 1) + " is " + (i - start + 1) + " lines long");
                    }
                    start = -1;
                }
            }
        }
        report(found, "Tell the story in steps: decisions stay in the method, arithmetic goes into named leaves.");
    }

    @Test
    void methods_have_at_most_6_parameters() {
        var found = new ArrayList<String>();
        var signature = Pattern.compile("(?m)^ {4,8}(?![^(]*\\b(?:record|new|return|throw|else)\\b)"
                + "(?:(?:public|protected|private|static|final|<[^>]+>) )*"
                + "[\\w.<>\\[\\], ?]+? ?(\\w+)\\(([^()]*)\\)(?: throws [\\w, ]+)? \\{$");
        for (var source : sources(MAIN)) {
            var text =
                    String.join("\n", source.code()).replaceAll("\\(\\s+", "(").replaceAll(",\\s+", ", ");
            var matcher = signature.matcher(text);
            while (matcher.find()) {
                var parameters = matcher.group(2).replaceAll("<[^<>]*>", "").replaceAll("<[^<>]*>", "");
                var count = parameters.isBlank() ? 0 : parameters.split(",").length;
                if (count > PARAMETERS) {
                    found.add(source.path() + ": " + matcher.group(1) + " has " + count + " parameters");
                }
            }
        }
        report(found, "What is given together belongs together: make a record of it and give it the name that it has.");
    }

    @Test
    void type_names_say_what_the_thing_is() {
        var found = new ArrayList<String>();
        for (var source : sources(MAIN)) {
            for (var line : source.code()) {
                var type = TYPE.matcher(line);
                if (type.find()) {
                    BANNED.stream()
                            .filter(word -> Pattern.compile(word + "(s?$|[A-Z])")
                                    .matcher(type.group(1))
                                    .find())
                            .forEach(word -> found.add(source.path() + ": " + type.group(1) + " (" + word + ")"));
                }
            }
        }
        report(found, "Name it after what it is or keeps, in the standard's words; these words name nothing.");
    }

    @Test
    void a_room_imports_only_from_lower_rooms() {
        var found = new ArrayList<String>();
        for (var source : sources(MAIN)) {
            if (source.name().equals("Main.java")) {
                continue; // above everything
            }
            var height = HEIGHTS.getOrDefault(source.room(), 0);
            for (var line : source.code()) {
                var used = OURS.matcher(line);
                while (used.find()) {
                    var other = used.group(1) == null ? "" : used.group(1);
                    if (!other.equals(source.room()) && HEIGHTS.getOrDefault(other, 0) >= height) {
                        found.add(source.path() + ": " + line.strip());
                    }
                }
            }
        }
        report(
                found,
                "Turn the dependency round (ARCHITECTURE.md §3): give the lower room a value or a function as an"
                        + " argument, or move what both need one floor down. A feature never imports a feature.");
    }

    @Test
    void sql_is_only_in_the_store() {
        only(
                Set.of("store/"),
                line -> line.contains("java.sql.") || line.contains("org.jdbi") || line.contains("com.zaxxer"),
                "Write one method of the store that keeps one promise, and call that.");
    }

    @Test
    void cryptography_is_only_in_crypto() {
        // MessageDigest: PKCE's own definition, and the names of public files. SecureRandom: made once, in Main.
        // connection/ and outbound/ believe strangers' tokens and certificates; sample/ checks ours as a stranger
        // would.
        // outbound/ knows whose certificates are believed. sample/ is a stranger's application, which checks tokens
        // with a library as a stranger's would.
        only(
                Set.of("crypto/", "sample/", "connection/", "outbound/"),
                line -> line.contains("javax.crypto.")
                        || line.contains("com.nimbusds.")
                        || line.contains("com.amazon.corretto")
                        || line.matches(
                                ".*\\bjava\\.security\\.(?!MessageDigest|NoSuchAlgorithmException|SecureRandom).*"),
                "Give crypto/ a method that says what it is for, and call that.");
        only(
                Set.of("crypto/", "oauth/CodeChallenge.java", "page/Pages.java", "page/StaticFiles.java"),
                line -> line.contains("MessageDigest"),
                "A digest of a secret is Sealer.hash; comparing in constant time is Sealer.equal.");
    }

    @Test
    void time_chance_and_environment_are_arguments() {
        only(
                Set.of("Main.java", "App.java"),
                line -> line.matches(
                                ".*\\b(Instant\\.now|LocalDateTime\\.now|System\\.currentTimeMillis|System\\.getenv"
                                        + "|UUID\\.randomUUID|Math\\.random|ThreadLocalRandom)\\b.*")
                        || line.contains("new SecureRandom")
                        || line.contains("new Random("),
                "Take an Instant, an InstantSource, a RandomGenerator or a Config as an argument; Main makes them.");
    }

    @Test
    void the_vocabulary_imports_nothing_but_the_language() {
        var found = new ArrayList<String>();
        for (var source : sources(MAIN)) {
            if (source.room().equals("oauth")) {
                source.lines().stream()
                        .filter(line -> line.startsWith("import ")
                                && !line.matches("import (static )?(java\\.|org\\.jspecify\\.).*"))
                        .forEach(line -> found.add(source.path() + ": " + line));
            }
        }
        report(found, "oauth/ is pure: what needs a library is not vocabulary and lives one floor up.");
    }

    @Test
    void the_web_server_is_only_in_web() {
        only(
                Set.of("web/", "sample/", "App.java", "outbound/"),
                line -> line.contains("io.helidon."),
                "An endpoint takes a Call and gives an Answer; only web/ knows which server carries them. Whoever calls"
                        + " another server does it through outbound/Outbound, which guards the way.");
        only(
                Set.of("mail/", "web/Multipart.java"), // a form with a file in it has the shape of a mail
                line -> line.contains("jakarta.mail"),
                "Whoever has something to say puts a message into the outbox; mail/ carries it.");
    }

    @Test
    void the_collector_is_only_known_in_trace() {
        only(
                Set.of("trace/"),
                line -> line.contains("io.opentelemetry"),
                "Say what is done with Span.of; only trace/ knows who is told.");
    }

    @Test
    void a_test_that_finds_nothing_to_read_would_keep_nothing() {
        assertTrue(sources(MAIN).size() > 50, "The sources were not found; run the tests from the repository's root.");
    }

    private static void only(Set<String> places, Predicate<String> touches, String instead) {
        var found = new ArrayList<String>();
        for (var source : sources(MAIN)) {
            var where = MAIN.relativize(source.path()).toString();
            if (places.stream()
                    .noneMatch(place -> place.endsWith("/") ? where.startsWith(place) : where.equals(place))) {
                source.code().stream().filter(touches).forEach(line -> found.add(source.path() + ": " + line.strip()));
            }
        }
        report(found, instead);
    }
}
