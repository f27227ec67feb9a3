package io.millrace.learning.vision.network;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.Supplier;

/** A network for a part of each batch, on a thread of its own, since it cannot leave it. */
final class NetworkThread implements AutoCloseable {

  private final ExecutorService thread;
  private final Network network;

  /** The gradient of the part that was learned last. */
  final float[] gradient;

  NetworkThread(int number, NetworkSpec form, Supplier<Network> making) {
    this.thread =
        Executors.newSingleThreadExecutor(
            Thread.ofPlatform().name("vision-worker-" + number).daemon().factory());
    this.gradient = new float[form.layout().size()];
    this.network = await(CompletableFuture.supplyAsync(making, thread));
  }

  /** Begins to pass a part forward and back. */
  Future<Network.RawOutput> learn(TrainingBatch part) {
    return CompletableFuture.supplyAsync(() -> network.learn(part, gradient), thread);
  }

  /** Begins to answer a batch. */
  Future<Network.RawOutput> predict(float[] pixels, int count) {
    return CompletableFuture.supplyAsync(() -> network.predict(pixels, count), thread);
  }

  /** Begins to take the weights; what follows on this thread has them. */
  Future<Void> setParameters(float[] values) {
    return run(() -> network.setParameters(values));
  }

  /** Begins something else on this thread. */
  Future<Void> run(Runnable task) {
    return CompletableFuture.runAsync(task, thread);
  }

  /** Waits for something begun. */
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
