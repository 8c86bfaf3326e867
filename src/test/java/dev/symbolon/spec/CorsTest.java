package dev.symbolon.spec;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.net.URI;
import java.net.http.HttpRequest;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Which pages may read our answers (Fetch §3.2).
final class CorsTest {
    private static final String MINE = "https://app.example";
    private static final String ALSO_MINE = "http://localhost:5173";
    private static final String THEIRS = "https://their.example";

    private static Site site;
    private static Ada ada;

    @BeforeAll
    static void start() {
        site = Site.start();
        site.client("page", Site.draft().callbacks(Site.CALLBACK).webOrigins(ALSO_MINE));
        site.client("theirs", Site.draft().callbacks(THEIRS + "/cb"));
        ada = new Ada(site);
    }

    @AfterAll
    static void stop() {
        site.close();
    }

    private static Optional<String> allowed(Reply reply) {
        assertFalse(reply.header("access-control-allow-credentials").isPresent(), "cookies never travel");
        return reply.header("access-control-allow-origin");
    }

    private static void varies(Reply reply) {
        assertTrue(reply.headers("vary").stream().anyMatch(value -> value.equalsIgnoreCase("origin")));
    }

    private static Reply token(Map<String, String> form, String origin) {
        return site.token(form, Map.of("Origin", origin));
    }

    private static Reply preflight(String path, String origin) {
        return Browser.exchange(HttpRequest.newBuilder(URI.create(site.issuer + path))
                .method("OPTIONS", HttpRequest.BodyPublishers.noBody())
                .header("Origin", origin)
                .header("Access-Control-Request-Method", "POST")
                .header("Access-Control-Request-Headers", "authorization,content-type,x-client-info"));
    }

    @ParameterizedTest
    @ValueSource(strings = {MINE, ALSO_MINE})
    void HT_04_the_clients_own_origins_read_success_and_refusal(String origin) {
        var success = token(Site.redemption("page", ada.code("page")), origin);
        assertEquals(200, success.status());
        assertEquals(origin, allowed(success).orElse(""));
        varies(success);
        var refused = token(Site.redemption("page", "no-code"), origin);
        Refused.json(400, "invalid_grant", refused);
        assertEquals(origin, allowed(refused).orElse(""));
        varies(refused);
        var form = new HashMap<>(Site.redemption("page", "no-code"));
        form.put("client_secret", "wrong");
        var unauthenticated = token(form, origin);
        Refused.json(401, "invalid_client", unauthenticated);
        assertEquals(origin, allowed(unauthenticated).orElse(""));
        var unknown = token(Site.redemption("nobody", "no-code"), MINE);
        Refused.json(401, "invalid_client", unknown);
        assertEquals(MINE, allowed(unknown).orElse(""), "a developer with a typo can read it");
    }

    @Test
    void HT_04_a_refusal_before_the_body_is_read_can_be_read_by_the_tenants_clients() {
        var reply = Browser.exchange(HttpRequest.newBuilder(URI.create(site.issuer + "/oauth/token"))
                .header("Origin", MINE)
                .header("Content-Type", "text/plain")
                .POST(HttpRequest.BodyPublishers.ofString("x")));
        Refused.json(400, "invalid_request", reply);
        assertEquals(MINE, allowed(reply).orElse(""));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "null",
                "https://evil.example",
                THEIRS,
                "https://app.example.evil.example",
                "https://evilapp.example",
                "https://app.exampl",
                "https://app.example:8443",
                "http://app.example",
                "https://APP.example",
                "https://app.example/",
                "https://app.example, https://evil.example",
                "app.example",
                "*",
                "com.example.app",
                "https://localhost:5173",
                "http://localhost:51730"
            })
    void HT_04_other_origins_read_nothing(String origin) {
        var success = token(Site.redemption("page", ada.code("page")), origin);
        assertEquals(200, success.status(), "CORS is for browsers; it does not refuse");
        assertEquals(Optional.empty(), allowed(success));
        varies(success);
        var refused = token(Site.redemption("page", "no-code"), origin);
        assertEquals(Optional.empty(), allowed(refused));
        varies(refused);
        var form = new HashMap<>(Site.redemption("page", "no-code"));
        form.put("client_secret", "wrong");
        assertEquals(Optional.empty(), allowed(token(form, origin)));
        if (!origin.equals(THEIRS)) {
            var early = preflight("/oauth/token", origin);
            assertEquals(Optional.empty(), allowed(early));
            varies(early);
        }
    }

    @Test
    void HT_04_a_disabled_clients_origin_is_nobodys() {
        site.client("off", Site.draft().callbacks("https://off.example/cb"));
        site.app
                .house()
                .clients()
                .disable(site.host().id(), new dev.symbolon.oauth.ClientId("off"), site.clock.instant());
        site.clock.advance(java.time.Duration.ofSeconds(2));
        assertEquals(Optional.empty(), allowed(preflight("/oauth/token", "https://off.example")));
    }

    @ParameterizedTest
    @ValueSource(strings = {"/oauth/token", "/userinfo", "/me"})
    void HT_04_a_preflight_allows_what_the_sdk_sends(String path) {
        for (var origin : List.of(MINE, ALSO_MINE, THEIRS)) {
            var reply = preflight(path, origin);
            assertEquals(204, reply.status());
            assertEquals(origin, allowed(reply).orElse(""));
            assertTrue(reply.header("access-control-allow-methods").orElse("").contains("POST"));
            var headers = reply.header("access-control-allow-headers").orElse("");
            for (var name : List.of("authorization", "content-type", "x-client-info")) {
                assertTrue(headers.contains(name), headers);
            }
            varies(reply);
            assertEquals(0, reply.http().body().length);
        }
    }

    @Test
    void HT_04_userinfo_is_shared_with_the_origins_of_the_tokens_client_only() {
        var access = ada.tokens("page").get("access_token").textValue();
        for (var origin : List.of(MINE, ALSO_MINE, THEIRS, "null", "https://evil.example")) {
            var reply = Browser.exchange(HttpRequest.newBuilder(URI.create(site.issuer + "/userinfo"))
                    .header("Origin", origin)
                    .header("Authorization", "Bearer " + access)
                    .GET());
            assertEquals(200, reply.status());
            var isMine = origin.equals(MINE) || origin.equals(ALSO_MINE);
            assertEquals(isMine ? Optional.of(origin) : Optional.empty(), allowed(reply));
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/.well-known/openid-configuration",
                "/.well-known/oauth-authorization-server",
                "/.well-known/jwks.json"
            })
    void HT_04_public_documents_are_for_every_origin(String path) {
        var reply = Browser.exchange(HttpRequest.newBuilder(URI.create(site.issuer + path))
                .header("Origin", "https://evil.example")
                .GET());
        assertEquals(200, reply.status());
        assertEquals("*", allowed(reply).orElse(""));
        assertEquals("*", allowed(preflight(path, "https://evil.example")).orElse(""));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"/authorize", "/login", "/consent", "/accounts", "/logout", "/authorize/resume", "/nothing"})
    void HT_04_pages_are_shared_with_nobody(String path) {
        for (var origin : List.of(MINE, "null", "https://evil.example")) {
            var reply = Browser.exchange(HttpRequest.newBuilder(URI.create(site.issuer + path))
                    .header("Origin", origin)
                    .GET());
            assertEquals(Optional.empty(), allowed(reply));
            var early = preflight(path, origin);
            assertEquals(Optional.empty(), allowed(early));
            assertTrue(early.status() >= 400, "no preflight succeeds: " + early.status());
        }
    }
}
