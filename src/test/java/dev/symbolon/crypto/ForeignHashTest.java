package dev.symbolon.crypto;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.symbolon.oauth.OAuthError;
import dev.symbolon.oauth.OAuthException;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Hashes that other programs made (libxcrypt, and Python's hashlib) are understood; what costs too much or
/// cannot be read is refused.
final class ForeignHashTest {
    @ParameterizedTest
    @ValueSource(
            strings = {
                "$2a$05$abcdefghijklmnopqrstuuHNbAKRhpaujgo33bRWs.NLUTJO3lOy2",
                "$2b$05$abcdefghijklmnopqrstuuHNbAKRhpaujgo33bRWs.NLUTJO3lOy2",
                "$2y$05$abcdefghijklmnopqrstuuHNbAKRhpaujgo33bRWs.NLUTJO3lOy2",
                "$scrypt$ln=10,r=8,p=1$MDEyMzQ1Njc4OWFiY2RlZg$6g3umF+uVrJsObaTZhIbbTlgrvOEFcCItdwSjtPF67M",
                "$scrypt$ln=4,r=8,p=2$MDEyMzQ1Njc4OWFiY2RlZg"
                        + "$JYH3qqqHOmC1SgODc5iBofe43ODbjU4oo0Dz1jY/A95oputTwA14HtoLkbHFQSilZlQBYaO5XDeMt3SvP+9TZg",
                "$pbkdf2-sha256$i=1000$MDEyMzQ1Njc4OWFiY2RlZg$cBg8D2DungRB9k76szThf5ehfyBz991ay6PT8Srwk4M",
                "$pbkdf2-sha512$1000$MDEyMzQ1Njc4OWFiY2RlZg"
                        + "$OM0FAoIqCVK1sWtxDiffVlBejtLa.ks4TP71JiecwuSZCG8iLbnlIEPOMoVX.i2B2wkSxjQ8CRGR9OkNGuIPMQ"
            })
    void a_hash_of_another_program_is_that_of_its_password_and_of_no_other(String text) {
        var hash = ForeignHash.read(ForeignHash.acceptable(text).phc());
        assertTrue(hash.verify("correct horse"));
        assertFalse(hash.verify("correct horsf"));
        assertFalse(hash.verify(""));
        assertFalse(hash.verify("\ud800"), "half a character is only a wrong password");
        assertEquals("***", hash.toString());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "secret",
                "5f4dcc3b5aa765d61d8327deb882cf99",
                "$1$abcdefgh$abcdefghijklmnopqrstuv",
                "$2x$05$abcdefghijklmnopqrstuuHNbAKRhpaujgo33bRWs.NLUTJO3lOy2",
                "$2b$15$abcdefghijklmnopqrstuuFyy98jhqVTP5.g80HBm5AYybeT9zOkO",
                "$2b$03$abcdefghijklmnopqrstuuHNbAKRhpaujgo33bRWs.NLUTJO3lOy2",
                "$2b$05$short",
                "$scrypt$ln=18,r=8,p=1$MDEyMzQ1Njc4OWFiY2RlZg$6g3umF+uVrJsObaTZhIbbTlgrvOEFcCItdwSjtPF67M",
                "$scrypt$ln=99,r=8,p=1$MDEyMzQ1Njc4OWFiY2RlZg$6g3umF+uVrJsObaTZhIbbTlgrvOEFcCItdwSjtPF67M",
                "$scrypt$ln=17,r=8,p=16$MDEyMzQ1Njc4OWFiY2RlZg$6g3umF+uVrJsObaTZhIbbTlgrvOEFcCItdwSjtPF67M",
                "$scrypt$ln=16,r=1,p=1$MDEyMzQ1Njc4OWFiY2RlZg$6g3umF+uVrJsObaTZhIbbTlgrvOEFcCItdwSjtPF67M",
                "$scrypt$ln=10,r=8,p=0$MDEyMzQ1Njc4OWFiY2RlZg$6g3umF+uVrJsObaTZhIbbTlgrvOEFcCItdwSjtPF67M",
                "$pbkdf2-sha256$i=2000001$MDEyMzQ1Njc4OWFiY2RlZg$cBg8D2DungRB9k76szThf5ehfyBz991ay6PT8Srwk4M",
                "$pbkdf2-sha256$i=0$MDEyMzQ1Njc4OWFiY2RlZg$cBg8D2DungRB9k76szThf5ehfyBz991ay6PT8Srwk4M",
                "$pbkdf2-sha256$i=1000$MDEyMzQ1Njc4OWFiY2RlZg$AAAA",
                "$pbkdf2-sha256$i=1000$MDEyMzQ1Njc4OWFiY2RlZg$!!!!!!!!!!!!!!!!!!!!!!!!!!!!",
                "$pbkdf2-sha1$i=1000$MDEyMzQ1Njc4OWFiY2RlZg$cBg8D2DungRB9k76szThf5ehfyBz991ay6PT8Srwk4M",
                "$argon2i$v=19$m=19456,t=2,p=1$AAAAAAAAAAAAAAAAAAAAAA$AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA",
                "$argon2id$v=16$m=19456,t=2,p=1$AAAAAAAAAAAAAAAAAAAAAA$AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA",
                "$argon2id$v=19$m=999999999,t=2,p=1$AAAAAAAAAAAAAAAAAAAAAA$AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA",
                "$argon2id$v=19$m=262144,t=16,p=1$AAAAAAAAAAAAAAAAAAAAAA$AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA",
                "$argon2id$v=19$m=19456,t=0,p=1$AAAAAAAAAAAAAAAAAAAAAA$AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA",
                "$argon2id$v=19$m=16,t=2,p=16$AAAAAAAAAAAAAAAAAAAAAA$AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"
            })
    void what_cannot_be_checked_here_is_refused_without_repeating_it(String text) {
        var refusal = assertThrows(OAuthException.class, () -> ForeignHash.acceptable(text));
        assertEquals(OAuthError.INVALID_REQUEST, refusal.error());
        assertTrue(refusal.description().endsWith("."));
        assertTrue(text.isEmpty() || !refusal.description().contains(text));
    }
}
