package io.millrace.cli.forget;

import io.millrace.cli.command.CommandException;
import io.millrace.cli.command.KafkaCommand;
import io.millrace.cli.forget.LearnedVersions.VersionLearning;
import io.millrace.cli.forget.ModelForgetting.ForgettingResult;
import io.millrace.cli.forget.SubjectSearch.SubjectRecord;
import io.millrace.cli.kafka.ClusterConnection;
import io.millrace.cli.terminal.PrintableText;
import io.millrace.cli.terminal.StatusLine;
import io.millrace.cli.terminal.TerminalDetection;
import io.millrace.cli.training.TrainedModel;
import io.millrace.runtime.administration.ModelReset;
import io.millrace.runtime.administration.SubjectForgetting;
import io.millrace.runtime.settings.IncompatibleStateException;
import io.millrace.runtime.settings.Settings;
import io.millrace.schemas.Subject;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Forgets subjects, or says what is known of them. */
@Command(
    name = "forget",
    description = {
      "Forgets subjects: deletes documents by tombstones, has labelling drop what it keeps of them,"
          + " and has every trainer leave their records out. Models of vision and classifier,"
          + " variants included, that have learned from them are learned again from the log"
          + " without them, beside their trainers; then each takes its trainer's place, answers"
          + " where an older version did, and the parts of the older ones are deleted. The"
          + " trainers, whether they run or not, go on from there.",
      "Says which versions are kept, with their SHA-256. The embedding is learned again only with"
          + " --reset-embedding. The command takes as long as learning does, and can be repeated"
          + " when it was broken off.",
      "Other records of the subjects stay until their topics' retention takes them: the report"
          + " lists them. --dry-run lists them too, with the versions that have learned from them,"
          + " and changes nothing.",
      "Ends with 0 if no version that is kept of vision and classifier has learned from the"
          + " subjects, and with 1 if one has, or nobody can say: text and labelling must run,"
          + " since what they have not read yet may become an example."
    },
    footer = {
      "  millrace forget document/mail-9 --dry-run",
      "  millrace forget document/mail-9",
      "  millrace forget image/17 image/18 --json"
    })
public final class ForgetCommand extends KafkaCommand {

  /** Of these, further revisions are a new matter; no example was on its way. */
  private static final String DOCUMENTS = "documents";

  @Parameters(
      arity = "1..*",
      paramLabel = "SUBJECT",
      description = "The subjects: document/ID or image/ID.")
  private List<String> names = new ArrayList<>();

  @Option(names = "--dry-run", description = "Lists, and changes nothing.")
  private boolean dryRun;

  @Option(
      names = "--all-models",
      description =
          "Also learns models again that may have learned from the subjects: the log no longer has"
              + " the records that they began with. Also accepts subjects that no topic has a"
              + " record of.")
  private boolean allModels;

  @Option(
      names = "--reset-embedding",
      description =
          "Also resets the models of the embedding that have learned from a document: their trainer"
              + " begins again with what the log has, without it, at its next record or start, and"
              + " withdraws all word vectors of before.")
  private boolean resetEmbedding;

  @Option(names = "--json", description = "Prints a JSON object with every record and version.")
  private boolean json;

  @Override
  public Integer call() {
    Set<Subject> subjects = new LinkedHashSet<>();
    names.forEach(name -> subjects.add(subject(name)));
    Settings settings = settings();
    ClusterConnection.requireReachable(settings);
    var progress = new Status(new StatusLine(err(), TerminalDetection.isTerminal()));
    List<SubjectRecord> found =
        new SubjectSearch(settings, subjects)
            .run(done -> progress.show("searching", done))
            .records();
    progress.clear();
    if (dryRun) {
      ForgetReport report = report(settings, subjects, found);
      if (json) {
        out().println(report.json());
      } else {
        report.print(out());
      }
      return CommandLine.ExitCode.OK;
    }
    requireKnown(settings, subjects, found);
    try {
      return forget(settings, subjects, found, progress);
    } catch (IncompatibleStateException e) {
      throw new CommandException(
          e.getMessage() + "; what was done is kept, and the command can be repeated", e);
    }
  }

  private int forget(
      Settings settings, Set<Subject> subjects, List<SubjectRecord> found, Status progress) {
    SubjectWithdrawal.send(settings, subjects, found);
    List<String> behind =
        WithdrawalBarrier.await(
            settings, found, done -> progress.show("waiting for text and labelling", done));
    progress.clear();
    Set<TrainedModel> kinds = new LinkedHashSet<>();
    subjects.forEach(it -> kinds.addAll(ForgottenLists.kinds(it.kind())));
    kinds.forEach(kind -> list(settings, kind, subjects, found));
    ForgottenLists lists = ForgottenLists.read(settings);
    List<String> inputs = kinds.stream().map(it -> it.input(settings.topics()).name()).toList();
    var search = new SubjectSearch(settings, subjects);
    SubjectSearch.SearchResult now =
        search.run(inputs, Map.of(), done -> progress.show("searching examples", done));
    progress.clear();
    var versions = new LearnedVersions(settings, subjects);
    List<SubjectRecord> forgotten =
        now.records().stream().filter(it -> lists.covers(it, settings.topics())).toList();
    List<ForgettingResult> outcomes = new ArrayList<>();
    Set<String> reset = new LinkedHashSet<>();
    for (TrainedModel kind : kinds) {
      List<VersionLearning> kept =
          versions.kept(forgotten, lists).stream()
              .filter(it -> it.kind().equals(kind.toString()))
              .toList();
      if (kind != TrainedModel.EMBEDDING) {
        outcomes.add(
            new ModelForgetting(settings, kind, lists, progress)
                .run(kept, onInput(kind, settings, forgotten), allModels));
      } else if (resetEmbedding) {
        reset.addAll(reset(settings, kept));
      }
    }
    List<SubjectRecord> since =
        new ArrayList<>(
            now.records().stream().filter(it -> !lists.covers(it, settings.topics())).toList());
    // Also what is covered: a transaction was open, and no model was looked at for it.
    since.addAll(search.run(inputs, now.ends(), done -> {}).records());
    since.removeIf(it -> it.deletes() || it.topic().equals(DOCUMENTS));
    var known = report(settings, subjects, found, versions.kept(forgotten, lists), true);
    var report = new ForgottenReport(known, outcomes, reset, since, behind);
    if (json) {
      out().println(report.json());
    } else {
      report.print(out());
    }
    return report.proved() ? CommandLine.ExitCode.OK : CommandLine.ExitCode.SOFTWARE;
  }

  /** Resets the models that may have learned from the subjects. */
  private static List<String> reset(Settings settings, List<VersionLearning> kept) {
    List<String> reset = new ArrayList<>();
    for (VersionLearning each : kept) {
      if (each.newest() && each.any()) {
        String model = each.manifest().getModel();
        ModelReset.reset(settings, each.kind(), model, settings.topics().documents());
        reset.add(model);
      }
    }
    return reset;
  }

  /** Puts those on the list of a kind that it does not cover. */
  private static void list(
      Settings settings, TrainedModel kind, Set<Subject> subjects, List<SubjectRecord> found) {
    List<SubjectRecord> inputs = onInput(kind, settings, found);
    new SubjectForgetting(settings, kind.toString())
        .add(
            kind.input(settings.topics()),
            list ->
                subjects.stream()
                    .filter(it -> ForgottenLists.kinds(it.kind()).contains(kind))
                    .filter(it -> !ForgottenLists.covers(list, it, inputs))
                    .map(Subject::toString)
                    .toList());
  }

  private static List<SubjectRecord> onInput(
      TrainedModel kind, Settings settings, List<SubjectRecord> found) {
    String input = kind.input(settings.topics()).name();
    return found.stream()
        .filter(it -> input.equals(settings.topics().prefix() + it.topic()))
        .toList();
  }

  private static ForgetReport report(
      Settings settings, Set<Subject> subjects, List<SubjectRecord> found) {
    return report(
        settings,
        subjects,
        found,
        new LearnedVersions(settings, subjects).kept(found, ForgottenLists.read(settings)),
        false);
  }

  private static ForgetReport report(
      Settings settings,
      Set<Subject> subjects,
      List<SubjectRecord> found,
      List<VersionLearning> kept,
      boolean withdrawn) {
    String prefix = settings.topics().prefix();
    Set<String> topics = found.stream().map(it -> prefix + it.topic()).collect(Collectors.toSet());
    return new ForgetReport(
        subjects, found, kept, new TopicRetention(settings, topics), prefix, withdrawn);
  }

  /** A misspelt name would be reported as forgotten. */
  private void requireKnown(Settings settings, Set<Subject> subjects, List<SubjectRecord> found) {
    if (allModels) {
      return;
    }
    ForgottenLists lists = ForgottenLists.read(settings);
    String unknown =
        subjects.stream()
            .filter(it -> found.stream().noneMatch(each -> each.subject().equals(it)))
            .filter(it -> !lists.has(it))
            .map(it -> PrintableText.inOneLine(it.toString()))
            .collect(Collectors.joining(", "));
    if (!unknown.isEmpty()) {
      throw new CommandException(
          ("no topic has a record of %s, so nothing was changed: leave out what is misspelt. Models"
                  + " may have learned from records that are deleted by now; --all-models learns"
                  + " those again")
              .formatted(unknown));
    }
  }

  private Subject subject(String name) {
    return Subject.parse(name)
        .orElseThrow(() ->
            usageError("'%s' is not a subject: write document/ID or image/ID".formatted(name)));
  }

  private record Status(StatusLine line) implements ModelForgetting.Progress {
    @Override
    public void show(String activity, double done) {
      line.show(activity, done);
    }

    @Override
    public void clear() {
      line.clear();
    }
  }
}
