package io.millrace.text;

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
 * Keeps {@link Everybody}, a view of all of {@code document-frequencies} as a global store of Kafka
 * Streams: read to its end before any document is weighed, then followed by a thread of its own,
 * committed records only. In memory; made anew at every start.
 */
final class FrequencyStore implements StateStore {

  static final String NAME = "frequencies";

  private static final Logger LOG = LoggerFactory.getLogger(FrequencyStore.class);

  private final Everybody everybody;
  private final TextFigures figures;
  private final FrequencyBatches batches = new FrequencyBatches();
  private boolean open;

  FrequencyStore(Everybody everybody, TextFigures figures) {
    this.everybody = everybody;
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
      everybody.view().withdraw(at.get().partition(), at.get().sequence());
      everybody.others().withdraw(at.get());
    } else {
      switch (batches.decode(at.get().sequence(), value)) {
        case Decoded.Invalid<Statement>(String reason) -> skip(key, reason);
        case Decoded.Valid<Statement>(Statement statement) -> take(at.get(), statement);
      }
    }
  }

  private void take(BatchKey at, Statement statement) {
    if (!everybody.others().holds(at, statement.analysis())) {
      everybody.view().state(at.partition(), statement.batch());
      everybody.acknowledgements().state(at, statement.acknowledged());
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
