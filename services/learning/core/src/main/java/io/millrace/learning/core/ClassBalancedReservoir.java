package io.millrace.learning.core;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * Decides which examples of a stream are kept, so that the room is shared as evenly among the
 * classes as their examples allow: class-balancing reservoir sampling (Chrysakis and Moens 2020,
 * "Online Continual Learning from Imbalanced Data", algorithm 1). For an example ({@link #offer}):
 *
 * <ol>
 *   <li>While there is room, it is stored.
 *   <li>Else, if its class was never the largest, it replaces a random example of the largest
 *       class.
 *   <li>Else it replaces a random example of its own class, with probability m/n: m examples of the
 *       class are stored, n have been seen. So those stored are a uniform sample of those seen.
 * </ol>
 *
 * <p>Examples without a label are a class too. The caller stores the examples themselves, by slot.
 * Equal seeds and labels give equal decisions. O(slots of a class) at most for an example. Not
 * thread-safe.
 */
public final class ClassBalancedReservoir {

  /** A class: how many examples were seen, the slots of those stored, in ascending order. */
  private static final class Members {
    final Optional<String> label;
    final int number;
    long seen;
    int[] slots = new int[8];
    int stored;
    boolean wasLargest;

    Members(Optional<String> label, int number) {
      this.label = label;
      this.number = number;
    }

    void add(int slot) {
      int at = -1 - Arrays.binarySearch(slots, 0, stored, slot);
      if (stored == slots.length) {
        slots = Arrays.copyOf(slots, 2 * stored);
      }
      System.arraycopy(slots, at, slots, at + 1, stored - at);
      slots[at] = slot;
      stored++;
    }

    int remove(int index) {
      int slot = slots[index];
      System.arraycopy(slots, index + 1, slots, index, stored - index - 1);
      stored--;
      return slot;
    }
  }

  private final int capacity;
  private final Map<Optional<String>, Members> classes = new LinkedHashMap<>();
  private final List<Members> slots = new ArrayList<>();
  private SplitMix64 random;

  /**
   * An empty reservoir.
   *
   * @param capacity the most examples stored; 0 stores none
   * @throws IllegalArgumentException if the capacity is negative
   */
  public ClassBalancedReservoir(int capacity, long seed) {
    if (capacity < 0) {
      throw new IllegalArgumentException("capacity must be >= 0, was " + capacity);
    }
    this.capacity = capacity;
    this.random = new SplitMix64(seed);
  }

  /** Examples that are stored: the slots from 0 on are in use. */
  public int size() {
    return slots.size();
  }

  /** How many are stored of each class, in the order in which the classes first occurred. */
  public Map<Optional<String>, Integer> sizes() {
    Map<Optional<String>, Integer> sizes = new LinkedHashMap<>();
    classes.forEach((label, members) -> sizes.put(label, members.stored));
    return sizes;
  }

  /** The class of a slot's example. */
  public Optional<String> label(int slot) {
    return slots.get(slot).label;
  }

  /** The number of a slot's class, from 0, in the order in which the classes first occurred. */
  public int classNumber(int slot) {
    return slots.get(slot).number;
  }

  /** The generator, from which callers draw slots and what they vary. */
  public SplitMix64 random() {
    return random;
  }

  /** The slot in which to store the next example of the stream; empty if it is not kept. */
  public OptionalInt offer(Optional<String> label) {
    if (capacity == 0) {
      return OptionalInt.empty();
    }
    Members members = members(label);
    members.seen++;
    if (slots.size() < capacity) {
      int slot = slots.size();
      slots.add(members);
      members.add(slot);
      if (slots.size() == capacity) {
        largest().wasLargest = true;
      }
      return OptionalInt.of(slot);
    }
    if (!members.wasLargest) {
      Members largest = largest();
      largest.wasLargest = true;
      int slot = largest.remove(random.nextBelow(largest.stored));
      slots.set(slot, members);
      members.add(slot);
      return OptionalInt.of(slot);
    }
    if (random.nextBelow(members.seen) < members.stored) {
      return OptionalInt.of(members.slots[random.nextBelow(members.stored)]);
    }
    return OptionalInt.empty();
  }

  private Members members(Optional<String> label) {
    return classes.computeIfAbsent(label, it -> new Members(it, classes.size()));
  }

  /** The class with most examples stored; of several, the one that occurred first. */
  private Members largest() {
    Members largest = null;
    for (Members members : classes.values()) {
      if (largest == null || members.stored > largest.stored) {
        largest = members;
      }
    }
    if (largest == null) {
      throw new IllegalStateException("there is no class yet");
    }
    return largest;
  }

  /** Encodes all but the class of each slot. */
  public byte[] summary() {
    List<byte[]> names = new ArrayList<>();
    int bytes = 2 * Long.BYTES;
    for (Optional<String> label : classes.keySet()) {
      byte[] name = label.orElse("").getBytes(StandardCharsets.UTF_8);
      names.add(name);
      bytes += 2 * Integer.BYTES + Long.BYTES + 2 + name.length;
    }
    ByteBuffer out = ByteBuffer.allocate(bytes).putLong(random.state()).putInt(slots.size());
    out.putInt(classes.size());
    for (Members members : classes.values()) {
      byte[] name = names.get(members.number);
      out.putInt(name.length).put(name).put((byte) (members.label.isPresent() ? 1 : 0));
      out.putLong(members.seen).putInt(members.stored).put((byte) (members.wasLargest ? 1 : 0));
    }
    return out.array();
  }

  /**
   * Restores a reservoir.
   *
   * @param summary the result of {@link #summary}
   * @param labels the class of each slot
   * @throws IllegalArgumentException if they do not belong together
   */
  public static ClassBalancedReservoir restore(
      int capacity, byte[] summary, List<Optional<String>> labels) {
    ByteBuffer in = ByteBuffer.wrap(summary);
    var reservoir = new ClassBalancedReservoir(capacity, in.getLong());
    int size = in.getInt();
    if (size != labels.size() || size > capacity) {
      throw new IllegalArgumentException(
          "the checkpoint's memory has %d examples, %d are there, and the capacity is %d"
              .formatted(size, labels.size(), capacity));
    }
    Map<Optional<String>, Integer> stored = reservoir.readClasses(in);
    for (Optional<String> label : labels) {
      Members members = reservoir.members(label);
      members.add(reservoir.slots.size());
      reservoir.slots.add(members);
    }
    if (!reservoir.sizes().equals(stored)) {
      throw new IllegalArgumentException(
          "the checkpoint's memory has %s examples by class, its summary says %s"
              .formatted(reservoir.sizes(), stored));
    }
    return reservoir;
  }

  private Map<Optional<String>, Integer> readClasses(ByteBuffer in) {
    Map<Optional<String>, Integer> stored = new LinkedHashMap<>();
    int count = in.getInt();
    for (int i = 0; i < count; i++) {
      int length = in.getInt();
      if (length < 0 || length > in.remaining()) {
        throw new IllegalArgumentException(
            "the checkpoint's memory ends within the name of a class: it should have %d bytes, and has %d"
                .formatted(length, in.remaining()));
      }
      byte[] name = new byte[length];
      in.get(name);
      boolean named = in.get() == 1;
      Optional<String> label =
          named ? Optional.of(new String(name, StandardCharsets.UTF_8)) : Optional.empty();
      Members members = members(label);
      members.seen = in.getLong();
      stored.put(label, in.getInt());
      members.wasLargest = in.get() == 1;
    }
    return stored;
  }

  /** The classes of a {@link #summary}, in the order of their numbers. */
  public static List<Optional<String>> classesOf(byte[] summary) {
    var reservoir = new ClassBalancedReservoir(0, 0);
    return List.copyOf(
        reservoir
            .readClasses(ByteBuffer.wrap(summary).position(Long.BYTES + Integer.BYTES))
            .keySet());
  }

  /**
   * How many slots the summary says are in use.
   *
   * @throws IllegalArgumentException if it is cut off
   */
  public static int sizeOf(byte[] summary) {
    if (summary.length < Long.BYTES + Integer.BYTES) {
      throw new IllegalArgumentException(
          "the checkpoint's memory has a summary of %d bytes".formatted(summary.length));
    }
    return ByteBuffer.wrap(summary).getInt(Long.BYTES);
  }
}
