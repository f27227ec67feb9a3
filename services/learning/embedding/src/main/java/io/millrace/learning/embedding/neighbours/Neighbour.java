package io.millrace.learning.embedding.neighbours;

/**
 * A name that a search found: a word, or a document.
 *
 * @param word the name
 * @param similarity the cosine of the angle between the vectors, from -1 to 1
 */
public record Neighbour(String word, double similarity) {}
