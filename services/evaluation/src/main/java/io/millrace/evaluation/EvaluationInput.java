package io.millrace.evaluation;

import io.millrace.schemas.avro.InputRange;
import io.millrace.schemas.avro.Label;
import io.millrace.schemas.avro.ModelManifest;
import io.millrace.schemas.avro.Prediction;

/** What the evaluation takes from its topics. */
sealed interface EvaluationInput {

  /** A prediction was made. */
  record OfPrediction(Prediction prediction) implements EvaluationInput {}

  /** A label was given apart. */
  record OfLabel(Label label) implements EvaluationInput {}

  /**
   * An examples topic was read.
   *
   * @param place the record's own, one offset long; the fact's key names the source of its example
   */
  record OfExample(InputRange place) implements EvaluationInput {}

  /** A version was published. */
  record OfManifest(ModelManifest manifest) implements EvaluationInput {}
}
