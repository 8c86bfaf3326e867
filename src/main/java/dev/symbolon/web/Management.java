package dev.symbolon.web;

import io.helidon.http.HeaderNames;
import io.helidon.webserver.WebServer;
import io.helidon.webserver.http.Handler;
import io.helidon.webserver.http.ServerResponse;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Supplier;

/// The port for whoever runs the server, on loopback only: `GET /health`, which looks at every part, `GET
/// /health/live`, which only says that the process answers, `GET /metrics`, and what is below `/dev/`.
public final class Management {
    private Management() {}

    /// Something to be looked at by whoever runs the server.
    ///
    /// @param policy its Content-Security-Policy
    public record Document(String type, String policy, byte[] body) {}

    /// What there is to say of the server.
    ///
    /// @param isWell whether it can do what people ask for
    /// @param json draft-inadarei-api-health-check §3
    public record Report(boolean isWell, String json) {}

    /// Listens until {@link WebServer#stop()}.
    ///
    /// @param health is asked for each time
    /// @param pages what is at a path below `/dev/`, and the mark in the corner of it
    /// @param metrics in the Prometheus text format
    public static WebServer listen(
            int port, Supplier<Report> health, Supplier<String> metrics, Function<String, Optional<Document>> pages) {
        Handler page = (request, response) -> show(
                request.headers().first(HeaderNames.HOST).orElse(""),
                pages,
                request.path().rawPath(),
                response);
        return Listening.start(WebServer.builder()
                .host("127.0.0.1")
                .port(port)
                .shutdownHook(false)
                .routing(routing -> routing.get("/health", (_, response) -> {
                            var report = health.get();
                            response.status(report.isWell() ? 200 : 503)
                                    .header("Content-Type", "application/health+json")
                                    .header("Cache-Control", "no-store")
                                    .send(report.json().getBytes(StandardCharsets.UTF_8));
                        })
                        .get("/health/live", (_, response) -> send(response, 200, "ok\n"))
                        .get("/metrics", (_, response) -> send(response, 200, metrics.get()))
                        .get("/dev/*", page)
                        .get("/dev/mail/*", page)
                        .get("/static/*", page)
                        .get("/favicon.ico", page)));
    }

    // A page of elsewhere whose name leads here is not answered: what lies here is for this machine.
    private static void show(
            String authority, Function<String, Optional<Document>> pages, String path, ServerResponse response) {
        var isHere = authority.matches("(localhost|127\\.0\\.0\\.1|\\[::1])(:[0-9]{1,5})?");
        var document = isHere ? pages.apply(path) : Optional.<Document>empty();
        if (document.isEmpty()) {
            send(response, isHere ? 404 : 403, isHere ? "There is nothing here.\n" : "Ask for localhost.\n");
            return;
        }
        // A letter in its sandbox is of no origin, and wants the mark too.
        response.header("Content-Type", document.get().type())
                .header("Content-Security-Policy", document.get().policy())
                .header("Cache-Control", "no-store")
                .header("X-Content-Type-Options", "nosniff")
                .header("Cross-Origin-Resource-Policy", path.startsWith("/dev/") ? "same-origin" : "cross-origin")
                .header("Referrer-Policy", "no-referrer")
                .send(document.get().body());
    }

    private static void send(ServerResponse response, int status, String text) {
        response.status(status)
                .header("Content-Type", "text/plain; version=0.0.4; charset=utf-8")
                .send(text.getBytes(StandardCharsets.UTF_8));
    }
}
