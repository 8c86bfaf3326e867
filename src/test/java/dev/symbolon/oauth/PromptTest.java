package dev.symbolon.oauth;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Set;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;

/// OpenID Connect Core §3.1.2.1.
final class PromptTest {
    @Test
    void words_are_read_one_by_one() {
        assertEquals(Set.of(), Prompt.parse(""));
        assertEquals(Set.of(Prompt.NONE), Prompt.parse("none"));
        assertEquals(Set.of(Prompt.NONE), Prompt.parse(" none "));
        assertEquals(Set.of(Prompt.LOGIN, Prompt.CONSENT), Prompt.parse("consent login"));
        assertEquals(Set.of(Prompt.SELECT_ACCOUNT), Prompt.parse("select_account select_account"));
        assertEquals(Set.of(Prompt.LOGIN), Prompt.parse("login foo"));
    }

    @Test
    void another_case_or_separator_is_an_unknown_word() {
        for (var text :
                List.of("NONE", "None", "none,login", "none\tlogin", "none\u00A0login", "select-account", "LOGIN")) {
            assertEquals(Set.of(), Prompt.parse(text), text);
        }
    }

    @Test
    void none_stands_alone() {
        for (var text : List.of("none login", "login none", "none none", "none foo", "foo none", "none  consent")) {
            var refusal = assertThrows(OAuthException.class, () -> Prompt.parse(text), text);
            assertEquals(OAuthError.INVALID_REQUEST, refusal.error());
        }
    }

    @Test
    void every_value_reads_as_it_is_written() {
        for (var prompt : Prompt.values()) {
            assertEquals(Set.of(prompt), Prompt.parse(prompt.wire()));
        }
    }

    @Property
    void any_text_is_read_or_refused_and_never_read_as_none_beside_others(@ForAll String text) {
        try {
            var read = Prompt.parse(text);
            assertTrue(!read.contains(Prompt.NONE) || text.strip().equals("none"));
        } catch (OAuthException refusal) {
            assertTrue(text.contains("none"));
        }
    }
}
