package io.millrace.tests.benchmarks;

import io.millrace.learning.classifier.DocumentMemory;
import io.millrace.learning.classifier.LabelledDocument;
import io.millrace.learning.classifier.OnlineClassifier;
import io.millrace.learning.classifier.OnlineClassifierConfig;
import io.millrace.learning.vision.ReplayMemory;
import io.millrace.learning.vision.images.ImageShape;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/**
 * The heap that an entry takes of what grows up to a setting, at its worst, for the figures in the
 * services' settings ({@code HeapRequirement}). By command: {@code mvn -pl tests/benchmarks -am
 * test -Dtest=HeapBenchmark -Dsurefire.failIfNoSpecifiedTests=false}.
 */
final class HeapBenchmark {

  private static final int TERMS = 1_000;

  @Test
  void anEntry() {
    measure("classifier.memory.capacity, 1,000 terms of 88 characters", 1_000, () -> documents(88));
    measure("classifier.memory.capacity, 1,000 terms of 8 characters", 1_000, () -> documents(8));
    measure("classifier.vocabulary.capacity", 65_536, HeapBenchmark::classifier);
    measure("vision.replay.capacity", 10_000, HeapBenchmark::images);
    measure(
        "decoded document of a million short terms, by byte",
        11_000_000,
        () -> document(0, 1_000_000, 2));
  }

  private static void measure(String what, int entries, Supplier<Object> fill) {
    long before = used();
    Object filled = fill.get();
    long bytes = used() - before;
    System.out.printf(
        "%-60s %,12d bytes each, %,d MiB in all%n",
        what, Math.ceilDiv(bytes, entries), bytes >> 20);
    java.lang.ref.Reference.reachabilityFence(filled);
  }

  private static long used() {
    for (int i = 0; i < 3; i++) {
      System.gc();
    }
    return Runtime.getRuntime().totalMemory() - Runtime.getRuntime().freeMemory();
  }

  private static LabelledDocument document(int number, int terms, int length) {
    List<String> words =
        IntStream.range(0, terms)
            .mapToObj(i -> (number + "x" + i + "x".repeat(length)).substring(0, length))
            .collect(Collectors.toList());
    List<Double> weights = IntStream.range(0, terms).mapToObj(i -> i / 1e6).toList();
    return new LabelledDocument(words, weights, "label" + number % 20);
  }

  private static Object documents(int length) {
    var memory = new DocumentMemory(1_000, 1);
    for (int i = 0; i < 1_000; i++) {
      memory.add(document(i, TERMS, length));
    }
    if (memory.size() != 1_000) {
      throw new IllegalStateException("only " + memory.size() + " documents are kept");
    }
    return memory;
  }

  private static Object classifier() {
    var classifier = new OnlineClassifier(OnlineClassifierConfig.defaults(), 1);
    for (int i = 0; i < 66; i++) {
      classifier.learn(List.of(document(i, TERMS, 60)));
    }
    return classifier;
  }

  private static Object images() {
    var memory = new ReplayMemory(new ImageShape(1, 28, 28), 10_000, 1);
    for (int i = 0; i < 10_000; i++) {
      memory.add(new float[28 * 28], 0, Optional.of("label" + i % 10));
    }
    return memory;
  }
}
