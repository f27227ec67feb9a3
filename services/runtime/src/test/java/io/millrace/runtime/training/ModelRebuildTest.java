package io.millrace.runtime.training;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.runtime.administration.ManifestSettings;
import io.millrace.runtime.administration.ModelRebuild;
import io.millrace.runtime.administration.ModelReset;
import io.millrace.runtime.administration.ModelVerification;
import io.millrace.runtime.administration.ModelVerification.Finding;
import io.millrace.runtime.administration.ModelVerification.Result;
import io.millrace.runtime.administration.SubjectForgetting;
import io.millrace.runtime.models.ForgottenSubjects;
import io.millrace.runtime.models.KeptCheckpoint;
import io.millrace.runtime.models.ModelReader;
import io.millrace.runtime.settings.IncompatibleStateException;
import io.millrace.runtime.settings.Settings;
import io.millrace.schemas.avro.InputRange;
import io.millrace.schemas.avro.ModelManifest;
import io.millrace.topics.Topic;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.LongStream;
import org.apache.kafka.clients.admin.RecordsToDelete;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

final class ModelRebuildTest {

  private final SumService sum = new SumService();
  private final Topic<?, ?> one = sum.oneLog();
  private final Function<Settings, TrainerLoop.Definition<?>> trainer =
      settings -> sum.definition(settings, one);

  @AfterEach
  void close() {
    sum.close();
  }

  @Test
  void takesTheModelFromItsTrainerWhichGoesOnFromThereAndAllOfItIsProved() {
    send(0, 33);
    var live = sum.start(one, Map.of("sum.checkpoints.every", "2"), moment -> {});
    sum.awaitVersion(3);
    assertThat(KeptCheckpoint.names(sum.settings, "sum", "sum").keySet()).containsExactly(2L);

    forget("image/7");
    ModelRebuild rebuild = rebuild();
    ModelManifest rebuilt = rebuild.run(manifest -> {});
    assertThat(KeptCheckpoint.names(sum.settings, "sum", "sum").keySet())
        .as("that of version 2 had what is forgotten")
        .isEmpty();
    var deleted = new SubjectForgetting(sum.settings, "sum").deleteParts("sum", it -> it < 4);
    send(33, 50);

    assertThat(rebuild.missing()).isEmpty();
    assertThat(rebuilt.getVersion()).isEqualTo(4);
    assertThat(rebuilt.getParent()).isNull();
    assertThat(rebuilt.getRecords()).isEqualTo(29);
    assertThat(ForgottenSubjects.leftOutBy(rebuilt)).isEqualTo(1);
    assertThat(deleted).containsExactly(0L, 1L, 2L, 3L);
    // The second step of those that it goes on with has the records that were held back.
    assertThat(sum.awaitVersion(6)).isEqualTo(modelWithout7(50));
    assertThat(live.count("millrace.fencings")).isEqualTo(1);
    assertThat(ModelReader.withParts(sum.settings, "sum")).containsExactly(4L, 5L, 6L);
    assertThat(KeptCheckpoint.names(sum.settings, "sum", "sum").keySet()).containsExactly(6L);
    assertThat(verify(6)).extracting(Finding::result).containsOnly(Result.PROVED);
    assertThat(verify(6).getLast().text()).contains("49 records", "1 records of forgotten");
    assertThat(verify(2).getLast())
        .satisfies(finding -> {
          assertThat(finding.result()).isEqualTo(Result.UNPROVABLE);
          assertThat(finding.text()).contains("forgotten since");
        });
  }

  @Test
  void aTrainerThatBeginsAnewOrGoesOnLeavesTheRecordOut() {
    send(0, 20);
    var before = sum.start(one);
    sum.awaitVersion(2);
    before.close();
    send(20, 30);
    forget("image/7");
    forget("image/25");

    var on = sum.start(one);
    byte[] wentOn = sum.awaitVersion(3);
    on.close();
    ModelReset.reset(sum.settings, "sum", "sum", one);
    sum.start(one);
    byte[] anew = sum.awaitVersion(7);

    assertThat(wentOn).isEqualTo(SumService.model(LongStream.range(0, 30).filter(it -> it != 25)));
    assertThat(anew)
        .isEqualTo(SumService.model(LongStream.range(0, 30).filter(it -> it != 7 && it != 25)));
    assertThat(sum.manifests())
        .extracting(ForgottenSubjects::leftOutBy)
        .as("it went on from one that had learned from image/7")
        .containsExactly(0L, 0L, 0L, 0L, 2L, 2L, 2L, 2L);
    assertThat(verify(7)).extracting(Finding::result).containsOnly(Result.PROVED);
    assertThat(verify(3).getLast().result()).isEqualTo(Result.UNPROVABLE);
  }

  @Test
  void learnsWhatTheLogStillHasAndSaysWhatIsMissing() throws Exception {
    send(0, 30);
    var live = sum.start(one);
    sum.awaitVersion(3);
    live.close();
    var partition = new TopicPartition(one.name(), 0);
    sum.kafka.admin().deleteRecords(Map.of(partition, RecordsToDelete.beforeOffset(5))).all().get();
    forget("image/7");

    ModelRebuild rebuild = rebuild();
    ModelManifest rebuilt = rebuild.run(manifest -> {});

    assertThat(rebuild.missing()).extracting(InputRange::getFrom).containsExactly(0L);
    assertThat(rebuilt.getInputs()).extracting(InputRange::getFrom).containsExactly(5L);
    assertThat(sum.awaitVersion(4))
        .isEqualTo(SumService.model(LongStream.range(5, 25).filter(it -> it != 7)));
    assertThat(verify(4)).extracting(Finding::result).containsOnly(Result.PROVED);
  }

  @Test
  void neverUndoesWhatWasForgottenOrBegunAnewWhileItLearned() {
    send(0, 20);
    var live = sum.start(one);
    sum.awaitVersion(2);
    live.close();
    forget("image/7");

    refuses("further subjects were forgotten", () -> forget("image/8"));
    refuses(
        "begun anew or replaced",
        () -> {
          send(20, 30);
          rebuild().run(manifest -> {});
        });
    refuses("begun anew or replaced", () -> ModelReset.reset(sum.settings, "sum", "sum", one));

    assertThat(sum.manifests())
        .extracting(ModelManifest::getParent)
        .containsExactly(null, 0L, 1L, null);
  }

  private void refuses(String reason, Runnable meanwhile) {
    ModelRebuild rebuild = rebuild();
    assertThatThrownBy(() ->
            rebuild.run(manifest -> {
              if (manifest.getVersion() == 0) {
                meanwhile.run();
              }
            }))
        .isInstanceOf(IncompatibleStateException.class)
        .hasMessageContaining(reason);
  }

  private static byte[] modelWithout7(long end) {
    return SumService.model(LongStream.range(0, end).filter(it -> it != 7));
  }

  private void forget(String subject) {
    new SubjectForgetting(sum.settings, "sum").add(one, list -> List.of(subject));
  }

  private ModelRebuild rebuild() {
    ModelManifest newest = sum.manifests().getLast();
    Settings settings = ManifestSettings.of(sum.settings, newest, "sum", trainer);
    return ModelRebuild.of(sum.settings, newest, trainer.apply(settings));
  }

  private List<Finding> verify(long version) {
    return new ModelVerification(sum.settings, "sum", trainer).verify(version, records -> {});
  }

  private void send(long from, long to) {
    sum.kafka.sendAll(
        LongStream.range(from, to)
            .mapToObj(value ->
                new ProducerRecord<>(
                    one.name(), 0, ("image/" + value).getBytes(UTF_8), SumTrainer.text(value)))
            .toList());
  }
}
