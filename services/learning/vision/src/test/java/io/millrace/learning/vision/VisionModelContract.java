package io.millrace.learning.vision;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.millrace.learning.tensors.SafeTensors;
import io.millrace.learning.tensors.SafeTensorsException;
import io.millrace.learning.tensors.Tensor;
import io.millrace.learning.vision.images.ImageBatch;
import io.millrace.learning.vision.images.ImageShape;
import io.millrace.learning.vision.model.NetworkConfig;
import io.millrace.learning.vision.model.Optimizer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.FieldSource;

/** What every engine's networks do. An engine's test inherits it and says which engine it is. */
public abstract class VisionModelContract {

  private static final ImageShape SMALL = new ImageShape(1, 12, 12);
  private static final Offset<Float> ROUNDING = within(1e-5f);

  @SuppressWarnings("unused")
  private static final List<Optimizer> OPTIMIZERS =
      List.of(new Optimizer.Adam(1e-3), new Optimizer.Sgd(0.01), new Optimizer.Momentum(0.01, 0.9));

  private final List<VisionPredictor> networks = new ArrayList<>();

  /** The engine under test. */
  protected abstract VisionEngine engine();

  @AfterEach
  void close() {
    networks.forEach(VisionPredictor::close);
  }

  @ParameterizedTest
  @FieldSource("OPTIMIZERS")
  void theSameSeedAndBatchesGiveTheSameBytes(Optimizer optimizer) {
    VisionModel one = create(config(optimizer), 7);
    VisionModel other = create(config(optimizer), 7);
    VisionModel third = create(config(optimizer), 8);

    for (VisionModel model : List.of(one, other, third)) {
      learn(model, 0, 5);
    }

    assertThat(other.weights().toBytes()).isEqualTo(one.weights().toBytes());
    assertThat(other.optimizer().toBytes()).isEqualTo(one.optimizer().toBytes());
    assertThat(third.weights().toBytes()).isNotEqualTo(one.weights().toBytes());
  }

  @ParameterizedTest
  @FieldSource("OPTIMIZERS")
  void aRestoredModelContinuesToTheSameBytes(Optimizer optimizer) {
    VisionModel undisturbed = create(config(optimizer), 7);
    learn(undisturbed, 0, 6);
    VisionModel first = create(config(optimizer), 7);
    learn(first, 0, 2);

    SafeTensors weights = SafeTensors.read(first.weights().toBytes());
    SafeTensors state = SafeTensors.read(first.optimizer().toBytes());
    VisionModel restored = keep(engine().restore(config(optimizer), 7, weights, state));
    assertThat(restored.weights()).isEqualTo(first.weights());
    learn(restored, 2, 6);

    assertThat(restored.classes()).isEqualTo(undisturbed.classes()).hasSize(4);
    assertThat(restored.weights().toBytes()).isEqualTo(undisturbed.weights().toBytes());
    assertThat(restored.optimizer().toBytes()).isEqualTo(undisturbed.optimizer().toBytes());
  }

  @Test
  void aModelBegunFromWeightsHasThemAndLearnsLikeANewOne() {
    VisionModel model = create(averaging(), 7);
    learn(model, 0, 6);
    SafeTensors weights = model.weights();

    VisionModel begun = keep(engine().createFrom(averaging(), 7, weights));
    VisionModel again = keep(engine().createFrom(averaging(), 7, weights));

    assertThat(begun.weights()).isEqualTo(weights);
    assertThat(begun.optimizer().tensors().get("step").longs()).containsExactly(0);
    learn(begun, 6, 8);
    learn(again, 6, 8);
    assertThat(again.weights().toBytes()).isEqualTo(begun.weights().toBytes());
    assertThat(begun.weights()).isNotEqualTo(weights);
    assertThat(begun.optimizer().tensors().get("step").longs()).containsExactly(2);
  }

  @Test
  void aScaledRateScalesTheUpdate() {
    VisionModel scaled = create(config(new Optimizer.Sgd(0.1)), 7);
    VisionModel other = create(config(new Optimizer.Sgd(0.2)), 7);

    scaled.scaleLearningRate(2);
    learn(scaled, 0, 1);
    learn(other, 0, 1);
    assertThat(scaled.weights().toBytes()).isEqualTo(other.weights().toBytes());

    scaled.scaleLearningRate(1);
    learn(scaled, 1, 2);
    learn(other, 1, 2);
    assertThat(scaled.weights().toBytes()).isNotEqualTo(other.weights().toBytes());
  }

  @Test
  void predictingChangesNothing() {
    VisionModel model = create(config(), 7);
    VisionModel undisturbed = create(config(), 7);
    learn(model, 0, 2);
    learn(undisturbed, 0, 2);

    model.predict(batch(3, 16));
    learn(model, 2, 4);
    model.predict(batch(4, 5));

    learn(undisturbed, 2, 4);
    assertThat(model.weights()).isEqualTo(undisturbed.weights());
    assertThat(model.optimizer()).isEqualTo(undisturbed.optimizer());
  }

  @Test
  void learningReturnsWhatPredictingBeforeItWould() {
    VisionModel model = create(config(), 7);
    learn(model, 0, 6);
    NetworkOutput before = model.predict(batch(6, 16));

    NetworkOutput answers = model.learn(batch(6, 16), labels(6, 16));

    assertThat(answers.scores()).containsExactly(before.scores(), ROUNDING);
    assertThat(answers.reconstructions()).containsExactly(before.reconstructions(), ROUNDING);
    assertThat(model.predict(batch(6, 16)).scores()).isNotEqualTo(before.scores());
  }

  @Test
  void theOutputIsNotOverwrittenByTheNextUpdate() {
    VisionModel model = create(config(), 7);
    learn(model, 0, 6);

    NetworkOutput answers = model.learn(batch(6, 16), labels(6, 16));
    float[] scores = answers.scores().clone();
    float[] reconstructions = answers.reconstructions().clone();
    learn(model, 7, 9);

    assertThat(answers.scores()).containsExactly(scores);
    assertThat(answers.reconstructions()).containsExactly(reconstructions);
  }

  @Test
  void aLoadedNetworkAnswersAsTheModel() {
    VisionModel model = create(config(), 7);
    learn(model, 0, 4);

    VisionPredictor loaded = load(model.weights());

    assertThat(loaded.shape()).isEqualTo(SMALL);
    assertThat(loaded.classes()).isEqualTo(model.classes());
    NetworkOutput expected = model.predict(batch(9, 16));
    NetworkOutput answers = loaded.predict(batch(9, 16));
    assertThat(answers.scores()).containsExactly(expected.scores(), ROUNDING);
    assertThat(answers.reconstructions()).containsExactly(expected.reconstructions(), ROUNDING);
  }

  @Test
  void whatIsPublishedIsTheMeanOfWhatLearns() {
    VisionModel averaged = create(averaging(), 7);
    VisionModel plain = create(config(), 7);
    float mean = bias(averaged);
    for (int update = 1; update <= 12; update++) {
      learn(averaged, update, update + 1);
      learn(plain, update, update + 1);
      double kept = Math.min(0.5, update / (update + 9.0));
      mean = (float) (kept * mean + (1 - kept) * bias(plain));

      assertThat(bias(averaged)).as("update " + update).isCloseTo(mean, ROUNDING);
    }
    assertThat(bias(averaged)).isNotEqualTo(bias(plain));
    assertThat(load(averaged.weights()).predict(batch(9, 4)).scores())
        .containsExactly(averaged.predict(batch(9, 4)).scores(), ROUNDING);
  }

  @Test
  void aRestoredMeanContinuesToTheSameBytes() {
    VisionModel undisturbed = create(averaging(), 7);
    learn(undisturbed, 0, 6);
    VisionModel first = create(averaging(), 7);
    learn(first, 0, 3);

    VisionModel restored =
        keep(engine().restore(averaging(), 7, first.weights(), first.optimizer()));
    restored.predict(batch(1, 2));
    learn(restored, 3, 6);

    assertThat(restored.weights().toBytes()).isEqualTo(undisturbed.weights().toBytes());
    assertThat(restored.optimizer().toBytes()).isEqualTo(undisturbed.optimizer().toBytes());
  }

  private static float bias(VisionModel model) {
    return model.weights().tensors().get("deconv2.bias").floats()[0];
  }

  private static NetworkConfig averaging() {
    return new NetworkConfig(SMALL, true, 8, 4, new Optimizer.Adam(1e-3), 0.5, 1, 1, 2);
  }

  @Test
  void workersTogetherTakeTheStepOfOne() {
    VisionModel one = create(config().withWorkers(1), 7);
    VisionModel three = create(config().withWorkers(3), 7);
    for (int number = 0; number < 4; number++) {
      NetworkOutput alone = one.learn(batch(number, 5), labels(number, 5));

      NetworkOutput together = three.learn(batch(number, 5), labels(number, 5));

      assertThat(together.scores()).containsExactly(alone.scores(), ROUNDING);
      assertThat(together.reconstructions()).containsExactly(alone.reconstructions(), ROUNDING);
    }
    three.learn(batch(5, 1), some("class 0"));
    assertThat(three.predict(batch(9, 4)).scores()).isNotEqualTo(one.predict(batch(9, 4)).scores());
  }

  @Test
  void aDecoderOfNoWeightIsLeftOut() {
    NetworkConfig headOnly = new NetworkConfig(SMALL, true, 8, 4, config().optimizer(), 0, 1, 0, 2);
    VisionModel model = create(headOnly, 7);
    VisionModel fresh = create(headOnly, 7);

    NetworkOutput answers = model.learn(batch(1, 6), labels(1, 6));

    assertThat(answers.reconstructions()).isEmpty();
    assertThat(answers.scores()).hasSize(6 * model.classes().size());
    Map<String, Tensor> learned = model.weights().tensors();
    Map<String, Tensor> untouched = fresh.weights().tensors();
    for (String name : List.of("deconv1.weight", "deconv2.bias")) {
      assertThat(learned.get(name)).as(name).isEqualTo(untouched.get(name));
    }
    assertThat(learned.get("conv2.weight")).isNotEqualTo(untouched.get("conv2.weight"));
    assertThat(model.predict(batch(2, 2)).reconstructions()).hasSize(2 * SMALL.size());
    assertThat(load(model.weights()).predict(batch(2, 2)).scores())
        .containsExactly(model.predict(batch(2, 2)).scores(), ROUNDING);
  }

  @Test
  void anAnswerDoesNotDependOnTheRestOfItsBatch() {
    VisionModel model = create(config(), 7);
    learn(model, 0, 4);
    VisionPredictor loaded = load(model.weights());
    ImageBatch together = batch(1, 16);

    NetworkOutput all = loaded.predict(together);

    for (int i = 0; i < 16; i++) {
      NetworkOutput alone = loaded.predict(new ImageBatch(SMALL, 1, image(together, i)));
      int classes = all.classes();
      assertThat(alone.scores())
          .containsExactly(
              Arrays.copyOfRange(all.scores(), i * classes, (i + 1) * classes), ROUNDING);
      int size = SMALL.size();
      assertThat(alone.reconstructions())
          .containsExactly(
              Arrays.copyOfRange(all.reconstructions(), i * size, (i + 1) * size), ROUNDING);
    }
  }

  @Test
  void aNetworkThatHasLearnedNothingStillReconstructs() {
    VisionModel model = create(config(), 7);

    NetworkOutput answers = load(model.weights()).predict(batch(0, 3));

    assertThat(model.classes()).isEmpty();
    assertThat(model.weights().tensors().get("fc2.weight").shape()).containsExactly(0, 8);
    assertThat(answers.scores()).isEmpty();
    assertThat(answers.reconstructions()).hasSize(3 * SMALL.size());
    for (float pixel : answers.reconstructions()) {
      assertThat(pixel).isBetween(0f, 1f);
    }
  }

  @Test
  void classesComeAsTheyAreFirstSeenUpToTheirBound() {
    VisionModel model = create(config(), 7);

    NetworkOutput first = model.learn(batch(0, 3), some("b", "a", "b"));
    NetworkOutput second = model.learn(batch(1, 4), some("c", "d", "e", "a"));

    assertThat(first.classes()).isEqualTo(2);
    assertThat(second.classes()).isEqualTo(4);
    assertThat(model.classes()).containsExactly("b", "a", "c", "d");
    assertThat(model.weights().tensors().get("fc2.weight").shape()).containsExactly(4, 8);
    assertThat(model.weights().tensors().get("fc2.bias").shape()).containsExactly(4);
  }

  @Test
  void aLabelBeyondTheBoundTeachesTheDecoderAlone() {
    VisionModel beyond = create(config(), 7);
    VisionModel none = create(config(), 7);
    for (VisionModel model : List.of(beyond, none)) {
      model.learn(batch(0, 4), some("a", "b", "c", "d"));
    }

    beyond.learn(batch(1, 2), some("e", "a"));
    none.learn(batch(1, 2), List.of(Optional.empty(), Optional.of("a")));

    assertThat(beyond.weights()).isEqualTo(none.weights());
  }

  @Test
  void anImageWithoutALabelTeachesTheDecoderAlone() {
    VisionModel model = create(config(new Optimizer.Sgd(0.1)), 7);
    model.learn(batch(0, 2), some("a", "b"));
    SafeTensors before = model.weights();

    model.learn(batch(1, 2), List.of(Optional.empty(), Optional.empty()));

    Map<String, Tensor> after = model.weights().tensors();
    for (String name : List.of("fc1.weight", "fc1.bias", "fc2.weight", "fc2.bias")) {
      assertThat(after.get(name)).as(name).isEqualTo(before.tensors().get(name));
    }
    for (String name : List.of("conv1.weight", "conv2.bias", "deconv1.weight", "deconv2.bias")) {
      assertThat(after.get(name)).as(name).isNotEqualTo(before.tensors().get(name));
    }
  }

  @Test
  void aNewClassLeavesTheScoresOfTheOthers() {
    VisionModel known = create(config(), 7);
    VisionModel grown = create(config(), 7);
    for (VisionModel model : List.of(known, grown)) {
      model.learn(batch(0, 4), some("a", "b", "a", "b"));
    }

    NetworkOutput before = known.predict(batch(1, 1));
    NetworkOutput after = grown.learn(batch(1, 1), some("c"));

    assertThat(Arrays.copyOf(after.scores(), 2)).containsExactly(before.scores(), ROUNDING);
  }

  @Test
  void moreRoomForClassesMakesTheSameModel() {
    VisionModel narrow = create(config(), 7);
    NetworkConfig more = config();
    VisionModel wide =
        create(new NetworkConfig(SMALL, true, more.hidden(), 64, more.optimizer(), 0, 1, 1, 2), 7);

    learn(narrow, 0, 1);
    learn(wide, 0, 1);

    NetworkOutput expected = narrow.predict(batch(3, 4));
    assertThat(wide.predict(batch(3, 4)).scores()).containsExactly(expected.scores(), ROUNDING);
  }

  @ParameterizedTest
  @FieldSource("SHAPES")
  void everyShapeLearns(ImageShape shape) {
    for (boolean padded : new boolean[] {true, false}) {
      var config = new NetworkConfig(shape, padded, 16, 4, new Optimizer.Adam(1e-2), 0, 1, 1, 2);
      VisionModel model = create(config, 7);
      double first = 0;
      double last = 0;
      for (int update = 0; update < 30; update++) {
        ImageBatch batch = bars(shape, update);
        last = error(batch, model.learn(batch, some("low", "high", "low", "high")));
        first = update == 0 ? last : first;
      }

      NetworkOutput answers = load(model.weights()).predict(bars(shape, 99));
      for (int i = 0; i < 4; i++) {
        int right = i % 2;
        assertThat(answers.scores()[2 * i + right])
            .isGreaterThan(answers.scores()[2 * i + 1 - right]);
      }
      assertThat(last).isLessThan(first);
    }
  }

  @SuppressWarnings("unused")
  private static final List<ImageShape> SHAPES =
      List.of(
          SMALL,
          new ImageShape(3, 12, 12),
          new ImageShape(1, 10, 23),
          new ImageShape(3, 18, 13),
          new ImageShape(1, 28, 28));

  @Test
  void refusesImagesOfAnotherShapeAndLabelsOfAnotherNumber() {
    VisionModel model = create(config(), 7);
    var other = new ImageBatch(new ImageShape(1, 12, 13), 1, new float[156]);

    assertThatThrownBy(() -> model.predict(other)).isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> model.learn(other, some("a")))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> model.learn(batch(0, 2), some("a")))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void refusesAModelThatIsNotWhole() {
    VisionModel model = create(config(), 7);
    learn(model, 0, 4);
    SafeTensors weights = model.weights();
    Map<String, Tensor> fewer = new TreeMap<>(weights.tensors());
    fewer.remove("deconv2.bias");
    Map<String, String> anonymous = new TreeMap<>(weights.metadata());
    anonymous.remove("classes");
    Map<String, String> crowded = new TreeMap<>(weights.metadata());
    crowded.put("classes", "[\"a\"]");

    assertRefused(SafeTensors.of(fewer, weights.metadata()));
    assertRefused(SafeTensors.of(weights.tensors(), anonymous));
    assertRefused(SafeTensors.of(weights.tensors(), crowded));
    assertRefused(SafeTensors.of(Map.of(), Map.of()));
  }

  @Test
  void refusesToContinueWithOtherSettings() {
    VisionModel model = create(config(), 7);
    learn(model, 0, 2);
    SafeTensors weights = model.weights();
    SafeTensors state = model.optimizer();
    Optimizer adam = new Optimizer.Adam(1e-3);

    for (NetworkConfig other :
        List.of(
            new NetworkConfig(SMALL, true, 9, 4, adam, 0, 1, 1, 2),
            new NetworkConfig(SMALL, false, 8, 4, adam, 0, 1, 1, 2),
            new NetworkConfig(SMALL, true, 8, 1, adam, 0, 1, 1, 2),
            new NetworkConfig(SMALL, true, 8, 4, new Optimizer.Momentum(0.1, 0.5), 0, 1, 1, 2))) {
      assertThatThrownBy(() -> keep(engine().restore(other, 7, weights, state)))
          .isInstanceOf(SafeTensorsException.class);
    }
    var wider = new NetworkConfig(SMALL, true, 9, 4, adam, 0, 1, 1, 2);
    assertThatThrownBy(() -> keep(engine().createFrom(wider, 7, weights)))
        .isInstanceOf(SafeTensorsException.class);
  }

  private void assertRefused(SafeTensors file) {
    assertThatThrownBy(() -> load(file)).isInstanceOf(SafeTensorsException.class);
  }

  private VisionModel create(NetworkConfig config, long seed) {
    return keep(engine().create(config, seed));
  }

  private VisionPredictor load(SafeTensors weights) {
    return keep(engine().load(SafeTensors.read(weights.toBytes())));
  }

  private <T extends VisionPredictor> T keep(T network) {
    networks.add(network);
    return network;
  }

  private static NetworkConfig config() {
    return config(new Optimizer.Adam(1e-3));
  }

  private static NetworkConfig config(Optimizer optimizer) {
    return new NetworkConfig(SMALL, true, 8, 4, optimizer, 0, 1, 1, 2);
  }

  /** Learns batches by number; the third is short, and they bring in one class after the other. */
  private static void learn(VisionModel model, int from, int to) {
    for (int number = from; number < to; number++) {
      int count = number == 2 ? 5 : 16;
      model.learn(batch(number, count), labels(number, count));
    }
  }

  private static List<Optional<String>> labels(int number, int count) {
    var random = new Random(number);
    List<Optional<String>> labels = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      int label = random.nextInt(2 + number);
      labels.add(label == 1 ? Optional.empty() : Optional.of("class " + Math.min(label, 4)));
    }
    return labels;
  }

  private static List<Optional<String>> some(String... labels) {
    return Stream.of(labels).map(Optional::of).toList();
  }

  private static ImageBatch batch(int number, int count) {
    var random = new Random(1_000 + number);
    float[] pixels = new float[count * SMALL.size()];
    for (int i = 0; i < pixels.length; i++) {
      pixels[i] = random.nextInt(256) / 255f;
    }
    return new ImageBatch(SMALL, count, pixels);
  }

  private static float[] image(ImageBatch batch, int place) {
    int size = batch.shape().size();
    return Arrays.copyOfRange(batch.pixels(), place * size, (place + 1) * size);
  }

  /** Four images, the lower half bright in the first and third, the upper in the others. */
  private static ImageBatch bars(ImageShape shape, int number) {
    var random = new Random(number);
    float[] pixels = new float[4 * shape.size()];
    for (int i = 0; i < pixels.length; i++) {
      int y = i / shape.width() % shape.height();
      boolean low = i / shape.size() % 2 == 0;
      boolean bright = low == y >= shape.height() / 2;
      pixels[i] = (bright ? 0.8f : 0f) + 0.2f * random.nextFloat();
    }
    return new ImageBatch(shape, 4, pixels);
  }

  private static double error(ImageBatch batch, NetworkOutput answers) {
    double sum = 0;
    for (int i = 0; i < batch.pixels().length; i++) {
      double difference = batch.pixels()[i] - answers.reconstructions()[i];
      sum += difference * difference;
    }
    return sum / batch.pixels().length;
  }
}
