package io.millrace.cli.send;

import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/** Counts what was sent and what was refused, in bounded memory. */
final class SendSummary {

  private static final int SHOWN_LABELS = 10;
  private static final int COUNTED_LABELS = 10_000;
  private static final int COUNTED_REASONS = 100;
  private static final int SHOWN_PLACES = 3;
  private static final int SHOWN_NAMES = 5;
  private static final int LONGEST_REASON = 200;

  private final Map<String, Long> labels = new HashMap<>();
  private final Map<String, Reason> reasons = new LinkedHashMap<>();
  private final List<String> repeatedIds = new ArrayList<>();
  private long records;
  private long bytes;
  private long withoutLabel;
  private long otherLabels;
  private long refused;
  private long repeated;

  /** The records that were refused for one reason, and the first places of them. */
  private static final class Reason {
    private final String first;
    private final List<String> places = new ArrayList<>();
    private boolean alike;
    private long count;

    Reason(String first) {
      this.first = first;
    }
  }

  void sent(InputRecord input) {
    records++;
    bytes += input.value().length;
    Optional<String> label = input.label();
    if (label.isEmpty()) {
      withoutLabel++;
    } else if (labels.size() < COUNTED_LABELS || labels.containsKey(label.get())) {
      labels.merge(label.get(), 1L, Long::sum);
    } else {
      otherLabels++;
    }
  }

  /** Counts a refusal; returns how many there have been for this reason. */
  long refused(String where, String reason) {
    refused++;
    String own = own(reason);
    String kind = kind(own);
    boolean known = reasons.containsKey(kind) || reasons.size() < COUNTED_REASONS;
    Reason counted =
        known
            ? reasons.computeIfAbsent(kind, _ -> new Reason(own))
            : reasons.computeIfAbsent("other reasons", Reason::new);
    counted.alike |= known && !own.equals(counted.first);
    if (counted.places.size() < SHOWN_PLACES) {
      counted.places.add(where);
    }
    return ++counted.count;
  }

  /** Counts a record whose id was sent before; returns how many there have been. */
  long repeated(String id, String first, String where) {
    refused++;
    if (repeatedIds.size() < SHOWN_PLACES) {
      repeatedIds.add("id " + id + " occurs twice: " + RepeatedIds.both(first, where));
    }
    return ++repeated;
  }

  long records() {
    return records;
  }

  long bytes() {
    return bytes;
  }

  long refused() {
    return refused;
  }

  /** Prints the labels, the reasons of refusals, and what was passed over. */
  void print(PrintWriter out, InputFolder folder) {
    if (records > 0) {
      out.println("labels   " + labels());
    }
    reasons.values().stream()
        .sorted(Comparator.comparingLong(reason -> -reason.count))
        .forEach(reason -> out.println("refused  " + refusal(reason)));
    if (repeated > 0) {
      long more = repeated - repeatedIds.size();
      out.printf(
          "refused  %s: %s%s%n",
          number(repeated),
          String.join("; ", repeatedIds),
          more > 0 ? "; and " + number(more) + " more" : "");
    }
    print(out, "hidden", folder.hidden());
    print(out, "empty", folder.empty());
  }

  private String labels() {
    List<String> parts =
        labels.entrySet().stream()
            .sorted(
                Map.Entry.<String, Long>comparingByValue(Comparator.reverseOrder())
                    .thenComparing(Map.Entry.comparingByKey()))
            .limit(SHOWN_LABELS)
            .map(entry -> entry.getKey() + " " + number(entry.getValue()))
            .collect(Collectors.toCollection(ArrayList::new));
    int more = labels.size() - SHOWN_LABELS;
    if (more > 0) {
      parts.add(otherLabels > 0 ? "and very many more" : "and " + number(more) + " more");
    }
    if (withoutLabel > 0) {
      parts.add((labels.isEmpty() ? "none of " : "none in ") + number(withoutLabel));
    }
    return String.join(", ", parts);
  }

  private static String refusal(Reason reason) {
    long more = reason.count - reason.places.size();
    return number(reason.count)
        + ": "
        + (reason.alike ? "for example " : "")
        + reason.first
        + " ("
        + String.join(", ", reason.places)
        + (more > 0 ? ", and " + number(more) + " more" : "")
        + ")";
  }

  private static void print(PrintWriter out, String heading, List<String> names) {
    if (!names.isEmpty()) {
      int more = names.size() - SHOWN_NAMES;
      String shown = names.stream().limit(SHOWN_NAMES).collect(Collectors.joining(", "));
      out.printf(
          "%-8s %s not sent: %s%s%n",
          heading, number(names.size()), shown, more > 0 ? ", and " + number(more) + " more" : "");
    }
  }

  /** A reason without what to do about it and what a parser says. */
  private static String own(String reason) {
    String own = reason.split(": ", 2)[0];
    return own.length() > LONGEST_REASON ? own.substring(0, LONGEST_REASON) + "…" : own;
  }

  /** What reasons have in common: not their numbers and what they quote. */
  private static String kind(String own) {
    return own.replaceAll("(?<!\\w)'[^']*'(?!\\w)", "'…'")
        .replaceAll("0x[0-9A-Fa-f]+|(?<![\\w-])\\d+", "n")
        .replaceAll(" ?\\([^)]*\\)", "");
  }

  private static String number(long count) {
    return String.format(Locale.ROOT, "%,d", count);
  }
}
