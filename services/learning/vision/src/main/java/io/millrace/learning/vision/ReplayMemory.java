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
 * A bounded sample of the images met, to be learned from again, so that a network does not forget
 * what comes no more. Each class has its reservoir, and they share the room as evenly as what came
 * allows: class-balancing reservoir sampling (Chrysakis and Moens 2020, "Online Continual Learning
 * from Imbalanced Data", algorithm 1). While there is room every image is kept. Then one of a class
 * that was never the largest takes the place of one of the largest class; one of a class that was
 * takes the place of one of its own, with a probability that leaves that class a fair sample.
 * Images without a label are a class too.
 *
 * <p>Pixels are kept as bytes, rounded to 1/255. Equal seeds and images give equal memories. The
 * state can be taken out as named blocks, only those that changed. O(capacity) an image kept. Not
 * thread-safe.
 */
public final class ReplayMemory {

  /** The longest block of the state, in bytes, if no image is longer than a third of it. */
  public static final int MAX_BLOCK_BYTES = 800_000;

  /** The most numbers in an image that can be kept. */
  public static final int MAX_IMAGE_SIZE = MAX_BLOCK_BYTES - 100_000;

  private static final String SUMMARY = "summary";
  private static final double SCALE = 255;

  /** An image: a byte for each of its numbers. */
  private record StoredImage(byte[] pixels, Optional<String> label) {}

  /** A class of images: how many came, how many are kept, whether it was the largest once. */
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
   * @param capacity the most images kept; 0 keeps none
   * @throws IllegalArgumentException if the images are too large or the capacity is negative
   */
  public ReplayMemory(ImageShape shape, int capacity, long seed) {
    if (capacity < 0) {
      throw new IllegalArgumentException("capacity must be >= 0, was " + capacity);
    }
    if (capacity > 0 && shape.size() > MAX_IMAGE_SIZE) {
      throw new IllegalArgumentException(
          "images of more than %,d numbers cannot be kept for replay, %s has %,d"
              .formatted(MAX_IMAGE_SIZE, shape, shape.size()));
    }
    this.shape = shape;
    this.capacity = capacity;
    this.random = new SplitMix64(seed);
  }

  /** Images that are kept. */
  public int size() {
    return slots.size();
  }

  /** How many are kept by class, in the order in which the classes were met. */
  public Map<Optional<String>, Integer> sizes() {
    Map<Optional<String>, Integer> sizes = new LinkedHashMap<>();
    reservoirs.forEach((label, kind) -> sizes.put(label, kind.stored));
    return sizes;
  }

  /**
   * Meets an image, and perhaps keeps it.
   *
   * @param image {@code float[channels, height, width]} from the offset on, in [0, 1]
   */
  public void add(float[] image, int from, Optional<String> label) {
    if (capacity == 0) {
      return;
    }
    ClassReservoir kind = kind(label);
    kind.seen++;
    if (slots.size() < capacity) {
      keep(slots.size(), image, from, label);
      if (slots.size() == capacity) {
        largest().getValue().wasLargest = true;
      }
    } else if (!kind.wasLargest) {
      Map.Entry<Optional<String>, ClassReservoir> largest = largest();
      largest.getValue().wasLargest = true;
      int slot = slotOf(largest.getKey(), random.nextBelow(largest.getValue().stored));
      largest.getValue().stored--;
      keep(slot, image, from, label);
    } else if (random.nextBelow(kind.seen) < kind.stored) {
      int slot = slotOf(label, random.nextBelow(kind.stored));
      kind.stored--;
      keep(slot, image, from, label);
    }
  }

  private ClassReservoir kind(Optional<String> label) {
    return reservoirs.computeIfAbsent(label, _ -> new ClassReservoir());
  }

  /** The class that keeps most, of several the one met first. */
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
    throw new IllegalStateException("there are not " + (nth + 1) + " images of " + label);
  }

  private void keep(int slot, float[] image, int from, Optional<String> label) {
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
    kind(label).stored++;
    changed.set(slot / blockImages());
  }

  /**
   * Recalls an image at random; there must be one. Each is as likely, so that the classes come as
   * evenly as they are kept.
   *
   * @param target where its pixels go, {@code float[channels, height, width]} from the offset on
   * @param reach how many pixels it may be shifted in each direction; what comes in is 0
   * @return its label
   */
  public Optional<String> sample(float[] target, int at, int reach) {
    StoredImage kept = slots.get(random.nextBelow(slots.size()));
    int down = reach == 0 ? 0 : random.nextBelow(2 * reach + 1) - reach;
    int across = reach == 0 ? 0 : random.nextBelow(2 * reach + 1) - reach;
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
      ClassReservoir kind = entry.getValue();
      out.putInt(name.length).put(name).put((byte) (entry.getKey().isPresent() ? 1 : 0));
      out.putLong(kind.seen).putInt(kind.stored).put((byte) (kind.wasLargest ? 1 : 0));
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
   * A memory that goes on from the newest blocks of each name that {@link #takeChangedBlocks} gave.
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
      throw new IllegalArgumentException("the replay memory has no block " + SUMMARY);
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
      ClassReservoir kind = new ClassReservoir();
      kind.seen = in.getLong();
      kind.stored = in.getInt();
      kind.wasLargest = in.get() == 1;
      Optional<String> label =
          named ? Optional.of(new String(name, StandardCharsets.UTF_8)) : Optional.empty();
      names.add(label);
      reservoirs.put(label, kind);
    }
    if (size < 0 || size > capacity) {
      throw new IllegalArgumentException(
          "the replay memory holds " + size + " images, its capacity is " + capacity);
    }
    for (int from = 0; from < size; from += blockImages()) {
      int images = Math.min(blockImages(), size - from);
      read(images, blocks.get(Integer.toString(from / blockImages())), names);
    }
  }

  private void read(int images, byte @Nullable [] block, List<Optional<String>> names) {
    if (block == null || block.length != images * (Integer.BYTES + shape.size())) {
      throw new IllegalArgumentException(
          "the replay memory's images from " + slots.size() + " on are not whole");
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
