package io.millrace.learning.vision.network;

import io.millrace.learning.vision.model.NetworkConfig;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Future;

/**
 * A network that is computed by several threads. Each has a copy of it and computes a part of every
 * batch, equally large but for the first ones. The gradients are added in the order of the threads,
 * so that the sum does not depend on which finishes first.
 */
final class DataParallelNetwork implements AutoCloseable {

  private final NetworkSpec spec;
  private final List<NetworkThread> threads = new ArrayList<>();

  DataParallelNetwork(NetworkConfig config, NetworkSpec spec, NetworkFactory factory) {
    this.spec = spec;
    for (int number = 0; number < config.workers(); number++) {
      threads.add(
          new NetworkThread(
              number,
              spec,
              () -> factory.create(spec, config.headWeight(), config.decoderWeight())));
    }
  }

  /** Sets the parameters of all copies. */
  void setParameters(float[] values) {
    awaitAll(threads.stream().map(thread -> thread.setParameters(values)).toList());
  }

  /** Passes a batch forward, on the first thread. */
  Network.RawOutput predict(float[] pixels, int count) {
    return NetworkThread.await(threads.getFirst().predict(pixels, count));
  }

  /** Updates the parameters of a range, given the sum of the gradients. */
  interface ParameterUpdate {
    void apply(float[] gradient, int from, int to);
  }

  /**
   * Passes a batch forward and back, and updates the parameters.
   *
   * @param update called by several threads, once for every parameter
   * @return the output of the forward pass
   */
  Network.RawOutput learn(TrainingBatch batch, ParameterUpdate update) {
    int parts = Math.min(threads.size(), batch.count());
    List<Future<Network.RawOutput>> begun = new ArrayList<>();
    for (int part = 0; part < parts; part++) {
      begun.add(threads.get(part).learn(part(batch, part, parts)));
    }
    Network.RawOutput all = joined(batch, awaitAll(begun));
    int size = spec.layout().size();
    List<Future<Void>> updates = new ArrayList<>();
    for (int part = 0; part < parts; part++) {
      int from = begin(size, part, parts);
      int to = begin(size, part + 1, parts);
      updates.add(threads.get(part).run(() -> update.apply(sum(parts, from, to), from, to)));
    }
    awaitAll(updates);
    return all;
  }

  private static TrainingBatch part(TrainingBatch batch, int part, int parts) {
    if (parts == 1) {
      return batch;
    }
    return batch.slice(begin(batch.count(), part, parts), begin(batch.count(), part + 1, parts));
  }

  private static int begin(int size, int part, int parts) {
    return (int) Math.ceilDiv((long) size * part, parts);
  }

  /** Adds the other threads' gradients to the first's, in their order. */
  private float[] sum(int parts, int from, int to) {
    float[] sum = threads.getFirst().gradient;
    for (int part = 1; part < parts; part++) {
      float[] gradient = threads.get(part).gradient;
      for (int i = from; i < to; i++) {
        sum[i] += gradient[i];
      }
    }
    return sum;
  }

  private Network.RawOutput joined(TrainingBatch batch, List<Network.RawOutput> outputs) {
    float[] scores = new float[batch.count() * spec.units()];
    float[] pixels = new float[spec.hasDecoder() ? batch.decoded().length : 0];
    int score = 0;
    int pixel = 0;
    for (Network.RawOutput output : outputs) {
      System.arraycopy(output.scores(), 0, scores, score, output.scores().length);
      score += output.scores().length;
      System.arraycopy(output.pixels(), 0, pixels, pixel, output.pixels().length);
      pixel += output.pixels().length;
    }
    return new Network.RawOutput(scores, pixels);
  }

  /** Waits for all, also after a failure: none may still use what the caller continues with. */
  private static <T> List<T> awaitAll(List<? extends Future<T>> begun) {
    List<T> results = new ArrayList<>();
    RuntimeException failure = null;
    for (Future<T> one : begun) {
      try {
        results.add(NetworkThread.await(one));
      } catch (RuntimeException e) {
        failure = failure == null ? e : failure;
      }
    }
    if (failure != null) {
      throw failure;
    }
    return results;
  }

  @Override
  public void close() {
    threads.forEach(NetworkThread::close);
  }
}
