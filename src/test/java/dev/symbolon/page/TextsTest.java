package dev.symbolon.page;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.symbolon.mail.Mail;
import dev.symbolon.oauth.Ticket;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.FieldSource;

final class TextsTest {
    static final List<String> LANGUAGES = Texts.LANGUAGES;

    private static final Pattern PLACEHOLDER = Pattern.compile("\\{[0-9]}");
    private static final Pattern KEY_IN_LETTERS = Pattern.compile("\"(mail\\.[a-z_]+)\"");
    private static final Pattern KEY_IN_TEMPLATE =
            Pattern.compile("(?:texts\\.text\\(|texts\\.around\\(|key = )\"([a-z_.]+[a-z_])\"");

    @ParameterizedTest
    @FieldSource("LANGUAGES")
    void every_language_has_every_key_with_the_same_placeholders(String language) {
        var english = Texts.of("en");
        var texts = Texts.of(language);
        assertEquals(new TreeSet<>(english.keys()), new TreeSet<>(texts.keys()));
        for (var key : english.keys()) {
            assertEquals(placeholders(english.text(key)), placeholders(texts.text(key)), key);
            assertFalse(texts.text(key).isBlank(), key);
            assertFalse(texts.text(key).matches("(?s).*[!！].*"), key + ": we do not shout");
            assertFalse(texts.text(key).matches("(?s).*[<>&\"'].*"), key + ": plain text, typographic quotes");
        }
    }

    @ParameterizedTest
    @FieldSource("LANGUAGES")
    void a_language_is_not_a_copy_of_english(String language) {
        var english = Texts.of("en");
        var texts = Texts.of(language);
        var same = english.keys().stream()
                .filter(key -> english.text(key).equals(texts.text(key)))
                .collect(Collectors.toCollection(TreeSet::new));
        if (!language.equals("en")) {
            assertTrue(Set.of("login.email", "login.password").containsAll(same), same.toString());
        }
    }

    @Test
    void no_key_is_missing_and_none_is_unused() {
        var used = new TreeSet<String>();
        for (var notice : Notice.values()) {
            used.add(notice.key());
        }
        for (var problem : Page.Problem.values()) {
            used.addAll(Set.of(problem.key("title"), problem.key("text"), problem.key("next")));
        }
        for (var foot : Brand.Foot.values()) {
            used.add(foot.key());
        }
        ScopeLine.KNOWN.forEach(scope -> used.add("scope." + scope));
        for (var kind : Ticket.Kind.values()) {
            var key = "link." + kind.name().toLowerCase(Locale.ROOT);
            used.addAll(Set.of(key + ".title", key + ".submit"));
        }
        AccountPage.ProfileForm.NAMES.forEach(name -> used.add("self." + name));
        for (var kind : Mail.Kind.values()) {
            var key = "mail." + kind.name().toLowerCase(Locale.ROOT);
            used.addAll(Set.of(key + ".subject", key + ".text"));
        }
        KEY_IN_LETTERS
                .matcher(read(Path.of("src/main/java/dev/symbolon/mail/Letters.java")))
                .results()
                .map(key -> key.group(1))
                .forEach(used::add);
        for (var template : templates()) {
            KEY_IN_TEMPLATE.matcher(template).results().map(key -> key.group(1)).forEach(used::add);
        }
        assertEquals(used, new TreeSet<>(Texts.of("en").keys()));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            nullValues = "-",
            value = {
                "-         | -                                   | en",
                "-         | ''                                  | en",
                "-         | de                                  | de",
                "-         | pt-BR,pt;q=0.9,en;q=0.8             | pt",
                "-         | zh-Hant-TW                          | zh",
                "-         | sv, da;q=0.9, nl;q=0.4, fr;q=0.5    | fr",
                "-         | en;q=0.1, it;q=0.2                  | it",
                "-         | es;q=0, pl;q=0.001                  | pl",
                "-         | *                                   | en",
                "-         | de;q=nonsense, ja                   | ja",
                "-         | de;q=1.5, ja                        | ja",
                "-         | ;;;,,,q=                            | en",
                "-         | DE                                  | de",
                "fr-CA     | de                                  | fr",
                "sv nl     | de                                  | nl",
                "xx        | de                                  | de",
                "PT_br     | de                                  | pt",
                "../en     | de                                  | de"
            })
    void the_language_is_the_one_asked_for(String uiLocales, String acceptLanguage, String expected) {
        var locales = uiLocales == null ? List.<String>of() : List.of(uiLocales.split(" "));
        var header = acceptLanguage == null ? "" : acceptLanguage;
        assertEquals(expected, Texts.pick(locales, header, "en").language());
    }

    @Test
    void a_long_header_is_read_only_so_far() {
        assertEquals(
                "en",
                Texts.pick(List.of(), "xx,".repeat(Texts.LANGUAGE_RANGES_MAX) + "de", "en")
                        .language());
        assertEquals(
                "de", Texts.pick(List.of(), "de," + "x".repeat(1_000_000), "en").language());
        assertEquals(
                "pl",
                Texts.pick(List.of("xx".repeat(500_000)), ",".repeat(1_000_000), "pl")
                        .language());
    }

    @Test
    void arguments_are_put_in_once_and_never_read_as_placeholders() {
        assertEquals("Back to {0} {1}", Texts.of("en").text("back", "{0} {1}"));
        assertEquals(new Texts.Around("Back to ", ""), Texts.of("en").around("back"));
        assertThrows(IllegalArgumentException.class, () -> Texts.of("en").text("no.such.key"));
        assertThrows(IllegalArgumentException.class, () -> Texts.of("tlh"));
    }

    private static Set<String> placeholders(String text) {
        return PLACEHOLDER.matcher(text).results().map(MatchResult::group).collect(Collectors.toSet());
    }

    private static List<String> templates() {
        try (var files = Files.walk(Path.of("src/main/jte"))) {
            return files.filter(Files::isRegularFile).map(TextsTest::read).toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static String read(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
