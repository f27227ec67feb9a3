package io.millrace.text;

import io.millrace.learning.text.FrequencyBatch;
import io.millrace.learning.text.FrequencyView;
import io.millrace.learning.text.PartitionFigures;
import io.millrace.schemas.Avro;
import io.millrace.schemas.Decoded;
import io.millrace.schemas.avro.DocumentFrequencies;
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
  private final TextFigures figures;
  private final Avro<DocumentFrequencies> avro = Avro.of(DocumentFrequencies.class);
  private boolean open;

  FrequencyStore(FrequencyView view, TextFigures figures) {
    this.view = view;
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
      switch (avro.decode(value)) {
        case Decoded.Invalid<DocumentFrequencies>(String reason) -> skip(key, reason);
        case Decoded.Valid<DocumentFrequencies>(DocumentFrequencies stated) -> {
          if (isUsable(stated)) {
            state(at.get(), stated);
          } else {
            skip(key, "its counts are none");
          }
        }
      }
    }
  }

  private void state(BatchKey at, DocumentFrequencies stated) {
    var figures =
        new PartitionFigures(stated.getDocuments(), stated.getEvicted(), stated.getLatest());
    view.state(
        at.partition(),
        new FrequencyBatch(at.sequence(), figures, stated.getTerms(), stated.getCounts()));
  }

  private static boolean isUsable(DocumentFrequencies stated) {
    return stated.getDocuments() >= 0
        && stated.getEvicted() >= 0
        && stated.getLatest() >= PartitionFigures.NEVER
        && stated.getTerms().size() == stated.getCounts().size()
        && stated.getCounts().stream().allMatch(count -> count >= 0);
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
