package io.millrace.learning.embedding.neighbours;

/**
 * A word near another.
 *
 * @param word the word
 * @param similarity the cosine of the angle between the vectors, from -1 to 1
 */
public record Neighbour(String word, double similarity) {}
