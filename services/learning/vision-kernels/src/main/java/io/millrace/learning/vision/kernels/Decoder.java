package io.millrace.learning.vision.kernels;

import io.millrace.learning.vision.model.Architecture;
import io.millrace.learning.vision.network.ParameterLayout;
import java.util.List;

/** Both deconvolutions of the network, over batches: codes to pixels. Not thread-safe. */
final class Decoder {

  private final PaddedShape encoded;
  private final Deconvolution first;
  private final PaddedShape between;
  private final OutputDeconvolution second;
  private float[] encodedRows = new float[0];
  private float[] betweenRows = new float[0];
  private final float[] betweenGradient;
  private float[] codeGradient = new float[0];

  /** A decoder without weights. */
  Decoder(Architecture network) {
    List<Integer> extent = network.encoded();
    this.encoded = new PaddedShape(extent.get(1), extent.get(2), Architecture.ENCODED, 1);
    this.first = new Deconvolution(encoded, Architecture.FIRST);
    this.between = first.output();
    this.second = new OutputDeconvolution(between, network.shape().channels());
    this.betweenGradient = new float[between.size()];
  }

  /** Copies the weights and biases of both deconvolutions out of a network's parameters. */
  void load(float[] parameters, ParameterLayout layout) {
    first.load(parameters, layout.offset("deconv1.weight"), layout.offset("deconv1.bias"));
    second.load(parameters, layout.offset("deconv2.weight"), layout.offset("deconv2.bias"));
  }

  /**
   * Decodes a batch.
   *
   * @param code {@code float[count, height, width, 64]}
   * @param keep whether {@link #backward} follows
   * @param out {@code float[count, channels, 4 · height, 4 · width]}, in (0, 1); written
   */
  public void forward(float[] code, int count, boolean keep, float[] out) {
    reserve(keep ? count : 1);
    int pixels = second.output().size();
    int size = encoded.withPadding(0).size();
    for (int n = 0; n < count; n++) {
      int at = keep ? n * encoded.size() : 0;
      int betweenAt = keep ? n * between.size() : 0;
      encoded.fromUnpadded(code, n * size, encodedRows, at);
      first.forward(encodedRows, at, betweenRows, betweenAt);
      second.forward(betweenRows, betweenAt, out, n * pixels);
    }
  }

  private void reserve(int count) {
    if (encodedRows.length < count * encoded.size()) {
      encodedRows = new float[count * encoded.size()];
      betweenRows = new float[count * between.size()];
    }
  }

  /**
   * Passes the batch that was kept last back.
   *
   * @param d of the sums before the sigmoid, {@code float[count, channels, 4 · height, 4 · width]}
   * @return of the code, {@code float[count, height, width, 64]}, perhaps longer, valid until the
   *     next call
   */
  public float[] backward(float[] d, int count) {
    int pixels = second.output().size();
    int size = encoded.withPadding(0).size();
    if (codeGradient.length < count * size) {
      codeGradient = new float[count * size];
    }
    for (int n = 0; n < count; n++) {
      second.backward(betweenRows, n * between.size(), d, n * pixels, betweenGradient);
      first.backward(
          encodedRows,
          n * encoded.size(),
          betweenRows,
          n * between.size(),
          betweenGradient,
          codeGradient,
          n * size);
    }
    return codeGradient;
  }

  /** Writes the gradients over all that was passed back since the last call. */
  void drainGradients(float[] gradient, ParameterLayout layout) {
    first.drainGradients(gradient, layout.offset("deconv1.weight"), layout.offset("deconv1.bias"));
    second.drainGradients(gradient, layout.offset("deconv2.weight"), layout.offset("deconv2.bias"));
  }
}
