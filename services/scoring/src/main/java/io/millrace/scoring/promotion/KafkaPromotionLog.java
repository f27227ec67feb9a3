package io.millrace.scoring.promotion;

import io.millrace.runtime.kafka.CommittedReader;
import io.millrace.runtime.kafka.KafkaClients;
import io.millrace.runtime.models.ModelReader;
import io.millrace.runtime.models.ServingChange;
import io.millrace.runtime.models.ServingPointer;
import io.millrace.runtime.settings.Settings;
import io.millrace.schemas.AvroCodec;
import io.millrace.schemas.Decoded;
import io.millrace.schemas.avro.Comparison;
import io.millrace.schemas.avro.ServingDecision;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.Function;
import java.util.function.LongPredicate;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The topics of a cluster. */
final class KafkaPromotionLog implements PromotionLog {

  private static final Logger LOG = LoggerFactory.getLogger(KafkaPromotionLog.class);
  private static final AvroCodec<Comparison> CODEC = AvroCodec.of(Comparison.class);
  private static final Duration POLL = Duration.ofMillis(200);

  private final Settings settings;
  private final String topic;
  private @Nullable KafkaConsumer<byte[], byte[]> consumer;
  private Map<TopicPartition, Long> ends = Map.of();

  KafkaPromotionLog(Settings settings) {
    this.settings = settings;
    this.topic = settings.topics().comparisons().name();
  }

  /** Connects anew: a reader never resets a position, and the one before may be out of range. */
  @Override
  public void seek(Instant since) {
    close();
    KafkaConsumer<byte[], byte[]> reader = KafkaClients.reader(settings);
    consumer = reader;
    List<TopicPartition> partitions = CommittedReader.partitions(reader, topic);
    reader.assign(partitions);
    ends = reader.endOffsets(partitions);
    Map<TopicPartition, Long> times = new HashMap<>();
    partitions.forEach(it -> times.put(it, since.toEpochMilli()));
    reader
        .offsetsForTimes(times)
        .forEach((partition, found) -> {
          long end = ends.getOrDefault(partition, 0L);
          reader.seek(partition, found == null ? end : Math.min(end, found.offset()));
        });
  }

  @Override
  public List<Comparison> poll() {
    List<Comparison> polled = new ArrayList<>();
    for (ConsumerRecord<byte[], byte[]> record : reader().poll(POLL)) {
      if (record.value() != null) {
        switch (CODEC.decode(record.value())) {
          case Decoded.Valid<Comparison>(Comparison it) -> polled.add(it);
          case Decoded.Invalid<Comparison>(String reason) ->
              LOG.warn("ignored the record {}@{}: {}", topic, record.offset(), reason);
        }
      }
    }
    return polled;
  }

  @Override
  public boolean caughtUp() {
    return CommittedReader.reached(reader(), ends);
  }

  @Override
  public OptionalLong newestUsable(String model, LongPredicate wanted) {
    return VersionCheck.newestUsable(settings, model, wanted);
  }

  @Override
  public boolean hasParts(String ofModel, long version) {
    return ModelReader.withParts(settings, ofModel).contains(version);
  }

  @Override
  public Optional<ServingDecision> change(
      String model, Function<Optional<ServingPointer>, Optional<ServingDecision>> decide) {
    return ServingChange.make(settings, model, decide);
  }

  private KafkaConsumer<byte[], byte[]> reader() {
    KafkaConsumer<byte[], byte[]> reader = consumer;
    if (reader == null) {
      throw new IllegalStateException("seek first");
    }
    return reader;
  }

  @Override
  public void close() {
    KafkaConsumer<byte[], byte[]> reader = consumer;
    consumer = null;
    if (reader != null) {
      reader.close();
    }
  }
}
