package dev.symbolon.tenant;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.symbolon.oauth.Branding;
import dev.symbolon.oauth.Branding.Format;
import dev.symbolon.oauth.OAuthException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// What can be said of how pages look, and what is refused.
class BrandingFieldsTest {
    private static String refused(Map<String, ?> values) {
        return assertThrows(OAuthException.class, () -> BrandingFields.changed(Branding.NONE, values))
                .description();
    }

    @Test
    void a_colour_that_cannot_be_read_is_refused_with_its_ratio_and_one_that_can() {
        assertEquals(
                "The accent for light pages, #FFCC00, has a contrast of 1.44 to 1 with the page; text needs 4.5 to 1."
                        + " Take a darker one, for example #8C7000.",
                refused(Map.of("accent_light", "#fc0")));
        assertEquals(
                "The accent for dark pages, #0E7C66, has a contrast of 3.19 to 1 with the page; text needs 4.5 to 1."
                        + " Take a lighter one, for example #3E9684.",
                refused(Map.of("accent_dark", "#0e7c66")));
        assertEquals(
                Optional.of("#8C7000"),
                BrandingFields.changed(Branding.NONE, Map.of("accent_light", "#8C7000"))
                        .accentLight());
        assertEquals(21, Accents.contrast(0, 0xFFFFFF), 0.001);
    }

    @Property(tries = 2_000)
    void what_is_proposed_instead_is_taken(@ForAll @IntRange(min = 0, max = 0xFFFFFF) int colour) {
        for (var accents : Accents.values()) {
            var text = String.format(Locale.ROOT, "#%06x", colour);
            try {
                assertEquals(text.toUpperCase(Locale.ROOT), accents.parse(text));
            } catch (OAuthException refusal) {
                var proposed = Pattern.compile("for example (#[0-9A-F]{6})").matcher(refusal.description());
                assertTrue(proposed.find(), refusal.description());
                assertEquals(proposed.group(1), accents.parse(proposed.group(1)));
            }
        }
    }

    @Test
    void the_grounds_are_those_of_the_style_sheet() throws IOException {
        try (var in = getClass().getResourceAsStream("/static/style.css")) {
            var css = new String(in.readAllBytes(), StandardCharsets.UTF_8);
            var dark = css.substring(css.indexOf("prefers-color-scheme: dark"));
            assertTrue(css.contains(String.format("--ground: #%06X;", Accents.LIGHT.ground())));
            assertTrue(dark.contains(String.format("--card: #%06X;", Accents.DARK.ground())));
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"red", "#12345", "#0E7C66}", "#0E7C66;x", "url(x)", "#GGGGGG", "# 0E7C66"})
    void what_is_no_colour_is_refused(String text) {
        assertEquals("The accent for light pages is a colour like #0E7C66.", refused(Map.of("accent_light", text)));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "javascript:alert(1)",
                "data:text/html,x",
                "/terms",
                "terms",
                "//evil.example",
                "https:",
                "https://",
                "https://a b",
                "mailto:me@example.com",
                "https://login.example.com@evil.example/",
                "ftp://example.com",
                " https://x.example/\u0000"
            })
    void XS_03_a_link_leads_to_the_web_and_nowhere_else(String link) {
        var sentence = refused(Map.of("texts", Map.of("en", Map.of("terms", link))));
        assertTrue(sentence.startsWith("The link to the terms is a whole address"), sentence);
    }

    @Test
    void help_may_be_an_address_of_mail() {
        var said = BrandingFields.changed(
                Branding.NONE, Map.of("texts", Map.of("en", Map.of("support", "mailto:help@example.com"))));
        assertEquals(Optional.of("mailto:help@example.com"), said.in("en").support());
    }

    @Test
    void texts_are_bounded_and_on_one_line() {
        assertTrue(refused(Map.of("name", "x".repeat(101))).contains("at most 100"));
        assertTrue(refused(Map.of("texts", Map.of("en", Map.of("title", "x".repeat(81)))))
                .contains("at most 80"));
        assertTrue(refused(Map.of("texts", Map.of("en", Map.of("text", "x".repeat(301)))))
                .contains("at most 300"));
        assertTrue(refused(Map.of("texts", Map.of("en", Map.of("title", "a\nb"))))
                .contains("not on one line"));
        assertTrue(refused(Map.of("texts", Map.of("tlh", Map.of()))).contains("do not speak tlh"));
        assertTrue(refused(Map.of("texts", Map.of("en", Map.of("footer", "x")))).contains("no field footer"));
        assertTrue(refused(Map.of("texts", "x")).contains("an object of languages"));
        assertTrue(refused(Map.of("texts", Map.of("en", "x"))).contains("have to be an object"));
        assertTrue(refused(Map.of("logo", "x")).contains("no field logo"));
    }

    @Test
    void what_is_not_spoken_of_stays_and_an_empty_text_is_the_houses_again() {
        var first = BrandingFields.changed(
                Branding.NONE, Map.of("name", "Acme", "texts", Map.of("de", Map.of("title", "Hallo", "text", "Welt"))));
        var second = BrandingFields.changed(first, Map.of("texts", Map.of("de", Map.of("title", ""))));
        assertEquals(Optional.of("Acme"), second.name());
        assertEquals(Optional.empty(), second.in("de").title());
        assertEquals(Optional.of("Welt"), second.in("de").text());
        var third = BrandingFields.changed(second, Map.of("name", " ", "texts", Map.of("de", Map.of("text", ""))));
        assertEquals(Branding.NONE, third);
    }

    @Test
    void what_a_picture_is_its_bytes_say() {
        assertEquals(Format.PNG, Logos.of(Pictures.png(64, 64)).format());
        assertEquals(Format.WEBP, Logos.of(Pictures.webp()).format());
        assertEquals(Format.SVG, Logos.of(Pictures.SVG).format());
        assertEquals(
                Format.SVG,
                Logos.of(Pictures.svg("<?xml version='1.0'?><!-- by hand --><!DOCTYPE svg><svg xmlns='%s'><g/></svg>"))
                        .format());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "GIF89a",
                "<html><svg xmlns='%s'/></html>",
                "<svg/>",
                "<svg xmlns='%s'>",
                "<svg xmlns='%s'><g></svg>",
                "\u0089PNG",
                "<!DOCTYPE svg [<!ENTITY a 'b'>]><svg xmlns='%s'>&a;</svg>",
                "<!DOCTYPE svg [<!ENTITY a SYSTEM 'file:///etc/hostname'>]><svg xmlns='%s'>&a;</svg>"
            })
    void what_is_no_picture_is_refused(String text) {
        var refusal = assertThrows(OAuthException.class, () -> Logos.of(Pictures.svg(text)));
        assertEquals("A logo is a PNG, a WebP or an SVG; these bytes are none of them.", refusal.description());
    }

    @Test
    void a_picture_is_bounded_in_bytes_and_pixels() {
        var large = assertThrows(OAuthException.class, () -> Logos.of(new byte[Logos.MAX_BYTES + 1]));
        assertEquals("A logo has at most 48 KiB; this one has 49 KiB.", large.description());
        var wide = assertThrows(OAuthException.class, () -> Logos.of(Pictures.png(30_000, 1)));
        assertEquals("A logo is at most 4096 pixels wide and high.", wide.description());
        for (var high : List.of(
                Pictures.webp("VP8 ", 26, 0x1001_0001),
                Pictures.webp("VP8L", 21, 4_096),
                Pictures.webp("VP8L", 21, 4_096 << 14),
                Pictures.webp("VP8X", 24, 0x1000),
                Pictures.webp("VP8X", 26, 0x100000))) {
            assertThrows(OAuthException.class, () -> Logos.of(high));
        }
        assertEquals(Format.WEBP, Logos.of(Pictures.webp("VP8X", 24, 4_095)).format());
        assertEquals(Format.WEBP, Logos.of(Pictures.webp("VP8L", 21, 4_095)).format());
    }
}
