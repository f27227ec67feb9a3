package io.millrace.vision;

import io.millrace.learning.core.RehearsalBudget;
import io.millrace.learning.vision.ReplayMemory;
import io.millrace.learning.vision.images.ImageBatch;
import io.millrace.learning.vision.images.ImageShape;
import io.millrace.vision.ImageExampleReader.DecodedExample;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The images that a trainer keeps, which it learns from again: some with every batch of new images
 * (replay), and all of them while the stream is quiet (rehearsal), as far as a budget allows.
 */
final class KeptImages {

  private static final String REPLAY = "replay-";
  private static final String BUDGET = "rehearsal";

  /** Images, with their labels in the same order. */
  record Labelled(ImageBatch images, List<Optional<String>> labels) {}

  private final VisionConfig settings;
  private final ImageShape shape;
  private final ReplayMemory memory;
  private RehearsalBudget budget;

  private KeptImages(VisionConfig settings, ReplayMemory memory, RehearsalBudget budget) {
    this.settings = settings;
    this.shape = settings.network().shape();
    this.memory = memory;
    this.budget = budget;
  }

  /** No images yet. */
  static KeptImages none(VisionConfig settings) {
    ReplayMemory memory = settings.replay().memory(settings.network().shape(), settings.seed());
    return new KeptImages(settings, memory, RehearsalBudget.NONE);
  }

  /**
   * Restores them from the parts of a checkpoint. One that was written before there was rehearsal
   * has no budget.
   *
   * @throws IllegalArgumentException if a part is missing or damaged
   */
  static KeptImages restore(VisionConfig settings, Map<String, byte[]> checkpoint) {
    Map<String, byte[]> blocks = new HashMap<>();
    checkpoint.forEach((part, bytes) -> {
      if (part.startsWith(REPLAY)) {
        blocks.put(part.substring(REPLAY.length()), bytes);
      }
    });
    ReplayMemory memory =
        settings.replay().restore(settings.network().shape(), settings.seed(), blocks);
    byte[] budget = checkpoint.get(BUDGET);
    return new KeptImages(
        settings, memory, budget == null ? RehearsalBudget.NONE : RehearsalBudget.read(budget));
  }

  /** Adds the parts that changed since the last call. */
  void put(Map<String, Optional<byte[]>> checkpoint) {
    checkpoint.put(BUDGET, Optional.of(budget.toBytes()));
    memory
        .takeChangedBlocks()
        .forEach((block, bytes) -> checkpoint.put(REPLAY + block, Optional.of(bytes)));
  }

  int size() {
    return memory.size();
  }

  /** New images, then some that are replayed. */
  Labelled withReplayed(List<DecodedExample> examples) {
    int replayed = memory.size() == 0 ? 0 : examples.size() * settings.replay().ratio();
    return batch(examples, replayed);
  }

  /** As many images as a batch with its replayed ones has; takes them from the budget. */
  Labelled rehearsal() {
    budget = budget.minus(updateImages());
    return batch(List.of(), updateImages());
  }

  private Labelled batch(List<DecodedExample> examples, int replayed) {
    int size = shape.size();
    int count = examples.size() + replayed;
    float[] pixels = new float[count * size];
    List<Optional<String>> labels = new ArrayList<>(count);
    for (int i = 0; i < examples.size(); i++) {
      System.arraycopy(examples.get(i).pixels(), 0, pixels, i * size, size);
      labels.add(examples.get(i).label());
    }
    for (int i = examples.size(); i < count; i++) {
      labels.add(memory.sample(pixels, i * size, settings.replay().shift()));
    }
    return new Labelled(new ImageBatch(shape, count, pixels), labels);
  }

  /**
   * Offers new images, which may be kept or not. An image whose class is one too many is kept
   * without its label, as it was learned from.
   */
  void remember(List<DecodedExample> examples, List<String> classes) {
    for (DecodedExample example : examples) {
      memory.add(example.pixels(), 0, example.label().filter(classes::contains));
    }
    if (memory.size() > 0) {
      budget = budget.plus(examples.size(), settings.rehearsal());
    }
  }

  /** The rehearsals that the budget allows. */
  long rehearsals() {
    return memory.size() == 0 ? 0 : budget.updates(updateImages());
  }

  private int updateImages() {
    return settings.loop().batchSize() * (1 + settings.replay().ratio());
  }
}
