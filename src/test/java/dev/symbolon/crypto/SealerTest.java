package dev.symbolon.crypto;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.Base64;
import java.util.HashSet;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

final class SealerTest {
    private static final byte[] CONTENT = "what is sealed".getBytes(StandardCharsets.UTF_8);

    private final Sealer sealer = Keys.sealer(1);

    private String sealed() {
        return sealer.seal(Purpose.CODE, CONTENT, Keys.NOW.plusSeconds(60)).text();
    }

    private Optional<byte[]> opened(byte[] raw) {
        return sealer.open(Purpose.CODE, Base64.getUrlEncoder().withoutPadding().encodeToString(raw), Keys.NOW);
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 15, 16, 17, 1_000, 100_000})
    void what_is_sealed_opens_again(int length) {
        var content = sealer.bytes(length);
        var text = sealer.seal(Purpose.CODE, content, Keys.NOW.plusSeconds(60)).text();
        assertTrue(text.matches("[A-Za-z0-9_-]+"));
        assertArrayEquals(content, sealer.open(Purpose.CODE, text, Keys.NOW).orElseThrow());
    }

    @Test
    void another_server_with_the_same_secret_opens_it_too() {
        assertArrayEquals(
                CONTENT, Keys.sealer(1).open(Purpose.CODE, sealed(), Keys.NOW).orElseThrow());
    }

    @ParameterizedTest
    @EnumSource(value = Purpose.class, names = "CODE", mode = EnumSource.Mode.EXCLUDE)
    void a_value_of_one_purpose_never_opens_as_another(Purpose other) {
        assertTrue(sealer.open(other, sealed(), Keys.NOW).isEmpty());
    }

    @Test
    void a_value_of_one_tenant_never_opens_in_another() {
        assertTrue(Keys.sealer(2).open(Purpose.CODE, sealed(), Keys.NOW).isEmpty());
    }

    @Test
    void a_value_opens_until_its_expiry_and_not_at_it() {
        var text = sealed();
        assertTrue(sealer.open(Purpose.CODE, text, Keys.NOW.plusSeconds(60).minusMillis(1))
                .isPresent());
        for (var late : new Duration[] {Duration.ofSeconds(60), Duration.ofSeconds(61), Duration.ofDays(9_999)}) {
            assertTrue(sealer.open(Purpose.CODE, text, Keys.NOW.plus(late)).isEmpty());
        }
    }

    @Test
    void a_change_of_any_bit_is_noticed() {
        var raw = Base64.getUrlDecoder().decode(sealed());
        for (var bit = 0; bit < raw.length * 8; bit++) {
            var changed = raw.clone();
            changed[bit / 8] ^= (byte) (1 << bit % 8);
            assertTrue(opened(changed).isEmpty(), "bit " + bit);
        }
    }

    @Test
    void a_value_cut_anywhere_does_not_open() {
        var raw = Base64.getUrlDecoder().decode(sealed());
        for (var length = 0; length < raw.length; length++) {
            assertTrue(opened(Arrays.copyOf(raw, length)).isEmpty(), "length " + length);
            assertTrue(opened(Arrays.copyOfRange(raw, raw.length - length, raw.length))
                    .isEmpty());
        }
        assertTrue(opened(Arrays.copyOf(raw, raw.length + 1)).isEmpty());
        assertTrue(opened(Arrays.copyOf(raw, raw.length + 1_000)).isEmpty());
    }

    @ParameterizedTest
    @ValueSource(strings = {"", " ", "!", "AQ", "AQE", "ä", "\0", "====", "A+/=", "AAAA\nAAAA"})
    void what_was_never_sealed_does_not_open(String text) {
        assertTrue(sealer.open(Purpose.CODE, text, Keys.NOW).isEmpty());
    }

    @Test
    void the_same_content_is_never_sealed_alike() {
        var seen = new HashSet<String>();
        for (var i = 0; i < 10_000; i++) {
            assertTrue(seen.add(sealed()));
        }
    }

    @Test
    void what_is_sealed_does_not_show_through() {
        var raw = Base64.getUrlDecoder().decode(sealed());
        var shown = new String(raw, StandardCharsets.ISO_8859_1);
        assertFalse(shown.contains("sealed"));
        assertEquals("sealed", sealer.seal(Purpose.CODE, CONTENT, Keys.NOW).toString(), "nothing reaches a log");
    }

    @Test
    void a_secret_of_another_length_is_refused() {
        for (var length : new int[] {0, 16, 31, 33, 64}) {
            assertThrows(IllegalArgumentException.class, () -> new Sealer(new byte[length], Keys.CHANCE));
        }
    }

    @Test
    void digests_differ_by_secret_purpose_and_tenant_and_match_only_their_own() {
        var hash = sealer.hash(Purpose.CLIENT_SECRET, "secret");
        assertEquals(43, hash.value().length());
        assertTrue(sealer.matches(Purpose.CLIENT_SECRET, "secret", hash));
        assertFalse(sealer.matches(Purpose.CLIENT_SECRET, "Secret", hash));
        assertFalse(sealer.matches(Purpose.CLIENT_SECRET, "", hash));
        assertFalse(sealer.matches(Purpose.SESSION_COOKIE, "secret", hash));
        assertFalse(Keys.sealer(2).matches(Purpose.CLIENT_SECRET, "secret", hash));
        assertNotEquals(hash, sealer.hash(Purpose.SESSION_COOKIE, "secret"));
    }

    @Test
    void texts_are_equal_only_when_they_are() {
        assertTrue(Sealer.equal("", ""));
        assertTrue(Sealer.equal("añ", "añ"));
        assertFalse(Sealer.equal("a", "b"));
        assertFalse(Sealer.equal("a", "aa"));
        assertFalse(Sealer.equal("a", "a\0"));
    }

    @Test
    void ten_thousand_secrets_and_ids_are_all_different_and_long_enough() {
        var seen = new HashSet<String>();
        for (var i = 0; i < 10_000; i++) {
            var token = sealer.newToken();
            assertEquals(43, token.value().length());
            assertEquals("***", token.toString());
            assertTrue(seen.add(token.value()));
            var id = sealer.newId();
            assertEquals(22, id.length());
            assertTrue(seen.add(id));
        }
    }
}
