package io.millrace.cli.deadletters;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.millrace.cli.terminal.PrintableText;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** Counts what a replay does with each of the selected dead letters, and shows the first. */
final class ReplaySummary {

  private static final int SHOWN = 20;

  /** What a replay does with a letter. */
  enum Outcome {
    SENT(""),
    REPLAYED("that were sent again before (--again sends them once more)"),
    TOO_LARGE("that are larger than any input topic accepts"),
    KEYLESS("without a key, which their topic does not take"),
    SUPERSEDED("that would undo a newer record of their key (--superseded sends them too)");

    private final String text;

    Outcome(String text) {
      this.text = text;
    }
  }

  private static final class Tally {
    private long count;
    private final List<String> first = new ArrayList<>();
  }

  private final Map<Outcome, Tally> tallies = new EnumMap<>(Outcome.class);
  private final boolean dryRun;

  ReplaySummary(boolean dryRun) {
    this.dryRun = dryRun;
  }

  /**
   * Counts a letter.
   *
   * @param line what is shown of it
   */
  void add(Outcome outcome, String line) {
    Tally tally = tallies.computeIfAbsent(outcome, _ -> new Tally());
    tally.count++;
    if (tally.first.size() < SHOWN) {
      tally.first.add(line);
    }
  }

  long count(Outcome outcome) {
    return tallies.containsKey(outcome) ? tallies.get(outcome).count : 0;
  }

  void print(PrintWriter out) {
    out.printf(
        Locale.ROOT,
        dryRun ? "would send %,d records again%n" : "sent %,d records again%n",
        count(Outcome.SENT));
    if (dryRun) {
      lines(out, Outcome.SENT);
    }
    for (Outcome outcome : Outcome.values()) {
      if (outcome != Outcome.SENT && count(outcome) > 0) {
        out.printf(Locale.ROOT, "left out %,d records %s%n", count(outcome), outcome.text);
        if (outcome != Outcome.REPLAYED) {
          lines(out, outcome);
        }
      }
    }
  }

  private void lines(PrintWriter out, Outcome outcome) {
    Tally tally = tallies.get(outcome);
    if (tally == null) {
      return;
    }
    tally.first.forEach(line -> out.println("  " + PrintableText.inOneLine(line)));
    if (tally.count > tally.first.size()) {
      out.printf(Locale.ROOT, "  and %,d more%n", tally.count - tally.first.size());
    }
  }

  ObjectNode json() {
    ObjectNode object = JsonNodeFactory.instance.objectNode();
    object.put("dryRun", dryRun).put("sent", count(Outcome.SENT));
    ObjectNode leftOut = object.putObject("leftOut");
    leftOut.put("replayed", count(Outcome.REPLAYED));
    leftOut.put("tooLarge", count(Outcome.TOO_LARGE));
    leftOut.put("keyless", count(Outcome.KEYLESS));
    leftOut.put("superseded", count(Outcome.SUPERSEDED));
    return object;
  }
}
