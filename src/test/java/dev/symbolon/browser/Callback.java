package dev.symbolon.browser;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.symbolon.web.Form;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/// An application without a script: it says "Arrived", and tells the test what arrived.
public final class Callback implements AutoCloseable {
    private static final byte[] PAGE =
            "<!doctype html><html lang=en><title>Arrived</title><h1>Arrived</h1>".getBytes(StandardCharsets.UTF_8);

    private final HttpServer server;
    private final BlockingQueue<Arrival> arrivals = new LinkedBlockingQueue<>();

    /// An answer of the authorization server, as the application received it.
    public record Arrival(String method, Form form) {}

    private Callback(HttpServer server) {
        this.server = server;
        server.createContext("/", this::answer);
        server.start();
    }

    /// Listens on a free port.
    static Callback start() {
        try {
            return new Callback(HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /// Where answers go.
    public String url() {
        return origin() + "/callback";
    }

    /// The application's home.
    public String origin() {
        return "http://localhost:" + server.getAddress().getPort();
    }

    private void answer(HttpExchange exchange) throws IOException {
        try (exchange) {
            var isPost = exchange.getRequestMethod().equals("POST");
            var sent = isPost
                    ? new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8)
                    : Optional.ofNullable(exchange.getRequestURI().getRawQuery())
                            .orElse("");
            if (exchange.getRequestURI().getPath().equals("/callback")) {
                arrivals.add(new Arrival(exchange.getRequestMethod(), Form.parse(sent)));
            }
            exchange.getResponseHeaders().set("Content-Type", "text/html; charset=utf-8");
            exchange.sendResponseHeaders(200, PAGE.length);
            exchange.getResponseBody().write(PAGE);
        }
    }

    /// Waits for the next answer.
    public Arrival next() {
        try {
            var arrival = arrivals.poll(Stage.PATIENCE_MS, TimeUnit.MILLISECONDS);
            if (arrival == null) {
                throw new AssertionError("Nothing arrived at " + url() + ".");
            }
            return arrival;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    /// Forgets what came for an earlier test.
    void clear() {
        arrivals.clear();
    }

    @Override
    public void close() {
        server.stop(0);
    }
}
