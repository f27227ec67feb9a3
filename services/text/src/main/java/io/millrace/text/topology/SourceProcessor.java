package io.millrace.text.topology;

import io.millrace.runtime.deadletters.DeadLetters;
import io.millrace.runtime.kafka.TopicIds;
import io.millrace.runtime.streams.ProcessingSpan;
import io.millrace.runtime.streams.RawRecord;
import io.millrace.schemas.avro.Source;
import io.millrace.text.config.TextConfig;
import io.millrace.text.metrics.TextStats;
import java.util.function.UnaryOperator;
import org.apache.kafka.streams.processor.api.ContextualProcessor;
import org.apache.kafka.streams.processor.api.Record;
import org.apache.kafka.streams.processor.api.RecordMetadata;

/** Reads an input topic. What it cannot use leaves as a {@link RoutedRecord.DeadLetter}. */
abstract class SourceProcessor extends ContextualProcessor<byte[], byte[], byte[], RoutedRecord> {

  private final TextStats stats;
  private final UnaryOperator<String> topicIds;
  private final RawRecord raw = new RawRecord();
  private final ProcessingSpan span = new ProcessingSpan(TextConfig.NAME);

  /**
   * A processor of one partition.
   *
   * @param topicIds gives the id of a topic by its name
   */
  SourceProcessor(TextStats stats, UnaryOperator<String> topicIds) {
    this.stats = stats;
    this.topicIds = topicIds;
  }

  @Override
  public final void process(Record<byte[], byte[]> record) {
    raw.freeSoon(context());
    stats.recordRead();
    span.begin(record, context());
    route(record);
    span.end();
  }

  /** Forwards what becomes of a record. */
  abstract void route(Record<byte[], byte[]> record);

  /** Where the current record lies. */
  final Source source() {
    RecordMetadata at = context().recordMetadata().orElseThrow();
    return new Source(at.topic(), at.partition(), at.offset());
  }

  /**
   * Forwards a record as a dead letter: its key, value and headers as they came, and who rejected
   * it, where it lies and why in further headers.
   */
  final void reject(Record<byte[], byte[]> record, String reason) {
    stats.recordRejected();
    span.unusable(reason);
    Source source = source();
    var headers =
        DeadLetters.headers(
            record.headers(),
            TextConfig.NAME,
            new DeadLetters.Origin(
                source.getTopic(),
                TopicIds.orEmpty(topicIds).apply(source.getTopic()),
                source.getPartition(),
                source.getOffset(),
                record.timestamp()),
            reason);
    context()
        .forward(
            record
                .<RoutedRecord>withValue(new RoutedRecord.DeadLetter(record.value()))
                // The record's own time, which the headers keep, may be beyond the retention.
                .withTimestamp(context().currentSystemTimeMs())
                .withHeaders(headers));
  }
}
