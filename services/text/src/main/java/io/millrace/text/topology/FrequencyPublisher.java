package io.millrace.text.topology;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.millrace.learning.text.frequencies.DocumentFrequencyTable;
import io.millrace.learning.text.frequencies.FrequencyBlock;
import io.millrace.learning.text.frequencies.FrequencyLog;
import io.millrace.runtime.records.EventHeaders;
import io.millrace.schemas.ContentType;
import io.millrace.text.TextService;
import io.millrace.text.codecs.FrequencyBlockCodec;
import io.millrace.text.codecs.FrequencyBlockKey;
import io.millrace.text.config.TextConfig;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.Record;
import org.apache.kafka.streams.state.KeyValueStore;
import org.jspecify.annotations.Nullable;

/**
 * Publishes the counts of one partition, and which commands to refresh it has seen and carried out.
 * The store {@code published} has the sequence numbers of the oldest live batch and of the next,
 * and those commands, no more: another owner of the partition states all counts anew and withdraws
 * the batches that it finds.
 */
public final class FrequencyPublisher {

  public static final String STORE_NAME = "published";

  private static final String EVENT = "io.millrace.document-frequencies";
  private static final String FIRST_SEQUENCE = "first";
  private static final String NEXT_SEQUENCE = "next";
  private static final String ACKNOWLEDGED = "acknowledged";
  private static final String REFRESHED = "refreshed";

  private final ProcessorContext<byte[], byte[]> context;
  private final KeyValueStore<String, Long> published;
  private final FrequencyLog log;
  private final long analysis;
  private final FrequencyBlockCodec batches = new FrequencyBlockCodec();

  /**
   * Of a partition.
   *
   * @param analysis the fingerprint of what its documents are taken apart with
   */
  FrequencyPublisher(
      ProcessorContext<byte[], byte[]> context, DocumentFrequencyTable frequencies, long analysis) {
    this.context = context;
    this.analysis = analysis;
    this.published = context.getStateStore(STORE_NAME);
    this.log = new FrequencyLog(frequencies, read(FIRST_SEQUENCE), read(NEXT_SEQUENCE));
  }

  private long read(String name) {
    Long sequence = published.get(name);
    return sequence == null ? 0 : sequence;
  }

  /** Whether everything has been said. */
  boolean isUpToDate() {
    return log.isUpToDate();
  }

  /** The last command that was seen: its number; 0 for none. */
  long acknowledged() {
    return read(ACKNOWLEDGED);
  }

  /** The last command that was carried out; 0 for none. */
  long refreshed() {
    return read(REFRESHED);
  }

  /**
   * Says that a command was seen. Not before all counts are sent and all that is withdrawn has
   * been: so who reads this knows the counts as of now.
   */
  void acknowledge(long command, long timeMillis) {
    if (!isUpToDate()) {
      publish(timeMillis);
    }
    published.put(ACKNOWLEDGED, command);
    publish(timeMillis);
  }

  /** Says that the command that was seen last is carried out. */
  void refreshed(long timeMillis) {
    published.put(REFRESHED, acknowledged());
    publish(timeMillis);
  }

  /** Sends what has changed since the last time, in batches. */
  void publish(long timeMillis) {
    FrequencyLog.Publication publication = log.publish();
    for (FrequencyBlock batch : publication.blocks()) {
      var statement =
          new FrequencyBlockCodec.PublishedBlock(batch, acknowledged(), refreshed(), analysis);
      send(batch.sequence(), batches.encode(statement), timeMillis);
    }
    for (long sequence : publication.withdrawn()) {
      send(sequence, null, timeMillis);
    }
    published.put(FIRST_SEQUENCE, log.firstSequence());
    published.put(NEXT_SEQUENCE, log.nextSequence());
  }

  private void send(long sequence, byte @Nullable [] batch, long timeMillis) {
    String key = new FrequencyBlockKey(context.taskId().partition(), sequence).toString();
    var headers =
        EventHeaders.of(
            null, key, EVENT, TextConfig.NAME, ContentType.AVRO.mediaType(), timeMillis);
    context.forward(
        new Record<>(key.getBytes(UTF_8), batch, timeMillis, headers), TextService.FREQUENCY_SINK);
  }
}
