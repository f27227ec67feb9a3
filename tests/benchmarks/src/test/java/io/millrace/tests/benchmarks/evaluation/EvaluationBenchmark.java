package io.millrace.tests.benchmarks.evaluation;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.broker.EmbeddedBroker;
import io.millrace.evaluation.EvaluationService;
import io.millrace.runtime.kafka.CommittedReader;
import io.millrace.runtime.lifecycle.Service;
import io.millrace.runtime.models.ModelKey;
import io.millrace.runtime.settings.Settings;
import io.millrace.schemas.AvroCodec;
import io.millrace.schemas.avro.ClassScore;
import io.millrace.schemas.avro.Evaluation;
import io.millrace.schemas.avro.InputRange;
import io.millrace.schemas.avro.Label;
import io.millrace.schemas.avro.ModelManifest;
import io.millrace.schemas.avro.Prediction;
import io.millrace.schemas.avro.Source;
import io.millrace.topics.Catalogue;
import io.millrace.topics.Provisioner;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.locks.LockSupport;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Predictions of ten classes, whose labels come 10,000 records later, judged from topic to topic:
 * with one partition and one thread, and with two of each. Reports the predictions judged a second
 * and the processor time of the threads of Kafka Streams for each, when all runs are over; the
 * broker shares the cores. Run by name:
 *
 * <pre>
 * mvn -pl tests/benchmarks -am test -Dtest=EvaluationBenchmark \
 *     -Dsurefire.failIfNoSpecifiedTests=false
 * </pre>
 */
final class EvaluationBenchmark {

  private static final int RECORDS = Integer.getInteger("benchmark.records", 300_000);
  private static final int DELAY = 10_000;
  private static final int RUNS = Integer.getInteger("benchmark.runs", 3);
  private static final Duration PATIENCE = Duration.ofMinutes(10);
  private static final Duration STOP_WITHIN = Duration.ofSeconds(30);
  private static final ThreadMXBean THREADS = ManagementFactory.getThreadMXBean();

  @TempDir private Path folder;

  /** When how many had been judged. */
  private record Judged(long millis, long records) {}

  private record Rate(double perSecond, double threadMicros) {}

  @Test
  void onePartitionAndTwo() throws Exception {
    try (var broker = EmbeddedBroker.start(folder.resolve("broker"), 0)) {
      List<List<Rate>> rates = List.of(new ArrayList<>(), new ArrayList<>());
      for (int run = 0; run < RUNS; run++) {
        for (int partitions = 1; partitions <= 2; partitions++) {
          Rate rate = judge(broker, "p" + partitions + "-" + run + "-", partitions);
          report(partitions, "run " + run, rate);
          rates.get(partitions - 1).add(rate);
        }
      }
      for (int partitions = 1; partitions <= 2; partitions++) {
        List<Rate> of = rates.get(partitions - 1);
        report(
            partitions,
            "median",
            new Rate(
                median(of.stream().mapToDouble(Rate::perSecond).toArray()),
                median(of.stream().mapToDouble(Rate::threadMicros).toArray())));
      }
    }
  }

  private Rate judge(EmbeddedBroker broker, String prefix, int partitions) throws Exception {
    var settings =
        Settings.of(
            Map.of(
                "bootstrap.servers", broker.bootstrapServers(),
                "topics.prefix", prefix,
                "topics.partitions", "4",
                "evaluation.partitions", Integer.toString(partitions),
                "evaluation.threads", Integer.toString(partitions),
                "evaluation.publish.interval.ms", "500",
                "state.directory", folder.resolve(prefix).toString()));
    try (var admin = Admin.create(Map.of("bootstrap.servers", broker.bootstrapServers()))) {
      new Provisioner(admin, prefix).createMissing(Catalogue.load());
    }
    send(broker, settings);
    Service service = EvaluationService.TYPE.create().apply(settings);
    try {
      service.start();
      List<Judged> judged = new ArrayList<>(List.of(new Judged(0, 0)));
      long deadline = System.nanoTime() + PATIENCE.toNanos();
      long threadsBegun = 0;
      while (judged.getLast().records() < RECORDS) {
        assertThat(System.nanoTime()).as("%s", judged.getLast()).isLessThan(deadline);
        assertThat(service.failure()).isEmpty();
        LockSupport.parkNanos(1_000_000_000);
        judged.addAll(judged(settings, judged.getLast().records()));
        if (threadsBegun == 0 && judged.getLast().records() > 0) {
          judged.subList(0, judged.size() - 1).clear();
          threadsBegun = threadNanos();
        }
      }
      double records = RECORDS - judged.getFirst().records();
      return new Rate(
          records * 1e3 / (judged.getLast().millis() - judged.getFirst().millis()),
          (threadNanos() - threadsBegun) / 1e3 / records);
    } finally {
      service.close(STOP_WITHIN);
    }
  }

  /** Each label comes {@link #DELAY} records after its prediction. */
  private static void send(EmbeddedBroker broker, Settings settings) {
    AvroCodec<Prediction> predictions = AvroCodec.of(Prediction.class);
    AvroCodec<Label> labels = AvroCodec.of(Label.class);
    var topics = settings.topics();
    try (var producer =
        new KafkaProducer<>(
            Map.<String, Object>of("bootstrap.servers", broker.bootstrapServers()),
            new ByteArraySerializer(),
            new ByteArraySerializer())) {
      producer.send(
          new ProducerRecord<>(
              topics.models().name(),
              ModelKey.manifest("vision", 0).text().getBytes(UTF_8),
              AvroCodec.of(ModelManifest.class).encode(manifest(topics.imageExamples().name()))));
      producer.flush();
      long now = System.currentTimeMillis();
      for (int i = 0; i < RECORDS + DELAY; i++) {
        if (i < RECORDS) {
          byte[] value = predictions.encode(prediction(topics.images().name(), i));
          producer.send(
              new ProducerRecord<>(
                  topics.predictions().name(), null, now, subject(i).getBytes(UTF_8), value));
        }
        if (i >= DELAY) {
          byte[] value = labels.encode(new Label(subject(i - DELAY), name(i - DELAY)));
          producer.send(new ProducerRecord<>(topics.labels().name(), value));
        }
      }
    }
  }

  private static ModelManifest manifest(String examples) {
    return new ModelManifest(
        "vision",
        0L,
        1,
        0,
        0L,
        "",
        0L,
        List.of("0", "1", "2", "3", "4", "5", "6", "7", "8", "9"),
        List.of(new InputRange(examples, 0, 0L, 0L, "")),
        Map.of(),
        Map.of(),
        Map.of(),
        null,
        "",
        "");
  }

  private static Prediction prediction(String topic, int i) {
    String answer = name(i % 20 == 0 ? i + 1 : i);
    return new Prediction(
        subject(i),
        answer,
        0.9,
        List.of(
            new ClassScore(answer, 0.9, 1.0),
            new ClassScore(name(i + 2), 0.06, -1.7),
            new ClassScore(name(i + 3), 0.04, -2.1)),
        "vision",
        0L,
        0.01,
        null,
        new Source(topic, i % 4, (long) i / 4),
        null,
        null);
  }

  private static String subject(int i) {
    return "image/" + i;
  }

  private static String name(int i) {
    return Integer.toString(i * 7 % 10);
  }

  /** What was published of more records than a number of them. */
  private static List<Judged> judged(Settings settings, long after) {
    List<Judged> found = new ArrayList<>();
    AvroCodec<Evaluation> codec = AvroCodec.of(Evaluation.class);
    CommittedReader.readStable(
        settings,
        settings.topics().evaluations().name(),
        (key, value, timestamp) -> {
          long records = codec.decodeOrThrow(Objects.requireNonNull(value)).getModelCount();
          if (records > (found.isEmpty() ? after : found.getLast().records())) {
            found.add(new Judged(timestamp, records));
          }
        });
    return found;
  }

  private static long threadNanos() {
    return Arrays.stream(THREADS.getThreadInfo(THREADS.getAllThreadIds()))
        .filter(it -> it != null && it.getThreadName().contains("StreamThread"))
        .mapToLong(it -> Math.max(0, THREADS.getThreadCpuTime(it.getThreadId())))
        .sum();
  }

  private static double median(double[] figures) {
    Arrays.sort(figures);
    return figures[figures.length / 2];
  }

  private static void report(int partitions, String what, Rate rate) {
    System.out.printf(
        Locale.ROOT,
        "%d partitions and threads, %s: %,.0f judged a second; processor time of their threads %.1f"
            + " µs each%n",
        partitions,
        what,
        rate.perSecond(),
        rate.threadMicros());
  }
}
