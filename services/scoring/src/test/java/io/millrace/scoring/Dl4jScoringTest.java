package io.millrace.scoring;

import static io.millrace.scoring.ScoringSamples.utf8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.millrace.learning.vision.NetworkOutput;
import io.millrace.learning.vision.VisionEngine;
import io.millrace.learning.vision.VisionModel;
import io.millrace.learning.vision.VisionPredictor;
import io.millrace.learning.vision.images.ImageBatch;
import io.millrace.learning.vision.images.ImageDecoder;
import io.millrace.learning.vision.images.ImageDecoder.PixelLimit;
import io.millrace.learning.vision.images.ImageShape;
import io.millrace.learning.vision.images.PngEncoder;
import io.millrace.learning.vision.model.NetworkConfig;
import io.millrace.runtime.lifecycle.Service;
import io.millrace.runtime.models.ModelVersion;
import io.millrace.runtime.models.TestModels;
import io.millrace.runtime.testing.TestKafka;
import io.millrace.schemas.AvroCodec;
import io.millrace.schemas.avro.ClassScore;
import io.millrace.schemas.avro.Prediction;
import io.millrace.scoring.answers.ServedModel;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.junit.jupiter.api.Test;

/** The scoring with the engine that it is shipped with. */
final class Dl4jScoringTest {

  private static final ImageShape SHAPE = NetworkConfig.defaults().shape();
  private static final int BATCH = 20;

  private final VisionEngine engine = VisionEngine.named("dl4j");
  private final Random random = new Random(5);

  @Test
  void predictionsAndReconstructionsAreTheNetworksOwn() {
    ImageBatch images = images();
    try (var kafka = new TestKafka();
        VisionModel network = network(2)) {
      NetworkOutput expected = network.predict(images);
      kafka.sendAll(TestModels.records(kafka, version(7, network)));
      for (int i = 0; i < BATCH; i++) {
        byte[] png = PngEncoder.encode(SHAPE, images.pixels(), i * SHAPE.size());
        kafka.send(new ProducerRecord<>(kafka.topics().images().name(), utf8("" + i), png));
      }
      Service service = ScoringService.TYPE.create().apply(kafka.settings(Map.of()));
      service.start();

      var predictions = kafka.await(kafka.topics().predictions().name(), BATCH);
      var reconstructions = kafka.await(kafka.topics().reconstructions().name(), BATCH);

      service.close(Duration.ofSeconds(10));
      assertThat(predictions)
          .hasSize(BATCH)
          .allSatisfy(record -> {
            Prediction prediction = AvroCodec.of(Prediction.class).decodeOrThrow(record.value());
            int i = Integer.parseInt(prediction.getSubject().substring("image/".length()));
            assertThat(prediction.getVersion()).isEqualTo(7);
            assertThat(prediction.getClasses()).hasSize(network.classes().size());
            for (ClassScore score : prediction.getClasses()) {
              int c = network.classes().indexOf(score.getLabel());
              assertThat(score.getScore())
                  .isEqualTo(expected.scores()[i * expected.classes() + c], within(1e-5));
            }
          });
      assertThat(reconstructions)
          .hasSize(BATCH)
          .allSatisfy(record -> {
            int i = Integer.parseInt(new String(record.key()));
            float[] pixels = new float[SHAPE.size()];
            ImageDecoder.decode(record.value(), new PixelLimit(10_000, "images.max.pixels"))
                .resizeInto(SHAPE, pixels, 0);
            for (int p = 0; p < pixels.length; p++) {
              assertThat((double) pixels[p])
                  .isEqualTo(
                      expected.reconstructions()[i * SHAPE.size() + p], within(0.5 / 255 + 1e-4));
            }
          });
    }
  }

  @Test
  void aPredictorMadeOnOneThreadAnswersAlikeOnAnother() throws Exception {
    ImageBatch images = images();
    try (VisionModel network = network(2);
        VisionPredictor own = engine.load(network.weights());
        ExecutorService other = Executors.newSingleThreadExecutor();
        VisionPredictor foreign = other.submit(() -> engine.load(network.weights())).get()) {

      assertThat(foreign.predict(images).scores()).isEqualTo(own.predict(images).scores());
    }
  }

  @Test
  void manyVersionsOneAfterAnotherLeaveNoMemoryBehind() throws Exception {
    ImageBatch images = images();
    var metrics = new ScoringMetrics();
    List<Long> offHeap = new ArrayList<>();
    int sizeBytes;
    try (VisionModel network = network(1);
        var model =
            new ServedModel<>(
                ImageScorer.MODEL,
                2,
                engine::load,
                VisionPredictor::close,
                metrics.model(ImageScorer.MODEL));
        ExecutorService follower = Executors.newSingleThreadExecutor()) {
      sizeBytes = network.weights().toBytes().length;
      model.load(version(0, network));
      for (int v = 1; v <= 30; v++) {
        ModelVersion newer = version(v, network);
        Future<?> loading = follower.submit(() -> model.load(newer));
        model.inForce().predictors().getFirst().predict(images);
        loading.get();
        model.inForce().predictors().getFirst().predict(images);
        offHeap.add(engine.offHeapBytes());
      }
    }

    assertThat(offHeap.getLast()).isLessThan(2L * sizeBytes);
  }

  private ModelVersion version(long number, VisionModel network) {
    return TestModels.version(
        ImageScorer.MODEL, number, network.classes(), network.weights().toBytes());
  }

  /** A network that has made a few steps on noise. */
  private VisionModel network(int steps) {
    VisionModel network = engine.create(NetworkConfig.defaults(), 42);
    for (int step = 0; step < steps; step++) {
      List<Optional<String>> labels = new ArrayList<>();
      for (int i = 0; i < BATCH; i++) {
        labels.add(Optional.of("c" + i % 10));
      }
      network.learn(images(), labels);
    }
    return network;
  }

  /** Noise whose pixels are whole bytes, as those of files are. */
  private ImageBatch images() {
    float[] pixels = new float[BATCH * SHAPE.size()];
    for (int p = 0; p < pixels.length; p++) {
      pixels[p] = random.nextInt(256) / 255f;
    }
    return new ImageBatch(SHAPE, BATCH, pixels);
  }
}
