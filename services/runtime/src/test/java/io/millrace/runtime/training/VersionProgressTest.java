package io.millrace.runtime.training;

import static java.util.stream.LongStream.range;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.runtime.administration.CloseStep;
import io.millrace.runtime.kafka.KafkaClients;
import io.millrace.runtime.models.VersionProgress;
import io.millrace.runtime.settings.IncompatibleStateException;
import io.millrace.topics.Topic;
import java.time.Duration;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.Serdes;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

final class VersionProgressTest {

  private static final long STEP = SumService.STEP_RECORDS;

  private final SumService sum = new SumService();

  @AfterEach
  void close() {
    sum.close();
  }

  @Test
  void countsFromTheBeginningBeforeATrainerHasRun() {
    sum.send(sum.fourLogs(), 1, range(0, 3));
    sum.send(sum.fourLogs(), 3, range(3, 4));

    assertThat(read(sum.fourLogs())).isEqualTo(new VersionProgress(4, STEP, false));
  }

  @Test
  void countsWhatTheLastVersionHasNotLearnedFrom() {
    sum.start(sum.oneLog());
    sum.awaitVersion(0);
    sum.send(sum.oneLog(), range(0, 13));
    sum.awaitVersion(1);

    assertThat(read(sum.oneLog())).isEqualTo(new VersionProgress(3, STEP, true));
  }

  @Test
  void countsNeitherControlRecordsNorThoseOfTransactions() {
    try (var producer = KafkaClients.transactional(sum.settings, "t", Duration.ofMinutes(1))) {
      producer.initTransactions();
      for (int i = 0; i < 4; i++) {
        producer.beginTransaction();
        producer.send(new ProducerRecord<>(sum.oneLog().name(), 0, null, SumTrainer.text(i)));
        if (i == 3) {
          producer.abortTransaction();
        } else {
          producer.commitTransaction();
        }
      }
    }
    CloseStep.write(sum.settings, "sum", sum.oneLog());

    assertThat(read(sum.oneLog()).waiting()).isEqualTo(3);
  }

  @Test
  void stopsCountingWhenAVersionIsDue() {
    sum.send(sum.oneLog(), range(0, 50));

    assertThat(read(sum.oneLog()).waiting()).isEqualTo(STEP);
  }

  @Test
  void theManifestSaysWhatAStepIsNotTheSettingsAtHand() {
    sum.start(sum.oneLog());
    sum.awaitVersion(0);
    var other =
        TrainerLoopConfig.from(
            "sum", sum.settings.read(TrainerLoopConfig.definition("sum", 64, 10)));

    assertThat(VersionProgress.needed(sum.manifests().getLast(), other.stepRecords()))
        .isEqualTo(STEP);
    assertThat(VersionProgress.needed(null, other.stepRecords())).isEqualTo(640);
  }

  @Test
  void aTopicThatDoesNotExistIsNamed() {
    var none = new Topic<>("no-such-topic", Serdes.ByteArray(), Serdes.ByteArray());

    assertThatThrownBy(() -> read(none))
        .isInstanceOf(IncompatibleStateException.class)
        .hasMessageContaining("no-such-topic");
  }

  private VersionProgress read(Topic<?, ?> input) {
    return VersionProgress.read(sum.settings, "sum", input, STEP);
  }
}
