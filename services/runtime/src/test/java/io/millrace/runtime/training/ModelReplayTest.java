package io.millrace.runtime.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.runtime.administration.ManifestSettings;
import io.millrace.runtime.administration.ModelReplay;
import io.millrace.runtime.administration.ReplayRanges;
import io.millrace.runtime.administration.ReplayRanges.LogPosition;
import io.millrace.runtime.settings.IncompatibleStateException;
import io.millrace.runtime.settings.Settings;
import io.millrace.schemas.avro.InputRange;
import io.millrace.schemas.avro.ModelManifest;
import io.millrace.topics.Topic;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.LongStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

final class ModelReplayTest {

  private final SumService sum = new SumService();
  private final Topic<?, ?> four = sum.fourLogs();

  @AfterEach
  void close() {
    sum.close();
  }

  @Test
  void ofSeveralPartitionsItLearnsExactlyTheRanges() {
    List<ModelManifest> live = learn();

    List<ModelManifest> replayed = replay(live.get(5).getInputs());

    assertThat(replayed)
        .extracting(ModelManifest::getSha256)
        .isEqualTo(live.subList(0, 6).stream().map(ModelManifest::getSha256).toList());
    assertThat(replayed.getLast().getInputs()).isEqualTo(live.get(5).getInputs());
    assertThat(replayed.getLast().getExamples()).isEqualTo(live.get(5).getExamples());
  }

  @Test
  void endsWhereOnePartitionEnds() {
    List<ModelManifest> live = learn();
    List<InputRange> ranges = find(live, Optional.empty(), offsets(Map.of(2, 7L)));

    List<ModelManifest> replayed = replay(ranges);

    // The slice is three: of each partition six records, then three of the first two, one of it.
    assertThat(replayed).extracting(ModelManifest::getRecords).containsExactly(0L, 10L, 20L, 30L);
  }

  @Test
  void findsRangesByOffsetAndTime() {
    List<ModelManifest> live = learn();

    assertThat(find(live, offsets(Map.of(1, 3L, 3, 5L)), Optional.empty()))
        .extracting(InputRange::getFrom)
        .containsExactly(0L, 3L, 0L, 5L);
    assertThat(find(live, at(Instant.EPOCH), Optional.empty()))
        .isEqualTo(live.getLast().getInputs());
    Optional<LogPosition> later = at(Instant.now().plusSeconds(3_600));
    assertThat(find(live, later, later)).allMatch(range -> range.getFrom() == range.getTo());
  }

  @Test
  void refusesRangesThatThereAreNot() {
    List<ModelManifest> live = learn();

    assertThatThrownBy(() -> find(live, Optional.of(new LogPosition.Offset(3)), Optional.empty()))
        .isInstanceOf(IncompatibleStateException.class)
        .hasMessageContaining("4 partitions", "--from PARTITION:OFFSET");
    assertThatThrownBy(() -> find(live, offsets(Map.of(4, 3L)), Optional.empty()))
        .hasMessageContaining("partitions 0 to 3");
    assertThatThrownBy(() -> find(live, offsets(Map.of(0, 9L)), offsets(Map.of(0, 8L))))
        .hasMessageContaining("from offset 9 to 8");
  }

  private List<ModelManifest> learn() {
    for (int partition = 0; partition < 4; partition++) {
      sum.send(four, partition, LongStream.range(0, 20));
    }
    var instance = sum.start(four);
    sum.awaitVersion(7);
    instance.close();
    return sum.manifests();
  }

  private List<InputRange> find(
      List<ModelManifest> live, Optional<LogPosition> from, Optional<LogPosition> to) {
    return ReplayRanges.find(sum.settings, live.getLast(), from, to).ranges();
  }

  private static Optional<LogPosition> offsets(Map<Integer, Long> offsets) {
    return Optional.of(new LogPosition.Offsets(offsets));
  }

  private static Optional<LogPosition> at(Instant time) {
    return Optional.of(new LogPosition.AtTime(time));
  }

  private List<ModelManifest> replay(List<InputRange> ranges) {
    Function<Settings, TrainerLoop.Definition<?>> trainer =
        settings -> sum.definition(settings, four);
    Settings settings =
        ManifestSettings.of(sum.settings, sum.manifests().getLast(), "sum", trainer);
    return new ModelReplay(sum.settings, trainer.apply(settings)).run(ranges, manifest -> {});
  }
}
