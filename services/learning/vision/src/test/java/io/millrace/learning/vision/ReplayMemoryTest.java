package io.millrace.learning.vision;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.millrace.learning.vision.images.ImageShape;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

final class ReplayMemoryTest {

  private static final ImageShape SHAPE = new ImageShape(1, 2, 3);

  @Test
  void keepsEveryImageWhileThereIsRoom() {
    var memory = new ReplayMemory(SHAPE, 5, 1);

    meet(memory, 0, 4, "a");

    assertThat(memory.size()).isEqualTo(4);
    assertThat(recalled(memory, 200)).containsOnlyKeys(0, 1, 2, 3);
  }

  @Test
  void classesShareTheRoomEvenlyHoweverLateTheyCome() {
    var memory = new ReplayMemory(SHAPE, 60, 1);

    meet(memory, 0, 900, "early");
    meet(memory, 900, 1_000, "later");
    meet(memory, 1_000, 1_200, "last");

    assertThat(memory.size()).isEqualTo(60);
    assertThat(memory.sizes().keySet())
        .containsExactly(Optional.of("early"), Optional.of("later"), Optional.of("last"));
    assertThat(memory.sizes().values()).allMatch(kept -> kept >= 19 && kept <= 21);
  }

  @Test
  void aRareClassIsKeptWhole() {
    var memory = new ReplayMemory(SHAPE, 50, 1);
    meet(memory, 0, 100, "frequent");

    meet(memory, 100, 103, "rare");
    meet(memory, 103, 200, "frequent");

    assertThat(memory.sizes())
        .containsEntry(Optional.of("frequent"), 47)
        .containsEntry(Optional.of("rare"), 3);
  }

  @Test
  void aClassKeepsAFairSampleOfItself() {
    double early = 0;
    for (int seed = 0; seed < 200; seed++) {
      var memory = new ReplayMemory(SHAPE, 20, seed);
      meet(memory, 0, 200, "a");
      early += distinct(memory).stream().filter(image -> image < 100).count();
    }

    assertThat(early / 200).as("of 20, of the first half").isCloseTo(10, within(0.7));
  }

  @Test
  void whatHasNoLabelIsAClassToo() {
    var memory = new ReplayMemory(SHAPE, 10, 1);

    for (int i = 0; i < 50; i++) {
      memory.add(image(i), 0, i % 2 == 0 ? Optional.empty() : Optional.of(""));
    }

    assertThat(memory.sizes().keySet()).containsExactly(Optional.empty(), Optional.of(""));
    assertThat(memory.sizes().values()).allMatch(kept -> kept >= 4 && kept <= 6);
  }

  @Test
  void recallsAnImageWithItsLabelToTheByte() {
    var memory = new ReplayMemory(SHAPE, 1, 1);
    float[] image = {0, 1 / 255f, 0.5f, 254 / 255f, 1, 77 / 255f};
    memory.add(image, 0, Optional.of("seven"));
    float[] target = new float[8];

    Optional<String> label = memory.sample(target, 1, 0);

    assertThat(label).contains("seven");
    assertThat(target).containsExactly(0, 0, 1 / 255f, 128 / 255f, 254 / 255f, 1, 77 / 255f, 0);
  }

  @Test
  void movesWhatItRecallsByAtMostItsReachAndFillsWithZeros() {
    var memory = new ReplayMemory(new ImageShape(1, 5, 5), 1, 1);
    float[] dot = new float[25];
    dot[12] = 1;
    memory.add(dot, 0, Optional.empty());
    float[] seen = new float[25];
    for (int i = 0; i < 300; i++) {
      float[] target = new float[25];
      memory.sample(target, 0, 1);
      float sum = 0;
      for (int pixel = 0; pixel < 25; pixel++) {
        seen[pixel] = Math.max(seen[pixel], target[pixel]);
        sum += target[pixel];
      }
      assertThat(sum).isEqualTo(1);
    }

    for (int y = 0; y < 5; y++) {
      for (int x = 0; x < 5; x++) {
        boolean near = Math.abs(y - 2) <= 1 && Math.abs(x - 2) <= 1;
        assertThat(seen[y * 5 + x]).as("at " + y + ", " + x).isEqualTo(near ? 1 : 0);
      }
    }
  }

  @Test
  void goesOnFromItsChangedBlocksAsIfItHadNeverStopped() {
    var undisturbed = new ReplayMemory(SHAPE, 30, 1);
    var first = new ReplayMemory(SHAPE, 30, 1);
    Map<String, byte[]> blocks = new HashMap<>();
    for (int from = 0; from < 400; from += 40) {
      meet(undisturbed, from, from + 40, "class " + from / 100);
      meet(first, from, from + 40, "class " + from / 100);
      recalled(undisturbed, 3);
      recalled(first, 3);
      undisturbed.takeChangedBlocks();
      blocks.putAll(first.takeChangedBlocks());
      first = ReplayMemory.restore(SHAPE, 30, 1, blocks);
    }

    assertThat(first.sizes()).isEqualTo(undisturbed.sizes());
    assertThat(recalled(first, 50)).isEqualTo(recalled(undisturbed, 50));
    meet(first, 400, 401, "class 1");
    meet(undisturbed, 400, 401, "class 1");
    Map<String, byte[]> expected = undisturbed.takeChangedBlocks();
    Map<String, byte[]> actual = first.takeChangedBlocks();
    assertThat(actual).containsOnlyKeys(expected.keySet());
    expected.forEach((name, bytes) -> assertThat(actual.get(name)).isEqualTo(bytes));
  }

  @Test
  void refusesBlocksThatAreNotWhole() {
    var memory = new ReplayMemory(SHAPE, 30, 1);
    meet(memory, 0, 20, "a");
    Map<String, byte[]> blocks = memory.takeChangedBlocks();
    Map<String, byte[]> fewer = new HashMap<>(blocks);
    fewer.remove("0");

    assertThatThrownBy(() -> ReplayMemory.restore(SHAPE, 30, 1, Map.of()))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("summary");
    assertThatThrownBy(() -> ReplayMemory.restore(SHAPE, 30, 1, fewer))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("lacks images");
    assertThatThrownBy(() -> ReplayMemory.restore(SHAPE, 10, 1, blocks))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("capacity is 10");
  }

  @Test
  void refusesImagesThatAreTooLargeUnlessItKeepsNone() {
    var large = new ImageShape(3, 600, 600);

    assertThatThrownBy(() -> new ReplayMemory(large, 1, 1))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("1,080,000");
    var none = new ReplayMemory(large, 0, 1);
    none.add(new float[large.size()], 0, Optional.empty());
    assertThat(none.size()).isZero();
    assertThat(none.takeChangedBlocks()).isEmpty();
  }

  private static void meet(ReplayMemory memory, int from, int to, String label) {
    for (int i = from; i < to; i++) {
      memory.add(image(i), 0, Optional.of(label));
    }
  }

  /** An image that shows its number. */
  private static float[] image(int number) {
    return new float[] {number % 256 / 255f, number / 256 / 255f, 0, 0, 0, 0};
  }

  /** How often each image was recalled. */
  private static Map<Integer, Integer> recalled(ReplayMemory memory, int times) {
    Map<Integer, Integer> counts = new HashMap<>();
    for (int i = 0; i < times; i++) {
      float[] target = new float[6];
      memory.sample(target, 0, 0);
      counts.merge(
          Math.round(target[0] * 255) + 256 * Math.round(target[1] * 255), 1, Integer::sum);
    }
    return counts;
  }

  private static List<Integer> distinct(ReplayMemory memory) {
    return new ArrayList<>(recalled(memory, 400).keySet());
  }
}
