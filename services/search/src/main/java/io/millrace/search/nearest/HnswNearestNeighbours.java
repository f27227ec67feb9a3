package io.millrace.search.nearest;

import io.millrace.learning.embedding.neighbours.ExactVectorIndex;
import io.millrace.learning.embedding.neighbours.Neighbour;
import java.io.Closeable;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.BitSet;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Finds the nearest of few vectors by comparing with all, of many by a graph that names candidates
 * (HNSW, see {@link HnswGraph}). Candidates are compared by the vectors of this moment, and so is
 * every vector that has changed since the graph took it in: what is found is as fresh as without a
 * graph, and only a vector that the graph knows well can be missed.
 *
 * <p>One thread calls {@link #update}, others ask meanwhile.
 */
public final class HnswNearestNeighbours implements NearestNeighbours, Closeable {

  private static final Logger LOG = LoggerFactory.getLogger(HnswNearestNeighbours.class);

  /** Candidates at least; more are found better, and cost more. */
  private static final int CANDIDATES = 200;

  /** Candidates for each one wanted. */
  private static final int CANDIDATES_EACH = 4;

  /** So many rows are taken into the graph until it is asked with them. */
  private static final int ROUND_ROWS = 20_000;

  private final Path folder;
  private final int exactMax;
  private final int bufferBytes;

  /** Rows that the graph does not show as they are. */
  private BitSet pending = new BitSet();

  private @Nullable ExactVectorIndex followed;
  private @Nullable HnswGraph graph;
  private boolean broken;

  /**
   * Without a graph yet.
   *
   * @param folder where the graph is kept while it is needed; what lies there is deleted
   * @param exactMax the most vectors that are compared one by one
   * @param bufferBytes how much of the graph is held in memory before it is written
   */
  public HnswNearestNeighbours(Path folder, int exactMax, int bufferBytes) {
    this.folder = folder;
    this.exactMax = exactMax;
    this.bufferBytes = bufferBytes;
  }

  /** What a question needs of the graph, all of one moment. */
  private record View(HnswGraph graph, BitSet pending) {}

  @Override
  public List<Neighbour> search(
      ExactVectorIndex all, float[] vector, int limit, Predicate<String> except) {
    int size = all.size();
    long wanted = Math.max(CANDIDATES, (long) CANDIDATES_EACH * limit);
    Optional<float[]> unit = ExactVectorIndex.unit(vector);
    Optional<View> view = unit.isEmpty() ? Optional.empty() : view(all);
    while (view.isPresent() && wanted < size / CANDIDATES_EACH) {
      BitSet rows = view.get().graph().nearest(unit.orElseThrow(), (int) wanted);
      rows.or(view.get().pending());
      List<Neighbour> found = all.nearestAmong(rows, vector, limit, except);
      if (found.size() == limit) {
        return found;
      }
      // Most candidates were not wanted: more of them, or all.
      wanted *= CANDIDATES_EACH;
      view = view(all);
    }
    return all.nearest(vector, limit, except);
  }

  /** Empty if comparing with all is the better way. */
  private synchronized Optional<View> view(ExactVectorIndex all) {
    HnswGraph there = graph;
    if (there == null || followed != all) {
      return Optional.empty();
    }
    BitSet open = all.changed();
    open.or(pending);
    return open.cardinality() > exactMax ? Optional.empty() : Optional.of(new View(there, open));
  }

  /**
   * Brings the graph nearer to the vectors as they are; makes it when there are many, and drops it
   * when there are few. If it cannot be kept, that is said once, and all vectors are compared.
   *
   * @return whether there is more to do at once
   */
  public boolean update(ExactVectorIndex all) {
    if (broken) {
      return false;
    }
    try {
      return tryUpdate(all);
    } catch (IOException | UncheckedIOException e) {
      LOG.error("the graph in {} cannot be kept; vectors are compared one by one", folder, e);
      broken = true;
      close();
      return false;
    }
  }

  private boolean tryUpdate(ExactVectorIndex all) throws IOException {
    if (all.size() <= exactMax) {
      close();
      return false;
    }
    BitSet round = round(all);
    HnswGraph there = Objects.requireNonNull(graph);
    if (round.isEmpty()) {
      return false;
    }
    for (int row = round.nextSetBit(0); row >= 0; row = round.nextSetBit(row + 1)) {
      there.put(row, all.unit(row));
    }
    there.refresh();
    synchronized (this) {
      pending.andNot(round);
      return !pending.isEmpty();
    }
  }

  /** Rows to take in next. They stay pending until the graph shows them. */
  private synchronized BitSet round(ExactVectorIndex all) throws IOException {
    if (graph == null || followed != all) {
      closeGraph();
      graph = new HnswGraph(folder, bufferBytes);
      followed = all;
      pending = new BitSet();
      pending.set(0, all.rows());
    }
    pending.or(all.takeChanged());
    var round = new BitSet();
    int row = pending.nextSetBit(0);
    for (int taken = 0; row >= 0 && taken < ROUND_ROWS; taken++) {
      round.set(row);
      row = pending.nextSetBit(row + 1);
    }
    return round;
  }

  /** Vectors that are compared one by one until the graph has them; 0 without a graph. */
  public synchronized int pending() {
    return followed == null ? 0 : pending.cardinality() + followed.changed().cardinality();
  }

  /** Whether a graph is used. */
  public synchronized boolean hasGraph() {
    return graph != null;
  }

  private void closeGraph() throws IOException {
    if (graph != null) {
      graph.close();
    }
    graph = null;
    followed = null;
    pending = new BitSet();
  }

  /** Drops the graph; all vectors are compared from now on. */
  @Override
  public synchronized void close() {
    try {
      closeGraph();
    } catch (IOException e) {
      LOG.warn("the graph in {} cannot be deleted", folder, e);
    }
  }
}
