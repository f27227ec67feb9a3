package io.millrace.runtime.deadletters.replay;

import io.millrace.runtime.deadletters.DeadLetters;
import io.millrace.runtime.deadletters.Replays;
import io.millrace.runtime.records.EventHeaders;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.stream.Stream;
import org.apache.kafka.clients.consumer.ConsumerRecord;

/**
 * A dead letter, with what its headers say of the record that it was.
 *
 * @param record on {@code dead-letters}; not a marker of a replay
 */
public record Letter(ConsumerRecord<byte[], byte[]> record) {

  /** The topic of the record that was refused, with the prefix. */
  public String topic() {
    return header(DeadLetters.TOPIC);
  }

  /** The ids of cluster and topic of the record that was refused; empty if it does not say. */
  public String topicId() {
    return EventHeaders.text(record.headers(), DeadLetters.TOPIC_ID).orElse("");
  }

  /** The name of the record that was refused, {@code documents-0-17}, without the prefix. */
  public String place(String prefix) {
    return withoutPrefix(place(), prefix);
  }

  /** The same with the prefix. */
  public String place() {
    return topic() + "-" + header(DeadLetters.PARTITION) + "-" + header(DeadLetters.OFFSET);
  }

  /** The partition of the record that was refused; -1 if the letter does not say. */
  public int partition() {
    return (int) number(DeadLetters.PARTITION, Integer.MAX_VALUE);
  }

  /** The offset of the record that was refused; -1 if the letter does not say. */
  public long offset() {
    return number(DeadLetters.OFFSET, Long.MAX_VALUE);
  }

  /** The time of the record that was refused; -1 if the letter does not say. */
  public long time() {
    return number(DeadLetters.TIMESTAMP, Long.MAX_VALUE);
  }

  public String reason() {
    return header(DeadLetters.REASON);
  }

  public String service() {
    return header(DeadLetters.SERVICE);
  }

  /** How often the record was sent again before it became this letter. */
  public int replays() {
    return Replays.count(record.headers());
  }

  public Optional<String> key() {
    return Optional.ofNullable(record.key())
        .map(bytes -> new String(bytes, StandardCharsets.UTF_8));
  }

  /** What it can be named by: the record, or the one before its replays, or the key. */
  public Stream<String> names(String prefix) {
    Stream<String> places =
        Stream.concat(
            Stream.of(place()),
            EventHeaders.text(record.headers(), Replays.ORIGIN)
                .filter(_ -> replays() > 0)
                .stream());
    return Stream.concat(
        places.flatMap(place -> Stream.of(place, withoutPrefix(place, prefix))), key().stream());
  }

  public String header(String name) {
    return EventHeaders.text(record.headers(), name).orElse("?");
  }

  private long number(String name, long most) {
    String text = header(name);
    if (!text.matches("\\d{1,18}")) {
      return -1;
    }
    long number = Long.parseLong(text);
    return number <= most ? number : -1;
  }

  private static String withoutPrefix(String place, String prefix) {
    return place.startsWith(prefix) ? place.substring(prefix.length()) : place;
  }
}
