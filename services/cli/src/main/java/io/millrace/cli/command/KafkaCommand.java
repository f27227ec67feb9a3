package io.millrace.cli.command;

import io.millrace.cli.settings.BrokerTimeout;
import io.millrace.cli.settings.SettingsOptions;
import io.millrace.runtime.settings.Settings;
import java.io.PrintWriter;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.Callable;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** A command that talks to a Kafka cluster. */
public abstract class KafkaCommand implements Callable<Integer> {

  @Spec private @Nullable CommandSpec spec;
  @Mixin private SettingsOptions options = new SettingsOptions();

  /**
   * The settings from the file, the environment and the command line, with a bound on the wait for
   * brokers that do not answer.
   */
  public final Settings settings() {
    return settings(UnaryOperator.identity());
  }

  /**
   * The same, where the command line may have other names.
   *
   * @param name gives the full name of a setting of the command line
   */
  protected final Settings settings(UnaryOperator<String> name) {
    return BrokerTimeout.in(options.settings(name));
  }

  /** The settings that the command line gives one by one, with their full names. */
  protected final Map<String, String> givenSettings(UnaryOperator<String> name) {
    return options.given(name);
  }

  /** For the output of the command. */
  protected final PrintWriter out() {
    return spec().commandLine().getOut();
  }

  /** For errors and progress. */
  protected final PrintWriter err() {
    return spec().commandLine().getErr();
  }

  /** Wrong usage: exit code 2. */
  protected final ParameterException usageError(String message) {
    return new ParameterException(spec().commandLine(), message);
  }

  private CommandSpec spec() {
    return Objects.requireNonNull(spec, "set by picocli");
  }
}
