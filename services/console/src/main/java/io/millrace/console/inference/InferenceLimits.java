package io.millrace.console.inference;

/**
 * How much is answered at once.
 *
 * @param maxBatch images or texts that are answered together, at least 1
 * @param maxQueued images or texts that wait for a version, at least 1
 */
record InferenceLimits(int maxBatch, int maxQueued) {}
