package io.millrace.runtime.settings;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Lowers a capacity to what the heap can hold, so that a service whose defaults suit a large
 * machine does not end by {@code OutOfMemoryError} in a small container, at every start again.
 */
public final class HeapCapacity {

  private static final Logger LOG = LoggerFactory.getLogger(HeapCapacity.class);

  private HeapCapacity() {}

  /**
   * The capacity, or as much of it as a share of this process's heap holds; a warning says so.
   *
   * @param setting the name of the setting
   * @param capacity its value
   * @param bytesEach the heap that an entry takes, rather too much than too little
   * @param share the part of the heap for all entries, above 0 and at most 1
   */
  public static int fitting(String setting, int capacity, int bytesEach, double share) {
    return fitting(setting, capacity, bytesEach, share, Runtime.getRuntime().maxMemory());
  }

  static int fitting(String setting, int capacity, int bytesEach, double share, long heapBytes) {
    long fits = Math.max(1, (long) (heapBytes * share / bytesEach));
    if (capacity <= fits) {
      return capacity;
    }
    LOG.warn(
        "{}={} is lowered to {}: {} bytes each fill {} % of the heap of {} MiB. For all of it, give"
            + " the process a heap of {} MiB (-Xmx, or twice that as the container's limit)",
        setting,
        capacity,
        fits,
        bytesEach,
        Math.round(share * 100),
        heapBytes >> 20,
        (long) Math.ceil(capacity * (double) bytesEach / share) >> 20);
    return (int) fits;
  }
}
