package io.millrace.learning.vision.kernels;

import io.millrace.learning.vision.network.LossGradient;
import io.millrace.learning.vision.network.Network;
import io.millrace.learning.vision.network.NetworkSpec;
import io.millrace.learning.vision.network.ParameterLayout;
import io.millrace.learning.vision.network.TrainingBatch;
import org.jspecify.annotations.Nullable;

/**
 * A network that the kernels compute, forward and back, with all its memory on the heap. An update
 * has these steps:
 *
 * <ol>
 *   <li>{@link #setParameters}: the layers take their weights from the vector of the parameters,
 *       but for the hidden layer, which has nine tenths of them and reads them there.
 *   <li>{@link #learn}: images to codes ({@link Encoder}), codes to scores ({@link Dense}, {@link
 *       OutputLayer}) and to pixels ({@link Decoder}).
 *   <li>The gradients of the losses go back the same ways, and are added up at the code.
 *   <li>The layers write the gradients of their weights into a vector of the same layout.
 * </ol>
 *
 * <p>Bound to no thread, and used by one at a time.
 */
public final class KernelNetwork implements Network {

  private final NetworkSpec spec;
  private final ParameterLayout layout;
  private final Encoder encoder;
  private final Dense hidden;
  private final OutputLayer last;
  private final @Nullable Decoder decoder;
  private final int codeSize;
  private final int decodedSize;
  private final LossGradient crossEntropy;
  private final LossGradient squaredError;
  private float[] parameters = new float[0];
  private float[] scores = new float[0];
  private float[] pixels = new float[0];
  private float[] scoresGradient = new float[0];
  private float[] pixelsGradient = new float[0];

  /**
   * A network without weights.
   *
   * @param spec with channels last
   * @param headWeight the weight of the head's loss
   * @param decoderWeight the weight of the decoder's loss
   */
  public KernelNetwork(NetworkSpec spec, double headWeight, double decoderWeight) {
    if (!spec.channelsLast()) {
      throw new IllegalArgumentException("the kernels have their channels last: " + spec);
    }
    this.spec = spec;
    this.layout = spec.layout();
    this.encoder = new Encoder(spec.architecture());
    this.codeSize = spec.architecture().encoded().stream().reduce(1, Math::multiplyExact);
    this.decodedSize = spec.architecture().decoded().size();
    this.hidden = new Dense(codeSize, spec.architecture().hidden());
    this.last = new OutputLayer(spec.architecture().hidden(), spec.units());
    this.decoder = spec.hasDecoder() ? new Decoder(spec.architecture()) : null;
    this.crossEntropy = LossGradient.crossEntropy(headWeight, spec.units());
    this.squaredError = LossGradient.squaredError(decoderWeight);
  }

  @Override
  public void setParameters(float[] values) {
    parameters = values;
    encoder.load(values, layout);
    hidden.load(values, layout.offset("fc1.weight"), layout.offset("fc1.bias"));
    last.load(values, layout.offset("fc2.weight"), layout.offset("fc2.bias"));
    if (decoder != null) {
      decoder.load(values, layout);
    }
  }

  /** The output is new with each call. */
  @Override
  public RawOutput predict(float[] images, int count) {
    float[] code = encoder.forward(images, count, false);
    float[] answer = new float[count * spec.units()];
    float[] decoded = new float[decoder == null ? 0 : count * decodedSize];
    last.forward(hidden.forward(code, count), count, answer);
    if (decoder != null) {
      decoder.forward(code, count, false, decoded);
    }
    return new RawOutput(answer, decoded);
  }

  @Override
  public RawOutput learn(TrainingBatch part, float[] gradient) {
    int count = part.count();
    reserve(count);
    float[] code = encoder.forward(part.pixels(), count, true);
    float[] units = hidden.forward(code, count);
    last.forward(units, count, scores);
    crossEntropy.compute(part, scores, scoresGradient);
    int weightAt = layout.offset("fc2.weight");
    int biasAt = layout.offset("fc2.bias");
    float[] unitsGradient =
        last.backward(units, scoresGradient, count, parameters, gradient, weightAt, biasAt);
    float[] codeGradient = hidden.backward(unitsGradient, count);
    hidden.writeGradients(gradient, layout.offset("fc1.weight"), layout.offset("fc1.bias"));
    if (decoder != null) {
      add(decode(decoder, part, code), codeGradient, count * codeSize);
      decoder.drainGradients(gradient, layout);
    }
    encoder.backward(codeGradient, count);
    encoder.drainGradients(gradient, layout);
    return new RawOutput(scores, pixels);
  }

  /** Decodes the codes, and passes the loss back to them. */
  private float[] decode(Decoder through, TrainingBatch part, float[] code) {
    through.forward(code, part.count(), true, pixels);
    squaredError.compute(part, pixels, pixelsGradient);
    for (int i = 0; i < pixels.length; i++) {
      pixelsGradient[i] *= pixels[i] * (1 - pixels[i]);
    }
    return through.backward(pixelsGradient, part.count());
  }

  private static void add(float[] from, float[] to, int length) {
    for (int i = 0; i < length; i++) {
      to[i] += from[i];
    }
  }

  private void reserve(int count) {
    if (scores.length != count * spec.units()) {
      scores = new float[count * spec.units()];
      scoresGradient = new float[scores.length];
      pixels = new float[decoder == null ? 0 : count * decodedSize];
      pixelsGradient = new float[pixels.length];
    }
  }

  /** All is on the heap. */
  @Override
  public void close() {}
}
