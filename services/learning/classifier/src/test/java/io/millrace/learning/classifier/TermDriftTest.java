package io.millrace.learning.classifier;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.millrace.learning.core.SplitMix64;
import java.util.Collections;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Documents whose terms are as frequent as Zipf's law says. */
final class TermDriftTest {

  private static final int VOCABULARY = 5_000;

  private final SplitMix64 random = new SplitMix64(7);

  @ParameterizedTest
  @CsvSource({"10, 3", "100, 3", "100, 100", "1000, 3", "1000, 100"})
  void unchangedDocumentsAreNoDrift(int window, int length) {
    var drift = new TermDrift(window, 0.1);

    for (int i = 0; i < 40 * window; i++) {
      drift.add(document(length, 0));
    }

    assertThat(drift.lastIndex()).isBetween(-0.1, 0.1);
    assertThat(drift.drifts()).isZero();
  }

  @ParameterizedTest
  @CsvSource({"100, 20", "1000, 3", "1000, 100"})
  void otherTermsAreADriftOnce(int window, int length) {
    var drift = new TermDrift(window, 0.1);
    for (int i = 0; i < 5 * window; i++) {
      drift.add(document(length, 0));
    }

    int noticed = 0;
    for (int i = 0; i < 5 * window; i++) {
      if (drift.add(document(length, 40))) {
        noticed = i + 1;
      }
    }

    assertThat(noticed).isEqualTo(window);
    assertThat(drift.drifts()).isEqualTo(1);
    assertThat(drift.lastIndex()).as("beside the new reference").isBetween(-0.1, 0.1);
  }

  @Test
  void whatComesAfterANewBeginningIsTheReference() {
    var drift = new TermDrift(1_000, 0.1);
    for (int i = 0; i < 2_500; i++) {
      drift.add(document(20, 0));
    }

    drift.begin();
    for (int i = 0; i < 2_000; i++) {
      assertThat(drift.add(document(20, 40))).isFalse();
    }

    assertThat(drift.drifts()).isZero();
    assertThat(drift.lastIndex()).isBetween(-0.1, 0.1);
  }

  @Test
  void aChangeInTheMiddleOfAWindowIsADriftOnceToo() {
    var drift = new TermDrift(1_000, 0.1);
    for (int i = 0; i < 9_000; i++) {
      drift.add(document(20, i < 4_500 ? 0 : 40));
    }

    assertThat(drift.drifts()).isEqualTo(1);
  }

  @Test
  void documentsWithoutATermAreNoDrift() {
    var drift = new TermDrift(10, 0.1);
    for (int i = 0; i < 100; i++) {
      drift.add(TermVector.of(List.of(), List.of()));
    }

    assertThat(drift.lastIndex()).isZero();
    assertThat(drift.drifts()).isZero();
  }

  @Test
  void documentsThatLoseAllTermsAreADrift() {
    var drift = new TermDrift(100, 0.1);
    for (int i = 0; i < 300; i++) {
      drift.add(i < 200 ? document(20, 0) : TermVector.of(List.of("error"), List.of(1.0)));
    }

    assertThat(drift.drifts()).isEqualTo(1);
  }

  @Test
  void aWindowHasDocuments() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new TermDrift(0, 0.1))
        .withMessage("window must be >= 1, was 0");
  }

  /** The most frequent {@code shift} terms are replaced by others. */
  private TermVector document(int length, int shift) {
    Set<String> terms = new LinkedHashSet<>();
    for (int i = 0; i < length; i++) {
      int rank = (int) Math.pow(VOCABULARY, random.nextDouble()) - 1;
      terms.add(rank < shift ? "new" + rank : "term" + rank);
    }
    return TermVector.of(List.copyOf(terms), Collections.nCopies(terms.size(), 1.0));
  }
}
