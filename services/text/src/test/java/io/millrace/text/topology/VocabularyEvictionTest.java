package io.millrace.text.topology;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.learning.text.weighting.Weighting;
import io.millrace.schemas.FrequencyBlockKey;
import io.millrace.schemas.avro.DocumentFrequencies;
import io.millrace.schemas.avro.DocumentVector;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Terms beyond the bound are evicted, and vectors say so. */
final class VocabularyEvictionTest {

  private final TextTestDriver driver;

  VocabularyEvictionTest(@TempDir Path folder) {
    driver =
        new TextTestDriver(
            folder, TextTestDriver.config(Weighting.SCIKIT_LEARN, 16, Duration.ZERO), 2);
  }

  @AfterEach
  void close() {
    driver.close();
  }

  @Test
  void aPartitionKeepsItsShareOfTheTermsAndSaysThatVectorsAreApproximate() {
    driver.text("a", "t1 t2 t3 t4 t5 t6 t7 t8");
    assertThat(driver.vector().getApproximate()).isFalse();

    driver.text("b", "t1 t9");
    DocumentVector vector = driver.vector();
    driver.awaitPublication();

    assertThat(vector.getApproximate()).isTrue();
    assertThat(vector.getTerms()).containsExactly("t1", "t9");
    assertThat(vector.getCorpusSize()).isEqualTo(2);
    assertThat(driver.stats.termsEvicted()).isEqualTo(2);
    assertThat(driver.stats.vocabularySize()).isEqualTo(7);
    assertThat(driver.frequencies().getLast().value().getEvicted()).isEqualTo(2);
  }

  @Test
  void whatIsDeletedTakesNothingFromTermsThatCameAgainAfterwards() {
    driver.text("a", "t1 t2 t3 t4 t5 t6 t7 t8");
    driver.text("b", "u1 u2 u3 u4 u5 u6 u7 u8");
    driver.text("c", "t1 t2 t3 t4 t5 t6 t7 t8");

    driver.delete("a");
    driver.delete("b");
    driver.delete("c");
    driver.awaitPublication();

    assertThat(driver.stats.liveDocuments()).isZero();
    assertThat(driver.stats.vocabularySize()).isZero();
  }

  @Test
  void vectorsAreApproximateTooWhereOnlyOthersHaveEvicted() {
    driver.publish(
        new FrequencyBlockKey(1, 0),
        new DocumentFrequencies(9L, List.of("t1"), List.of(4L), 1L, -1L, 0L, 0L, 0L));

    driver.text("a", "t1 t2");

    assertThat(driver.vector().getApproximate()).isTrue();
  }
}
