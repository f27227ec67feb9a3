package io.millrace.text.state;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.learning.text.analysis.Analysis;
import io.millrace.learning.text.analysis.NgramRange;
import io.millrace.schemas.AnalysisFingerprint;
import org.junit.jupiter.api.Test;

/**
 * The fingerprints of analyses as they lie in blocks and stores of all builds. If one changes,
 * every corpus that was counted with it is refused: a new part of an analysis must be left out of
 * its description where it is as it was before.
 */
final class AnalysisFingerprintTest {

  @Test
  void isThatOfEarlierBuilds() {
    assertThat(AnalysisFingerprint.of(Analysis.STANDARD.description()))
        .isEqualTo(-3327279387243950042L);
    assertThat(AnalysisFingerprint.of(Analysis.ENGLISH.description()))
        .isEqualTo(-4145915787582636836L);
  }

  @Test
  void isAnotherForOtherCounts() {
    assertThat(AnalysisFingerprint.of(Analysis.STANDARD.with(new NgramRange(1, 2)).description()))
        .isNotEqualTo(AnalysisFingerprint.of(Analysis.STANDARD.description()));
  }
}
