package io.millrace.learning.embedding.checkpoint;

/**
 * A word as it is made known.
 *
 * @param vector {@code float[dimensions]}, the receiver's own
 * @param count how often it was met, never too high
 * @param version the publication that it was part of
 */
public record PublishedWord(String word, float[] vector, long count, long version) {}
