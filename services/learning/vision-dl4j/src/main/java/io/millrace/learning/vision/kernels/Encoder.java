package io.millrace.learning.vision.kernels;

import io.millrace.learning.vision.images.ImageShape;
import io.millrace.learning.vision.model.Architecture;

/**
 * Both convolutions of the network with their ReLUs and poolings, over batches. What stands between
 * them never leaves the layout of the kernels. Not thread-safe.
 */
public final class Encoder {

  private final PaddedShape images;
  private final PooledConvolution first;
  private final PooledConvolution second;
  private final Im2colBackward firstBack;
  private final ConvolutionBackward secondBack;
  private final PaddedShape between;
  private final PaddedShape encoded;
  private float[] imageRows = new float[0];
  private float[] betweenRows = new float[0];
  private float[] firstWinners = new float[0];
  private float[] secondWinners = new float[0];
  private final float[] given;
  private final float[] betweenGradient;

  /** An encoder without weights. */
  public Encoder(Architecture network) {
    ImageShape shape = network.shape();
    int pad = network.padded() ? 1 : 0;
    this.images = new PaddedShape(shape.height(), shape.width(), shape.channels(), pad);
    this.first = new PooledConvolution(images, Architecture.FIRST, pad);
    this.between = first.output();
    this.second = new PooledConvolution(between, Architecture.ENCODED, 0);
    this.encoded = second.output();
    this.firstBack = new Im2colBackward(images, between);
    this.secondBack = new ConvolutionBackward(between, encoded);
    this.given = new float[encoded.size()];
    this.betweenGradient = new float[between.size()];
  }

  /** Takes the weights of both convolutions, {@code float[outputs, inputs, 3, 3]}, and biases. */
  public void load(float[] weight1, float[] bias1, float[] weight2, float[] bias2) {
    first.load(weight1, bias1);
    second.load(weight2, bias2);
    secondBack.load(weight2);
  }

  /**
   * Encodes a batch.
   *
   * @param pixels {@code float[count, channels, height, width]}
   * @param keep whether {@link #backward} follows
   * @return {@code float[count, 64, height, width]}
   */
  public float[] forward(float[] pixels, int count, boolean keep) {
    reserve(keep ? count : 1);
    float[] out = new float[count * encoded.size()];
    int planar = images.withPadding(0).size();
    for (int n = 0; n < count; n++) {
      int slot = keep ? n : 0;
      int at = slot * images.size();
      images.fromPlanar(pixels, n * planar, imageRows, at);
      int betweenAt = slot * between.size();
      int winners = slot * between.withPadding(0).size();
      first.forward(imageRows, at, betweenRows, betweenAt, firstWinners, winners);
      second.forward(betweenRows, betweenAt, given, 0, secondWinners, slot * encoded.size());
      encoded.toPlanar(given, 0, out, n * encoded.size());
    }
    return out;
  }

  private void reserve(int count) {
    if (imageRows.length < count * images.size()) {
      imageRows = new float[count * images.size()];
      betweenRows = new float[count * between.size()];
      firstWinners = new float[count * between.withPadding(0).size()];
      secondWinners = new float[count * encoded.size()];
    }
  }

  /**
   * Passes the batch that was kept last back.
   *
   * @param d of what was given, {@code float[count, 64, height, width]}
   */
  public void backward(float[] d, int count) {
    for (int n = 0; n < count; n++) {
      int code = n * encoded.size();
      secondBack.backward(
          betweenRows, n * between.size(), secondWinners, code, d, code, betweenGradient);
      int winners = n * between.withPadding(0).size();
      firstBack.backward(imageRows, n * images.size(), firstWinners, winners, betweenGradient);
    }
  }

  /** Writes the gradients of the weights over what was passed back since the last call. */
  public void drainGradients(float[] weight1, float[] bias1, float[] weight2, float[] bias2) {
    firstBack.drainGradients(weight1, bias1);
    secondBack.drainGradients(weight2, bias2);
  }
}
