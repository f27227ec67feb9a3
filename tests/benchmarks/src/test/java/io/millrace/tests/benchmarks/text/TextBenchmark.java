package io.millrace.tests.benchmarks.text;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.broker.EmbeddedBroker;
import io.millrace.learning.text.analysis.Analysis;
import io.millrace.learning.text.frequencies.TermCounter;
import io.millrace.runtime.lifecycle.Service;
import io.millrace.runtime.settings.Settings;
import io.millrace.runtime.streams.StreamsService;
import io.millrace.tests.benchmarks.CommitWatcher;
import io.millrace.tests.benchmarks.PythonScript;
import io.millrace.text.TextService;
import io.millrace.topics.Catalogue;
import io.millrace.topics.Provisioner;
import io.millrace.topics.Topics;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.streams.StreamsBuilder;
import org.apache.kafka.streams.Topology;
import org.apache.kafka.streams.kstream.Consumed;
import org.apache.kafka.streams.kstream.Produced;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Documents a second from topic to topic, exactly once, with the broker on the same cores, against
 * scikit-learn's {@code TfidfVectorizer.fit_transform} in memory, in one process and in two with
 * merged counts, a topology that only copies, and the analysis alone. Run by name:
 *
 * <pre>
 * mvn -pl tests/benchmarks -am test -Dtest=TextBenchmark -Dsurefire.failIfNoSpecifiedTests=false \
 *     [-Dtest.flags="-Dbenchmark.passes=24 -Dbenchmark.instances=1 -Dbenchmark.threads=2"]
 * </pre>
 *
 * The topic holds the messages several times, under new ids each time, all written before the
 * service starts; the first passes warm the virtual machine, the median of the last quarter counts.
 */
final class TextBenchmark {

  private static final int PASSES = Integer.getInteger("benchmark.passes", 24);
  private static final int INSTANCES = Integer.getInteger("benchmark.instances", 1);
  private static final int THREADS = Integer.getInteger("benchmark.threads", 2);
  private static final String ANALYSIS = System.getProperty("benchmark.analysis", "scikit-learn");
  private static final boolean PEERS = !Boolean.getBoolean("benchmark.alone");
  private static final Duration STOP_WITHIN = Duration.ofSeconds(30);

  @TempDir private Path folder;

  @Test
  void documentsASecondFromTopicToTopic() throws Exception {
    Path file = Newsgroups.file().orElse(null);
    Assumptions.assumeTrue(
        file != null, "20 Newsgroups is not here: -Dbenchmark.data=20news-bydate.jsonl.gz");
    List<Newsgroups.Message> messages = Newsgroups.read(file);
    report("messages", messages.size());
    if (PEERS) {
      report("analysis alone, documents/s a core", analysed(messages));
    }
    try (var broker = EmbeddedBroker.start(folder.resolve("broker"), 0);
        var admin = Admin.create(Map.of("bootstrap.servers", broker.bootstrapServers()))) {
      new Provisioner(admin, "").createMissing(Catalogue.load());
      fill(broker, new Topics(""), messages);
      double one = PEERS ? scikitLearn(file, 1) : 0;
      double two = PEERS ? scikitLearn(file, 2) : 0;
      double copied = PEERS ? copied(broker, admin, messages.size()) : 0;
      double weighed = weighed(broker, admin, messages.size());
      if (PEERS) {
        report("ratio to fit_transform", weighed / Math.max(one, scikitLearn(file, 1)));
        report("ratio to two processes", weighed / Math.max(two, scikitLearn(file, 2)));
        report("ratio to copying", weighed / copied);
      }
      assertThat(weighed).isPositive();
    }
  }

  private double weighed(EmbeddedBroker broker, Admin admin, int pass) throws Exception {
    List<Service> instances = new ArrayList<>();
    for (int i = 0; i < INSTANCES; i++) {
      instances.add(TextService.TYPE.create().apply(settings(broker, "text" + i)));
    }
    return measured(
        "weighed", instances, new CommitWatcher(admin, "millrace-text", "documents"), pass);
  }

  private Settings settings(EmbeddedBroker broker, String directory) {
    Map<String, String> settings = new HashMap<>();
    settings.put("bootstrap.servers", broker.bootstrapServers());
    settings.put("state.directory", folder.resolve(directory).toString());
    settings.put("text.analysis", ANALYSIS);
    settings.put("text.threads", Integer.toString(THREADS));
    for (String setting : System.getProperty("benchmark.settings", "").split(",")) {
      String[] parts = setting.split("=", 2);
      if (parts.length == 2) {
        settings.put(parts[0], parts[1]);
      }
    }
    return Settings.of(settings);
  }

  private double copied(EmbeddedBroker broker, Admin admin, int pass) throws Exception {
    var settings =
        Settings.of(
            Map.of(
                "bootstrap.servers", broker.bootstrapServers(),
                "state.directory", folder.resolve("copy").toString(),
                "copy.threads", Integer.toString(INSTANCES * THREADS)));
    Service copy = new StreamsService("copy", settings, copying(), _ -> {});
    return measured(
        "copied", List.of(copy), new CommitWatcher(admin, "millrace-copy", "documents"), pass);
  }

  private static Topology copying() {
    var builder = new StreamsBuilder();
    builder.stream(
            "documents",
            Consumed.with(Serdes.ByteArray(), Serdes.ByteArray()).withName("read-documents"))
        .to(
            // This benchmark does not read it otherwise, and it accepts records as large.
            "labels",
            Produced.with(Serdes.ByteArray(), Serdes.ByteArray()).withName("write-copies"));
    return builder.build();
  }

  private static double measured(
      String what, List<Service> instances, CommitWatcher committed, int pass) throws Exception {
    try {
      instances.forEach(Service::start);
      List<CommitWatcher.Pass> passes = committed.passes(pass, PASSES);
      for (int i = 0; i < passes.size(); i++) {
        report(what + ", pass " + (i + 1) + ", documents/s", passes.get(i).rate());
        report(what + ", pass " + (i + 1) + ", processor µs/document", passes.get(i).cpuMicros());
      }
      List<CommitWatcher.Pass> last = passes.subList(PASSES - Math.max(1, PASSES / 4), PASSES);
      double median = median(last.stream().map(CommitWatcher.Pass::rate).toList());
      report(what + ", documents/s", median);
      report(
          what + ", processor µs/document",
          median(last.stream().map(CommitWatcher.Pass::cpuMicros).toList()));
      return median;
    } finally {
      instances.forEach(service -> service.close(STOP_WITHIN));
    }
  }

  /** Writes the messages {@link #PASSES} times, to the partitions that the keys give. */
  private static void fill(
      EmbeddedBroker broker, Topics topics, List<Newsgroups.Message> messages) {
    Map<String, Object> settings = Map.of("bootstrap.servers", broker.bootstrapServers());
    try (var producer =
        new KafkaProducer<>(settings, new ByteArraySerializer(), new ByteArraySerializer())) {
      for (int pass = 0; pass < PASSES; pass++) {
        for (Newsgroups.Message message : messages) {
          producer.send(
              new ProducerRecord<>(
                  topics.documents().name(),
                  (message.id() + "/" + pass).getBytes(UTF_8),
                  message.text().getBytes(UTF_8)));
        }
      }
    }
  }

  private static double analysed(List<Newsgroups.Message> messages) {
    var counter = new TermCounter(Analysis.named(ANALYSIS));
    List<Double> rates = new ArrayList<>();
    long terms = 0;
    for (int pass = 0; pass < PASSES; pass++) {
      long begun = System.nanoTime();
      for (Newsgroups.Message message : messages) {
        terms += counter.count(message.text()).size();
      }
      rates.add(messages.size() * 1e9 / (System.nanoTime() - begun));
    }
    report("terms a document", terms / PASSES / messages.size());
    return median(rates.subList(PASSES - Math.max(1, PASSES / 4), PASSES));
  }

  private static double scikitLearn(Path file, int processes)
      throws IOException, InterruptedException {
    String[] figures =
        PythonScript.run("fit_transform.py", file.toString(), Integer.toString(processes))
            .strip()
            .split(" ", 2);
    var pass =
        new CommitWatcher.Pass(Double.parseDouble(figures[0]), Double.parseDouble(figures[1]));
    String what = "fit_transform, processes: " + processes;
    report(what + ", documents/s", pass.rate());
    report(what + ", processor µs/document", pass.cpuMicros());
    return pass.rate();
  }

  private static double median(List<Double> values) {
    List<Double> sorted = values.stream().sorted().toList();
    return sorted.get(sorted.size() / 2);
  }

  private static void report(String what, double figure) {
    System.out.printf(Locale.ROOT, "%-42s %,12.2f%n", what, figure);
  }
}
