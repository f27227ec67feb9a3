package io.millrace.cli.forget;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.millrace.cli.forget.LearnedVersions.VersionLearning;
import io.millrace.cli.forget.SubjectSearch.SubjectRecord;
import io.millrace.cli.terminal.PrintableText;
import io.millrace.cli.terminal.TextTable;
import io.millrace.cli.training.TrainedModel;
import io.millrace.runtime.models.ForgottenSubjects;
import io.millrace.schemas.Subject;
import io.millrace.schemas.avro.InputRange;
import java.io.PrintWriter;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * What is known of subjects.
 *
 * @param found their records
 * @param learned the versions that are kept, and what each has learned from them
 * @param retention of the topics
 * @param prefix of the topics
 * @param withdrawn whether documents among them were deleted since
 */
record ForgetReport(
    Set<Subject> subjects,
    List<SubjectRecord> found,
    List<VersionLearning> learned,
    TopicRetention retention,
    String prefix,
    boolean withdrawn) {

  /** Records of one subject in one partition. */
  private record SubjectPartition(Subject subject, String topic, int partition) {}

  void print(PrintWriter out) {
    for (Subject subject : subjects) {
      if (found.stream().noneMatch(it -> it.subject().equals(subject))) {
        out.println(PrintableText.inOneLine(subject.toString()) + ": no topic has a record of it");
      }
    }
    printRecords(out);
    learned.stream()
        .filter(it -> it.records() > 0)
        .forEach(version ->
            out.printf(
                "%s version %d has learned from %d of these records%s%n",
                version.manifest().getModel(),
                version.manifest().getVersion(),
                version.records(),
                notes(version)));
    learned.stream()
        .filter(it -> it.records() == 0 && it.unsure())
        .forEach(version -> out.println(unsure(version)));
    if (learned.stream().noneMatch(VersionLearning::any)) {
      out.println("no version that is kept has learned from them");
    }
  }

  /** The table of records, if there are any. */
  void printRecords(PrintWriter out) {
    if (!found.isEmpty()) {
      var table = new TextTable("SUBJECT", "TOPIC", "RECORDS", "OFFSETS", "THERE");
      places().forEach((place, records) -> row(table, place, records));
      table.print(out);
    }
  }

  /** Why nobody can say whether a version has learned from them. */
  static String unsure(VersionLearning version) {
    String name = version.manifest().getModel() + " version " + version.manifest().getVersion();
    if (version.imported()) {
      return name
          + " began with imported weights, and their file may have learned from them: import one"
          + " that has not, with `millrace models import %s --reset`"
              .formatted(version.manifest().getModel());
    }
    return name
        + " may have learned from records of them that are deleted: "
        + (version.kind().equals(TrainedModel.EMBEDDING.toString())
            ? "compaction takes earlier revisions"
            : "it has begun before its log does");
  }

  private static String notes(VersionLearning version) {
    if (version.newest()) {
      return ", and its trainer learns on from it";
    }
    return version.parts() ? "" : "; its parts are deleted";
  }

  private Map<SubjectPartition, List<SubjectRecord>> places() {
    Map<SubjectPartition, List<SubjectRecord>> places = new LinkedHashMap<>();
    for (SubjectRecord each : found) {
      places
          .computeIfAbsent(
              new SubjectPartition(each.subject(), each.topic(), each.partition()),
              it -> new ArrayList<>())
          .add(each);
    }
    return places;
  }

  private void row(TextTable table, SubjectPartition place, List<SubjectRecord> records) {
    SubjectRecord last = records.getLast();
    table.row(
        PrintableText.inOneLine(place.subject().toString()),
        place.topic(),
        Integer.toString(records.size()),
        records.size() == 1
            ? "%d:%d".formatted(place.partition(), last.offset())
            : "%d:%d to %d"
                .formatted(place.partition(), records.getFirst().offset(), last.offset()),
        there(last, newest(records)));
  }

  private String there(SubjectRecord record, long newest) {
    boolean tombstones = withdrawn && !isToDeleteAtSource(record.subject());
    if (record.deletes() || tombstones && record.topic().equals("documents")) {
      return "deleted; gone after compaction";
    }
    if (withdrawn && record.topic().equals("documents")) {
      return "delete it at the source: its key is not its id";
    }
    return tombstones && record.topic().equals("document-vectors")
        ? "text deletes it; gone after compaction"
        : retention.until(prefix + record.topic(), newest);
  }

  /** Whether a document got no tombstone, since its key may be that of others. */
  private boolean isToDeleteAtSource(Subject subject) {
    return found.stream()
        .filter(it -> it.subject().equals(subject) && it.topic().equals("documents"))
        .anyMatch(it -> !it.ownKey());
  }

  private static long newest(List<SubjectRecord> records) {
    return records.stream().mapToLong(SubjectRecord::timestamp).max().orElse(-1);
  }

  /** All records and versions. */
  ObjectNode json() {
    ObjectNode json = JsonNodeFactory.instance.objectNode();
    ArrayNode records = json.putArray("records");
    for (SubjectRecord each : found) {
      records
          .addObject()
          .put("subject", each.subject().toString())
          .put("topic", each.topic())
          .put("partition", each.partition())
          .put("offset", each.offset())
          .put("time", Instant.ofEpochMilli(each.timestamp()).toString())
          .put("deletes", each.deletes())
          .put("there", there(each, each.timestamp()));
    }
    ArrayNode versions = json.putArray("versions");
    learned.stream().filter(VersionLearning::any).forEach(it -> add(versions, it));
    return json;
  }

  /** Adds a version and what it has learned from the subjects. */
  static void add(ArrayNode versions, VersionLearning version) {
    ObjectNode json =
        versions
            .addObject()
            .put("model", version.manifest().getModel())
            .put("version", version.manifest().getVersion())
            .put("sha256", version.manifest().getSha256())
            .put("records", version.records())
            .put("unsure", version.unsure())
            .put("parts", version.parts())
            .put("newest", version.newest())
            .put("forgotten", ForgottenSubjects.leftOutBy(version.manifest()));
    add(json.putArray("inputs"), version.manifest().getInputs());
  }

  /** Adds input ranges. */
  static void add(ArrayNode array, List<InputRange> ranges) {
    for (InputRange range : ranges) {
      array
          .addObject()
          .put("topic", range.getTopic())
          .put("partition", range.getPartition())
          .put("from", range.getFrom())
          .put("to", range.getTo());
    }
  }
}
