package io.millrace.learning.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class AdwinTest {

  private static final double DELTA = 1e-6;

  @ParameterizedTest
  @ValueSource(doubles = {0, 0.005, 0.02, 0.05, 0.2, 0.4, 0.5, 0.9, 1})
  void aMeanThatStaysIsNoRiseHoweverLargeItIs(double error) {
    for (int seed = 0; seed < 10; seed++) {
      var random = new Random(seed);
      var window = new Adwin(DELTA);
      boolean risen = false;
      for (int i = 0; i < 300_000; i++) {
        risen |= window.add(random.nextDouble() < error ? 1 : 0);
      }

      assertThat(risen).as("seed %d", seed).isFalse();
      assertThat(window.width()).isEqualTo(300_000);
      assertThat(window.mean()).isCloseTo(error, within(0.005));
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 2, 3, 4})
  void aRiseIsNoticedTheSoonerTheLargerItIs(int seed) {
    assertThat(delay(seed, 0.05, 0.6)).isBetween(10, 96);
    assertThat(delay(seed, 0.2, 0.6)).isBetween(20, 192);
    assertThat(delay(seed, 0.4, 0.5)).isBetween(100, 3_200);
  }

  @Test
  void aFallIsForgottenAndNotReported() {
    var random = new Random(3);
    var window = new Adwin(DELTA);

    boolean risen = add(window, random, 20_000, 0.9);
    risen |= add(window, random, 2_000, 0.1);

    assertThat(risen).isFalse();
    assertThat(window.width()).isBetween(1_000L, 2_100L);
    assertThat(window.mean()).isCloseTo(0.1, within(0.03));
  }

  /** The formula of the paper over every split of a list of values. */
  @Test
  void cutsWhereThePaperDoes() {
    var random = new Random(5);
    var window = new Adwin(0.002);
    List<Double> values = new ArrayList<>();
    int alike = 0;
    for (int i = 1; i <= 4_000; i++) {
      double value = random.nextDouble() * (i < 2_500 ? 0.5 : 0.8);
      values.add(value);
      window.add(value);

      if (i % 32 == 0 && i < 2_500) {
        assertThat(hasCut(values, 0.002)).isFalse();
        alike++;
      }
    }

    assertThat(alike).isPositive();
    assertThat(hasCut(values, 0.002)).isTrue();
    int kept = (int) window.width();
    assertThat(kept).isBetween(1_400, 1_600);
    List<Double> newest = values.subList(values.size() - kept, values.size());
    assertThat(window.mean())
        .isCloseTo(newest.stream().mapToDouble(it -> it).average().orElseThrow(), within(1e-9));
  }

  private static boolean hasCut(List<Double> values, double delta) {
    int n = values.size();
    double mean = values.stream().mapToDouble(it -> it).average().orElseThrow();
    double variance =
        values.stream().mapToDouble(it -> (it - mean) * (it - mean)).average().orElseThrow();
    double log = Math.log(2 / (delta / Math.log(n)));
    double older = 0;
    for (int n0 = 1; n0 < n - 4; n0++) {
      older += values.get(n0 - 1);
      int n1 = n - n0;
      double m = 1 / (1.0 / n0 + 1.0 / n1);
      double epsilon = Math.sqrt(2 / m * variance * log) + 2 / (3 * m) * log;
      if (n0 >= 5 && Math.abs(older / n0 - (mean * n - older) / n1) > epsilon) {
        return true;
      }
    }
    return false;
  }

  @Test
  void aBatchIsSpreadEvenly() {
    var batch = new Adwin(DELTA);
    var single = new Adwin(DELTA);

    batch.add(4, 2);
    for (double value : new double[] {0, 1, 0, 1}) {
      single.add(value);
    }

    assertThat(batch.toBytes()).isEqualTo(single.toBytes());
  }

  @Test
  void itsMemoryIsBounded() {
    var window = new Adwin(DELTA);

    for (int i = 0; i < 2_000_000; i++) {
      window.add(i % 3 == 0 ? 1 : 0);
    }

    assertThat(window.toBytes().length).isLessThan(2_000);
  }

  @Test
  void goesOnFromWhatItWroteByteForByte() {
    var random = new Random(8);
    var window = new Adwin(DELTA);
    add(window, random, 10_007, 0.3);

    Adwin read = Adwin.read(window.toBytes(), DELTA);
    assertThat(read.toBytes()).isEqualTo(window.toBytes());
    add(read, new Random(9), 5_000, 0.6);
    add(window, new Random(9), 5_000, 0.6);

    assertThat(read.toBytes()).isEqualTo(window.toBytes());
    assertThat(read.width()).isLessThan(6_000);
  }

  @Test
  void refusesWhatItDidNotWrite() {
    var window = new Adwin(DELTA);
    add(window, new Random(8), 1_000, 0.3);
    byte[] bytes = window.toBytes();
    byte[] other = bytes.clone();
    other[15]++;

    assertThatIllegalArgumentException()
        .isThrownBy(() -> Adwin.read(Arrays.copyOf(bytes, bytes.length - 3), DELTA))
        .withMessageContaining("cut off");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Adwin.read(other, DELTA))
        .withMessageContaining("damaged");
    assertThatIllegalArgumentException().isThrownBy(() -> new Adwin(0));
  }

  private static int delay(int seed, double before, double after) {
    var random = new Random(seed);
    var window = new Adwin(DELTA);
    assertThat(add(window, random, 20_000, before)).isFalse();
    for (int i = 1; i < 20_000; i++) {
      if (window.add(random.nextDouble() < after ? 1 : 0)) {
        return i;
      }
    }
    return Integer.MAX_VALUE;
  }

  private static boolean add(Adwin window, Random random, int count, double error) {
    boolean risen = false;
    for (int i = 0; i < count; i++) {
      risen |= window.add(random.nextDouble() < error ? 1 : 0);
    }
    return risen;
  }
}
