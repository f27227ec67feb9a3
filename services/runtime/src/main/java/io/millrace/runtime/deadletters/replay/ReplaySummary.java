package io.millrace.runtime.deadletters.replay;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;

/** Counts what a replay does with each of the selected dead letters, and shows the first. */
public final class ReplaySummary {

  private static final int SHOWN = 20;

  /** What a replay does with a letter. */
  public enum Outcome {
    SENT(""),
    REPLAYED("that were sent again before (--again sends them once more)"),
    FORGOTTEN("of subjects that were forgotten"),
    TOO_LARGE("that are larger than any input topic accepts"),
    KEYLESS("without a key, which their topic does not take"),
    SUPERSEDED("that would undo a newer record of their key (--superseded sends them too)");

    private final String text;

    Outcome(String text) {
      this.text = text;
    }

    /** Behind "left out N records". */
    public String text() {
      return text;
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

  public long count(Outcome outcome) {
    return tallies.containsKey(outcome) ? tallies.get(outcome).count : 0;
  }

  /** The first lines of an outcome; the others are only counted. */
  public List<String> first(Outcome outcome) {
    Tally tally = tallies.get(outcome);
    return tally == null ? List.of() : List.copyOf(tally.first);
  }

  /** Whether nothing was sent, and only said what would be. */
  public boolean dryRun() {
    return dryRun;
  }

  /** The counts as JSON. */
  public ObjectNode json() {
    ObjectNode object = JsonNodeFactory.instance.objectNode();
    object.put("dryRun", dryRun).put("sent", count(Outcome.SENT));
    ObjectNode leftOut = object.putObject("leftOut");
    leftOut.put("replayed", count(Outcome.REPLAYED));
    leftOut.put("forgotten", count(Outcome.FORGOTTEN));
    leftOut.put("tooLarge", count(Outcome.TOO_LARGE));
    leftOut.put("keyless", count(Outcome.KEYLESS));
    leftOut.put("superseded", count(Outcome.SUPERSEDED));
    return object;
  }
}
