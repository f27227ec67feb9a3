package io.millrace.text;

import io.millrace.runtime.DeadLetters;
import io.millrace.schemas.Avro;
import io.millrace.schemas.Decoded;
import io.millrace.schemas.avro.Command;
import java.nio.ByteBuffer;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.streams.processor.StreamPartitioner;
import org.apache.kafka.streams.processor.api.ContextualProcessor;
import org.apache.kafka.streams.processor.api.Record;
import org.apache.kafka.streams.processor.api.RecordMetadata;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reads {@code commands} and passes on those to refresh, to every partition: as a record of {@code
 * documents-by-key} that has the empty key, which no document has. So a command is taken once, in
 * the transactions in which documents are, and none is seen again after a restart. What cannot be
 * used leaves as a dead letter, its headers made.
 */
final class TakeCommands extends ContextualProcessor<byte[], byte[], byte[], Taken> {

  /** What a command asks for. */
  static final String REFRESH = "refresh";

  private static final Logger LOG = LoggerFactory.getLogger(TakeCommands.class);
  private static final byte[] NO_KEY = {};
  private static final int OFFSET_BITS = 20;

  private final TextFigures figures;
  private final Avro<Command> avro = Avro.of(Command.class);

  TakeCommands(TextFigures figures) {
    this.figures = figures;
  }

  @Override
  public void process(Record<byte[], byte[]> record) {
    figures.recordTaken();
    RecordMetadata at = context().recordMetadata().orElseThrow();
    byte @Nullable [] value = record.value();
    Decoded<Command> decoded = value == null ? Decoded.invalid("no value") : avro.decode(value);
    switch (decoded) {
      case Decoded.Invalid<Command>(String reason) -> refuse(record, at, reason);
      case Decoded.Valid<Command>(Command command) -> {
        if (!command.getTarget().equals(TextConfig.NAME)) {
          LOG.debug("the command at {} is for {}", at.offset(), command.getTarget());
        } else if (command.getAction().equals(REFRESH)) {
          LOG.info("all documents are weighed again, as the command at {} asks for", at.offset());
          Taken refresh = new Taken.Refresh(number(record.timestamp(), at.offset()));
          context().forward(new Record<>(NO_KEY, refresh, record.timestamp(), new RecordHeaders()));
        } else {
          refuse(record, at, "text knows no action " + command.getAction() + ", only " + REFRESH);
        }
      }
    }
  }

  private void refuse(Record<byte[], byte[]> record, RecordMetadata at, String reason) {
    figures.recordRefused();
    context()
        .forward(
            record
                .<Taken>withValue(new Taken.Refused(record.value()))
                .withTimestamp(context().currentSystemTimeMs())
                .withHeaders(
                    DeadLetters.headers(
                        record.headers(),
                        TextConfig.NAME,
                        at.topic(),
                        at.partition(),
                        at.offset(),
                        record.timestamp(),
                        reason)));
  }

  /**
   * Tells a command from all others, also from one at the same offset of a topic that was deleted
   * and made again: the time of its record, then the last bits of its offset.
   *
   * @param timeMillis the record's time, milliseconds since 1970
   */
  static long number(long timeMillis, long offset) {
    return Math.max(0, timeMillis) << OFFSET_BITS | offset & (1L << OFFSET_BITS) - 1;
  }

  /** A command as a value of {@code documents-by-key}. */
  static byte[] encoded(Taken.Refresh refresh) {
    return ByteBuffer.allocate(Long.BYTES).putLong(refresh.command()).array();
  }

  /** Whether a record of {@code documents-by-key} is a command. */
  static boolean isCommand(byte[] key) {
    return key.length == 0;
  }

  /** The command that a value of {@code documents-by-key} is. */
  static Taken.Refresh decoded(byte[] value) {
    return new Taken.Refresh(ByteBuffer.wrap(value).getLong());
  }

  /** Commands go to all partitions, documents to that of their key. */
  static StreamPartitioner<byte[], byte[]> partitioner() {
    return (_, key, _, count) -> isCommand(key) ? Optional.of(all(count)) : Optional.empty();
  }

  private static Set<Integer> all(int count) {
    return IntStream.range(0, count).boxed().collect(Collectors.toSet());
  }
}
