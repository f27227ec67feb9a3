package io.millrace.cli.words;

import java.util.Objects;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** The option {@code --min-count}: leaves out rare words, whose vectors have learned little. */
final class MinCount {

  @Spec(Spec.Target.MIXEE)
  private @Nullable CommandSpec command;

  @Option(
      names = "--min-count",
      paramLabel = "N",
      defaultValue = "0",
      description = "Leaves out words that occurred less often than this.")
  private long minCount;

  /**
   * The number of occurrences below which a word is left out, at least 0.
   *
   * @throws ParameterException if a smaller number was given
   */
  long get() {
    if (minCount < 0) {
      throw new ParameterException(
          Objects.requireNonNull(command, "set by picocli").commandLine(),
          "--min-count must be >= 0, was " + minCount);
    }
    return minCount;
  }
}
