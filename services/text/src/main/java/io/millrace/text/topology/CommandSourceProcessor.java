package io.millrace.text.topology;

import io.millrace.runtime.deadletters.DeadLetters;
import io.millrace.schemas.AvroCodec;
import io.millrace.schemas.Decoded;
import io.millrace.schemas.avro.Command;
import io.millrace.text.config.TextConfig;
import io.millrace.text.metrics.TextStats;
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
public final class CommandSourceProcessor
    extends ContextualProcessor<byte[], byte[], byte[], RoutedRecord> {

  /** What a command asks for. */
  public static final String REFRESH = "refresh";

  private static final Logger LOG = LoggerFactory.getLogger(CommandSourceProcessor.class);
  private static final byte[] NO_KEY = {};
  private static final int OFFSET_BITS = 20;

  private final TextStats figures;
  private final AvroCodec<Command> avro = AvroCodec.of(Command.class);

  public CommandSourceProcessor(TextStats figures) {
    this.figures = figures;
  }

  @Override
  public void process(Record<byte[], byte[]> record) {
    figures.recordRead();
    RecordMetadata at = context().recordMetadata().orElseThrow();
    byte @Nullable [] value = record.value();
    Decoded<Command> decoded = value == null ? Decoded.invalid("no value") : avro.decode(value);
    switch (decoded) {
      case Decoded.Invalid<Command>(String reason) -> reject(record, at, reason);
      case Decoded.Valid<Command>(Command command) -> {
        if (!command.getTarget().equals(TextConfig.NAME)) {
          LOG.debug("the command at {} is for {}", at.offset(), command.getTarget());
        } else if (command.getAction().equals(REFRESH)) {
          LOG.info("all documents are weighed again, as the command at {} asks for", at.offset());
          RoutedRecord refresh =
              new RoutedRecord.Refresh(commandNumber(record.timestamp(), at.offset()));
          context().forward(new Record<>(NO_KEY, refresh, record.timestamp(), new RecordHeaders()));
        } else {
          reject(record, at, "text knows no action " + command.getAction() + ", only " + REFRESH);
        }
      }
    }
  }

  private void reject(Record<byte[], byte[]> record, RecordMetadata at, String reason) {
    figures.recordRejected();
    context()
        .forward(
            record
                .<RoutedRecord>withValue(new RoutedRecord.Rejected(record.value()))
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
  public static long commandNumber(long timeMillis, long offset) {
    return Math.max(0, timeMillis) << OFFSET_BITS | offset & (1L << OFFSET_BITS) - 1;
  }

  /** A command as a value of {@code documents-by-key}. */
  public static byte[] encoded(RoutedRecord.Refresh refresh) {
    return ByteBuffer.allocate(Long.BYTES).putLong(refresh.command()).array();
  }

  /** Whether a record of {@code documents-by-key} is a command. */
  public static boolean isCommand(byte[] key) {
    return key.length == 0;
  }

  /** The command that a value of {@code documents-by-key} is. */
  public static RoutedRecord.Refresh decoded(byte[] value) {
    return new RoutedRecord.Refresh(ByteBuffer.wrap(value).getLong());
  }

  /** Commands go to all partitions, documents to that of their key. */
  public static StreamPartitioner<byte[], byte[]> partitioner() {
    return (_, key, _, count) -> isCommand(key) ? Optional.of(all(count)) : Optional.empty();
  }

  private static Set<Integer> all(int count) {
    return IntStream.range(0, count).boxed().collect(Collectors.toSet());
  }
}
