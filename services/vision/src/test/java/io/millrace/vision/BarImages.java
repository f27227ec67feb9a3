package io.millrace.vision;

import io.millrace.learning.vision.images.ImageShape;
import io.millrace.learning.vision.images.PngEncoder;
import io.millrace.runtime.testing.TestKafka;
import io.millrace.schemas.avro.ImageExample;
import io.millrace.schemas.avro.Source;
import io.millrace.topics.Topic;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.apache.kafka.clients.producer.ProducerRecord;

/** Images of 12 x 12 with a bright bar across or down, easy to classify; by number. */
final class BarImages {

  static final ImageShape SHAPE = new ImageShape(1, 12, 12);

  /** A network that learns them in a moment. */
  static final Map<String, String> SETTINGS =
      Map.of(
          "vision.width", "12",
          "vision.height", "12",
          "vision.hidden", "8",
          "vision.classes.max", "4",
          "vision.learning.rate", "0.01",
          "vision.batch.size", "8",
          "vision.step.batches", "4");

  private BarImages() {}

  /** The label of an image; none for every tenth. */
  static String label(int number) {
    if (number % 10 == 9) {
      return null;
    }
    return isAcross(number) ? "across" : "down";
  }

  static boolean isAcross(int number) {
    return random(number).nextBoolean();
  }

  /** Of seeds side by side, the first draws would all be alike. */
  private static Random random(int number) {
    return new Random(number * 0x9e3779b97f4a7c15L);
  }

  /** {@code float[144]}. */
  static float[] pixels(int number) {
    var random = random(number);
    boolean across = random.nextBoolean();
    int place = 1 + random.nextInt(10);
    float[] pixels = new float[SHAPE.size()];
    for (int i = 0; i < pixels.length; i++) {
      int along = across ? i / 12 : i % 12;
      pixels[i] = (Math.abs(along - place) <= 1 ? 200 : 0) / 255f + random.nextInt(50) / 255f;
    }
    return pixels;
  }

  /** The image as a PNG file. */
  static byte[] png(int number) {
    return PngEncoder.encode(SHAPE, pixels(number), 0);
  }

  static ImageExample example(int number) {
    return example(number, png(number), label(number));
  }

  static ImageExample example(int number, byte[] payload, String label) {
    return new ImageExample(
        "image/" + number,
        ByteBuffer.wrap(payload),
        null,
        label,
        new Source("images", 0, (long) number));
  }

  /** Sends the examples from one number to before another. */
  static void send(TestKafka kafka, int from, int to) {
    Topic<String, ImageExample> topic = kafka.topics().imageExamples();
    List<ProducerRecord<byte[], byte[]>> records = new ArrayList<>();
    for (int number = from; number < to; number++) {
      ImageExample example = example(number);
      records.add(
          new ProducerRecord<>(
              topic.name(),
              topic.keys().serializer().serialize(topic.name(), example.getSubject()),
              topic.values().serializer().serialize(topic.name(), example)));
    }
    kafka.sendAll(records);
  }
}
