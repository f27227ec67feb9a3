package io.millrace.learning.vision.model;

import io.millrace.learning.tensors.SafeTensors;
import io.millrace.learning.tensors.SafeTensorsException;
import io.millrace.learning.vision.images.ImageShape;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;

/**
 * The layers of a network, as the metadata of a model file state them, and its tensors, with
 * PyTorch's names and layouts.
 *
 * <pre>
 * conv1 32, 3 x 3 - ReLU - max-pool 2 - conv2 64, 3 x 3 - ReLU - max-pool 2     the encoder
 *   - fc1 hidden - ReLU - fc2, a row for each class                            the head
 *   - deconv1 32, 3 x 3, stride 2 - ReLU - deconv2, 3 x 3, stride 2 - sigmoid  the decoder
 * </pre>
 *
 * <p>The convolutions pad by 1 or not at all; the deconvolutions pad by 1 and add 1 on the far
 * side, so that each doubles the extent.
 *
 * @param shape of the input images
 * @param padded whether the convolutions pad by 1
 * @param hidden units of the head's hidden layer
 * @param classes in the order of fc2's rows, without duplicates
 */
public record Architecture(ImageShape shape, boolean padded, int hidden, List<String> classes) {

  /** Feature maps of the first convolution, and of the decoder's first layer. */
  public static final int FIRST = 32;

  /** Feature maps of the encoder's output. */
  public static final int ENCODED = 64;

  /** The side of every kernel. */
  public static final int KERNEL = 3;

  /** Describes the input in a model file. */
  static final String INPUT =
      "float[n, channels, height, width], sample / 255 in [0, 1], no other normalisation";

  public Architecture {
    classes = List.copyOf(classes);
    if (hidden < 1) {
      throw new IllegalArgumentException("hidden must be >= 1, was " + hidden);
    }
    if (encoded(shape.height(), padded) < 1 || encoded(shape.width(), padded) < 1) {
      throw new IllegalArgumentException("images " + shape + " are too small for the encoder");
    }
    if (new HashSet<>(classes).size() < classes.size()) {
      throw new IllegalArgumentException("a class occurs twice in " + classes);
    }
  }

  /**
   * A tensor of the network.
   *
   * @param name PyTorch's: {@code conv1.weight}
   * @param shape PyTorch's
   * @param fanIn the inputs that PyTorch's initialisation counts for it
   */
  public record Parameter(String name, List<Integer> shape, int fanIn) {

    /** Numbers in it. */
    public int size() {
      return shape.stream().reduce(1, Math::multiplyExact);
    }
  }

  /**
   * Reads the metadata of a model file.
   *
   * @throws SafeTensorsException if there are none or they are not valid
   */
  public static Architecture of(SafeTensors model) {
    try {
      var shape =
          new ImageShape(
              number(model, "channels"), number(model, "height"), number(model, "width"));
      List<String> classes = JsonStringArray.read(model.text("classes"));
      return new Architecture(shape, truth(model, "padded"), number(model, "hidden"), classes);
    } catch (SafeTensorsException e) {
      throw e;
    } catch (IllegalArgumentException | ArithmeticException e) {
      throw new SafeTensorsException("not a vision model: " + e.getMessage());
    }
  }

  private static boolean truth(SafeTensors model, String name) {
    String text = model.text(name);
    if (!text.equals("true") && !text.equals("false")) {
      throw new IllegalArgumentException(name + " is '" + text + "', neither true nor false");
    }
    return text.equals("true");
  }

  private static int number(SafeTensors model, String name) {
    return Integer.parseInt(model.text(name));
  }

  /** The metadata that {@link #of} reads. */
  public Map<String, String> metadata() {
    return Map.of(
        "format", "pt",
        "input", INPUT,
        "channels", Integer.toString(shape.channels()),
        "height", Integer.toString(shape.height()),
        "width", Integer.toString(shape.width()),
        "padded", Boolean.toString(padded),
        "hidden", Integer.toString(hidden),
        "classes", JsonStringArray.write(classes));
  }

  /** The same network with other classes. */
  public Architecture withClasses(List<String> others) {
    return new Architecture(shape, padded, hidden, others);
  }

  /** The encoder's output: its channels, height and width. */
  public List<Integer> encoded() {
    return List.of(ENCODED, encoded(shape.height(), padded), encoded(shape.width(), padded));
  }

  private static int encoded(int extent, boolean padded) {
    int lost = padded ? 0 : KERNEL - 1;
    return ((extent - lost) / 2 - lost) / 2;
  }

  /**
   * The decoder's output: four times the encoder's. It is smaller than the image if the
   * convolutions do not pad or the image's sides are no multiples of 4; then the decoder learns the
   * image reduced to this extent.
   */
  public ImageShape decoded() {
    return new ImageShape(shape.channels(), 4 * encoded().get(1), 4 * encoded().get(2));
  }

  /**
   * The tensors.
   *
   * @param rows of fc2: the number of classes in a model file, perhaps more in memory
   */
  public List<Parameter> parameters(int rows) {
    int channels = shape.channels();
    int flat = encoded().stream().reduce(1, Math::multiplyExact);
    int kernel = KERNEL * KERNEL;
    List<Parameter> all = new ArrayList<>();
    layer(all, "conv1", FIRST, channels * kernel, FIRST, channels, KERNEL, KERNEL);
    layer(all, "conv2", ENCODED, FIRST * kernel, ENCODED, FIRST, KERNEL, KERNEL);
    layer(all, "fc1", hidden, flat, hidden, flat);
    layer(all, "fc2", rows, hidden, rows, hidden);
    // PyTorch counts the second extent of a transposed convolution's weight, its outputs, as
    // inputs.
    layer(all, "deconv1", FIRST, FIRST * kernel, ENCODED, FIRST, KERNEL, KERNEL);
    layer(all, "deconv2", channels, channels * kernel, FIRST, channels, KERNEL, KERNEL);
    return List.copyOf(all);
  }

  private static void layer(
      List<Parameter> all, String name, int outputs, int fanIn, Integer... weight) {
    all.add(new Parameter(name + ".weight", List.of(weight), fanIn));
    all.add(new Parameter(name + ".bias", List.of(outputs), fanIn));
  }
}
