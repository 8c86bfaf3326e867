package dev.symbolon.account;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.symbolon.account.PasswordPolicy.Weakness;
import java.util.List;
import java.util.Optional;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// Which passwords nobody should have.
final class PasswordPolicyTest {
    private static final List<String> ADA = List.of("ada.lovelace@example.com", "Ada Lovelace");

    @ParameterizedTest
    @CsvSource({
        "'', SHORT",
        "short, SHORT",
        "1234567, SHORT",
        "12345678, COMMON",
        "password, COMMON",
        "password1, COMMON",
        "Passw0rd, COMMON",
        "iloveyou, COMMON",
        "qwertyuiop, COMMON",
        "aaaaaaaaaaaa, GUESSABLE",
        "Summer2026, GUESSABLE",
        "abcdefgh1, GUESSABLE",
        "ada.lovelace, PERSONAL",
        "lovelace1, PERSONAL",
        "ada.lovelace@example.com, PERSONAL"
    })
    void BF_10_what_is_tried_first_is_refused_with_the_reason(String password, Weakness why) {
        assertEquals(Optional.of(why), PasswordPolicy.weakness(password, ADA));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "correct horse battery staple",
                "zeravi-pohepo-mamipi-rawewe",
                "Tr0ub4dor&3x!Q",
                "ラーメンと餃子を食べたい",
                "vier alte Katzen im Regen"
            })
    void what_is_hard_to_guess_is_good_whatever_stands_in_it(String password) {
        assertEquals(Optional.empty(), PasswordPolicy.weakness(password, ADA));
    }

    @Test
    void length_alone_is_enough_unless_it_is_one_key_held_down() {
        assertEquals(Optional.empty(), PasswordPolicy.weakness("the quick brown fox ".repeat(50), List.of()));
        assertEquals(Optional.of(Weakness.GUESSABLE), PasswordPolicy.weakness("a".repeat(64), List.of()));
        assertEquals(Optional.of(Weakness.LONG), PasswordPolicy.weakness("x y".repeat(400), List.of()));
    }

    @Property(tries = 200)
    void whatever_is_typed_is_judged(@ForAll String password) {
        assertTrue(PasswordPolicy.weakness(password, ADA).isPresent()
                || password.codePointCount(0, password.length()) >= PasswordPolicy.MIN_CHARACTERS);
    }
}
