package dev.symbolon.crypto;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.symbolon.oauth.AuthorizationCode;
import dev.symbolon.oauth.ClaimsRequest;
import dev.symbolon.oauth.ClientId;
import dev.symbolon.oauth.CodeChallenge;
import dev.symbolon.oauth.CodeVerifier;
import dev.symbolon.oauth.Grant;
import dev.symbolon.oauth.GrantId;
import dev.symbolon.oauth.Scope;
import dev.symbolon.oauth.SessionId;
import dev.symbolon.oauth.Subject;
import dev.symbolon.oauth.TenantId;
import java.time.Duration;
import java.util.Base64;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

final class AuthorizationCodesTest {
    private static final TenantId TENANT = new TenantId("acme");
    private static final CodeChallenge CHALLENGE = CodeChallenge.of(new CodeVerifier("v".repeat(43)));

    private final Sealer sealer = Keys.sealer(1);

    private AuthorizationCode full() {
        var claims = new ClaimsRequest(
                new LinkedHashSet<>(List.of("email", "name")), new LinkedHashSet<>(List.of("acr")), Optional.of("sub"));
        var grant = new Grant(
                TENANT,
                new GrantId(sealer.newId()),
                new ClientId("spa"),
                new Subject("ada"),
                new SessionId("session"),
                Scope.parse("openid email offline_access"),
                Optional.of("https://api.example/ä"),
                Optional.of("nonce \uD83D\uDE00 \"\\"),
                Keys.NOW.minusSeconds(60),
                List.of("pwd", "otp"),
                claims,
                Optional.of(Keys.NOW.minusSeconds(5)),
                Keys.NOW,
                Keys.NOW.plus(Duration.ofDays(90)));
        return new AuthorizationCode(
                grant, "https://app.example/cb?a=b", Optional.of(CHALLENGE), Keys.NOW.plusSeconds(60));
    }

    private AuthorizationCode bare() {
        var grant = new Grant(
                TENANT,
                new GrantId(sealer.newId()),
                new ClientId("c"),
                new Subject("s"),
                new SessionId("x"),
                Scope.EMPTY,
                Optional.empty(),
                Optional.empty(),
                Keys.NOW,
                List.of(),
                new ClaimsRequest(new LinkedHashSet<>(), new LinkedHashSet<>(), Optional.empty()),
                Optional.empty(),
                Keys.NOW,
                Keys.NOW);
        return new AuthorizationCode(grant, "com.example:/cb", Optional.empty(), Keys.NOW.plusSeconds(60));
    }

    @Test
    void a_code_is_worth_what_was_put_into_it() {
        for (var code : List.of(full(), bare())) {
            var text = AuthorizationCodes.write(sealer, code).text();
            var read = AuthorizationCodes.read(sealer, TENANT, text, Keys.NOW).orElseThrow();
            assertEquals(code.grant(), read.grant());
            assertEquals(code.redirectUri(), read.redirectUri());
            assertEquals(code.codeChallenge(), read.codeChallenge());
        }
    }

    @Test
    void a_code_is_nothing_when_it_has_expired_or_another_tenant_wrote_it() {
        var text = AuthorizationCodes.write(sealer, full()).text();
        assertTrue(AuthorizationCodes.read(sealer, TENANT, text, Keys.NOW.plusSeconds(60))
                .isEmpty());
        assertTrue(
                AuthorizationCodes.read(Keys.sealer(2), TENANT, text, Keys.NOW).isEmpty());
    }

    @ParameterizedTest
    @EnumSource(value = Purpose.class, names = "CODE", mode = EnumSource.Mode.EXCLUDE)
    void what_was_sealed_for_something_else_is_no_code(Purpose purpose) {
        var content = sealer.open(
                        Purpose.CODE, AuthorizationCodes.write(sealer, full()).text(), Keys.NOW)
                .orElseThrow();
        var other = sealer.seal(purpose, content, Keys.NOW.plusSeconds(60)).text();
        assertTrue(AuthorizationCodes.read(sealer, TENANT, other, Keys.NOW).isEmpty());
    }

    @Test
    void AC_08_ten_thousand_codes_never_repeat_and_have_no_pattern() {
        var code = full();
        var seen = new HashSet<String>();
        var ones = new int[12 * 8];
        var starts = new HashMap<String, Integer>();
        for (var i = 0; i < 10_000; i++) {
            var text = AuthorizationCodes.write(sealer, code).text();
            assertTrue(seen.add(text));
            var raw = Base64.getUrlDecoder().decode(text);
            // Behind version and key number stands the nonce, and the ciphertext under it.
            for (var bit = 0; bit < ones.length; bit++) {
                ones[bit] += raw[2 + bit / 8] >> bit % 8 & 1;
            }
            starts.merge(text.substring(3, 7), 1, Integer::sum);
        }
        for (var bit = 0; bit < ones.length; bit++) {
            assertTrue(ones[bit] > 4_700 && ones[bit] < 5_300, "bit " + bit + " is set " + ones[bit] + " times");
        }
        assertFalse(starts.values().stream().anyMatch(times -> times > 5), "a beginning comes again and again");
    }
}
