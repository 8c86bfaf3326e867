package dev.symbolon.faults;

import com.sun.net.httpserver.HttpServer;
import io.opentelemetry.proto.collector.trace.v1.ExportTraceServiceRequest;
import io.opentelemetry.proto.collector.trace.v1.ExportTraceServiceResponse;
import io.opentelemetry.proto.trace.v1.Span;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import java.util.stream.Collectors;

/// Listens for what is told by OTLP over HTTP, and reads it with the messages of the protocol itself.
final class Collector implements AutoCloseable {
    private static final long PATIENCE_NANOS = TimeUnit.SECONDS.toNanos(20);

    private final HttpServer server;
    private final List<Span> spans = new ArrayList<>();
    private final List<String> headers = new ArrayList<>();
    private final StringBuilder everything = new StringBuilder();

    /// @param port 0 for any free one
    Collector(int port) {
        try {
            server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 0);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        server.createContext("/v1/traces", exchange -> {
            var body = exchange.getRequestBody().readAllBytes();
            hear(body, String.valueOf(exchange.getRequestHeaders().getFirst("api-key")));
            var answer = ExportTraceServiceResponse.getDefaultInstance().toByteArray();
            exchange.getResponseHeaders().set("Content-Type", "application/x-protobuf");
            exchange.sendResponseHeaders(200, answer.length == 0 ? -1 : answer.length);
            exchange.close();
        });
        server.start();
    }

    private synchronized void hear(byte[] body, String key) throws IOException {
        everything.append(new String(body, StandardCharsets.ISO_8859_1));
        headers.add(key);
        for (var resource : ExportTraceServiceRequest.parseFrom(body).getResourceSpansList()) {
            resource.getScopeSpansList().forEach(scope -> spans.addAll(scope.getSpansList()));
        }
        notifyAll();
    }

    String endpoint() {
        return "http://127.0.0.1:" + port();
    }

    int port() {
        return server.getAddress().getPort();
    }

    /// Waits until it was told of such a span.
    synchronized Span await(Predicate<Span> wanted) {
        var until = System.nanoTime() + PATIENCE_NANOS;
        while (true) {
            var found = spans.stream().filter(wanted).findFirst();
            if (found.isPresent()) {
                return found.get();
            }
            var left = until - System.nanoTime();
            if (left <= 0) {
                throw new AssertionError("No such span came; these did: "
                        + spans.stream().map(Span::getName).toList());
            }
            try {
                TimeUnit.NANOSECONDS.timedWait(this, left);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new AssertionError(e);
            }
        }
    }

    /// What it was told until now.
    synchronized List<Span> spans() {
        return List.copyOf(spans);
    }

    /// The header `api-key` of each time that it was told something.
    synchronized List<String> keys() {
        return List.copyOf(headers);
    }

    /// Every byte that it was told.
    synchronized String everything() {
        return everything.toString();
    }

    static String id(com.google.protobuf.ByteString bytes) {
        return HexFormat.of().formatHex(bytes.toByteArray());
    }

    static Map<String, String> attributes(Span span) {
        return span.getAttributesList().stream()
                .collect(Collectors.toMap(
                        one -> one.getKey(),
                        one -> one.getValue().hasIntValue()
                                ? Long.toString(one.getValue().getIntValue())
                                : one.getValue().getStringValue()));
    }

    @Override
    public void close() {
        server.stop(0);
    }
}
