package io.millrace.cli.forget;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.millrace.cli.forget.LearnedVersions.Learned;
import io.millrace.cli.forget.SubjectSearch.Found;
import io.millrace.cli.terminal.PrintableText;
import io.millrace.cli.terminal.TextTable;
import io.millrace.schemas.Subject;
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
 * @param learned the versions that have learned from them
 * @param retention of the topics
 * @param prefix of the topics
 */
record ForgetReport(
    Set<Subject> subjects,
    List<Found> found,
    List<Learned> learned,
    TopicRetention retention,
    String prefix) {

  /** Records of one subject in one partition. */
  private record Place(Subject subject, String topic, int partition) {}

  void print(PrintWriter out) {
    for (Subject subject : subjects) {
      if (found.stream().noneMatch(it -> it.subject().equals(subject))) {
        out.println(PrintableText.inOneLine(subject.toString()) + ": no topic has a record of it");
      }
    }
    if (!found.isEmpty()) {
      var table = new TextTable("SUBJECT", "TOPIC", "RECORDS", "OFFSETS", "THERE");
      places().forEach((place, records) -> row(table, place, records));
      table.print(out);
    }
    for (Learned version : learned) {
      out.printf(
          "%s version %d has learned from %d of these records%s%n",
          version.manifest().getModel(),
          version.manifest().getVersion(),
          version.records(),
          notes(version));
    }
    if (learned.isEmpty()) {
      out.println("no version that is kept has learned from them");
    }
  }

  private static String notes(Learned version) {
    if (version.newest()) {
      return ", and its trainer learns on from it";
    }
    return version.parts() ? "" : "; its parts are deleted";
  }

  private Map<Place, List<Found>> places() {
    Map<Place, List<Found>> places = new LinkedHashMap<>();
    for (Found each : found) {
      places
          .computeIfAbsent(
              new Place(each.subject(), each.topic(), each.partition()), it -> new ArrayList<>())
          .add(each);
    }
    return places;
  }

  private void row(TextTable table, Place place, List<Found> records) {
    Found last = records.getLast();
    table.row(
        PrintableText.inOneLine(place.subject().toString()),
        place.topic(),
        Integer.toString(records.size()),
        records.size() == 1
            ? "%d:%d".formatted(place.partition(), last.offset())
            : "%d:%d to %d"
                .formatted(place.partition(), records.getFirst().offset(), last.offset()),
        last.deletes()
            ? "deleted; gone after compaction"
            : retention.until(prefix + place.topic(), newest(records)));
  }

  private static long newest(List<Found> records) {
    return records.stream().mapToLong(Found::timestamp).max().orElse(-1);
  }

  /** All records and versions. */
  ObjectNode json() {
    ObjectNode json = JsonNodeFactory.instance.objectNode();
    ArrayNode records = json.putArray("records");
    for (Found each : found) {
      records
          .addObject()
          .put("subject", each.subject().toString())
          .put("topic", each.topic())
          .put("partition", each.partition())
          .put("offset", each.offset())
          .put("time", Instant.ofEpochMilli(each.timestamp()).toString())
          .put("deletes", each.deletes())
          .put("there", retention.until(prefix + each.topic(), each.timestamp()));
    }
    ArrayNode versions = json.putArray("versions");
    for (Learned version : learned) {
      versions
          .addObject()
          .put("model", version.manifest().getModel())
          .put("version", version.manifest().getVersion())
          .put("sha256", version.manifest().getSha256())
          .put("records", version.records())
          .put("parts", version.parts())
          .put("newest", version.newest());
    }
    return json;
  }
}
