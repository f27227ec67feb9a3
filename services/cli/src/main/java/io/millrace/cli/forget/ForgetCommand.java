package io.millrace.cli.forget;

import io.millrace.cli.command.KafkaCommand;
import io.millrace.cli.forget.SubjectSearch.Found;
import io.millrace.cli.kafka.ClusterConnection;
import io.millrace.cli.terminal.StatusLine;
import io.millrace.cli.terminal.TerminalDetection;
import io.millrace.runtime.settings.Settings;
import io.millrace.schemas.Subject;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Says what is known of subjects. */
@Command(
    name = "forget",
    description = {
      "Lists what is known of subjects: on which topics their records are and for how long, and"
          + " which versions of models have learned from them. Reads all of these topics.",
      "Nothing is deleted: --dry-run is required."
    },
    footer = {
      "  millrace forget document/mail-9 --dry-run",
      "  millrace forget image/17 --dry-run --json"
    })
public final class ForgetCommand extends KafkaCommand {

  @Parameters(
      arity = "1..*",
      paramLabel = "SUBJECT",
      description = "The subjects: document/ID or image/ID.")
  private List<String> names = new ArrayList<>();

  @Option(names = "--dry-run", description = "Lists, and deletes nothing.")
  private boolean dryRun;

  @Option(names = "--json", description = "Prints a JSON object with every record and version.")
  private boolean json;

  @Override
  public Integer call() {
    if (!dryRun) {
      throw usageError(
          "only --dry-run is there: what it lists is deleted by hand, as"
              + " docs/operations.md#forgetting-a-subject says");
    }
    Set<Subject> subjects = new LinkedHashSet<>();
    names.forEach(name -> subjects.add(subject(name)));
    Settings settings = settings();
    ClusterConnection.requireReachable(settings);
    var status = new StatusLine(err(), TerminalDetection.isTerminal());
    List<Found> found =
        new SubjectSearch(settings, subjects).run(done -> status.show("searching", done));
    status.clear();
    String prefix = settings.topics().prefix();
    Set<String> topics = found.stream().map(it -> prefix + it.topic()).collect(Collectors.toSet());
    var report =
        new ForgetReport(
            subjects,
            found,
            LearnedVersions.read(settings, found),
            new TopicRetention(settings, topics),
            prefix);
    if (json) {
      out().println(report.json());
    } else {
      report.print(out());
    }
    return CommandLine.ExitCode.OK;
  }

  private Subject subject(String name) {
    return Subject.parse(name)
        .orElseThrow(
            () -> usageError("'%s' is no subject: write document/ID or image/ID".formatted(name)));
  }
}
