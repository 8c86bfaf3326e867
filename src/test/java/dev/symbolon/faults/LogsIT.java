package dev.symbolon.faults;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.symbolon.spec.Browser;
import dev.symbolon.spec.Reply;
import dev.symbolon.spec.Site;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpRequest;
import java.time.OffsetDateTime;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/// What the packaged server writes to its log.
final class LogsIT {
    private static final ObjectMapper JSON = new ObjectMapper();

    private static Reply get(Jar server, String path, Map<String, String> headers) {
        var builder = HttpRequest.newBuilder(URI.create(server.address() + path));
        builder.header("X-Forwarded-Host", "login.example");
        headers.forEach(builder::header);
        return Browser.exchange(builder.GET());
    }

    private static List<JsonNode> lines(List<String> log) {
        return log.stream()
                .map(line -> {
                    try {
                        return JSON.readTree(line);
                    } catch (IOException e) {
                        throw new UncheckedIOException(line, e);
                    }
                })
                .toList();
    }

    @Test
    void AC_07_each_line_is_one_json_object_that_tells_its_request_and_no_secret() {
        try (var installed = Installed.onSqlite();
                var server = installed.serve(Map.of("SYMBOLON_LOG", "json,requests"))) {
            var browser = Installed.browser(server);
            var code = Installed.signIn(browser, 0).redirect().text("code");
            var tokens = Installed.token(server, Site.redemption("spa", code));
            var refresh = tokens.json().get("refresh_token").textValue();
            var access = tokens.json().get("access_token").textValue();
            Installed.userinfo(server, access);
            Installed.token(server, Site.refresh("spa", refresh));
            Installed.token(server, Site.refresh("spa", "{\"x\":\r\n1}"));
            get(server, "/nowhere%0a%22?token=" + refresh, Map.of());
            var log = server.stop().err();
            var lines = lines(log);

            var exchange = lines.stream()
                    .filter(line -> line.path("route").asText().equals("/oauth/token") && line.has("status"))
                    .findFirst()
                    .orElseThrow();
            assertEquals("INFO", exchange.get("level").asText());
            assertEquals("default", exchange.get("tenant").asText());
            assertEquals("POST", exchange.get("method").asText());
            assertEquals(200, exchange.get("status").asInt());
            assertTrue(exchange.get("milliseconds").isNumber());
            assertEquals(
                    tokens.header("x-request-id").orElseThrow(),
                    exchange.get("request_id").asText());
            OffsetDateTime.parse(exchange.get("time").asText());
            assertTrue(lines.stream()
                    .anyMatch(line -> line.path("message").asText().contains("oauth/token refused")
                            && !line.path("request_id").asText().isEmpty()));
            var all = String.join("\n", log);
            for (var secret : List.of(
                    code, refresh, access, Site.PASSWORD, Site.VERIFIER, String.join("", browser.cookies.values()))) {
                assertFalse(all.contains(secret), "a secret is in the log");
            }
            browser.cookies.values().forEach(cookie -> assertFalse(all.contains(cookie), "a cookie is in the log"));
        }
    }

    @Test
    void HT_07_a_request_has_the_name_that_a_trusted_proxy_gave_it_and_else_one_of_ours() {
        try (var installed = Installed.onSqlite();
                var server = installed.serve(Map.of())) {
            var path = "/.well-known/openid-configuration";
            var named = get(server, path, Map.of("X-Request-Id", "edge-4711.a_b"));
            assertEquals("edge-4711.a_b", named.header("x-request-id").orElseThrow());
            var first = get(server, path, Map.of()).header("x-request-id").orElseThrow();
            var second = get(server, path, Map.of()).header("x-request-id").orElseThrow();
            assertNotEquals(first, second);
            for (var bad : List.of("a b", "\"};{", "x".repeat(65), "é")) {
                assertTrue(get(server, path, Map.of("X-Request-Id", bad))
                        .header("x-request-id")
                        .orElseThrow()
                        .startsWith(first.substring(0, first.indexOf('-') + 1)));
            }
        }
        try (var installed = Installed.onSqlite();
                var server = installed.serve(Map.of("SYMBOLON_TRUSTED_PROXIES", "192.0.2.1"))) {
            var reply = Browser.exchange(HttpRequest.newBuilder(URI.create(server.address() + "/"))
                    .header("X-Request-Id", "mine")
                    .GET());
            assertNotEquals("mine", reply.header("x-request-id").orElseThrow());
        }
    }

    @Test
    void without_a_word_the_lines_are_for_people_and_none_is_there_for_a_request_that_went_well() {
        try (var installed = Installed.onSqlite();
                var server = installed.serve(Map.of())) {
            var refused = Installed.token(server, Site.refresh("spa", "none"));
            Installed.browser(server).get("/login");
            var log = server.stop().err();
            assertTrue(
                    log.stream()
                            .anyMatch(line -> line.contains("oauth/token refused")
                                    && line.endsWith(
                                            "{" + refused.header("x-request-id").orElseThrow() + "}")),
                    log.toString());
            assertFalse(log.stream().anyMatch(line -> line.contains("GET /login 200")), log.toString());
        }
    }
}
