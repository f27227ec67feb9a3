package io.millrace.scoring;

import io.millrace.runtime.kafka.KafkaClients;
import io.millrace.runtime.models.ModelReader;
import io.millrace.runtime.models.ModelVersion;
import io.millrace.runtime.models.ServingChange;
import io.millrace.runtime.models.ServingPointer;
import io.millrace.runtime.settings.Settings;
import io.millrace.schemas.avro.ServingDecision;
import io.millrace.schemas.avro.ServingReason;
import io.millrace.scoring.answers.ServingLog;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.LongPredicate;
import org.apache.kafka.common.KafkaException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The topics of a cluster. Connects anew for each call, since all are rare. */
record KafkaServingLog(Settings settings) implements ServingLog {

  private static final Logger LOG = LoggerFactory.getLogger(KafkaServingLog.class);
  private static final Duration PATIENCE = Duration.ofSeconds(10);

  @Override
  public Optional<ModelVersion> newest(String model, LongPredicate wanted) {
    return ModelReader.newest(settings, model, wanted);
  }

  @Override
  public void first(String model, long version) {
    try {
      ServingChange.make(
              settings,
              model,
              pointer ->
                  pointer.isPresent()
                      ? Optional.empty()
                      : Optional.of(
                          new ServingDecision(
                              model,
                              version,
                              null,
                              ServingReason.FIRST,
                              ScoringConfig.NAME,
                              "there was no other",
                              "",
                              "",
                              null,
                              null)))
          .ifPresent(_ -> LOG.info("version {} of {} is the first to answer", version, model));
    } catch (ServingChange.OvertakenException e) {
      LOG.info("another instance or person decides first which version of {} answers", model);
    }
  }

  @Override
  public void reportPassedOver(ServingDecision passedOver) {
    try (var producer = KafkaClients.idempotent(settings)) {
      var sent = producer.send(ServingPointer.event(settings, passedOver));
      sent.get(PATIENCE.toMillis(), TimeUnit.MILLISECONDS);
    } catch (KafkaException | ExecutionException | TimeoutException e) {
      LOG.warn("cannot write to the topic {}: {}", settings.topics().servingEvents().name(), e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
