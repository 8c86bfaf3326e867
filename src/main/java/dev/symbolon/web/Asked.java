package dev.symbolon.web;

import dev.symbolon.trace.Span;
import dev.symbolon.trace.Traces;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import java.util.function.Supplier;
import java.util.random.RandomGenerator;
import java.util.regex.Pattern;

/// What is known of the request that a thread answers, for the lines of the log: never its path, its query or
/// anything else in which a secret can stand.
public final class Asked {
    private static final ScopedValue<Asked> NOW = ScopedValue.newInstance();
    private static final Pattern ID = Pattern.compile("[A-Za-z0-9._-]{1,64}");

    /// The route of a path at which there is nothing.
    static final String NO_ROUTE = "other";

    // RFC 9110 §9 and RFC 5789. A stranger can invent others without end, and write into them what they like.
    private static final Set<String> METHODS =
            Set.of("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE", "CONNECT");

    private static final String OTHER_METHOD = "_OTHER";

    private final String id;
    private final String method;
    private final long began = System.nanoTime();
    private volatile String tenant = "";
    private volatile String route = NO_ROUTE;
    private volatile int status;

    private Asked(String id, String method) {
        this.id = id;
        this.method = method;
    }

    /// Names for requests that have none, alike in no two processes. They are no secret: a number is enough.
    static final class Ids {
        private final String process;
        private final AtomicLong number = new AtomicLong();

        Ids(RandomGenerator random) {
            this.process = Long.toUnsignedString(random.nextLong(), Character.MAX_RADIX) + "-";
        }

        /// @param given by a trusted proxy
        private String of(Optional<String> given) {
            return given.filter(text -> ID.matcher(text).matches())
                    .orElseGet(() -> process + Long.toString(number.incrementAndGet(), Character.MAX_RADIX));
        }
    }

    /// Answers a request; lines that are written meanwhile by this thread tell which one.
    ///
    /// @param given the id that a trusted proxy gave it; another one is made when it is none
    static void answer(Ids ids, Optional<String> given, String method, Consumer<Asked> work) {
        var known = METHODS.contains(method) ? method : OTHER_METHOD;
        var asked = new Asked(ids.of(given), known);
        ScopedValue.where(NOW, asked).run(() -> work.accept(asked));
    }

    /// The request that this thread answers now.
    public static Optional<Asked> now() {
        return NOW.isBound() ? Optional.of(NOW.get()) : Optional.empty();
    }

    void at(String tenant, String route) {
        this.tenant = tenant;
        this.route = route;
        Span.tell("symbolon.tenant", tenant);
        if (!route.equals(NO_ROUTE)) {
            Span.name(() -> spanName() + " " + route);
            Span.tell("http.route", route);
        }
    }

    /// Does the work, and tells of it if anybody listens.
    ///
    /// @param traceparent only asked for then
    void traced(Optional<Traces> traces, Supplier<Optional<String>> traceparent, Runnable work) {
        if (traces.isEmpty()) {
            work.run();
            return;
        }
        traces.get().request(spanName(), traceparent.get(), () -> {
            Span.tell("http.request.method", method);
            Span.tell("symbolon.request_id", id);
            work.run();
        });
    }

    private String spanName() {
        return method.equals(OTHER_METHOD) ? "HTTP" : method;
    }

    void answered(int status) {
        this.status = status;
        Span.tellStatus(status);
    }

    /// Its name, in the answer's `X-Request-Id` too.
    public String id() {
        return id;
    }

    /// One of the methods that HTTP knows, or `_OTHER`.
    public String method() {
        return method;
    }

    /// The tenant's id; empty as long as it is not known.
    public String tenant() {
        return tenant;
    }

    /// The path of the route with the names of its parts, or [#NO_ROUTE].
    public String route() {
        return route;
    }

    /// The status of the answer; 0 as long as there is none.
    public int status() {
        return status;
    }

    /// How long it has been at work.
    public Duration took() {
        return Duration.ofNanos(System.nanoTime() - began);
    }
}
