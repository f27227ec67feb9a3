package io.millrace.learning.vision.network;

import io.millrace.learning.vision.model.NetworkConfig;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Future;

/**
 * Several workers for one network: each batch is cut into as many parts, equally large but for the
 * first ones, which are passed forward and back side by side, and their gradients are added in the
 * order of the workers. So the sum is the same whatever finishes first.
 */
final class DataParallelNetwork implements AutoCloseable {

  private final NetworkSpec form;
  private final List<NetworkThread> workers = new ArrayList<>();

  DataParallelNetwork(NetworkConfig config, NetworkSpec form, NetworkFactory factory) {
    this.form = form;
    for (int number = 0; number < config.workers(); number++) {
      workers.add(
          new NetworkThread(
              number,
              form,
              () -> factory.create(form, config.headWeight(), config.decoderWeight())));
    }
  }

  /** Gives all the weights. */
  void setParameters(float[] values) {
    awaitAll(workers.stream().map(worker -> worker.setParameters(values)).toList());
  }

  /** Answers a batch, by one of them. */
  Network.RawOutput predict(float[] pixels, int count) {
    return NetworkThread.await(workers.getFirst().predict(pixels, count));
  }

  /** What to do with the parameters of a range, given the sum of the gradients. */
  interface ParameterUpdate {
    void apply(float[] gradient, int from, int to);
  }

  /**
   * Learns a batch.
   *
   * @param step taken for every parameter once, by several threads
   * @return what the network said of it
   */
  Network.RawOutput learn(TrainingBatch lesson, ParameterUpdate step) {
    int parts = Math.min(workers.size(), lesson.count());
    List<Future<Network.RawOutput>> begun = new ArrayList<>();
    for (int part = 0; part < parts; part++) {
      begun.add(workers.get(part).learn(part(lesson, part, parts)));
    }
    Network.RawOutput all = joined(lesson, awaitAll(begun));
    int size = form.layout().size();
    List<Future<Void>> steps = new ArrayList<>();
    for (int part = 0; part < parts; part++) {
      int from = begin(size, part, parts);
      int to = begin(size, part + 1, parts);
      steps.add(workers.get(part).run(() -> step.apply(sum(parts, from, to), from, to)));
    }
    awaitAll(steps);
    return all;
  }

  private static TrainingBatch part(TrainingBatch lesson, int part, int parts) {
    if (parts == 1) {
      return lesson;
    }
    return lesson.slice(begin(lesson.count(), part, parts), begin(lesson.count(), part + 1, parts));
  }

  private static int begin(int size, int part, int parts) {
    return (int) Math.ceilDiv((long) size * part, parts);
  }

  /** Adds the others' gradients to the first's, in their order. */
  private float[] sum(int parts, int from, int to) {
    float[] sum = workers.getFirst().gradient;
    for (int part = 1; part < parts; part++) {
      float[] gradient = workers.get(part).gradient;
      for (int i = from; i < to; i++) {
        sum[i] += gradient[i];
      }
    }
    return sum;
  }

  private Network.RawOutput joined(TrainingBatch lesson, List<Network.RawOutput> outputs) {
    float[] scores = new float[lesson.count() * form.units()];
    float[] pixels = new float[form.hasDecoder() ? lesson.decoded().length : 0];
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

  /** Waits for all, also where one of them failed: nothing may go on with what others still use. */
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
    workers.forEach(NetworkThread::close);
  }
}
