package io.millrace.scoring;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.millrace.learning.tensors.SafeTensors;
import io.millrace.learning.tensors.Tensor;
import io.millrace.learning.vision.images.ImageShape;
import io.millrace.learning.vision.images.PngEncoder;
import io.millrace.runtime.models.ModelVersion;
import io.millrace.runtime.models.TestModels;
import io.millrace.schemas.avro.DocumentVector;
import io.millrace.schemas.avro.Source;
import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.zip.CRC32;

/** Images, vectors and model versions for tests. */
final class ScoringSamples {

  static final byte[] TRUNCATED_PNG = Arrays.copyOf(png(28, 0.5f), 60);
  static final byte[] HUGE_PNG = headerOnly(20_000, 20_000);

  private ScoringSamples() {}

  /** A version of the vision model that knows "dark", gain -1, and "bright", gain 1. */
  static ModelVersion vision(long version) {
    return vision(version, List.of("dark", "bright"), -1, 1);
  }

  static ModelVersion vision(long version, List<String> classes, float... gains) {
    return vision(ImageScorer.MODEL, version, classes, gains);
  }

  /** A version of a variant. */
  static ModelVersion vision(String model, long version, List<String> classes, float... gains) {
    return TestModels.version(model, version, classes, TestEngine.file(classes, gains, 0.5f));
  }

  /** A version of the vision model whose weights are finite, and whose answers are not. */
  static ModelVersion overflowing(long version) {
    byte[] file =
        SafeTensors.of(
                Map.of("gains", Tensor.of(new float[2], 2), "fade", Tensor.of(new float[1])),
                Map.of("classes", "dark\nbright", TestEngine.OVERFLOW, "yes"))
            .toBytes();
    return TestModels.version(ImageScorer.MODEL, version, List.of("dark", "bright"), file);
  }

  /** A version of the classifier that knows spam by "money" and ham by "meeting". */
  static ModelVersion classifier(long version) {
    return classifier(version, List.of("spam", "ham"), 1, 0, 0, 1);
  }

  /** A version of the classifier with two terms, two hidden units that stand for them, and fc2. */
  static ModelVersion classifier(long version, List<String> classes, float... fc2) {
    byte[] file =
        SafeTensors.of(
                Map.of(
                    "fc1.weight", Tensor.of(new float[] {1, 0, 0, 1}, 2, 2),
                    "fc1.bias", Tensor.of(new float[2], 2),
                    "fc2.weight", Tensor.of(fc2, classes.size(), 2),
                    "fc2.bias", Tensor.of(new float[classes.size()], classes.size())),
                Map.of("vocabulary", "money\nmeeting", "classes", String.join("\n", classes)))
            .toBytes();
    return TestModels.version(DocumentScorer.MODEL, version, classes, file);
  }

  /** A grey square of one brightness. */
  static byte[] png(int size, float brightness) {
    float[] pixels = new float[size * size];
    Arrays.fill(pixels, brightness);
    return PngEncoder.encode(new ImageShape(1, size, size), pixels, 0);
  }

  /** The vector of a document of one term. */
  static DocumentVector.Builder vector(String term, double weight, long offset) {
    return DocumentVector.newBuilder()
        .setTerms(List.of(term))
        .setWeights(List.of(weight))
        .setCorpusSize(1)
        .setWeighing("scikit-learn")
        .setSource(new Source("documents", 0, offset));
  }

  static byte[] utf8(String text) {
    return text.getBytes(UTF_8);
  }

  /** The signature and header of a PNG whose pixels would take gigabytes, and an empty rest. */
  private static byte[] headerOnly(int width, int height) {
    try {
      var header = new ByteArrayOutputStream();
      var out = new DataOutputStream(header);
      out.writeBytes("IHDR");
      out.writeInt(width);
      out.writeInt(height);
      out.write(new byte[] {8, 2, 0, 0, 0});
      var crc = new CRC32();
      crc.update(header.toByteArray());
      var file = new ByteArrayOutputStream();
      var png = new DataOutputStream(file);
      png.write(new byte[] {(byte) 0x89, 'P', 'N', 'G', '\r', '\n', 0x1a, '\n'});
      png.writeInt(13);
      png.write(header.toByteArray());
      png.writeInt((int) crc.getValue());
      return file.toByteArray();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
