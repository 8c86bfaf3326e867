package dev.symbolon.oauth;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// RFC 6749 §3.3.
final class ScopeTest {
    @Test
    void values_stand_once_in_the_order_asked() {
        assertEquals("email openid", Scope.parse(" email  openid email ").toString());
        assertEquals(Scope.EMPTY, Scope.parse(""));
        assertEquals(Scope.EMPTY, Scope.parse("   "));
        assertEquals("", Scope.EMPTY.toString());
    }

    @ParameterizedTest
    @ValueSource(strings = {"a\"b", "a\\b", "a\tb", "a\nb", "ü", "a\u0000", "a\u007F", "\u00A0", "openid \u2003"})
    void a_character_beyond_the_grammar_is_invalid(String text) {
        assertEquals(
                OAuthError.INVALID_SCOPE,
                assertThrows(OAuthException.class, () -> Scope.parse(text)).error());
    }

    @Test
    void every_character_of_the_grammar_is_valid_and_no_other() {
        for (char c = 0; c < 0x300; c++) {
            var one = String.valueOf(c);
            var allowed = c == 0x21 || c >= 0x23 && c <= 0x5B || c >= 0x5D && c <= 0x7E;
            if (allowed) {
                assertTrue(Scope.parse(one).has(one));
            } else if (c != ' ') {
                assertThrows(
                        OAuthException.class, () -> Scope.parse(one), () -> "U+" + Integer.toHexString(one.charAt(0)));
            }
        }
    }

    @Test
    void two_thousand_characters_are_enough() {
        assertTrue(Scope.parse("x".repeat(2_000)).has("x".repeat(2_000)));
        assertThrows(OAuthException.class, () -> Scope.parse("x".repeat(2_001)));
        assertThrows(OAuthException.class, () -> Scope.parse(" ".repeat(2_001)));
    }

    @Test
    void words_are_case_sensitive() {
        assertFalse(Scope.parse("OpenID").has("openid"));
        assertFalse(Scope.parse("openid").covers(Scope.parse("OPENID")));
    }

    @Property
    void what_is_written_reads_the_same(@ForAll("scopes") Scope scope) {
        assertEquals(scope, Scope.parse(scope.toString()));
        assertEquals(
                new ArrayList<>(scope.values()),
                new ArrayList<>(Scope.parse(scope.toString()).values()));
    }

    @Property
    void narrowing_never_widens(@ForAll("scopes") Scope asked, @ForAll("scopes") Scope allowed) {
        var granted = asked.within(allowed.values());
        assertTrue(asked.covers(granted));
        assertTrue(allowed.covers(granted));
        assertEquals(allowed.covers(asked), granted.equals(asked));
    }

    @Property
    void both_together_cover_each(@ForAll("scopes") Scope one, @ForAll("scopes") Scope two) {
        assertTrue(one.and(two).covers(one) && one.and(two).covers(two));
        assertEquals(one, one.and(one));
        var beyond = new LinkedHashSet<>(one.and(two).values());
        beyond.removeAll(one.values());
        assertTrue(two.values().containsAll(beyond));
    }

    @Test
    void nobody_changes_a_scope_from_outside() {
        var values = new LinkedHashSet<>(List.of("a"));
        var scope = new Scope(values);
        values.add("admin");
        assertFalse(scope.has("admin"));
        assertThrows(UnsupportedOperationException.class, () -> scope.values().add("admin"));
        assertTrue(scope.within(Set.of()).values().isEmpty());
    }

    @Provide
    Arbitrary<Scope> scopes() {
        return Arbitraries.of("openid", "profile", "email", "a", "b:c", "https://x/y", "offline_access")
                .list()
                .ofMaxSize(7)
                .map(Scope::of);
    }
}
