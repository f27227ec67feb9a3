package io.millrace.learning.embedding.checkpoint;

/**
 * A word as it is published.
 *
 * @param vector {@code float[dimensions]}, handed over to the receiver
 * @param count the word's count, never too high
 * @param version the version that published it
 */
public record PublishedWord(String word, float[] vector, long count, long version) {}
