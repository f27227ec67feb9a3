package io.millrace.cli.demo;

import io.millrace.cli.command.CommandException;
import io.millrace.cli.demo.data.DemoData;
import io.millrace.cli.demo.monitor.TopicFollower;
import io.millrace.cli.demo.monitor.TopicObservations;
import io.millrace.cli.demo.progress.PlainProgressView;
import io.millrace.cli.demo.progress.ProgressView;
import io.millrace.cli.demo.progress.TerminalProgressView;
import io.millrace.cli.demo.report.DemoReport;
import io.millrace.cli.demo.report.DemoSummary;
import io.millrace.cli.demo.report.DemoTimes;
import io.millrace.cli.demo.report.ModelSummary;
import io.millrace.cli.demo.report.SummaryFormatter;
import io.millrace.cli.settings.ServiceRegistry;
import io.millrace.cli.terminal.TerminalDetection;
import io.millrace.cli.terminal.TerminationSignal;
import io.millrace.cli.up.AllInOne;
import io.millrace.cli.up.LoggingSetup;
import io.millrace.runtime.settings.Settings;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Shows Millrace at work on real data, in one process. */
@Command(
    name = "demo",
    description = {
      "Shows all services at work on real data, in one process with a broker of its own.",
      "Learns from 60,000 handwritten digits and 6,046 mails, each once, while they arrive; then"
          + " scores 10,000 digits that it has not seen. Writes a summary and charts."
    },
    footer = {
      "  millrace demo              all data, some minutes",
      "  millrace demo --quick      a tenth of the data"
    })
public final class DemoCommand implements Callable<Integer> {

  private static final Duration PLAIN_EVERY = Duration.ofSeconds(5);

  /** The files and folders of an earlier run; nothing else in the folder is deleted. */
  private static final List<String> LEFTOVERS =
      List.of(
          "broker",
          "streams",
          "log",
          "summary.json",
          "reconstructions.png",
          "accuracy.png",
          "demo.properties");

  @Spec private @Nullable CommandSpec spec;

  @Option(names = "--quick", description = "Uses a tenth of the data.")
  private boolean quick;

  @Option(
      names = "--dir",
      paramLabel = "FOLDER",
      defaultValue = "var/demo",
      description =
          "The folder for the broker's data, the log and the results. Results of an earlier run are"
              + " deleted. Default: ${DEFAULT-VALUE}.")
  private Path directory = Path.of("var/demo");

  @Option(
      names = "--data",
      paramLabel = "FOLDER",
      description = "The folder with the data. Default: the folder data of Millrace.")
  private @Nullable Path data;

  @Override
  public Integer call() throws InterruptedException {
    System.setProperty("java.awt.headless", "true");
    DemoData all = data();
    prepare();
    Path log = directory.resolve("log").resolve("demo.log");
    LoggingSetup.toFile(log);
    try {
      return show(quick ? all.tenth() : all);
    } catch (DemoSupervisor.Stopped e) {
      out().println("stopped before the end");
      return CommandLine.ExitCode.SOFTWARE;
    } catch (CommandException e) {
      throw new CommandException(e.getMessage() + "; see the log " + log, e);
    }
  }

  private int show(DemoData chosen) throws InterruptedException {
    long started = System.nanoTime();
    Settings settings =
        DemoSettings.withDefaults(
            Settings.load(null, System.getenv(), Map.of(), ServiceRegistry.definitions()));
    DemoSummary summary;
    List<Path> files;
    try (var stop = TerminationSignal.onRequest(() -> {});
        ProgressView view = view();
        var services =
            AllInOne.start(
                settings,
                ServiceRegistry.ALL,
                Optional.of(new AllInOne.LocalBroker(directory, 0)))) {
      var observed = new TopicObservations(services.settings().topics(), DemoReport.shown());
      view.announce("See it learn: http://localhost:" + services.host().httpPort() + "/");
      try (var watch =
          TopicFollower.start(services.settings(), observed.topics(), observed::accept)) {
        var supervisor = new DemoSupervisor(services, watch, view, stop::requested);
        Duration learning = new DemoScenario(chosen, services, observed, supervisor, view).run();
        Duration whole = Duration.ofNanos(System.nanoTime() - started);
        view.announce("Writing the summary ...");
        var report = new DemoReport(chosen, observed, ModelSummary.read(services.settings()));
        summary = report.summary(quick, DemoTimes.endingNow(learning, whole));
        files = report.write(summary, directory);
      }
    }
    PrintWriter out = out();
    out.println(SummaryFormatter.of(summary, files, directory));
    out.flush();
    summary
        .inconsistency()
        .ifPresent(what -> {
          throw new CommandException(what);
        });
    return CommandLine.ExitCode.OK;
  }

  private ProgressView view() {
    if (TerminalDetection.isTerminal()) {
      try {
        return TerminalProgressView.open();
      } catch (IOException | IllegalStateException e) {
        out().println("progress is shown as lines of text: " + e.getMessage());
      }
    }
    return new PlainProgressView(out(), PLAIN_EVERY, System::nanoTime);
  }

  private DemoData data() {
    Path folder = data != null ? data : beside();
    try {
      return DemoData.read(folder);
    } catch (IOException e) {
      throw new CommandException(
          "cannot read the data in %s: %s; give another folder with --data"
              .formatted(folder, e.getMessage()),
          e);
    }
  }

  private static Path beside() {
    String home = System.getenv("MILLRACE_HOME");
    return home == null ? Path.of("data") : Path.of(home, "data");
  }

  private void prepare() {
    try {
      for (String name : LEFTOVERS) {
        delete(directory.resolve(name));
      }
      Files.createDirectories(directory.resolve("log"));
      DemoSettings.write(directory.resolve("demo.properties"));
    } catch (IOException e) {
      throw new CommandException("cannot prepare " + directory + ": " + e.getMessage(), e);
    }
  }

  private static void delete(Path path) throws IOException {
    if (!Files.exists(path)) {
      return;
    }
    List<Path> deepestFirst;
    try (Stream<Path> found = Files.walk(path)) {
      deepestFirst = found.sorted((a, b) -> b.compareTo(a)).toList();
    }
    for (Path one : deepestFirst) {
      Files.delete(one);
    }
  }

  private PrintWriter out() {
    return Objects.requireNonNull(spec, "set by picocli").commandLine().getOut();
  }
}
