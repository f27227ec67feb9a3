package io.millrace.search.words;

import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.lucene.util.automaton.CharacterRunAutomaton;
import org.apache.lucene.util.automaton.LevenshteinAutomata;

/**
 * Finds words that are spelled nearly like another: at most two letters inserted, deleted, replaced
 * or swapped with their neighbour; in short words one. By Lucene's Levenshtein automata (Schulz and
 * Mihov 2002, "Fast String Correction with Levenshtein-Automata"). O(all words).
 */
final class SpellingSuggestions {

  /** In words of fewer letters than this, two changes leave too little. */
  private static final int LONG = 5;

  private SpellingSuggestions() {}

  /**
   * The words nearest in spelling, the nearest first, of equally near ones the most frequent first.
   *
   * @param counts how often each word occurred
   * @param limit the most words
   */
  static List<String> of(String word, Map<String, Long> counts, int limit) {
    var automata = new LevenshteinAutomata(word, true);
    Map<String, Integer> distances = new LinkedHashMap<>();
    for (int distance = 1; distance <= (word.length() < LONG ? 1 : 2); distance++) {
      var near = new CharacterRunAutomaton(automata.toAutomaton(distance));
      for (String candidate : reachable(word, counts.keySet(), distance)) {
        if (near.run(candidate)) {
          distances.putIfAbsent(candidate, distance);
        }
      }
    }
    return distances.keySet().stream()
        .sorted(
            Comparator.<String>comparingInt(distances::get)
                .thenComparing(Comparator.<String>comparingLong(counts::get).reversed())
                .thenComparing(Comparator.naturalOrder()))
        .limit(limit)
        .toList();
  }

  /** Others differ in length by more than the distance already; a pair of surrogates is two. */
  private static List<String> reachable(String word, Collection<String> all, int distance) {
    List<String> reachable = new ArrayList<>();
    for (String candidate : all) {
      if (Math.abs(candidate.length() - word.length()) <= 2 * distance) {
        reachable.add(candidate);
      }
    }
    return reachable;
  }
}
