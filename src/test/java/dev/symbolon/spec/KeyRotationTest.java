package dev.symbolon.spec;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.symbolon.oauth.ProtectedResource;
import dev.symbolon.oauth.SigningAlgorithm;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// Signing keys change without anybody noticing: published before they sign, kept until their last token is dead.
final class KeyRotationTest {
    private static final String MONTHLY = "https://api.example/long";
    private Site site;

    @BeforeEach
    void start() {
        site = Site.start();
        var resource =
                new ProtectedResource(site.host().id(), MONTHLY, "Long", Duration.ofDays(30), SigningAlgorithm.RS256);
        site.app.house().resources().put(resource, site.clock.instant());
    }

    @AfterEach
    void stop() {
        site.close();
    }

    private static List<JsonNode> keys(Browser browser) {
        var reply = browser.get("/.well-known/jwks.json");
        assertEquals(200, reply.status());
        var keys = new ArrayList<JsonNode>();
        reply.json().get("keys").forEach(keys::add);
        return keys;
    }

    private static List<String> kids(Browser browser) {
        return keys(browser).stream().map(key -> key.get("kid").textValue()).toList();
    }

    private static String kid(String jwt) {
        try {
            return new ObjectMapper()
                    .readTree(Base64.getUrlDecoder().decode(jwt.split("\\.")[0]))
                    .get("kid")
                    .textValue();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private JsonNode tokens(Map<String, String> changes) {
        var back = site.signIn(site.browser(), Site.request("spa", changes), "ada@example.com");
        var answer = site.token(Site.redemption("spa", back.redirect().text("code")));
        assertEquals(200, answer.status(), answer.body());
        return answer.json();
    }

    private String idToken() {
        return tokens(Map.of()).get("id_token").textValue();
    }

    private void rotate(boolean atOnce) {
        site.clock.advance(Duration.ofSeconds(1));
        var signsFrom = site.app.house().hosts().rotateNow(site.host().id(), SigningAlgorithm.RS256, atOnce);
        assertTrue(signsFrom.isPresent());
        // What a server has read is at most a second old.
        site.clock.advance(Duration.ofSeconds(1));
    }

    @Test
    @Spec({"OIDC Core §10.1.1", "RFC 7517 §4.5"})
    void JW_08_a_new_key_is_published_before_it_signs_and_the_old_one_is_kept() {
        var old = kid(idToken());
        var before = kids(site.browser());
        rotate(false);
        var published = new ArrayList<>(kids(site.browser()));
        assertTrue(published.containsAll(before));
        published.removeAll(before);
        assertEquals(1, published.size());
        assertEquals(old, kid(idToken()));
        site.clock.advance(Duration.ofDays(1).minusSeconds(2));
        var last = tokens(Map.of());
        assertEquals(old, kid(last.get("access_token").textValue()));
        site.clock.advance(Duration.ofSeconds(2));
        var first = tokens(Map.of());
        assertEquals(published.getFirst(), kid(first.get("id_token").textValue()));
        assertEquals(published.getFirst(), kid(first.get("access_token").textValue()));
        assertTrue(kids(site.browser()).contains(old));
        for (var tokens : List.of(last, first)) {
            var token = tokens.get("access_token").textValue();
            assertEquals(200, site.withBearer("/userinfo", token).status());
        }
    }

    @Test
    @Spec("OIDC Core §10.1.1")
    void JW_08_a_key_is_published_ahead_for_longer_than_the_key_set_may_be_cached() {
        var cache = site.browser()
                .get("/.well-known/jwks.json")
                .header("cache-control")
                .orElseThrow();
        var seconds = Long.parseLong(cache.substring(cache.indexOf("max-age=") + 8));
        var now = site.clock.instant();
        var signsFrom = site.app
                .house()
                .hosts()
                .rotateNow(site.host().id(), SigningAlgorithm.ES256, false)
                .orElseThrow();
        assertTrue(Duration.between(now, signsFrom).toSeconds() >= 2 * seconds);
    }

    @Test
    void JW_08_a_token_that_lives_for_a_month_is_good_until_then_and_its_key_goes_after() {
        var token = tokens(Map.of("audience", MONTHLY)).get("access_token").textValue();
        var old = kid(token);
        rotate(true);
        site.clock.advance(Duration.ofDays(30).minusMinutes(1));
        assertTrue(kids(site.browser()).contains(old));
        assertEquals(200, site.withBearer("/me", token).status());
        site.clock.advance(Duration.ofDays(1).plusMinutes(2));
        assertFalse(kids(site.browser()).contains(old));
        assertEquals(401, site.withBearer("/me", token).status());
    }

    @Test
    void JW_08_a_hint_signed_by_a_key_that_is_gone_says_nothing() {
        var browser = site.browser();
        var back = site.signIn(browser, Site.request("spa"), "ada@example.com");
        var hint = site.token(Site.redemption("spa", back.redirect().text("code")))
                .json()
                .get("id_token")
                .textValue();
        rotate(true);
        var asked = Site.authorize(Site.request("spa", Map.of("prompt", "none", "id_token_hint", hint)));
        assertEquals("", browser.get(asked).redirect().text("error"));
        site.clock.advance(Duration.ofDays(32));
        site.signIn(browser, Site.request("spa"), "ada@example.com");
        assertEquals("invalid_request", browser.get(asked).redirect().text("error"));
        assertTrue(browser.get("/logout?id_token_hint=" + hint).body().contains("id=\"logout\""));
    }

    @Test
    void JW_08_in_an_emergency_the_new_key_signs_at_once_on_every_node() {
        try (var node = Node.beside(site)) {
            var old = idToken();
            assertTrue(kids(node.browser()).contains(kid(old)));
            rotate(true);
            var next = tokens(Map.of());
            assertNotEquals(kid(old), kid(next.get("id_token").textValue()));
            assertTrue(kids(node.browser()).contains(kid(next.get("id_token").textValue())));
            assertEquals(
                    200,
                    node.withBearer("/userinfo", next.get("access_token").textValue())
                            .status());
            var refreshed = node.token(
                            Site.refresh("spa", next.get("refresh_token").textValue()))
                    .json();
            assertEquals(
                    kid(next.get("id_token").textValue()),
                    kid(refreshed.get("id_token").textValue()));
        }
    }

    @Test
    void JW_08_keys_change_by_themselves_before_their_time_is_over() {
        var old = kid(idToken());
        site.clock.advance(Duration.ofDays(89).plusHours(1));
        site.app.house().hosts().rotateIfDue();
        site.clock.advance(Duration.ofSeconds(1));
        assertEquals(6, kids(site.browser()).size());
        assertEquals(old, kid(idToken()));
        site.clock.advance(Duration.ofDays(1));
        assertNotEquals(old, kid(idToken()));
        site.app.house().hosts().rotateIfDue();
        assertEquals(6, kids(site.browser()).size());
    }

    @Test
    void JW_08_a_flood_of_unknown_kids_is_refused_and_changes_nothing() {
        var good = tokens(Map.of()).get("access_token").textValue();
        var rest = good.substring(good.indexOf('.'));
        var before = site.dump().world();
        for (var i = 0; i < 1_000; i++) {
            var header = "{\"alg\":\"RS256\",\"typ\":\"at+jwt\",\"kid\":\"unknown" + i + "\"}";
            var forged = Base64.getUrlEncoder().withoutPadding().encodeToString(header.getBytes(UTF_8)) + rest;
            assertEquals(401, site.withBearer("/userinfo", forged).status());
        }
        assertEquals(before, site.dump().world());
        assertEquals(200, site.withBearer("/userinfo", good).status());
    }

    @Test
    @Spec({"RFC 7517 §4.5", "RFC 7517 §5", "RFC 7518 §6.3.2"})
    void the_key_set_has_distinct_kids_and_no_private_part() {
        rotate(false);
        var kids = new HashSet<String>();
        for (var key : keys(site.browser())) {
            assertTrue(kids.add(key.get("kid").textValue()));
            assertEquals("sig", key.get("use").textValue());
            assertTrue(
                    List.of("RS256", "ES256", "EdDSA").contains(key.get("alg").textValue()), key.toString());
            for (var secret : List.of("d", "p", "q", "dp", "dq", "qi", "k", "oth")) {
                assertFalse(key.has(secret), key.get("kid") + " shows " + secret);
            }
        }
        assertEquals(4, kids.size());
    }
}
