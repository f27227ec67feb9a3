package io.millrace.cli.up;

import io.millrace.cli.command.CommandException;
import io.millrace.cli.command.GlobalOptions;
import io.millrace.cli.settings.ProcessConfig;
import io.millrace.cli.settings.ServiceRegistry;
import io.millrace.cli.settings.SettingsOptions;
import io.millrace.cli.terminal.TerminalDetection;
import io.millrace.cli.terminal.TerminationSignal;
import io.millrace.runtime.lifecycle.ServiceType;
import io.millrace.runtime.settings.Settings;
import java.io.IOException;
import java.io.PrintWriter;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParentCommand;
import picocli.CommandLine.Spec;

/** Runs services until it is stopped. */
@Command(
    name = "up",
    description = {
      "Runs services until it is stopped by Ctrl-C or SIGTERM. Each service then finishes its"
          + " step.",
      "Without --bootstrap, the process also runs a Kafka broker, with its data in ./var. Missing"
          + " topics are created. If one service fails, all stop, and the exit code is 1.",
      "Without --services, a service is left out, with a message, if this machine cannot use its"
          + " native library. A service that is named with --services must run."
    },
    footer = {
      "  millrace up",
      "  millrace up --services text,embedding --set embedding.dimensions=200",
      "  millrace up --bootstrap kafka:9092 --config millrace.properties"
    })
public final class UpCommand implements Callable<Integer> {

  private static final int DEFAULT_PORT = 9092;

  @Spec private @Nullable CommandSpec spec;
  @ParentCommand private @Nullable GlobalOptions globalOptions;
  @Mixin private SettingsOptions options = new SettingsOptions();

  @Option(
      names = "--services",
      split = ",",
      paramLabel = "NAME",
      description = "The services to run, separated by commas. Default: all.")
  private List<String> services = List.of();

  @Option(
      names = "--http-port",
      paramLabel = "PORT",
      description =
          "The port for HTTP: /metrics, /health, queries. 0 takes a free port. Default: 9404.")
  private @Nullable Integer httpPort;

  @Option(
      names = "--port",
      paramLabel = "PORT",
      description =
          "The port of the embedded broker. Default: 9092, or a free port if 9092 is in use.")
  private @Nullable Integer port;

  @Option(
      names = "--dir",
      paramLabel = "FOLDER",
      defaultValue = "var",
      description = "The folder for data and logs. Default: ${DEFAULT-VALUE}.")
  private Path directory = Path.of("var");

  @Override
  public Integer call() throws InterruptedException {
    Settings settings = settings();
    List<ServiceType> chosen = chosen();
    Optional<AllInOne.LocalBroker> local =
        settings.isSet("bootstrap.servers")
            ? Optional.empty()
            : Optional.of(new AllInOne.LocalBroker(directory, brokerPort()));
    Optional<Path> log =
        TerminalDetection.isTerminal()
            ? Optional.of(directory.resolve("log/millrace.log"))
            : Optional.empty();
    LoggingSetup.configure(ProcessConfig.from(settings), verbose(), log);
    var stopped = new CountDownLatch(1);
    try (var signal = TerminationSignal.onRequest(stopped::countDown);
        var running = AllInOne.start(settings, chosen, local, missing())) {
      new StartupMessage(out(), running, chosen)
          .show(local.map(AllInOne.LocalBroker::directory), log);
      await(running, stopped);
      if (signal.requested()) {
        out().println("stopping: each service finishes its step");
      }
    }
    return CommandLine.ExitCode.OK;
  }

  /** Returns when a stop is requested; throws when a service has failed. */
  private void await(AllInOne running, CountDownLatch stopped) throws InterruptedException {
    boolean shown = false;
    while (!stopped.await(100, TimeUnit.MILLISECONDS)) {
      Optional<String> failure = running.host().failure();
      if (failure.isPresent()) {
        throw new CommandException(
            running
                .missingRights()
                .map(rights -> failure.get() + System.lineSeparator() + rights)
                .orElse(failure.get()));
      }
      if (!shown && running.host().ready()) {
        running
            .missingRights()
            .ifPresent(rights -> {
              throw new CommandException(rights);
            });
        out().println("ready");
        shown = true;
      }
    }
  }

  /** A service that was asked for by name must run. */
  private AllInOne.Missing missing() {
    return services.isEmpty() ? AllInOne.Missing.IS_LEFT_OUT : AllInOne.Missing.FAILS;
  }

  private Settings settings() {
    Settings settings = options.settings();
    return httpPort == null ? settings : settings.with(Map.of("http.port", httpPort.toString()));
  }

  private List<ServiceType> chosen() {
    try {
      return ServiceRegistry.byName(services);
    } catch (IllegalArgumentException e) {
      throw new ParameterException(spec().commandLine(), "--services: " + e.getMessage());
    }
  }

  /**
   * The port that was given, else the default port, which other commands use; 0 for any free port
   * if the default is in use.
   */
  private int brokerPort() {
    if (port != null) {
      return port;
    }
    try (var probe = new ServerSocket(DEFAULT_PORT, 1, InetAddress.getLoopbackAddress())) {
      return probe.getLocalPort();
    } catch (IOException e) {
      out()
          .println(
              "port "
                  + DEFAULT_PORT
                  + " is in use by another process: the broker takes another port");
      return 0;
    }
  }

  private PrintWriter out() {
    return spec().commandLine().getOut();
  }

  private boolean verbose() {
    return Objects.requireNonNull(globalOptions, "set by picocli").verbose();
  }

  private CommandSpec spec() {
    return Objects.requireNonNull(spec, "set by picocli");
  }
}
