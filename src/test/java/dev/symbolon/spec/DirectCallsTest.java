package dev.symbolon.spec;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.symbolon.oauth.ConnectionId;
import java.net.URI;
import java.net.http.HttpRequest;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Who may call what an application's own page calls, and how: every endpoint alike. And the list of connections.
final class DirectCallsTest {
    private static final List<String> PATHS =
            List.of(OwnPage.START, OwnPage.VERIFY, OwnPage.SIGN_UP, OwnPage.CHANGE_PASSWORD);
    private static final String EVIL = "https://evil.example";

    private static Site site;

    @BeforeAll
    static void start() {
        site = Site.start();
        ByMail.passwordless(site, true);
        site.client("page", Site.draft().callbacks(Site.CALLBACK).webOrigins("http://localhost:5173"));
        site.client("theirs", Site.draft().callbacks("https://their.example/cb"));
    }

    @AfterAll
    static void stop() {
        site.close();
    }

    private static int addresses;

    private static String fields(String client) {
        var fields = OwnPage.signUp(client, "somebody" + ++addresses + "@example.com", ByMail.GOOD_PASSWORD);
        fields.put("ticket", "x");
        fields.put("code", "000000");
        return OwnPage.text(fields);
    }

    private static Reply post(String path, String client, Map<String, String> headers) {
        return OwnPage.send(site.issuer, path, "application/json", fields(client), headers);
    }

    @Test
    void an_application_that_is_not_the_operators_own_is_refused_everywhere() {
        for (var path : PATHS) {
            var refused = Refused.still(site, 400, "unauthorized_client", () -> post(path, "third", Map.of()));
            assertTrue(refused.body().contains("first-party"), refused.body());
        }
        assertEquals(400, connections("third", Map.of()).status());
    }

    @ParameterizedTest
    @ValueSource(strings = {"nobody", "\\u0000", "../spa", ""})
    void an_unknown_client_is_refused_everywhere(String client) {
        for (var path : PATHS) {
            var refused = post(path, client, Map.of());
            assertTrue(List.of(400, 401).contains(refused.status()), refused.body());
        }
        assertEquals(400, connections(client, Map.of()).status());
    }

    @Test
    void HT_04_a_page_of_another_origin_is_refused_before_anything_happens() {
        for (var path : PATHS) {
            for (var origin : List.of(EVIL, "null", "https://their.example", "https://app.example.evil.example")) {
                var refused =
                        Refused.still(site, 403, "access_denied", () -> post(path, "page", Map.of("Origin", origin)));
                assertEquals(Optional.empty(), refused.header("access-control-allow-origin"));
            }
        }
    }

    @Test
    void HT_04_the_clients_own_pages_read_success_and_refusal() {
        for (var path : PATHS) {
            for (var origin : List.of(OwnPage.ORIGIN, "http://localhost:5173")) {
                var reply = post(path, "page", Map.of("Origin", origin));
                assertEquals(origin, reply.header("access-control-allow-origin").orElse(""), path);
                assertFalse(reply.header("access-control-allow-credentials").isPresent());
                assertEquals("Origin", reply.header("vary").orElse(""));
                assertEquals("no-store", reply.header("cache-control").orElse(""));
                assertTrue(reply.headers("set-cookie").isEmpty());
            }
            var preflight = Browser.exchange(HttpRequest.newBuilder(URI.create(site.issuer + path))
                    .method("OPTIONS", HttpRequest.BodyPublishers.noBody())
                    .header("Origin", OwnPage.ORIGIN)
                    .header("Access-Control-Request-Method", "POST")
                    .header("Access-Control-Request-Headers", "content-type"));
            assertEquals(204, preflight.status());
            assertEquals(
                    OwnPage.ORIGIN,
                    preflight.header("access-control-allow-origin").orElse(""));
        }
    }

    @Test
    void HT_01_other_methods_get_405() {
        for (var path : PATHS) {
            for (var method : List.of("GET", "HEAD", "PUT", "DELETE")) {
                var reply = Browser.exchange(HttpRequest.newBuilder(URI.create(site.issuer + path))
                        .method(method, HttpRequest.BodyPublishers.noBody()));
                assertEquals(405, reply.status(), method + " " + path);
                assertEquals("POST", reply.header("allow").orElse(""));
            }
        }
    }

    @Test
    void HT_02_other_bodies_are_refused() {
        for (var path : PATHS) {
            for (var type : List.of("text/plain", "multipart/form-data; boundary=x")) {
                Refused.json(400, "invalid_request", OwnPage.send(site.issuer, path, type, fields("page"), Map.of()));
            }
            for (var body : List.of(
                    "[]",
                    "{",
                    "{\"client_id\":\"page\",\"email\":{}}",
                    "{\"client_id\":\"page\",\"client_id\":\"page\",\"email\":\"a@b.example\"}")) {
                Refused.json(
                        400, "invalid_request", OwnPage.send(site.issuer, path, "application/json", body, Map.of()));
            }
            Refused.json(
                    400,
                    "invalid_request",
                    OwnPage.send(
                            site.issuer,
                            path,
                            "application/x-www-form-urlencoded",
                            "client_id=page&email=a@b.example&email=c@d.example",
                            Map.of()));
            var tooMuch = "{\"client_id\":\"" + "x".repeat(70_000) + "\"}";
            var tooLong = OwnPage.send(site.issuer, path, "application/json", tooMuch, Map.of());
            assertEquals(413, tooLong.status(), tooLong.body());
        }
    }

    private static Reply connections(String client, Map<String, String> headers) {
        var url = site.issuer + "/connections?" + Browser.encode(Map.of("client_id", client));
        var builder = HttpRequest.newBuilder(URI.create(url)).GET();
        headers.forEach(builder::header);
        return Browser.exchange(builder);
    }

    private static List<String> ids(Reply reply) {
        var ids = new ArrayList<String>();
        reply.json().get("connections").forEach(one -> ids.add(one.get("id").textValue()));
        return ids;
    }

    @Test
    void the_connections_of_a_client_are_listed_and_no_more_of_them_than_a_button_needs() {
        var reply = connections("page", Map.of("Origin", OwnPage.ORIGIN));
        assertEquals(200, reply.status());
        assertEquals(OwnPage.ORIGIN, reply.header("access-control-allow-origin").orElse(""));
        assertEquals("public, max-age=60", reply.header("cache-control").orElse(""));
        assertTrue(reply.headers("vary").contains("Origin"), "kept for each origin apart");
        assertEquals(List.of("database", "mail"), ids(reply));
        var mail = reply.json().at("/connections/1");
        assertEquals("passwordless_email", mail.get("kind").textValue());
        assertEquals(5, mail.size(), reply.body());
        assertEquals(
                Optional.empty(), connections("page", Map.of("Origin", EVIL)).header("access-control-allow-origin"));
        ByMail.enlistment(site).disable(site.host(), new ConnectionId("mail"), site.clock.instant());
        assertEquals(List.of("database"), ids(connections("page", Map.of())));
        ByMail.enlistment(site).enable(site.host(), new ConnectionId("mail"), site.clock.instant());
    }
}
