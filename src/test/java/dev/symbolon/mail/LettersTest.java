package dev.symbolon.mail;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.symbolon.mail.Mail.Kind;
import dev.symbolon.mail.Mail.Value;
import dev.symbolon.page.Texts;
import dev.symbolon.spec.Site;
import java.util.EnumMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// The words of mails, in every language.
final class LettersTest {
    private static Site site;

    @BeforeAll
    static void start() {
        site = Site.start();
    }

    @AfterAll
    static void stop() {
        site.close();
    }

    private static Map<Value, String> values(String text) {
        var values = new EnumMap<Value, String>(Value.class);
        for (var value : Value.values()) {
            values.put(value, text);
        }
        values.put(Value.CODE, "123456");
        values.put(Value.MINUTES, "30");
        for (var link : List.of(Value.LINK, Value.SIGN_IN_LINK, Value.RECOVER_LINK)) {
            values.put(link, "https://login.example/" + link.name().toLowerCase(java.util.Locale.ROOT));
        }
        return values;
    }

    private static Letter letter(Kind kind, String language, String text) {
        return Letters.write(site.host(), new Mail(kind, "ada@example.com", language, values(text)));
    }

    @ParameterizedTest
    @EnumSource(Kind.class)
    void every_mail_says_the_same_as_text_and_as_html_in_every_language(Kind kind) {
        var subjects = new HashSet<String>();
        for (var language : Texts.LANGUAGES) {
            var letter = letter(kind, language, "Shop");
            subjects.add(letter.subject());
            for (var part : List.of(letter.subject(), letter.text(), letter.html())) {
                assertFalse(part.matches("(?s).*\\{[0-9]}.*"), language + part);
            }
            for (var said : List.of("123 456", "https://login.example/link", "Shop")) {
                assertTrue(letter.text().contains(said), language + letter.text());
                assertTrue(letter.html().contains(said), language + letter.html());
            }
            assertTrue(letter.html().startsWith("<!DOCTYPE html>\n<html lang=\"" + language + "\">"));
            assertFalse(letter.html().contains("<img") || letter.html().contains("src="), "nothing is fetched");
        }
        assertEquals(Texts.LANGUAGES.size(), subjects.size(), subjects.toString());
    }

    @ParameterizedTest
    @EnumSource(names = {"SIGN_UP", "RECOVER"})
    void a_mail_with_a_link_only_speaks_of_no_code(Kind kind) {
        for (var minutes : List.of("30", "1440")) {
            var values = values("Shop");
            values.remove(Value.CODE);
            values.put(Value.MINUTES, minutes);
            var letter = Letters.write(site.host(), new Mail(kind, "ada@example.com", "en", values));
            assertFalse(letter.text().matches("(?is).*\\bcode\\b.*"), letter.text());
            assertTrue(letter.text().contains("The link works once"), letter.text());
        }
    }

    @ParameterizedTest
    @EnumSource(Kind.class)
    void XS_05_what_strangers_wrote_stays_text_and_one_line(Kind kind) {
        var hostile = "</p><script>alert(1)</script>\r\nBcc: bob@example.com\u202E";
        var letter = letter(kind, "en", hostile);
        assertFalse(letter.html().contains("<script>"), letter.html());
        assertFalse(letter.subject().contains("\r") || letter.subject().contains("\n"), letter.subject());
    }

    @Test
    void nothing_of_a_letter_is_printed() {
        var letter = letter(Kind.SIGN_IN, "en", "Shop");
        assertEquals("Letter in en", letter.toString());
        var mail = new Mail(Kind.SIGN_IN, "ada@example.com", "en", values("x"));
        assertFalse(mail.toString().contains("123456") || mail.toString().contains("ada"), mail.toString());
    }
}
