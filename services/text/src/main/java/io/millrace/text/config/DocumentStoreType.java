package io.millrace.text.config;

import java.util.Arrays;
import java.util.Locale;
import org.apache.kafka.streams.state.KeyValueBytesStoreSupplier;
import org.apache.kafka.streams.state.Stores;

/** Where the counted documents are stored. The changelog is the same, so this can be changed. */
public enum DocumentStoreType {
  /** In RocksDB: holds more than memory, and is still there after a restart. */
  DISK,
  /** On the heap: restored from the changelog at every start. */
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

  /** The supplier of the store for Kafka Streams. */
  public KeyValueBytesStoreSupplier supplier(String name) {
    return switch (this) {
      case DISK -> Stores.persistentTimestampedKeyValueStore(name);
      case MEMORY -> Stores.inMemoryKeyValueStore(name);
    };
  }
}
