package io.millrace.runtime.streams;

import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.streams.processor.Cancellable;
import org.apache.kafka.streams.processor.PunctuationType;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.internals.InternalProcessorContext;
import org.apache.kafka.streams.processor.internals.ProcessorRecordContext;
import org.jspecify.annotations.Nullable;

/**
 * The bytes of the record that a task is processing. Kafka Streams keeps them for its own dead
 * letter queue (KIP-1034), which we do not use, and until the task gets its next record: with 64
 * partitions these are 64 records, of up to 32 MiB each. A processor sees a copy of the context
 * that keeps them. A punctuation gives the task another context, so one is scheduled behind each
 * large record, and runs before the next poll. For one processor behind a source.
 */
public final class RawRecord {

  /** Smaller records may stay. */
  static final int LARGE_BYTES = 1 << 18;

  static final Duration SOON = Duration.ofMillis(1);

  /** A punctuation that has not come by then went with a task that was closed. */
  private static final long LOST_NANOS = TimeUnit.SECONDS.toNanos(1);

  private @Nullable Cancellable punctuation;
  private long scheduledNanos;

  /** Has the bytes of the record that is being processed freed, if they are many. */
  public void freeSoon(ProcessorContext<?, ?> context) {
    long now = System.nanoTime();
    if (isLarge(context) && (punctuation == null || now - scheduledNanos > LOST_NANOS)) {
      punctuation = context.schedule(SOON, PunctuationType.WALL_CLOCK_TIME, _ -> endPunctuation());
      scheduledNanos = now;
    }
  }

  private void endPunctuation() {
    if (punctuation != null) {
      punctuation.cancel();
      punctuation = null;
    }
  }

  private static boolean isLarge(ProcessorContext<?, ?> context) {
    if (context instanceof InternalProcessorContext<?, ?> internal) {
      ProcessorRecordContext record = internal.recordContext();
      byte[] raw = record == null ? null : record.sourceRawValue();
      return raw != null && raw.length >= LARGE_BYTES;
    }
    return false;
  }
}
