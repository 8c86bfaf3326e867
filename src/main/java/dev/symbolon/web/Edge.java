package dev.symbolon.web;

import dev.symbolon.oauth.OAuthError;
import dev.symbolon.oauth.OAuthException;
import dev.symbolon.oauth.OneLine;
import dev.symbolon.trace.Span;
import dev.symbolon.trace.Traces;
import io.helidon.http.DirectHandler;
import io.helidon.http.HeaderNames;
import io.helidon.http.HttpException;
import io.helidon.http.Method;
import io.helidon.http.Status;
import io.helidon.webserver.CloseConnectionException;
import io.helidon.webserver.WebServer;
import io.helidon.webserver.http.DirectHandlers;
import io.helidon.webserver.http.ServerRequest;
import io.helidon.webserver.http.ServerResponse;
import io.helidon.webserver.http1.Http1Config;
import io.helidon.webserver.http1.Http1ConnectionSelector;
import java.io.IOException;
import java.io.OutputStream;
import java.time.Duration;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.BiFunction;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.function.Supplier;
import java.util.random.RandomGenerator;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Where HTTP meets the house: makes a {@link Call} of a request, finds the tenant by its host and the endpoint
/// by its path, and sends the {@link Answer} with the headers that every answer of its kind has.
public final class Edge {
    private static final Logger LOG = LoggerFactory.getLogger(Edge.class);

    /// A request line with the largest `state`, `claims` and hints that we accept, sealed and encoded, fits.
    private static final int REQUEST_LINE_MAX_BYTES = 48 * 1_024;

    private static final int HEADERS_MAX_BYTES = 16 * 1_024;
    private static final int BODY_MAX_BYTES = 64 * 1_024;

    /// So much of a body that is too long is read and forgotten: who is hung up on while sending hears no answer.
    private static final int BODY_HEARD_OUT_BYTES = 2 * 1_024 * 1_024;

    private static final int CONNECTIONS_MAX = 10_000;

    /// What one connection can make the server keep before its request is answered, with room for the objects
    /// around it: so many connections are taken that all of them together fit into the heap.
    private static final long CONNECTION_COSTS_BYTES = 160 * 1_024L;

    /// So many more are taken for the moment in which somebody else gives way.
    private static final int CONNECTIONS_SPARE = 16;

    private static final Duration IDLE_TIMEOUT = Duration.ofMinutes(1);

    /// What the system may keep of answers that nobody takes; it would be megabytes for each connection.
    private static final int SEND_BUFFER_BYTES = 64 * 1_024;

    /// A request that was begun has to be there whole within this, and an answer has to be taken.
    public static final Duration DEADLINE = Duration.ofSeconds(30);

    /// What the edge needs from the rest of the house.
    ///
    /// @param hosts the tenant behind a `Host` value
    /// @param routes the endpoint behind a path
    /// @param errorPage the page for a refusal, given the call and the error's id
    /// @param notFound the page for an address at which there is nothing, given the call and the error's id
    /// @param isOverload whether a fault means no more than that too much is asked at this moment
    /// @param logsRequests whether each request has a line in the log
    /// @param traces tells a collector of requests
    public record Wiring(
            InstantSource clock,
            RandomGenerator random,
            Proxies proxies,
            Function<String, Optional<Host>> hosts,
            Map<String, Route> routes,
            BiFunction<Call, Failure, Answer> errorPage,
            BiFunction<Call, String, Answer> notFound,
            Predicate<RuntimeException> isOverload,
            Cors cors,
            boolean logsRequests,
            Optional<Traces> traces) {}

    /// A refusal or a fault on its way to a page.
    ///
    /// @param id what the person can tell the operator
    public record Failure(String id, OAuthException refusal) {}

    private final Wiring wiring;
    private final Paths paths;
    private final Peers peers;
    private final Answers answers = new Answers();
    private final Asked.Ids ids;
    private final Delivery delivery;

    /// An edge that is not listening yet.
    ///
    /// @param deadline {@link #DEADLINE} but for tests
    public Edge(Wiring wiring, Duration deadline) {
        this.wiring = wiring;
        this.paths = new Paths(wiring.routes());
        var most = connections(Runtime.getRuntime().maxMemory()) - CONNECTIONS_SPARE;
        this.peers = new Peers(deadline, IDLE_TIMEOUT, most);
        this.ids = new Asked.Ids(wiring.random());
        this.delivery = new Delivery(peers);
    }

    /// Hangs up on those who have not finished a request or not taken an answer in time, and on those who were
    /// silent for a minute; to be called about once a second.
    public void hangUpOnTheLate() {
        peers.hangUp();
    }

    /// Listens until {@link WebServer#stop()}.
    ///
    /// @param port 0 for any free one
    public WebServer listen(String address, int port) {
        return Listening.start(WebServer.builder()
                .host(address)
                .port(port)
                .maxPayloadSize(BODY_HEARD_OUT_BYTES)
                .maxTcpConnections(connections(Runtime.getRuntime().maxMemory()))
                .connectionOptions(options -> options.tcpNoDelay(true).socketSendBufferSize(SEND_BUFFER_BYTES))
                .protocolsDiscoverServices(false)
                .addConnectionSelector(peers.door(Http1ConnectionSelector.builder()
                        .config(Http1Config.builder()
                                .maxPrologueLength(REQUEST_LINE_MAX_BYTES)
                                .maxHeadersSize(HEADERS_MAX_BYTES)
                                .addReceiveListener(peers)
                                // Otherwise a body that no endpoint reads would be taken for the next request.
                                .continueImmediately(true)
                                .build())
                        .build()))
                .directHandlers(quietRefusals())
                .routing(routing -> routing.any(this::handle))
                .shutdownHook(false));
    }

    static int connections(long heapBytes) {
        return Math.clamp(heapBytes / CONNECTION_COSTS_BYTES, 100, CONNECTIONS_MAX);
    }

    // What the HTTP parser itself refuses is answered without repeating any of it.
    private static DirectHandlers quietRefusals() {
        var builder = DirectHandlers.builder();
        DirectHandler handler = (_, _, status, headers, _) -> DirectHandler.TransportResponse.builder()
                .status(status)
                .headers(headers)
                .header(HeaderNames.CONTENT_TYPE, "text/plain; charset=utf-8")
                .entity(status.code() + " " + status.reasonPhrase())
                .keepAlive(false)
                .build();
        for (var type : DirectHandler.EventType.values()) {
            builder.addHandler(type, handler);
        }
        return builder.build();
    }

    private void handle(ServerRequest request, ServerResponse response) {
        peers.isWorkedFor();
        try {
            answer(request, response);
        } finally {
            if (request.content().hasEntity() && !request.content().consumed()) {
                peers.isListenedTo(); // the library reads the rest of the body
            } else {
                peers.isDone();
            }
        }
    }

    private void answer(ServerRequest request, ServerResponse response) {
        var headers = headers(request);
        var peer = request.remotePeer().host();
        Asked.answer(
                ids,
                wiring.proxies().requestId(peer, headers),
                request.prologue().method().text(),
                asked -> asked.traced(
                        wiring.traces(),
                        () -> wiring.proxies().traceparent(peer, headers),
                        () -> handle(request, headers, peer, response)));
    }

    private void handle(ServerRequest request, Map<String, String> headers, String peer, ServerResponse response) {
        var hostName = wiring.proxies().host(peer, headers.getOrDefault("host", ""), headers);
        var path = request.prologue().uriPath().rawPath();
        var began = System.nanoTime();
        Answer answer;
        try {
            var host = wiring.hosts().apply(hostName.toLowerCase(Locale.ROOT));
            if (host.isEmpty()) {
                answer = Delivery.protect(Answer.plain(404, "No issuer lives at this host name."));
            } else {
                var method = request.prologue().method().text();
                var found = paths.find(path);
                var template = found.map(Paths.Found::template).orElse(Asked.NO_ROUTE);
                Asked.now().ifPresent(asked -> asked.at(host.get().id().value(), template));
                var call = new Call(
                        host.get(),
                        method,
                        path,
                        found.map(Paths.Found::values).orElse(Map.of()),
                        request.prologue().query().rawValue(),
                        headers,
                        wiring.proxies().client(peer, headers),
                        wiring.clock().instant(),
                        once(request));
                answer = Delivery.protect(answer(call, found.map(Paths.Found::route)));
                if (call.host().issuer().isHttps()) {
                    answer = answer.with("Strict-Transport-Security", "max-age=31536000");
                }
                answers.count(template, answer.status(), System.nanoTime() - began);
            }
        } catch (HttpException unreadable) {
            var isLong = unreadable.status().code() == Status.REQUEST_ENTITY_TOO_LARGE_413.code();
            var why = isLong
                    ? "The body of the request has more than 64 KiB."
                    : "The body of the request cannot be read.";
            var last = Delivery.protect(Answer.plain(unreadable.status().code(), why));
            delivery.send(response, last.with("Connection", "close"));
            throw new CloseConnectionException("What follows an unreadable body is no request.", unreadable);
        } catch (RuntimeException e) {
            answer = Delivery.protect(withoutTenant(path, e));
        }
        if (request.prologue().method().equals(Method.HEAD)) {
            delivery.sendHead(response, answer);
        } else {
            delivery.send(response, answer);
        }
        if (wiring.logsRequests()) {
            Asked.now().ifPresent(asked -> LOG.info("{} {} {}", asked.method(), asked.route(), asked.status()));
        }
        if (headers.getOrDefault("connection", "").equalsIgnoreCase("close")) {
            // RFC 9112 §9.6: who asks for it is hung up on after this answer; the HTTP library only says so.
            throw new CloseConnectionException("The client asked for the end of the connection.");
        }
    }

    private static OAuthException badMoment() {
        return new OAuthException(
                OAuthError.TEMPORARILY_UNAVAILABLE, "The server cannot do this at this moment; try again shortly.");
    }

    private Answer withoutTenant(String path, RuntimeException fault) {
        Span.tell("error.type", fault.getClass().getName());
        if (wiring.isOverload().test(fault)) {
            LOG.warn("A request to {} came at a bad moment: {}", printable(path), fault.toString());
            return Answer.refusal(badMoment());
        }
        LOG.error("A request to {} failed before its tenant was known.", printable(path), fault);
        return Answer.plain(500, "The server failed. The operator finds the reason in its log.");
    }

    /// Who is connected: what is worth watching, by the name of a metric.
    public Map<String, Long> vitals() {
        return peers.vitals();
    }

    /// How many answers of each status every path has given, and how long they took, in the Prometheus text
    /// format.
    public String metrics() {
        return answers.text();
    }

    private Answer answer(Call call, Optional<Route> found) {
        if (found.isEmpty()) {
            var isPerson = call.header("accept").orElse("").contains("text/html");
            return isPerson
                    ? wiring.notFound().apply(call, ErrorId.of(wiring.random()))
                    : Answer.plain(404, "There is nothing at this address.");
        }
        var route = found.get();
        if (!route.takes(call.method())) {
            return Answer.plain(405, "This address does not take this method.").with("Allow", route.allow());
        }
        return switch (route.kind()) {
            case PUBLIC -> document(route, call);
            case API -> api(route, call);
            case PAGE -> page(route, call);
        };
    }

    private Answer document(Route route, Call call) {
        if (call.method().equals("OPTIONS")) {
            return Cors.shareWithAll(Answer.status(204));
        }
        return Cors.shareWithAll(attempt(route, call, (_, failure) -> Answer.refusal(failure.refusal())));
    }

    private Answer api(Route route, Call call) {
        if (call.method().equals("OPTIONS")) {
            return wiring.cors().preflight(call);
        }
        return attempt(
                route,
                call,
                (failed, failure) -> wiring.cors().share(failed, Optional.empty(), Answer.refusal(failure.refusal())));
    }

    private Answer page(Route route, Call call) {
        return attempt(route, call, wiring.errorPage());
    }

    private Answer attempt(Route route, Call call, BiFunction<Call, Failure, Answer> onFailure) {
        try {
            return route.endpoint().answer(call);
        } catch (OAuthException refusal) {
            Span.tell("error.type", refusal.error().wire());
            var id = ErrorId.of(wiring.random());
            LOG.info(
                    "{} {} refused: {} ({}) [{}]",
                    call.method(),
                    printable(call.path()),
                    refusal.error().wire(),
                    printable(refusal.description()),
                    id);
            return onFailure.apply(call, new Failure(id, refusal));
        } catch (HttpException unreadable) {
            throw unreadable;
        } catch (RuntimeException fault) {
            var id = ErrorId.of(wiring.random());
            Span.tell("error.type", fault.getClass().getName());
            if (wiring.isOverload().test(fault)) {
                LOG.warn(
                        "{} {} came at a bad moment [{}]: {}",
                        call.method(),
                        printable(call.path()),
                        id,
                        fault.toString());
                return onFailure.apply(call, new Failure(id, badMoment()));
            }
            LOG.error("{} {} failed [{}]", call.method(), printable(call.path()), id, fault);
            var refusal = new OAuthException(
                    OAuthError.SERVER_ERROR, "The server failed. Its operator finds the reason under " + id + ".");
            return onFailure.apply(call, new Failure(id, refusal));
        }
    }

    /// A text of a stranger for one line of a log: no control character, no line break, bounded.
    public static String printable(String text) {
        return OneLine.of(text.length() <= 500 ? text : text.substring(0, 500));
    }

    private static Map<String, String> headers(ServerRequest request) {
        var headers = new HashMap<String, String>();
        for (var header : request.headers()) {
            var name = header.headerName().lowerCase();
            var separator = name.equals("cookie") ? "; " : ", ";
            headers.merge(name, String.join(separator, header.allValues()), (one, two) -> one + separator + two);
        }
        return headers;
    }

    private Supplier<byte[]> once(ServerRequest request) {
        return new Supplier<>() {
            private byte @org.jspecify.annotations.Nullable [] read;

            @Override
            public byte[] get() {
                if (read == null) {
                    read = read(request);
                }
                return read;
            }
        };
    }

    // A body that cannot be read to its end is the end of its connection too: what is behind it would be taken for the
    // next request.
    private byte[] read(ServerRequest request) {
        if (!request.content().hasEntity()) {
            return new byte[0];
        }
        peers.isListenedTo();
        try (var in = request.content().inputStream()) {
            var bytes = in.readNBytes(BODY_MAX_BYTES + 1);
            if (bytes.length > BODY_MAX_BYTES) {
                in.transferTo(OutputStream.nullOutputStream());
                throw new HttpException("The body is too long.", Status.REQUEST_ENTITY_TOO_LARGE_413);
            }
            return bytes;
        } catch (HttpException refused) {
            throw refused;
        } catch (IOException | RuntimeException broken) {
            throw new HttpException("The body cannot be read.", Status.BAD_REQUEST_400, broken);
        } finally {
            peers.isWorkedFor();
        }
    }
}
