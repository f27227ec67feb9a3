package io.millrace.runtime.deadletters.replay;

import io.millrace.runtime.kafka.TopicIds;
import io.millrace.runtime.records.Sha256;
import java.nio.ByteBuffer;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What is kept of a dead letter that may be sent again: not its bytes.
 *
 * @param letterPartition on {@code dead-letters}
 * @param letterOffset on {@code dead-letters}
 * @param topic of the record that was refused
 * @param isOfAnotherTopic whether that topic was deleted and created again since, so that its
 *     offsets say nothing of that record; not known of letters of earlier builds
 * @param isOfAnotherCluster whether that topic is one of another cluster, so that the present one
 *     may be a copy of it under other offsets
 * @param partition of that record; -1 if not known
 * @param offset of that record; -1 if not known
 * @param time of that record, milliseconds since 1970; -1 if not known
 * @param key of that record; null if it has none
 */
record ReplayCandidate(
    int letterPartition,
    long letterOffset,
    String topic,
    boolean isOfAnotherTopic,
    boolean isOfAnotherCluster,
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

  /**
   * A candidate.
   *
   * @param topicIds the present ids of topics by their full names
   */
  static ReplayCandidate of(Letter letter, Map<String, String> topicIds) {
    String present = topicIds.getOrDefault(letter.topic(), "");
    byte[] key = letter.record().key();
    boolean isOfAnotherTopic = !letter.topicId().isEmpty() && !letter.topicId().equals(present);
    return new ReplayCandidate(
        letter.record().partition(),
        letter.record().offset(),
        letter.topic(),
        isOfAnotherTopic,
        isOfAnotherTopic && !TopicIds.isSameCluster(present, letter.topicId()),
        letter.partition(),
        letter.offset(),
        letter.time(),
        key == null ? null : TopicKey.of(letter.topic(), key));
  }

  Optional<TopicKey> topicKey() {
    return Optional.ofNullable(key);
  }
}
