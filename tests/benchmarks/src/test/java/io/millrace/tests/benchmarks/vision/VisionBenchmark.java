package io.millrace.tests.benchmarks.vision;

import io.millrace.learning.tensors.SafeTensors;
import io.millrace.learning.vision.NetworkOutput;
import io.millrace.learning.vision.VisionEngine;
import io.millrace.learning.vision.VisionPredictor;
import io.millrace.learning.vision.images.ImageBatch;
import io.millrace.runtime.models.ModelVersion;
import io.millrace.tests.benchmarks.CommitWatcher;
import io.millrace.tests.benchmarks.PythonScript;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The vision service from {@code image-examples} to {@code models}, exactly once, the broker on the
 * same cores: images a second against PyTorch on the same images in memory, and its accuracy after
 * one pass. Run by name:
 *
 * <pre>
 * mvn -pl tests/benchmarks -am test -Dtest=VisionBenchmark \
 *     -Dsurefire.failIfNoSpecifiedTests=false -Dtest.heap=3g \
 *     [-Dtest.flags=-Dbenchmark.settings=NAME=VALUE,...]
 * </pre>
 */
final class VisionBenchmark {

  private static final int PASSES = Integer.getInteger("benchmark.passes", 8);
  private static final int PEER_SECONDS = Integer.getInteger("benchmark.peer.seconds", 15);
  private static final Path FASHION = Path.of("/usr/share/datasets/fashion-mnist");

  @TempDir private Path folder;

  @Test
  void trainsTheHeadAgainstTwoProcessesOfPyTorch() throws Exception {
    trains("class head", false);
  }

  @Test
  void trainsHeadAndDecoderAgainstTwoProcessesOfPyTorch() throws Exception {
    trains("with decoder", true);
  }

  @Test
  void onePassOverMnist() throws Exception {
    IdxDataset training = IdxDataset.read(IdxDataset.MNIST, "train");
    learnsOnce("MNIST", IdxDataset.MNIST, inOrder(training.count()), Map.of());
  }

  @Test
  void onePassOverFashionMnist() throws Exception {
    Assumptions.assumeTrue(
        Files.exists(FASHION), "Fashion-MNIST is not here: apt-get install dataset-fashion-mnist");
    learnsOnce(
        "Fashion-MNIST", FASHION, inOrder(IdxDataset.read(FASHION, "train").count()), Map.of());
  }

  @Test
  void oneClassAfterTheOther() throws Exception {
    IdxDataset training = IdxDataset.read(IdxDataset.MNIST, "train");
    List<Integer> byClass = new ArrayList<>(inOrder(training.count()));
    byClass.sort(Comparator.comparing(training::label));
    learnsOnce(
        "MNIST, one class after the other",
        IdxDataset.MNIST,
        byClass,
        Map.of("vision.replay.capacity", "2000"));
  }

  private void trains(String what, boolean decodes) throws Exception {
    IdxDataset training = IdxDataset.read(IdxDataset.MNIST, "train");
    Map<String, String> settings = new HashMap<>();
    settings.put("vision.batch.size", "64");
    settings.put("vision.step.batches", "100");
    settings.put("vision.replay.ratio", "0");
    settings.put("vision.decoder.weight", decodes ? "1" : "0");
    double before = pytorch(what, decodes);
    double rate;
    try (var run = new VisionRun(folder, settings)) {
      for (int pass = 0; pass < PASSES; pass++) {
        run.examples().send(training, inOrder(training.count()));
      }
      run.examples().closeStep();
      List<CommitWatcher.Pass> passes = run.start().passes(training.count(), PASSES);
      run.assertWell();
      passes.forEach(pass -> {
        report(what + ", learned, images/s", pass.rate());
        report(what + ", processor µs/image", pass.cpuMicros());
      });
      rate = median(passes.subList(PASSES / 2, PASSES));
      report(what + ", learned, median of the last half, images/s", rate);
    }
    double after = pytorch(what, decodes);
    report(what + ", ratio to PyTorch", rate / Math.max(before, after));
  }

  private void learnsOnce(String what, Path data, List<Integer> order, Map<String, String> settings)
      throws Exception {
    IdxDataset training = IdxDataset.read(data, "train");
    try (var run = new VisionRun(folder, settings)) {
      run.examples().send(training, order);
      run.examples().closeStep();
      double rate = run.start().passes(order.size() + 1, 1).getFirst().rate();
      ModelVersion version = run.newest();
      Map<String, Double> metrics = version.manifest().getMetrics();
      double batch = Double.parseDouble(version.manifest().getSettings().get("batch.size"));
      report(what + ", examples learned from, each once", version.manifest().getRecords());
      report(what + ", gradient steps an example, replay included", 1 / batch);
      report(what + ", images replayed an example", metrics.get("replayed") / order.size());
      report(what + ", images/s", rate);
      report(what + ", prequential", metrics.get("prequentialAccuracy"));
      report(what + ", drifts noticed", metrics.get("drifts"));
      heldOut(what, version.bytes(), IdxDataset.read(data, "t10k"));
    }
  }

  private static void heldOut(String what, byte[] model, IdxDataset images) {
    try (VisionPredictor network = VisionEngine.named("dl4j").load(SafeTensors.read(model))) {
      int correct = 0;
      double error = 0;
      int batch = 500;
      for (int from = 0; from < images.count(); from += batch) {
        float[] pixels = new float[batch * IdxDataset.SHAPE.size()];
        for (int i = 0; i < pixels.length; i++) {
          pixels[i] = (images.pixels()[from * IdxDataset.SHAPE.size() + i] & 0xff) / 255f;
        }
        NetworkOutput answers = network.predict(new ImageBatch(IdxDataset.SHAPE, batch, pixels));
        for (int i = 0; i < batch; i++) {
          String answer = network.classes().get(best(answers, i));
          correct += answer.equals(images.label(from + i)) ? 1 : 0;
        }
        for (int i = 0; i < pixels.length; i++) {
          double difference = pixels[i] - answers.reconstructions()[i];
          error += difference * difference;
        }
      }
      report(what + ", held out", (double) correct / images.count());
      report(what + ", squared error of their pixels", error / images.pixels().length);
    }
  }

  private static int best(NetworkOutput answers, int image) {
    return IntStream.range(0, answers.classes())
        .boxed()
        .max(Comparator.comparing(k -> answers.scores()[image * answers.classes() + k]))
        .orElseThrow();
  }

  /**
   * Two single-threaded processes side by side: together they are PyTorch's best on two cores. In
   * either layout, of which the faster one counts.
   */
  private static double pytorch(String what, boolean decodes) throws Exception {
    double best = 0;
    for (boolean channelsLast : new boolean[] {true, false}) {
      List<Process> processes = new ArrayList<>();
      for (int i = 0; i < 2; i++) {
        processes.add(
            PythonScript.start(
                "train_vision.py",
                IdxDataset.MNIST.toString(),
                Integer.toString(PEER_SECONDS),
                decodes ? "1" : "0",
                channelsLast ? "1" : "0"));
      }
      double rate = 0;
      for (Process process : processes) {
        rate += Double.parseDouble(PythonScript.printed(process));
      }
      String layout = channelsLast ? "channels last" : "channels first";
      report(what + ", two processes of PyTorch, " + layout + ", images/s", rate);
      best = Math.max(best, rate);
    }
    return best;
  }

  private static List<Integer> inOrder(int count) {
    return IntStream.range(0, count).boxed().toList();
  }

  private static double median(List<CommitWatcher.Pass> passes) {
    List<Double> sorted = passes.stream().map(CommitWatcher.Pass::rate).sorted().toList();
    return sorted.get(sorted.size() / 2);
  }

  private static void report(String what, double figure) {
    System.out.printf(Locale.ROOT, "%-64s %,12.4f%n", what, figure);
  }
}
