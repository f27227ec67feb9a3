package io.millrace.runtime.models;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.runtime.settings.Settings;
import io.millrace.runtime.testing.TestKafka;
import io.millrace.schemas.AvroCodec;
import io.millrace.schemas.avro.Command;
import io.millrace.schemas.avro.ServingDecision;
import io.millrace.schemas.avro.ServingReason;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

final class ServingPointerTest {

  private final TestKafka kafka = new TestKafka();
  private final Settings settings = kafka.settings(Map.of());
  private final String models = kafka.topics().models().name();

  @AfterEach
  void end() {
    kafka.close();
  }

  @Test
  void onlyItsOwnKeyIsAPointers() {
    assertThat(ServingPointer.modelOf("vision/serving")).contains("vision");
    assertThat(ServingPointer.modelOf(ServingPointer.key("a model"))).contains("a model");
    assertThat(List.of("/serving", "serving", "vision/serving/", "vision/x/serving", ""))
        .allSatisfy(key -> assertThat(ServingPointer.modelOf(key)).isEmpty());
    assertThat(ModelKey.parse("vision/serving")).isEmpty();
  }

  @Test
  void theLastDecisionIsInForceAndATombstoneMeansNone() {
    decide(decision("vision", 3L, null));
    decide(decision("classifier", null, 4L));
    decide(decision("vision", 5L, 3L));

    var pointers = ServingPointer.read(settings);

    assertThat(pointers.keySet()).containsExactly("classifier", "vision");
    assertThat(pointers.get("vision").version()).contains(new VersionId("vision", 5));
    assertThat(pointers.get("vision").previous()).contains(new VersionId("vision", 3));
    assertThat(pointers.get("vision").since()).isAfter("2020-01-01T00:00:00Z");
    assertThat(pointers.get("classifier").version()).isEmpty();
    send(ServingPointer.key("vision"), null);
    assertThat(ServingPointer.read(settings).keySet()).containsExactly("classifier");
  }

  @Test
  void whatIsNoDecisionAboutTheModelIsIgnored() {
    decide(decision("vision", 3L, null));
    AvroCodec<ServingDecision> avro = AvroCodec.of(ServingDecision.class);
    send("vision/serving", new byte[] {1, 2, 3});
    send("vision/serving", avro.encode(decision("classifier", 7L, null)));
    send("vision/serving", avro.encode(decision("vision", -1L, null)));
    send(
        "vision/serving",
        AvroCodec.of(Command.class).encode(new Command("promote", "vision", Map.of())));

    assertThat(ServingPointer.read(settings).get("vision").version())
        .contains(new VersionId("vision", 3));
  }

  @Test
  void ofTwoWhoDecideAtTheSameTimeOneIsRefusedAndChangesNothing() {
    assertThatThrownBy(() ->
            ServingChange.make(
                settings,
                "vision",
                _ -> {
                  decide(decision("vision", 2L, null));
                  return Optional.of(decision("vision", 1L, null));
                }))
        .isInstanceOf(ServingChange.OvertakenException.class)
        .hasMessageContaining("models history vision");

    assertThat(ServingPointer.read(settings).get("vision").version())
        .contains(new VersionId("vision", 2));
    assertThat(kafka.committed(kafka.topics().servingEvents().name())).hasSize(1);
  }

  @Test
  void whoDecidesNothingWritesNothing() {
    assertThat(ServingChange.make(settings, "vision", _ -> Optional.empty())).isEmpty();

    assertThat(kafka.committed(models)).isEmpty();
  }

  @Test
  void aTrainerKeepsWhatThePointerNames() {
    decide(decision("vision", 5L, 3L));
    decide(decision("classifier", 1L, null));

    assertThat(StoredVersions.read(settings, "vision").kept()).containsExactlyInAnyOrder(3L, 5L);
    assertThat(StoredVersions.read(settings, "embedding").kept()).isEmpty();
  }

  @Test
  void ofAVariantThatAnswersItsOwnTrainerKeepsThePartsAndNoOther() {
    decide(decision("vision", 5L, "vision-wide", 3L, ""));

    var pointer = ServingPointer.read(settings).get("vision");

    assertThat(pointer.model()).isEqualTo("vision-wide");
    assertThat(pointer.version()).contains(new VersionId("vision-wide", 5));
    assertThat(pointer.previous()).contains(new VersionId("vision", 3));
    assertThat(StoredVersions.read(settings, "vision").kept()).containsExactly(3L);
    assertThat(StoredVersions.read(settings, "vision-wide").kept()).containsExactly(5L);
    assertThat(StoredVersions.read(settings, "vision-slow").kept()).isEmpty();
  }

  @Test
  void theTrainerOfAVariantLearnsWhatToKeepFromTheEventsAboutItsKind() {
    try (var wide = RetainedVersions.begin(settings, "vision-wide");
        var own = RetainedVersions.begin(settings, "vision")) {
      decide(decision("vision", 5L, "vision-wide", 3L, ""));

      assertThat(wide.get()).containsExactly(5L);
      assertThat(own.get()).containsExactly(3L);
    }
  }

  @Test
  void aVersionOfAnotherKindIsIgnored() {
    decide(decision("vision", 5L, "classifier", null, ""));
    decide(decision("vision", 5L, "visionary-wide", null, ""));
    decide(decision("vision", 5L, "", 4L, "classifier-wide"));

    assertThat(ServingPointer.read(settings)).isEmpty();
  }

  private void decide(ServingDecision decision) {
    ServingChange.make(settings, decision.getModel(), _ -> Optional.of(decision));
  }

  private static ServingDecision decision(
      String model, @Nullable Long version, @Nullable Long previous) {
    return decision(model, version, "", previous, "");
  }

  private static ServingDecision decision(
      String kind,
      @Nullable Long version,
      String model,
      @Nullable Long previous,
      String previousModel) {
    return new ServingDecision(
        kind,
        version,
        previous,
        ServingReason.PROMOTED,
        "ada",
        "",
        model,
        previousModel,
        null,
        null);
  }

  private void send(String key, byte @Nullable [] value) {
    kafka.send(
        new ProducerRecord<>(models, key.getBytes(java.nio.charset.StandardCharsets.UTF_8), value));
  }
}
