package io.millrace.scoring;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.millrace.learning.core.DriftConfig;
import io.millrace.learning.core.DriftMonitor;
import io.millrace.learning.core.PrequentialStats;
import io.millrace.learning.core.Softmax;
import io.millrace.learning.vision.NetworkOutput;
import io.millrace.learning.vision.VisionEngine;
import io.millrace.learning.vision.VisionModel;
import io.millrace.learning.vision.VisionPredictor;
import io.millrace.learning.vision.images.ImageBatch;
import io.millrace.learning.vision.images.ImageShape;
import io.millrace.learning.vision.model.NetworkConfig;
import io.millrace.runtime.models.VersionId;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.zip.GZIPInputStream;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The digits of {@code data/mnist} in their order, turned by 90° from some image on. */
final class MnistDriftTest {

  private static final Path FOLDER = Path.of("..", "..", "data", "mnist");
  private static final int SIDE = 28;
  private static final int PIXELS = SIDE * SIDE;
  private static final int BATCH = 16;
  private static final int LEARNED = 6_400;
  private static final int LEARNED_EARLY = 640;
  private static final int NEVER = Integer.MAX_VALUE;

  private final VisionEngine engine = VisionEngine.named("dl4j");
  private final VisionModel network = engine.create(NetworkConfig.defaults(), 42);
  private final ScoringMetrics metrics = new ScoringMetrics();
  private final SimpleMeterRegistry meters = new SimpleMeterRegistry();
  private final Map<DriftConfig.Detector, DriftMonitor> monitors = new TreeMap<>();
  private byte[] pixels = {};
  private byte[] labels = {};
  private PrequentialStats stats = PrequentialStats.NONE;
  private @Nullable VisionPredictor early;

  @BeforeEach
  void learn() throws IOException {
    pixels = read("train-images-idx3-ubyte.gz", 16);
    labels = read("train-labels-idx1-ubyte.gz", 8);
    for (DriftConfig.Detector detector : DriftConfig.Detector.values()) {
      monitors.put(
          detector,
          new DriftMonitor(
              new DriftConfig(detector, 50, 1e-6, DriftConfig.Action.REPORT, 2, 2_000)));
    }
    metrics.bindTo(meters);
    learn(0, LEARNED_EARLY, NEVER);
    early = engine.load(network.weights());
    learn(LEARNED_EARLY, LEARNED, NEVER);
  }

  @AfterEach
  void close() {
    network.close();
    requireNonNull(early).close();
  }

  @Test
  void imagesThatAreTurnedAreADriftWithinThreeThousandWithoutLabelsAndAThousandWithThem() {
    monitors.forEach(
        (detector, monitor) -> assertThat(monitor.drifts()).as("" + detector).isZero());
    var drift =
        new ImageDrift(
            new ScoringConfig.DriftDetection(1_000, 0.5, 0.25, Set.of()),
            metrics,
            Optional.empty());
    score(drift, 1, requireNonNull(early), LEARNED, LEARNED + 5_300, NEVER);
    assertThat(drifts()).containsOnly(0.0, 0.0, 0.0);
    score(drift, 2, network, LEARNED + 5_300, LEARNED + 13_600, NEVER);
    assertThat(drifts()).as("after a swap").containsOnly(0.0, 0.0, 0.0);

    int turned = LEARNED + 13_600;
    score(drift, 2, network, turned, turned + 3_000, turned);

    assertThat(counted("input")).isEqualTo(1);
    assertThat(counted("confidence")).isEqualTo(1);
    learn(LEARNED, LEARNED + 1_000, LEARNED);
    monitors.forEach((detector, monitor) -> assertThat(monitor.drifts()).as("" + detector).isOne());
  }

  private List<Double> drifts() {
    return List.of(counted("input"), counted("confidence"), counted("reconstruction"));
  }

  private double counted(String signal) {
    return meters
        .get("millrace.scoring.drifts")
        .tags("model", "vision", "signal", signal)
        .functionCounter()
        .count();
  }

  private void learn(int from, int to, int turnedFrom) {
    for (int at = from; at < to; at += BATCH) {
      ImageBatch batch = batch(at, BATCH, turnedFrom);
      int known = network.classes().size();
      List<Optional<String>> truth = new ArrayList<>();
      for (int i = 0; i < BATCH; i++) {
        truth.add(Optional.of(Integer.toString(labels[at + i])));
      }
      NetworkOutput output = network.learn(batch, truth);
      PrequentialStats before = stats;
      for (int i = 0; i < BATCH; i++) {
        int target = network.classes().indexOf(truth.get(i).orElseThrow());
        stats =
            stats.plusLabelled(
                output.scores(), i * output.classes(), output.classes(), known, target);
      }
      if (known > 1) {
        monitors
            .values()
            .forEach(it -> it.update(stats.labelledSince(before), stats.wrongSince(before)));
      }
    }
  }

  private void score(
      ImageDrift drift, long version, VisionPredictor predictor, int from, int to, int turnedFrom) {
    for (int at = from; at < to; at += 50) {
      ImageBatch batch = batch(at, 50, turnedFrom);
      NetworkOutput output = predictor.predict(batch);
      for (int i = 0; i < 50; i++) {
        int scores = i * output.classes();
        double[] probabilities =
            Softmax.of(Arrays.copyOfRange(output.scores(), scores, scores + output.classes()));
        double error = 0;
        for (int k = i * PIXELS; k < (i + 1) * PIXELS; k++) {
          double difference = batch.pixels()[k] - output.reconstructions()[k];
          error += difference * difference / PIXELS;
        }
        double confidence = Arrays.stream(probabilities).max().orElseThrow();
        drift.add(
            new ConsumerRecord<>("images", 0, at + i, null, null),
            new VersionId("vision", version),
            ImageDrift.statistics(batch, i),
            confidence,
            error);
      }
    }
  }

  private ImageBatch batch(int from, int count, int turnedFrom) {
    float[] numbers = new float[count * PIXELS];
    for (int i = 0; i < numbers.length; i++) {
      int image = from + i / PIXELS;
      int row = i % PIXELS / SIDE;
      int column = i % SIDE;
      int source = image < turnedFrom ? row * SIDE + column : (SIDE - 1 - column) * SIDE + row;
      numbers[i] = (pixels[image * PIXELS + source] & 0xff) / 255f;
    }
    return new ImageBatch(new ImageShape(1, SIDE, SIDE), count, numbers);
  }

  private static byte[] read(String file, int header) throws IOException {
    try (var in = new GZIPInputStream(Files.newInputStream(FOLDER.resolve(file)))) {
      byte[] all = in.readAllBytes();
      return Arrays.copyOfRange(all, header, all.length);
    }
  }
}
