package dev.symbolon.spec;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.net.URI;
import java.net.http.HttpRequest;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/// `POST /oauth/revoke`.
final class RevocationTest {
    private static Site site;

    @BeforeAll
    static void start() {
        site = Site.start();
    }

    @AfterAll
    static void stop() {
        site.close();
    }

    private static Reply revoke(Map<String, String> form, Map<String, String> headers) {
        var builder = HttpRequest.newBuilder(URI.create(site.issuer + "/oauth/revoke"))
                .header("Content-Type", "application/x-www-form-urlencoded")
                .POST(HttpRequest.BodyPublishers.ofString(Browser.encode(form)));
        headers.forEach(builder::header);
        return Browser.exchange(builder);
    }

    @Test
    @Spec("RFC 7009 §2.1")
    void either_token_ends_the_grant_at_once() {
        var authenticated = Map.of("Authorization", site.basic("web"));
        for (var kind : new String[] {"refresh_token", "access_token"}) {
            var tokens = site.token(Site.redemption("web", site.code("web")), authenticated)
                    .json();
            var answer = revoke(Map.of("token", tokens.get(kind).textValue()), authenticated);
            assertEquals(200, answer.status(), answer.body());
            var refreshed =
                    site.token(Site.refresh("web", tokens.get("refresh_token").textValue()), authenticated);
            assertEquals("invalid_grant", refreshed.json().get("error").textValue());
            assertEquals(
                    401,
                    site.withBearer("/userinfo", tokens.get("access_token").textValue())
                            .status());
        }
    }

    @Test
    @Spec("RFC 7009 §2.1")
    void a_public_client_gives_its_refresh_token_back() {
        var tokens = site.tokens("spa").json();
        var refreshToken = tokens.get("refresh_token").textValue();
        assertEquals(
                200,
                revoke(Map.of("client_id", "spa", "token", refreshToken), Map.of())
                        .status());
        assertEquals(400, site.token(Site.refresh("spa", refreshToken)).status());
    }

    @Test
    @Spec("RFC 7009 §2.2.1")
    void OG_03_whoever_saw_an_access_token_cannot_sign_the_person_out_with_it() {
        var tokens = site.tokens("spa").json();
        var seen = tokens.get("access_token").textValue();
        var answer = revoke(Map.of("client_id", "spa", "token", seen), Map.of());
        assertEquals(400, answer.status());
        assertEquals("unsupported_token_type", answer.json().get("error").textValue());
        var authenticated = Map.of("Authorization", site.basic("web"));
        var own = site.token(Site.redemption("web", site.code("web")), authenticated)
                .json();
        site.clock.advance(Duration.ofHours(2));
        assertEquals(
                200,
                revoke(Map.of("token", own.get("access_token").textValue()), authenticated)
                        .status());
        for (var living : Map.of("spa", tokens, "web", own).entrySet()) {
            var form = Site.refresh(
                    living.getKey(), living.getValue().get("refresh_token").textValue());
            var headers = living.getKey().equals("web") ? authenticated : Map.<String, String>of();
            assertEquals(200, site.token(form, headers).status(), living.getKey());
        }
    }

    @Test
    @Spec("RFC 7009 §2.2")
    void OG_03_what_is_unknown_or_anothers_is_answered_200_and_nothing_changes() {
        var tokens = site.tokens("spa").json();
        var refreshToken = tokens.get("refresh_token").textValue();
        assertEquals(
                200,
                revoke(Map.of("client_id", "third", "token", refreshToken), Map.of())
                        .status());
        assertEquals(
                200,
                revoke(Map.of("client_id", "spa", "token", "garbage"), Map.of()).status());
        assertEquals(
                200,
                revoke(Map.of("client_id", "third", "token", refreshToken, "token_type_hint", "access_token"), Map.of())
                        .status());
        assertEquals(200, site.token(Site.refresh("spa", refreshToken)).status());
    }

    @Test
    @Spec("RFC 7009 §2.1")
    void CA_08_a_confidential_client_has_to_show_who_it_is() {
        var tokens = site.token(Site.redemption("web", site.code("web")), Map.of("Authorization", site.basic("web")))
                .json();
        var refreshToken = tokens.get("refresh_token").textValue();
        assertEquals(
                401,
                revoke(Map.of("client_id", "web", "token", refreshToken), Map.of())
                        .status());
        var wrong = revoke(Map.of("token", refreshToken), Map.of("Authorization", Site.basic("web", "wrong")));
        assertEquals(401, wrong.status());
        assertTrue(wrong.header("www-authenticate").orElse("").startsWith("Basic "));
        var still = site.token(Site.refresh("web", refreshToken), Map.of("Authorization", site.basic("web")));
        assertEquals(200, still.status(), still.body());
    }
}
