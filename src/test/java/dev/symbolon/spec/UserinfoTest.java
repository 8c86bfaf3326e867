package dev.symbolon.spec;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import dev.symbolon.oauth.Profile;
import java.net.http.HttpRequest.BodyPublishers;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/// What the issuer says about a person, and to whom.
final class UserinfoTest {
    private static final String ALL = "openid profile email address phone";
    private static Site site;

    @BeforeAll
    static void start() {
        site = Site.start();
        site.person(site.host(), "grace@example.com", whole());
        site.client("narrow", Site.draft().callbacks(Site.CALLBACK).scope("openid profile"));
    }

    @AfterAll
    static void stop() {
        site.close();
    }

    private static Profile whole() {
        return new Profile(
                Optional.of("Grace Brewster Hopper"),
                Optional.of("Grace"),
                Optional.of("Hopper"),
                Optional.of("Brewster"),
                Optional.of("Amazing Grace"),
                Optional.of("grace"),
                Optional.of("https://example.com/grace"),
                Optional.of("https://example.com/grace.jpg"),
                Optional.of("https://grace.example"),
                Optional.of("female"),
                Optional.of("1906-12-09"),
                Optional.of("America/New_York"),
                Optional.of("en-US"),
                Optional.of("+1 555 0100"),
                Optional.of(true),
                Optional.of(new Profile.Address(
                        Optional.of("1 Navy Yard\nArlington"),
                        Optional.of("1 Navy Yard"),
                        Optional.of("Arlington"),
                        Optional.of(" "),
                        Optional.of("22202"),
                        Optional.empty())));
    }

    private static JsonNode tokens(String email, Map<String, String> changes) {
        var client = changes.getOrDefault("client_id", "spa");
        var back = site.signIn(site.browser(), Site.request(client, changes), email);
        var answer = site.token(Site.redemption(client, back.redirect().text("code")));
        assertEquals(200, answer.status(), answer.body());
        return answer.json();
    }

    private static String access(String email, Map<String, String> changes) {
        return tokens(email, changes).get("access_token").textValue();
    }

    private static JsonNode userinfo(String accessToken) {
        var reply = site.withBearer("/userinfo", accessToken);
        assertEquals(200, reply.status(), reply.body());
        assertEquals("application/json", reply.header("content-type").orElseThrow());
        assertEquals("no-store", reply.header("cache-control").orElseThrow());
        return reply.json();
    }

    private static Set<String> names(JsonNode object) {
        var names = new TreeSet<String>();
        object.fieldNames().forEachRemaining(names::add);
        return names;
    }

    private static void assertRefused(int status, String error, Reply reply) {
        assertEquals(status, reply.status(), reply.body());
        assertEquals("no-store", reply.header("cache-control").orElseThrow());
        assertEquals(error, reply.json().get("error").textValue());
        assertFalse(reply.json().get("error_description").textValue().isEmpty());
        var challenge = reply.header("www-authenticate").orElseThrow();
        assertTrue(challenge.startsWith("Bearer error=\"" + error + "\", error_description=\""), challenge);
    }

    @Test
    @Spec({"OIDC Core §5.1", "OIDC Core §5.4"})
    void each_scope_brings_its_claims_rightly_typed() {
        var claims = userinfo(access("grace@example.com", Map.of("scope", ALL)));
        assertEquals(
                Set.of(
                        "sub",
                        "name",
                        "given_name",
                        "family_name",
                        "middle_name",
                        "nickname",
                        "preferred_username",
                        "profile",
                        "picture",
                        "website",
                        "gender",
                        "birthdate",
                        "zoneinfo",
                        "locale",
                        "updated_at",
                        "email",
                        "email_verified",
                        "address",
                        "phone_number",
                        "phone_number_verified"),
                names(claims));
        assertEquals("Grace Brewster Hopper", claims.get("name").textValue());
        assertEquals("Brewster", claims.get("middle_name").textValue());
        assertEquals("1906-12-09", claims.get("birthdate").textValue());
        assertEquals("America/New_York", claims.get("zoneinfo").textValue());
        assertEquals("en-US", claims.get("locale").textValue());
        assertEquals("grace@example.com", claims.get("email").textValue());
        assertTrue(claims.get("updated_at").isIntegralNumber());
        assertTrue(claims.get("email_verified").isBoolean());
        assertTrue(claims.get("phone_number_verified").booleanValue());
        assertEquals("+1 555 0100", claims.get("phone_number").textValue());
    }

    @Test
    @Spec("OIDC Core §5.1.1")
    void the_address_is_an_object_without_empty_parts() {
        var address =
                userinfo(access("grace@example.com", Map.of("scope", ALL))).get("address");
        assertEquals(Set.of("formatted", "street_address", "locality", "postal_code"), names(address));
        assertEquals("1 Navy Yard\nArlington", address.get("formatted").textValue());
    }

    @Test
    @Spec({"OIDC Core §5.3.2", "OIDC Core §5.4"})
    void what_the_account_lacks_is_left_out_and_never_null() {
        var claims = userinfo(access("bob@example.com", Map.of("scope", ALL)));
        assertEquals(Set.of("sub", "name", "updated_at", "email", "email_verified"), names(claims));
        claims.forEach(claim -> assertFalse(claim.isNull()));
    }

    @Test
    @Spec("OIDC Core §5.4")
    void a_scope_that_was_not_granted_brings_nothing() {
        assertEquals(Set.of("sub"), names(userinfo(access("grace@example.com", Map.of("scope", "openid")))));
        assertEquals(
                Set.of("sub", "email", "email_verified"),
                names(userinfo(access("grace@example.com", Map.of("scope", "openid email")))));
        assertEquals(
                Set.of("sub", "phone_number", "phone_number_verified"),
                names(userinfo(access("grace@example.com", Map.of("scope", "openid phone")))));
        var narrow = userinfo(access("grace@example.com", Map.of("client_id", "narrow", "scope", ALL)));
        assertTrue(narrow.has("name"));
        assertFalse(narrow.has("email"));
    }

    @Test
    @Spec({"OIDC Core §5.5", "OIDC Core §5.5.1"})
    void claims_asked_for_by_name_come_where_they_were_asked_for() {
        var asked = """
                {"userinfo": {"email": {"essential": true}, "locale": null, "no_such_claim": null},
                 "id_token": {"nickname": null, "auth_time": {"essential": true}}}""";
        var answer = tokens("grace@example.com", Map.of("scope", "openid", "claims", asked));
        var claims = userinfo(answer.get("access_token").textValue());
        assertEquals(Set.of("sub", "email", "locale"), names(claims));
        var idToken = Site.claims(answer.get("id_token").textValue());
        assertEquals("Amazing Grace", idToken.get("nickname").textValue());
        assertFalse(idToken.has("email"));
    }

    @Test
    @Spec("OIDC Core §5.5")
    void a_claim_asked_for_by_name_is_not_more_than_the_client_may_have() {
        var asked = "{\"userinfo\": {\"email\": null, \"phone_number\": null, \"nickname\": null},"
                + " \"id_token\": {\"address\": null}}";
        var answer = tokens("grace@example.com", Map.of("client_id", "narrow", "scope", "openid", "claims", asked));
        assertEquals(
                Set.of("sub", "nickname"),
                names(userinfo(answer.get("access_token").textValue())));
        assertFalse(Site.claims(answer.get("id_token").textValue()).has("address"));
    }

    @Test
    @Spec("OIDC Core §5.5")
    void a_claim_asked_for_by_name_is_not_more_than_the_person_was_shown() {
        var browser = site.browser();
        var asked = Map.of("scope", "openid", "claims", "{\"userinfo\": {\"email\": null, \"name\": null}}");
        var page = site.signIn(browser, Site.request("third", asked), "grace@example.com");
        var answer = browser.post(
                "/consent",
                Map.of("interaction", page.hidden("interaction"), "csrf", page.hidden("csrf"), "action", "allow"));
        var code = browser.follow(answer).redirect().text("code");
        var tokens = site.token(Site.redemption("third", code)).json();
        assertEquals(Set.of("sub"), names(userinfo(tokens.get("access_token").textValue())));
    }

    @Test
    @Spec("OIDC Core §5.3.2")
    void sub_is_the_one_of_the_id_token_and_claims_cannot_change_it() {
        var answer = tokens("grace@example.com", Map.of("claims", "{\"userinfo\":{\"sub\":null,\"iss\":null}}"));
        var idToken = Site.claims(answer.get("id_token").textValue());
        var claims = userinfo(answer.get("access_token").textValue());
        assertEquals(idToken.get("sub"), claims.get("sub"));
        assertFalse(claims.has("iss"));
    }

    @Test
    @Spec({"OIDC Core §5.3.1", "RFC 6750 §2.1", "RFC 6750 §2.2"})
    void the_token_is_taken_by_get_by_post_and_in_a_form_body() {
        var token = access("ada@example.com", Map.of());
        var get = userinfo(token);
        var program = site.browser();
        var header = Browser.exchange(program.to("/userinfo")
                .header("Authorization", "bearer " + token)
                .POST(BodyPublishers.noBody()));
        assertEquals(get, header.json());
        var body = program.post("/userinfo", Map.of("access_token", token));
        assertEquals(200, body.status(), body.body());
        assertEquals(get, body.json());
    }

    @Test
    @Spec("RFC 6750 §2.3")
    void a_token_in_the_query_is_not_looked_at() {
        var token = access("ada@example.com", Map.of());
        var reply = site.browser().get("/userinfo?access_token=" + token);
        assertEquals(401, reply.status());
        assertFalse(reply.body().contains(token));
    }

    @Test
    @Spec("RFC 6750 §2.2")
    void a_body_that_is_no_form_carries_no_token() {
        var token = access("ada@example.com", Map.of());
        for (var type : List.of("application/json", "text/plain", "multipart/form-data; boundary=x")) {
            var reply = Browser.exchange(site.browser()
                    .to("/userinfo")
                    .header("Content-Type", type)
                    .POST(BodyPublishers.ofString("access_token=" + token)));
            assertEquals(401, reply.status(), type);
        }
    }

    @Test
    @Spec({"RFC 6750 §2", "RFC 6750 §3.1"})
    void a_token_sent_in_two_ways_or_twice_is_an_invalid_request() {
        var token = access("ada@example.com", Map.of());
        var form = "application/x-www-form-urlencoded";
        assertRefused(
                400,
                "invalid_request",
                Browser.exchange(site.browser()
                        .to("/userinfo")
                        .header("Content-Type", form)
                        .header("Authorization", "Bearer " + token)
                        .POST(BodyPublishers.ofString("access_token=" + token))));
        assertRefused(
                400,
                "invalid_request",
                Browser.exchange(site.browser()
                        .to("/userinfo")
                        .header("Content-Type", form)
                        .POST(BodyPublishers.ofString("access_token=" + token + "&access_token=" + token))));
    }

    @Test
    @Spec({"RFC 6750 §3", "RFC 6750 §3.1"})
    void without_a_token_the_challenge_names_no_error() {
        var program = site.browser();
        for (var reply : List.of(
                program.get("/userinfo"),
                program.get("/me"),
                program.post("/userinfo", Map.of("other", "field")),
                Browser.exchange(program.to("/userinfo")
                        .header("Authorization", "Basic YTpi")
                        .GET()))) {
            assertEquals(401, reply.status(), reply.body());
            assertEquals(
                    "Bearer realm=\"" + site.issuer + "\"",
                    reply.header("www-authenticate").orElseThrow());
        }
    }

    @Test
    @Spec({"RFC 6750 §3.1", "OIDC Core §5.3.3"})
    void what_is_not_an_access_token_of_ours_is_invalid() {
        var answer = tokens("ada@example.com", Map.of());
        var good = answer.get("access_token").textValue();
        var parts = good.split("\\.");
        var changed = parts[2].charAt(5) == 'A' ? 'B' : 'A';
        var cut = good.substring(0, good.length() - 10);
        for (var bad : List.of(
                "x",
                "",
                "a.b.c",
                cut,
                parts[0] + "." + parts[1] + ".",
                parts[0] + "." + parts[1] + "." + parts[2].substring(0, 5) + changed + parts[2].substring(6),
                answer.get("id_token").textValue(),
                answer.get("refresh_token").textValue())) {
            for (var path : List.of("/userinfo", "/me")) {
                var reply = site.withBearer(path, bad);
                assertEquals(401, reply.status(), bad);
                if (!bad.isEmpty()) {
                    assertRefused(401, "invalid_token", reply);
                    assertFalse(reply.body().contains(bad) && bad.length() > 1, "echoed");
                }
            }
        }
    }

    @Test
    @Spec("RFC 6750 §3.1")
    void an_expired_token_is_invalid_and_the_next_one_is_good() {
        var answer = tokens("ada@example.com", Map.of());
        site.clock.advance(Duration.ofHours(1).plusSeconds(1));
        assertRefused(
                401,
                "invalid_token",
                site.withBearer("/userinfo", answer.get("access_token").textValue()));
        var next = site.token(Site.refresh("spa", answer.get("refresh_token").textValue()));
        userinfo(next.json().get("access_token").textValue());
    }

    @Test
    @Spec({"RFC 6750 §3.1", "OIDC Core §5.3.1"})
    void a_token_without_openid_is_not_enough_for_userinfo() {
        var token = access("ada@example.com", Map.of("scope", "profile"));
        assertRefused(403, "insufficient_scope", site.withBearer("/userinfo", token));
    }

    @Test
    @Spec("RFC 6750 §5.2")
    void a_token_for_an_api_alone_is_not_for_userinfo() {
        var token = access("ada@example.com", Map.of("scope", "profile", "audience", Site.API));
        assertRefused(401, "invalid_token", site.withBearer("/userinfo", token));
        var withOpenid = access("ada@example.com", Map.of("audience", Site.API));
        assertEquals("ada@example.com", userinfo(withOpenid).get("email").textValue());
    }

    @Test
    void me_shows_the_whole_profile_to_a_token_of_any_audience() {
        for (var changes : List.of(
                Map.of("scope", "openid"),
                Map.of("scope", "profile"),
                Map.of("scope", "openid", "audience", Site.API))) {
            var me = site.withBearer("/me", access("grace@example.com", changes));
            assertEquals(200, me.status(), me.body());
            assertEquals("no-store", me.header("cache-control").orElseThrow());
            assertEquals(me.json().get("id"), me.json().get("sub"));
            assertEquals("grace@example.com", me.json().get("email").textValue());
            assertEquals("+1 555 0100", me.json().get("phone_number").textValue());
        }
    }

    @Test
    void other_methods_are_refused_with_what_is_allowed() {
        var token = access("ada@example.com", Map.of());
        for (var method : List.of("PUT", "DELETE", "HEAD", "PATCH")) {
            var reply = Browser.exchange(site.browser()
                    .to("/userinfo")
                    .header("Authorization", "Bearer " + token)
                    .method(method, BodyPublishers.noBody()));
            assertEquals(405, reply.status(), method);
            assertEquals("GET, POST", reply.header("allow").orElseThrow());
        }
        assertEquals(405, site.browser().post("/me", Map.of()).status());
    }
}
