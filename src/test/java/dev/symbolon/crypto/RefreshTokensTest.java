package dev.symbolon.crypto;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.symbolon.oauth.GrantId;
import dev.symbolon.oauth.RefreshToken;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Base64;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class RefreshTokensTest {
    private final Sealer sealer = Keys.sealer(1);
    private final GrantId grant = new GrantId(sealer.newId());

    private Optional<RefreshToken> read(byte[] raw) {
        return RefreshTokens.read(
                sealer, Base64.getUrlEncoder().withoutPadding().encodeToString(raw));
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 255, 256, 4_294_967_296L, Long.MAX_VALUE})
    void a_token_says_its_grant_and_generation(long generation) {
        var token = new RefreshToken(grant, generation);
        var text = RefreshTokens.write(sealer, token);
        assertTrue(text.matches("[A-Za-z0-9_-]{75}"), text);
        assertEquals(token, RefreshTokens.read(sealer, text).orElseThrow());
        assertEquals(text, RefreshTokens.write(Keys.sealer(1), token), "a lost answer can be repeated");
    }

    @Test
    void a_token_of_another_tenant_is_none() {
        var text = RefreshTokens.write(sealer, new RefreshToken(grant, 1));
        assertTrue(RefreshTokens.read(Keys.sealer(2), text).isEmpty());
    }

    @Test
    void two_generations_have_nothing_in_common_but_the_grant() {
        var one = RefreshTokens.write(sealer, new RefreshToken(grant, 1));
        var two = RefreshTokens.write(sealer, new RefreshToken(grant, 2));
        assertEquals(one.substring(0, 21), two.substring(0, 21));
        assertNotEquals(one.substring(32), two.substring(32));
    }

    @Test
    void a_change_of_any_bit_is_noticed() {
        var raw = Base64.getUrlDecoder().decode(RefreshTokens.write(sealer, new RefreshToken(grant, 7)));
        for (var bit = 0; bit < raw.length * 8; bit++) {
            var changed = raw.clone();
            changed[bit / 8] ^= (byte) (1 << bit % 8);
            assertTrue(read(changed).isEmpty(), "bit " + bit);
        }
    }

    @Test
    void a_token_of_any_other_length_is_none() {
        var raw = Base64.getUrlDecoder().decode(RefreshTokens.write(sealer, new RefreshToken(grant, 7)));
        for (var length = 0; length < 120; length++) {
            assertEquals(length == raw.length, read(Arrays.copyOf(raw, length)).isPresent());
        }
    }

    @Test
    void the_digest_of_another_purpose_is_no_signature() {
        var body = ByteBuffer.allocate(24)
                .put(Base64.getUrlDecoder().decode(grant.value()))
                .putLong(7)
                .array();
        for (var purpose : Purpose.values()) {
            var whole = Arrays.copyOf(body, 56);
            System.arraycopy(sealer.mac(purpose, body), 0, whole, 24, 32);
            assertEquals(purpose == Purpose.REFRESH_TOKEN, read(whole).isPresent(), purpose.name());
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"", " ", "x", "!", "é", "\0", "=", "AAAA"})
    void what_was_never_a_token_is_none(String text) {
        assertTrue(RefreshTokens.read(sealer, text).isEmpty());
    }
}
