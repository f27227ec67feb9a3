package io.millrace.console.live;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.console.live.LetterMemory.StoredLetter;
import io.millrace.runtime.deadletters.Replays;
import java.util.Optional;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.record.TimestampType;
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

  @Test
  void aLetterOfAForgottenSubjectIsNotKept() {
    var letters = new LetterMemory(new MemoryBounds(10, 10_000));
    for (int offset = 0; offset < 2; offset++) {
      letters.accept(new ConsumerRecord<>("dead-letters", 0, offset, new byte[1], new byte[5]));
    }
    var place = new Replays.Place(Uuid.randomUuid(), 0, 1);
    Headers marker = Replays.forgotten("dead-letters", place).headers();

    letters.accept(
        new ConsumerRecord<>(
            "dead-letters",
            0,
            2,
            -1,
            TimestampType.CREATE_TIME,
            -1,
            -1,
            null,
            null,
            marker,
            Optional.empty()));

    assertThat(letters.newest(10, _ -> true))
        .extracting(it -> it.letter().record().offset())
        .containsExactly(0L);
  }
}
