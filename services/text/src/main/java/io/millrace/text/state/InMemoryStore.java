package io.millrace.text.state;

import java.util.Map;
import java.util.function.Supplier;
import org.apache.kafka.streams.processor.StateRestoreCallback;
import org.apache.kafka.streams.processor.StateStore;
import org.apache.kafka.streams.processor.StateStoreContext;
import org.apache.kafka.streams.state.StoreBuilder;
import org.jspecify.annotations.Nullable;

/**
 * A store of Kafka Streams that is in memory only and has no changelog: it is filled again at every
 * start.
 */
abstract class InMemoryStore implements StateStore {

  private final String name;
  private boolean open;

  InMemoryStore(String name) {
    this.name = name;
  }

  /** Called when the task of the store starts, or the instance if it is a global store. */
  void reset() {}

  /** Called with each record of the store's topic, if it is a global store. */
  void restore(byte @Nullable [] key, byte @Nullable [] value) {}

  @Override
  public final String name() {
    return name;
  }

  @Override
  public final void init(StateStoreContext context, StateStore root) {
    reset();
    open = true;
    context.register(root, (StateRestoreCallback) this::restore);
  }

  @Override
  public final void close() {
    open = false;
  }

  @Override
  public final boolean persistent() {
    return false;
  }

  @Override
  public final boolean isOpen() {
    return open;
  }

  /**
   * How Kafka Streams makes such a store.
   *
   * @param name the store's name
   * @param supplier makes one for a task or, if it is a global store, for the instance
   */
  record Builder<S extends InMemoryStore>(String name, Supplier<S> supplier)
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
      throw new UnsupportedOperationException("the store " + name + " has no changelog");
    }

    @Override
    public StoreBuilder<S> withLoggingDisabled() {
      return this;
    }

    @Override
    public S build() {
      return supplier.get();
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
}
