package io.millrace.learning.vision.kernels;

import io.millrace.learning.vision.model.Architecture;
import io.millrace.learning.vision.network.NetworkSpec;
import io.millrace.learning.vision.network.ParameterLayout;
import org.jspecify.annotations.Nullable;

/**
 * The layers of a network that are computed by kernels: the encoder, the head's hidden layer, and
 * the decoder where there is one. All but the last layer of the head, which is small.
 *
 * <p>An optimizer update uses it in these steps:
 *
 * <ol>
 *   <li>{@link #setParameters}: the layers take their weights from the vector of the parameters.
 *   <li>The layers' {@code forward}, which keep what the backward passes need.
 *   <li>The layers' {@code backward}, in the other order.
 *   <li>{@link #writeGradients}: the layers write the gradients of their weights into a vector of
 *       the same layout.
 * </ol>
 *
 * <p>Both vectors are the caller's, on the heap; the hidden layer, which has nine tenths of the
 * numbers, reads and writes in them. Not thread-safe.
 */
public final class NetworkKernels {

  private final Architecture architecture;
  private final ParameterLayout layout;
  private final Encoder encoder;
  private final Dense hidden;
  private final @Nullable Decoder decoder;

  /** The kernels of a network, without weights. */
  public NetworkKernels(NetworkSpec spec) {
    this.architecture = spec.architecture();
    this.layout = spec.layout();
    this.encoder = new Encoder(architecture);
    int encoded = architecture.encoded().stream().reduce(1, Math::multiplyExact);
    this.hidden = new Dense(encoded, architecture.hidden());
    this.decoder = spec.hasDecoder() ? new Decoder(architecture) : null;
  }

  /**
   * Sets the parameters of the network.
   *
   * @param parameters in the layout of the network; read until the next call, so that they may not
   *     change between a forward pass and its backward pass
   */
  public void setParameters(float[] parameters) {
    encoder.load(parameters, layout);
    hidden.load(parameters, layout.offset("fc1.weight"), layout.offset("fc1.bias"));
    if (decoder != null) {
      decoder.load(parameters, layout);
    }
  }

  /**
   * Writes the gradients of the weights over the batch that was passed back last.
   *
   * @param gradient in the layout of the network; written where these layers have parameters
   */
  public void writeGradients(float[] gradient) {
    encoder.drainGradients(gradient, layout);
    hidden.writeGradients(gradient, layout.offset("fc1.weight"), layout.offset("fc1.bias"));
    if (decoder != null) {
      decoder.drainGradients(gradient, layout);
    }
  }

  /** What the network is. */
  public Architecture architecture() {
    return architecture;
  }

  /** Images to codes, {@code float[count, 64, height, width]}. */
  public Encoder encoder() {
    return encoder;
  }

  /** Codes to the head's hidden units. */
  public Dense hidden() {
    return hidden;
  }

  /**
   * Codes to pixels.
   *
   * @throws IllegalStateException if the network has none
   */
  public Decoder decoder() {
    if (decoder == null) {
      throw new IllegalStateException("the network has no decoder");
    }
    return decoder;
  }
}
