package io.millrace.runtime.records;

import io.millrace.schemas.Subject;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.regex.Pattern;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.Headers;
import org.jspecify.annotations.Nullable;

/**
 * Records that control a service instead of teaching it. Those for trainers lie in its input, since
 * the log alone decides the bytes of a model. A {@code close-step} record ends the trainer's batch
 * and step, so that it learns from records that do not fill a batch; a {@code rehearse} record ends
 * the batch and lets it learn on from what it keeps. On a topic with several partitions one is
 * written to each: a partition that has reached its marker waits until all have (the barriers of
 * Carbone et al. 2015, "Lightweight Asynchronous Snapshots for Distributed Dataflows"). A {@code
 * forget} record on {@code images} or {@code labels} asks labelling to drop what it keeps of a
 * subject. All other readers ignore control records.
 *
 * <p>The value is null. The header {@link #HEADER} names the kind, {@link #CUT} the marker's number
 * and {@link #UPDATES} the number of updates, in decimal ASCII digits. Every marker has a key of
 * its own, so that compaction keeps it as long as any deletion.
 */
public final class ControlRecords {

  /** The header of a control record; its value is the kind. */
  public static final String HEADER = "millrace-marker";

  /** The header with {@link StepMarker#cut}. */
  static final String CUT = "millrace-cut";

  /** The header with {@link StepMarker#updates}; absent for none. */
  static final String UPDATES = "millrace-updates";

  /** The header with the subject that is forgotten. */
  static final String SUBJECT = "millrace-subject";

  private static final String CLOSE_STEP = "close-step";
  private static final String REHEARSE = "rehearse";
  private static final String FORGET = "forget";
  private static final Pattern DIGITS = Pattern.compile("[0-9]{1,18}");

  private ControlRecords() {}

  /** The control record of a marker for one partition. */
  public static ProducerRecord<byte[], byte[]> of(String topic, int partition, StepMarker marker) {
    byte[] key = bytes(HEADER + "/" + marker.cut());
    var record = new ProducerRecord<byte[], byte[]>(topic, partition, key, null);
    record.headers().add(HEADER, bytes(marker.closesStep() ? CLOSE_STEP : REHEARSE));
    if (marker.cut() != StepMarker.UNNUMBERED) {
      record.headers().add(CUT, bytes(Long.toString(marker.cut())));
    }
    if (marker.updates() > 0) {
      record.headers().add(UPDATES, bytes(Integer.toString(marker.updates())));
    }
    return record;
  }

  /** The control record that a subject is forgotten, for one partition. */
  public static ProducerRecord<byte[], byte[]> forget(
      String topic, int partition, Subject subject) {
    byte[] key = bytes(HEADER + "/" + FORGET + "/" + subject);
    var record = new ProducerRecord<byte[], byte[]>(topic, partition, key, null);
    record.headers().add(HEADER, bytes(FORGET)).add(SUBJECT, bytes(subject.toString()));
    return record;
  }

  /** The subject that a control record says is forgotten; empty for all other records. */
  public static Optional<Subject> forgotten(Headers headers, byte @Nullable [] value) {
    return isMarker(headers, value) && text(headers, HEADER).orElse("").equals(FORGET)
        ? text(headers, SUBJECT).flatMap(Subject::parse)
        : Optional.empty();
  }

  /** Whether a record is a control record of any kind, also one that this build cannot read. */
  public static boolean isMarker(Headers headers, byte @Nullable [] value) {
    return value == null && headers.lastHeader(HEADER) != null;
  }

  /**
   * The marker of a record; empty if it is not a control record, or one of a kind or with numbers
   * that no build writes: trainers ignore those.
   */
  public static Optional<StepMarker> marker(Headers headers, byte @Nullable [] value) {
    if (!isMarker(headers, value)) {
      return Optional.empty();
    }
    String kind = text(headers, HEADER).orElse("");
    boolean closes = kind.equals(CLOSE_STEP);
    long cut = number(headers, CUT, StepMarker.UNNUMBERED);
    long updates = number(headers, UPDATES, 0);
    if (!closes && !kind.equals(REHEARSE)
        || cut < 0
        || updates < 0
        || updates > StepMarker.MAX_UPDATES) {
      return Optional.empty();
    }
    return Optional.of(new StepMarker(cut, (int) updates, closes));
  }

  /** A header as a number; -1 if it is not one. */
  private static long number(Headers headers, String name, long ifAbsent) {
    return text(headers, name)
        .map(text -> DIGITS.matcher(text).matches() ? Long.parseLong(text) : -1)
        .orElse(ifAbsent);
  }

  private static Optional<String> text(Headers headers, String name) {
    return Optional.ofNullable(headers.lastHeader(name))
        .map(Header::value)
        .map(value -> new String(value, StandardCharsets.UTF_8));
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }
}
