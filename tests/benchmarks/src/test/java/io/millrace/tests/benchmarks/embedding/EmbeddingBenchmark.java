package io.millrace.tests.benchmarks.embedding;

import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.millrace.broker.EmbeddedBroker;
import io.millrace.embedding.EmbeddingService;
import io.millrace.runtime.lifecycle.Service;
import io.millrace.runtime.settings.Settings;
import io.millrace.search.words.WordExport;
import io.millrace.search.words.WordSearch;
import io.millrace.tests.benchmarks.CommitWatcher;
import io.millrace.tests.benchmarks.PythonScript;
import io.millrace.topics.Catalogue;
import io.millrace.topics.Provisioner;
import io.millrace.topics.Topics;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadInfo;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.common.utils.Utils;
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
 *     -Dsurefire.failIfNoSpecifiedTests=false -Dtest.heap=4g \
 *     [-Dtest.flags="-Dbenchmark.threads=1,2 -Dbenchmark.rounds=3 \
 *         -Dbenchmark.documents=20000 -Dbenchmark.settings=NAME=VALUE,..."]
 * </pre>
 *
 * The clock runs from the start of the service to the commit of the last step. The virtual machine
 * is made warm as a service on a stream without an end is: all articles are learned once with each
 * number of threads before anything counts, and some of them again, under another prefix, before
 * every pass that does. Passes are in turns, in the other order every other round, each beside a
 * pass of gensim and one of the learner alone; medians count. {@code benchmark.alone=true} leaves
 * gensim, the learner alone and the scores out.
 */
final class EmbeddingBenchmark {

  private static final String THREADS = System.getProperty("benchmark.threads", "1,2");
  private static final boolean PEERS = !Boolean.getBoolean("benchmark.alone");
  private static final int DOCUMENTS = Integer.getInteger("benchmark.documents", Integer.MAX_VALUE);
  private static final int ROUNDS = Integer.getInteger("benchmark.rounds", 3);
  private static final String GENSIM = "gensim, 2 workers";
  private static final Duration PATIENCE = Duration.ofMinutes(10);
  private static final Duration LOOK_EVERY = Duration.ofMillis(50);
  private static final Duration STOP_WITHIN = Duration.ofSeconds(30);
  private static final int BUSIEST = 10;
  private static final int WARM_UP = Integer.getInteger("benchmark.warm", 60_000);

  /** A run over the first articles. */
  private record Pass(String prefix, Path tokens, int limit, int threads) {}

  @TempDir private Path folder;
  private final Map<String, List<Double>> rates = new TreeMap<>();
  private SimpleWiki.Sent sent = new SimpleWiki.Sent(0, 0, 0);

  @Test
  void wordsASecondFromTopicToTopic() throws Exception {
    Path file = SimpleWiki.file().orElse(null);
    Assumptions.assumeTrue(
        file != null, "Simple Wikipedia is not here: -Dbenchmark.simplewiki=simplewiki.jsonl.gz");
    Path tokens = folder.resolve("tokens.txt");
    SimpleWiki.writeWords(file, tokens);
    if (DOCUMENTS < Integer.MAX_VALUE) {
      Files.write(tokens, Files.readAllLines(tokens).subList(0, DOCUMENTS));
    }
    List<Integer> threads =
        new ArrayList<>(Arrays.stream(THREADS.split(",")).map(Integer::valueOf).toList());
    for (int each : threads) {
      learned(tokens, each);
    }
    for (int round = 0; round < ROUNDS; round++) {
      if (PEERS) {
        add(GENSIM, gensim(tokens));
        add("the learner alone, 2 threads", alone(tokens));
      }
      for (int each : threads) {
        add("from topic to topic, " + each + " threads", learned(tokens, each));
      }
      Collections.reverse(threads);
    }
    rates.keySet().forEach(this::report);
    if (PEERS) {
      score(threads);
    }
    assertThat(rates).isNotEmpty();
  }

  private void add(String what, double rate) {
    rates.computeIfAbsent(what, _ -> new ArrayList<>()).add(rate);
  }

  private void report(String what) {
    report(what + ", words/s", median(what));
    if (PEERS) {
      report(what + ", to gensim", median(what) / median(GENSIM));
    }
  }

  private double median(String what) {
    List<Double> sorted = rates.getOrDefault(what, List.of()).stream().sorted().toList();
    return (sorted.get((sorted.size() - 1) / 2) + sorted.get(sorted.size() / 2)) / 2;
  }

  private double gensim(Path tokens) throws Exception {
    String printed =
        PythonScript.run(
            "word2vec.py", tokens.toString(), folder.resolve("gensim").toString(), "2");
    String[] figures = printed.strip().split(" ");
    double seconds = Double.parseDouble(figures[1]) + Double.parseDouble(figures[2]);
    double rate = Double.parseDouble(figures[0]) / seconds;
    report("gensim, vocabulary pass, s", Double.parseDouble(figures[1]));
    report("gensim, training, s", Double.parseDouble(figures[2]));
    report("gensim, words/s", rate);
    return rate;
  }

  private static double alone(Path tokens) throws IOException {
    try (var learned = new TimedSkipGram(TimedSkipGram.config(2))) {
      learned.learn(Files.readAllLines(tokens));
      report("the learner alone, 2 threads, words/s", learned.rate());
      return learned.rate();
    }
  }

  private double learned(Path tokens, int threads) throws Exception {
    Path data = folder.resolve("broker");
    try (var broker = EmbeddedBroker.start(data, 0);
        var admin = Admin.create(Map.of("bootstrap.servers", broker.bootstrapServers()))) {
      pass(broker, admin, new Pass("warm-", tokens, WARM_UP, threads));
      double rate = pass(broker, admin, new Pass("", tokens, Integer.MAX_VALUE, threads));
      write(settings(broker, "", threads), vectors(threads));
      return rate;
    } finally {
      Utils.delete(data.toFile());
    }
  }

  private Path vectors(int threads) {
    return folder.resolve("threads-" + threads);
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
        new CommitWatcher(
                admin,
                settings.common().group("embedding"),
                settings.topics().documents().name(),
                PATIENCE,
                LOOK_EVERY)
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
    settings.put("embedding.step.idle.ms", "0");
    settings.put("embedding.threads", Integer.toString(threads));
    for (String setting : System.getProperty("benchmark.settings", "").split(",")) {
      String[] parts = setting.split("=", 2);
      if (parts.length == 2) {
        settings.put(parts[0], parts[1]);
      }
    }
    return Settings.of(settings);
  }

  /** What readers of the topic have, in word2vec's binary format. */
  private static void write(Settings settings, Path file) throws IOException {
    var export =
        new WordExport(
            WordSearch.readTable(settings, _ -> {}), WordExport.Format.WORD2VEC_BINARY, 0);
    try (var out = new BufferedOutputStream(Files.newOutputStream(file), 1 << 16)) {
      export.write(out, _ -> {});
    }
  }

  private void score(List<Integer> threads) throws Exception {
    Path judgements = SimpleWiki.judgements().orElse(null);
    if (judgements == null) {
      report("no word pairs: -Dbenchmark.wordsim=FOLDER", 0);
      return;
    }
    List<String> arguments =
        new ArrayList<>(List.of(judgements.toString(), folder.resolve("gensim").toString()));
    threads.forEach(each -> arguments.add(vectors(each).toString()));
    System.out.println(PythonScript.run("word_scores.py", arguments.toArray(String[]::new)));
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
