package io.millrace.runtime.streams;

import org.apache.kafka.streams.KeyValue;
import org.apache.kafka.streams.state.KeyValueIterator;
import org.apache.kafka.streams.state.TimestampedKeyValueStore;
import org.apache.kafka.streams.state.ValueAndTimestamp;

/** Deletes old entries of Kafka Streams stores. */
public final class StoreExpiry {

  private StoreExpiry() {}

  /**
   * Deletes the entries whose timestamp is not after a time. Reads the whole store: O(entries).
   *
   * @param upToMillis the time, milliseconds since 1970
   * @param forgotten is called once for every deleted entry
   */
  public static <K, V> void evict(
      TimestampedKeyValueStore<K, V> store, long upToMillis, Runnable forgotten) {
    try (KeyValueIterator<K, ValueAndTimestamp<V>> all = store.all()) {
      while (all.hasNext()) {
        KeyValue<K, ValueAndTimestamp<V>> entry = all.next();
        if (entry.value.timestamp() <= upToMillis) {
          store.delete(entry.key);
          forgotten.run();
        }
      }
    }
  }
}
