package io.millrace.tests.benchmarks.vision;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.broker.EmbeddedBroker;
import io.millrace.cli.Main;
import io.millrace.learning.tensors.SafeTensors;
import io.millrace.learning.vision.NetworkOutput;
import io.millrace.learning.vision.VisionEngine;
import io.millrace.learning.vision.VisionPredictor;
import io.millrace.learning.vision.images.ImageBatch;
import io.millrace.learning.vision.images.ImageShape;
import io.millrace.runtime.lifecycle.Service;
import io.millrace.runtime.settings.Settings;
import io.millrace.schemas.AvroCodec;
import io.millrace.schemas.avro.Image;
import io.millrace.schemas.avro.ImageExample;
import io.millrace.schemas.avro.Pixels;
import io.millrace.schemas.avro.Source;
import io.millrace.tests.benchmarks.CommitWatcher;
import io.millrace.tests.benchmarks.PythonScript;
import io.millrace.topics.Catalogue;
import io.millrace.topics.Provisioner;
import io.millrace.vision.VisionService;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import java.util.stream.Stream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Every preset to PyTorch and from there, through the files and commands that people use. A model
 * that the service has trained is exported and opened in PyTorch; weights that PyTorch has trained
 * are imported, and exported again from the version that they became. Each time both sides give the
 * same scores and pixels for the same images, to 1e-5. Run by name:
 *
 * <pre>
 * mvn -pl tests/benchmarks -am test -Dtest=VisionParityBenchmark \
 *     -Dsurefire.failIfNoSpecifiedTests=false \
 *     [-Dtest.flags="-Dbenchmark.engine=libtorch -Dmillrace.engines=FOLDER"]
 * </pre>
 */
final class VisionParityBenchmark {

  private static final double TOLERANCE = 1e-5;
  private static final String ENGINE = System.getProperty("benchmark.engine", "dl4j");
  private static final int IMAGES = 320;
  private static final int CLASSES = 4;
  private static final int HIDDEN = 128;
  private static final Duration PATIENCE = Duration.ofMinutes(5);
  private static final Duration STOP_WITHIN = Duration.ofSeconds(30);
  private static final AvroCodec<ImageExample> EXAMPLES = AvroCodec.of(ImageExample.class);
  private static final AvroCodec<Image> ENCODED = AvroCodec.of(Image.class);

  @TempDir private static Path folder;
  private static EmbeddedBroker broker;
  private static Admin admin;

  /** The presets of the source articles. */
  record Preset(int channels, int side, boolean padded, String optimizer) {

    ImageShape shape() {
      return new ImageShape(channels, side, side);
    }

    @Override
    public String toString() {
      return "%s-%dx%d-%s-%s"
          .formatted(
              optimizer, side, side, channels == 1 ? "grey" : "colour", padded ? "padded" : "bare");
    }
  }

  static Stream<Preset> presets() {
    return Stream.of(new ImageShape(1, 28, 28), new ImageShape(3, 32, 32))
        .flatMap(shape ->
            Stream.of(true, false)
                .flatMap(padded ->
                    Stream.of("adam", "sgd", "momentum")
                        .map(by -> new Preset(shape.channels(), shape.height(), padded, by))));
  }

  @BeforeAll
  static void start() {
    broker = EmbeddedBroker.start(folder.resolve("broker"), 0);
    admin = Admin.create(Map.of("bootstrap.servers", broker.bootstrapServers()));
  }

  @AfterAll
  static void stop() {
    admin.close();
    broker.close();
  }

  @ParameterizedTest
  @MethodSource("presets")
  void bothWays(Preset preset) throws Exception {
    var run = new Run(preset);
    run.train();
    run.command("export", "vision", "--output", run.file("here.safetensors"));

    PythonScript.run(
        "vision_parity.py",
        run.here.toString(),
        Integer.toString(preset.channels()),
        Integer.toString(preset.side()),
        Boolean.toString(preset.padded()),
        Integer.toString(HIDDEN),
        preset.optimizer());

    assertThat(run.difference("trained here", "here.safetensors", "here.answers"))
        .isLessThan(TOLERANCE);
    run.command(
        "import",
        "vision",
        "--input",
        run.file("there.safetensors"),
        "--classes",
        "0,1,2,3",
        "--reset");
    run.command("export", "vision", "--output", run.file("back.safetensors"));
    assertThat(run.difference("trained in PyTorch", "back.safetensors", "there.answers"))
        .isLessThan(TOLERANCE);
  }

  /** A preset with topics, images and files of its own. */
  private static final class Run {

    private final Preset preset;
    private final Path here;
    private final Map<String, String> given = new LinkedHashMap<>();
    private final Settings settings;
    private final byte[] pixels;
    private final byte[] labels = new byte[IMAGES];

    Run(Preset preset) throws Exception {
      this.preset = preset;
      this.here = Files.createDirectory(folder.resolve(preset.toString()));
      given.put("bootstrap.servers", broker.bootstrapServers());
      given.put("topics.prefix", preset + "-");
      given.put("vision.engine", ENGINE);
      given.put("vision.channels", Integer.toString(preset.channels()));
      given.put("vision.width", Integer.toString(preset.side()));
      given.put("vision.height", Integer.toString(preset.side()));
      given.put("vision.padded", Boolean.toString(preset.padded()));
      given.put("vision.optimizer", preset.optimizer());
      given.put("vision.hidden", Integer.toString(HIDDEN));
      given.put("vision.step.batches", "10");
      this.settings = Settings.of(given);
      this.pixels = new byte[IMAGES * preset.shape().size()];
      draw();
      Files.write(here.resolve("images.u8"), pixels);
      Files.write(here.resolve("labels.u8"), labels);
      new Provisioner(admin, settings.topics().prefix()).createMissing(Catalogue.load());
    }

    /** A bright quarter in noise, whose place is the class. */
    private void draw() {
      var random = new Random(11);
      int side = preset.side();
      for (int i = 0; i < pixels.length; i++) {
        int image = i / preset.shape().size();
        labels[image] = (byte) (image % CLASSES);
        int quarter = 2 * (i / side % side * 2 / side) + i % side * 2 / side;
        pixels[i] = (byte) (random.nextInt(100) + (quarter == labels[image] ? 150 : 0));
      }
    }

    /** Has the service learn all images once. */
    void train() throws Exception {
      String topic = settings.topics().imageExamples().name();
      try (var producer =
          new KafkaProducer<>(
              settings.kafkaClient(), new ByteArraySerializer(), new ByteArraySerializer())) {
        for (int image = 0; image < IMAGES; image++) {
          producer.send(
              new ProducerRecord<>(
                  topic, ("image/" + image).getBytes(UTF_8), EXAMPLES.encode(example(image))));
        }
      }
      Service service = VisionService.TYPE.create().apply(settings);
      try {
        service.start();
        String group = settings.common().group("vision");
        new CommitWatcher(admin, group, topic, PATIENCE).passes(IMAGES, 1);
      } finally {
        assertThat(service.failure()).isEmpty();
        service.close(STOP_WITHIN);
      }
    }

    private ImageExample example(int image) {
      int side = preset.side();
      int channels = preset.channels();
      byte[] interleaved = new byte[preset.shape().size()];
      for (int i = 0; i < interleaved.length; i++) {
        int from = i % channels * side * side + i / channels;
        interleaved[i] = pixels[image * interleaved.length + from];
      }
      var bare = new Pixels(side, side, channels, ByteBuffer.wrap(interleaved));
      return new ImageExample(
          "image/" + image,
          ByteBuffer.wrap(ENCODED.encode(new Image(null, bare, null))),
          "application/avro",
          Byte.toString(labels[image]),
          new Source("images", 0, (long) image));
    }

    String file(String name) {
      return here.resolve(name).toString();
    }

    /** Runs a command on the models. */
    void command(String... words) {
      List<String> command = new ArrayList<>(List.of("models"));
      command.addAll(List.of(words));
      given.forEach((name, value) -> command.addAll(List.of("--set", name + "=" + value)));
      var said = new StringWriter();
      int status =
          Main.run(new PrintWriter(said), new PrintWriter(said), command.toArray(String[]::new));
      assertThat(status).as(said::toString).isZero();
    }

    /** The largest difference between our answers with a file and those that PyTorch wrote. */
    double difference(String what, String model, String answers) throws IOException {
      float[] inputs = new float[pixels.length];
      for (int i = 0; i < inputs.length; i++) {
        inputs[i] = (pixels[i] & 0xff) / 255f;
      }
      byte[] file = Files.readAllBytes(here.resolve(model));
      try (VisionPredictor network = VisionEngine.named(ENGINE).load(SafeTensors.read(file))) {
        NetworkOutput ours = network.predict(new ImageBatch(preset.shape(), IMAGES, inputs));
        ByteBuffer theirs =
            ByteBuffer.wrap(Files.readAllBytes(here.resolve(answers)))
                .order(ByteOrder.LITTLE_ENDIAN);
        double scores = largest(ours.scores(), theirs);
        double images = largest(ours.reconstructions(), theirs);
        assertThat(theirs.hasRemaining()).isFalse();
        System.out.printf(
            Locale.ROOT, "%-32s %-20s scores %.1e  pixels %.1e%n", preset, what, scores, images);
        return Math.max(scores, images);
      }
    }

    private static double largest(float[] ours, ByteBuffer theirs) {
      double largest = 0;
      for (float value : ours) {
        largest = Math.max(largest, Math.abs(value - theirs.getFloat()));
      }
      return largest;
    }
  }
}
