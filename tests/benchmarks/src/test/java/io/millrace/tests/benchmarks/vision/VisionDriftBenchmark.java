package io.millrace.tests.benchmarks.vision;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.runtime.models.ModelVersion;
import io.millrace.tests.benchmarks.CommitWatcher;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * What raising the learning rate does after the stream has changed: MNIST as it is, then images
 * that have become others, and the share of those that the network had right before it learned from
 * them. Run by name:
 *
 * <pre>
 * mvn -pl tests/benchmarks -am test -Dtest=VisionDriftBenchmark \
 *     -Dsurefire.failIfNoSpecifiedTests=false
 * </pre>
 */
final class VisionDriftBenchmark {

  private static final int BEFORE = 12_000;
  private static final int AFTER = 6_000;
  private static final List<Integer> RATES = List.of(1, 2, 4);
  private static final int SIDE = 28;

  /** How the images change. */
  enum Change {
    INVERTED {
      @Override
      IdxDataset of(IdxDataset images) {
        byte[] pixels = images.pixels().clone();
        for (int i = 0; i < pixels.length; i++) {
          pixels[i] = (byte) ~pixels[i];
        }
        return new IdxDataset(pixels, images.labels());
      }
    },
    TURNED_BY_A_QUARTER {
      @Override
      IdxDataset of(IdxDataset images) {
        byte[] pixels = new byte[images.pixels().length];
        for (int i = 0; i < pixels.length; i++) {
          int image = i / (SIDE * SIDE) * SIDE * SIDE;
          int y = i / SIDE % SIDE;
          int x = i % SIDE;
          pixels[image + x * SIDE + SIDE - 1 - y] = images.pixels()[i];
        }
        return new IdxDataset(pixels, images.labels());
      }
    },
    LABELLED_ONE_FURTHER {
      @Override
      IdxDataset of(IdxDataset images) {
        byte[] labels = images.labels().clone();
        for (int i = 0; i < labels.length; i++) {
          labels[i] = (byte) ((labels[i] + 1) % 10);
        }
        return new IdxDataset(images.pixels(), labels);
      }
    };

    abstract IdxDataset of(IdxDataset images);
  }

  @TempDir private Path folder;

  @ParameterizedTest
  @EnumSource(Change.class)
  void answersAfterTheChange(Change change) throws Exception {
    IdxDataset images = IdxDataset.read(IdxDataset.MNIST, "train");
    for (int rate : RATES) {
      Map<String, String> settings = Map.of("vision.drift.rate", Integer.toString(rate));
      try (var run = new VisionRun(Files.createTempDirectory(folder, "run"), settings)) {
        run.examples().send(images, IntStream.range(0, BEFORE).boxed().toList());
        run.examples().closeStep();
        CommitWatcher committed = run.start();
        committed.await(BEFORE + 1);
        Figures before = Figures.of(run.newest());

        List<Integer> later = IntStream.range(BEFORE, BEFORE + AFTER).boxed().toList();
        run.examples().send(change.of(images), later);
        run.examples().closeStep();
        committed.await(BEFORE + AFTER + 2);
        run.assertWell();
        Figures after = Figures.of(run.newest());

        assertThat(after.labelled() - before.labelled()).isEqualTo(AFTER);
        System.out.printf(
            Locale.ROOT,
            "%-20s rate times %d: right before learning %.4f, drifts noticed %.0f%n",
            change,
            rate,
            (after.correct() - before.correct()) / AFTER,
            after.drifts());
      }
    }
  }

  private record Figures(double labelled, double correct, double drifts) {

    static Figures of(ModelVersion version) {
      Map<String, Double> metrics = version.manifest().getMetrics();
      return new Figures(metrics.get("labelled"), metrics.get("correct"), metrics.get("drifts"));
    }
  }
}
