package io.millrace.text.state;

import java.util.Map;
import java.util.function.Supplier;
import org.apache.kafka.streams.processor.StateStore;
import org.apache.kafka.streams.state.StoreBuilder;

/**
 * How Kafka Streams makes a store that is in memory only and has no changelog: what it holds comes
 * from elsewhere at every start.
 *
 * @param name the store's name
 * @param make makes one, for a task or, of a global store, for the instance
 */
public record InMemoryStoreBuilder<S extends StateStore>(String name, Supplier<S> make)
    implements StoreBuilder<S> {

  @Override
  public StoreBuilder<S> withCachingEnabled() {
    return this;
  }

  @Override
  public StoreBuilder<S> withCachingDisabled() {
    return this;
  }

  @Override
  public StoreBuilder<S> withLoggingEnabled(Map<String, String> config) {
    throw new UnsupportedOperationException(name + " has no changelog");
  }

  @Override
  public StoreBuilder<S> withLoggingDisabled() {
    return this;
  }

  @Override
  public S build() {
    return make.get();
  }

  @Override
  public Map<String, String> logConfig() {
    return Map.of();
  }

  @Override
  public boolean loggingEnabled() {
    return false;
  }
}
