package io.millrace.text;

import io.millrace.learning.text.DocumentFrequencies;
import java.util.function.IntSupplier;
import org.apache.kafka.streams.processor.StateStore;
import org.apache.kafka.streams.processor.StateStoreContext;

/**
 * The document frequencies of one partition, shared by the processors of its task: {@link Take}
 * looks up the terms of a text among them, {@link Weigh} counts with what it found. In memory; what
 * they are comes from counting the live documents when the task starts.
 */
final class CountStore implements StateStore {

  static final String NAME = "counts";

  private final IntSupplier capacity;
  private DocumentFrequencies frequencies = new DocumentFrequencies();
  private boolean open;

  /**
   * A store of one partition.
   *
   * @param capacity how many terms it may count; asked when the task starts
   */
  CountStore(IntSupplier capacity) {
    this.capacity = capacity;
  }

  /** The counts of this task, until it is started anew. */
  DocumentFrequencies frequencies() {
    return frequencies;
  }

  @Override
  public String name() {
    return NAME;
  }

  @Override
  public void init(StateStoreContext context, StateStore root) {
    frequencies = new DocumentFrequencies(capacity.getAsInt());
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
