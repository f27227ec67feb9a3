package io.millrace.search;

import io.millrace.learning.embedding.Neighbours;
import io.millrace.search.words.GraphNearest;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;

/**
 * Keeps graphs up with the vectors that they are of, apart from the thread that takes records in:
 * taking vectors into a graph is slow, and nobody waits for it.
 */
final class GraphThread implements AutoCloseable {

  private record Kept(GraphNearest graph, Supplier<Neighbours> of) {}

  private final List<Kept> kept = new ArrayList<>();
  private final Duration interval;
  private final Thread thread =
      Thread.ofPlatform().daemon().name("search-graphs").unstarted(this::run);
  private volatile boolean stopping;

  /** Looks for changes as often as this. */
  GraphThread(Duration interval) {
    this.interval = interval;
  }

  /** Keeps one more; before the start. */
  void keep(GraphNearest graph, Supplier<Neighbours> of) {
    kept.add(new Kept(graph, of));
  }

  void start() {
    thread.start();
  }

  private void run() {
    try {
      while (!stopping) {
        boolean more = false;
        for (Kept it : kept) {
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
