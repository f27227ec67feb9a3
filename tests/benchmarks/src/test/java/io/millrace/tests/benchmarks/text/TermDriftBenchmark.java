package io.millrace.tests.benchmarks.text;

import io.millrace.learning.classifier.TermDrift;
import io.millrace.learning.classifier.TermVector;
import io.millrace.learning.text.analysis.Analysis;
import io.millrace.learning.text.frequencies.TermCounter;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import java.util.function.Predicate;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;

/**
 * How far the terms of windows of documents are from each other, unchanged and changed: the
 * population stability index of {@link TermDrift}. Prints the largest before the change, and that
 * of the first window after it. Run by name:
 *
 * <pre>
 * mvn -pl tests/benchmarks -am test -Dtest=TermDriftBenchmark \
 *     -Dsurefire.failIfNoSpecifiedTests=false
 * </pre>
 */
final class TermDriftBenchmark {

  private static final List<Integer> WINDOWS = List.of(200, 500, 1_000);
  private static final int WINDOWS_BEFORE = 2;

  private final TermCounter counter = new TermCounter(Analysis.STANDARD);

  @Test
  void newsgroups() throws IOException {
    Path file = Newsgroups.file().orElse(null);
    Assumptions.assumeTrue(
        file != null, "20 Newsgroups is not here: -Dbenchmark.data=20news-bydate.jsonl.gz");
    List<Newsgroups.Message> messages = Newsgroups.read(file);
    unchanged("all groups, shuffled", vectors(messages, _ -> true));
    changed(
        "recreation and science, then politics and computers",
        vectors(messages, it -> it.matches("(rec|sci).*")),
        vectors(messages, it -> it.matches("(talk|comp).*")));
    changed(
        "sports, then cars and motorcycles",
        vectors(messages, it -> it.startsWith("rec.sport")),
        vectors(messages, it -> it.matches("rec.(autos|motor).*")));
    changed(
        "all groups, then one group",
        vectors(messages, _ -> true),
        vectors(messages, "sci.med"::equals));
  }

  @Test
  void mails() throws IOException {
    List<Newsgroups.Message> messages = Newsgroups.inOrder(ClassifierBenchmark.MAILS);
    unchanged("mails, in the order of time", vectors(messages, _ -> true));
    List<TermVector> shuffled = vectors(messages, _ -> true);
    Collections.shuffle(shuffled, new Random(1));
    unchanged("mails, shuffled", shuffled);
  }

  private List<TermVector> vectors(List<Newsgroups.Message> messages, Predicate<String> groups) {
    return new ArrayList<>(
        messages.stream().filter(it -> groups.test(it.label())).map(this::vector).toList());
  }

  private TermVector vector(Newsgroups.Message message) {
    List<String> terms = counter.count(message.text()).terms();
    return TermVector.of(terms, Collections.nCopies(terms.size(), 1.0));
  }

  private static void unchanged(String what, List<TermVector> documents) {
    for (int window : WINDOWS) {
      print(what, window, largest(new TermDrift(window, Double.MAX_VALUE), documents), Double.NaN);
    }
  }

  private static void changed(String what, List<TermVector> before, List<TermVector> after) {
    for (int window : WINDOWS) {
      int unchanged = WINDOWS_BEFORE * window;
      if (before.size() >= unchanged && after.size() >= window) {
        var drift = new TermDrift(window, Double.MAX_VALUE);
        double largest = largest(drift, before.subList(0, unchanged));
        print(what, window, largest, largest(drift, after.subList(0, window)));
      }
    }
  }

  private static double largest(TermDrift drift, List<TermVector> documents) {
    return documents.stream()
        .mapToDouble(it -> {
          drift.add(it);
          return drift.lastIndex();
        })
        .filter(it -> !Double.isNaN(it))
        .max()
        .orElse(Double.NaN);
  }

  private static void print(String what, int window, double unchanged, double changed) {
    System.out.println(
        String.format(
            Locale.ROOT,
            "%s: windows of %,d, unchanged at most %.3f, changed %.3f",
            what,
            window,
            unchanged,
            changed));
  }
}
