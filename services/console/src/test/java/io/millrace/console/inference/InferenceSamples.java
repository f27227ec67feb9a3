package io.millrace.console.inference;

import io.millrace.learning.tensors.SafeTensors;
import io.millrace.learning.tensors.Tensor;
import io.millrace.learning.vision.PyTorchGolden;
import io.millrace.learning.vision.images.ImageShape;
import io.millrace.learning.vision.images.PngEncoder;
import io.millrace.runtime.models.ModelVersion;
import io.millrace.runtime.models.TestModels;
import io.millrace.schemas.avro.ModelManifest;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** Versions of models, and images, for tests. */
public final class InferenceSamples {

  /** A network of three classes for grey images of 12 x 12 pixels. */
  static final PyTorchGolden NETWORK = PyTorchGolden.all().getFirst();

  static final ImageShape SHAPE = NETWORK.config().shape();

  private static final List<String> DIGITS = List.of("0", "1", "2");
  private static final List<String> KINDS = List.of("spam", "ham");

  private InferenceSamples() {}

  /** A version of vision; all have the same weights. */
  public static ModelVersion vision(String model, long version) {
    ModelVersion bare =
        TestModels.version(model, version, DIGITS, NETWORK.firstWeights().toBytes());
    ModelManifest manifest =
        ModelManifest.newBuilder(bare.manifest())
            .setSettings(Map.of("channels", "1", "height", "12", "width", "12"))
            .build();
    return new ModelVersion(manifest, bare.bytes(), bare.published());
  }

  /** A version of vision whose weights are finite, and whose answers are not. */
  static ModelVersion diverging(long version) {
    SafeTensors weights = NETWORK.firstWeights();
    Map<String, Tensor> tensors = new TreeMap<>(weights.tensors());
    Tensor bias = weights.tensors().get("fc2.weight");
    float[] huge = bias.floats().clone();
    Arrays.fill(huge, Float.MAX_VALUE);
    tensors.put("fc2.weight", Tensor.of(huge, 3, huge.length / 3));
    return TestModels.version(
        "vision", version, DIGITS, SafeTensors.of(tensors, weights.metadata()).toBytes());
  }

  /** A version of the classifier that knows spam by "money" and ham by "meeting". */
  public static ModelVersion classifier(long version) {
    byte[] file =
        SafeTensors.of(
                Map.of(
                    "fc1.weight", Tensor.of(new float[] {1, 0, 0, 1}, 2, 2),
                    "fc1.bias", Tensor.of(new float[2], 2),
                    "fc2.weight", Tensor.of(new float[] {1, 0, 0, 1}, 2, 2),
                    "fc2.bias", Tensor.of(new float[2], 2)),
                Map.of("vocabulary", "money\nmeeting", "classes", String.join("\n", KINDS)))
            .toBytes();
    return TestModels.version("classifier", version, KINDS, file);
  }

  /** The pixels of some images, each a byte divided by 255. */
  static float[] pixels() {
    return NETWORK.images(0).pixels();
  }

  /** How many images that are. */
  static int count() {
    return NETWORK.images(0).count();
  }

  /** One of them as a file. */
  public static byte[] png(int image) {
    return PngEncoder.encode(SHAPE, pixels(), image * SHAPE.size());
  }
}
