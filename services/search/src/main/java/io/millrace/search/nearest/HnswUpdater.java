package io.millrace.search.nearest;

import io.millrace.learning.embedding.neighbours.ExactVectorIndex;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * A thread that updates HNSW graphs with changed vectors. Adding vectors to a graph is slow, so the
 * thread that reads records does not do it.
 */
public final class HnswUpdater implements AutoCloseable {

  private record Registration(HnswNearestNeighbours graph, Supplier<ExactVectorIndex> vectors) {}

  private final List<Registration> registrations = new ArrayList<>();
  private final Duration interval;
  private final Thread thread =
      Thread.ofPlatform().daemon().name("search-graphs").unstarted(this::run);
  private volatile boolean stopping;
  private volatile @Nullable Throwable failure;

  /** An updater that looks for changes at an interval. */
  public HnswUpdater(Duration interval) {
    this.interval = interval;
  }

  /** Registers one more graph; before the start. */
  public void register(HnswNearestNeighbours graph, Supplier<ExactVectorIndex> vectors) {
    registrations.add(new Registration(graph, vectors));
  }

  public void start() {
    thread.start();
  }

  /**
   * Returns while the thread works.
   *
   * @throws IllegalStateException if it has ended by an exception: the graphs would grow old
   */
  public void requireAlive() {
    Throwable cause = failure;
    if (cause != null) {
      throw new IllegalStateException("the graphs of nearest vectors cannot be updated", cause);
    }
  }

  private void run() {
    try {
      while (!stopping) {
        boolean more = false;
        for (Registration it : registrations) {
          more |= it.graph().update(it.vectors().get());
        }
        if (!more) {
          Thread.sleep(interval);
        }
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (Throwable e) {
      failure = e;
    } finally {
      registrations.forEach(it -> it.graph().close());
    }
  }

  /** Waits for the current update; the graphs are deleted. */
  @Override
  public void close() {
    stopping = true;
    try {
      thread.join();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
