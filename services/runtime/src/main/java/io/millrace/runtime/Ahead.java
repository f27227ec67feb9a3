package io.millrace.runtime;

import java.util.Optional;
import java.util.concurrent.Future;

/**
 * A record read ahead. The record itself is let go of once it is decoded.
 *
 * @param offset where it lies in its partition
 * @param timestamp its time, milliseconds since 1970
 * @param sizeBytes of key and value as they came
 * @param marker whether it closes the step
 * @param example what it is decoded to; empty if it cannot be used
 */
record Ahead<E>(
    long offset, long timestamp, int sizeBytes, boolean marker, Future<Optional<E>> example) {}
