package io.millrace.search.words;

/**
 * A similar word.
 *
 * @param word the word
 * @param similarity the cosine of the angle between the vectors, from -1 to 1
 * @param count how often the word had occurred when its vector was published
 */
public record SimilarWord(String word, double similarity, long count) {}
