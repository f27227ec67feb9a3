package io.millrace.text.topology;

import io.millrace.runtime.records.RecordTime;
import io.millrace.schemas.AvroCodec;
import io.millrace.schemas.Decoded;
import io.millrace.schemas.avro.Command;
import io.millrace.text.config.TextConfig;
import io.millrace.text.metrics.TextStats;
import io.millrace.text.records.RefreshRequest;
import java.util.function.UnaryOperator;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.streams.processor.api.Record;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reads {@code commands} and forwards the requests to refresh to every partition, by {@code
 * documents-by-key}: so each partition consumes a request once, in the transaction of what it
 * causes, and not again after a restart. A record that is not a command, or a command that the text
 * service does not know, leaves as a dead letter; commands for other services are skipped.
 */
final class CommandSourceProcessor extends SourceProcessor {

  private static final Logger LOG = LoggerFactory.getLogger(CommandSourceProcessor.class);

  private final AvroCodec<Command> codec = AvroCodec.of(Command.class);

  /**
   * A processor of one partition.
   *
   * @param topicIds gives the id of a topic by its name
   */
  CommandSourceProcessor(TextStats stats, UnaryOperator<String> topicIds) {
    super(stats, topicIds);
  }

  @Override
  void route(Record<byte[], byte[]> record) {
    byte @Nullable [] value = record.value();
    Decoded<Command> decoded =
        value == null ? Decoded.invalid("the command has no value") : codec.decode(value);
    switch (decoded) {
      case Decoded.Invalid<Command>(String reason) -> reject(record, reason);
      case Decoded.Valid<Command>(Command command) -> route(record, command);
    }
  }

  private void route(Record<byte[], byte[]> record, Command command) {
    long offset = source().getOffset();
    if (!command.getTarget().equals(TextConfig.NAME)) {
      LOG.debug("skipped the command at offset {}, which is for {}", offset, command.getTarget());
    } else if (command.getAction().equals(RefreshRequest.ACTION)) {
      LOG.info("reweighting all documents, as requested by the command at offset {}", offset);
      // The time on the log: who asked makes the same id of it.
      long time = RecordTime.of(record.headers(), record.timestamp());
      RoutedRecord refresh = new RoutedRecord.Refresh(RefreshRequest.of(time, offset));
      context()
          .forward(
              new Record<>(
                  RefreshRequest.key(),
                  refresh,
                  context().currentSystemTimeMs(),
                  new RecordHeaders()));
    } else {
      reject(
          record,
          "the text service does not know the action %s, only %s"
              .formatted(command.getAction(), RefreshRequest.ACTION));
    }
  }
}
