package dev.symbolon.faults;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.symbolon.spec.Browser;
import dev.symbolon.spec.Reply;
import dev.symbolon.spec.Site;
import dev.symbolon.spec.Wire;
import io.opentelemetry.proto.trace.v1.Span;
import io.opentelemetry.proto.trace.v1.Span.SpanKind;
import io.opentelemetry.proto.trace.v1.Status;
import java.net.URI;
import java.net.http.HttpRequest;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/// What the packaged server tells a collector of OpenTelemetry.
final class TracesIT {
    private static final String TRACE = "0af7651916cd43dd8448eb211c80319c";
    private static final String PARENT = "b7ad6b7169203331";

    private static Reply discovery(Jar server, String traceparent) {
        return Browser.exchange(
                HttpRequest.newBuilder(URI.create(server.address() + "/.well-known/openid-configuration"))
                        .header("X-Forwarded-Host", "login.example")
                        .header("traceparent", traceparent)
                        .GET());
    }

    private static String traceparent(boolean isTold) {
        return "00-" + TRACE + "-" + PARENT + (isTold ? "-01" : "-00");
    }

    private static List<Span> parts(Collector collector, Span whole) {
        return collector.spans().stream()
                .filter(span -> span.getParentSpanId().equals(whole.getSpanId()))
                .toList();
    }

    private static boolean is(Span span, String name) {
        return span.getName().equals(name);
    }

    @Test
    void AC_07_a_request_is_told_with_its_parts_and_without_a_secret() {
        try (var collector = new Collector(0);
                var installed = Installed.onSqlite();
                var server = installed.serve(Map.of(
                        "SYMBOLON_OTLP_ENDPOINT", collector.endpoint() + "/",
                        "SYMBOLON_OTLP_HEADERS", "api-key=hidden=1",
                        "SYMBOLON_LOG", "json,requests"))) {
            var browser = Installed.browser(server);
            var code = Installed.signIn(browser, 0).redirect().text("code");
            var tokens = Installed.token(server, Site.redemption("spa", code));
            var refresh = tokens.json().get("refresh_token").textValue();
            var refused = Installed.token(server, Site.refresh("spa", "none"));
            var log = server.stop().err();

            var exchange = collector.await(span -> is(span, "POST /oauth/token")
                    && Collector.attributes(span)
                            .get("symbolon.request_id")
                            .equals(tokens.header("x-request-id").orElseThrow()));
            assertEquals(SpanKind.SPAN_KIND_SERVER, exchange.getKind());
            assertTrue(exchange.getParentSpanId().isEmpty());
            assertTrue(exchange.getEndTimeUnixNano() > exchange.getStartTimeUnixNano());
            var said = new HashMap<>(Collector.attributes(exchange));
            said.remove("symbolon.request_id");
            assertEquals(
                    Map.of(
                            "http.request.method", "POST",
                            "http.route", "/oauth/token",
                            "http.response.status_code", "200",
                            "symbolon.tenant", "default",
                            "symbolon.client_id", "spa"),
                    said);
            var parts = parts(collector, exchange);
            assertTrue(
                    parts.stream()
                            .anyMatch(part -> part.getName().startsWith("Grants.")
                                    && part.getKind() == SpanKind.SPAN_KIND_CLIENT),
                    parts.toString());
            assertTrue(parts.stream().anyMatch(part -> is(part, "RS256")), parts.toString());
            collector.await(span -> is(span, "GET /authorize")
                    && "spa".equals(Collector.attributes(span).get("symbolon.client_id")));
            var signIn = collector.await(span -> is(span, "POST /login"));
            assertTrue(parts(collector, signIn).stream().anyMatch(part -> is(part, "password")));
            var failed = collector.await(
                    span -> "invalid_grant".equals(Collector.attributes(span).get("error.type")));
            assertEquals(
                    refused.header("x-request-id").orElseThrow(),
                    Collector.attributes(failed).get("symbolon.request_id"));
            assertEquals(Status.StatusCode.STATUS_CODE_UNSET, failed.getStatus().getCode());

            var line = log.stream()
                    .filter(text -> text.contains(tokens.header("x-request-id").orElseThrow()))
                    .findFirst()
                    .orElseThrow();
            assertTrue(line.contains("\"trace_id\":\"" + Collector.id(exchange.getTraceId()) + "\""), line);
            var told = collector.everything() + String.join("\n", log);
            var secrets = new ArrayList<>(List.of(code, refresh, Site.PASSWORD, Site.VERIFIER, "hidden=1"));
            secrets.addAll(List.of(
                    Installed.email(0), tokens.json().get("access_token").textValue()));
            secrets.addAll(browser.cookies.values());
            secrets.forEach(secret -> assertFalse(told.contains(secret), "a secret is told"));
            assertTrue(collector.keys().stream().allMatch("hidden=1"::equals));
        }
    }

    @Test
    void a_trusted_proxy_says_which_trace_it_is_and_whether_it_is_told() {
        try (var collector = new Collector(0);
                var installed = Installed.onSqlite();
                var server = installed.serve(
                        Map.of("SYMBOLON_OTLP_ENDPOINT", collector.endpoint(), "SYMBOLON_TRACE_ONE_IN", "1000000"))) {
            discovery(server, traceparent(false));
            discovery(server, "00-" + TRACE + "-broken-01");
            discovery(server, traceparent(true));
            var told = collector.await(span -> Collector.id(span.getTraceId()).equals(TRACE));
            assertEquals(PARENT, Collector.id(told.getParentSpanId()));
            server.stop();
            assertEquals(
                    1,
                    collector.spans().stream()
                            .filter(span -> span.getKind() == SpanKind.SPAN_KIND_SERVER)
                            .count());
        }
    }

    @Test
    void HT_07_nobody_else_has_a_say_in_it() {
        try (var collector = new Collector(0);
                var installed = Installed.onSqlite();
                var server = installed.serve(Map.of(
                        "SYMBOLON_OTLP_ENDPOINT", collector.endpoint(), "SYMBOLON_TRUSTED_PROXIES", "192.0.2.1"))) {
            // Of no tenant, since the name of the host is not believed either.
            discovery(server, traceparent(true));
            server.stop();
            var told = collector.await(span -> span.getKind() == SpanKind.SPAN_KIND_SERVER);
            assertNotEquals(TRACE, Collector.id(told.getTraceId()));
            assertTrue(told.getParentSpanId().isEmpty());
            assertEquals("GET", told.getName());
            assertEquals("404", Collector.attributes(told).get("http.response.status_code"));
            assertTrue(Collector.attributes(told).containsKey("symbolon.request_id"));
            assertFalse(Collector.attributes(told).containsKey("http.route"));
        }
    }

    @Test
    void what_a_stranger_invents_is_in_no_name() {
        try (var collector = new Collector(0);
                var installed = Installed.onSqlite();
                var server = installed.serve(
                        Map.of("SYMBOLON_OTLP_ENDPOINT", collector.endpoint(), "SYMBOLON_LOG", "json,requests"))) {
            for (var method : List.of("FOO", "A".repeat(20_000))) {
                var heard = Wire.exchange(
                        server.port(),
                        method + " /invented/path HTTP/1.1\r\nHost: login.example\r\nConnection: close\r\n\r\n");
                assertTrue(heard.startsWith("HTTP/1.1 4"), heard);
            }
            discovery(server, traceparent(true));
            var log = server.stop().err();
            collector.await(span -> is(span, "GET /.well-known/openid-configuration"));
            var told = collector.everything() + String.join("\n", log);
            for (var invented : List.of("FOO", "AAAA", "invented")) {
                assertFalse(told.contains(invented), invented);
            }
            assertTrue(collector.spans().stream().map(Span::getName).allMatch(name -> name.length() < 100));
        }
    }

    @Test
    void a_collector_that_is_gone_holds_nobody_up_and_is_told_again_when_it_is_back() {
        int port;
        try (var collector = new Collector(0)) {
            port = collector.port();
        }
        try (var installed = Installed.onSqlite();
                var server = installed.serve(Map.of("SYMBOLON_OTLP_ENDPOINT", "http://127.0.0.1:" + port))) {
            for (var i = 0; i < 5_000; i++) { // more than the queue takes
                assertEquals(200, discovery(server, traceparent(true)).status());
            }
            try (var collector = new Collector(port)) {
                var sent = 0;
                while (collector.spans().isEmpty() && sent++ < 20_000) {
                    assertEquals(200, discovery(server, traceparent(true)).status());
                }
                collector.await(span -> is(span, "GET /.well-known/openid-configuration"));
            }
            assertTrue(server.log().stream().noneMatch(line -> line.contains("Exception in thread")));
        }
    }

    @Test
    void without_a_collector_no_class_of_its_library_is_loaded() {
        try (var installed = Installed.onSqlite();
                var server = Jar.serve(
                        Jar.program("-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1", "-Xlog:class+load=info:stderr"),
                        installed.settings())) {
            assertEquals(200, discovery(server, traceparent(true)).status());
            Installed.signIn(Installed.browser(server), 0);
            var loaded = server.stop().err();
            assertTrue(loaded.stream().anyMatch(line -> line.contains("dev.symbolon.trace.Span")));
            assertEquals(
                    List.of(),
                    loaded.stream()
                            .filter(line -> line.contains("io.opentelemetry"))
                            .toList());
        }
    }
}
