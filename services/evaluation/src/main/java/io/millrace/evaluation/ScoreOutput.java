package io.millrace.evaluation;

import io.millrace.schemas.avro.Comparison;
import io.millrace.schemas.avro.Evaluation;

/** What the evaluation publishes about a window. */
sealed interface ScoreOutput {

  /**
   * The figures of a model version.
   *
   * @param isShadow whether they are about what it answered as a challenger
   */
  record OfVersion(Evaluation evaluation, boolean isShadow) implements ScoreOutput {}

  /** The version that served beside a challenger. */
  record OfComparison(Comparison comparison) implements ScoreOutput {}
}
