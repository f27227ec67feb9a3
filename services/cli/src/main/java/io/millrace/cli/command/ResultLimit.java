package io.millrace.cli.command;

import java.util.Objects;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** The option {@code -k}: how many results a query lists. */
public final class ResultLimit {

  @Spec(Spec.Target.MIXEE)
  private @Nullable CommandSpec command;

  @Option(
      names = {"-k", "--limit"},
      paramLabel = "N",
      defaultValue = "10",
      description = "The number of results. Default: ${DEFAULT-VALUE}.")
  private int limit = 10;

  /**
   * The maximum number of results, at least 1.
   *
   * @throws ParameterException if a smaller number was given
   */
  public int get() {
    if (limit < 1) {
      throw new ParameterException(
          Objects.requireNonNull(command, "set by picocli").commandLine(),
          "-k must be >= 1, was " + limit);
    }
    return limit;
  }
}
