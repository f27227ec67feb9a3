package io.millrace.vision;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.millrace.learning.tensors.SafeTensors;
import io.millrace.learning.vision.VisionEngine;
import io.millrace.learning.vision.images.ImageShape;
import io.millrace.learning.vision.images.PngEncoder;
import io.millrace.runtime.settings.Settings;
import io.millrace.runtime.training.TrainerSnapshot;
import io.millrace.runtime.training.TrainerState;
import io.millrace.schemas.AvroCodec;
import io.millrace.schemas.avro.Image;
import io.millrace.schemas.avro.ImageExample;
import io.millrace.schemas.avro.ModelManifest;
import io.millrace.schemas.avro.Pixels;
import io.millrace.vision.ImageExampleReader.DecodedExample;
import java.nio.ByteBuffer;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class VisionTrainerTest {

  private static final AvroCodec<ImageExample> EXAMPLES = AvroCodec.of(ImageExample.class);

  private final VisionTrainer trainer = trainer();

  @AfterEach
  void close() {
    trainer.close();
  }

  /** It was answered before, but never learned from. */
  @Test
  void aPhotoOfEightMegapixelsIsAnExample() {
    var shape = new ImageShape(1, 2_448, 3_264);
    byte[] photo = PngEncoder.encode(shape, new float[shape.size()], 0);

    assertThat(trainer.decode(record(BarImages.example(1, photo, "l"))))
        .hasValueSatisfying(example -> assertThat(example.label()).contains("l"));
  }

  @Test
  void learnsToTellImagesApartAndToRebuildThem() {
    trainer.initialise();

    learn(trainer, 0, 400);
    trainer.snapshot();
    learn(trainer, 400, 480);

    Map<String, Double> metrics = trainer.snapshot().metrics();
    assertThat(metrics.get("stepAccuracy")).isGreaterThan(0.9);
    assertThat(metrics.get("prequentialAccuracy"))
        .isEqualTo(metrics.get("correct") / metrics.get("labelled"))
        .isLessThan(metrics.get("stepAccuracy"));
    assertThat(metrics.get("stepLoss")).isLessThan(metrics.get("prequentialLoss"));
    assertThat(metrics.get("stepReconstructionError"))
        .isLessThan(metrics.get("reconstructionError"));
  }

  @Test
  void aSnapshotIsAModelThatPyTorchReads() {
    trainer.initialise();
    learn(trainer, 0, 16);

    TrainerSnapshot snapshot = trainer.snapshot();

    assertThat(snapshot.classes()).containsExactlyInAnyOrder("across", "down");
    assertThat(snapshot.records()).isEqualTo(16);
    assertThat(SafeTensors.read(snapshot.model()).tensors().get("fc2.weight").shape())
        .containsExactly(2, 8);
  }

  @ParameterizedTest
  @ValueSource(strings = {"page-hinkley", "adwin"})
  void goesOnFromWhatItWrote(String detector) {
    Map<String, String> settings = new HashMap<>(BarImages.SETTINGS);
    settings.put("vision.drift.detector", detector);
    VisionTrainer trainer = trainer(settings);
    trainer.initialise();
    learn(trainer, 0, 40);
    TrainerSnapshot written = trainer.snapshot();
    VisionTrainer other = trainer(settings);
    other.restore(state(written));
    learn(trainer, 40, 80);
    learn(other, 40, 80);

    TrainerSnapshot expected = trainer.snapshot();
    TrainerSnapshot snapshot = other.snapshot();

    assertThat(snapshot.model()).isEqualTo(expected.model());
    assertThat(snapshot.metrics()).isEqualTo(expected.metrics());
    assertThat(snapshot.checkpoint().keySet()).isEqualTo(expected.checkpoint().keySet());
    expected
        .checkpoint()
        .forEach((part, bytes) ->
            assertThat(snapshot.checkpoint().get(part).orElseThrow())
                .isEqualTo(bytes.orElseThrow()));
    other.close();
    trainer.close();
  }

  @Test
  void rehearsesFromWhatItKeepsAsOftenAsItsSettingsAllow() {
    trainer.initialise();
    assertThat(trainer.usefulUpdates()).isZero();
    learn(trainer, 0, 16);
    Map<String, Double> before = trainer.snapshot().metrics();
    long useful = trainer.usefulUpdates();
    assertThat(useful).isPositive();

    trainer.rehearse((int) useful);
    Map<String, Double> rehearsed = trainer.snapshot().metrics();
    learn(trainer, 16, 32);

    assertThat(trainer.usefulUpdates()).isEqualTo(useful);
    assertThat(rehearsed.get("prequentialLoss")).isEqualTo(before.get("prequentialLoss"));
    assertThat(rehearsed.get("labelled")).isEqualTo(before.get("labelled"));
    assertThat(trainer.snapshot().metrics().get("stepAccuracy")).isGreaterThan(0.9);
  }

  @Test
  void goesOnInTheMiddleOfARehearsal() {
    trainer.initialise();
    learn(trainer, 0, 40);
    trainer.rehearse(3);
    TrainerSnapshot written = trainer.snapshot();
    VisionTrainer other = trainer();
    other.restore(state(written));
    trainer.rehearse(4);
    other.rehearse(4);

    assertThat(other.usefulUpdates()).isEqualTo(trainer.usefulUpdates());
    assertThat(other.snapshot().model()).isEqualTo(trainer.snapshot().model());
    other.close();
  }

  @Test
  void aCheckpointOfBeforeThereWasRehearsalHasNoBudget() {
    trainer.initialise();
    learn(trainer, 0, 40);
    TrainerState state = state(trainer.snapshot());
    Map<String, byte[]> parts = new HashMap<>(state.checkpoint());
    parts.remove("rehearsal");

    trainer.restore(new TrainerState(state.manifest(), state.model(), parts));

    assertThat(trainer.usefulUpdates()).isZero();
  }

  @ParameterizedTest
  @ValueSource(strings = {"page-hinkley", "adwin"})
  void aStreamThatChangesIsNoticedAndLearnedFasterForAWhile(String detector) {
    Map<String, String> settings = new HashMap<>(BarImages.SETTINGS);
    settings.put("vision.drift.detector", detector);
    settings.put("vision.drift.threshold", "10");
    VisionTrainer calm = trainer(settings);
    settings.put("vision.drift.action", "report");
    VisionTrainer steady = trainer(settings);
    calm.initialise();
    steady.initialise();

    for (VisionTrainer each : List.of(calm, steady)) {
      learn(each, 0, 400);
      assertThat(each.snapshot().metrics()).containsEntry("drifts", 0.0);
    }
    assertThat(calm.snapshot().model()).isEqualTo(steady.snapshot().model());
    for (VisionTrainer each : List.of(calm, steady)) {
      each.learn(swapped(400, 440));
      learn(each, 440, 448);
      assertThat(each.snapshot().metrics()).containsEntry("drifts", 1.0);
    }
    assertThat(calm.snapshot().model()).isNotEqualTo(steady.snapshot().model());
    calm.close();
    steady.close();
  }

  @Test
  void beginsAnewAfterADriftIfItIsToAndGoesOnFromWhatItWroteOfIt() {
    Map<String, String> settings = new HashMap<>(BarImages.SETTINGS);
    settings.put("vision.drift.threshold", "10");
    settings.put("vision.drift.action", "begin-anew");
    settings.put("vision.replay.capacity", "4000");
    VisionTrainer anew = trainer(settings);
    VisionTrainer fresh = trainer(settings);
    anew.initialise();
    fresh.initialise();
    learn(anew, 0, 2_000);
    TrainerSnapshot before = anew.snapshot();
    Map<String, byte[]> stored = new HashMap<>();
    store(stored, before);

    anew.learn(swapped(2_000, 2_040));
    learn(anew, 2_040, 2_048);
    learn(fresh, 2_040, 2_048);
    TrainerSnapshot written = anew.snapshot();
    store(stored, written);
    VisionTrainer other = trainer(settings);
    other.restore(new TrainerState(new ModelManifest(), written.model(), stored));
    learn(anew, 2_048, 2_088);
    learn(other, 2_048, 2_088);

    assertThat(before.metrics()).containsEntry("drifts", 0.0);
    assertThat(written.metrics()).containsEntry("drifts", 1.0);
    assertThat(written.records()).isEqualTo(2_048);
    assertThat(written.model()).isEqualTo(fresh.snapshot().model());
    assertThat(written.checkpoint()).containsEntry("replay-1", Optional.empty());
    assertThat(stored).containsKey("replay-0").doesNotContainKey("replay-1");
    assertThat(other.snapshot().model()).isEqualTo(anew.snapshot().model());
    List.of(anew, fresh, other).forEach(VisionTrainer::close);
  }

  @Test
  void oneWithImportedWeightsBeginsAnewWithoutThem() {
    Map<String, String> settings = new HashMap<>(BarImages.SETTINGS);
    settings.put("vision.drift.threshold", "10");
    settings.put("vision.drift.action", "begin-anew");
    trainer.initialise();
    learn(trainer, 0, 400);
    byte[] file = trainer.snapshot().model();
    VisionConfig config = VisionConfig.from(Settings.of(settings));
    var imported =
        new VisionTrainer(
            "vision",
            config,
            VisionEngine.named("dl4j"),
            WeightSource.of(SafeTensors.read(file), file));
    VisionTrainer fresh = trainer(settings);
    imported.initialise();
    fresh.initialise();
    learn(imported, 0, 400);
    Map<String, byte[]> stored = new HashMap<>();
    store(stored, imported.snapshot());

    imported.learn(swapped(400, 440));
    learn(imported, 440, 448);
    learn(fresh, 440, 448);
    TrainerSnapshot written = imported.snapshot();
    store(stored, written);

    assertThat(written.metrics()).containsEntry("drifts", 1.0);
    assertThat(written.model()).isEqualTo(fresh.snapshot().model());
    assertThat(imported.environment()).doesNotContainKey("origin");
    assertThat(stored).doesNotContainKey("origin");
    List.of(imported, fresh).forEach(VisionTrainer::close);
  }

  /** Takes the parts of a step into a checkpoint, as the topic does. */
  private static void store(Map<String, byte[]> checkpoint, TrainerSnapshot step) {
    step.checkpoint()
        .forEach((part, bytes) ->
            bytes.ifPresentOrElse(it -> checkpoint.put(part, it), () -> checkpoint.remove(part)));
  }

  /** Images whose labels have changed places. */
  private static List<DecodedExample> swapped(int from, int to) {
    return IntStream.range(from, to)
        .mapToObj(i ->
            new DecodedExample(
                BarImages.pixels(i), Optional.of(BarImages.isAcross(i) ? "down" : "across")))
        .toList();
  }

  @Test
  void aSecondClassIsNoDriftThoughTheFirstCameAlone() {
    Map<String, String> settings = new HashMap<>(BarImages.SETTINGS);
    settings.put("vision.drift.threshold", "5");
    VisionTrainer sorted = trainer(settings);
    sorted.initialise();
    List<Integer> across = numbers(true, 80);
    List<Integer> down = numbers(false, 8);

    for (int i = 0; i < across.size(); i += 8) {
      sorted.learn(examples(across.subList(i, i + 8)));
    }
    sorted.learn(examples(down));

    assertThat(sorted.snapshot().metrics()).containsEntry("drifts", 0.0);
    sorted.close();
  }

  private static List<Integer> numbers(boolean across, int count) {
    return IntStream.iterate(0, i -> i + 1)
        .filter(i -> BarImages.label(i) != null && BarImages.isAcross(i) == across)
        .limit(count)
        .boxed()
        .toList();
  }

  private static List<DecodedExample> examples(List<Integer> numbers) {
    return numbers.stream()
        .map(i -> new DecodedExample(BarImages.pixels(i), Optional.of(BarImages.label(i))))
        .toList();
  }

  @Test
  void refusesACheckpointWithoutItsParts() {
    trainer.initialise();
    TrainerSnapshot written = trainer.snapshot();
    TrainerState state = state(written);

    assertThatThrownBy(
            () -> trainer.restore(new TrainerState(state.manifest(), state.model(), Map.of())))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("statistics");
    Map<String, byte[]> parts = new HashMap<>(state.checkpoint());
    parts.remove("drift");
    assertThatThrownBy(
            () -> trainer.restore(new TrainerState(state.manifest(), state.model(), parts)))
        .hasMessageContaining("drift");
  }

  @Test
  void readsAnImageInEveryForm() {
    byte[] file = BarImages.png(3);
    byte[] samples = new byte[144];
    for (int i = 0; i < samples.length; i++) {
      samples[i] = (byte) Math.round(255 * BarImages.pixels(3)[i]);
    }
    AvroCodec<Image> images = AvroCodec.of(Image.class);
    var encoded = new Image(ByteBuffer.wrap(file), null, "not this label");
    var bare = new Image(null, new Pixels(12, 12, 1, ByteBuffer.wrap(samples)), null);

    for (byte[] payload : List.of(file, images.encode(encoded), images.encode(bare))) {
      DecodedExample example =
          trainer.decode(record(BarImages.example(3, payload, "l"))).orElseThrow();

      assertThat(example.label()).contains("l");
      assertThat(example.pixels()).containsExactly(BarImages.pixels(3));
    }
  }

  @Test
  void passesByWhatCannotBeUsed() {
    assertThat(trainer.decode(record(null))).isEmpty();
    assertThat(trainer.decode(new ConsumerRecord<>("t", 0, 0, null, new byte[] {1, 2}))).isEmpty();
    assertThat(trainer.decode(record(BarImages.example(1, new byte[0], "l")))).isEmpty();
    assertThat(trainer.decode(record(BarImages.example(1, new byte[] {1, 2, 3}, "l")))).isEmpty();
    byte[] cut = java.util.Arrays.copyOf(BarImages.png(1), 60);
    assertThat(trainer.decode(record(BarImages.example(1, cut, "l")))).isEmpty();
  }

  @Test
  void tellsItsFigures() {
    var meters = new SimpleMeterRegistry();
    trainer.bindTo(meters);
    trainer.initialise();

    learn(trainer, 0, 40);
    trainer.learn(
        IntStream.range(0, 4)
            .mapToObj(i -> new DecodedExample(BarImages.pixels(i), Optional.of("n" + i)))
            .toList());

    assertThat(meters.get("millrace.vision.images").functionCounter().count()).isEqualTo(44);
    assertThat(meters.get("millrace.vision.images.labelled").functionCounter().count())
        .isEqualTo(36 + 2);
    assertThat(meters.get("millrace.vision.images.refused").functionCounter().count()).isEqualTo(2);
    assertThat(meters.get("millrace.vision.drifts").functionCounter().count()).isZero();
    assertThat(meters.get("millrace.vision.classes").gauge().value()).isEqualTo(4);
    assertThat(meters.get("millrace.vision.reconstruction.error").gauge().value()).isPositive();
    assertThat(meters.get("millrace.vision.off.heap").gauge().value()).isNotNegative();
    assertThat(meters.get("millrace.prequential.accuracy").tag("service", "vision").gauge().value())
        .isBetween(0.0, 1.0);
    assertThat(meters.get("millrace.prequential.loss").gauge().value()).isPositive();
  }

  private static VisionTrainer trainer() {
    return trainer(BarImages.SETTINGS);
  }

  private static VisionTrainer trainer(Map<String, String> settings) {
    return new VisionTrainer(
        "vision", VisionConfig.from(Settings.of(settings)), VisionEngine.named("dl4j"));
  }

  private static void learn(VisionTrainer trainer, int from, int to) {
    for (int begin = from; begin < to; begin += 8) {
      trainer.learn(
          IntStream.range(begin, Math.min(to, begin + 8))
              .mapToObj(i ->
                  new DecodedExample(BarImages.pixels(i), Optional.ofNullable(BarImages.label(i))))
              .toList());
    }
  }

  private static TrainerState state(TrainerSnapshot written) {
    Map<String, byte[]> parts = new HashMap<>();
    written.checkpoint().forEach((part, bytes) -> parts.put(part, bytes.orElseThrow()));
    var manifest =
        new ModelManifest(
            "vision",
            1L,
            1,
            1,
            0L,
            "",
            written.records(),
            written.classes(),
            List.of(),
            Map.of(),
            written.metrics(),
            Map.of(),
            null,
            "",
            "");
    return new TrainerState(manifest, written.model(), parts);
  }

  private static ConsumerRecord<byte[], byte[]> record(ImageExample example) {
    return new ConsumerRecord<>(
        "image-examples", 0, 0, null, example == null ? null : EXAMPLES.encode(example));
  }
}
