package io.millrace.text.state;

import java.util.SortedMap;
import java.util.TreeMap;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.state.KeyValueIterator;
import org.apache.kafka.streams.state.KeyValueStore;
import org.apache.kafka.streams.state.StoreBuilder;
import org.apache.kafka.streams.state.Stores;

/**
 * A few numbers by name that a partition keeps in its changelog, beside its documents: which blocks
 * of frequencies it has published, which refresh requests it has seen, which analysis counted its
 * documents and since when.
 */
public final class PartitionMetadata {

  public static final String STORE_NAME = "partition-metadata";

  private final KeyValueStore<String, Long> store;

  /** The metadata of the partition of a task. */
  public PartitionMetadata(ProcessorContext<?, ?> context) {
    this.store = context.getStateStore(STORE_NAME);
  }

  /** How Kafka Streams makes the store. */
  public static StoreBuilder<KeyValueStore<String, Long>> builder() {
    return Stores.keyValueStoreBuilder(
        Stores.inMemoryKeyValueStore(STORE_NAME), Serdes.String(), Serdes.Long());
  }

  /** A number; 0 if there is none of that name. */
  public long get(String name) {
    Long value = store.get(name);
    return value == null ? 0 : value;
  }

  /** Stores a number. */
  public void put(String name, long value) {
    store.put(name, value);
  }

  /** The numbers whose names begin with a prefix. */
  SortedMap<String, Long> withPrefix(String prefix) {
    SortedMap<String, Long> found = new TreeMap<>();
    try (KeyValueIterator<String, Long> all = store.all()) {
      all.forEachRemaining(entry -> {
        if (entry.key.startsWith(prefix)) {
          found.put(entry.key, entry.value);
        }
      });
    }
    return found;
  }
}
