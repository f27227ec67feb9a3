package io.millrace.tests.benchmarks.text;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.learning.classifier.ClassifierPredictor;
import io.millrace.learning.classifier.ClassifierStats;
import io.millrace.learning.classifier.LabelledDocument;
import io.millrace.learning.classifier.OnlineClassifier;
import io.millrace.learning.classifier.OnlineClassifierConfig;
import io.millrace.learning.core.Softmax;
import io.millrace.learning.text.analysis.Analysis;
import io.millrace.learning.text.frequencies.DocumentFrequencyTable;
import io.millrace.learning.text.frequencies.TermCounter;
import io.millrace.learning.text.frequencies.TermCounts;
import io.millrace.learning.text.weighting.SparseVector;
import io.millrace.learning.text.weighting.Weighting;
import io.millrace.tests.benchmarks.PythonScript;
import java.io.BufferedWriter;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * One pass over the same vectors in the same order, from memory: the project's learner, on one
 * thread, then scikit-learn, fastText and, if {@code benchmark.moa} is its class path, MOA. The
 * vectors are those of the text service, weighted when each document came. Prints examples a
 * second, examples a second of processor time, accuracy before learning and on held-out documents.
 * Run by name:
 *
 * <pre>
 * mvn dependency:get -Dartifact=nz.ac.waikato.cms.moa:moa:2024.07.0
 * mvn -pl tests/benchmarks -am test -Dtest=ClassifierPeerBenchmark \
 *     -Dsurefire.failIfNoSpecifiedTests=false [-Dtest.flags=-Dbenchmark.moa=JARS]
 * </pre>
 */
final class ClassifierPeerBenchmark {

  private static final int BATCH = 4;
  private static final int RUNS = 4;
  private static final Path MOA = Path.of("src", "test", "moa", "MoaPeer.java");

  @TempDir private Path folder;
  private final DocumentFrequencyTable corpus = new DocumentFrequencyTable();
  private final TermCounter counter = new TermCounter(Analysis.STANDARD);

  @Test
  void newsgroupsShuffled() throws Exception {
    Path file = Newsgroups.file().orElse(null);
    Assumptions.assumeTrue(
        file != null, "20 Newsgroups is not here: -Dbenchmark.data=20news-bydate.jsonl.gz");
    measure(Newsgroups.read(file));
  }

  @Test
  void spamAssassinInTheOrderOfTime() throws Exception {
    measure(Newsgroups.inOrder(ClassifierBenchmark.MAILS));
  }

  private void measure(List<Newsgroups.Message> messages) throws Exception {
    List<LabelledDocument> train =
        messages.stream().filter(it -> !it.isHeldOut()).map(this::weighted).toList();
    List<LabelledDocument> test =
        messages.stream().filter(Newsgroups.Message::isHeldOut).map(this::weighted).toList();
    learner(train, test);
    Path file = folder.resolve("vectors.tsv");
    try (BufferedWriter out = Files.newBufferedWriter(file)) {
      write(out, "train", train);
      write(out, "test", test);
    }
    print(PythonScript.run("classifier_peers.py", file.toString()));
    String moa = System.getProperty("benchmark.moa");
    if (moa != null) {
      print(moa(moa, file));
    }
  }

  private LabelledDocument weighted(Newsgroups.Message message) {
    TermCounts counts = counter.count(message.text());
    corpus.insert(counts.terms());
    SparseVector vector = Weighting.SCIKIT_LEARN.vectorize(counts, corpus);
    return new LabelledDocument(vector.terms(), vector.weights(), message.label());
  }

  private static void learner(List<LabelledDocument> train, List<LabelledDocument> test) {
    ThreadMXBean threads = ManagementFactory.getThreadMXBean();
    double best = 0;
    double bestOfProcessor = 0;
    var classifier = new OnlineClassifier(OnlineClassifierConfig.defaults(), 42);
    for (int run = 0; run < RUNS; run++) {
      classifier = new OnlineClassifier(OnlineClassifierConfig.defaults(), 42);
      long begun = System.nanoTime();
      long processor = threads.getCurrentThreadCpuTime();
      for (int at = 0; at < train.size(); at += BATCH) {
        classifier.learn(train.subList(at, Math.min(train.size(), at + BATCH)));
      }
      best = Math.max(best, train.size() * 1e9 / (System.nanoTime() - begun));
      processor = threads.getCurrentThreadCpuTime() - processor;
      bestOfProcessor = Math.max(bestOfProcessor, train.size() * 1e9 / processor);
    }
    var predictor = ClassifierPredictor.load(classifier.model());
    long right = test.stream().filter(it -> isRight(predictor, it)).count();
    print(
        "Millrace, batches of 4\t%f\t%f\t%f\t%f"
            .formatted(
                best,
                bestOfProcessor,
                classifier.statistics().accuracySince(ClassifierStats.NONE),
                (double) right / test.size()));
  }

  private static boolean isRight(ClassifierPredictor predictor, LabelledDocument document) {
    float[] scores = predictor.predict(document.terms()).scores();
    int best = Softmax.argMax(scores, 0, scores.length);
    return predictor.classes().get(best).equals(document.label());
  }

  private static void write(BufferedWriter out, String split, List<LabelledDocument> documents)
      throws IOException {
    for (LabelledDocument document : documents) {
      out.write(split + '\t' + document.label());
      for (int i = 0; i < document.terms().size(); i++) {
        out.write('\t' + document.terms().term(i) + '\t' + document.terms().weight(i));
      }
      out.write('\n');
    }
  }

  private static String moa(String classPath, Path file) throws IOException, InterruptedException {
    Process java =
        new ProcessBuilder(
                ProcessHandle.current().info().command().orElse("java"),
                "--class-path",
                classPath,
                MOA.toString(),
                file.toString())
            .redirectError(ProcessBuilder.Redirect.INHERIT)
            .start();
    String printed = new String(java.getInputStream().readAllBytes(), UTF_8);
    assertThat(java.waitFor()).as("MOA").isZero();
    return printed;
  }

  private static void print(String lines) {
    for (String line : lines.strip().split("\n")) {
      String[] columns = line.split("\t");
      System.out.printf(
          Locale.ROOT,
          "%-36s %,10.0f examples/s %,10.0f a processor second, prequential %s, held out %s%n",
          columns[0],
          Double.parseDouble(columns[1]),
          Double.parseDouble(columns[2]),
          columns[3],
          columns[4]);
    }
  }
}
