package io.millrace.runtime.training;

import io.millrace.runtime.records.StepMarker;
import io.millrace.runtime.records.TracedRecord;
import io.millrace.schemas.avro.ReadRecord;
import java.util.Optional;
import java.util.concurrent.Future;

/**
 * A record in the {@link ReadAheadBuffer}. Its bytes are released as soon as it is decoded.
 *
 * @param offset its offset in the partition
 * @param timestamp its timestamp, milliseconds since 1970
 * @param sizeBytes size of key and value as they were read
 * @param trace what spans say of it, if it is part of a trace that is recorded
 * @param polledNanos when it was polled, nanoseconds since 1970; 0 unless it is traced
 * @param marker what it asks of the trainer, if it is a control record
 * @param forgotten the number of the entry of {@link io.millrace.runtime.models.ForgottenSubjects}
 *     by which it is left out; 0 for none
 * @param example the decoded example; empty if the record cannot be used, or is left out
 * @param digest what it is in a copy of the log; done before the example
 */
record BufferedRecord<E>(
    long offset,
    long timestamp,
    int sizeBytes,
    Optional<TracedRecord> trace,
    long polledNanos,
    Optional<StepMarker> marker,
    long forgotten,
    Future<Optional<E>> example,
    Future<ReadRecord> digest)
    implements RoundRobinMerge.Mergeable {}
