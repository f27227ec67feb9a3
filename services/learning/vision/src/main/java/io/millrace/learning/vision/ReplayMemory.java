package io.millrace.learning.vision;

import io.millrace.learning.core.SplitMix64;
import io.millrace.learning.vision.images.ImageShape;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * A bounded sample of the images learned from, to learn from again, so that a network does not
 * forget what no longer comes. The room is shared as evenly among the classes as their images
 * allow: class-balancing reservoir sampling (Chrysakis and Moens 2020, "Online Continual Learning
 * from Imbalanced Data", algorithm 1). For an image ({@link #add}):
 *
 * <ol>
 *   <li>While there is room, it is stored.
 *   <li>Else, if its class was never the largest, it replaces a random image of the largest class.
 *   <li>Else it replaces a random image of its own class, with probability m/n: m images of the
 *       class are stored, n have been seen. So those stored are a uniform sample of those seen.
 * </ol>
 *
 * <p>Images without a label are a class too. {@link #sample} draws evenly from all that are stored.
 *
 * <p>Pixels are stored as bytes, rounded to 1/255. Equal seeds and images give equal memories. The
 * state is written as named blocks, only those that changed. O(capacity) for an image that is
 * stored. Not thread-safe.
 */
public final class ReplayMemory {

  /** The longest block of the state, in bytes, if no image is longer than a third of it. */
  public static final int MAX_BLOCK_BYTES = 800_000;

  /** The most numbers in an image that can be stored. */
  public static final int MAX_IMAGE_SIZE = MAX_BLOCK_BYTES - 100_000;

  private static final String SUMMARY = "summary";
  private static final double SCALE = 255;

  /** An image: a byte for each of its numbers. */
  private record StoredImage(byte[] pixels, Optional<String> label) {}

  /** A class: how many images were seen and are stored, and whether it was ever the largest. */
  private static final class ClassReservoir {
    long seen;
    int stored;
    boolean wasLargest;
  }

  private final ImageShape shape;
  private final int capacity;
  private final List<StoredImage> slots = new ArrayList<>();
  private final Map<Optional<String>, ClassReservoir> reservoirs = new LinkedHashMap<>();
  private final BitSet changed = new BitSet();
  private SplitMix64 random;

  /**
   * An empty memory.
   *
   * @param shape of the images
   * @param capacity the most images stored; 0 stores none
   * @throws IllegalArgumentException if the images are too large or the capacity is negative
   */
  public ReplayMemory(ImageShape shape, int capacity, long seed) {
    if (capacity < 0) {
      throw new IllegalArgumentException("capacity must be >= 0, was " + capacity);
    }
    if (capacity > 0 && shape.size() > MAX_IMAGE_SIZE) {
      throw new IllegalArgumentException(
          ("the replay memory stores images of at most %,d numbers, %s has %,d: make the images"
                  + " smaller or the capacity 0")
              .formatted(MAX_IMAGE_SIZE, shape, shape.size()));
    }
    this.shape = shape;
    this.capacity = capacity;
    this.random = new SplitMix64(seed);
  }

  /** Images that are stored. */
  public int size() {
    return slots.size();
  }

  /** How many are stored of each class, in the order in which the classes first occurred. */
  public Map<Optional<String>, Integer> sizes() {
    Map<Optional<String>, Integer> sizes = new LinkedHashMap<>();
    reservoirs.forEach((label, reservoir) -> sizes.put(label, reservoir.stored));
    return sizes;
  }

  /**
   * Offers an image, which may be stored or not.
   *
   * @param image {@code float[channels, height, width]} from the offset on, in [0, 1]
   */
  public void add(float[] image, int from, Optional<String> label) {
    if (capacity == 0) {
      return;
    }
    ClassReservoir reservoir = reservoir(label);
    reservoir.seen++;
    if (slots.size() < capacity) {
      store(slots.size(), image, from, label);
      if (slots.size() == capacity) {
        largest().getValue().wasLargest = true;
      }
    } else if (!reservoir.wasLargest) {
      Map.Entry<Optional<String>, ClassReservoir> largest = largest();
      largest.getValue().wasLargest = true;
      int slot = slotOf(largest.getKey(), random.nextBelow(largest.getValue().stored));
      largest.getValue().stored--;
      store(slot, image, from, label);
    } else if (random.nextBelow(reservoir.seen) < reservoir.stored) {
      int slot = slotOf(label, random.nextBelow(reservoir.stored));
      reservoir.stored--;
      store(slot, image, from, label);
    }
  }

  private ClassReservoir reservoir(Optional<String> label) {
    return reservoirs.computeIfAbsent(label, _ -> new ClassReservoir());
  }

  /** The class with most images stored; of several, the one that occurred first. */
  private Map.Entry<Optional<String>, ClassReservoir> largest() {
    Map.Entry<Optional<String>, ClassReservoir> largest = null;
    for (Map.Entry<Optional<String>, ClassReservoir> entry : reservoirs.entrySet()) {
      if (largest == null || entry.getValue().stored > largest.getValue().stored) {
        largest = entry;
      }
    }
    if (largest == null) {
      throw new IllegalStateException("there is no class yet");
    }
    return largest;
  }

  /** The slot of the nth image of a class. */
  private int slotOf(Optional<String> label, int nth) {
    int left = nth;
    for (int slot = 0; slot < slots.size(); slot++) {
      if (slots.get(slot).label().equals(label) && left-- == 0) {
        return slot;
      }
    }
    throw new IllegalStateException("fewer than " + (nth + 1) + " images are stored of " + label);
  }

  private void store(int slot, float[] image, int from, Optional<String> label) {
    byte[] bytes = new byte[shape.size()];
    for (int i = 0; i < bytes.length; i++) {
      bytes[i] = (byte) Math.round(image[from + i] * SCALE);
    }
    var kept = new StoredImage(bytes, label);
    if (slot == slots.size()) {
      slots.add(kept);
    } else {
      slots.set(slot, kept);
    }
    reservoir(label).stored++;
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
    StoredImage kept = slots.get(random.nextBelow(slots.size()));
    int down = maxShift == 0 ? 0 : random.nextBelow(2 * maxShift + 1) - maxShift;
    int across = maxShift == 0 ? 0 : random.nextBelow(2 * maxShift + 1) - maxShift;
    byte[] image = kept.pixels();
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
    return kept.label();
  }

  private int blockImages() {
    return Math.max(1, MAX_BLOCK_BYTES / 8 / shape.size());
  }

  /** The blocks of the state that changed since the last call, by name. */
  public SortedMap<String, byte[]> takeChangedBlocks() {
    SortedMap<String, byte[]> blocks = new TreeMap<>();
    if (capacity > 0) {
      blocks.put(SUMMARY, summary());
      changed.stream().forEach(block -> blocks.put(Integer.toString(block), write(block)));
      changed.clear();
    }
    return blocks;
  }

  private byte[] summary() {
    List<byte[]> names = new ArrayList<>();
    int bytes = 2 * Long.BYTES;
    for (Optional<String> label : reservoirs.keySet()) {
      byte[] name = label.orElse("").getBytes(StandardCharsets.UTF_8);
      names.add(name);
      bytes += 2 * Integer.BYTES + Long.BYTES + 2 + name.length;
    }
    ByteBuffer out = ByteBuffer.allocate(bytes).putLong(random.state()).putInt(slots.size());
    out.putInt(reservoirs.size());
    int place = 0;
    for (Map.Entry<Optional<String>, ClassReservoir> entry : reservoirs.entrySet()) {
      byte[] name = names.get(place++);
      ClassReservoir reservoir = entry.getValue();
      out.putInt(name.length).put(name).put((byte) (entry.getKey().isPresent() ? 1 : 0));
      out.putLong(reservoir.seen)
          .putInt(reservoir.stored)
          .put((byte) (reservoir.wasLargest ? 1 : 0));
    }
    return out.array();
  }

  private byte[] write(int block) {
    int from = block * blockImages();
    int to = Math.min(slots.size(), from + blockImages());
    List<Optional<String>> names = List.copyOf(reservoirs.keySet());
    ByteBuffer out = ByteBuffer.allocate((to - from) * (Integer.BYTES + shape.size()));
    for (StoredImage kept : slots.subList(from, to)) {
      out.putInt(names.indexOf(kept.label())).put(kept.pixels());
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
    var memory = new ReplayMemory(shape, capacity, seed);
    if (capacity > 0) {
      memory.read(blocks);
    }
    return memory;
  }

  private void read(Map<String, byte[]> blocks) {
    byte[] summary = blocks.get(SUMMARY);
    if (summary == null) {
      throw new IllegalArgumentException(
          "the checkpoint of the replay memory has no block " + SUMMARY);
    }
    ByteBuffer in = ByteBuffer.wrap(summary);
    random = new SplitMix64(in.getLong());
    int size = in.getInt();
    int count = in.getInt();
    List<Optional<String>> names = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      byte[] name = new byte[in.getInt()];
      in.get(name);
      boolean named = in.get() == 1;
      ClassReservoir reservoir = new ClassReservoir();
      reservoir.seen = in.getLong();
      reservoir.stored = in.getInt();
      reservoir.wasLargest = in.get() == 1;
      Optional<String> label =
          named ? Optional.of(new String(name, StandardCharsets.UTF_8)) : Optional.empty();
      names.add(label);
      reservoirs.put(label, reservoir);
    }
    if (size < 0 || size > capacity) {
      throw new IllegalArgumentException(
          "the checkpoint of the replay memory has "
              + size
              + " images, the capacity is "
              + capacity);
    }
    for (int from = 0; from < size; from += blockImages()) {
      int images = Math.min(blockImages(), size - from);
      read(images, blocks.get(Integer.toString(from / blockImages())), names);
    }
  }

  private void read(int images, byte @Nullable [] block, List<Optional<String>> names) {
    if (block == null || block.length != images * (Integer.BYTES + shape.size())) {
      throw new IllegalArgumentException(
          "the checkpoint of the replay memory lacks images from number " + slots.size() + " on");
    }
    ByteBuffer in = ByteBuffer.wrap(block);
    for (int i = 0; i < images; i++) {
      Optional<String> label = names.get(in.getInt());
      byte[] image = new byte[shape.size()];
      in.get(image);
      slots.add(new StoredImage(image, label));
    }
  }
}
