package io.millrace.console.live;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

final class BoundedMemoryTest {

  @Test
  void theOldestMakesRoomByNumber() {
    var memory = new BoundedMemory<String>(new MemoryBounds(2, 100));

    memory.put("a", "1", 1);
    memory.put("b", "2", 1);
    memory.put("c", "3", 1);

    assertThat(memory.newest(9, _ -> true)).containsExactly("3", "2");
    assertThat(memory.get("a")).isEmpty();
    assertThat(memory.evicted()).isEqualTo(1);
  }

  @Test
  void theOldestMakesRoomByBytes() {
    var memory = new BoundedMemory<String>(new MemoryBounds(10, 100));

    memory.put("a", "1", 60);
    memory.put("b", "2", 30);
    memory.put("c", "3", 50);

    assertThat(memory.newest(9, _ -> true)).containsExactly("3", "2");
    assertThat(memory.bytes()).isEqualTo(80);
  }

  @Test
  void whatIsLargerThanAllIsNotKeptAndLeavesTheOthers() {
    var memory = new BoundedMemory<String>(new MemoryBounds(10, 100));
    memory.put("a", "1", 60);

    memory.put("b", "2", 101);

    assertThat(memory.newest(9, _ -> true)).containsExactly("1");
    assertThat(memory.evicted()).isEqualTo(1);
  }

  @Test
  void aValueThatIsPutAgainIsTheNewest() {
    var memory = new BoundedMemory<String>(new MemoryBounds(2, 100));
    memory.put("a", "1", 10);
    memory.put("b", "2", 10);

    memory.put("a", "3", 20);
    memory.put("c", "4", 10);

    assertThat(memory.newest(9, _ -> true)).containsExactly("4", "3");
    assertThat(memory.bytes()).isEqualTo(30);
  }

  @Test
  void onlyWantedValuesCountForTheLimit() {
    var memory = new BoundedMemory<Integer>(new MemoryBounds(10, 100));
    for (int i = 0; i < 6; i++) {
      memory.put("k" + i, i, 1);
    }

    assertThat(memory.newest(2, it -> it % 2 == 0)).containsExactly(4, 2);
  }
}
