package io.millrace.evaluation;

import io.millrace.runtime.models.ModelKey;
import io.millrace.schemas.Subject;
import io.millrace.schemas.Subjects;
import io.millrace.schemas.avro.ClassScore;
import io.millrace.schemas.avro.ModelManifest;
import io.millrace.schemas.avro.Prediction;
import java.util.Optional;

/**
 * Tells whether what can be read as a record of Millrace also says what one says. Anybody may write
 * to a topic, and a figure that is no number would stay in the sums for good.
 */
final class Validation {

  private static final long MAX_VERSION = 999_999_999_999L;

  private Validation() {}

  /** What is wrong with a prediction; empty if nothing is. */
  static Optional<String> problem(Prediction prediction) {
    String subject = prediction.getSubject();
    if (Subject.parse(subject).isEmpty() || subject.length() > 2 * Subjects.MAX_ID_BYTES) {
      return Optional.of("the prediction's subject is none, as image/17 or document/9 are");
    }
    if (!isModel(prediction.getModel(), prediction.getVersion())) {
      return Optional.of("the prediction is of no model version");
    }
    return prediction.getClasses().stream().allMatch(Validation::isProbability)
        ? Optional.empty()
        : Optional.of("a probability of the prediction is none");
  }

  /** Whether a manifest is that of the version under whose key it lies. */
  static boolean matchesKey(ModelKey key, ModelManifest manifest) {
    return key.model().equals(manifest.getModel()) && key.version() == manifest.getVersion();
  }

  private static boolean isModel(String model, long version) {
    return !model.isEmpty() && model.indexOf('/') < 0 && version >= 0 && version <= MAX_VERSION;
  }

  private static boolean isProbability(ClassScore score) {
    return score.getProbability() >= 0 && score.getProbability() <= 1;
  }
}
