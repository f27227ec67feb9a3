package io.millrace.evaluation;

import io.millrace.schemas.avro.InputRange;
import io.millrace.schemas.avro.Label;
import io.millrace.schemas.avro.ModelManifest;
import io.millrace.schemas.avro.Prediction;

/** A record that can be used, on its way to the partition that judges its subject. */
sealed interface EvaluationInput {

  /**
   * A prediction that a model version made.
   *
   * @param challenger the name under which it answered beside the version that serves; empty if the
   *     prediction was served, and after the way, which a header takes it
   */
  record OfPrediction(Prediction prediction, String challenger) implements EvaluationInput {}

  /** A label sent on the topic {@code labels}. */
  record OfLabel(Label label) implements EvaluationInput {}

  /**
   * A position of an examples topic; the input's key names the source of the example there.
   *
   * @param position one offset long
   * @param subject the example's, by which it gets to the predictions of that subject; empty if
   *     there is no example, and after the way
   */
  record OfExample(InputRange position, String subject) implements EvaluationInput {}

  /** The manifest of a version that was published. */
  record OfManifest(ModelManifest manifest) implements EvaluationInput {}
}
