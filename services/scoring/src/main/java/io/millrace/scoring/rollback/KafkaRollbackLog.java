package io.millrace.scoring.rollback;

import io.millrace.runtime.kafka.CommittedReader;
import io.millrace.runtime.kafka.KafkaClients;
import io.millrace.runtime.lifecycle.RootCause;
import io.millrace.runtime.models.ModelReader;
import io.millrace.runtime.models.ServingChange;
import io.millrace.runtime.models.ServingPointer;
import io.millrace.runtime.models.VersionId;
import io.millrace.runtime.settings.Settings;
import io.millrace.schemas.avro.ServingDecision;
import io.millrace.scoring.promotion.VersionCheck;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.Function;
import java.util.function.LongPredicate;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The topics of a cluster. Stays connected to ask for ends; all else is rare. */
final class KafkaRollbackLog implements RollbackLog {

  private static final Logger LOG = LoggerFactory.getLogger(KafkaRollbackLog.class);

  private final Settings settings;
  private final String topic;
  private @Nullable KafkaConsumer<byte[], byte[]> reader;

  /**
   * Connects when it is asked first.
   *
   * @param topic what is scored
   */
  KafkaRollbackLog(Settings settings, String topic) {
    this.settings = settings;
    this.topic = topic;
  }

  @Override
  public Map<TopicPartition, Long> ends() {
    KafkaConsumer<byte[], byte[]> connected = reader;
    if (connected == null) {
      connected = KafkaClients.reader(settings);
      reader = connected;
    }
    return Map.copyOf(connected.endOffsets(CommittedReader.partitions(connected, topic)));
  }

  @Override
  public OptionalLong newestUsable(String model, LongPredicate wanted) {
    return VersionCheck.newestUsable(settings, model, wanted);
  }

  @Override
  public boolean hasParts(VersionId version) {
    return ModelReader.withParts(settings, version.model()).contains(version.number());
  }

  @Override
  public Optional<ServingDecision> change(
      String model, Function<Optional<ServingPointer>, Optional<ServingDecision>> decide) {
    return ServingChange.make(settings, model, decide);
  }

  @Override
  public void close() {
    KafkaConsumer<byte[], byte[]> connected = reader;
    reader = null;
    if (connected != null) {
      try {
        connected.close();
      } catch (KafkaException e) {
        LOG.info("a consumer was not closed in good order: {}", RootCause.message(e));
      }
    }
  }
}
