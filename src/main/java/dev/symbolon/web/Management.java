package dev.symbolon.web;

import io.helidon.webserver.WebServer;
import io.helidon.webserver.http.ServerResponse;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.function.Supplier;

/// The port for whoever runs the server, on loopback only: `GET /health` and `GET /metrics`.
public final class Management {
    private Management() {}

    /// Listens until {@link WebServer#stop()}.
    ///
    /// @param trouble what is wrong, in one sentence; empty when all is well
    /// @param metrics in the Prometheus text format
    public static WebServer listen(int port, Supplier<Optional<String>> trouble, Supplier<String> metrics) {
        return Listening.start(WebServer.builder()
                .host("127.0.0.1")
                .port(port)
                .shutdownHook(false)
                .routing(routing -> routing.get("/health", (_, response) -> {
                            var sentence = trouble.get();
                            send(response, sentence.isEmpty() ? 200 : 503, sentence.orElse("ok") + "\n");
                        })
                        .get("/metrics", (_, response) -> send(response, 200, metrics.get()))));
    }

    private static void send(ServerResponse response, int status, String text) {
        response.status(status)
                .header("Content-Type", "text/plain; version=0.0.4; charset=utf-8")
                .send(text.getBytes(StandardCharsets.UTF_8));
    }
}
