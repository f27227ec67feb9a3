package io.millrace.tests.benchmarks;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.millrace.broker.EmbeddedBroker;
import io.millrace.embedding.EmbeddingService;
import io.millrace.embedding.WordVectors;
import io.millrace.runtime.Service;
import io.millrace.runtime.Settings;
import io.millrace.topics.Catalogue;
import io.millrace.topics.Provisioner;
import io.millrace.topics.Topics;
import java.io.BufferedOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadInfo;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import org.apache.kafka.clients.admin.Admin;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Words a second from {@code documents} to {@code word-vectors}, exactly once, with the broker on
 * the same cores, against gensim's Word2Vec on the same words in memory with two workers, its
 * vocabulary pass counted; and how good the vectors are that are read back from the topic. The
 * Simple English Wikipedia, one pass. Run by name:
 *
 * <pre>
 * mvn -pl tests/benchmarks -am test -Dtest=EmbeddingBenchmark \
 *     -Dsurefire.failIfNoSpecifiedTests=false -Dtest.heap=3g \
 *     [-Dtest.flags="-Dbenchmark.threads=1,2 -Dbenchmark.settings=NAME=VALUE,..."]
 * </pre>
 *
 * The clock runs from the start of the service to the commit of the last step. Before, each number
 * of threads learns some of the articles under another prefix, so that the virtual machine is warm.
 * {@code benchmark.alone=true} leaves gensim and the scores out.
 */
final class EmbeddingBenchmark {

  private static final String THREADS = System.getProperty("benchmark.threads", "1,2");
  private static final boolean PEERS = !Boolean.getBoolean("benchmark.alone");
  private static final Path SCRIPTS = Path.of("src", "test", "python");
  private static final Duration STOP_WITHIN = Duration.ofSeconds(30);
  private static final int BUSIEST = 10;
  private static final int WARM_UP = Integer.getInteger("benchmark.warm", 60_000);

  /** A run over the first articles. */
  private record Pass(String prefix, Path tokens, int limit, int threads) {}

  @TempDir private Path folder;
  private final List<Path> vectors = new ArrayList<>();
  private SimpleWiki.Sent sent = new SimpleWiki.Sent(0, 0, 0);

  @Test
  void wordsASecondFromTopicToTopic() throws Exception {
    Path file = SimpleWiki.file().orElse(null);
    Assumptions.assumeTrue(
        file != null, "Simple Wikipedia is not here: -Dbenchmark.simplewiki=simplewiki.jsonl.gz");
    Path tokens = folder.resolve("tokens.txt");
    SimpleWiki.writeWords(file, tokens);
    double gensim = PEERS ? gensim(tokens) : 0;
    for (String threads : THREADS.split(",")) {
      double rate = learned(tokens, Integer.parseInt(threads));
      if (PEERS) {
        report("ratio to gensim", rate / gensim);
      }
      assertThat(rate).isPositive();
    }
    if (PEERS) {
      score();
    }
  }

  private double gensim(Path tokens) throws Exception {
    Path file = folder.resolve("gensim");
    String printed = python("word2vec.py", tokens.toString(), file.toString(), "2");
    String[] figures = printed.strip().split(" ");
    double seconds = Double.parseDouble(figures[1]) + Double.parseDouble(figures[2]);
    double rate = Double.parseDouble(figures[0]) / seconds;
    report("gensim, vocabulary pass, s", Double.parseDouble(figures[1]));
    report("gensim, training, s", Double.parseDouble(figures[2]));
    report("gensim, words/s", rate);
    vectors.add(file);
    return rate;
  }

  private double learned(Path tokens, int threads) throws Exception {
    Path data = folder.resolve("broker" + threads);
    try (var broker = EmbeddedBroker.start(data, 0);
        var admin = Admin.create(Map.of("bootstrap.servers", broker.bootstrapServers()))) {
      pass(broker, admin, new Pass("warm-", tokens, WARM_UP, threads));
      double rate = pass(broker, admin, new Pass("", tokens, Integer.MAX_VALUE, threads));
      Settings settings = settings(broker, "", threads);
      Path file = folder.resolve("threads-" + threads);
      write(WordVectors.read(settings), file);
      vectors.add(file);
      return rate;
    }
  }

  private double pass(EmbeddedBroker broker, Admin admin, Pass pass) throws Exception {
    new Provisioner(admin, pass.prefix()).createMissing(Catalogue.load());
    sent =
        SimpleWiki.send(
            pass.tokens(), pass.limit(), broker.bootstrapServers(), new Topics(pass.prefix()));
    Settings settings = settings(broker, pass.prefix(), pass.threads());
    return measured(settings, admin, pass.prefix() + pass.threads());
  }

  private double measured(Settings settings, Admin admin, String run) throws Exception {
    var meters = new SimpleMeterRegistry();
    Service service = EmbeddingService.TYPE.create().apply(settings);
    service.bindTo(meters);
    Map<String, Long> busy = threadNanos();
    double overhead = overheadSeconds();
    service.start();
    var pass =
        new Committed(
                admin, settings.common().group("embedding"), settings.topics().documents().name())
            .passes(sent.records(), 1)
            .getFirst();
    String name = run + " threads, ";
    double seconds = sent.records() / pass.rate();
    report(name + "words/s", sent.words() / seconds);
    report(name + "seconds", seconds);
    report(name + "processor seconds, broker included", pass.cpuMicros() * sent.records() / 1e6);
    report(name + "garbage collection and compiler, s", overheadSeconds() - overhead);
    reportBusiest(name, busy);
    // Only then has it noted its last version.
    service.close(STOP_WITHIN);
    double versions = meters.get("millrace.model.version").gauge().value();
    report(name + "words a step", sent.words() / versions);
    for (String figure :
        List.of("published.words", "published.bytes", "checkpoint.rows", "checkpoint.bytes")) {
      report(name + figure, meters.get("millrace.embedding." + figure).functionCounter().count());
    }
    assertThat(service.failure()).isEmpty();
    return sent.words() / seconds;
  }

  private static Settings settings(EmbeddedBroker broker, String prefix, int threads) {
    Map<String, String> settings = new HashMap<>();
    settings.put("bootstrap.servers", broker.bootstrapServers());
    settings.put("topics.prefix", prefix);
    settings.put("embedding.threads", Integer.toString(threads));
    for (String setting : System.getProperty("benchmark.settings", "").split(",")) {
      String[] parts = setting.split("=", 2);
      if (parts.length == 2) {
        settings.put(parts[0], parts[1]);
      }
    }
    return Settings.of(settings);
  }

  /** word2vec's binary format, the most frequent words first. */
  private static void write(WordVectors read, Path file) throws IOException {
    List<String> byCount =
        read.words().stream().sorted(Comparator.comparingLong(read::count).reversed()).toList();
    int dimensions = byCount.isEmpty() ? 0 : read.vector(byCount.getFirst()).orElseThrow().length;
    var bytes = ByteBuffer.allocate(dimensions * Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);
    try (var out =
        new DataOutputStream(new BufferedOutputStream(Files.newOutputStream(file), 1 << 16))) {
      out.write((byCount.size() + " " + dimensions + "\n").getBytes(UTF_8));
      for (String word : byCount) {
        out.write((word + " ").getBytes(UTF_8));
        bytes.asFloatBuffer().put(read.vector(word).orElseThrow());
        out.write(bytes.array());
        out.write('\n');
      }
    }
  }

  private void score() throws Exception {
    Path judgements = SimpleWiki.judgements().orElse(null);
    if (judgements == null) {
      report("no word pairs: -Dbenchmark.wordsim=FOLDER", 0);
      return;
    }
    List<String> arguments = new ArrayList<>(List.of(judgements.toString()));
    vectors.forEach(file -> arguments.add(file.toString()));
    System.out.println(python("word_scores.py", arguments.toArray(String[]::new)));
  }

  private static String python(String script, String... arguments)
      throws IOException, InterruptedException {
    List<String> command =
        new ArrayList<>(List.of("/usr/bin/python3", SCRIPTS.resolve(script).toString()));
    command.addAll(List.of(arguments));
    Process process =
        new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT).start();
    String printed = new String(process.getInputStream().readAllBytes(), UTF_8);
    assertThat(process.waitFor()).as("python3 with gensim: %s", command).isZero();
    return printed;
  }

  private static double overheadSeconds() {
    long millis = ManagementFactory.getCompilationMXBean().getTotalCompilationTime();
    for (var collector : ManagementFactory.getGarbageCollectorMXBeans()) {
      millis += collector.getCollectionTime();
    }
    return millis / 1e3;
  }

  private static Map<String, Long> threadNanos() {
    var threads = ManagementFactory.getThreadMXBean();
    Map<String, Long> nanos = new TreeMap<>();
    for (ThreadInfo info : threads.getThreadInfo(threads.getAllThreadIds())) {
      if (info != null) {
        String kind = info.getThreadName().replaceAll("[0-9]+", "N");
        nanos.merge(kind, Math.max(0, threads.getThreadCpuTime(info.getThreadId())), Long::sum);
      }
    }
    return nanos;
  }

  private static void reportBusiest(String name, Map<String, Long> before) {
    threadNanos().entrySet().stream()
        .map(it -> Map.entry(it.getKey(), it.getValue() - before.getOrDefault(it.getKey(), 0L)))
        .sorted(Map.Entry.<String, Long>comparingByValue().reversed())
        .limit(BUSIEST)
        .forEach(it -> report(name + "s in " + it.getKey(), it.getValue() / 1e9));
  }

  private static void report(String what, double figure) {
    System.out.printf(Locale.ROOT, "%-60s %,16.3f%n", what, figure);
  }
}
