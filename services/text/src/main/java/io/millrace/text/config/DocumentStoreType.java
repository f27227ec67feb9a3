package io.millrace.text.config;

import java.util.Arrays;
import java.util.Locale;
import org.apache.kafka.streams.state.KeyValueBytesStoreSupplier;
import org.apache.kafka.streams.state.Stores;

/** Where the counted documents are kept. Their changelog is the same, so it can be changed. */
public enum DocumentStoreType {
  /** In RocksDB: more than fits into memory, and there at a restart. */
  DISK,
  /** On the heap: read from the changelog at every start. */
  MEMORY;

  /** The name in settings. */
  String label() {
    return name().toLowerCase(Locale.ROOT);
  }

  static String[] labels() {
    return Arrays.stream(values()).map(DocumentStoreType::label).toArray(String[]::new);
  }

  static DocumentStoreType named(String label) {
    return valueOf(label.toUpperCase(Locale.ROOT));
  }

  /** What Kafka Streams makes the store of. */
  public KeyValueBytesStoreSupplier supplier(String name) {
    return switch (this) {
      case DISK -> Stores.persistentTimestampedKeyValueStore(name);
      case MEMORY -> Stores.inMemoryKeyValueStore(name);
    };
  }
}
