package dev.symbolon.outbound;

import dev.symbolon.oauth.OneLine;
import dev.symbolon.outbound.Line.Limits;
import dev.symbolon.outbound.OutboundException.Reason;
import dev.symbolon.trace.Span;
import dev.symbolon.web.Network;
import io.helidon.common.buffers.BufferData;
import io.helidon.common.buffers.DataReader;
import io.helidon.common.buffers.DataReader.InsufficientDataAvailableException;
import io.helidon.common.buffers.DataWriter;
import io.helidon.common.socket.HelidonSocket;
import io.helidon.common.socket.PlainSocket;
import io.helidon.common.uri.UriInfo;
import io.helidon.common.uri.UriPath;
import io.helidon.http.HeaderNames;
import io.helidon.http.HttpLogConfig;
import io.helidon.http.Method;
import io.helidon.http.encoding.ContentEncodingContext;
import io.helidon.webclient.api.ClientConnection;
import io.helidon.webclient.api.ClientUri;
import io.helidon.webclient.api.HttpClientResponse;
import io.helidon.webclient.api.Proxy;
import io.helidon.webclient.http1.Http1Client;
import io.helidon.webclient.http1.Http1ClientProtocolConfig;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.cert.CertificateException;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.Collectors;

/// The one way out: every call to another server goes through here. What is called has a public
/// address or one that the operator allowed, and that address is the one that is connected to; a call
/// has one deadline from the first look-up to the last byte; nothing is followed, unpacked or kept.
/// Why so: docs/decisions/0011.
public final class Outbound implements AutoCloseable {
    private static final int HEADERS_MAX_BYTES = 16_384;
    private static final Duration THREAD_KEPT = Duration.ofSeconds(30);

    /// What a server said. Its body may hold tokens and is not printed.
    ///
    /// @param type the media type in lower case, without parameters; empty when it said none
    public record Answer(int status, String type, byte[] body) {
        /// The body as text.
        public String text() {
            return new String(body, StandardCharsets.UTF_8);
        }

        @Override
        public String toString() {
            return status + " " + type + ", " + body.length + " bytes";
        }
    }

    private record Call(Destination to, Optional<byte[]> form, Optional<Credentials> credentials) {
        String name() {
            return (form.isPresent() ? "POST " : "GET ") + to.host();
        }
    }

    private final List<Network> allowed;
    private final Limits limits;
    private final Destination.Names names;
    private final Authorities authorities;
    private final ExecutorService threads;
    private final Map<String, Integer> underWay = new ConcurrentHashMap<>();

    /// @param allowed addresses or networks that are not public and are called all the same
    /// @param authorities a PEM file of authorities to believe beside the platform's
    /// @throws IllegalArgumentException with a sentence for the operator
    public Outbound(List<String> allowed, Optional<Path> authorities) {
        this(allowed, authorities, InetAddress::getAllByName, Limits.DEFAULT);
    }

    Outbound(List<String> allowed, Optional<Path> authorities, Destination.Names names, Limits limits) {
        this.allowed = allowed.stream().map(Network::parse).toList();
        this.names = names;
        this.limits = limits;
        this.authorities = new Authorities(authorities);
        // Threads of their own, and no queue: a name server that is slow holds none of the server's.
        this.threads = new ThreadPoolExecutor(
                0,
                limits.calls(),
                THREAD_KEPT.toSeconds(),
                TimeUnit.SECONDS,
                new SynchronousQueue<>(),
                Thread.ofPlatform().name("outbound-", 0).daemon().factory());
    }

    /// Asks for a document.
    ///
    /// @throws OutboundException when it was not called or did not answer as it has to
    public Answer get(String url, Optional<Credentials> credentials) {
        return call(new Call(Destination.parse(url), Optional.empty(), credentials));
    }

    /// Sends a form.
    ///
    /// @throws OutboundException when it was not called or did not answer as it has to
    public Answer post(String url, Map<String, String> form, Optional<Credentials> credentials) {
        var body = form.entrySet().stream()
                .map(field -> encoded(field.getKey()) + "=" + encoded(field.getValue()))
                .collect(Collectors.joining("&"));
        return call(
                new Call(Destination.parse(url), Optional.of(body.getBytes(StandardCharsets.US_ASCII)), credentials));
    }

    private Answer call(Call call) {
        return Span.of(Span.Kind.CLIENT, call::name, () -> done(call));
    }

    private Answer done(Call call) {
        var host = call.to().host();
        enter(host);
        var line = new Line(host, limits);
        Future<Answer> answer;
        try {
            answer = threads.submit(() -> {
                try (line) {
                    return exchange(call, line);
                } finally {
                    leave(host);
                }
            });
        } catch (RejectedExecutionException _) {
            leave(host);
            throw busy(host);
        }
        try {
            return answer.get(limits.total().toMillis(), TimeUnit.MILLISECONDS);
        } catch (TimeoutException _) {
            line.close();
            throw new OutboundException(
                    Reason.SLOW,
                    host + " did not answer within " + limits.total().toMillis() + " ms.");
        } catch (InterruptedException _) {
            line.close();
            Thread.currentThread().interrupt();
            throw unreachable(host, "was not waited for, because the server stops");
        } catch (ExecutionException e) {
            throw failure(host, e);
        }
    }

    private void enter(String host) {
        if (underWay.merge(host, 1, Integer::sum) > limits.callsPerHost()) {
            leave(host);
            throw busy(host);
        }
    }

    private void leave(String host) {
        underWay.computeIfPresent(host, (_, count) -> count == 1 ? null : count - 1);
    }

    private Answer exchange(Call call, Line line) throws IOException {
        var to = call.to();
        line.connect(to, to.addresses(names, allowed));
        if (to.isHttps()) {
            line.secure(to, authorities.connections());
        }
        var carried = Carried.by(line);
        var request = Library.HTTP
                .method(call.form().isPresent() ? Method.POST : Method.GET)
                .connection(carried)
                .uri(written(to))
                .header(HeaderNames.HOST, to.uri().getRawAuthority())
                .header(HeaderNames.CONNECTION, "close")
                .header(HeaderNames.USER_AGENT, "Symbolon")
                .header(HeaderNames.ACCEPT, "application/json")
                .header(HeaderNames.ACCEPT_ENCODING, "identity");
        call.credentials().ifPresent(who -> request.header(HeaderNames.AUTHORIZATION, who.header()));
        if (call.form().isPresent()) {
            request.header(HeaderNames.CONTENT_TYPE, "application/x-www-form-urlencoded");
        }
        try (var response = call.form().isPresent() ? request.submit(call.form().get()) : request.request()) {
            return read(to.host(), response);
        }
    }

    // As it is written: the library would decode a path, encode it again and sort the query.
    private static ClientUri written(Destination to) {
        return ClientUri.create(UriInfo.builder()
                .scheme(to.isHttps() ? "https" : "http")
                .host(to.host())
                .port(to.port())
                .path(UriPath.create(to.pathAndQuery()))
                .build());
    }

    private Answer read(String host, HttpClientResponse response) throws IOException {
        var status = response.status().code();
        var headers = response.headers();
        if (status >= 300 && status < 400) {
            var where = headers.first(HeaderNames.LOCATION).orElse("nowhere");
            throw new OutboundException(Reason.REDIRECTED, host + " sends us to " + shown(where) + "; we do not go.");
        }
        var encoding = headers.first(HeaderNames.CONTENT_ENCODING).orElse("identity");
        if (!encoding.equalsIgnoreCase("identity")) {
            throw new OutboundException(Reason.ENCODED, host + " answers in " + shown(encoding) + ", unasked.");
        }
        if (headers.contentLength().orElse(0) > limits.bodyMaxBytes()) {
            throw limits.oversized(host);
        }
        var isMeasured =
                headers.contains(HeaderNames.CONTENT_LENGTH) || headers.contains(HeaderNames.TRANSFER_ENCODING);
        var body = body(host, response.inputStream(), isMeasured);
        var type = headers.first(HeaderNames.CONTENT_TYPE).orElse("").split(";", 2)[0];
        return new Answer(status, type.strip().toLowerCase(Locale.ROOT), body);
    }

    // An answer without a measure ends with the connection.
    private byte[] body(String host, InputStream in, boolean isMeasured) throws IOException {
        var body = new ByteArrayOutputStream();
        var buffer = new byte[8_192];
        try {
            for (var read = in.read(buffer); read >= 0; read = in.read(buffer)) {
                body.write(buffer, 0, read);
                if (body.size() > limits.bodyMaxBytes()) {
                    throw limits.oversized(host);
                }
            }
        } catch (InsufficientDataAvailableException e) {
            if (isMeasured) {
                throw e;
            }
        }
        return body.toByteArray();
    }

    private static String encoded(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8);
    }

    private static OutboundException failure(String host, Throwable thrown) {
        var cause = Optional.ofNullable(thrown.getCause()).orElse(thrown);
        for (var one = cause; one != null; one = one.getCause()) {
            if (one instanceof OutboundException known) {
                return known;
            }
            if (one instanceof CertificateException) {
                return new OutboundException(
                        Reason.UNTRUSTED,
                        host + " has no certificate that is trusted here and names it: "
                                + shown(String.valueOf(one.getMessage()))
                                + " (SYMBOLON_OUTBOUND_CA adds an authority.)");
            }
        }
        if (cause instanceof Error error) {
            throw error;
        }
        return unreachable(
                host,
                "broke the connection or does not speak HTTP ("
                        + cause.getClass().getSimpleName() + ")");
    }

    private static OutboundException unreachable(String host, String what) {
        return new OutboundException(Reason.UNREACHABLE, host + " " + what + ".");
    }

    private static OutboundException busy(String host) {
        return new OutboundException(
                Reason.BUSY, "Too many calls to other servers are under way; " + host + " was not called.");
    }

    private static String shown(String text) {
        return OneLine.of(text.length() > 200 ? text.substring(0, 200) + "…" : text);
    }

    /// Ends every call.
    @Override
    public void close() {
        threads.shutdownNow();
    }

    /// Made at the first call: many an installation makes none.
    private static final class Library {
        private static final Http1Client HTTP = Http1Client.builder()
                .followRedirects(false)
                .proxy(Proxy.noProxy())
                .relativeUris(true)
                .servicesDiscoverServices(false)
                .shareConnectionCache(false)
                .contentEncoding(ContentEncodingContext.builder()
                        .contentEncodingsDiscoverServices(false)
                        .build())
                .protocolConfig(Http1ClientProtocolConfig.builder()
                        .maxHeaderSize(HEADERS_MAX_BYTES)
                        .log(HttpLogConfig.builder()
                                .sendLog(false)
                                .receiveLog(false)
                                .build())
                        .build())
                .build();
    }

    /// The line as the HTTP library wants it.
    private record Carried(Line line, HelidonSocket helidonSocket, DataReader reader, Writing writer)
            implements ClientConnection {
        static Carried by(Line line) {
            var socket = PlainSocket.client(line.socket(), "outbound");
            return new Carried(line, socket, DataReader.create(() -> line.received(socket.get())), new Writing(socket));
        }

        @Override
        public String channelId() {
            return "outbound";
        }

        @Override
        public void readTimeout(Duration timeout) {
            // the line has one deadline for everything
        }

        @Override
        public void closeResource() {
            line.close();
        }
    }

    private record Writing(HelidonSocket socket) implements DataWriter {
        @Override
        public void write(BufferData... buffers) {
            for (var buffer : buffers) {
                socket.write(buffer);
            }
        }

        @Override
        public void write(BufferData buffer) {
            socket.write(buffer);
        }

        @Override
        public void writeNow(BufferData... buffers) {
            write(buffers);
        }

        @Override
        public void writeNow(BufferData buffer) {
            socket.write(buffer);
        }
    }

    /// Who we are at another server. They print as `***`.
    public sealed interface Credentials {
        /// The value of the `Authorization` header.
        String header();

        /// A client's id and secret. RFC 6749 §2.3.1: both are form-encoded before they are put together.
        record Basic(String id, String secret) implements Credentials {
            @Override
            public String header() {
                var both = URLEncoder.encode(id, StandardCharsets.UTF_8) + ":"
                        + URLEncoder.encode(secret, StandardCharsets.UTF_8);
                return "Basic " + Base64.getEncoder().encodeToString(both.getBytes(StandardCharsets.US_ASCII));
            }

            @Override
            public String toString() {
                return "Basic ***";
            }
        }

        /// An access token (RFC 6750 §2.1).
        record Bearer(String token) implements Credentials {
            @Override
            public String header() {
                return "Bearer " + token;
            }

            @Override
            public String toString() {
                return "Bearer ***";
            }
        }
    }
}
