package io.millrace.learning.vision.kernels;

import io.millrace.learning.vision.images.ImageShape;
import io.millrace.learning.vision.model.Architecture;
import io.millrace.learning.vision.network.ParameterLayout;

/**
 * Both convolutions of the network with their poolings and ReLUs, over batches. What is between
 * them stays in the layout of the kernels. Not thread-safe.
 */
final class Encoder {

  private final PaddedShape images;
  private final PooledConvolution first;
  private final WinogradConvolution second;
  private final PooledConvolutionBackward firstBack;
  private final ConvolutionBackward secondBack;
  private final PaddedShape between;
  private final PaddedShape encoded;
  private float[] imageRows = new float[0];
  private float[] betweenRows = new float[0];
  private float[] firstWinners = new float[0];
  private float[] secondWinners = new float[0];
  private float[] code = new float[0];
  private final float[] betweenGradient;

  /** An encoder without weights. */
  Encoder(Architecture network) {
    ImageShape shape = network.shape();
    int pad = network.padded() ? 1 : 0;
    this.images = new PaddedShape(shape.height(), shape.width(), shape.channels(), pad);
    this.between = PooledConvolution.pooled(images, Architecture.FIRST, pad);
    this.encoded = PooledConvolution.pooled(between, Architecture.ENCODED, 0);
    this.first = new PooledConvolution(images, between);
    this.second = new WinogradConvolution(between, encoded);
    this.firstBack = new PooledConvolutionBackward(images, between);
    this.secondBack = new ConvolutionBackward(between, encoded);
    this.betweenGradient = new float[between.size()];
  }

  /** Copies the weights and biases of both convolutions out of a network's parameters. */
  void load(float[] parameters, ParameterLayout layout) {
    int weight2 = layout.offset("conv2.weight");
    first.load(parameters, layout.offset("conv1.weight"), layout.offset("conv1.bias"));
    second.load(parameters, weight2, layout.offset("conv2.bias"));
    secondBack.load(parameters, weight2);
  }

  /**
   * Encodes a batch.
   *
   * @param pixels {@code float[count, channels, height, width]}
   * @param keep whether {@link #backward} follows
   * @return {@code float[count, height, width, 64]}, perhaps longer, valid until the next call
   */
  public float[] forward(float[] pixels, int count, boolean keep) {
    reserve(keep ? count : 1);
    if (code.length < count * encoded.size()) {
      code = new float[count * encoded.size()];
    }
    int planar = images.withPadding(0).size();
    for (int n = 0; n < count; n++) {
      int slot = keep ? n : 0;
      int at = slot * images.size();
      images.fromPlanar(pixels, n * planar, imageRows, at);
      int betweenAt = slot * between.size();
      int winners = slot * between.withPadding(0).size();
      first.forward(imageRows, at, betweenRows, betweenAt, firstWinners, winners);
      int size = encoded.size();
      second.forward(betweenRows, betweenAt, code, n * size, secondWinners, slot * size);
    }
    return code;
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
   * @param d the gradient of the code, {@code float[count, height, width, 64]}
   */
  public void backward(float[] d, int count) {
    for (int n = 0; n < count; n++) {
      int at = n * encoded.size();
      secondBack.backward(
          betweenRows, n * between.size(), secondWinners, at, d, at, betweenGradient);
      int winners = n * between.withPadding(0).size();
      firstBack.backward(imageRows, n * images.size(), firstWinners, winners, betweenGradient);
    }
  }

  /** Writes the gradients over all that was passed back since the last call. */
  void drainGradients(float[] gradient, ParameterLayout layout) {
    firstBack.drainGradients(gradient, layout.offset("conv1.weight"), layout.offset("conv1.bias"));
    secondBack.drainGradients(gradient, layout.offset("conv2.weight"), layout.offset("conv2.bias"));
  }
}
