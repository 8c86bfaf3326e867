package dev.symbolon.sample;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.symbolon.sample.AccessTokens.RefusedException;
import dev.symbolon.web.Listening;
import io.helidon.http.HeaderNames;
import io.helidon.webserver.WebServer;
import io.helidon.webserver.http.ServerRequest;
import io.helidon.webserver.http.ServerResponse;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.time.InstantSource;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;

/// The sample application's own server: the files of a single page application, and one API that wants an access
/// token. It shows what anybody's application looks like, so it shares nothing with the authorization server but the
/// process.
public final class SampleServer implements AutoCloseable {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final Map<String, String> FILES = Map.of(
            "index.html", "text/html; charset=utf-8",
            "app.js", "text/javascript; charset=utf-8",
            "style.css", "text/css; charset=utf-8",
            "mark.svg", "image/svg+xml");

    private final String issuer;
    private final String clientId;
    private final String origin;
    private final AccessTokens tokens;
    private final WebServer server;

    private SampleServer(String issuer, String clientId, String address, int port, InstantSource clock) {
        this.issuer = issuer;
        this.clientId = clientId;
        this.origin = "http://localhost:" + port;
        this.tokens = new AccessTokens(URI.create(issuer), origin + "/api", clock);
        this.server = Listening.start(WebServer.builder()
                .host(address)
                .port(port)
                .shutdownHook(false)
                .routing(routing -> {
                    FILES.keySet().forEach(name -> routing.get("/" + name, (_, response) -> file(response, name)));
                    routing.get("/", (_, response) -> file(response, "index.html"))
                            .get("/callback", (_, response) -> file(response, "index.html"))
                            .get("/config.json", (_, response) -> config(response))
                            .get("/api/hello", this::hello);
                }));
    }

    /// Listens until it is closed.
    ///
    /// @param issuer the authorization server it trusts, for example `http://localhost:8080`
    /// @param port its own; people open `http://localhost:<port>/`
    public static SampleServer start(String issuer, String clientId, String address, int port, InstantSource clock) {
        return new SampleServer(issuer, clientId, address, port, clock);
    }

    private void file(ServerResponse response, String name) {
        try (var in = Objects.requireNonNull(SampleServer.class.getResourceAsStream("/sample/" + name), name)) {
            secured(response)
                    .header("Content-Type", FILES.getOrDefault(name, "application/octet-stream"))
                    .send(in.readAllBytes());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void config(ServerResponse response) {
        var config = new LinkedHashMap<String, Object>();
        config.put("domain", issuer);
        config.put("clientId", clientId);
        config.put("audience", origin + "/api");
        json(response, config);
    }

    private void hello(ServerRequest request, ServerResponse response) {
        var header = request.headers().value(HeaderNames.AUTHORIZATION).orElse("");
        if (!header.regionMatches(true, 0, "Bearer ", 0, 7)) {
            // RFC 6750 §3.1: a request without a token learns nothing but what is wanted.
            unauthorized(response, "", "This API wants an access token.");
            return;
        }
        try {
            var token = tokens.verify(header.substring(7).strip());
            var answer = new LinkedHashMap<String, Object>();
            answer.put("message", "Hello. This API knows you by your access token.");
            answer.put("sub", token.subject());
            answer.put("scope", token.scope());
            answer.put("expires_at", token.expiresAt().toString());
            json(response, answer);
        } catch (RefusedException e) {
            var why = e.sentence();
            unauthorized(response, ", error=\"invalid_token\", error_description=\"" + why + "\"", why);
        }
    }

    private void unauthorized(ServerResponse response, String more, String sentence) {
        response.status(401).header("WWW-Authenticate", "Bearer realm=\"Sample API\"" + more);
        json(response, Map.of("error", "invalid_token", "message", sentence));
    }

    private void json(ServerResponse response, Map<String, ?> object) {
        try {
            secured(response).header("Content-Type", "application/json").send(JSON.writeValueAsBytes(object));
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("The sample's answer could not be written.", e);
        }
    }

    // A page that holds tokens runs its own scripts and the SDK of its authorization server, and nobody else's.
    private ServerResponse secured(ServerResponse response) {
        return response.header("Cache-Control", "no-store")
                .header("X-Content-Type-Options", "nosniff")
                .header("Referrer-Policy", "no-referrer")
                .header(
                        "Content-Security-Policy",
                        "default-src 'none'; script-src 'self' " + issuer + "; style-src 'self'; connect-src 'self' "
                                + issuer + "; img-src 'self' data:; base-uri 'none'; form-action 'self';"
                                + " frame-ancestors 'none'");
    }

    /// Stops listening.
    @Override
    public void close() {
        server.stop();
    }
}
