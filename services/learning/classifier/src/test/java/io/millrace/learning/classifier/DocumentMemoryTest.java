package io.millrace.learning.classifier;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

final class DocumentMemoryTest {

  @Test
  void keepsNoMoreThanItsCapacity() {
    var memory = new DocumentMemory(20, 1);
    fill(memory, 0, 100);

    assertThat(memory.size()).isEqualTo(20);
    assertThat(memory.takeChangedBlocks()).containsOnlyKeys("summary", "0", "1", "2");
    assertThat(memory.takeChangedBlocks()).containsOnlyKeys("summary");
  }

  @Test
  void oneThatIsRestoredDrawsAndKeepsAsTheOther() {
    var memory = new DocumentMemory(20, 1);
    fill(memory, 0, 50);
    Map<String, byte[]> state = new HashMap<>(memory.takeChangedBlocks());
    fill(memory, 50, 70);
    state.putAll(memory.takeChangedBlocks());

    DocumentMemory restored = DocumentMemory.restore(20, 1, state);

    for (int i = 70; i < 200; i++) {
      assertThat(restored.sample()).isEqualTo(memory.sample());
      fill(restored, i, i + 1);
      fill(memory, i, i + 1);
    }
    assertThat(restored.takeChangedBlocks().keySet())
        .isEqualTo(memory.takeChangedBlocks().keySet());
  }

  @Test
  void anEarlierCheckpointHasNoMemory() {
    assertThat(DocumentMemory.restore(20, 1, Map.of()).size()).isZero();
  }

  @Test
  void documentsWithTooManyTermsAreNotKept() {
    var memory = new DocumentMemory(20, 1);
    List<String> terms =
        IntStream.rangeClosed(0, DocumentMemory.MAX_TERMS).mapToObj(i -> "t" + i).toList();
    memory.add(new LabelledDocument(terms, Collections.nCopies(terms.size(), 1.0), "a"));
    memory.add(new LabelledDocument(List.of(), List.of(), "a"));

    assertThat(memory.size()).isZero();
  }

  @Test
  void refusesAStateThatIsNotWhole() {
    var memory = new DocumentMemory(20, 1);
    fill(memory, 0, 10);
    Map<String, byte[]> state = new HashMap<>(memory.takeChangedBlocks());

    byte[] cut = new byte[5];
    state.put("1", cut);
    assertThatThrownBy(() -> DocumentMemory.restore(20, 1, state))
        .isInstanceOf(IllegalArgumentException.class);
    state.remove("1");
    assertThatThrownBy(() -> DocumentMemory.restore(20, 1, state))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("8");
  }

  private static void fill(DocumentMemory memory, int from, int to) {
    for (int i = from; i < to; i++) {
      memory.add(
          new LabelledDocument(List.of("a", "term" + i), List.of(0.5, i / 10.0), "class" + i % 3));
    }
  }
}
