package dev.symbolon.oauth;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.StringLength;
import org.junit.jupiter.api.Test;

/// RFC 7636 §4.1.
final class CodeVerifierTest {
    @Test
    void it_has_43_to_128_characters() {
        assertEquals(43, new CodeVerifier("a".repeat(43)).value().length());
        assertEquals(128, new CodeVerifier("a".repeat(128)).value().length());
        for (var length : List.of(0, 1, 42, 129, 1_000_000)) {
            refused("a".repeat(length));
        }
    }

    @Test
    void every_unreserved_character_is_good_and_no_other() {
        for (char c = 0; c < 0x300; c++) {
            var text = "a".repeat(42) + c;
            if ("-._~".indexOf(c) >= 0 || c < 0x80 && Character.isLetterOrDigit(c)) {
                assertEquals(text, new CodeVerifier(text).value());
            } else {
                refused(text);
            }
        }
    }

    @Test
    void it_never_prints() {
        assertEquals("***", new CodeVerifier("s".repeat(43)).toString());
        assertEquals("[***]", List.of(new CodeVerifier("s".repeat(43))).toString());
    }

    @Property
    void a_refusal_does_not_repeat_it(@ForAll @StringLength(min = 129, max = 200) String text) {
        var refusal = assertThrows(OAuthException.class, () -> new CodeVerifier(text));
        assertEquals(-1, refusal.description().indexOf(text));
    }

    private static void refused(String text) {
        var refusal = assertThrows(OAuthException.class, () -> new CodeVerifier(text));
        assertEquals(OAuthError.INVALID_GRANT, refusal.error());
    }
}
