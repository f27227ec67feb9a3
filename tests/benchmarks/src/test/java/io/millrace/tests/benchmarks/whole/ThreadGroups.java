package io.millrace.tests.benchmarks.whole;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/**
 * The processor time of another Java process by groups of its threads, as Linux tells it: {@code
 * /proc/PID/task}. There are the JVM's own threads too, which Java does not count. A thread is
 * known by the first 15 characters of its name. What a thread used after the last sample is lost
 * with it.
 */
final class ThreadGroups {

  /** The parts of the program. */
  enum Group {
    LEARNING("vision", "embedding", "classifier"),
    SCORING("scoring", "models-follower"),
    TEXT("millrace-text"),
    LABELLING("millrace-labell"),
    EVALUATION("millrace-evalua"),
    SEARCH("search", "Lucene"),
    PRODUCERS("kafka-producer-"),
    BROKER(
        "data-plane",
        "group-coord",
        "AddPartitionsTo",
        "TxnMarker",
        "kafka-log-clean",
        "ExpirationReape",
        "executor-",
        "kafka-scheduler",
        "kafka-0",
        "kafka-1",
        "quorum",
        "raft",
        "transaction-log",
        "controller-",
        "broker-",
        "share-",
        "log-",
        "metrics-meter"),
    COMPILER("C1 Compiler", "C2 Compiler"),
    COLLECTOR("GC Thread", "VM Thread", "G1 ", "ParGC"),
    DEMONSTRATION("main", "java", "demo-"),
    OTHER("");

    private final List<String> beginnings;

    Group(String... beginnings) {
      this.beginnings = List.of(beginnings);
    }

    private static Group of(String thread) {
      return Stream.of(values())
          .filter(group -> group.beginnings.stream().anyMatch(thread::startsWith))
          .findFirst()
          .orElse(OTHER);
    }
  }

  /** Linux reports hundredths of a second to programs, whatever its own clock does. */
  private static final double TICKS_PER_SECOND = 100;

  private static final int USER_TICKS = 11;

  private record Thread(String name, long ticks) {}

  private final Path tasks;
  private final Map<String, Thread> threads = new HashMap<>();

  ThreadGroups(long pid) {
    tasks = Path.of("/proc", Long.toString(pid), "task");
  }

  /** Reads the counters of all threads; those of threads that have ended stay as they were. */
  void sample() {
    try (Stream<Path> ids = Files.list(tasks)) {
      ids.forEach(this::sample);
    } catch (IOException e) {
      // The process has ended.
    }
  }

  private void sample(Path id) {
    try {
      String stat = Files.readString(id.resolve("stat"));
      int end = stat.lastIndexOf(')');
      String[] fields = stat.substring(end + 2).split(" ");
      threads.put(
          id.getFileName().toString(),
          new Thread(
              stat.substring(stat.indexOf('(') + 1, end),
              Long.parseLong(fields[USER_TICKS]) + Long.parseLong(fields[USER_TICKS + 1])));
    } catch (IOException e) {
      // The thread has ended.
    }
  }

  /** Processor seconds since the process began, user and system, of the last sample. */
  Map<Group, Double> seconds() {
    Map<Group, Double> seconds = new EnumMap<>(Group.class);
    for (Group group : Group.values()) {
      seconds.put(group, 0.0);
    }
    threads
        .values()
        .forEach(thread ->
            seconds.merge(Group.of(thread.name()), thread.ticks() / TICKS_PER_SECOND, Double::sum));
    return seconds;
  }
}
