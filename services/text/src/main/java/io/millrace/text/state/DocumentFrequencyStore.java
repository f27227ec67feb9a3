package io.millrace.text.state;

import io.millrace.learning.text.frequencies.DocumentFrequencyTable;
import java.util.function.IntSupplier;
import org.apache.kafka.streams.state.StoreBuilder;

/**
 * The document frequencies of one partition, shared by the processors of its task: one looks up the
 * terms of a text in the table, the other counts with the terms found. In memory; {@link
 * LiveDocuments} fills the table when the task starts.
 */
public final class DocumentFrequencyStore extends InMemoryStore {

  public static final String STORE_NAME = "document-frequency-table";

  private final IntSupplier capacity;
  private DocumentFrequencyTable frequencies = new DocumentFrequencyTable();

  private DocumentFrequencyStore(IntSupplier capacity) {
    super(STORE_NAME);
    this.capacity = capacity;
  }

  /**
   * How Kafka Streams makes the store of a task.
   *
   * @param capacity the most terms that it counts; asked for when the task starts
   */
  public static StoreBuilder<DocumentFrequencyStore> builder(IntSupplier capacity) {
    return new Builder<>(STORE_NAME, () -> new DocumentFrequencyStore(capacity));
  }

  /** The table of this task. A restarted task has another one. */
  public DocumentFrequencyTable frequencies() {
    return frequencies;
  }

  @Override
  void reset() {
    frequencies = new DocumentFrequencyTable(capacity.getAsInt());
  }
}
