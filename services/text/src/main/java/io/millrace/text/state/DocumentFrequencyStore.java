package io.millrace.text.state;

import io.millrace.learning.text.frequencies.DocumentFrequencyTable;
import io.millrace.text.topology.DocumentSourceProcessor;
import io.millrace.text.topology.TfIdfProcessor;
import java.util.function.IntSupplier;
import org.apache.kafka.streams.processor.StateStore;
import org.apache.kafka.streams.processor.StateStoreContext;

/**
 * The document frequencies of one partition, shared by the processors of its task: {@link
 * DocumentSourceProcessor} looks up the terms of a text among them, {@link TfIdfProcessor} counts
 * with what it found. In memory; what they are comes from counting the live documents when the task
 * starts.
 */
public final class DocumentFrequencyStore implements StateStore {

  public static final String STORE_NAME = "counts";

  private final IntSupplier capacity;
  private DocumentFrequencyTable frequencies = new DocumentFrequencyTable();
  private boolean open;

  /**
   * A store of one partition.
   *
   * @param capacity how many terms it may count; asked when the task starts
   */
  public DocumentFrequencyStore(IntSupplier capacity) {
    this.capacity = capacity;
  }

  /** The counts of this task, until it is started anew. */
  public DocumentFrequencyTable frequencies() {
    return frequencies;
  }

  @Override
  public String name() {
    return STORE_NAME;
  }

  @Override
  public void init(StateStoreContext context, StateStore root) {
    frequencies = new DocumentFrequencyTable(capacity.getAsInt());
    open = true;
    context.register(root, (_, _) -> {});
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
