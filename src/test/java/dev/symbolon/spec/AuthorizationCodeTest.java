package dev.symbolon.spec;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.symbolon.oauth.CodeChallenge;
import dev.symbolon.oauth.CodeVerifier;
import java.time.Duration;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/// `grant_type=authorization_code`: what a code is bound to, how often and how long it is good.
final class AuthorizationCodeTest {
    private static final String OTHER_VERIFIER = "a-verifier-of-somebody-else-entirely-1234567890~";

    private static Site site;
    private static Ada ada;

    @BeforeAll
    static void start() {
        site = Site.start();
        site.client("spa2", Site.draft().callbacks(Site.CALLBACK));
        ada = new Ada(site);
    }

    @AfterAll
    static void stop() {
        site.close();
    }

    private static void refused(Map<String, String> form) {
        Refused.still(site, 400, "invalid_grant", form);
    }

    private static Map<String, String> with(Map<String, String> form, String name, String value) {
        form.put(name, value);
        return form;
    }

    private static void isStillGood(Map<String, String> form) {
        var reply = site.token(form);
        assertEquals(200, reply.status(), reply.body());
    }

    @Test
    @Spec({"RFC 6749 §4.1.2", "RFC 6749 §10.5", "RFC 9700 §4.5"})
    void AC_01_a_replayed_code_is_refused_and_takes_its_tokens_with_it() {
        var otherFamily = ada.tokens("spa");
        var form = Site.redemption("spa", ada.code("spa"));
        var first = site.token(form).json();
        var access = first.get("access_token").textValue();
        assertEquals(200, site.withBearer("/userinfo", access).status());

        var events = Rows.of(site);
        Refused.json(400, "invalid_grant", site.token(form));
        var after = Rows.of(site);
        assertEquals(events.count("event", "grant.replayed") + 1, after.count("event", "grant.replayed"));

        assertEquals(401, site.withBearer("/userinfo", access).status());
        refused(Site.refresh("spa", first.get("refresh_token").textValue()));
        refused(form);
        assertEquals(
                200,
                site.withBearer("/userinfo", otherFamily.get("access_token").textValue())
                        .status());
        ada.refreshed("spa", otherFamily.get("refresh_token").textValue());
    }

    @Test
    @Spec("RFC 6749 §4.1.2")
    void AC_01_a_code_replayed_after_thirty_seconds_and_a_refresh_revokes_all_the_same() {
        var form = Site.redemption("spa", ada.code("spa"));
        var first = site.token(form).json();
        var second = ada.refreshed("spa", first.get("refresh_token").textValue());
        site.clock.advance(Duration.ofSeconds(30));
        Refused.json(400, "invalid_grant", site.token(form));
        assertEquals(
                401,
                site.withBearer("/userinfo", second.get("access_token").textValue())
                        .status());
        refused(Site.refresh("spa", second.get("refresh_token").textValue()));
    }

    @Test
    @Spec("RFC 9700 §4.5")
    void AC_01_who_only_saw_a_used_code_cannot_sign_its_owner_out() {
        var form = Site.redemption("spa", ada.code("spa"));
        var tokens = site.token(form).json();
        refused(with(Site.redemption("spa", form.get("code")), "code_verifier", OTHER_VERIFIER));
        refused(Site.redemption("spa2", form.get("code")));
        refused(with(Site.redemption("spa", form.get("code")), "redirect_uri", Site.OTHER_CALLBACK));
        assertEquals(
                200,
                site.withBearer("/userinfo", tokens.get("access_token").textValue())
                        .status());
    }

    @Test
    @Spec("RFC 6749 §4.1.2")
    void AC_03_a_code_is_good_for_just_under_sixty_seconds() {
        var form = Site.redemption("spa", ada.code("spa"));
        site.clock.advance(Duration.ofMillis(59_999));
        isStillGood(form);
    }

    @ParameterizedTest
    @ValueSource(longs = {60, 61, 90, 600, 86_400})
    @Spec("RFC 6749 §4.1.2")
    void AC_03_an_expired_code_is_refused_and_nothing_is_spent(long seconds) {
        var form = Site.redemption("spa", ada.code("spa"));
        site.clock.advance(Duration.ofSeconds(seconds));
        refused(form);
    }

    @Test
    @Spec("RFC 6749 §4.1.3")
    void AC_04_a_code_of_another_client_is_refused_and_stays_good_for_its_own() {
        var form = Site.redemption("spa", ada.code("spa"));
        refused(Site.redemption("spa2", form.get("code")));
        var authenticated = Site.redemption("web", form.get("code"));
        Refused.still(site, 400, "invalid_grant", authenticated, Map.of("Authorization", site.basic("web")));
        isStillGood(form);
    }

    @Test
    @Spec("RFC 6749 §4.1.3")
    void AC_04_a_public_client_cannot_redeem_the_code_of_a_confidential_one() {
        var code = ada.code("web");
        refused(Site.redemption("spa", code));
        Refused.still(site, 401, "invalid_client", Site.redemption("web", code));
        var reply = site.token(Site.redemption("web", code), Map.of("Authorization", site.basic("web")));
        assertEquals(200, reply.status(), reply.body());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "https://app.example/other?fixed=1",
                "https://app.example/callback/",
                "https://app.example/callback?",
                "https://APP.example/callback",
                "https://app.example/%63allback",
                "https://evil.example/callback",
                " https://app.example/callback",
                "x"
            })
    @Spec("RFC 6749 §4.1.3")
    void AC_05_another_redirect_uri_is_refused_even_a_registered_one(String other) {
        var form = Site.redemption("spa", ada.code("spa"));
        refused(with(Site.redemption("spa", form.get("code")), "redirect_uri", other));
        isStillGood(form);
    }

    @Test
    @Spec("RFC 6749 §4.1.3")
    void AC_05_a_missing_redirect_uri_is_accepted_when_pkce_was_used() {
        var form = Site.redemption("spa", ada.code("spa"));
        form.remove("redirect_uri");
        isStillGood(form);
    }

    @Test
    @Spec("RFC 6749 §4.1.3")
    void AC_05_a_missing_redirect_uri_is_refused_without_pkce() {
        var code = ada.code("nopkce", Map.of("code_challenge", "", "code_challenge_method", ""));
        var form = Site.redemption("nopkce", code);
        form.remove("code_verifier");
        form.remove("redirect_uri");
        var basic = Map.of("Authorization", site.basic("nopkce"));
        Refused.still(site, 400, "invalid_grant", form, basic);
        form.put("redirect_uri", Site.CALLBACK);
        assertEquals(200, site.token(form, basic).status());
    }

    @Test
    @Spec("RFC 7636 §4.6")
    void PK_04_a_missing_or_empty_verifier_is_refused() {
        var form = Site.redemption("spa", ada.code("spa"));
        var without = Site.redemption("spa", form.get("code"));
        without.remove("code_verifier");
        refused(without);
        refused(with(without, "code_verifier", ""));
        isStillGood(form);
    }

    @Test
    @Spec("RFC 7636 §4.6")
    void PK_04_a_confidential_client_shows_its_verifier_too() {
        var form = Site.redemption("web", ada.code("web"));
        form.remove("code_verifier");
        Refused.still(site, 400, "invalid_grant", form, Map.of("Authorization", site.basic("web")));
    }

    @Test
    @Spec("RFC 9700 §4.8.2")
    void PK_05_a_verifier_for_a_code_without_challenge_is_refused() {
        var code = ada.code("nopkce", Map.of("code_challenge", "", "code_challenge_method", ""));
        var basic = Map.of("Authorization", site.basic("nopkce"));
        Refused.still(site, 400, "invalid_grant", Site.redemption("nopkce", code), basic);
        var form = Site.redemption("nopkce", code);
        form.remove("code_verifier");
        assertEquals(200, site.token(form, basic).status());
    }

    @Test
    @Spec("RFC 7636 §4.6")
    void PK_05_a_client_that_may_do_without_pkce_is_held_to_the_challenge_it_sent() {
        var form = Site.redemption("nopkce", ada.code("nopkce"));
        var basic = Map.of("Authorization", site.basic("nopkce"));
        var without = Site.redemption("nopkce", form.get("code"));
        without.remove("code_verifier");
        Refused.still(site, 400, "invalid_grant", without, basic);
        assertEquals(200, site.token(form, basic).status());
    }

    @Test
    @Spec({"RFC 7636 §4.6", "RFC 9700 §4.5"})
    void PK_06_a_verifier_of_another_transaction_is_refused() {
        var theirs = ada.code(
                "spa",
                Map.of(
                        "code_challenge",
                        CodeChallenge.of(new CodeVerifier(OTHER_VERIFIER)).value()));
        refused(Site.redemption("spa", theirs));
        var mine = Site.redemption("spa", ada.code("spa"));
        refused(with(Site.redemption("spa", mine.get("code")), "code_verifier", OTHER_VERIFIER));
        isStillGood(mine);
        isStillGood(with(Site.redemption("spa", theirs), "code_verifier", OTHER_VERIFIER));
    }

    @Test
    @Spec("RFC 7636 §4.6")
    void PK_06_the_challenge_itself_is_no_verifier() {
        var challenge = Site.request("spa").get("code_challenge");
        refused(with(Site.redemption("spa", ada.code("spa")), "code_verifier", challenge));
    }

    static Stream<String> malformedVerifiers() {
        var good = Site.VERIFIER;
        return Stream.of(
                good.substring(1),
                "a".repeat(42),
                "a".repeat(129),
                good + "=",
                good.replace('k', '+'),
                good.replace('k', '/'),
                good.replace('k', ' '),
                good + "\n",
                good.replace('k', 'é'),
                good.replace('k', '\0'),
                good.toUpperCase(java.util.Locale.ROOT),
                "a".repeat(50_000));
    }

    @ParameterizedTest
    @MethodSource("malformedVerifiers")
    @Spec("RFC 7636 §4.1")
    void PK_07_a_malformed_verifier_is_refused(String verifier) {
        refused(with(Site.redemption("spa", ada.code("spa")), "code_verifier", verifier));
    }

    @Test
    @Spec("RFC 7636 §4.1")
    void PK_07_a_verifier_of_a_megabyte_is_not_even_read() {
        var form = with(Site.redemption("spa", ada.code("spa")), "code_verifier", "a".repeat(1_000_000));
        var before = Rows.of(site);
        var status = Wire.tokenStatus(site.app.port(), Browser.encode(form));
        assertTrue(Set.of(0, 413).contains(status), "" + status);
        assertEquals(before, Rows.of(site));
    }

    @ParameterizedTest
    @ValueSource(ints = {43, 128})
    @Spec("RFC 7636 §4.1")
    void verifiers_of_the_shortest_and_the_longest_length_are_good(int length) {
        var verifier = "aB0-._~".repeat(20).substring(0, length);
        var challenge = CodeChallenge.of(new CodeVerifier(verifier)).value();
        var code = ada.code("spa", Map.of("code_challenge", challenge));
        isStillGood(with(Site.redemption("spa", code), "code_verifier", verifier));
    }

    @Test
    @Spec("RFC 6749 §5.2")
    void a_code_that_was_changed_anywhere_is_refused() {
        var form = Site.redemption("spa", ada.code("spa"));
        var code = form.get("code");
        for (var at : new int[] {0, 1, 2, 3, 10, 19, 20, 40, code.length() / 2, code.length() - 5}) {
            var changed = code.charAt(at) == 'A' ? 'B' : 'A';
            refused(Site.redemption("spa", code.substring(0, at) + changed + code.substring(at + 1)));
        }
        refused(Site.redemption("spa", code.substring(0, code.length() - 4)));
        refused(Site.redemption("spa", code.substring(4)));
        refused(Site.redemption("spa", code + "AAAA"));
        refused(Site.redemption("spa", code + " "));
        isStillGood(form);
    }

    @ParameterizedTest
    @ValueSource(strings = {"x", "AQE", "Ä", "\0", "' OR 1=1 --", "../../etc/passwd", "%00", "null"})
    @Spec("RFC 6749 §5.2")
    void what_was_never_a_code_is_refused(String code) {
        refused(Site.redemption("spa", code));
    }

    @Test
    @Spec("RFC 6749 §5.2")
    void other_sealed_values_and_tokens_are_no_codes() {
        var page = site.browser().get(Site.authorize(Site.request("spa")));
        refused(Site.redemption("spa", page.redirect().text("interaction")));
        refused(Site.redemption("spa", ada.browser.cookies.get("symbolon-browser")));
        var tokens = ada.tokens("spa");
        refused(Site.redemption("spa", tokens.get("refresh_token").textValue()));
        refused(Site.redemption("spa", tokens.get("access_token").textValue()));
    }

    @Test
    void a_code_of_another_tenant_is_refused_there_and_stays_good_here() {
        site.client(site.otherHost(), "spa", Site.draft().callbacks(Site.CALLBACK));
        var form = Site.redemption("spa", ada.code("spa"));
        var body = Browser.encode(form);
        var before = Rows.of(site);
        var heard = Wire.exchange(
                site.app.port(),
                "POST /oauth/token HTTP/1.1\r\nHost: other.localhost:" + site.app.port()
                        + "\r\nContent-Type: application/x-www-form-urlencoded\r\nConnection: close\r\nContent-Length: "
                        + body.length() + "\r\n\r\n" + body);
        assertEquals(400, Wire.status(heard), heard);
        assertTrue(heard.contains("\"invalid_grant\""), heard);
        assertEquals(before, Rows.of(site));
        isStillGood(form);
    }

    @Test
    @Spec("RFC 6749 §10.10")
    void AC_08_two_codes_of_one_person_are_never_alike() {
        var one = ada.code("spa");
        var other = ada.code("spa");
        assertNotEquals(one, other);
        assertNotEquals(one.substring(3, 40), other.substring(3, 40));
    }
}
