package io.millrace.console.live;

import io.millrace.schemas.avro.Source;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;

/**
 * The subjects that were forgotten, or deleted, recently, with the places on their topics. What was
 * derived from a record before such a place is not shown: the topics are read in any order, so that
 * it can come before or after. Written by one thread.
 */
final class ForgottenInputs {

  private final BoundedMemory<Long> offsets;
  private final List<Consumer<String>> listeners = new CopyOnWriteArrayList<>();

  /**
   * Nothing is forgotten yet.
   *
   * @param bytes about how many they may take
   */
  ForgottenInputs(long bytes) {
    offsets = new BoundedMemory<>(new MemoryBounds(Integer.MAX_VALUE, Math.max(1, bytes)));
  }

  /** Calls somebody with each subject that is forgotten, once {@link #covers} knows it. */
  void onForgotten(Consumer<String> listener) {
    listeners.add(listener);
  }

  /** Forgets what a partition has of a subject before an offset. */
  void forget(String subject, String topic, int partition, long offset) {
    String key = key(subject, topic + "-" + partition);
    offsets.put(key, offset, 2L * key.length() + 200);
    listeners.forEach(it -> it.accept(subject));
  }

  /** Whether what comes of a record is forgotten. */
  boolean covers(String subject, Source source) {
    return isBefore(subject, source.getTopic() + "-" + source.getPartition(), source.getOffset());
  }

  /**
   * The same.
   *
   * @param event the id of an event, which begins with the coordinates of the record
   */
  boolean covers(String subject, String event) {
    int end = event.indexOf('/');
    int last = end < 0 ? -1 : event.lastIndexOf('-', end);
    if (last < 0) {
      return false;
    }
    String offset = event.substring(last + 1, end);
    return offset.matches("\\d{1,18}")
        && isBefore(subject, event.substring(0, last), Long.parseLong(offset));
  }

  private boolean isBefore(String subject, String partition, long offset) {
    return offsets.get(key(subject, partition)).filter(it -> offset < it).isPresent();
  }

  private static String key(String subject, String partition) {
    return partition + " " + subject;
  }
}
