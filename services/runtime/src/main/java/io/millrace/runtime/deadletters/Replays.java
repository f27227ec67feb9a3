package io.millrace.runtime.deadletters;

import io.millrace.runtime.records.EventHeaders;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.header.internals.RecordHeaders;

/**
 * What remembers that a dead letter was sent again. Two records are written in one transaction:
 *
 * <ol>
 *   <li>The original record, to the topic and partition that it came from, with three more headers:
 *       {@link #OF} names the dead letter, {@link #ORIGIN} the record that was refused first, and
 *       {@link #COUNT} says how often it was sent again. If it is refused again, its new dead
 *       letter has these headers, and so carries where it came from.
 *   <li>A marker, to the dead letter's own partition of {@code dead-letters}: no key, no value, and
 *       the header {@link #MARKER} with the dead letter's coordinates. It is younger than the dead
 *       letter, so retention never forgets the replay before the letter.
 * </ol>
 *
 * So a dead letter is open (no marker), was sent again (a marker), or has come back (a marker, and
 * a younger dead letter that names it); of a record that is refused again and again, one is open. A
 * marker with {@link #FORGOTTEN} says that its subject was forgotten, so that it is never sent.
 */
public final class Replays {

  /** Of a record that was sent again: its dead letter, {@code TOPICID-PARTITION-OFFSET}. */
  public static final String OF = "millrace-replay-of";

  /** Of a record that was sent again: the first record, {@code TOPIC-PARTITION-OFFSET}. */
  public static final String ORIGIN = "millrace-replay-origin";

  /** Of a record that was sent again: how often, as a decimal number. */
  public static final String COUNT = "millrace-replay-count";

  /** Of a marker: the dead letter that was sent again, {@code TOPICID-PARTITION-OFFSET}. */
  public static final String MARKER = "millrace-dead-letter-replayed";

  /** Of a marker besides {@link #MARKER}: nothing was sent again, and nothing ever will be. */
  public static final String FORGOTTEN = "millrace-dead-letter-forgotten";

  /** Kafka's topic ids are 22 characters, among which there may be hyphens. */
  private static final Pattern PLACE = Pattern.compile("(.{22})-(\\d{1,9})-(\\d{1,18})");

  private Replays() {}

  /**
   * The coordinates of a dead letter.
   *
   * @param topic the id of the topic {@code dead-letters}: one that is made again is another
   */
  public record Place(Uuid topic, int partition, long offset) {

    /** Of a consumed dead letter. */
    public static Place of(Uuid topic, ConsumerRecord<?, ?> letter) {
      return new Place(topic, letter.partition(), letter.offset());
    }

    @Override
    public String toString() {
      return topic + "-" + partition + "-" + offset;
    }
  }

  /** The dead letter that a marker is about; empty of any other record. */
  public static Optional<Place> marked(Headers headers) {
    return place(headers, MARKER);
  }

  /** The dead letter that a record comes back from; empty if it was never sent again. */
  public static Optional<Place> parent(Headers headers) {
    return place(headers, OF);
  }

  /** How often a record was sent again; 0 if never, or if it does not say. */
  public static int count(Headers headers) {
    return EventHeaders.text(headers, COUNT)
        .filter(text -> text.matches("\\d{1,9}"))
        .map(Integer::parseInt)
        .orElse(0);
  }

  /** The marker of a dead letter. */
  public static ProducerRecord<byte[], byte[]> marker(String deadLetters, Place letter) {
    var headers = new RecordHeaders();
    headers.add(MARKER, bytes(letter.toString()));
    Long now = null;
    return new ProducerRecord<>(deadLetters, letter.partition(), now, null, null, headers);
  }

  /**
   * The marker of a dead letter whose subject is forgotten: no replay sends it. Earlier builds take
   * it for one that was sent again.
   */
  public static ProducerRecord<byte[], byte[]> forgotten(String deadLetters, Place letter) {
    ProducerRecord<byte[], byte[]> marker = marker(deadLetters, letter);
    marker.headers().add(FORGOTTEN, bytes(letter.toString()));
    return marker;
  }

  /** Whether the headers are those of the marker of a dead letter whose subject is forgotten. */
  public static boolean isForgotten(Headers headers) {
    return headers.lastHeader(FORGOTTEN) != null;
  }

  /**
   * Adds to the headers of a record that is sent again where it comes from.
   *
   * @param headers with those of an earlier replay, if there was one
   * @param origin the record of this dead letter, {@code TOPIC-PARTITION-OFFSET}; not used if an
   *     earlier replay has named the first
   */
  public static void note(Headers headers, Place letter, String origin) {
    int count = count(headers);
    String first = EventHeaders.text(headers, ORIGIN).filter(_ -> count > 0).orElse(origin);
    put(headers, OF, letter.toString());
    put(headers, ORIGIN, first);
    put(headers, COUNT, Integer.toString(count + 1));
  }

  private static Optional<Place> place(Headers headers, String name) {
    return EventHeaders.text(headers, name)
        .map(PLACE::matcher)
        .filter(Matcher::matches)
        .flatMap(Replays::place);
  }

  private static Optional<Place> place(Matcher matcher) {
    try {
      return Optional.of(
          new Place(
              Uuid.fromString(matcher.group(1)),
              Integer.parseInt(matcher.group(2)),
              Long.parseLong(matcher.group(3))));
    } catch (IllegalArgumentException e) {
      return Optional.empty();
    }
  }

  private static void put(Headers headers, String name, String value) {
    headers.remove(name).add(name, bytes(value));
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }
}
