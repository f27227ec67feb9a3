package io.millrace.console.live;

import io.millrace.runtime.deadletters.Replays;
import io.millrace.runtime.deadletters.replay.Letter;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;
import java.util.function.Predicate;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.header.Header;

/** The recent dead letters. Written by one thread, read by any. */
public final class LetterMemory {

  /** The first bytes of a value that are kept. */
  public static final int SHOWN_BYTES = 4096;

  private static final long OBJECT_BYTES = 500;

  /**
   * A dead letter.
   *
   * @param letter with no more of its value than {@link #SHOWN_BYTES}
   * @param bytes the length of its value; -1 for none
   * @param replayed whether it was sent again
   */
  public record Kept(Letter letter, long bytes, boolean replayed) {}

  private final BoundedMemory<Kept> letters;
  private final List<Consumer<Kept>> listeners = new CopyOnWriteArrayList<>();

  /** An empty memory. */
  public LetterMemory(MemoryBounds bounds) {
    letters = new BoundedMemory<>(bounds);
  }

  /** Calls somebody with each letter, on the reading thread. */
  public void onLetter(Consumer<Kept> listener) {
    listeners.add(listener);
  }

  /** Takes a record of {@code dead-letters}: a letter, or the marker of a replay. */
  boolean accept(ConsumerRecord<byte[], byte[]> record) {
    Optional<Replays.Place> marked = Replays.marked(record.headers());
    if (marked.isPresent()) {
      String key = key(marked.get().partition(), marked.get().offset());
      letters
          .get(key)
          .ifPresent(it -> letters.replace(key, new Kept(it.letter(), it.bytes(), true)));
      return true;
    }
    byte[] value = record.value();
    long size = OBJECT_BYTES + Math.min(value == null ? 0 : value.length, SHOWN_BYTES);
    for (Header header : record.headers()) {
      size += header.key().length() + (header.value() == null ? 0 : header.value().length);
    }
    var kept = new Kept(new Letter(shortened(record)), value == null ? -1 : value.length, false);
    letters.put(key(record.partition(), record.offset()), kept, size);
    listeners.forEach(listener -> listener.accept(kept));
    return true;
  }

  private static ConsumerRecord<byte[], byte[]> shortened(ConsumerRecord<byte[], byte[]> record) {
    byte[] value = record.value();
    if (value == null || value.length <= SHOWN_BYTES) {
      return record;
    }
    return new ConsumerRecord<>(
        record.topic(),
        record.partition(),
        record.offset(),
        record.timestamp(),
        record.timestampType(),
        record.serializedKeySize(),
        record.serializedValueSize(),
        record.key(),
        Arrays.copyOf(value, SHOWN_BYTES),
        record.headers(),
        record.leaderEpoch());
  }

  /** The newest letters that are wanted, the newest first. */
  public List<Kept> newest(int limit, Predicate<Kept> wanted) {
    return letters.newest(limit, wanted);
  }

  private static String key(int partition, long offset) {
    return partition + "-" + offset;
  }

  BoundedMemory<Kept> letters() {
    return letters;
  }
}
