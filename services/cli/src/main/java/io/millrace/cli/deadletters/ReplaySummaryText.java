package io.millrace.cli.deadletters;

import io.millrace.cli.terminal.PrintableText;
import io.millrace.runtime.deadletters.replay.ReplaySummary;
import io.millrace.runtime.deadletters.replay.ReplaySummary.Outcome;
import java.io.PrintWriter;
import java.util.List;
import java.util.Locale;

/** Prints what a replay has done with each of the selected dead letters. */
final class ReplaySummaryText {
  private ReplaySummaryText() {}

  static void print(ReplaySummary summary, PrintWriter out) {
    out.printf(
        Locale.ROOT,
        summary.dryRun() ? "would send %,d records again%n" : "sent %,d records again%n",
        summary.count(Outcome.SENT));
    if (summary.dryRun()) {
      lines(summary, Outcome.SENT, out);
    }
    for (Outcome outcome : Outcome.values()) {
      if (outcome != Outcome.SENT && summary.count(outcome) > 0) {
        out.printf(
            Locale.ROOT, "left out %,d records %s%n", summary.count(outcome), outcome.text());
        if (outcome != Outcome.REPLAYED && outcome != Outcome.FORGOTTEN) {
          lines(summary, outcome, out);
        }
      }
    }
  }

  private static void lines(ReplaySummary summary, Outcome outcome, PrintWriter out) {
    List<String> first = summary.first(outcome);
    first.forEach(line -> out.println("  " + PrintableText.inOneLine(line)));
    if (summary.count(outcome) > first.size()) {
      out.printf(Locale.ROOT, "  and %,d more%n", summary.count(outcome) - first.size());
    }
  }
}
