package io.millrace.evaluation;

import org.jspecify.annotations.Nullable;

/** What became of a record of an input topic. */
sealed interface Taken {

  /**
   * It is of use.
   *
   * @param about the fact's key: a subject, the source of an example, or a model version
   */
  record Accepted(String about, Fact fact) implements Taken {}

  /**
   * It is not, and the evaluation is the one to report it; the headers tell why.
   *
   * @param value as it came
   */
  record Refused(byte @Nullable [] value) implements Taken {}
}
