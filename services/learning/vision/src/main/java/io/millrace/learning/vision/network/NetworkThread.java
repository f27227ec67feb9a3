package io.millrace.learning.vision.network;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.Supplier;

/**
 * A network on a thread of its own, which computes a part of each batch: engines bind a network
 * that learns to the thread that made it.
 */
final class NetworkThread implements AutoCloseable {

  private final ExecutorService thread;
  private final Network network;

  /** The gradient of the part that was passed back last. */
  final float[] gradient;

  NetworkThread(int number, NetworkSpec spec, Supplier<Network> factory) {
    this.thread =
        Executors.newSingleThreadExecutor(
            Thread.ofPlatform().name("vision-worker-" + number).daemon().factory());
    this.gradient = new float[spec.layout().size()];
    this.network = await(CompletableFuture.supplyAsync(factory, thread));
  }

  /** Begins to pass a part forward and back. */
  Future<Network.RawOutput> learn(TrainingBatch part) {
    return CompletableFuture.supplyAsync(() -> network.learn(part, gradient), thread);
  }

  /** Begins to pass a batch forward. */
  Future<Network.RawOutput> predict(float[] pixels, int count) {
    return CompletableFuture.supplyAsync(() -> network.predict(pixels, count), thread);
  }

  /** Begins to set the parameters; what is begun later has them. */
  Future<Void> setParameters(float[] values) {
    return run(() -> network.setParameters(values));
  }

  /** Begins any other task on this thread. */
  Future<Void> run(Runnable task) {
    return CompletableFuture.runAsync(task, thread);
  }

  /** Waits for a task. */
  static <T> T await(Future<T> begun) {
    try {
      return begun.get();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new CompletionException("interrupted while a network computed", e);
    } catch (ExecutionException e) {
      if (e.getCause() instanceof RuntimeException cause) {
        throw cause;
      }
      if (e.getCause() instanceof Error cause) {
        throw cause;
      }
      throw new CompletionException(e.getCause());
    }
  }

  @Override
  public void close() {
    await(run(network::close));
    thread.shutdown();
  }
}
