package io.millrace.runtime.training;

import java.util.Optional;
import java.util.concurrent.Future;

/**
 * A record read ahead. The record itself is let go of once it is decoded.
 *
 * @param offset where it lies in its partition
 * @param timestamp its time, milliseconds since 1970
 * @param sizeBytes of key and value as they came
 * @param closesStep whether it closes the step
 * @param example what it is decoded to; empty if it cannot be used
 */
record BufferedRecord<E>(
    long offset, long timestamp, int sizeBytes, boolean closesStep, Future<Optional<E>> example) {}
