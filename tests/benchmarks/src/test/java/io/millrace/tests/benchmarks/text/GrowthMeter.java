package io.millrace.tests.benchmarks.text;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Locale;
import java.util.function.Predicate;
import java.util.stream.Stream;

/** How fast this process works between moments, and what memory and disk hold at each. */
final class GrowthMeter {

  /** The columns of {@link Row#toString}. */
  static final String HEADINGS =
      " documents  documents/s  µs/document  heap   process  stores  changelogs  frequencies";

  /**
   * What was seen between two moments.
   *
   * @param documents how many there were at the end
   * @param rate documents a second
   * @param micros processor time of this process a document, broker included
   * @param held what was held at the end
   */
  record Row(long documents, double rate, double micros, Held held) {
    @Override
    public String toString() {
      return String.format(Locale.ROOT, "%,10d %,12.0f %12.1f", documents, rate, micros) + held;
    }
  }

  /**
   * In bytes.
   *
   * @param heap the least that was used between the moments: what lives is not more
   * @param process what the process has of the machine's memory
   * @param stores the folder of the service's stores
   * @param changelogs the topics of what is in them
   * @param frequencies the topic
   */
  record Held(long heap, long process, long stores, long changelogs, long frequencies) {
    @Override
    public String toString() {
      return String.format(
          Locale.ROOT,
          " %,5d %,9d %,7d %,11d %,12d",
          heap >> 20,
          process >> 20,
          stores >> 20,
          changelogs >> 20,
          frequencies >> 20);
    }
  }

  private final Path stores;
  private final Path topics;
  private long heap = Long.MAX_VALUE;
  private long documents;
  private long since = System.nanoTime();
  private long processor = processorNanos();

  /**
   * Of the service and the broker in this process.
   *
   * @param stores the folder of the service's stores
   * @param topics that of the broker's logs
   */
  GrowthMeter(Path stores, Path topics) {
    this.stores = stores;
    this.topics = topics;
  }

  /** Notes what memory is used; to be called often. */
  void sample() {
    heap = Math.min(heap, ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed());
  }

  /** What was since the last row. */
  Row row(long documentsNow) {
    long now = System.nanoTime();
    long processorNow = processorNanos();
    double done = documentsNow - documents;
    var row =
        new Row(
            documentsNow,
            done * 1e9 / (now - since),
            (processorNow - processor) / 1e3 / done,
            new Held(
                heap,
                processBytes(),
                bytes(stores, _ -> true),
                bytes(topics, path -> path.contains("-changelog-")),
                bytes(topics, path -> path.contains("/document-frequencies-"))));
    heap = Long.MAX_VALUE;
    documents = documentsNow;
    processor = processorNow;
    since = now;
    return row;
  }

  private static long processorNanos() {
    return ProcessHandle.current().info().totalCpuDuration().orElse(Duration.ZERO).toNanos();
  }

  /** Where Linux says it; 0 elsewhere. */
  private static long processBytes() {
    try (Stream<String> lines = Files.lines(Path.of("/proc/self/status"))) {
      return lines
          .filter(line -> line.startsWith("VmRSS:"))
          .mapToLong(line -> 1024 * Long.parseLong(line.replaceAll("\\D", "")))
          .sum();
    } catch (IOException e) {
      return 0;
    }
  }

  /** The sizes of files, of those that are not deleted meanwhile; holes in an index not counted. */
  private static long bytes(Path folder, Predicate<String> which) {
    try (Stream<Path> files = Files.walk(folder)) {
      return files
          .filter(file -> which.test(file.toString()) && !file.toString().endsWith("index"))
          .mapToLong(file -> file.toFile().length())
          .sum();
    } catch (IOException | UncheckedIOException e) {
      return 0;
    }
  }
}
