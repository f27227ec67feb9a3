package io.millrace.tests.benchmarks.text;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.learning.classifier.ClassifierPredictor;
import io.millrace.learning.classifier.ClassifierStats;
import io.millrace.learning.classifier.LabelledDocument;
import io.millrace.learning.classifier.OnlineClassifier;
import io.millrace.learning.classifier.OnlineClassifierConfig;
import io.millrace.learning.core.Softmax;
import io.millrace.tests.benchmarks.PythonScript;
import java.io.BufferedWriter;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;

/**
 * One pass over the same vectors in the same order, from memory: the project's learner, on one
 * thread, then scikit-learn, fastText and, if {@code benchmark.moa} is its class path, MOA.
 */
final class ClassifierPeers {

  private static final int BATCH = 4;
  private static final int RUNS = 4;
  private static final Path MOA = Path.of("src", "test", "moa", "MoaPeer.java");

  private final String name;
  private final List<LabelledDocument> train;
  private final List<LabelledDocument> test;

  ClassifierPeers(String name, List<LabelledDocument> train, List<LabelledDocument> test) {
    this.name = name;
    this.train = train;
    this.test = test;
  }

  /** Measures all and prints a line for each. */
  void measure(Path folder) throws IOException, InterruptedException {
    learner();
    Path file = folder.resolve("vectors.tsv");
    write(file);
    print(PythonScript.run("classifier_peers.py", file.toString()));
    String moa = System.getProperty("benchmark.moa");
    if (moa != null) {
      print(moa(moa, file));
    }
  }

  private void learner() {
    double best = 0;
    var classifier = new OnlineClassifier(OnlineClassifierConfig.defaults(), 42);
    for (int run = 0; run < RUNS; run++) {
      classifier = new OnlineClassifier(OnlineClassifierConfig.defaults(), 42);
      long begun = System.nanoTime();
      for (int at = 0; at < train.size(); at += BATCH) {
        classifier.learn(train.subList(at, Math.min(train.size(), at + BATCH)));
      }
      best = Math.max(best, train.size() * 1e9 / (System.nanoTime() - begun));
    }
    var predictor = ClassifierPredictor.load(classifier.model());
    long right = test.stream().filter(it -> isRight(predictor, it)).count();
    print(
        "Millrace, from memory, one thread\t%f\t%f\t%f"
            .formatted(
                best,
                classifier.statistics().accuracySince(ClassifierStats.NONE),
                (double) right / test.size()));
  }

  private static boolean isRight(ClassifierPredictor predictor, LabelledDocument document) {
    float[] scores = predictor.predict(document.terms()).scores();
    int best = Softmax.argMax(scores, 0, scores.length);
    return predictor.classes().get(best).equals(document.label());
  }

  private void write(Path file) throws IOException {
    try (BufferedWriter out = Files.newBufferedWriter(file)) {
      write(out, "train", train);
      write(out, "test", test);
    }
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

  private void print(String lines) {
    for (String line : lines.strip().split("\n")) {
      String[] columns = line.split("\t");
      System.out.printf(
          Locale.ROOT,
          "%s, %-40s %,10.0f examples/s, prequential %s, held out %s%n",
          name,
          columns[0],
          Double.parseDouble(columns[1]),
          columns[2],
          columns[3]);
    }
  }
}
