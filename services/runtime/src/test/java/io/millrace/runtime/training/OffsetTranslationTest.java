package io.millrace.runtime.training;

import static io.millrace.runtime.training.SumService.model;
import static java.util.stream.LongStream.range;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.runtime.administration.CloseStep;
import io.millrace.runtime.administration.OffsetTranslation;
import io.millrace.runtime.administration.OffsetTranslation.Position;
import io.millrace.runtime.kafka.TopicIds;
import io.millrace.runtime.settings.IncompatibleStateException;
import io.millrace.runtime.testing.SecondCluster;
import io.millrace.schemas.avro.InputRange;
import io.millrace.topics.Topic;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A trainer goes on with a copy of its input on another cluster, with other offsets. */
final class OffsetTranslationTest {

  @TempDir private Path folder;

  private final SumService sum = new SumService();
  private SecondCluster cluster;
  private SumService restored;

  @BeforeEach
  void startSecondCluster() {
    cluster = new SecondCluster(sum.kafka, folder.resolve("broker"));
    restored = new SumService(cluster.kafka());
  }

  @AfterEach
  void stop() {
    restored.closeAll();
    sum.close();
    cluster.close();
  }

  @Test
  void goesOnWithTheBytesOfTheUndisturbedTrainer() throws Exception {
    Topic<?, ?> input = sum.oneLog();
    sum.send(input, range(0, 25));
    sum.start(input);
    sum.awaitVersion(2);
    sum.closeAll();
    sum.send(input, range(25, 27));
    copyAll(input);

    assertThat(restored.start(input).awaitFailure())
        .contains("restored on another cluster", "`millrace models translate-offsets sum`");
    assertThat(translation(input).preview()).isEqualTo(translation(input).translate(false));
    assertThatThrownBy(() -> translation(input).translate(false))
        .hasMessageContaining("there is nothing to translate");
    restored.send(input, range(27, 40));
    restored.start(input);

    assertThat(restored.awaitVersion(4)).isEqualTo(model(range(0, 40)));
    var translated = restored.manifests().get(2);
    assertThat(translated.getVersion()).isEqualTo(2);
    assertThat(translated.getEnvironment().get("input.topic"))
        .isEqualTo(new TopicIds(restored.settings).apply(input.name()));
    long position = offsetOf(input, 20);
    assertThat(position).isNotEqualTo(20);
    assertThat(translated.getInputs())
        .extracting(InputRange::getTo)
        .singleElement()
        .satisfies(to -> assertThat(to).isBetween(offsetOf(input, 19) + 1, position));
    CloseStep.write(restored.settings, "sum", input);
  }

  @Test
  void severalPartitionsAndTheirMarkersGoOnToo() {
    Topic<?, ?> input = sum.fourLogs();
    for (int p = 0; p < 4; p++) {
      sum.send(input, p, range(100 * p, 100 * p + 13));
    }
    Map<String, String> quiet = Map.of("sum.step.idle.ms", "100");
    sum.start(input, quiet, moment -> {});
    sum.awaitVersion(6);
    sum.closeAll();
    copyAll(input);

    List<Position> positions = translation(input).translate(false);
    assertThat(positions).allMatch(it -> it.lost() == 0).anyMatch(it -> it.is() != it.was());
    for (SumService service : List.of(sum, restored)) {
      service.start(input, quiet, moment -> {});
      service.send(input, 1, range(1_000, 1_003));
      service.awaitVersion(7);
      service.send(input, 2, range(2_000, 2_001));
      service.awaitVersion(8);
    }

    assertThat(restored.awaitVersion(8)).isEqualTo(sum.awaitVersion(8));
    CloseStep.write(restored.settings, "sum", input);
  }

  @Test
  void aNewModelOnTheCopyObeysItsMarkersAndWritesLaterOnes() {
    Topic<?, ?> input = sum.oneLog();
    Map<String, String> quiet = Map.of("sum.step.idle.ms", "100");
    sum.start(input, quiet, moment -> {});
    for (int i = 0; i < 4; i++) {
      sum.send(input, range(i, i + 1));
      sum.awaitVersion(i + 1);
    }
    cluster.copy(input);

    restored.start(input, quiet, moment -> {});
    assertThat(restored.awaitVersion(4)).isEqualTo(sum.awaitVersion(4));
    restored.send(input, range(4, 5));

    assertThat(restored.awaitVersion(5)).isEqualTo(model(range(0, 5)));
  }

  @Test
  void refusesACopyThatLacksTheLastRecordsUnlessTheyAreLost() {
    Topic<?, ?> input = sum.oneLog();
    sum.send(input, range(0, 20));
    sum.start(input);
    sum.awaitVersion(2);
    copyAll(input, 17);

    assertThatThrownBy(() -> translation(input).translate(false))
        .isInstanceOf(IncompatibleStateException.class)
        .hasMessageContaining("lacks the last 3 records")
        .hasMessageContaining("--allow-lost");
    assertThat(translation(input).translate(true))
        .singleElement()
        .satisfies(it -> assertThat(it.lost()).isEqualTo(3));
    restored.send(input, range(20, 30));
    restored.start(input);

    assertThat(restored.awaitVersion(3)).isEqualTo(model(range(0, 30)));
  }

  @Test
  void refusesWhereNoPositionIsCertain() {
    Topic<?, ?> input = sum.oneLog();
    sum.send(input, range(0, 10));
    sum.start(input);
    sum.awaitVersion(1);
    sum.closeAll();
    sum.send(input, range(0, 10));
    copyAll(input);

    assertThatThrownBy(() -> translation(input).translate(true))
        .hasMessageContaining("not certain")
        .hasMessageContaining("more than once");
    assertThat(restored.start(input).awaitFailure()).contains("translate-offsets");
  }

  @Test
  void saysWhatWasNotCopied() {
    assertThatThrownBy(() -> translation(sum.oneLog()).translate(false))
        .hasMessageContaining("no checkpoint")
        .hasMessageContaining("copy the topics checkpoints and models");
  }

  private OffsetTranslation translation(Topic<?, ?> input) {
    return new OffsetTranslation(restored.settings, "sum", input);
  }

  private void copyAll(Topic<?, ?> input) {
    copyAll(input, Long.MAX_VALUE);
  }

  private void copyAll(Topic<?, ?> input, long below) {
    cluster.copy(input, record -> record.value() == null || value(record) < below);
    cluster.copy(sum.kafka.topics().models());
    cluster.copy(sum.kafka.topics().checkpoints());
  }

  private long offsetOf(Topic<?, ?> input, long value) {
    return restored.kafka.committed(input.name()).stream()
        .filter(record -> value(record) == value)
        .findFirst()
        .orElseThrow()
        .offset();
  }

  private static long value(ConsumerRecord<byte[], byte[]> record) {
    return Long.parseLong(new String(record.value(), java.nio.charset.StandardCharsets.UTF_8));
  }
}
