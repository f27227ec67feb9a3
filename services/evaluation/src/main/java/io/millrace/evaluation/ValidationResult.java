package io.millrace.evaluation;

import org.jspecify.annotations.Nullable;

/** An input record after validation. */
sealed interface ValidationResult {

  /**
   * The record can be used.
   *
   * @param key a subject, the source of an example, or a model version, by the kind of input
   */
  record Accepted(String key, EvaluationInput input) implements ValidationResult {}

  /**
   * The record cannot be used; the headers are those of its dead letter.
   *
   * @param value as it came
   */
  record Rejected(byte @Nullable [] value) implements ValidationResult {}
}
