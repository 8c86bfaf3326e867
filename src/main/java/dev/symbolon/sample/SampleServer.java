package dev.symbolon.sample;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.symbolon.sample.AccessTokens.RefusedException;
import dev.symbolon.web.Listening;
import io.helidon.http.HeaderNames;
import io.helidon.webserver.WebServer;
import io.helidon.webserver.http.ServerRequest;
import io.helidon.webserver.http.ServerResponse;
import io.helidon.webserver.http1.Http1Config;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.InstantSource;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Collectors;

/// The sample application's own server: the files of a single page application, and one API that wants an access
/// token. It shows what anybody's application looks like, so it shares nothing with the authorization server but
/// the process.
public final class SampleServer implements AutoCloseable {
    private static final ObjectMapper JSON = new ObjectMapper();

    /// A callback carries the `state` of the request, and the authorization server takes request lines up to this
    /// length.
    private static final int REQUEST_LINE_MAX_BYTES = 48 * 1_024;

    private static final int HEADERS_MAX_BYTES = 64 * 1_024;

    private record File(String name, String contentType) {}

    private static final File PAGE = new File("index.html", "text/html; charset=utf-8");
    private static final File NOT_FOUND = new File("not-found.html", "text/html; charset=utf-8");
    private static final Map<String, File> FILES = Map.of(
            "/",
            PAGE,
            "/index.html",
            PAGE,
            "/callback",
            PAGE,
            "/app.js",
            new File("app.js", "text/javascript; charset=utf-8"),
            "/style.css",
            new File("style.css", "text/css; charset=utf-8"),
            "/mark.svg",
            new File("mark.svg", "image/svg+xml"));

    /// An authorization server that the application lets people choose, and what the application is there.
    ///
    /// @param name what people read
    /// @param issuer for example `http://localhost:8080`
    /// @param person who may sign in to try it, or the empty text
    public record Tenant(String name, String issuer, String clientId, String person) {}

    private final List<Tenant> tenants;
    private final String origin;
    private final String sources;
    private final AccessTokens tokens;
    private final WebServer server;

    private SampleServer(List<Tenant> tenants, String address, int port, InstantSource clock) {
        var issuers = tenants.stream().map(Tenant::issuer).toList();
        this.tenants = tenants;
        this.origin = "http://localhost:" + port;
        this.sources = String.join(" ", issuers);
        this.tokens = new AccessTokens(issuers, audience(), clock);
        this.server = Listening.start(WebServer.builder()
                .host(address)
                .port(port)
                .addProtocol(Http1Config.builder()
                        .maxPrologueLength(REQUEST_LINE_MAX_BYTES)
                        .maxHeadersSize(HEADERS_MAX_BYTES)
                        .build())
                .shutdownHook(false)
                .routing(routing -> routing.any(this::answer)));
    }

    /// Listens until it is closed.
    ///
    /// @param tenants the authorization servers it trusts, the first of which it uses until a person chooses
    /// @param port its own; people open `http://localhost:<port>/`
    public static SampleServer start(List<Tenant> tenants, String address, int port, InstantSource clock) {
        return new SampleServer(List.copyOf(tenants), address, port, clock);
    }

    /// What access tokens for its API are for.
    private String audience() {
        return origin + "/api";
    }

    private void answer(ServerRequest request, ServerResponse response) {
        var method = request.prologue().method().text();
        var path = request.path().rawPath();
        if (!method.equals("GET") && !method.equals("HEAD")) {
            response.status(405).header("Allow", "GET, HEAD");
            json(request, response, Map.of("error", "method_not_allowed", "message", "This address is only read."));
        } else if (path.equals("/config.json")) {
            json(request, response, config());
        } else if (path.equals("/api/hello")) {
            hello(request, response);
        } else if (path.startsWith("/api/")) {
            response.status(404);
            json(request, response, Map.of("error", "not_found", "message", "This API has /api/hello and no more."));
        } else {
            var file = FILES.getOrDefault(path, NOT_FOUND);
            response.status(file.equals(NOT_FOUND) ? 404 : 200);
            send(request, response, file.contentType(), read(file));
        }
    }

    private static byte[] read(File file) {
        var name = "/sample/" + file.name();
        try (var in = Objects.requireNonNull(SampleServer.class.getResourceAsStream(name), name)) {
            return in.readAllBytes();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private Map<String, Object> config() {
        var config = new LinkedHashMap<String, Object>();
        config.put("audience", audience());
        config.put("domain", tenants.getFirst().issuer());
        config.put("tenants", tenants.stream().map(SampleServer::config).collect(Collectors.toList()));
        return config;
    }

    private static Map<String, String> config(Tenant tenant) {
        var config = new LinkedHashMap<String, String>();
        config.put("name", tenant.name());
        config.put("domain", tenant.issuer());
        config.put("clientId", tenant.clientId());
        config.put("person", tenant.person());
        return config;
    }

    private void hello(ServerRequest request, ServerResponse response) {
        var header = request.headers().value(HeaderNames.AUTHORIZATION).orElse("");
        if (!header.regionMatches(true, 0, "Bearer ", 0, 7)) {
            // RFC 6750 §3.1: a request without a token learns nothing but what is wanted.
            unauthorized(request, response, "", "This API wants an access token.");
            return;
        }
        try {
            var token = tokens.verify(header.substring(7).strip());
            var answer = new LinkedHashMap<String, Object>();
            answer.put("message", "Hello. This API knows you by your access token.");
            answer.put("iss", token.issuer());
            answer.put("sub", token.subject());
            answer.put("scope", token.scope());
            answer.put("expires_at", token.expiresAt().toString());
            json(request, response, answer);
        } catch (RefusedException e) {
            var why = e.sentence();
            unauthorized(request, response, ", error=\"invalid_token\", error_description=\"" + why + "\"", why);
        }
    }

    private void unauthorized(ServerRequest request, ServerResponse response, String more, String sentence) {
        response.status(401).header("WWW-Authenticate", "Bearer realm=\"Sample API\"" + more);
        json(request, response, Map.of("error", "invalid_token", "message", sentence));
    }

    private void json(ServerRequest request, ServerResponse response, Map<String, ?> object) {
        try {
            send(request, response, "application/json", JSON.writeValueAsBytes(object));
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("The sample's answer could not be written.", e);
        }
    }

    // A page that holds tokens runs its own scripts and the SDK of its authorization servers, and nobody else's.
    private void send(ServerRequest request, ServerResponse response, String contentType, byte[] body) {
        response.header("Cache-Control", "no-store")
                .header("X-Content-Type-Options", "nosniff")
                .header("Referrer-Policy", "no-referrer")
                .header(
                        "Content-Security-Policy",
                        "default-src 'none'; script-src 'self' " + sources + "; style-src 'self'; connect-src 'self' "
                                + sources + "; img-src 'self' data:; base-uri 'none'; form-action 'self';"
                                + " frame-ancestors 'none'")
                .header("Content-Type", contentType);
        if (request.prologue().method().text().equals("HEAD")) {
            response.headers().contentLength(body.length);
            response.send();
        } else {
            response.send(body);
        }
    }

    /// Stops listening.
    @Override
    public void close() {
        server.stop();
    }
}
