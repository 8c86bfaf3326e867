package dev.symbolon.spec;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import dev.symbolon.oauth.ClientId;
import dev.symbolon.oauth.Scope;
import java.net.URI;
import java.net.http.HttpRequest;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// Tokens that no person stands behind, and what a server says of a token when it is asked.
final class MachineTokensTest {
    private Site site;

    @BeforeEach
    void start() {
        site = Site.start();
        allow("web", Site.API, "orders:read orders:write");
    }

    @AfterEach
    void stop() {
        site.close();
    }

    private void allow(String client, String api, String scope) {
        site.app
                .house()
                .access()
                .allow(site.host().id(), new ClientId(client), api, Scope.parse(scope), site.clock.instant());
    }

    private Reply ask(Map<String, String> changes) {
        var form = new HashMap<>(Map.of("grant_type", "client_credentials"));
        form.putAll(changes);
        return site.token(form, Map.of("Authorization", site.basic("web")));
    }

    private String token() {
        return ask(Map.of()).json().get("access_token").textValue();
    }

    private Reply post(String path, String token, String client) {
        return Browser.exchange(HttpRequest.newBuilder(URI.create(site.issuer + path))
                .header("Authorization", site.basic(client))
                .header("Content-Type", "application/x-www-form-urlencoded")
                .POST(HttpRequest.BodyPublishers.ofString("token=" + token)));
    }

    private JsonNode introspect(String token) {
        return post("/oauth/introspect", token, "web").json();
    }

    private static void isRefused(String error, Reply reply) {
        assertTrue(reply.status() == 400 || reply.status() == 401, reply.body());
        assertEquals(error, reply.json().get("error").textValue(), reply.body());
    }

    @Test
    @Spec({"RFC 6749 §4.4.3", "RFC 9068 §2.2"})
    void a_client_gets_an_access_token_for_its_api_and_nothing_else_and_nothing_is_written() {
        var before = Rows.of(site);
        var answer = ask(Map.of("audience", Site.API)).json();
        assertEquals(before, Rows.of(site));
        assertNull(answer.get("refresh_token"));
        assertNull(answer.get("id_token"));
        assertEquals(600, answer.get("expires_in").intValue(), "the API says how long");
        assertEquals("orders:read orders:write", answer.get("scope").textValue());
        var claims = Site.claims(answer.get("access_token").textValue());
        assertEquals("web", claims.get("sub").textValue());
        assertEquals("web", claims.get("client_id").textValue());
        assertEquals(Site.API, claims.get("aud").textValue());
        assertNull(claims.get("sid"));
        assertEquals(
                401,
                site.withBearer("/userinfo", answer.get("access_token").textValue())
                        .status());
    }

    @Test
    @Spec("RFC 6749 §4.4.2")
    void less_may_be_asked_for_and_more_may_not() {
        assertEquals(
                "orders:read",
                ask(Map.of("scope", "orders:read")).json().get("scope").textValue());
        isRefused("invalid_scope", ask(Map.of("scope", "orders:read orders:delete")));
    }

    @Test
    @Spec("RFC 8707 §2")
    void only_an_api_that_it_was_given_is_a_target() {
        isRefused("invalid_target", ask(Map.of("resource", "https://nowhere.example")));
        isRefused("invalid_target", ask(Map.of("resource", site.issuer + "/api/v1")));
        isRefused("invalid_target", ask(Map.of("resource", Site.API, "audience", "https://nowhere.example")));
        allow("web", site.issuer + "/api/v1", "read:clients");
        isRefused("invalid_request", ask(Map.of()));
        site.app.house().resources().remove(site.host().id(), Site.API, site.clock.instant());
        isRefused("invalid_target", ask(Map.of("resource", Site.API)));
    }

    @Test
    void whoever_has_no_secret_or_was_given_nothing_gets_nothing() {
        isRefused("unauthorized_client", site.token(Map.of("grant_type", "client_credentials", "client_id", "spa")));
        isRefused(
                "unauthorized_client",
                site.token(Map.of("grant_type", "client_credentials"), Map.of("Authorization", site.basic("nopkce"))));
        site.app.house().clients().disable(site.host().id(), new ClientId("web"), site.clock.instant());
        isRefused("invalid_client", ask(Map.of()));
    }

    @Test
    @Spec({"RFC 7662 §2.1", "RFC 7662 §2.2"})
    void a_token_is_told_of_to_its_client_and_to_its_api() {
        var told = introspect(token());
        assertTrue(told.get("active").booleanValue(), told.toString());
        assertEquals("web", told.get("client_id").textValue());
        assertEquals(Site.API, told.get("aud").textValue());
        allow("post", Site.API, "");
        var form = Browser.encode(
                Map.of("client_id", "post", "client_secret", site.secrets.get("post"), "token", token()));
        var asked = Browser.exchange(HttpRequest.newBuilder(URI.create(site.issuer + "/oauth/introspect"))
                .header("Content-Type", "application/x-www-form-urlencoded")
                .POST(HttpRequest.BodyPublishers.ofString(form)));
        assertTrue(asked.json().get("active").booleanValue(), "the API's own client may ask");

        var user = site.token(Site.redemption("web", site.code("web")), Map.of("Authorization", site.basic("web")))
                .json();
        for (var kind : new String[] {"access_token", "refresh_token"}) {
            var known = introspect(user.get(kind).textValue());
            assertTrue(known.get("active").booleanValue(), kind);
            assertTrue(known.get("scope").textValue().contains("openid"), kind);
        }
    }

    @Test
    void OG_04_whoever_may_not_ask_learns_nothing() {
        var stranger = post("/oauth/introspect", token(), "nopkce");
        assertEquals("{\"active\":false}", stranger.body());
        isRefused(
                "invalid_client",
                Browser.exchange(HttpRequest.newBuilder(URI.create(site.issuer + "/oauth/introspect"))
                        .header("Content-Type", "application/x-www-form-urlencoded")
                        .POST(HttpRequest.BodyPublishers.ofString("client_id=spa&token=" + token()))));
        for (var garbage : new String[] {"nothing", "a.b.c", token() + "x", "x".repeat(5_000)}) {
            assertEquals(
                    "{\"active\":false}",
                    post("/oauth/introspect", garbage, "web").body());
        }
        site.clock.advance(Duration.ofMinutes(11));
        var old = token();
        site.clock.advance(Duration.ofMinutes(11));
        assertFalse(introspect(old).get("active").booleanValue(), "expired");
    }

    @Test
    void OG_04_a_token_that_was_taken_back_is_inactive_at_once() {
        var token = token();
        assertEquals(200, post("/oauth/revoke", token, "nopkce").status());
        assertTrue(introspect(token).get("active").booleanValue(), "OG_03: another client takes nothing back");
        assertEquals(200, post("/oauth/revoke", token, "web").status());
        assertFalse(introspect(token).get("active").booleanValue());

        var other = token();
        site.app.house().access().disallow(site.host().id(), new ClientId("web"), Site.API, site.clock.instant());
        assertFalse(introspect(other).get("active").booleanValue(), "what it rests on was taken away");

        var user = site.token(Site.redemption("web", site.code("web")), Map.of("Authorization", site.basic("web")))
                .json();
        post("/oauth/revoke", user.get("refresh_token").textValue(), "web");
        assertFalse(
                introspect(user.get("access_token").textValue()).get("active").booleanValue());
        assertFalse(
                introspect(user.get("refresh_token").textValue()).get("active").booleanValue());
    }

    @Test
    void HT_01_introspection_takes_POST_only() {
        var reply = Browser.exchange(HttpRequest.newBuilder(URI.create(site.issuer + "/oauth/introspect?token=x")));
        assertEquals(405, reply.status());
        assertEquals("POST", reply.header("allow").orElse(""));
    }

    @Test
    @Spec("RFC 8414 §2")
    void the_metadata_say_so() {
        var metadata = site.browser().get("/.well-known/openid-configuration").json();
        assertEquals(
                site.issuer + "/oauth/introspect",
                metadata.get("introspection_endpoint").textValue());
        assertTrue(metadata.get("grant_types_supported").toString().contains("client_credentials"));
        assertFalse(metadata.get("introspection_endpoint_auth_methods_supported")
                .toString()
                .contains("none"));
    }
}
