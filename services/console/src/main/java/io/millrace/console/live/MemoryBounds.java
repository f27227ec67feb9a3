package io.millrace.console.live;

/**
 * How much a memory may hold.
 *
 * @param records at least 1
 * @param bytes at least 1
 */
public record MemoryBounds(int records, long bytes) {
  public MemoryBounds {
    if (records < 1 || bytes < 1) {
      throw new IllegalArgumentException(
          "records and bytes must be >= 1, were " + records + " and " + bytes);
    }
  }
}
