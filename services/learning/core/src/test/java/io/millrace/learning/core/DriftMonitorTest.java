package io.millrace.learning.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.millrace.learning.core.DriftConfig.Action;
import io.millrace.learning.core.DriftConfig.Detector;
import java.nio.ByteBuffer;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

final class DriftMonitorTest {

  private final Random random = new Random(4);

  @ParameterizedTest
  @EnumSource
  void theHardButUnchangedStreamHasNoDrift(Detector detector) {
    for (int seed = 0; seed < 20; seed++) {
      var monitor = new DriftMonitor(config(detector, Action.REPORT));
      add(monitor, new Random(seed), 300_000, 0.4);

      assertThat(monitor.drifts()).as("seed %d", seed).isZero();
    }
  }

  @ParameterizedTest
  @EnumSource
  void aChangeIsOneDriftAndTheRateIsRaisedForAWhile(Detector detector) {
    var monitor = new DriftMonitor(config(detector, Action.RAISE_LEARNING_RATE));
    add(monitor, random, 20_000, 0.05);
    assertThat(monitor.learningRateFactor()).isEqualTo(1);

    add(monitor, random, 400, 0.6);
    assertThat(monitor.drifts()).isEqualTo(1);
    assertThat(monitor.learningRateFactor()).isEqualTo(3);
    add(monitor, random, 500, 0.1);

    assertThat(monitor.drifts()).isEqualTo(1);
    assertThat(monitor.learningRateFactor()).isEqualTo(1);
  }

  @ParameterizedTest
  @EnumSource
  void anotherAlarmWhileOneIsAnsweredBelongsToIt(Detector detector) {
    var answered = new DriftMonitor(new DriftConfig(detector, 50, 1e-6, Action.REPORT, 3, 50_000));
    var soonOver = new DriftMonitor(new DriftConfig(detector, 50, 1e-6, Action.REPORT, 3, 16));

    for (DriftMonitor monitor : new DriftMonitor[] {answered, soonOver}) {
      add(monitor, random, 20_000, 0.05);
      add(monitor, random, 4_000, 0.4);
      add(monitor, random, 4_000, 0.9);
    }

    assertThat(answered.drifts()).isEqualTo(1);
    assertThat(soonOver.drifts()).isGreaterThanOrEqualTo(2);
  }

  @ParameterizedTest
  @EnumSource
  void reportingLeavesTheRateAsItIs(Detector detector) {
    var monitor = new DriftMonitor(config(detector, Action.REPORT));

    add(monitor, random, 20_000, 0.05);
    add(monitor, random, 200, 0.6);

    assertThat(monitor.drifts()).isEqualTo(1);
    assertThat(monitor.learningRateFactor()).isEqualTo(1);
  }

  @ParameterizedTest
  @EnumSource
  void goesOnFromItsParts(Detector detector) {
    DriftConfig config = config(detector, Action.RAISE_LEARNING_RATE);
    var monitor = new DriftMonitor(config);
    add(monitor, random, 20_000, 0.05);
    add(monitor, random, 48, 0.6);

    DriftMonitor restored = DriftMonitor.restore(config, parts(monitor));
    add(monitor, new Random(7), 200, 0.6);
    add(restored, new Random(7), 200, 0.6);

    assertThat(restored.drifts()).isEqualTo(1);
    assertThat(parts(restored).keySet()).isEqualTo(parts(monitor).keySet());
    parts(monitor)
        .forEach((name, part) -> assertThat(parts(restored).get(name)).as(name).isEqualTo(part));
  }

  @Test
  void anotherDetectorBeginsAnewAndLeavesNothingOfTheOneBefore() {
    DriftConfig windowed = config(Detector.ADWIN, Action.REPORT);
    DriftConfig summed = config(Detector.PAGE_HINKLEY, Action.REPORT);
    var first = new DriftMonitor(windowed);
    add(first, random, 2_000, 0.05);

    DriftMonitor second = DriftMonitor.restore(summed, parts(first));
    assertThat(second.parts()).containsEntry("drift-adwin", Optional.empty());
    add(second, random, 2_000, 0.05);
    DriftMonitor third = DriftMonitor.restore(windowed, parts(second));

    Map<String, byte[]> anew = parts(new DriftMonitor(windowed));
    assertThat(parts(third).keySet()).isEqualTo(anew.keySet());
    anew.forEach((name, part) -> assertThat(parts(third).get(name)).as(name).isEqualTo(part));
  }

  /** Six numbers: examples, mean, sum, minimum, drifts, examples left at the raised rate. */
  @Test
  void goesOnFromThePartOfAnEarlierBuildWhichReadsThisOne() {
    byte[] earlier =
        ByteBuffer.allocate(48)
            .putLong(1_000)
            .putDouble(0.25)
            .putDouble(-12.5)
            .putDouble(-20)
            .putLong(3)
            .putLong(240)
            .array();
    DriftConfig config = config(Detector.PAGE_HINKLEY, Action.RAISE_LEARNING_RATE);

    DriftMonitor monitor = DriftMonitor.restore(config, Map.of(DriftMonitor.PART, earlier));

    assertThat(monitor.drifts()).isEqualTo(3);
    assertThat(monitor.learningRateFactor()).isEqualTo(3);
    assertThat(parts(monitor)).containsOnlyKeys(DriftMonitor.PART);
    assertThat(parts(monitor).get(DriftMonitor.PART)).isEqualTo(earlier);
  }

  @Test
  void whoeverLooksForNoneFindsNone() {
    var off = new DriftConfig(Detector.ADWIN, 0, 1e-6, Action.REPORT, 3, 500);
    var monitor = new DriftMonitor(off);

    add(monitor, random, 2_000, 0.05);
    add(monitor, random, 2_000, 0.9);

    assertThat(monitor.drifts()).isZero();
  }

  @Test
  void refusesADamagedPart() {
    DriftConfig config = config(Detector.PAGE_HINKLEY, Action.REPORT);

    assertThatIllegalArgumentException()
        .isThrownBy(() -> DriftMonitor.restore(config, Map.of(DriftMonitor.PART, new byte[3])));
  }

  /** Without those to be deleted, as they are read again. */
  private static Map<String, byte[]> parts(DriftMonitor monitor) {
    Map<String, byte[]> parts = new TreeMap<>();
    monitor.parts().forEach((name, part) -> part.ifPresent(bytes -> parts.put(name, bytes)));
    return parts;
  }

  private static DriftConfig config(Detector detector, Action action) {
    return new DriftConfig(detector, 50, 1e-6, action, 3, 500);
  }

  private static void add(DriftMonitor monitor, Random random, int examples, double error) {
    for (int batch = 0; batch < examples / 16; batch++) {
      long wrong = random.doubles(16).filter(chance -> chance < error).count();
      monitor.update(16, wrong);
    }
  }
}
