package io.millrace.learning.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Random;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.RepetitionInfo;
import org.junit.jupiter.api.Test;

final class ClassBalancedReservoirTest {

  @Test
  void sharesTheRoomEvenlyHoweverSkewedTheStreamIs() {
    var reservoir = new ClassBalancedReservoir(30, 1);
    for (int i = 0; i < 10_000; i++) {
      reservoir.offer(label(i % 100 == 0 ? "rare" : i % 10 == 0 ? "some" : "many"));
    }

    assertThat(reservoir.sizes())
        .isEqualTo(Map.of(label("rare"), 10, label("some"), 10, label("many"), 10));
  }

  @RepeatedTest(100)
  void keepsTheLabelsOfItsSlots(RepetitionInfo repetition) {
    long seed = SplitMix64.mix(repetition.getCurrentRepetition());
    var random = new Random(seed);
    int capacity = random.nextInt(1, 21);
    var reservoir = new ClassBalancedReservoir(capacity, seed);
    List<Optional<String>> slots = new ArrayList<>();
    for (int i = 0; i < 200; i++) {
      Optional<String> label = label("class " + (int) Math.abs(3 * random.nextGaussian()));
      OptionalInt slot = reservoir.offer(label);
      if (slot.isPresent() && slot.getAsInt() == slots.size()) {
        slots.add(label);
      } else if (slot.isPresent()) {
        slots.set(slot.getAsInt(), label);
      }
    }

    assertThat(reservoir.size()).isEqualTo(slots.size()).isEqualTo(Math.min(200, capacity));
    for (int slot = 0; slot < slots.size(); slot++) {
      assertThat(reservoir.label(slot)).isEqualTo(slots.get(slot));
    }
  }

  @RepeatedTest(100)
  void oneThatIsRestoredDecidesAsTheOther(RepetitionInfo repetition) {
    long seed = SplitMix64.mix(repetition.getCurrentRepetition());
    var random = new Random(seed);
    int capacity = random.nextInt(1, 21);
    int before = random.nextInt(100);
    var reservoir = new ClassBalancedReservoir(capacity, seed);
    for (int i = 0; i < before; i++) {
      reservoir.offer(label("class " + random.nextInt(5)));
    }
    List<Optional<String>> labels = new ArrayList<>();
    for (int slot = 0; slot < reservoir.size(); slot++) {
      labels.add(reservoir.label(slot));
    }

    var restored = ClassBalancedReservoir.restore(capacity, reservoir.summary(), labels);

    assertThat(restored.sizes()).isEqualTo(reservoir.sizes());
    for (int i = 0; i < 100; i++) {
      Optional<String> label = label("class " + random.nextInt(6));
      assertThat(restored.offer(label)).isEqualTo(reservoir.offer(label));
    }
  }

  @Test
  void goesOnAfterTwoToThe31ExamplesOfAClassAndAfterARestart() {
    int capacity = 4;
    var reservoir = new ClassBalancedReservoir(capacity, 1);
    for (int i = 0; i < 10; i++) {
      reservoir.offer(label("a"));
    }
    ByteBuffer summary = ByteBuffer.wrap(reservoir.summary());
    int seen = 2 * Long.BYTES + Integer.BYTES + "a".length() + 1;
    assertThat(summary.getLong(seen)).isEqualTo(10);
    summary.putLong(seen, Integer.MAX_VALUE - 5L);
    List<Optional<String>> labels = List.of(label("a"), label("a"), label("a"), label("a"));

    var restored = ClassBalancedReservoir.restore(capacity, summary.array(), labels);
    for (int i = 0; i < 10; i++) {
      restored.offer(label("a"));
    }
    var again = ClassBalancedReservoir.restore(capacity, restored.summary(), labels);
    again.offer(label("a"));

    assertThat(ByteBuffer.wrap(again.summary()).getLong(seen)).isEqualTo(Integer.MAX_VALUE + 6L);
  }

  @Test
  void withoutRoomItKeepsNothing() {
    var reservoir = new ClassBalancedReservoir(0, 1);

    assertThat(reservoir.offer(label("a"))).isEmpty();
    assertThat(reservoir.size()).isZero();
  }

  @Test
  void refusesLabelsThatAreNotThoseOfTheSummary() {
    var reservoir = new ClassBalancedReservoir(3, 1);
    reservoir.offer(label("a"));

    assertThatThrownBy(
            () -> ClassBalancedReservoir.restore(3, reservoir.summary(), List.of(label("b"))))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> ClassBalancedReservoir.restore(3, reservoir.summary(), List.of()))
        .isInstanceOf(IllegalArgumentException.class);
  }

  private static Optional<String> label(String name) {
    return Optional.of(name);
  }
}
