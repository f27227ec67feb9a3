package io.millrace.topics;

import java.util.Objects;
import org.apache.kafka.common.serialization.Serde;

/**
 * A topic, with the serdes of its keys and values.
 *
 * @param name the full name, prefix included
 * @param keys reads and writes the keys
 * @param values reads and writes the values
 */
public record Topic<K, V>(String name, Serde<K> keys, Serde<V> values) {
  public Topic {
    Objects.requireNonNull(keys, "keys");
    Objects.requireNonNull(values, "values");
    if (name.isEmpty()) {
      throw new IllegalArgumentException("a topic's name must not be empty");
    }
  }
}
