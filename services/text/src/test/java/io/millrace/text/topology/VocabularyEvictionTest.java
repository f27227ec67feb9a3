package io.millrace.text.topology;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.learning.text.weighting.Weighting;
import io.millrace.schemas.avro.DocumentFrequencies;
import io.millrace.schemas.avro.DocumentVector;
import io.millrace.text.codecs.FrequencyBlockKey;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Terms beyond the bound are evicted, and vectors say so. */
final class VocabularyEvictionTest {

  private final TextTestDriver bench;

  VocabularyEvictionTest(@TempDir Path folder) {
    bench =
        new TextTestDriver(
            folder, TextTestDriver.config(Weighting.SCIKIT_LEARN, 16, Duration.ZERO), 2);
  }

  @AfterEach
  void close() {
    bench.close();
  }

  @Test
  void aPartitionKeepsItsShareOfTheTermsAndSaysThatVectorsAreApproximate() {
    bench.text("a", "t1 t2 t3 t4 t5 t6 t7 t8");
    assertThat(bench.vector().getApproximate()).isFalse();

    bench.text("b", "t1 t9");
    DocumentVector vector = bench.vector();
    bench.settle();

    assertThat(vector.getApproximate()).isTrue();
    assertThat(vector.getTerms()).containsExactly("t1", "t9");
    assertThat(vector.getCorpusSize()).isEqualTo(2);
    assertThat(bench.figures.termsEvicted()).isEqualTo(2);
    assertThat(bench.figures.vocabularySize()).isEqualTo(7);
    assertThat(bench.frequencies().getLast().value().getEvicted()).isEqualTo(2);
  }

  @Test
  void whatIsDeletedTakesNothingFromTermsThatCameAgainAfterwards() {
    bench.text("a", "t1 t2 t3 t4 t5 t6 t7 t8");
    bench.text("b", "u1 u2 u3 u4 u5 u6 u7 u8");
    bench.text("c", "t1 t2 t3 t4 t5 t6 t7 t8");

    bench.delete("a");
    bench.delete("b");
    bench.delete("c");
    bench.settle();

    assertThat(bench.figures.liveDocuments()).isZero();
    assertThat(bench.figures.vocabularySize()).isZero();
  }

  @Test
  void vectorsAreApproximateTooWhereOnlyOthersHaveEvicted() {
    bench.publish(
        new FrequencyBlockKey(1, 0),
        new DocumentFrequencies(9L, List.of("t1"), List.of(4L), 1L, -1L, 0L, 0L, 0L));

    bench.text("a", "t1 t2");

    assertThat(bench.vector().getApproximate()).isTrue();
  }
}
