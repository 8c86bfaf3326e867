package dev.symbolon.spec;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.symbolon.oauth.Client;
import dev.symbolon.oauth.ClientId;
import dev.symbolon.oauth.GrantType;
import java.net.URI;
import java.net.http.HttpRequest;
import java.nio.charset.StandardCharsets;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/// How a token request may be sent (RFC 6749 §3.2): methods, media types, parameters, grant types.
final class TokenRequestTest {
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

    private static Reply send(String contentType, byte[] body) {
        var request = HttpRequest.newBuilder(URI.create(site.issuer + "/oauth/token"))
                .POST(HttpRequest.BodyPublishers.ofByteArray(body));
        if (!contentType.isEmpty()) {
            request.header("Content-Type", contentType);
        }
        return Browser.exchange(request);
    }

    private static Reply send(String contentType, String body) {
        return send(contentType, body.getBytes(StandardCharsets.UTF_8));
    }

    private static String json(Map<String, String> form) {
        return new String(dev.symbolon.web.Json.write(form), StandardCharsets.UTF_8);
    }

    private static Reply refused(int status, String error, Supplier<Reply> attempt) {
        return Refused.still(site, status, error, attempt);
    }

    @Test
    @Spec({"RFC 6749 §4.1.4", "RFC 6749 §5.1"})
    void a_good_redemption_gets_every_member_of_the_answer_and_nobody_may_keep_it() {
        var reply = site.token(Site.redemption("spa", ada.code("spa")));
        assertEquals(200, reply.status(), reply.body());
        assertEquals("application/json", reply.header("content-type").orElse(""));
        assertEquals("no-store", reply.header("cache-control").orElse(""));
        assertEquals("no-cache", reply.header("pragma").orElse(""));
        assertTrue(reply.header("date").isPresent());
        assertTrue(reply.headers("set-cookie").isEmpty());
        var names = new java.util.HashSet<String>();
        reply.json().fieldNames().forEachRemaining(names::add);
        assertEquals(Set.of("access_token", "token_type", "expires_in", "refresh_token", "id_token", "scope"), names);
        assertTrue(reply.json().get("expires_in").isInt());
    }

    @ParameterizedTest
    @ValueSource(strings = {"GET", "PUT", "DELETE", "PATCH", "HEAD"})
    @Spec("RFC 6749 §3.2")
    void HT_01_other_methods_are_405_and_process_nothing(String method) {
        var form = Site.redemption("spa", ada.code("spa"));
        var before = Rows.of(site);
        var reply = Browser.exchange(
                HttpRequest.newBuilder(URI.create(site.issuer + "/oauth/token?" + Browser.encode(form)))
                        .header("Content-Type", "application/x-www-form-urlencoded")
                        .method(method, HttpRequest.BodyPublishers.ofString(Browser.encode(form))));
        assertEquals(405, reply.status());
        assertEquals("POST", reply.header("allow").orElse(""));
        assertEquals(before, Rows.of(site));
        assertEquals(200, site.token(form).status(), "the code is still good");
    }

    @Test
    @Spec("RFC 6749 §3.2")
    void HT_01_trace_repeats_nothing() {
        var heard = Wire.exchange(
                site.app.port(),
                "TRACE /oauth/token HTTP/1.1\r\nHost: localhost:" + site.app.port()
                        + "\r\nX-Secret: mirror-mirror\r\nConnection: close\r\n\r\n");
        assertEquals(405, Wire.status(heard), heard);
        assertFalse(heard.contains("mirror-mirror"), heard);
    }

    @Test
    @Spec("RFC 6749 §2.3.1")
    void HT_01_secrets_in_a_query_are_not_processed() {
        var form = Site.redemption("spa", ada.code("spa"));
        var address = URI.create(site.issuer + "/oauth/token?" + Browser.encode(form));
        refused(
                400,
                "invalid_request",
                () -> Browser.exchange(HttpRequest.newBuilder(address)
                        .header("Content-Type", "application/x-www-form-urlencoded")
                        .POST(HttpRequest.BodyPublishers.noBody())));
        assertEquals(200, site.token(form).status(), "the code is still good");
    }

    @Test
    @Spec("RFC 6749 §2.3.1")
    void a_secret_in_the_query_does_not_authenticate() {
        var form = Site.redemption("post", ada.code("post"));
        var address = URI.create(site.issuer + "/oauth/token?client_secret=" + site.secrets.get("post"));
        refused(
                401,
                "invalid_client",
                () -> Browser.exchange(HttpRequest.newBuilder(address)
                        .header("Content-Type", "application/x-www-form-urlencoded")
                        .POST(HttpRequest.BodyPublishers.ofString(Browser.encode(form)))));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "application/x-www-form-urlencoded",
                "application/x-www-form-urlencoded; charset=UTF-8",
                "Application/X-WWW-Form-Urlencoded;charset=utf-8"
            })
    @Spec("RFC 6749 §4.1.3")
    void HT_02_a_form_is_read_whatever_parameters_its_type_has(String type) {
        assertEquals(
                200,
                send(type, Browser.encode(Site.redemption("spa", ada.code("spa"))))
                        .status());
    }

    @ParameterizedTest
    @ValueSource(strings = {"application/json", "application/json; charset=utf-8", "APPLICATION/JSON"})
    void HT_02_a_json_body_gets_the_same_answer(String type) {
        var reply = send(type, json(Site.redemption("spa", ada.code("spa"))));
        assertEquals(200, reply.status(), reply.body());
        var refreshed = send(
                type, json(Site.refresh("spa", reply.json().get("refresh_token").textValue())));
        assertEquals(200, refreshed.status(), refreshed.body());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "text/plain",
                "multipart/form-data; boundary=x",
                "application/jwt",
                "application/x-www-form-urlencodedx",
                "application/json+x",
                "text/html, application/json"
            })
    @Spec("RFC 6749 §4.1.3")
    void HT_02_every_other_media_type_is_refused(String type) {
        var form = Site.redemption("spa", ada.code("spa"));
        refused(400, "invalid_request", () -> send(type, Browser.encode(form)));
        refused(400, "invalid_request", () -> send(type, json(form)));
        assertEquals(200, site.token(form).status(), "the code is still good");
    }

    @Test
    void HT_02_a_form_in_utf_16_says_nothing_that_we_read() {
        var form = Browser.encode(Site.redemption("spa", ada.code("spa"))).getBytes(StandardCharsets.UTF_16);
        refused(400, "invalid_request", () -> send("application/x-www-form-urlencoded; charset=utf-16", form));
    }

    static Stream<String> brokenJson() {
        var good = "\"grant_type\":\"authorization_code\",\"client_id\":\"spa\",\"code\":\"x\"";
        return Stream.of(
                "",
                " ",
                "null",
                "true",
                "7",
                "\"text\"",
                "[]",
                "[{" + good + "}]",
                "{",
                "{" + good,
                "{" + good + "}}",
                "{" + good + "}{" + good + "}",
                "{" + good + "} trailing",
                "{" + good + ",}",
                "{'grant_type':'authorization_code'}",
                "{" + good + ",\"code\":\"y\"}",
                "{" + good + ",\"c\\u006fde\":\"y\"}",
                "{" + good + ",\"code_verifier\":1}",
                "{" + good + ",\"code_verifier\":null}",
                "{" + good + ",\"code_verifier\":true}",
                "{" + good + ",\"code_verifier\":[\"a\"]}",
                "{" + good + ",\"code_verifier\":{\"a\":\"b\"}}",
                "{" + good + ",\"redirect_uri\":\"a\nb\"}",
                "{" + good + ",\"x\":" + "[".repeat(2_000) + "]".repeat(2_000) + "}",
                "{" + good + ",\"x\":" + "9".repeat(30_000) + "}",
                "/* */{" + good + "}",
                "{" + good + ",\"x\":NaN}");
    }

    @ParameterizedTest
    @MethodSource("brokenJson")
    void HT_02_json_that_is_not_a_flat_object_of_texts_is_refused(String body) {
        refused(400, "invalid_request", () -> send("application/json", body));
    }

    @Test
    void HT_02_json_that_is_not_utf_8_is_refused() {
        var body = "{\"grant_type\":\"authorization_code\",\"client_id\":\"sp\u00e4\"}"
                .getBytes(StandardCharsets.ISO_8859_1);
        refused(400, "invalid_request", () -> send("application/json", body));
    }

    @Test
    void HT_02_a_json_body_gets_the_same_checks() {
        var form = Site.redemption("spa", ada.code("spa"));
        form.put("code_verifier", "z".repeat(43));
        refused(400, "invalid_grant", () -> send("application/json", json(form)));
        form.put("client_id", "web");
        refused(401, "invalid_client", () -> send("application/json", json(form)));
        form.remove("client_id");
        refused(400, "invalid_request", () -> send("application/json", json(form)));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"grant_type", "client_id", "code", "redirect_uri", "code_verifier", "scope", "unknown_to_us"})
    @Spec("RFC 6749 §3.2")
    void a_parameter_that_is_sent_twice_is_refused(String name) {
        var form = Site.redemption("spa", ada.code("spa"));
        var twice = Browser.encode(form) + "&" + name + "=a&" + name + "=b";
        refused(400, "invalid_request", () -> send("application/x-www-form-urlencoded", twice));
        var same = Browser.encode(form) + "&" + name + "=" + form.getOrDefault(name, "a") + "&" + name + "=a";
        refused(400, "invalid_request", () -> send("application/x-www-form-urlencoded", same));
        assertEquals(200, site.token(form).status(), "the code is still good");
    }

    @ParameterizedTest
    @ValueSource(strings = {"grant_type", "client_id", "code"})
    @Spec("RFC 6749 §5.2")
    void a_required_parameter_that_is_missing_or_empty_is_an_invalid_request(String name) {
        var form = Site.redemption("spa", ada.code("spa"));
        form.put(name, "");
        Refused.still(site, 400, "invalid_request", form);
        form.remove(name);
        Refused.still(site, 400, "invalid_request", form);
    }

    @Test
    @Spec("RFC 6749 §6")
    void a_refresh_without_a_refresh_token_is_an_invalid_request() {
        Refused.still(site, 400, "invalid_request", Map.of("grant_type", "refresh_token", "client_id", "spa"));
    }

    @Test
    @Spec("RFC 6749 §3.2")
    void unknown_and_empty_parameters_change_nothing() {
        var form = Site.redemption("spa", ada.code("spa"));
        form.put("foo", "bar");
        form.put("client_secret", "");
        form.put("scope", "");
        form.put("x".repeat(500), "");
        assertEquals(200, site.token(form).status());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "password",
                "implicit",
                "Authorization_Code",
                "authorization_code ",
                "refresh-token",
                "urn:ietf:params:oauth:grant-type:jwt-bearer",
                "urn:ietf:params:oauth:grant-type:token-exchange",
                "urn:ietf:params:oauth:grant-type:device_code",
                "none",
                "AUTHORIZATION_CODE"
            })
    @Spec("RFC 6749 §5.2")
    void OG_05_every_other_grant_type_is_unsupported(String type) {
        var form = Site.redemption("spa", ada.code("spa"));
        form.put("grant_type", type);
        form.put("username", "ada@example.com");
        form.put("password", Site.PASSWORD);
        Refused.still(site, 400, "unsupported_grant_type", form);
    }

    @ParameterizedTest
    @ValueSource(strings = {"authorization_code", "refresh_token"})
    @Spec("RFC 6749 §5.2")
    void CA_09_a_grant_type_that_the_client_may_not_use_is_refused(String type) {
        var id = "only-" + type.replace('_', '-');
        site.client(id, Site.draft().callbacks(Site.CALLBACK));
        var clients = site.app.house().clients();
        var code = ada.code(id);
        var token = ada.tokens(id).get("refresh_token").textValue();
        var other = type.equals("refresh_token") ? GrantType.AUTHORIZATION_CODE : GrantType.REFRESH_TOKEN;
        var client = clients.find(site.host().id(), new ClientId(id)).orElseThrow();
        clients.update(
                new Client(client.tenant(), client.id(), only(client.metadata(), other), client.disabledAt()),
                site.clock.instant());
        var form = type.equals("refresh_token") ? Site.refresh(id, token) : Site.redemption(id, code);
        Refused.still(site, 400, "unauthorized_client", form);
    }

    private static Client.Metadata only(Client.Metadata all, GrantType type) {
        return new Client.Metadata(
                all.clientName(),
                all.clientUri(),
                all.tokenEndpointAuthMethod(),
                Set.of(type),
                all.redirectUris(),
                all.postLogoutRedirectUris(),
                all.webOrigins(),
                all.scope(),
                all.firstParty(),
                all.pkceRequired(),
                all.idTokenSignedResponseAlg(),
                all.claimsInIdToken(),
                all.lifetimes());
    }

    @Test
    @Spec("RFC 6749 §5.1")
    void a_client_without_the_refresh_grant_gets_no_refresh_token() {
        site.client("once", Site.draft().callbacks(Site.CALLBACK));
        var clients = site.app.house().clients();
        var client = clients.find(site.host().id(), new ClientId("once")).orElseThrow();
        var metadata = only(client.metadata(), GrantType.AUTHORIZATION_CODE);
        clients.update(new Client(client.tenant(), client.id(), metadata, client.disabledAt()), site.clock.instant());
        assertFalse(ada.tokens("once").has("refresh_token"));
    }

    @Test
    void AR_07_a_scope_of_a_megabyte_is_refused_at_once() {
        var token = ada.tokens("spa").get("refresh_token").textValue();
        for (var size : List.of(3_000, 60_000, 1_000_000)) {
            var form = new HashMap<>(Site.refresh("spa", token));
            form.put("scope", "s ".repeat(size / 2));
            var before = Rows.of(site);
            var fastest = Long.MAX_VALUE;
            for (var i = 0; i < 5; i++) {
                var begun = System.nanoTime();
                var status = Wire.tokenStatus(site.app.port(), Browser.encode(form));
                fastest = Math.min(fastest, System.nanoTime() - begun);
                assertTrue(Set.of(0, 400, 413).contains(status), size + ": " + status);
            }
            assertTrue(fastest < 100_000_000, size + " took " + fastest / 1_000_000 + " ms");
            assertEquals(before, Rows.of(site));
        }
        ada.refreshed("spa", token);
    }

    @Test
    void an_overloaded_database_is_503_with_retry_after_and_nobody_is_signed_out() throws SQLException {
        var token = ada.tokens("spa").get("refresh_token").textValue();
        var url = "jdbc:sqlite:" + site.data.resolve("symbolon.db");
        try (var other = DriverManager.getConnection(url);
                var statement = other.createStatement()) {
            statement.execute("BEGIN IMMEDIATE");
            var reply = site.token(Site.refresh("spa", token), Map.of("Origin", "https://app.example"));
            Refused.json(503, "temporarily_unavailable", reply);
            assertEquals("1", reply.header("retry-after").orElse(""));
            assertEquals(
                    "https://app.example",
                    reply.header("access-control-allow-origin").orElse(""));
            statement.execute("ROLLBACK");
        }
        ada.refreshed("spa", token);
    }
}
