package dev.symbolon.spec;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import dev.symbolon.oauth.ClientAuthMethod;
import dev.symbolon.oauth.SigningAlgorithm;
import java.net.URI;
import java.net.http.HttpRequest;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// What the issuer says about itself (RFC 8414, OpenID Connect Discovery) is what it does.
final class DiscoveryTest {
    private static Site site;
    private static Ada ada;

    @BeforeAll
    static void start() {
        site = Site.start();
        ada = new Ada(site);
    }

    @AfterAll
    static void stop() {
        site.close();
    }

    private static JsonNode metadata() {
        return site.browser().get("/.well-known/openid-configuration").json();
    }

    private static List<String> list(String name) {
        var values = new ArrayList<String>();
        metadata().get(name).forEach(value -> values.add(value.textValue()));
        assertFalse(values.isEmpty(), name);
        return values;
    }

    @ParameterizedTest
    @ValueSource(strings = {"/.well-known/openid-configuration", "/.well-known/oauth-authorization-server"})
    @Spec({"RFC 8414 §3", "OIDC Discovery §4"})
    void both_documents_are_the_same_cacheable_json(String path) {
        var reply = site.browser().get(path);
        assertEquals(200, reply.status());
        assertEquals("application/json", reply.header("content-type").orElse(""));
        assertTrue(reply.header("cache-control").orElse("").matches("public, max-age=[1-9][0-9]*"));
        assertTrue(reply.headers("set-cookie").isEmpty());
        assertEquals(metadata(), reply.json());
        var head = Browser.exchange(
                HttpRequest.newBuilder(URI.create(site.issuer + path)).HEAD());
        assertEquals(200, head.status());
        assertEquals(0, head.http().body().length);
        var post = Browser.exchange(
                HttpRequest.newBuilder(URI.create(site.issuer + path)).POST(HttpRequest.BodyPublishers.noBody()));
        assertEquals(405, post.status());
    }

    @Test
    @Spec({"RFC 8414 §2", "OIDC Discovery §3"})
    void the_issuer_is_the_same_everywhere_byte_for_byte() {
        assertEquals(site.issuer, metadata().get("issuer").textValue());
        var tokens = ada.tokens("spa");
        assertEquals(
                metadata().get("issuer"),
                Site.claims(tokens.get("id_token").textValue()).get("iss"));
        assertEquals(
                metadata().get("issuer"),
                Site.claims(tokens.get("access_token").textValue()).get("iss"));
        var back = ada.browser.get(Site.authorize(Site.request("spa")));
        assertEquals(site.issuer, back.redirect().text("iss"));
        assertTrue(
                metadata().get("authorization_response_iss_parameter_supported").booleanValue());
    }

    @Test
    @Spec("OIDC Discovery §3")
    void every_required_member_is_there() {
        for (var name : List.of(
                "issuer",
                "authorization_endpoint",
                "token_endpoint",
                "userinfo_endpoint",
                "jwks_uri",
                "response_types_supported",
                "subject_types_supported",
                "id_token_signing_alg_values_supported",
                "scopes_supported",
                "claims_supported")) {
            assertTrue(metadata().has(name), name);
        }
        assertEquals(List.of("S256"), list("code_challenge_methods_supported"));
        assertEquals(List.of("code"), list("response_types_supported"));
        assertFalse(metadata().get("request_parameter_supported").booleanValue());
        assertFalse(metadata().get("request_uri_parameter_supported").booleanValue());
        assertTrue(list("id_token_signing_alg_values_supported").contains("RS256"));
        metadata().forEach(value -> assertFalse(value.isNull() || value.isArray() && value.isEmpty()));
    }

    @Test
    @Spec("OIDC Discovery §3")
    void every_endpoint_is_of_this_issuer_and_answers() {
        var endpoints = new ArrayList<String>();
        metadata().properties().forEach(member -> {
            if (member.getKey().endsWith("_endpoint") || member.getKey().equals("jwks_uri")) {
                endpoints.add(member.getValue().textValue());
            }
        });
        assertTrue(endpoints.size() >= 5, endpoints.toString());
        for (var endpoint : endpoints) {
            assertTrue(endpoint.startsWith(site.issuer + "/"), endpoint);
            assertNotEquals(404, site.browser().get(endpoint).status(), endpoint);
        }
    }

    @Test
    @Spec("RFC 8414 §2")
    void every_grant_type_and_client_method_that_is_published_works_and_no_other() {
        assertEquals(
                Set.of("authorization_code", "refresh_token", "client_credentials"),
                Set.copyOf(list("grant_types_supported")));
        assertEquals(
                Stream.of(ClientAuthMethod.values()).map(ClientAuthMethod::wire).toList(),
                list("token_endpoint_auth_methods_supported"));
        for (var type : list("grant_types_supported")) {
            var reply = site.token(Map.of("grant_type", type, "client_id", "spa"));
            var expected = type.equals("client_credentials") ? "unauthorized_client" : "invalid_request";
            assertEquals(expected, reply.json().get("error").textValue(), type);
        }
        for (var method : list("token_endpoint_auth_methods_supported")) {
            var id = "m-" + method;
            site.client(
                    id,
                    Site.draft()
                            .callbacks(Site.CALLBACK)
                            .auth(ClientAuthMethod.valueOf(method.toUpperCase(java.util.Locale.ROOT))));
            var form = Site.redemption(id, ada.code(id));
            var headers = method.endsWith("basic") ? Map.of("Authorization", site.basic(id)) : Map.<String, String>of();
            if (method.endsWith("post")) {
                form.put("client_secret", site.secrets.get(id));
            }
            assertEquals(200, site.token(form, headers).status(), method);
        }
    }

    @Test
    @Spec("OIDC Discovery §3")
    void every_algorithm_that_is_published_signs() {
        for (var name : list("id_token_signing_alg_values_supported")) {
            var algorithm = SigningAlgorithm.of(name).orElseThrow();
            site.client("a-" + name, Site.draft().callbacks(Site.CALLBACK).algorithm(algorithm));
            var token = Jws.parse(ada.tokens("a-" + name).get("id_token").textValue());
            assertEquals(name, token.header().get("alg").textValue());
            assertTrue(token.isSignedByOneOf(
                    site.browser().get("/.well-known/jwks.json").json()));
        }
    }

    @Test
    @Spec("OIDC Discovery §3")
    void every_scope_that_is_published_is_granted() {
        var scope = String.join(" ", list("scopes_supported"));
        assertEquals(
                scope, ada.tokens("spa", Map.of("scope", scope)).get("scope").textValue());
    }

    @Test
    @Spec("OIDC Discovery §3")
    void every_claim_of_an_id_token_is_published_and_so_is_its_acr() {
        var claims = Site.claims(ada.tokens("spa").get("id_token").textValue());
        claims.fieldNames()
                .forEachRemaining(name -> assertTrue(list("claims_supported").contains(name), name));
        assertTrue(list("acr_values_supported").contains(claims.get("acr").textValue()));
        assertEquals(List.of("public"), list("subject_types_supported"));
    }

    @Test
    @Spec("OIDC Discovery §3")
    void every_response_mode_that_is_published_carries_a_code() {
        for (var mode : list("response_modes_supported")) {
            var reply = ada.browser.get(Site.authorize(Site.request("spa", Map.of("response_mode", mode))));
            if (reply.status() == 200 && reply.body().contains("name=\"username\"")) {
                ada.code("spa");
                reply = ada.browser.get(Site.authorize(Site.request("spa", Map.of("response_mode", mode))));
            }
            var code = mode.equals("form_post")
                    ? reply.hidden("code")
                    : reply.redirect().text("code");
            assertEquals(200, site.token(Site.redemption("spa", code)).status(), mode);
        }
    }

    @Test
    void HT_07_no_header_of_a_stranger_changes_what_the_issuer_says() {
        var reply =
                Browser.exchange(HttpRequest.newBuilder(URI.create(site.issuer + "/.well-known/openid-configuration"))
                        .header("X-Forwarded-Host", "evil.example")
                        .header("X-Forwarded-Proto", "https")
                        .header("X-Forwarded-For", "203.0.113.9")
                        .header("X-Forwarded-Port", "443")
                        .header("X-Original-Host", "evil.example")
                        .header("Forwarded", "for=203.0.113.9;host=evil.example;proto=https")
                        .GET());
        assertEquals(200, reply.status());
        assertEquals(metadata(), reply.json());
    }
}
