package io.millrace.learning.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.Random;
import org.junit.jupiter.api.Test;

final class PageHinkleyTest {

  private static final PageHinkley.Response RESPONSE = new PageHinkley.Response(50, 3, 500);

  private final Random random = new Random(4);

  @Test
  void errorsThatFallOrStayAreNone() {
    PageHinkley drift = after(PageHinkley.NONE, 2_000, 0.9);
    drift = after(drift, 5_000, 0.3);
    drift = after(drift, 50_000, 0.05);

    assertThat(drift.drifts()).isZero();
    assertThat(drift.learningRateFactor(RESPONSE)).isEqualTo(1);
  }

  @Test
  void errorsThatRiseAreNoticedWithinSomeHundredsOfImages() {
    PageHinkley calm = after(PageHinkley.NONE, 20_000, 0.05);

    PageHinkley drift = after(calm, 200, 0.6);

    assertThat(drift.drifts()).isEqualTo(1);
  }

  @Test
  void theRateIsRaisedForAWhile() {
    PageHinkley drift = new PageHinkley(0, 0, 0, 0, 1, 500);

    assertThat(drift.learningRateFactor(RESPONSE)).isEqualTo(3);
    assertThat(after(drift, 480, 0.05).learningRateFactor(RESPONSE)).isEqualTo(3);
    assertThat(after(drift, 512, 0.05).learningRateFactor(RESPONSE)).isEqualTo(1);
  }

  @Test
  void whoeverLooksForNoneFindsNone() {
    var off = new PageHinkley.Response(0, 3, 500);

    assertThat(PageHinkley.NONE.update(16, 0, off).update(16, 16, off)).isEqualTo(PageHinkley.NONE);
  }

  @Test
  void itIsReadAsItWasWritten() {
    PageHinkley drift = after(after(PageHinkley.NONE, 20_000, 0.05), 96, 0.9);

    assertThat(PageHinkley.read(drift.toBytes())).isEqualTo(drift);
    assertThatIllegalArgumentException().isThrownBy(() -> PageHinkley.read(new byte[3]));
  }

  private PageHinkley after(PageHinkley begun, int images, double error) {
    PageHinkley drift = begun;
    for (int batch = 0; batch < images / 16; batch++) {
      long wrong = random.doubles(16).filter(chance -> chance < error).count();
      drift = drift.update(16, wrong, RESPONSE);
    }
    return drift;
  }
}
