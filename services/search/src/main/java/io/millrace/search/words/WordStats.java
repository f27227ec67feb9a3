package io.millrace.search.words;

import java.util.Collection;

/**
 * Statistics of all word vectors.
 *
 * @param words how many words have a vector
 * @param dimensions of the vectors
 * @param otherDimensions words whose vectors have other dimensions and are not searched
 * @param occurrences how often these words had occurred, together
 * @param minCount how often the rarest of them had occurred
 * @param medianCount the median of how often they had occurred
 * @param maxCount how often the most frequent of them had occurred
 * @param oldestVersion the oldest version of the embedding that published one of them
 * @param newestVersion the newest version of the embedding that published one of them
 * @param meanNorm the mean of the vectors' Euclidean norms
 */
public record WordStats(
    long words,
    int dimensions,
    long otherDimensions,
    long occurrences,
    long minCount,
    long medianCount,
    long maxCount,
    long oldestVersion,
    long newestVersion,
    double meanNorm) {

  /** The statistics of published words; O(words log words). */
  static WordStats of(Collection<WordTable.WordEntry> all, int dimensions) {
    var same = all.stream().filter(it -> it.dimensions() == dimensions).toList();
    long others = all.size() - same.size();
    if (same.isEmpty()) {
      return new WordStats(0, 0, others, 0, 0, 0, 0, 0, 0, 0);
    }
    long[] counts = same.stream().mapToLong(WordTable.WordEntry::count).sorted().toArray();
    var versions = same.stream().mapToLong(WordTable.WordEntry::version).summaryStatistics();
    long occurrences = 0;
    for (long count : counts) {
      occurrences += count;
    }
    return new WordStats(
        same.size(),
        dimensions,
        others,
        occurrences,
        counts[0],
        counts[counts.length / 2],
        counts[counts.length - 1],
        versions.getMin(),
        versions.getMax(),
        same.stream().mapToDouble(WordTable.WordEntry::length).average().orElse(0));
  }
}
