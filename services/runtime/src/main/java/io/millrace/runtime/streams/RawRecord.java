package io.millrace.runtime.streams;

import org.apache.kafka.streams.processor.api.ProcessingContext;
import org.apache.kafka.streams.processor.internals.InternalProcessorContext;
import org.apache.kafka.streams.processor.internals.ProcessorRecordContext;

/**
 * The bytes of the record that a task is processing. Kafka Streams keeps them for its own dead
 * letter queue (KIP-1034), which we do not use, and until the task gets its next record: with 64
 * partitions these are 64 records, of up to 32 MiB each. The first processor behind a source frees
 * them.
 */
public final class RawRecord {

  private RawRecord() {}

  /** Frees them; does nothing outside Kafka Streams. */
  public static void free(ProcessingContext context) {
    if (context instanceof InternalProcessorContext<?, ?> internal) {
      ProcessorRecordContext record = internal.recordContext();
      if (record != null) {
        record.freeRawRecord();
      }
    }
  }
}
