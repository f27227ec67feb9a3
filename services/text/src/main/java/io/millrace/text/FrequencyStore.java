package io.millrace.text;

import io.millrace.learning.text.FrequencyBatch;
import io.millrace.learning.text.FrequencyView;
import io.millrace.schemas.Avro;
import io.millrace.schemas.avro.DocumentFrequencies;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import org.apache.kafka.streams.processor.StateRestoreCallback;
import org.apache.kafka.streams.processor.StateStore;
import org.apache.kafka.streams.processor.StateStoreContext;
import org.apache.kafka.streams.state.StoreBuilder;
import org.jspecify.annotations.Nullable;

/**
 * Keeps a {@link FrequencyView} of all of {@code document-frequencies} as a global store of Kafka
 * Streams: read to its end before any document is weighed, then followed by a thread of its own,
 * committed records only. In memory; made anew at every start.
 */
final class FrequencyStore implements StateStore {

  static final String NAME = "frequencies";

  private final FrequencyView view;
  private final Avro<DocumentFrequencies> avro = Avro.of(DocumentFrequencies.class);
  private boolean open;

  FrequencyStore(FrequencyView view) {
    this.view = view;
  }

  @Override
  public String name() {
    return NAME;
  }

  @Override
  public void init(StateStoreContext context, StateStore root) {
    open = true;
    context.register(root, (StateRestoreCallback) this::take);
  }

  /** Takes a record of the topic. */
  void take(byte[] key, byte @Nullable [] value) {
    BatchKey at = BatchKey.parse(new String(key, StandardCharsets.UTF_8));
    if (value == null) {
      view.withdraw(at.partition(), at.sequence());
    } else {
      DocumentFrequencies stated = avro.read(value);
      view.state(
          at.partition(),
          new FrequencyBatch(
              at.sequence(), stated.getDocuments(), stated.getTerms(), stated.getCounts()));
    }
  }

  @Override
  public void close() {
    open = false;
  }

  @Override
  public boolean persistent() {
    return false;
  }

  @Override
  public boolean isOpen() {
    return open;
  }

  /** How Kafka Streams makes the store; the topic itself is its log. */
  static final class Builder implements StoreBuilder<FrequencyStore> {

    private final FrequencyStore store;

    Builder(FrequencyStore store) {
      this.store = store;
    }

    @Override
    public StoreBuilder<FrequencyStore> withCachingEnabled() {
      return this;
    }

    @Override
    public StoreBuilder<FrequencyStore> withCachingDisabled() {
      return this;
    }

    @Override
    public StoreBuilder<FrequencyStore> withLoggingEnabled(Map<String, String> config) {
      throw new UnsupportedOperationException("a global store has no log of its own");
    }

    @Override
    public StoreBuilder<FrequencyStore> withLoggingDisabled() {
      return this;
    }

    @Override
    public FrequencyStore build() {
      return store;
    }

    @Override
    public Map<String, String> logConfig() {
      return Map.of();
    }

    @Override
    public boolean loggingEnabled() {
      return false;
    }

    @Override
    public String name() {
      return NAME;
    }
  }
}
