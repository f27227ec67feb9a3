package io.millrace.classifier;

import io.millrace.learning.classifier.DocumentMemory;
import io.millrace.learning.classifier.LabelledDocument;
import io.millrace.learning.classifier.OnlineClassifier;
import io.millrace.learning.core.RehearsalBudget;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The documents that a trainer keeps, which it learns from again while the stream is quiet, as far
 * as a budget allows.
 */
final class KeptDocuments {

  private static final String MEMORY = "memory-";
  private static final String BUDGET = "rehearsal";

  /** Makes the seed of the memory another than that of the weights. */
  private static final long SEED = 0x6d656d6f7279L;

  private final ClassifierConfig config;
  private final DocumentMemory memory;
  private RehearsalBudget budget;

  private KeptDocuments(ClassifierConfig config, DocumentMemory memory, RehearsalBudget budget) {
    this.config = config;
    this.memory = memory;
    this.budget = budget;
  }

  /** No documents yet. */
  static KeptDocuments none(ClassifierConfig config) {
    var memory = new DocumentMemory(config.memoryCapacity(), config.seed() ^ SEED);
    return new KeptDocuments(config, memory, RehearsalBudget.NONE);
  }

  /**
   * Restores them from the parts of a checkpoint. One that was written before there was rehearsal
   * has none.
   *
   * @throws IllegalArgumentException if a part is damaged
   */
  static KeptDocuments restore(ClassifierConfig config, Map<String, byte[]> checkpoint) {
    Map<String, byte[]> blocks = new HashMap<>();
    checkpoint.forEach((part, bytes) -> {
      if (part.startsWith(MEMORY)) {
        blocks.put(part.substring(MEMORY.length()), bytes);
      }
    });
    var memory = DocumentMemory.restore(config.memoryCapacity(), config.seed() ^ SEED, blocks);
    byte[] budget = checkpoint.get(BUDGET);
    return new KeptDocuments(
        config, memory, budget == null ? RehearsalBudget.NONE : RehearsalBudget.read(budget));
  }

  /** Adds the parts that changed since the last call. */
  void put(Map<String, Optional<byte[]>> checkpoint) {
    checkpoint.put(BUDGET, Optional.of(budget.toBytes()));
    memory
        .takeChangedBlocks()
        .forEach((block, bytes) -> checkpoint.put(MEMORY + block, Optional.of(bytes)));
  }

  int size() {
    return memory.size();
  }

  /** Offers new documents, which may be kept or not; those of a class too many are not. */
  void remember(List<LabelledDocument> batch, OnlineClassifier classifier) {
    for (LabelledDocument document : batch) {
      if (classifier.knows(document.label())) {
        memory.add(document);
      }
    }
    if (memory.size() > 0) {
      budget = budget.plus(batch.size(), config.rehearsal());
    }
  }

  /** As many documents as a batch has; takes them from the budget. */
  List<LabelledDocument> rehearsal() {
    int count = config.loop().batchSize();
    budget = budget.minus(count);
    List<LabelledDocument> batch = new ArrayList<>(count);
    for (int i = 0; i < count; i++) {
      batch.add(memory.sample());
    }
    return batch;
  }

  /** The rehearsals that the budget allows. */
  long rehearsals() {
    return memory.size() == 0 ? 0 : budget.updates(config.loop().batchSize());
  }
}
