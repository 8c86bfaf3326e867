package dev.symbolon.oauth;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.junit.jupiter.api.Test;

/// RFC 7636 §4.2, §4.6.
final class CodeChallengeTest {
    private static final String VERIFIER = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk";
    private static final String CHALLENGE = "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM";

    @Test
    void the_vector_of_appendix_B_holds() {
        var challenge = CodeChallenge.of(new CodeVerifier(VERIFIER));
        assertEquals(CHALLENGE, challenge.value());
        assertTrue(CodeChallenge.parse(CHALLENGE, "S256").isMetBy(new CodeVerifier(VERIFIER)));
    }

    @Test
    void only_S256_is_a_method() {
        for (var method : List.of("", "plain", "s256", "S512", "S256 ", "SHA256")) {
            var refusal = assertThrows(OAuthException.class, () -> CodeChallenge.parse(CHALLENGE, method), method);
            assertEquals(OAuthError.INVALID_REQUEST, refusal.error());
            assertTrue(refusal.description().contains("S256"), refusal.description());
        }
    }

    @Test
    void only_forty_three_characters_of_a_digest_are_a_challenge() {
        for (var text : List.of(
                "",
                "x",
                CHALLENGE.substring(1),
                CHALLENGE + "A",
                CHALLENGE + "=",
                CHALLENGE.replace('-', '+'),
                CHALLENGE.replace('-', '/'),
                CHALLENGE.replace('-', ' '),
                CHALLENGE + "\n",
                "\n" + CHALLENGE,
                CHALLENGE.replace("cM", "cN"))) {
            var refusal = assertThrows(OAuthException.class, () -> CodeChallenge.parse(text, "S256"), text);
            assertEquals(OAuthError.INVALID_REQUEST, refusal.error());
        }
    }

    @Property
    void every_verifier_has_a_challenge_that_it_meets(@ForAll("verifiers") String verifier) {
        var challenge = CodeChallenge.of(new CodeVerifier(verifier));
        assertEquals(challenge, CodeChallenge.parse(challenge.value(), "S256"));
        assertTrue(challenge.isMetBy(new CodeVerifier(verifier)));
    }

    @Property
    void no_other_verifier_meets_it(@ForAll("verifiers") String one, @ForAll("verifiers") String other) {
        assertEquals(one.equals(other), CodeChallenge.of(new CodeVerifier(one)).isMetBy(new CodeVerifier(other)));
    }

    @Test
    void a_challenge_is_not_its_own_verifier() {
        assertFalse(new CodeChallenge(CHALLENGE).isMetBy(new CodeVerifier(CHALLENGE)));
    }

    @Provide
    Arbitrary<String> verifiers() {
        return Arbitraries.strings()
                .withCharRange('a', 'z')
                .withCharRange('A', 'Z')
                .withCharRange('0', '9')
                .withChars("-._~")
                .ofMinLength(43)
                .ofMaxLength(128);
    }
}
