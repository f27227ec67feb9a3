package io.millrace.console.live;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.console.live.LetterMemory.StoredLetter;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.junit.jupiter.api.Test;

final class LetterMemoryTest {

  @Test
  void ofALargeKeyAndValueTheBeginningsAreKeptAndCounted() {
    var letters = new LetterMemory(new MemoryBounds(10, 10_000));
    for (int offset = 0; offset < 3; offset++) {
      letters.accept(
          new ConsumerRecord<>("dead-letters", 0, offset, new byte[1_000_000], new byte[5000]));
    }

    assertThat(letters.newest(10, _ -> true)).hasSize(1);
    StoredLetter kept = letters.newest(1, _ -> true).getFirst();
    assertThat(kept.letter().record().key()).hasSize(LetterMemory.SHOWN_BYTES);
    assertThat(kept.letter().record().value()).hasSize(LetterMemory.SHOWN_BYTES);
    assertThat(kept.bytes()).isEqualTo(5000);
  }
}
