package io.millrace.vision;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.millrace.learning.core.PrequentialStats;
import io.millrace.learning.vision.NetworkOutput;
import io.millrace.learning.vision.images.ImageBatch;
import io.millrace.learning.vision.images.ImageShape;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

final class VisionStatsTest {

  private static final ImageShape PAIR = new ImageShape(1, 1, 2);

  @Test
  void countsWhatWasAnsweredRightly() {
    VisionStats statistics =
        after(List.of(Optional.of("a"), Optional.of("b"), Optional.of("b")), 2);

    assertThat(statistics.images()).isEqualTo(3);
    assertThat(statistics.prequential().labelled()).isEqualTo(3);
    assertThat(statistics.prequential().correct()).isEqualTo(2);
    assertThat(statistics.prequential().accuracySince(PrequentialStats.NONE)).isEqualTo(2 / 3.0);
  }

  @Test
  void aClassMetInTheSameBatchCouldNotBeKnown() {
    VisionStats statistics =
        after(List.of(Optional.of("a"), Optional.of("a"), Optional.of("b")), 1);

    assertThat(statistics.prequential().correct()).isEqualTo(2);
    assertThat(statistics.prequential().labelled()).isEqualTo(3);
    assertThat(
            after(List.of(Optional.of("b"), Optional.of("b"), Optional.of("b")), 1)
                .prequential()
                .correct())
        .isZero();
    assertThat(
            after(List.of(Optional.of("a"), Optional.of("a"), Optional.of("a")), 0)
                .prequential()
                .correct())
        .isZero();
  }

  @Test
  void withoutAClassAnImageCountsForItsReconstructionAlone() {
    VisionStats statistics =
        after(List.of(Optional.empty(), Optional.of("z"), Optional.of("b")), 2);

    assertThat(statistics.images()).isEqualTo(3);
    assertThat(statistics.prequential().labelled()).isEqualTo(1);
    assertThat(statistics.prequential().refused()).isEqualTo(1);
    assertThat(statistics.errorSince(VisionStats.NONE)).isCloseTo(0.25 / 3, within(1e-7));
  }

  @Test
  void theLossIsTheCrossEntropy() {
    VisionStats statistics =
        after(List.of(Optional.of("a"), Optional.empty(), Optional.empty()), 2);

    assertThat(statistics.prequential().lossSince(PrequentialStats.NONE))
        .isCloseTo(Math.log(1 + Math.exp(-2)), within(1e-12));
  }

  @Test
  void survivesItsBytes() {
    VisionStats statistics =
        after(List.of(Optional.of("a"), Optional.empty(), Optional.of("z")), 2);

    assertThat(VisionStats.read(statistics.toBytes())).isEqualTo(statistics);
    assertThatThrownBy(() -> VisionStats.read(new byte[3]))
        .isInstanceOf(IllegalArgumentException.class);
  }

  /**
   * Three images: answered a by two, a by one, b by far; the second is rebuilt half a step off in
   * both of its pixels.
   */
  private static VisionStats after(List<Optional<String>> labels, int known) {
    var batch = new ImageBatch(PAIR, 3, new float[6]);
    var answers =
        new NetworkOutput(
            3, 2, new float[] {2, 0, 0, -1, -50, 50}, new float[] {0, 0, 0.5f, 0.5f, 0, 0});
    return VisionStats.NONE.plus(batch, labels, answers, List.of("a", "b"), known, batch.count());
  }
}
