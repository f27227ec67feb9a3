package io.millrace.text;

import io.millrace.learning.text.FrequencyView;
import io.millrace.schemas.Decoded;
import io.millrace.text.FrequencyBatches.Statement;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import org.apache.kafka.streams.processor.StateRestoreCallback;
import org.apache.kafka.streams.processor.StateStore;
import org.apache.kafka.streams.processor.StateStoreContext;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps a {@link FrequencyView} of all of {@code document-frequencies} as a global store of Kafka
 * Streams: read to its end before any document is weighed, then followed by a thread of its own,
 * committed records only. In memory; made anew at every start.
 */
final class FrequencyStore implements StateStore {

  static final String NAME = "frequencies";

  private static final Logger LOG = LoggerFactory.getLogger(FrequencyStore.class);

  private final FrequencyView view;
  private final Acknowledgements acknowledgements;
  private final TextFigures figures;
  private final FrequencyBatches batches = new FrequencyBatches();
  private boolean open;

  FrequencyStore(FrequencyView view, Acknowledgements acknowledgements, TextFigures figures) {
    this.view = view;
    this.acknowledgements = acknowledgements;
    this.figures = figures;
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

  /**
   * Takes a record of the topic. One that no partition has written is counted and passed by: an
   * exception here would stop every instance, and at every start again.
   */
  void take(byte @Nullable [] key, byte @Nullable [] value) {
    Optional<BatchKey> at = BatchKey.of(key);
    if (at.isEmpty()) {
      skip(key, "its key is none of a batch");
    } else if (value == null) {
      view.withdraw(at.get().partition(), at.get().sequence());
    } else {
      switch (batches.decode(at.get().sequence(), value)) {
        case Decoded.Invalid<Statement>(String reason) -> skip(key, reason);
        case Decoded.Valid<Statement>(Statement statement) -> {
          view.state(at.get().partition(), statement.batch());
          acknowledgements.state(at.get(), statement.acknowledged());
        }
      }
    }
  }

  private void skip(byte @Nullable [] key, String reason) {
    figures.recordSkipped();
    LOG.warn(
        "a record of document-frequencies under the key {} is passed by: {}",
        key == null ? "null" : new String(key, StandardCharsets.UTF_8),
        reason);
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
}
