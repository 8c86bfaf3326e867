package dev.symbolon.web;

import dev.symbolon.trace.Span;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import java.util.random.RandomGenerator;
import java.util.regex.Pattern;

/// What is known of the request that a thread answers, for the lines of the log: never its path, its query or
/// anything else in which a secret can stand.
public final class Asked {
    private static final ScopedValue<Asked> NOW = ScopedValue.newInstance();
    private static final Pattern ID = Pattern.compile("[A-Za-z0-9._-]{1,64}");

    private final String id;
    private final String method;
    private final long began = System.nanoTime();
    private volatile String tenant = "";
    private volatile String route = "other";
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
    static void answer(Ids ids, Optional<String> given, String method, Runnable work) {
        ScopedValue.where(NOW, new Asked(ids.of(given), method)).run(work);
    }

    /// The request that this thread answers now.
    public static Optional<Asked> now() {
        return NOW.isBound() ? Optional.of(NOW.get()) : Optional.empty();
    }

    void at(String tenant, String route) {
        this.tenant = tenant;
        this.route = route;
        Span.name(() -> method + " " + route);
        Span.tell("http.route", route);
        Span.tell("symbolon.tenant", tenant);
        Span.tell("symbolon.request_id", id);
    }

    void answered(int status) {
        this.status = status;
        Span.tellStatus(status);
    }

    /// Its name, in the answer's `X-Request-Id` too.
    public String id() {
        return id;
    }

    public String method() {
        return method;
    }

    /// The tenant's id; empty as long as it is not known.
    public String tenant() {
        return tenant;
    }

    /// The path of the route with the names of its parts, or `other`.
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
