package io.millrace.cli.forget;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.millrace.cli.forget.LearnedVersions.VersionLearning;
import io.millrace.cli.forget.ModelForgetting.ForgettingResult;
import io.millrace.cli.forget.ModelForgetting.Rebuilt;
import io.millrace.cli.forget.SubjectSearch.SubjectRecord;
import io.millrace.cli.terminal.PrintableText;
import io.millrace.cli.terminal.TextTable;
import io.millrace.cli.training.TrainedModel;
import io.millrace.runtime.models.ForgottenSubjects;
import io.millrace.runtime.models.ServingPointer;
import io.millrace.schemas.avro.InputRange;
import io.millrace.schemas.avro.ModelManifest;
import io.millrace.schemas.avro.ServingDecision;
import java.io.PrintWriter;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * What was done to forget subjects, and which versions are kept.
 *
 * @param found what is known of them; its versions are those that are kept now
 * @param outcomes one for each kind whose models are learned again
 * @param reset models of the embedding that were reset
 * @param since records of the subjects on the inputs of trainers that came after they were
 *     forgotten
 * @param behind services that have not read the withdrawal: they may make examples of them yet
 */
record ForgottenReport(
    ForgetReport found,
    List<ForgettingResult> outcomes,
    Set<String> reset,
    List<SubjectRecord> since,
    List<String> behind) {

  ForgottenReport {
    outcomes = List.copyOf(outcomes);
    reset = Set.copyOf(reset);
    since = List.copyOf(since);
    behind = List.copyOf(behind);
  }

  /** Versions of models that publish word by word have no parts, and are not learned again. */
  private static boolean isOfWords(VersionLearning version) {
    return version.kind().equals(TrainedModel.EMBEDDING.toString());
  }

  private List<VersionLearning> models() {
    return found.learned().stream().filter(it -> !isOfWords(it)).toList();
  }

  /**
   * Whether no version that is kept of the models that can be learned again has learned from them,
   * and no example of them is on its way.
   */
  boolean proved() {
    return since.isEmpty()
        && behind.isEmpty()
        && outcomes.stream().allMatch(it -> it.problems().isEmpty())
        && models().stream().noneMatch(VersionLearning::any);
  }

  /** What became of word vectors: {@code none} has learned from them, or they were, or are kept. */
  private String embedding() {
    if (!reset.isEmpty()) {
      return "reset";
    }
    return wordsKept().isEmpty() ? "none" : "kept";
  }

  /** The models of words that have learned from them, or may have, and go on. */
  private List<VersionLearning> wordsKept() {
    return found.learned().stream()
        .filter(it -> isOfWords(it) && it.newest() && it.any())
        .filter(it -> !reset.contains(it.manifest().getModel()))
        .toList();
  }

  void print(PrintWriter out) {
    String what = proved() ? " is forgotten" : " is on the list of what is left out from now on";
    found.subjects().forEach(it -> out.println(PrintableText.inOneLine(it.toString()) + what));
    outcomes.forEach(it -> print(out, it));
    List<VersionLearning> kept = models();
    if (!kept.isEmpty()) {
      var table = new TextTable("VERSION", "LEARNED FROM", "THEIR RECORDS", "LEFT OUT", "SHA-256");
      kept.forEach(it -> row(table, it));
      table.print(out);
    }
    found.printRecords(out);
    if (found.found().stream().anyMatch(it -> it.topic().equals("dead-letters"))) {
      out.println(
          "`millrace dead-letters replay` leaves their dead letters out from now on; their values"
              + " stay on the topic until its retention takes them");
    }
    conclude(out, kept);
  }

  private static void print(PrintWriter out, ForgettingResult outcome) {
    for (Rebuilt rebuilt : outcome.rebuilt()) {
      ModelManifest manifest = rebuilt.manifest();
      out.printf(
          Locale.ROOT,
          "%s is learned again without them: version %d, from %,d records%n",
          manifest.getModel(),
          manifest.getVersion(),
          manifest.getRecords());
      for (InputRange range : rebuilt.missing()) {
        out.printf(
            "  without the beginning of partition %d, which the log no longer has: %s%n",
            range.getPartition(),
            manifest.getInputs().stream()
                .filter(it -> it.getPartition() == range.getPartition())
                .filter(it -> it.getTopicId().equals(range.getTopicId()))
                .map(it -> "offsets %d to %d".formatted(range.getFrom(), it.getFrom()))
                .findFirst()
                .orElse("the topic was made again"));
      }
    }
    outcome
        .deleted()
        .forEach((model, versions) ->
            out.println(
                "the parts of "
                    + model
                    + " version "
                    + versions.stream().map(String::valueOf).collect(Collectors.joining(", "))
                    + " are deleted"));
    if (!outcome.deleted().isEmpty()) {
      out.println(
          "  until compaction, who reads models finds their weights, and who reads checkpoints the"
              + " trainer's replay memory of before");
    }
    outcome.decision().ifPresent(it -> out.println(line(it)));
    outcome
        .problems()
        .forEach((model, problem) -> out.println(model + " is not learned again: " + problem));
  }

  private static String line(ServingDecision decision) {
    String model = ServingPointer.servingModel(decision);
    return decision.getVersion() == null
        ? "the newest version of " + model + " answers, and no version is left to roll back to"
        : "version %d of %s answers from now on, and no version is left to roll back to"
            .formatted(decision.getVersion(), model);
  }

  private static void row(TextTable table, VersionLearning version) {
    ModelManifest manifest = version.manifest();
    long number = ForgottenSubjects.leftOutBy(manifest);
    table.row(
        manifest.getModel() + " " + manifest.getVersion(),
        manifest.getInputs().stream()
            .map(it -> "%d:%d to %d".formatted(it.getPartition(), it.getFrom(), it.getTo()))
            .collect(Collectors.joining(", ")),
        version.records() > 0
            ? Integer.toString(version.records())
            : version.unsure() ? "unknown" : "none",
        number == 0 ? "nothing" : "entries 1 to " + number,
        manifest.getSha256());
  }

  private void conclude(PrintWriter out, List<VersionLearning> kept) {
    reset.forEach(model ->
        out.println(
            model
                + " is reset: at its next record or start its trainer begins again without them,"
                + " and withdraws all word vectors of before"));
    for (VersionLearning version : wordsKept()) {
      out.printf(
          "%s version %d %s, and is not learned again by this command: its word vectors stay."
              + " --reset-embedding has its trainer learn again without them%n",
          version.manifest().getModel(),
          version.manifest().getVersion(),
          version.records() > 0
              ? "has learned from %d of these records".formatted(version.records())
              : "may have learned from them");
    }
    if (embedding().equals("none")) {
      out.println("no word vectors have learned from them");
    }
    behind.forEach(service ->
        out.println(
            service
                + " has not read that they were withdrawn, and may still send something of them:"
                + " start it and forget again"));
    if (!since.isEmpty()) {
      out.printf(
          "%d records of them came to the trainers meanwhile: they were on their way, or were sent"
              + " again; forget once more%n",
          since.size());
    }
    kept.stream()
        .filter(it -> it.records() == 0 && it.unsure())
        .forEach(it ->
            out.println(
                ForgetReport.unsure(it)
                    + (it.imported() ? "" : "; --all-models learns it again from what is left")));
    if (proved()) {
      out.println(
          kept.isEmpty()
              ? "no version of a model is kept that could have learned from them"
              : "no version of "
                  + kept.stream()
                      .map(VersionLearning::kind)
                      .distinct()
                      .collect(Collectors.joining(", "))
                  + " that is kept has learned from them; `millrace models verify` learns one again"
                  + " to prove it");
    }
  }

  /** All of it. */
  ObjectNode json() {
    ObjectNode json = found.json();
    ArrayNode subjects = json.putArray("subjects");
    found.subjects().forEach(it -> subjects.add(it.toString()));
    ArrayNode versions = json.putArray("versions");
    found.learned().forEach(it -> ForgetReport.add(versions, it));
    ArrayNode rebuilt = json.putArray("rebuilt");
    ObjectNode deleted = json.putObject("deleted");
    ArrayNode serving = json.putArray("serving");
    ObjectNode problems = json.putObject("problems");
    for (ForgettingResult outcome : outcomes) {
      outcome
          .rebuilt()
          .forEach(it -> {
            ObjectNode one =
                rebuilt
                    .addObject()
                    .put("model", it.manifest().getModel())
                    .put("version", it.manifest().getVersion())
                    .put("sha256", it.manifest().getSha256());
            ForgetReport.add(one.putArray("missing"), it.missing());
          });
      outcome
          .deleted()
          .forEach((model, numbers) -> {
            ArrayNode array = deleted.putArray(model);
            numbers.forEach(number -> array.add(number));
          });
      outcome
          .decision()
          .ifPresent(it ->
              serving
                  .addObject()
                  .put("model", ServingPointer.servingModel(it))
                  .put("version", it.getVersion()));
      outcome.problems().forEach(problems::put);
    }
    ArrayNode resets = json.putArray("reset");
    reset.forEach(resets::add);
    ArrayNode services = json.putArray("behind");
    behind.forEach(services::add);
    return json.put("since", since.size()).put("embedding", embedding()).put("proved", proved());
  }
}
