package io.millrace.text.state;

import io.millrace.schemas.Decoded;
import io.millrace.text.codecs.FrequencyBlockCodec;
import io.millrace.text.codecs.FrequencyBlockCodec.PublishedBlock;
import io.millrace.text.codecs.FrequencyBlockKey;
import io.millrace.text.metrics.TextStats;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import org.apache.kafka.streams.processor.StateRestoreCallback;
import org.apache.kafka.streams.processor.StateStore;
import org.apache.kafka.streams.processor.StateStoreContext;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps {@link GlobalFrequencies}, a view of all of {@code document-frequencies} as a global store
 * of Kafka Streams: read to its end before any document is weighed, then followed by a thread of
 * its own, committed records only. In memory; made anew at every start.
 */
public final class GlobalFrequencyStore implements StateStore {

  public static final String STORE_NAME = "frequencies";

  private static final Logger LOG = LoggerFactory.getLogger(GlobalFrequencyStore.class);

  private final GlobalFrequencies everybody;
  private final TextStats figures;
  private final FrequencyBlockCodec batches = new FrequencyBlockCodec();
  private boolean open;

  public GlobalFrequencyStore(GlobalFrequencies everybody, TextStats figures) {
    this.everybody = everybody;
    this.figures = figures;
  }

  @Override
  public String name() {
    return STORE_NAME;
  }

  @Override
  public void init(StateStoreContext context, StateStore root) {
    open = true;
    context.register(root, (StateRestoreCallback) this::update);
  }

  /**
   * Takes a record of the topic. One that no partition has written is counted and passed by: an
   * exception here would stop every instance, and at every start again.
   */
  public void update(byte @Nullable [] key, byte @Nullable [] value) {
    Optional<FrequencyBlockKey> at = FrequencyBlockKey.of(key);
    if (at.isEmpty()) {
      skip(key, "its key is none of a batch");
    } else if (value == null) {
      everybody.frequencies().withdraw(at.get().partition(), at.get().sequence());
      everybody.foreignAnalyses().withdraw(at.get());
    } else {
      switch (batches.decode(at.get().sequence(), value)) {
        case Decoded.Invalid<PublishedBlock>(String reason) -> skip(key, reason);
        case Decoded.Valid<PublishedBlock>(PublishedBlock statement) -> update(at.get(), statement);
      }
    }
  }

  private void update(FrequencyBlockKey at, PublishedBlock statement) {
    if (!everybody.foreignAnalyses().register(at, statement.analysis())) {
      everybody.frequencies().put(at.partition(), statement.block());
      everybody.acknowledgements().record(at, statement.acknowledged());
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
