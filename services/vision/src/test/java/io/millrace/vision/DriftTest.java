package io.millrace.vision;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.Random;
import org.junit.jupiter.api.Test;

final class DriftTest {

  private static final Drift.Response RESPONSE = new Drift.Response(50, 3, 500);

  private final Random random = new Random(4);

  @Test
  void errorsThatFallOrStayAreNone() {
    Drift drift = after(Drift.NONE, 2_000, 0.9);
    drift = after(drift, 5_000, 0.3);
    drift = after(drift, 50_000, 0.05);

    assertThat(drift.drifts()).isZero();
    assertThat(drift.rate(RESPONSE)).isEqualTo(1);
  }

  @Test
  void errorsThatRiseAreNoticedWithinSomeHundredsOfImages() {
    Drift calm = after(Drift.NONE, 20_000, 0.05);

    Drift drift = after(calm, 200, 0.6);

    assertThat(drift.drifts()).isEqualTo(1);
  }

  @Test
  void theRateIsRaisedForAWhile() {
    Drift drift = new Drift(0, 0, 0, 0, 1, 500);

    assertThat(drift.rate(RESPONSE)).isEqualTo(3);
    assertThat(after(drift, 480, 0.05).rate(RESPONSE)).isEqualTo(3);
    assertThat(after(drift, 512, 0.05).rate(RESPONSE)).isEqualTo(1);
  }

  @Test
  void whoeverLooksForNoneFindsNone() {
    var off = new Drift.Response(0, 3, 500);

    assertThat(Drift.NONE.plus(16, 0, off).plus(16, 16, off)).isEqualTo(Drift.NONE);
  }

  @Test
  void itIsReadAsItWasWritten() {
    Drift drift = after(after(Drift.NONE, 20_000, 0.05), 96, 0.9);

    assertThat(Drift.read(drift.toBytes())).isEqualTo(drift);
    assertThatIllegalArgumentException().isThrownBy(() -> Drift.read(new byte[3]));
  }

  private Drift after(Drift begun, int images, double error) {
    Drift drift = begun;
    for (int batch = 0; batch < images / 16; batch++) {
      long wrong = random.doubles(16).filter(chance -> chance < error).count();
      drift = drift.plus(16, wrong, RESPONSE);
    }
    return drift;
  }
}
