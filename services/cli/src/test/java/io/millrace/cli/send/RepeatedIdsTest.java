package io.millrace.cli.send;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

final class RepeatedIdsTest {

  @Test
  void everyIdIsFoundAtItsFirstPlace() {
    var ids = new RepeatedIds();
    for (int i = 0; i < 10_000; i++) {
      assertThat(ids.before("id " + i, "f" + i / 3_000 + ".csv:" + i)).isEmpty();
    }

    for (int i = 0; i < 10_000; i++) {
      assertThat(ids.before("id " + i, "g.csv:" + i)).contains("f" + i / 3_000 + ".csv:" + i);
    }
    assertThat(ids.isFull()).isFalse();
  }

  @Test
  void aWholeFileIsAPlaceToo() {
    var ids = new RepeatedIds();
    ids.before("a", "folder/a:b.txt");

    assertThat(ids.before("a", "c.csv:2")).contains("folder/a:b.txt");
    assertThat(RepeatedIds.both("folder/a:b.txt", "c.csv:2"))
        .isEqualTo("folder/a:b.txt and c.csv:2");
  }

  @Test
  void onlySoManyIdsAreRemembered() {
    var ids = new RepeatedIds(2);
    ids.before("a", "f:1");
    ids.before("b", "f:2");
    ids.before("c", "f:3");

    assertThat(ids.isFull()).isTrue();
    assertThat(ids.before("c", "f:4")).isEmpty();
    assertThat(ids.before("a", "f:5")).contains("f:1");
  }
}
