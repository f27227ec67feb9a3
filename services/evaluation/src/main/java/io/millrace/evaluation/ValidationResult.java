package io.millrace.evaluation;

import org.jspecify.annotations.Nullable;

/** What became of a record of an input topic. */
sealed interface ValidationResult {

  /**
   * It is of use.
   *
   * @param about the fact's key: a subject, the source of an example, or a model version
   */
  record Accepted(String key, EvaluationInput input) implements ValidationResult {}

  /**
   * It is not, and the evaluation is the one to report it; the headers tell why.
   *
   * @param value as it came
   */
  record Rejected(byte @Nullable [] value) implements ValidationResult {}
}
