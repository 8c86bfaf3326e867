package dev.symbolon.web;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.symbolon.oauth.OAuthError;
import dev.symbolon.oauth.OAuthException;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;

/// `application/x-www-form-urlencoded` as it comes from anywhere.
final class FormTest {
    @Property
    void any_bytes_of_state_come_back(@ForAll byte[] state) {
        var form = Form.parse("a=b&state=" + escaped(state) + "&c=d");
        if (state.length == 0) {
            assertTrue(form.encoded("state").isEmpty());
        } else {
            assertArrayEquals(state, bytes(form.encoded("state").orElseThrow()));
            var again = Form.parse("state=" + form.encoded("state").orElseThrow());
            assertEquals(form.encoded("state"), again.encoded("state"));
        }
        assertEquals("b", form.text("a"));
        assertEquals("d", form.text("c"));
    }

    @Property
    void any_text_comes_back(@ForAll String text) {
        var sound = new String(text.getBytes(StandardCharsets.UTF_8), StandardCharsets.UTF_8);
        assertEquals(sound, Form.parse("x=" + Form.encode(sound)).text("x"));
        assertEquals(sound, Form.decode(Form.encode(sound)));
        assertTrue(Form.encode(sound).matches("[A-Za-z0-9\\-._~%]*"));
    }

    @Property
    void reading_never_fails_and_what_was_read_is_kept(@ForAll String raw) {
        var form = Form.parse(raw);
        assertEquals(raw, form.raw());
        assertTrue(form.get("a").map(value -> !value.isEmpty()).orElse(true));
    }

    @Test
    void an_empty_value_is_an_absent_one() {
        var form = Form.parse("a=&b&=c&&d=1");
        assertEquals(Optional.empty(), form.get("a"));
        assertEquals("", form.text("b"));
        assertEquals(Optional.empty(), form.encoded("a"));
        assertEquals("1", form.text("d"));
        assertEquals("c", form.text(""));
        assertEquals(Set.of(), form.repeated());
    }

    @Test
    void a_name_sent_twice_is_told_however_it_is_written_and_the_first_value_counts() {
        assertEquals(Set.of("a"), Form.parse("a=1&b=2&a=3").repeated());
        assertEquals("1", Form.parse("a=1&a=3").text("a"));
        assertEquals(Set.of("a"), Form.parse("a=1&%61=3").repeated());
        assertEquals(Set.of("a"), Form.parse("a=&a=1").repeated());
        assertEquals(Set.of("a"), Form.parse("a&a").repeated());
        assertEquals(
                Set.of("client_id"), Form.parse("client_id=x&client%5Fid=y").repeated());
        assertEquals(Set.of(), Form.parse("a=1&A=2").repeated());
    }

    @Test
    void plus_is_a_space_and_a_broken_escape_stays() {
        assertEquals("a b", Form.parse("x=a+b").text("x"));
        assertEquals("a+b", Form.parse("x=a%2Bb").text("x"));
        assertEquals("%", Form.parse("x=%").text("x"));
        assertEquals("%4", Form.parse("x=%4").text("x"));
        assertEquals("%zz", Form.parse("x=%zz").text("x"));
        assertEquals("%A", Form.parse("x=%%41").text("x"));
        assertEquals("a=b", Form.parse("x=a=b").text("x"));
        assertEquals("a", Form.parse("x=%61").text("x"));
    }

    @Test
    void only_ascii_digits_escape() {
        assertEquals("%\uFF11\uFF11", Form.parse("x=%\uFF11\uFF11").text("x"));
        assertEquals("%\u0661\u0661", Form.parse("x=%\u0661\u0661").text("x"));
    }

    @Test
    void two_hundred_parameters_are_enough() {
        var raw = new StringBuilder("first=1");
        for (var i = 0; i < 198; i++) {
            raw.append("&p").append(i).append('=').append(i);
        }
        assertEquals("1", Form.parse(raw + "&last=1").text("last"));
        var refused = assertThrows(OAuthException.class, () -> Form.parse(raw + "&last=1&one=more"));
        assertEquals(OAuthError.INVALID_REQUEST, refused.error());
    }

    @Test
    void fields_from_elsewhere_read_the_same() {
        var form = Form.of(Map.of("a", "ü", "b", ""));
        assertEquals("ü", form.text("a"));
        assertEquals(Optional.of("%C3%BC"), form.encoded("a"));
        assertEquals(Optional.empty(), form.get("b"));
    }

    private static String escaped(byte[] bytes) {
        var text = new StringBuilder();
        for (var b : bytes) {
            text.append(String.format("%%%02x", b));
        }
        return text.toString();
    }

    private static byte[] bytes(String escaped) {
        var out = new ByteArrayOutputStream();
        for (var i = 0; i < escaped.length(); i++) {
            if (escaped.charAt(i) == '%') {
                out.write(Integer.parseInt(escaped.substring(i + 1, i + 3), 16));
                i += 2;
            } else {
                out.write(escaped.charAt(i));
            }
        }
        return out.toByteArray();
    }
}
