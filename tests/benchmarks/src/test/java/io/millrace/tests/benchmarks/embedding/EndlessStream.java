package io.millrace.tests.benchmarks.embedding;

import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;

/**
 * A text three times over, in which some words come early, and the same ones late, and others
 * change their meaning.
 *
 * <ul>
 *   <li>Planted words occur in the first third of the first pass under a name of their own, {@code
 *       word_early}, and in the first third of the third pass, in the very same sentences, as
 *       {@code word_late}; everywhere else they are left out. So an old learner is asked the same
 *       as a young one.
 *   <li>Swapped words, frequent ones, change names in pairs when the third pass begins: from then
 *       on each stands where the other stood.
 * </ul>
 */
final class EndlessStream {

  static final int PASSES = 3;

  /** The number of parts of a pass. */
  static final int PARTS = 12;

  private static final int PLANTED_PARTS = 4;
  private static final int PLANTED = 200;
  private static final int SWAPPED = 200;
  private static final int FREQUENT = 1_000;
  private static final int OTHERS = 20_000;
  private static final int JUDGED_COUNT = 100;

  private final List<String> lines;
  private final Map<String, Integer> counts = new HashMap<>();
  private final List<String> byCount;
  private final Set<String> planted = new TreeSet<>();
  private final Map<String, String> swapped = new HashMap<>();

  EndlessStream(List<String> lines) {
    this.lines = lines;
    for (String line : lines) {
      for (String word : line.split(" ")) {
        counts.merge(word, 1, Integer::sum);
      }
    }
    byCount =
        counts.keySet().stream()
            .filter(word -> !word.isEmpty())
            .sorted(
                Comparator.comparing((String word) -> counts.getOrDefault(word, 0))
                    .reversed()
                    .thenComparing(Comparator.naturalOrder()))
            .toList();
    planted.addAll(chosen(PLANTED, 100, 2_000));
    List<String> pairs = chosen(SWAPPED, 2_000, 20_000);
    for (int i = 0; i + 1 < pairs.size(); i += 2) {
      swapped.put(pairs.get(i), pairs.get(i + 1));
      swapped.put(pairs.get(i + 1), pairs.get(i));
    }
  }

  /** Words of some frequency, at random. */
  private List<String> chosen(int number, int least, int most) {
    List<String> words =
        new ArrayList<>(
            byCount.stream()
                .filter(word -> counts.get(word) >= least && counts.get(word) < most)
                .toList());
    Collections.shuffle(words, new Random(11));
    return words.subList(0, Math.min(number, words.size()));
  }

  /** The documents of a part, the parts from 0, the passes from 1. */
  List<String> part(int pass, int part) {
    int from = (int) ((long) lines.size() * part / PARTS);
    int to = (int) ((long) lines.size() * (part + 1) / PARTS);
    return lines.subList(from, to).stream().map(line -> changed(line, pass, part)).toList();
  }

  private String changed(String line, int pass, int part) {
    var words = new StringBuilder(line.length());
    for (String word : line.split(" ")) {
      String name = name(word, pass, part);
      if (!name.isEmpty()) {
        words.append(words.isEmpty() ? "" : " ").append(name);
      }
    }
    return words.toString();
  }

  private String name(String word, int pass, int part) {
    if (planted.contains(word)) {
      boolean met = part < PLANTED_PARTS && pass != 2;
      return met ? word + (pass == 1 ? "_early" : "_late") : "";
    }
    return pass == PASSES ? swapped.getOrDefault(word, word) : word;
  }

  /** The most frequent words that keep their meaning, then some thousand others. */
  List<String> frequent() {
    return byCount.stream()
        .filter(word -> !planted.contains(word) && !swapped.containsKey(word))
        .limit(FREQUENT + OTHERS)
        .toList();
  }

  /** Whose vectors are asked for. */
  Set<String> judged() {
    Set<String> judged = new TreeSet<>();
    for (String word : byCount) {
      if (planted.contains(word)) {
        judged.add(word + "_early");
        judged.add(word + "_late");
      } else if (counts.get(word) >= JUDGED_COUNT) {
        judged.add(word);
      }
    }
    return judged;
  }

  /** Lines of {@code planted WORD} and {@code swapped WORD WORD}. */
  List<String> described() {
    List<String> described = new ArrayList<>();
    planted.forEach(word -> described.add("planted " + word));
    swapped.forEach((word, other) -> described.add("swapped " + word + " " + other));
    return described;
  }
}
