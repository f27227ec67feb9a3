package io.millrace.tests.benchmarks.tracing;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import io.millrace.runtime.records.EventHeaders;
import io.millrace.runtime.records.Polls;
import io.millrace.runtime.records.TraceContext;
import io.millrace.runtime.records.TracedRecord;
import io.millrace.runtime.records.TracedVersion;
import io.millrace.runtime.records.Traces;
import io.millrace.runtime.settings.Settings;
import io.millrace.runtime.settings.TraceSettings;
import io.millrace.runtime.tracing.OtlpTraces;
import io.millrace.runtime.tracing.SpanCollector;
import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.IntStream;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.header.Headers;
import org.junit.jupiter.api.Test;

/**
 * What the hooks of traces cost a record, as scoring calls them: the poll, the decoding, the score,
 * the headers of its prediction, and the commit. The processor time and the allocation of a record
 * are those of the thread that scores; what is given is what the hooks add to the headers of a
 * prediction without them. The allocation does not depend on what else the machine does. The median
 * of {@value #RUNS} runs. Run by name:
 *
 * <pre>
 * mvn -pl tests/benchmarks -am test -Dtest=TracingBenchmark \
 *     -Dsurefire.failIfNoSpecifiedTests=false
 * </pre>
 */
final class TracingBenchmark {

  private static final int POLL = 500;
  private static final int POLLS = 200;

  /** Spans take longer, and a collector in the same process takes its share. */
  private static final int RECORDED_POLLS = 20;

  private static final int WARM_UP = 10;
  private static final int RUNS = 7;

  private static final String TYPE = "io.millrace.prediction";
  private static final Optional<TracedVersion> VERSION =
      Optional.of(new TracedVersion("vision", 3, "ab"));

  private static long consumed;

  private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();

  /** What a record costs. */
  private record Cost(double nanos, double bytes) {

    Cost minus(Cost other) {
      return new Cost(nanos - other.nanos, bytes - other.bytes);
    }

    @Override
    public String toString() {
      return String.format(Locale.ROOT, "%6.0f ns, %6.0f bytes a record", nanos, bytes);
    }
  }

  @Test
  void whatTracesCostARecord() {
    List<ConsumerRecord<byte[], byte[]>> plain = poll(0);
    List<ConsumerRecord<byte[], byte[]>> unrecorded = poll(-1);
    List<ConsumerRecord<byte[], byte[]>> hundredth = poll(100);
    List<ConsumerRecord<byte[], byte[]>> recorded = poll(1);

    Cost before = measure("headers alone", POLLS, () -> headersAlone(plain));
    Cost off = measure("no collector, no context", POLLS, () -> score(plain)).minus(before);
    Cost carried =
        measure("no collector, with contexts", POLLS, () -> score(unrecorded)).minus(before);
    Cost none;
    Cost some;
    Cost all;
    try (var collector = new SpanCollector();
        OtlpTraces _ = start(collector)) {
      none = measure("collector, nothing recorded", POLLS, () -> score(unrecorded)).minus(before);
      some =
          measure("collector, 1 of 100 recorded", RECORDED_POLLS, () -> score(hundredth))
              .minus(before);
      all = measure("collector, all recorded", RECORDED_POLLS, () -> score(recorded)).minus(before);
    }

    System.out.println("the hooks add, without a collector and contexts: " + off);
    System.out.println("  without a collector, contexts passed on:       " + carried);
    System.out.println("  with a collector, contexts that are not recorded: " + none);
    System.out.println("  with a collector, one of 100 recorded:         " + some);
    System.out.println("  with a collector, all recorded:                " + all);
    assertThat(off.bytes()).isLessThan(1);
  }

  /** As a service makes the headers of a prediction, without a word of traces. */
  private static void headersAlone(List<ConsumerRecord<byte[], byte[]>> polled) {
    List<ProducerRecord<byte[], byte[]>> made = new ArrayList<>(POLL);
    for (ConsumerRecord<byte[], byte[]> record : polled) {
      made.add(prediction(record, EventHeaders.of(null, id(record), TYPE, "scoring", "avro", 0)));
    }
    consume(made);
  }

  private static void score(List<ConsumerRecord<byte[], byte[]>> polled) {
    if (Traces.areExported()) {
      Polls.polled("scoring", "millrace-scoring", "client", polled);
    }
    List<ProducerRecord<byte[], byte[]>> made = new ArrayList<>(POLL);
    for (ConsumerRecord<byte[], byte[]> record : polled) {
      Optional<TracedRecord> traced = Traces.record(record);
      long started = Traces.now(traced);
      long decoded = Traces.now(traced);
      traced.ifPresent(it -> {
        Traces.part("scoring", it, "decode images", started, decoded, Optional.empty());
        Traces.part("scoring", it, "score vision", decoded, Traces.now(), VERSION);
        Traces.processed("scoring", it, started, Optional.empty());
      });
      Headers headers = EventHeaders.of(record.headers(), id(record), TYPE, "scoring", "avro", 0);
      made.add(prediction(record, headers));
    }
    Traces.sent(made);
    consume(made);
  }

  private static void consume(List<ProducerRecord<byte[], byte[]>> made) {
    consumed += made.getLast().headers().toArray().length;
  }

  private static String id(ConsumerRecord<byte[], byte[]> record) {
    return "images-2-" + record.offset() + "/prediction";
  }

  private static ProducerRecord<byte[], byte[]> prediction(
      ConsumerRecord<byte[], byte[]> record, Headers headers) {
    return new ProducerRecord<>("predictions", null, record.key(), record.value(), headers);
  }

  /** Of records without a context for 0, with one that is recorded in each so many otherwise. */
  private static List<ConsumerRecord<byte[], byte[]>> poll(int every) {
    return IntStream.range(0, POLL)
        .mapToObj(i -> {
          var record = new ConsumerRecord<byte[], byte[]>("images", 2, i, new byte[8], new byte[8]);
          if (every != 0) {
            TraceContext root = TraceContext.root("sender " + i);
            boolean isRecorded = every > 0 && i % every == 0;
            var context = new TraceContext(root.traceId(), root.spanId(), isRecorded ? 1 : 0);
            record.headers().add("traceparent", context.toString().getBytes(US_ASCII));
          }
          return record;
        })
        .toList();
  }

  private static OtlpTraces start(SpanCollector collector) {
    var settings = Settings.of(Map.of("otel.exporter.otlp.endpoint", collector.endpoint()));
    return OtlpTraces.start(TraceSettings.of(settings), "millrace-scoring").orElseThrow();
  }

  private static Cost measure(String what, int polls, Runnable poll) {
    List<Cost> costs = new ArrayList<>();
    for (int run = 0; run < WARM_UP + RUNS; run++) {
      Cost cost = once(polls, poll);
      if (run >= WARM_UP) {
        costs.add(cost);
      }
    }
    Cost median = new Cost(median(costs, Cost::nanos), median(costs, Cost::bytes));
    System.out.println(what + ": " + median);
    return median;
  }

  private static Cost once(int polls, Runnable poll) {
    long nanos = THREADS.getCurrentThreadCpuTime();
    long bytes = THREADS.getCurrentThreadAllocatedBytes();
    for (int i = 0; i < polls; i++) {
      poll.run();
    }
    double records = (double) polls * POLL;
    return new Cost(
        (THREADS.getCurrentThreadCpuTime() - nanos) / records,
        (THREADS.getCurrentThreadAllocatedBytes() - bytes) / records);
  }

  private static double median(List<Cost> costs, Function<Cost, Double> of) {
    return costs.stream().map(of).sorted().toList().get(costs.size() / 2);
  }
}
