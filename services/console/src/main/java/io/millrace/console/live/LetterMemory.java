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
import org.jspecify.annotations.Nullable;

/** The recent dead letters. Written by one thread, read by any. */
public final class LetterMemory {

  /** The first bytes of a value, and of a key, that are kept. */
  public static final int SHOWN_BYTES = 4096;

  private static final long OBJECT_BYTES = 500;

  /**
   * A dead letter.
   *
   * @param letter with no more of its key and value than {@link #SHOWN_BYTES}
   * @param bytes the length of its value; -1 for none
   * @param replayed whether it was sent again
   */
  public record StoredLetter(Letter letter, long bytes, boolean replayed) {}

  private final BoundedMemory<StoredLetter> letters;
  private final List<Consumer<StoredLetter>> listeners = new CopyOnWriteArrayList<>();

  /** An empty memory. */
  public LetterMemory(MemoryBounds bounds) {
    letters = new BoundedMemory<>(bounds);
  }

  /** Calls somebody with each letter, on the reading thread. */
  public void onLetter(Consumer<StoredLetter> listener) {
    listeners.add(listener);
  }

  /** Takes a record of {@code dead-letters}: a letter, or the marker of a replay. */
  boolean accept(ConsumerRecord<byte[], byte[]> record) {
    Optional<Replays.Place> marked = Replays.marked(record.headers());
    if (marked.isPresent()) {
      String key = key(marked.get().partition(), marked.get().offset());
      if (Replays.isForgotten(record.headers())) {
        letters.remove(key);
        return true;
      }
      letters
          .get(key)
          .ifPresent(it -> letters.replace(key, new StoredLetter(it.letter(), it.bytes(), true)));
      return true;
    }
    byte[] value = record.value();
    ConsumerRecord<byte[], byte[]> shortened = shortened(record);
    long size = OBJECT_BYTES + length(shortened.key()) + length(shortened.value());
    for (Header header : record.headers()) {
      size += header.key().length() + length(header.value());
    }
    var kept = new StoredLetter(new Letter(shortened), value == null ? -1 : value.length, false);
    letters.put(key(record.partition(), record.offset()), kept, size);
    listeners.forEach(listener -> listener.accept(kept));
    return true;
  }

  private static ConsumerRecord<byte[], byte[]> shortened(ConsumerRecord<byte[], byte[]> record) {
    if (length(record.key()) <= SHOWN_BYTES && length(record.value()) <= SHOWN_BYTES) {
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
        shortened(record.key()),
        shortened(record.value()),
        record.headers(),
        record.leaderEpoch());
  }

  private static byte @Nullable [] shortened(byte @Nullable [] bytes) {
    return length(bytes) <= SHOWN_BYTES ? bytes : Arrays.copyOf(bytes, SHOWN_BYTES);
  }

  private static int length(byte @Nullable [] bytes) {
    return bytes == null ? 0 : bytes.length;
  }

  /** The newest letters that are wanted, the newest first. */
  public List<StoredLetter> newest(int limit, Predicate<StoredLetter> wanted) {
    return letters.newest(limit, wanted);
  }

  private static String key(int partition, long offset) {
    return partition + "-" + offset;
  }

  BoundedMemory<StoredLetter> letters() {
    return letters;
  }
}
