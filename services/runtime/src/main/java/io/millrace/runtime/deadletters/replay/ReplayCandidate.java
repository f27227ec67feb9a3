package io.millrace.runtime.deadletters.replay;

import io.millrace.runtime.records.Sha256;
import java.nio.ByteBuffer;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What is kept of a dead letter that may be sent again: not its bytes.
 *
 * @param letterPartition on {@code dead-letters}
 * @param letterOffset on {@code dead-letters}
 * @param topic of the record that was refused
 * @param partition of that record; -1 if not known
 * @param offset of that record; -1 if not known
 * @param time of that record, milliseconds since 1970; -1 if not known
 * @param key of that record; null if it has none
 */
record ReplayCandidate(
    int letterPartition,
    long letterOffset,
    String topic,
    int partition,
    long offset,
    long time,
    @Nullable TopicKey key) {

  /** A key of a topic, by 128 bits of its SHA-256: keys may be long, and many. */
  record TopicKey(String topic, long high, long low) {

    static TopicKey of(String topic, byte[] key) {
      ByteBuffer digest = ByteBuffer.wrap(Sha256.digest().digest(key));
      return new TopicKey(topic, digest.getLong(), digest.getLong());
    }
  }

  static ReplayCandidate of(Letter letter) {
    byte[] key = letter.record().key();
    return new ReplayCandidate(
        letter.record().partition(),
        letter.record().offset(),
        letter.topic(),
        letter.partition(),
        letter.offset(),
        letter.time(),
        key == null ? null : TopicKey.of(letter.topic(), key));
  }

  Optional<TopicKey> topicKey() {
    return Optional.ofNullable(key);
  }
}
