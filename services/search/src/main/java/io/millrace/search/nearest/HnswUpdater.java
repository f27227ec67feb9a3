package io.millrace.search.nearest;

import io.millrace.learning.embedding.neighbours.ExactVectorIndex;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;

/**
 * Keeps graphs up with the vectors that they are of, apart from the thread that takes records in:
 * taking vectors into a graph is slow, and nobody waits for it.
 */
public final class HnswUpdater implements AutoCloseable {

  private record Registration(HnswNearestNeighbours graph, Supplier<ExactVectorIndex> of) {}

  private final List<Registration> kept = new ArrayList<>();
  private final Duration interval;
  private final Thread thread =
      Thread.ofPlatform().daemon().name("search-graphs").unstarted(this::run);
  private volatile boolean stopping;

  /** Looks for changes as often as this. */
  public HnswUpdater(Duration interval) {
    this.interval = interval;
  }

  /** Keeps one more; before the start. */
  public void register(HnswNearestNeighbours graph, Supplier<ExactVectorIndex> of) {
    kept.add(new Registration(graph, of));
  }

  public void start() {
    thread.start();
  }

  private void run() {
    try {
      while (!stopping) {
        boolean more = false;
        for (Registration it : kept) {
          more |= it.graph().update(it.of().get());
        }
        if (!more) {
          Thread.sleep(interval);
        }
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } finally {
      kept.forEach(it -> it.graph().close());
    }
  }

  /** Ends when what is being taken in is; the graphs are deleted. */
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
