package io.millrace.evaluation;

import io.millrace.runtime.models.ModelKey;
import io.millrace.runtime.records.ChallengerHeader;
import io.millrace.schemas.Decoded;
import io.millrace.schemas.Subject;
import io.millrace.schemas.avro.ClassScore;
import io.millrace.schemas.avro.ModelManifest;
import io.millrace.schemas.avro.Prediction;

/**
 * Checks the contents of records that were decoded. Anybody may write to a topic, and a probability
 * that is not a number would stay in the sums for good.
 */
final class Validation {

  private static final long MAX_VERSION = 999_999_999_999L;

  private Validation() {}

  /** The prediction, or what is wrong with it. */
  static Decoded<Prediction> checked(Prediction prediction) {
    String subject = prediction.getSubject();
    if (Subject.parse(subject).isEmpty() || subject.length() > 2 * Subject.MAX_ID_BYTES) {
      return Decoded.invalid(
          "the prediction's subject is not image/ID or document/ID with an ID of at most %d bytes"
              .formatted(Subject.MAX_ID_BYTES));
    }
    if (!isModelVersion(prediction.getModel(), prediction.getVersion())) {
      return Decoded.invalid(
          ("the prediction's model is not a model version: a name of at most %d characters, none of"
                  + " them a slash or a control character, and a version from 0 to %d")
              .formatted(ChallengerHeader.MAX_LENGTH, MAX_VERSION));
    }
    return prediction.getClasses().stream().allMatch(Validation::isProbability)
        ? Decoded.valid(prediction)
        : Decoded.invalid("a class probability of the prediction is not in [0, 1]");
  }

  /** The name under which a challenger answered, or what is wrong with it. */
  static Decoded<String> checkedChallenger(String name) {
    return isName(name)
        ? Decoded.valid(name)
        : Decoded.invalid(
            ("the header %s is not a challenger's name, such as vision-wide or vision@17: at most"
                    + " %d characters, none of them a slash or a control character")
                .formatted(ChallengerHeader.NAME, ChallengerHeader.MAX_LENGTH));
  }

  /** The manifest, or what is wrong with it under that key. */
  static Decoded<ModelManifest> checked(ModelKey key, ModelManifest manifest) {
    return key.model().equals(manifest.getModel()) && key.version() == manifest.getVersion()
        ? Decoded.valid(manifest)
        : Decoded.invalid("the manifest's model and version differ from those of the record's key");
  }

  private static boolean isModelVersion(String model, long version) {
    return isName(model) && version >= 0 && version <= MAX_VERSION;
  }

  /** Whether it can be part of a key in the stores. */
  private static boolean isName(String name) {
    return !name.isEmpty()
        && name.length() <= ChallengerHeader.MAX_LENGTH
        && name.chars().noneMatch(it -> it == '/' || Character.isISOControl(it));
  }

  private static boolean isProbability(ClassScore score) {
    return score.getProbability() >= 0 && score.getProbability() <= 1;
  }
}
