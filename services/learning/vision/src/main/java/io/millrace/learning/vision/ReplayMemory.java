package io.millrace.learning.vision;

import io.millrace.learning.core.ClassBalancedReservoir;
import io.millrace.learning.core.SplitMix64;
import io.millrace.learning.vision.images.ImageShape;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.IntConsumer;

/**
 * A bounded sample of the images learned from, to learn from again, so that a network does not
 * forget what no longer comes. {@link ClassBalancedReservoir} decides which are stored. {@link
 * #sample} draws evenly from all that are stored.
 *
 * <p>Pixels are stored as bytes, rounded to 1/255. Equal seeds and images give equal memories. The
 * state is written as named blocks, only those that changed. Not thread-safe.
 */
public final class ReplayMemory {

  /** The longest block of the state, in bytes, if no image is longer than a third of it. */
  public static final int MAX_BLOCK_BYTES = 800_000;

  /** The most numbers in an image that can be stored. */
  public static final int MAX_IMAGE_SIZE = MAX_BLOCK_BYTES - 100_000;

  private static final String SUMMARY = "summary";
  private static final double SCALE = 255;

  private final ImageShape shape;
  private final int capacity;
  private final ClassBalancedReservoir reservoir;
  private final List<byte[]> slots = new ArrayList<>();
  private final BitSet changed = new BitSet();

  /**
   * An empty memory.
   *
   * @param shape of the images
   * @param capacity the most images stored; 0 stores none
   * @throws IllegalArgumentException if the images are too large or the capacity is negative
   */
  public ReplayMemory(ImageShape shape, int capacity, long seed) {
    this(shape, capacity, new ClassBalancedReservoir(capacity, seed));
  }

  private ReplayMemory(ImageShape shape, int capacity, ClassBalancedReservoir reservoir) {
    if (capacity > 0 && shape.size() > MAX_IMAGE_SIZE) {
      throw new IllegalArgumentException(
          ("the replay memory stores images of at most %,d numbers, %s has %,d: make the images"
                  + " smaller or the capacity 0")
              .formatted(MAX_IMAGE_SIZE, shape, shape.size()));
    }
    this.shape = shape;
    this.capacity = capacity;
    this.reservoir = reservoir;
  }

  /** Images that are stored. */
  public int size() {
    return slots.size();
  }

  /** How many are stored of each class, in the order in which the classes first occurred. */
  public Map<Optional<String>, Integer> sizes() {
    return reservoir.sizes();
  }

  /**
   * Offers an image, which may be stored or not.
   *
   * @param image {@code float[channels, height, width]} from the offset on, in [0, 1]
   */
  public void add(float[] image, int from, Optional<String> label) {
    OptionalInt slot = reservoir.offer(label);
    if (slot.isPresent()) {
      store(slot.getAsInt(), image, from);
    }
  }

  private void store(int slot, float[] image, int from) {
    byte[] bytes = new byte[shape.size()];
    for (int i = 0; i < bytes.length; i++) {
      bytes[i] = (byte) Math.round(image[from + i] * SCALE);
    }
    if (slot == slots.size()) {
      slots.add(bytes);
    } else {
      slots.set(slot, bytes);
    }
    changed.set(slot / blockImages());
  }

  /**
   * Draws an image at random, each with the same probability; at least one must be stored.
   *
   * @param target where its pixels go, {@code float[channels, height, width]} from the offset on
   * @param maxShift the most pixels by which it is moved in each direction, at random; pixels that
   *     come in are 0
   * @return its label
   */
  public Optional<String> sample(float[] target, int at, int maxShift) {
    SplitMix64 random = reservoir.random();
    int slot = random.nextBelow(slots.size());
    int down = maxShift == 0 ? 0 : random.nextBelow(2 * maxShift + 1) - maxShift;
    int across = maxShift == 0 ? 0 : random.nextBelow(2 * maxShift + 1) - maxShift;
    byte[] image = slots.get(slot);
    for (int c = 0; c < shape.channels(); c++) {
      for (int y = 0; y < shape.height(); y++) {
        for (int x = 0; x < shape.width(); x++) {
          int sourceY = y - down;
          int sourceX = x - across;
          boolean inside =
              sourceY >= 0 && sourceY < shape.height() && sourceX >= 0 && sourceX < shape.width();
          int source = (c * shape.height() + sourceY) * shape.width() + sourceX;
          target[at++] = inside ? (image[source] & 0xff) / (float) SCALE : 0;
        }
      }
    }
    return reservoir.label(slot);
  }

  private int blockImages() {
    return blockImages(shape);
  }

  private static int blockImages(ImageShape shape) {
    return Math.max(1, MAX_BLOCK_BYTES / 8 / shape.size());
  }

  /** The blocks of the state that changed since the last call, by name. */
  public SortedMap<String, byte[]> takeChangedBlocks() {
    SortedMap<String, byte[]> blocks = new TreeMap<>();
    if (capacity > 0) {
      blocks.put(SUMMARY, reservoir.summary());
      changed.stream().forEach(block -> blocks.put(Integer.toString(block), write(block)));
      changed.clear();
    }
    return blocks;
  }

  private byte[] write(int block) {
    int from = block * blockImages();
    int to = Math.min(slots.size(), from + blockImages());
    ByteBuffer out = ByteBuffer.allocate((to - from) * (Integer.BYTES + shape.size()));
    for (int slot = from; slot < to; slot++) {
      out.putInt(reservoir.classNumber(slot)).put(slots.get(slot));
    }
    return out.array();
  }

  /**
   * Restores a memory from the newest blocks of each name that {@link #takeChangedBlocks} returned.
   *
   * @throws IllegalArgumentException if they are not the state of such a memory
   */
  public static ReplayMemory restore(
      ImageShape shape, int capacity, long seed, Map<String, byte[]> blocks) {
    if (capacity == 0) {
      return new ReplayMemory(shape, capacity, seed);
    }
    byte[] summary = blocks.get(SUMMARY);
    if (summary == null) {
      throw new IllegalArgumentException(
          "the checkpoint of the replay memory has no block " + SUMMARY);
    }
    int size = ClassBalancedReservoir.sizeOf(summary);
    if (size < 0 || size > capacity) {
      throw new IllegalArgumentException(
          "the checkpoint of the replay memory has %d images, the capacity is %d"
              .formatted(size, capacity));
    }
    List<Optional<String>> classes = ClassBalancedReservoir.classesOf(summary);
    List<Optional<String>> labels = new ArrayList<>();
    List<byte[]> images = new ArrayList<>();
    while (images.size() < size) {
      read(shape, size, blocks, images, number -> labels.add(label(classes, number)));
    }
    var memory =
        new ReplayMemory(
            shape, capacity, ClassBalancedReservoir.restore(capacity, summary, labels));
    memory.slots.addAll(images);
    return memory;
  }

  private static Optional<String> label(List<Optional<String>> classes, int number) {
    if (number < 0 || number >= classes.size()) {
      throw new IllegalArgumentException(
          "the checkpoint of the replay memory has an image of class %d, and %d classes"
              .formatted(number, classes.size()));
    }
    return classes.get(number);
  }

  /** Reads the next block. */
  private static void read(
      ImageShape shape,
      int size,
      Map<String, byte[]> blocks,
      List<byte[]> images,
      IntConsumer classNumbers) {
    int count = Math.min(blockImages(shape), size - images.size());
    byte[] block = blocks.get(Integer.toString(images.size() / blockImages(shape)));
    if (block == null || block.length != count * (Integer.BYTES + shape.size())) {
      throw new IllegalArgumentException(
          "the checkpoint of the replay memory lacks images from number %d on"
              .formatted(images.size()));
    }
    ByteBuffer in = ByteBuffer.wrap(block);
    for (int i = 0; i < count; i++) {
      classNumbers.accept(in.getInt());
      byte[] image = new byte[shape.size()];
      in.get(image);
      images.add(image);
    }
  }
}
