package dev.symbolon.spec;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// `grant_type=refresh_token`: rotation, its leeway, and what is kept.
final class RefreshTest {
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

    private static String refreshToken(JsonNode answer) {
        return answer.get("refresh_token").textValue();
    }

    private static String accessToken(JsonNode answer) {
        return answer.get("access_token").textValue();
    }

    private static JsonNode idClaims(JsonNode answer) {
        return Site.claims(answer.get("id_token").textValue());
    }

    private static JsonNode accessClaims(JsonNode answer) {
        return Site.claims(accessToken(answer));
    }

    private static String grant(JsonNode answer) {
        var jti = accessClaims(answer).get("jti").textValue();
        return jti.substring(0, jti.indexOf('.'));
    }

    private static void refused(String client, String refreshToken) {
        Refused.still(site, 400, "invalid_grant", Site.refresh(client, refreshToken));
    }

    /// Refused as a replay: the family ends, and one event says so.
    private static void replayed(String client, String refreshToken) {
        var before = Rows.of(site);
        Refused.json(400, "invalid_grant", site.token(Site.refresh(client, refreshToken)));
        assertEquals(before.count("event", "grant.replayed") + 1, Rows.of(site).count("event", "grant.replayed"));
    }

    @Test
    @Spec({"RFC 6749 §6", "RFC 9700 §4.14.2"})
    void RT_01_a_refresh_rotates_the_token_and_renews_the_others() {
        var first = ada.tokens("spa");
        site.clock.advance(Duration.ofMinutes(10));
        var second = ada.refreshed("spa", refreshToken(first));
        assertNotEquals(refreshToken(first), refreshToken(second));
        assertNotEquals(accessToken(first), accessToken(second));
        assertNotEquals(first.get("id_token"), second.get("id_token"));
        assertEquals(first.get("scope"), second.get("scope"));
        assertEquals("Bearer", second.get("token_type").textValue());
        assertEquals(3_600, second.get("expires_in").intValue());
        assertEquals(
                600,
                accessClaims(second).get("iat").longValue()
                        - accessClaims(first).get("iat").longValue());
        assertEquals(200, site.withBearer("/userinfo", accessToken(second)).status());
        assertEquals(200, site.withBearer("/userinfo", accessToken(first)).status(), "the old one lives on");
    }

    @Test
    @Spec("OIDC Core §12.2")
    void RT_01_the_id_token_of_a_refresh_says_the_same_about_the_sign_in() {
        ada.tokens("spa");
        site.clock.advance(Duration.ofMinutes(3));
        var code = ada.tokens("spa");
        var first = idClaims(code);
        site.clock.advance(Duration.ofMinutes(3));
        var second = idClaims(ada.refreshed("spa", refreshToken(code)));
        for (var same : List.of("iss", "sub", "aud", "auth_time", "nonce", "sid", "acr", "amr", "email", "name")) {
            assertEquals(first.get(same), second.get(same), same);
            assertTrue(second.has(same), same);
        }
        assertEquals(180, second.get("iat").longValue() - first.get("iat").longValue());
        assertEquals(180, second.get("exp").longValue() - first.get("exp").longValue());
        assertNotEquals(first.get("at_hash"), second.get("at_hash"));
    }

    @Test
    @Spec("RFC 6749 §6")
    void RT_01_a_refresh_token_lives_through_a_hundred_rotations() {
        var tokens = ada.tokens("spa");
        var grant = grant(tokens);
        for (var i = 0; i < 100; i++) {
            site.clock.advance(Duration.ofSeconds(61));
            tokens = ada.refreshed("spa", refreshToken(tokens));
        }
        assertEquals(grant, grant(tokens));
        assertEquals(1, Rows.of(site).count("client_grant", grant));
    }

    @Test
    @Spec("RFC 9700 §4.14.2")
    void RT_02_a_token_two_generations_behind_ends_its_family_and_no_other() {
        var other = ada.tokens("spa");
        var first = ada.tokens("spa");
        var second = ada.refreshed("spa", refreshToken(first));
        var third = ada.refreshed("spa", refreshToken(second));
        replayed("spa", refreshToken(first));
        refused("spa", refreshToken(third));
        refused("spa", refreshToken(second));
        refused("spa", refreshToken(first));
        assertEquals(401, site.withBearer("/userinfo", accessToken(third)).status());
        assertEquals(200, site.withBearer("/userinfo", accessToken(other)).status());
        ada.refreshed("spa", refreshToken(other));
    }

    @Test
    @Spec("RFC 9700 §4.14.2")
    void RT_02_a_token_one_behind_after_the_leeway_ends_its_family() {
        var first = ada.tokens("spa");
        var second = ada.refreshed("spa", refreshToken(first));
        site.clock.advance(Duration.ofMillis(60_001));
        replayed("spa", refreshToken(first));
        refused("spa", refreshToken(second));
    }

    @Test
    @Spec("RFC 9700 §4.14.2")
    void RT_02_a_client_without_leeway_has_none() {
        var first = ada.tokens("strict");
        var second = ada.refreshed("strict", refreshToken(first));
        replayed("strict", refreshToken(first));
        refused("strict", refreshToken(second));
    }

    @Test
    @Spec("RFC 9700 §4.14.2")
    void RT_03_RT_14_a_token_one_behind_gets_the_same_successor_within_the_leeway() {
        var first = ada.tokens("spa");
        var second = ada.refreshed("spa", refreshToken(first));
        var before = Rows.of(site);
        site.clock.advance(Duration.ofSeconds(60));
        for (var i = 0; i < 5; i++) {
            var again = ada.refreshed("spa", refreshToken(first));
            assertEquals(refreshToken(second), refreshToken(again));
            assertEquals(200, site.withBearer("/userinfo", accessToken(again)).status());
        }
        assertEquals(before, Rows.of(site), "nothing is written");
        ada.refreshed("spa", refreshToken(second));
    }

    @Test
    @Spec("RFC 6749 §6")
    void RT_07_more_scope_than_was_granted_is_refused_and_the_family_lives() {
        var tokens = ada.tokens("spa", Map.of("scope", "openid email"));
        for (var wider : List.of("openid email profile", "profile", "openid email offline_access", "nothing-we-know")) {
            var form = new HashMap<>(Site.refresh("spa", refreshToken(tokens)));
            form.put("scope", wider);
            Refused.still(site, 400, "invalid_scope", form);
        }
        assertEquals(
                "openid email",
                ada.refreshed("spa", refreshToken(tokens)).get("scope").textValue());
    }

    @ParameterizedTest
    @ValueSource(strings = {"openid \"x\"", "openid\\", "openid\u0007", "öpenid", "openid\tprofile"})
    @Spec("RFC 6749 §3.3")
    void RT_07_a_scope_that_is_none_is_refused(String scope) {
        var form = new HashMap<>(Site.refresh("spa", refreshToken(ada.tokens("spa"))));
        form.put("scope", scope);
        Refused.still(site, 400, "invalid_scope", form);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", " ", "   "})
    @Spec("RFC 6749 §6")
    void RT_07_an_empty_scope_is_as_if_not_sent(String scope) {
        var tokens = ada.refreshed("spa", refreshToken(ada.tokens("spa")), Map.of("scope", scope));
        assertEquals("openid profile email", tokens.get("scope").textValue());
    }

    @Test
    @Spec("RFC 6749 §6")
    void RT_07_less_scope_holds_for_one_answer_only() {
        var tokens = ada.tokens("spa");
        var narrow = ada.refreshed("spa", refreshToken(tokens), Map.of("scope", "openid"));
        assertEquals("openid", narrow.get("scope").textValue());
        assertEquals("openid", accessClaims(narrow).get("scope").textValue());
        assertFalse(idClaims(narrow).has("email"));
        var userinfo = site.withBearer("/userinfo", accessToken(narrow)).json();
        assertEquals(1, userinfo.size(), userinfo.toString());
        var wide = ada.refreshed("spa", refreshToken(narrow));
        assertEquals("openid profile email", wide.get("scope").textValue());
        assertEquals("ada@example.com", idClaims(wide).get("email").textValue());
    }

    @Test
    @Spec("OIDC Core §12.2")
    void RT_07_without_openid_there_is_no_id_token() {
        var narrow = ada.refreshed("spa", refreshToken(ada.tokens("spa")), Map.of("scope", "email"));
        assertFalse(narrow.has("id_token"));
        assertEquals("email", narrow.get("scope").textValue());
        assertEquals(403, site.withBearer("/userinfo", accessToken(narrow)).status());
    }

    @Test
    @Spec({"RFC 6749 §6", "RFC 6749 §10.4"})
    void RT_08_a_token_of_another_client_is_refused_and_its_family_lives() {
        var first = ada.tokens("spa");
        var second = ada.refreshed("spa", refreshToken(first));
        for (var token : List.of(refreshToken(first), refreshToken(second))) {
            refused("spa2", token);
            Refused.still(
                    site, 400, "invalid_grant", Site.refresh("web", token), Map.of("Authorization", site.basic("web")));
        }
        ada.refreshed("spa", refreshToken(second));
    }

    @Test
    @Spec("RFC 6749 §10.4")
    void RT_08_a_spent_token_in_the_hands_of_another_client_ends_nothing() {
        var first = ada.tokens("spa");
        var second = ada.refreshed("spa", refreshToken(first));
        var third = ada.refreshed("spa", refreshToken(second));
        refused("spa2", refreshToken(first));
        ada.refreshed("spa", refreshToken(third));
    }

    @Test
    @Spec("RFC 6749 §6")
    void CA_08_a_confidential_client_authenticates_to_refresh() {
        var token = refreshToken(ada.tokens("web"));
        Refused.still(site, 401, "invalid_client", Site.refresh("web", token));
        Refused.still(
                site,
                401,
                "invalid_client",
                Site.refresh("web", token),
                Map.of("Authorization", Site.basic("web", "not-the-secret")));
        refused("spa", token);
        ada.refreshed("web", token);
    }

    @Test
    @Spec("RFC 9700 §4.14.2")
    void RT_09_however_often_it_is_used_it_ends_after_ninety_days() {
        var tokens = ada.tokens("spa", Map.of("scope", "openid offline_access"));
        for (var week = 0; week < 12; week++) {
            site.clock.advance(Duration.ofDays(7));
            tokens = ada.refreshed("spa", refreshToken(tokens));
        }
        site.clock.advance(Duration.ofDays(6).minusSeconds(1));
        tokens = ada.refreshed("spa", refreshToken(tokens));
        site.clock.advance(Duration.ofSeconds(1));
        refused("spa", refreshToken(tokens));
        assertEquals(401, site.withBearer("/userinfo", accessToken(tokens)).status());
    }

    @Test
    @Spec("RFC 9700 §4.14.2")
    void RT_09_an_unused_token_ends_after_thirty_days() {
        var used = ada.tokens("spa", Map.of("scope", "openid offline_access"));
        var unused = ada.tokens("spa", Map.of("scope", "openid offline_access"));
        site.clock.advance(Duration.ofDays(30));
        used = ada.refreshed("spa", refreshToken(used));
        site.clock.advance(Duration.ofMillis(1));
        refused("spa", refreshToken(unused));
        ada.refreshed("spa", refreshToken(used));
    }

    @Test
    void PK_09_pkce_and_other_fields_of_a_code_request_mean_nothing_on_a_refresh() {
        var tokens = ada.tokens("spa");
        var refreshed = ada.refreshed(
                "spa",
                refreshToken(tokens),
                Map.of(
                        "code_verifier", "wrong",
                        "code_challenge", "wrong",
                        "code", "wrong",
                        "redirect_uri", "https://evil.example/",
                        "nonce", "other",
                        "audience", Site.API));
        assertEquals(idClaims(tokens).get("nonce"), idClaims(refreshed).get("nonce"));
        assertEquals(accessClaims(tokens).get("aud"), accessClaims(refreshed).get("aud"));
    }

    @Test
    @Spec("RFC 6749 §5.2")
    void a_refresh_token_that_was_changed_anywhere_is_refused_and_ends_nothing() {
        var token = refreshToken(ada.tokens("spa"));
        for (var at = 0; at < token.length() - 1; at += 4) {
            var changed = token.charAt(at) == 'A' ? 'B' : 'A';
            refused("spa", token.substring(0, at) + changed + token.substring(at + 1));
        }
        refused("spa", token.substring(1));
        refused("spa", token + "A");
        refused("spa", token + token);
        ada.refreshed("spa", token);
    }

    @ParameterizedTest
    @ValueSource(strings = {"x", "AAAA", "\0", "é", "' OR '1'='1", "null", "undefined", "=", "=="})
    @Spec("RFC 6749 §5.2")
    void what_was_never_a_refresh_token_is_refused(String token) {
        refused("spa", token);
    }

    @Test
    @Spec("RFC 9700 §4.14")
    void other_tokens_are_no_refresh_tokens() {
        var tokens = ada.tokens("spa");
        refused("spa", accessToken(tokens));
        refused("spa", tokens.get("id_token").textValue());
        refused("spa", ada.code("spa"));
        refused("spa", grant(tokens));
    }
}
