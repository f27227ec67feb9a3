package io.millrace.runtime.streams;

import io.millrace.runtime.records.TraceSpan;
import io.millrace.runtime.records.TracedRecord;
import io.millrace.runtime.records.Traces;
import java.util.Optional;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.Record;
import org.apache.kafka.streams.processor.api.RecordMetadata;
import org.jspecify.annotations.Nullable;

/**
 * The span {@code process TOPIC} of the record that a source processor has in hand, if it is
 * traced. For one processor.
 */
public final class ProcessingSpan {

  private final String service;
  private @Nullable TracedRecord traced;
  private long startNanos;
  private Optional<TraceSpan.Failure> failure = Optional.empty();

  /** Of a service's processor. */
  public ProcessingSpan(String service) {
    this.service = service;
  }

  /** A record is processed from now on. */
  public void begin(Record<byte[], byte[]> record, ProcessorContext<?, ?> context) {
    traced =
        Traces.sampled(record.headers())
            .map(it -> {
              RecordMetadata at = context.recordMetadata().orElseThrow();
              byte @Nullable [] value = record.value();
              return new TracedRecord(
                  it,
                  at.topic(),
                  at.partition(),
                  at.offset(),
                  TracedRecord.text(record.key()),
                  value == null);
            })
            .orElse(null);
    failure = Optional.empty();
    startNanos = traced == null ? 0 : Traces.now();
  }

  /** The record cannot be used. */
  public void unusable(String reason) {
    failure = Optional.of(TraceSpan.Failure.unusable(reason));
  }

  /** The record has been processed. */
  public void end() {
    if (traced != null) {
      Traces.processed(service, traced, startNanos, failure);
      traced = null;
    }
  }
}
