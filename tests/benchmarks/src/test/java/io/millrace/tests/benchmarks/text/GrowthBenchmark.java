package io.millrace.tests.benchmarks.text;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.millrace.broker.EmbeddedBroker;
import io.millrace.runtime.lifecycle.Service;
import io.millrace.runtime.settings.Settings;
import io.millrace.tests.benchmarks.CommitWatcher;
import io.millrace.text.TextService;
import io.millrace.topics.Catalogue;
import io.millrace.topics.Provisioner;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.locks.LockSupport;
import java.util.function.ToDoubleFunction;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Documents a second from topic to topic, exactly once, while 210 million tokens go by, all of live
 * documents, of a vocabulary that never ends: whether the tenth million is as fast as the
 * two-hundredth, and what memory and disk hold meanwhile. Run by name:
 *
 * <pre>
 * mvn -pl tests/benchmarks -am test -Dtest=GrowthBenchmark \
 *     -Dsurefire.failIfNoSpecifiedTests=false -Dtest.heap=4g \
 *     [-Dtest.flags="-Dbenchmark.millions=210 -Dbenchmark.warm=45 -Dbenchmark.runs=3 \
 *         -Dbenchmark.law=natural|steep -Dbenchmark.settings=..."]
 * </pre>
 *
 * <p>Documents are of 300 terms of {@link ZipfTexts}, each under an id of its own; all are written
 * before the service starts, so that nothing but the service, the broker and a look at the group's
 * offsets runs while it is measured. Before, the service takes 45 million tokens of other topics in
 * the same process, so that the code of both is compiled. The broker compacts as the topics say:
 * {@code documents} and {@code document-vectors} stay within the segments that are written to,
 * which are not touched; the changelogs and {@code document-frequencies} are compacted, as in
 * service. A row of ten million tokens takes some seconds only, so all is done several times, with
 * topics and stores of their own, and each row's median counts. Takes about 8 GB of disk.
 */
final class GrowthBenchmark {

  private static final int MILLIONS = Integer.getInteger("benchmark.millions", 210);
  private static final int RUNS = Integer.getInteger("benchmark.runs", 3);
  private static final int WARM_MILLIONS = Integer.getInteger("benchmark.warm", 45);
  private static final ZipfTexts.Law LAW =
      System.getProperty("benchmark.law", "natural").equals("steep")
          ? ZipfTexts.Law.STEEP
          : ZipfTexts.Law.NATURAL;
  private static final int TOKENS = 300;
  private static final int ROW_MILLIONS = 10;

  /** A row begins in the middle of ten million tokens, and ends in that of the next. */
  private static final int FIRST_ROW_MILLIONS = 5;

  private static final Duration PATIENCE = Duration.ofMinutes(30);
  private static final Duration STOP_WITHIN = Duration.ofSeconds(30);
  private static final long PERIOD_NANOS = 20_000_000;

  /** The number of different terms after each number of million tokens. */
  private final List<Integer> offered = new ArrayList<>();

  @TempDir private Path folder;

  @Test
  void documentsASecondWhileTheCorpusGrows() throws Exception {
    try (var broker = EmbeddedBroker.start(folder.resolve("broker"), 0);
        var admin = Admin.create(Map.of("bootstrap.servers", broker.bootstrapServers()))) {
      Settings warm = settings(broker, "warm-");
      new Provisioner(admin, "warm-").createMissing(Catalogue.load());
      fill(broker, warm, WARM_MILLIONS);
      run(warm, admin, WARM_MILLIONS, false);
      admin.deleteTopics(admin.listTopics().names().get()).all().get();

      List<List<GrowthMeter.Row>> runs = new ArrayList<>();
      for (int run = 1; run <= RUNS; run++) {
        String prefix = "run-" + run + "-";
        Settings settings = settings(broker, prefix);
        new Provisioner(admin, prefix).createMissing(Catalogue.load());
        fill(broker, settings, MILLIONS);
        runs.add(run(settings, admin, MILLIONS, true));
        admin.deleteTopics(admin.listTopics().names().get()).all().get();
      }
      report(runs);
    }
  }

  private static void report(List<List<GrowthMeter.Row>> runs) {
    int rows = runs.getFirst().size();
    System.out.println("million tokens  documents/s  µs/document  (medians)");
    for (int row = 0; row < rows; row++) {
      System.out.printf(
          Locale.ROOT,
          "%,14d %,12.0f %12.1f%n",
          ROW_MILLIONS * (row + 1),
          median(runs, row, GrowthMeter.Row::rate),
          median(runs, row, GrowthMeter.Row::micros));
    }
    report("the last to the tenth million, documents/s", runs, GrowthMeter.Row::rate);
    report("the last to the tenth million, processor time", runs, GrowthMeter.Row::micros);
    assertThat(rows).isPositive();
  }

  private static void report(
      String what, List<List<GrowthMeter.Row>> runs, ToDoubleFunction<GrowthMeter.Row> figure) {
    double last = median(runs, runs.getFirst().size() - 1, figure);
    System.out.printf(Locale.ROOT, "%-52s %,14.2f%n", what, last / median(runs, 0, figure));
  }

  private static double median(
      List<List<GrowthMeter.Row>> runs, int row, ToDoubleFunction<GrowthMeter.Row> figure) {
    return runs.stream()
        .mapToDouble(rows -> figure.applyAsDouble(rows.get(row)))
        .sorted()
        .toArray()[runs.size() / 2];
  }

  private Settings settings(EmbeddedBroker broker, String prefix) {
    Map<String, String> settings = new HashMap<>();
    settings.put("bootstrap.servers", broker.bootstrapServers());
    settings.put("state.directory", folder.resolve(prefix + "state").toString());
    settings.put("topics.prefix", prefix);
    settings.put("text.analysis", "scikit-learn");
    settings.put("text.threads", "2");
    for (String setting : System.getProperty("benchmark.settings", "").split(",")) {
      String[] parts = setting.split("=", 2);
      if (parts.length == 2) {
        settings.put(parts[0], parts[1]);
      }
    }
    return Settings.of(settings);
  }

  private void fill(EmbeddedBroker broker, Settings settings, int millions) {
    var texts = new ZipfTexts(LAW);
    offered.clear();
    Map<String, Object> client = Map.of("bootstrap.servers", broker.bootstrapServers());
    String topic = settings.topics().documents().name();
    try (var producer =
        new KafkaProducer<>(client, new ByteArraySerializer(), new ByteArraySerializer())) {
      for (int document = 0; document < documents(millions); document++) {
        byte[] key = ("document-" + document).getBytes(UTF_8);
        producer.send(new ProducerRecord<>(topic, key, texts.next(TOKENS)));
        if (document == documents(offered.size())) {
          offered.add(texts.offered());
        }
      }
    }
  }

  private static int documents(int millions) {
    return (int) (millions * 1_000_000L / TOKENS);
  }

  private List<GrowthMeter.Row> run(Settings settings, Admin admin, int millions, boolean shown)
      throws Exception {
    Service service = TextService.TYPE.create().apply(settings);
    MeterRegistry registry = new SimpleMeterRegistry();
    if (shown) {
      // What watches a service keeps it in memory after its end.
      service.bindTo(registry);
    }
    var committed =
        new CommitWatcher(
            admin, settings.common().group("text"), settings.topics().documents().name());
    var growth =
        new GrowthMeter(
            settings.common().stateDirectory(), folder.resolve("broker").resolve("log"));
    List<GrowthMeter.Row> rows = new ArrayList<>();
    try {
      service.start();
      if (shown) {
        System.out.println(GrowthMeter.HEADINGS + "  offered      terms    evicted");
      }
      for (int end = FIRST_ROW_MILLIONS; end <= millions; end += ROW_MILLIONS) {
        GrowthMeter.Row row = growth.row(await(committed, documents(end), growth));
        if (shown && end > FIRST_ROW_MILLIONS) {
          rows.add(row);
          System.out.println(row + vocabulary(end, registry));
        }
      }
      await(committed, documents(millions), growth);
    } finally {
      service.close(STOP_WITHIN);
    }
    return rows;
  }

  /** Waits until the service has committed a number of documents; returns how many it has. */
  private static long await(CommitWatcher committed, int documents, GrowthMeter growth)
      throws Exception {
    long deadline = System.nanoTime() + PATIENCE.toNanos();
    while (true) {
      growth.sample();
      long now = committed.records();
      if (now >= documents) {
        return now;
      }
      if (System.nanoTime() > deadline) {
        throw new AssertionError("committed only " + now + " documents within " + PATIENCE);
      }
      LockSupport.parkNanos(PERIOD_NANOS);
    }
  }

  private String vocabulary(int millions, MeterRegistry registry) {
    return String.format(
        Locale.ROOT,
        " %,10d %,9.0f %,10.0f",
        offered.get(millions),
        registry.get("millrace.text.vocabulary").gauge().value(),
        registry.get("millrace.text.evicted.terms").functionCounter().count());
  }
}
