package dev.symbolon.web;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.symbolon.oauth.OAuthError;
import dev.symbolon.oauth.OAuthException;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class JsonTest {
    private static byte[] utf8(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private static void refused(byte[] json) {
        var refusal = assertThrows(OAuthException.class, () -> Json.readForm(json));
        assertEquals(OAuthError.INVALID_REQUEST, refusal.error());
    }

    @Test
    void a_flat_object_of_texts_is_a_form() {
        var form =
                Json.readForm(utf8("{\"a\":\"b\",\"empty\":\"\",\"ü\":\"\\u00fc\\n\",\"smile\":\"\\ud83d\\ude00\"}"));
        assertEquals("b", form.text("a"));
        assertTrue(form.get("empty").isEmpty(), "empty is absent (RFC 6749 §3.1)");
        assertEquals("ü\n", form.text("ü"));
        assertEquals("\uD83D\uDE00", form.text("smile"));
        assertTrue(form.get("other").isEmpty());
        assertTrue(form.repeated().isEmpty());
        assertTrue(Json.readForm(utf8(" {} \n")).get("a").isEmpty());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "null",
                "[]",
                "\"a\"",
                "1",
                "{\"a\":1}",
                "{\"a\":null}",
                "{\"a\":{}}",
                "{\"a\":[]}",
                "{\"a\":true}",
                "{\"a\":\"b\",\"a\":\"b\"}",
                "{\"a\":\"b\",\"\\u0061\":\"c\"}",
                "{\"a\":\"b\"}x",
                "{\"a\":\"b\"}{}",
                "{\"a\":\"b\"",
                "{a:\"b\"}",
                "{\"a\":\"b\",}",
                "{\"a\":\"\t\"}",
                "{\"a\":\"\\x\"}",
                "//\n{}",
                "{\"a\":NaN}",
                "{\"a\":01}"
            })
    void everything_else_is_an_invalid_request(String json) {
        refused(utf8(json));
    }

    @Test
    void depth_and_length_are_bounded() {
        refused(utf8("{\"a\":" + "[".repeat(17) + "]".repeat(17) + "}"));
        refused(utf8("[".repeat(60_000)));
        refused(utf8("{\"a\":\"" + "b".repeat(65_537) + "\"}"));
        refused(utf8("{\"a\":" + "9".repeat(60_000) + "}"));
        assertEquals(
                65_536,
                Json.readForm(utf8("{\"a\":\"" + "b".repeat(65_536) + "\"}"))
                        .text("a")
                        .length());
    }

    @Test
    void bytes_that_are_not_utf_8_are_refused() {
        refused("{\"a\":\"ä\"}".getBytes(StandardCharsets.ISO_8859_1));
        refused(new byte[] {'{', '"', 'a', '"', ':', '"', (byte) 0x80, '"', '}'});
        refused(new byte[] {(byte) 0xFF, (byte) 0xFE});
    }

    @Test
    void what_is_written_is_ascii() {
        var object = new LinkedHashMap<String, Object>();
        object.put("name", "Ζωή \uD83D\uDE00 \"\\\n");
        object.put("list", List.of("ü", 1, true));
        var written = new String(Json.write(object), StandardCharsets.ISO_8859_1);
        assertTrue(written.chars().allMatch(c -> c >= 0x20 && c < 0x7F), written);
        assertEquals(
                "Ζωή \uD83D\uDE00 \"\\\n", Json.read(utf8(written)).get("name").textValue());
    }

    @Property
    void any_texts_come_back_as_they_were_written(@ForAll @Size(max = 20) Map<String, String> fields) {
        fields.values().removeIf(value -> !new String(utf8(value), StandardCharsets.UTF_8).equals(value));
        fields.keySet().removeIf(name -> !new String(utf8(name), StandardCharsets.UTF_8).equals(name));
        var form = Json.readForm(Json.write(fields));
        fields.forEach((name, value) -> assertEquals(value, form.text(name)));
    }

    @Property
    void no_bytes_are_a_fault(@ForAll byte[] bytes) {
        try {
            Json.readForm(bytes);
        } catch (OAuthException refusal) {
            assertEquals(OAuthError.INVALID_REQUEST, refusal.error());
        }
    }
}
