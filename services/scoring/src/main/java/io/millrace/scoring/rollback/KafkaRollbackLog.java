package io.millrace.scoring.rollback;

import io.millrace.runtime.kafka.CommittedReader;
import io.millrace.runtime.kafka.KafkaClients;
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
import org.apache.kafka.common.TopicPartition;

/**
 * The topics of a cluster. Connects anew for each call, since all are rare.
 *
 * @param topic what is scored
 */
record KafkaRollbackLog(Settings settings, String topic) implements RollbackLog {

  @Override
  public Map<TopicPartition, Long> ends() {
    try (var reader = KafkaClients.reader(settings)) {
      return Map.copyOf(reader.endOffsets(CommittedReader.partitions(reader, topic)));
    }
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
}
