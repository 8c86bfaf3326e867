package dev.symbolon.trace;

import io.opentelemetry.api.common.Attributes;
import io.opentelemetry.api.trace.SpanKind;
import io.opentelemetry.api.trace.Tracer;
import io.opentelemetry.api.trace.propagation.W3CTraceContextPropagator;
import io.opentelemetry.context.Context;
import io.opentelemetry.context.propagation.TextMapGetter;
import io.opentelemetry.exporter.otlp.http.trace.OtlpHttpSpanExporter;
import io.opentelemetry.sdk.resources.Resource;
import io.opentelemetry.sdk.trace.SdkTracerProvider;
import io.opentelemetry.sdk.trace.export.BatchSpanProcessor;
import io.opentelemetry.sdk.trace.samplers.Sampler;
import java.net.URI;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/// Tells a collector of requests, by OTLP over HTTP (OpenTelemetry Protocol 1.x). It is told in batches by a thread
/// of its own: nobody waits for it, and when it is gone what does not fit into the queue is forgotten.
public final class Traces implements AutoCloseable {
    private static final int QUEUE = 4_096;
    private static final Duration TOLD_EVERY = Duration.ofSeconds(1);
    private static final Duration PATIENCE = Duration.ofSeconds(5);
    private static final int LAST_ONES_SECONDS = 2;

    // The header's value itself is what is read from; there is no other.
    private static final TextMapGetter<String> HEADER = new TextMapGetter<>() {
        @Override
        public Iterable<String> keys(String traceparent) {
            return Set.of("traceparent");
        }

        @Override
        public @Nullable String get(@Nullable String traceparent, String name) {
            return name.equals("traceparent") ? traceparent : null;
        }
    };

    private final SdkTracerProvider provider;
    private final Tracer tracer;

    /// Who is told, and of how much.
    ///
    /// @param endpoint of the collector, without `/v1/traces`
    /// @param headers that it wants to see, such as a key of its own
    /// @param oneIn of so many requests one is told of, but for those that a trusted proxy decided of
    /// @param version of this program
    /// @param node names this process among the others of its installation
    public record Telling(String endpoint, Map<String, String> headers, int oneIn, String version, String node) {
        /// The headers can be secret.
        @Override
        public String toString() {
            return "Telling[endpoint=" + endpoint + ", oneIn=" + oneIn + "]";
        }
    }

    public Traces(Telling telling) {
        var address = URI.create(telling.endpoint().replaceAll("/+$", "") + "/v1/traces");
        var exporter = OtlpHttpSpanExporter.builder()
                .setEndpoint(address.toString())
                .setHeaders(telling::headers)
                .setTimeout(PATIENCE)
                .build();
        this.provider = SdkTracerProvider.builder()
                .setResource(Resource.getDefault()
                        .merge(Resource.create(Attributes.builder()
                                .put("service.name", "symbolon")
                                .put("service.version", telling.version())
                                .put("service.instance.id", telling.node())
                                .build())))
                .setSampler(Sampler.parentBased(Sampler.traceIdRatioBased(1.0 / telling.oneIn())))
                .addSpanProcessor(BatchSpanProcessor.builder(exporter)
                        .setMaxQueueSize(QUEUE)
                        .setScheduleDelay(TOLD_EVERY)
                        .setExporterTimeout(PATIENCE)
                        .build())
                .build();
        this.tracer = provider.get("dev.symbolon");
    }

    /// Answers a request.
    ///
    /// @param name one of a few
    /// @param traceparent of a trusted proxy (W3C Trace Context §3.2): which trace the request is part of, and
    ///     whether it is told of
    public void request(String name, Optional<String> traceparent, Runnable work) {
        var parent = W3CTraceContextPropagator.getInstance().extract(Context.root(), traceparent.orElse(""), HEADER);
        var span = tracer.spanBuilder(name)
                .setParent(parent)
                .setSpanKind(SpanKind.SERVER)
                .startSpan();
        if (span.isRecording()) {
            Span.request(tracer, span, work);
        } else {
            work.run();
        }
    }

    /// Tells what is not told yet, for two seconds at most.
    @Override
    public void close() {
        provider.shutdown().join(LAST_ONES_SECONDS, TimeUnit.SECONDS);
    }
}
