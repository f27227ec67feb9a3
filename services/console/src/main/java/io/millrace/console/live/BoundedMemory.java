package io.millrace.console.live;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;

/**
 * The newest values by their keys, bounded by number and by bytes: the oldest makes room. Safe for
 * several threads.
 *
 * @param <V> the values, which nobody changes
 */
public final class BoundedMemory<V> {

  private record Entry<V>(V value, long bytes) {}

  private final LinkedHashMap<String, Entry<V>> entries = new LinkedHashMap<>();
  private final MemoryBounds bounds;
  private long bytes;
  private long evicted;

  /** An empty memory. */
  public BoundedMemory(MemoryBounds bounds) {
    this.bounds = bounds;
  }

  /**
   * Puts a value, which is the newest now, in place of the one with its key. One that is larger
   * than the whole memory is not kept.
   *
   * @param size about how many bytes it takes
   */
  public synchronized void put(String key, V value, long size) {
    remove(key);
    if (size > bounds.bytes()) {
      evicted++;
      return;
    }
    entries.put(key, new Entry<>(value, size));
    bytes += size;
    while (entries.size() > bounds.records() || bytes > bounds.bytes()) {
      bytes -= entries.pollFirstEntry().getValue().bytes();
      evicted++;
    }
  }

  /** Puts another value in the place of one, without making it the newest; not if it is gone. */
  public synchronized void replace(String key, V value) {
    entries.computeIfPresent(key, (_, old) -> new Entry<>(value, old.bytes()));
  }

  /** Forgets a value, if it is there. */
  public synchronized void remove(String key) {
    Entry<V> old = entries.remove(key);
    if (old != null) {
      bytes -= old.bytes();
    }
  }

  /** Forgets the values that are not wanted. */
  public synchronized void removeIf(Predicate<V> unwanted) {
    entries
        .values()
        .removeIf(entry -> {
          boolean gone = unwanted.test(entry.value());
          bytes -= gone ? entry.bytes() : 0;
          return gone;
        });
  }

  /** The value of a key; empty if it was not put, or had to make room. */
  public synchronized Optional<V> get(String key) {
    return Optional.ofNullable(entries.get(key)).map(Entry::value);
  }

  /** The newest values that are wanted, the newest first. */
  public synchronized List<V> newest(int limit, Predicate<V> wanted) {
    List<V> found = new ArrayList<>();
    for (Entry<V> entry : entries.sequencedValues().reversed()) {
      if (found.size() == limit) {
        break;
      }
      if (wanted.test(entry.value())) {
        found.add(entry.value());
      }
    }
    return found;
  }

  /** How many values there are. */
  public synchronized int size() {
    return entries.size();
  }

  /** About how many bytes they take. */
  public synchronized long bytes() {
    return bytes;
  }

  /** How many have made room since the start. */
  public synchronized long evicted() {
    return evicted;
  }
}
