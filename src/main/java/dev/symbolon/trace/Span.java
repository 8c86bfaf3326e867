package dev.symbolon.trace;

import io.opentelemetry.api.trace.SpanKind;
import io.opentelemetry.api.trace.StatusCode;
import io.opentelemetry.api.trace.Tracer;
import io.opentelemetry.context.Context;
import java.util.Optional;
import java.util.function.Supplier;

/// A part of a request that a collector is told of: what it was, when it began and ended, and whether it failed.
/// Nothing but the work is done where no collector was named, and in a request of which none is told; then no class
/// of the library is loaded either.
///
/// A span never holds what people and programs send: no path, no query, no address, no message of an error.
public final class Span {
    private static final ScopedValue<Span> NOW = ScopedValue.newInstance();
    private static final int SERVER_ERROR = 500;

    private final Tracer tracer;
    private final io.opentelemetry.api.trace.Span told;

    private Span(Tracer tracer, io.opentelemetry.api.trace.Span told) {
        this.tracer = tracer;
        this.told = told;
    }

    /// Whose time it is that passes in a span.
    public enum Kind {
        /// This process computes, or its callers wait for their turn.
        INTERNAL,
        /// Another server is waited for, or the database.
        CLIENT
    }

    /// What a line of the log says of the span that this thread is in.
    ///
    /// @param trace `trace_id`, 32 hexadecimal digits (W3C Trace Context §3.2.2.3)
    /// @param span `span_id`, 16 of them
    public record Ids(String trace, String span) {}

    /// Does a part of the work.
    ///
    /// @param name of a few, and only asked for where it is told
    public static <T, X extends Throwable> T of(Kind kind, Supplier<String> name, ScopedValue.CallableOp<T, X> work)
            throws X {
        return NOW.isBound() ? NOW.get().part(kind, name.get(), work) : work.call();
    }

    private <T, X extends Throwable> T part(Kind kind, String name, ScopedValue.CallableOp<T, X> work) throws X {
        var part = tracer.spanBuilder(name)
                .setParent(told.storeInContext(Context.root()))
                .setSpanKind(SpanKind.valueOf(kind.name()))
                .startSpan();
        try {
            return ScopedValue.where(NOW, new Span(tracer, part)).call(work);
        } catch (Throwable failure) {
            part.setStatus(StatusCode.ERROR);
            part.setAttribute("error.type", failure.getClass().getName());
            throw failure;
        } finally {
            part.end();
        }
    }

    /// A request, of which a collector is told, whoever asked for that.
    static void request(Tracer tracer, io.opentelemetry.api.trace.Span told, Runnable work) {
        try {
            ScopedValue.where(NOW, new Span(tracer, told)).run(work);
        } finally {
            told.end();
        }
    }

    /// Calls the span by another name than it began with.
    public static void name(Supplier<String> name) {
        if (NOW.isBound()) {
            NOW.get().told.updateName(name.get());
        }
    }

    /// Something about the span.
    ///
    /// @param key of a few, in the words of OpenTelemetry's conventions where they have one
    public static void tell(String key, String value) {
        if (NOW.isBound()) {
            NOW.get().told.setAttribute(key, value);
        }
    }

    /// The status of the answer; from 500 on the server has failed.
    public static void tellStatus(int status) {
        if (NOW.isBound()) {
            var told = NOW.get().told;
            told.setAttribute("http.response.status_code", (long) status);
            if (status >= SERVER_ERROR) {
                told.setStatus(StatusCode.ERROR);
            }
        }
    }

    /// Names of the span that this thread is in.
    public static Optional<Ids> ids() {
        return NOW.isBound() ? Optional.of(NOW.get().names()) : Optional.empty();
    }

    private Ids names() {
        var context = told.getSpanContext();
        return new Ids(context.getTraceId(), context.getSpanId());
    }
}
