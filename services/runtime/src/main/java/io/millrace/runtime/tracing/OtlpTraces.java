package io.millrace.runtime.tracing;

import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.MeterRegistry;
import io.millrace.runtime.records.TraceContext;
import io.millrace.runtime.records.TraceSpan;
import io.millrace.runtime.records.Traces;
import io.millrace.runtime.settings.TraceSettings;
import io.opentelemetry.api.common.Attributes;
import io.opentelemetry.api.common.AttributesBuilder;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.SpanBuilder;
import io.opentelemetry.api.trace.SpanContext;
import io.opentelemetry.api.trace.SpanKind;
import io.opentelemetry.api.trace.StatusCode;
import io.opentelemetry.api.trace.TraceFlags;
import io.opentelemetry.api.trace.TraceState;
import io.opentelemetry.api.trace.Tracer;
import io.opentelemetry.context.Context;
import io.opentelemetry.exporter.otlp.http.trace.OtlpHttpSpanExporter;
import io.opentelemetry.sdk.common.InternalTelemetryVersion;
import io.opentelemetry.sdk.metrics.SdkMeterProvider;
import io.opentelemetry.sdk.resources.Resource;
import io.opentelemetry.sdk.trace.IdGenerator;
import io.opentelemetry.sdk.trace.SdkTracerProvider;
import io.opentelemetry.sdk.trace.SpanLimits;
import io.opentelemetry.sdk.trace.export.BatchSpanProcessor;
import io.opentelemetry.sdk.trace.samplers.Sampler;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.ToDoubleFunction;
import org.jspecify.annotations.Nullable;

/**
 * Sends the spans of this process to a collector: by OTLP over HTTP with Protobuf, <a
 * href="https://opentelemetry.io/docs/specs/otlp/">through OpenTelemetry's SDK</a>, in batches on a
 * thread of its own. Spans for which its queue has no room are dropped, and those that the
 * collector does not take: nothing waits for a collector. One for a process.
 */
public final class OtlpTraces implements AutoCloseable {

  /** Spans that wait to be sent: some megabytes, as its texts are bounded. */
  static final int QUEUE = 8_192;

  /**
   * The most characters of an attribute. Some are a client's, who may not even have the token: with
   * paths that fill the heads of requests, the queue would have a hundred megabytes.
   */
  static final int ATTRIBUTE_LENGTH = 256;

  /** The most characters of the message of a failure. */
  static final int MESSAGE_LENGTH = 1024;

  private static final long FLUSH_SECONDS = 3;

  /** The telemetry of the conventions by which the names of attributes are to be understood. */
  private static final String SCHEMA = "https://opentelemetry.io/schemas/1.44.0";

  private final CountingExporter exporter;
  private final QueueDrops queue = new QueueDrops();
  private final SdkMeterProvider meters;
  private final SdkTracerProvider provider;
  private final Tracer tracer;
  private final Consumer<TraceSpan> sink = this::add;

  private OtlpTraces(TraceSettings settings, String name) {
    var otlp = OtlpHttpSpanExporter.builder().setEndpoint(settings.endpoint().toString());
    settings.headers().forEach(otlp::addHeader);
    exporter = new CountingExporter(otlp.build(), settings.endpoint());
    meters = SdkMeterProvider.builder().registerMetricReader(queue).build();
    provider =
        SdkTracerProvider.builder()
            .setResource(
                Resource.getDefault().merge(Resource.builder().put("service.name", name).build()))
            .setIdGenerator(new GivenIds())
            .setSampler(Sampler.alwaysOn())
            .setSpanLimits(
                SpanLimits.builder().setMaxAttributeValueLength(ATTRIBUTE_LENGTH).build())
            .addSpanProcessor(
                BatchSpanProcessor.builder(exporter)
                    .setMaxQueueSize(QUEUE)
                    .setMeterProvider(meters)
                    .setInternalTelemetryVersion(InternalTelemetryVersion.LATEST)
                    .build())
            .build();
    tracer = provider.tracerBuilder("io.millrace").setSchemaUrl(SCHEMA).build();
  }

  /**
   * Begins to send, if the settings say where to.
   *
   * @param name of what runs in this process, for the collector
   */
  public static Optional<OtlpTraces> start(Optional<TraceSettings> settings, String name) {
    return settings.map(it -> {
      var started = new OtlpTraces(it, name);
      Traces.exportTo(started.sink);
      return started;
    });
  }

  /** Publishes how many spans were lost; none where none are sent. */
  public static void bind(Optional<OtlpTraces> traces, MeterRegistry registry) {
    lost(registry, "queue", it -> it.map(sent -> sent.queue.count()).orElse(0L), traces);
    lost(registry, "collector", it -> it.map(sent -> sent.exporter.lost()).orElse(0L), traces);
  }

  private static void lost(
      MeterRegistry registry,
      String reason,
      ToDoubleFunction<Optional<OtlpTraces>> count,
      Optional<OtlpTraces> source) {
    FunctionCounter.builder("millrace.traces.dropped", source, count)
        .description("Spans that did not reach the collector")
        .tag("reason", reason)
        .register(registry);
  }

  private void add(TraceSpan span) {
    SpanBuilder builder =
        tracer
            .spanBuilder(span.name())
            .setSpanKind(
                switch (span.kind()) {
                  case CLIENT -> SpanKind.CLIENT;
                  case CONSUMER -> SpanKind.CONSUMER;
                  case PRODUCER -> SpanKind.PRODUCER;
                  case SERVER -> SpanKind.SERVER;
                  case INTERNAL -> SpanKind.INTERNAL;
                })
            .setStartTimestamp(span.startNanos(), TimeUnit.NANOSECONDS)
            .setAllAttributes(attributes(span));
    span.parent()
        .ifPresentOrElse(
            it -> builder.setParent(Context.root().with(Span.wrap(remote(it)))),
            builder::setNoParent);
    span.links().forEach(it -> builder.addLink(remote(it)));
    GivenIds.NEXT.set(span.context());
    try {
      Span made = builder.startSpan();
      span.failure()
          .ifPresent(failure -> {
            made.setAttribute("error.type", failure.type());
            made.setStatus(StatusCode.ERROR, cut(failure.message()));
          });
      made.end(span.endNanos(), TimeUnit.NANOSECONDS);
    } finally {
      GivenIds.NEXT.remove();
    }
  }

  private static String cut(String text) {
    return text.length() <= MESSAGE_LENGTH ? text : text.substring(0, MESSAGE_LENGTH);
  }

  private static Attributes attributes(TraceSpan span) {
    AttributesBuilder attributes = Attributes.builder();
    span.attributes()
        .forEach((name, value) -> {
          switch (value) {
            case Long number -> attributes.put(name, number.longValue());
            case Boolean truth -> attributes.put(name, truth.booleanValue());
            default -> attributes.put(name, value.toString());
          }
        });
    return attributes.build();
  }

  private static SpanContext remote(TraceContext context) {
    return SpanContext.createFromRemoteParent(
        context.traceId(),
        context.spanId(),
        TraceFlags.fromByte((byte) context.flags()),
        TraceState.getDefault());
  }

  /** Sends what waits, for at most three seconds, and ends. */
  @Override
  public void close() {
    Traces.stopExportTo(sink);
    provider.shutdown().join(FLUSH_SECONDS, TimeUnit.SECONDS);
    meters.shutdown();
  }

  /** Gives each span the ids that it has already. */
  private static final class GivenIds implements IdGenerator {

    static final ThreadLocal<@Nullable TraceContext> NEXT = new ThreadLocal<>();

    @Override
    public String generateSpanId() {
      return next().spanId();
    }

    @Override
    public String generateTraceId() {
      return next().traceId();
    }

    private static TraceContext next() {
      return Objects.requireNonNull(NEXT.get(), "a span without ids");
    }
  }
}
