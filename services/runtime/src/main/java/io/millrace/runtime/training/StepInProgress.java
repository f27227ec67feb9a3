package io.millrace.runtime.training;

import io.millrace.runtime.records.Sha256;
import io.millrace.runtime.records.StepSpans;
import io.millrace.runtime.records.TraceContext;
import io.millrace.runtime.records.TracedRecord;
import io.millrace.schemas.avro.ReadRecord;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.LongStream;

/** Counts what the step in hand has learned from so far. Used by one thread. */
final class StepInProgress {

  /**
   * The counts when the step ends.
   *
   * @param inputTimes timestamps of its records, milliseconds since 1970
   * @param skipped how many of the records could not be decoded, or were left out
   * @param leftOut how many were left out, since their subject is forgotten
   * @param lastForgotten the highest number of the entries by which they were; 0 for none
   * @param examples SHA-256 over its records in the order of training, in lower-case hexadecimal;
   *     empty without records
   * @param contexts those of its traced records, by their places among the times
   * @param traced its traced records
   * @param startedNanos when its first record was taken, by {@link System#nanoTime}
   */
  record Totals(
      long[] inputTimes,
      int skipped,
      int leftOut,
      long lastForgotten,
      String examples,
      Map<Integer, TraceContext> contexts,
      List<StepSpans.Example> traced,
      long startedNanos) {
    Duration age() {
      return Duration.ofNanos(System.nanoTime() - startedNanos);
    }
  }

  private final MessageDigest examples = Sha256.digest();
  private final Map<Integer, TraceContext> contexts = new HashMap<>();
  private final List<StepSpans.Example> traced = new ArrayList<>();
  private LongStream.Builder times = LongStream.builder();
  private int records;
  private int batches;
  private int skipped;
  private int leftOut;
  private long lastForgotten;
  private int updates;
  private long startedNanos;

  /** Counts a record that was taken for a batch. */
  void addRecord(long timestamp, Optional<TracedRecord> trace) {
    begin();
    if (trace.isPresent()) {
      contexts.put(records, trace.get().context());
    }
    times.add(timestamp);
    records++;
  }

  /** Takes a record that was decoded into the digest, in the order of training. */
  void addDigest(ReadRecord record) {
    String text =
        "%d %d %s\n".formatted(record.getPartition(), record.getTimestamp(), record.getSha256());
    examples.update(text.getBytes(StandardCharsets.UTF_8));
  }

  /** Takes a traced record that was taken for a batch, when it is decoded. */
  void addTraced(StepSpans.Example example) {
    traced.add(example);
  }

  /**
   * Counts a record that was left out.
   *
   * @param number of the entry by which it was
   */
  void addLeftOut(long number) {
    leftOut++;
    lastForgotten = Math.max(lastForgotten, number);
  }

  /** Counts a batch that was learned from. */
  void addBatch(int unusable) {
    skipped += unusable;
    batches++;
  }

  /** Counts optimizer updates from what the trainer keeps. */
  void addUpdates(int count) {
    begin();
    updates += count;
  }

  private void begin() {
    if (isEmpty()) {
      startedNanos = System.nanoTime();
    }
  }

  int records() {
    return records;
  }

  int batches() {
    return batches;
  }

  int updates() {
    return updates;
  }

  /** Whether nothing was learned and no record taken. */
  boolean isEmpty() {
    return records == 0 && updates == 0;
  }

  /** Ends the step and begins the next one. */
  Totals end() {
    long started = isEmpty() ? System.nanoTime() : startedNanos;
    byte[] digest = examples.digest();
    var totals =
        new Totals(
            times.build().toArray(),
            skipped,
            leftOut,
            lastForgotten,
            records == 0 ? "" : HexFormat.of().formatHex(digest),
            Map.copyOf(contexts),
            List.copyOf(traced),
            started);
    times = LongStream.builder();
    contexts.clear();
    traced.clear();
    records = 0;
    batches = 0;
    skipped = 0;
    leftOut = 0;
    lastForgotten = 0;
    updates = 0;
    return totals;
  }
}
