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
 * Finds the nearest of few vectors by comparing all, of many by an HNSW graph that finds candidates
 * ({@link HnswGraph}). The candidates are compared by their present vectors, and so is every vector
 * that has changed since it was added to the graph: results are as fresh as without a graph, and
 * only an unchanged vector can be missed.
 *
 * <p>One thread calls {@link #update}, others search meanwhile.
 */
public final class HnswNearestNeighbours implements NearestNeighbours, Closeable {

  private static final Logger LOG = LoggerFactory.getLogger(HnswNearestNeighbours.class);

  /** The fewest candidates: more find better and cost more. */
  private static final int CANDIDATES = 200;

  /** Candidates for each neighbour wanted. */
  private static final int CANDIDATES_EACH = 4;

  /** How many rows are added to the graph before it is refreshed. */
  private static final int ROUND_ROWS = 20_000;

  private final Path folder;
  private final int exactMax;
  private final int bufferBytes;

  /** Rows that are new or changed and not in the graph yet. */
  private BitSet pending = new BitSet();

  private @Nullable ExactVectorIndex followed;
  private @Nullable HnswGraph graph;
  private boolean broken;

  /**
   * A search without a graph yet.
   *
   * @param folder the folder of the graph; its content is deleted
   * @param exactMax the most vectors that are compared one by one
   * @param bufferBytes how much of the graph is buffered in memory before it is written
   */
  public HnswNearestNeighbours(Path folder, int exactMax, int bufferBytes) {
    this.folder = folder;
    this.exactMax = exactMax;
    this.bufferBytes = bufferBytes;
  }

  /** The graph and the rows to add to it, as of one moment. */
  private record View(HnswGraph graph, BitSet pending) {}

  @Override
  public List<Neighbour> search(
      ExactVectorIndex all, float[] vector, int limit, Predicate<String> excluded) {
    int size = all.size();
    long wanted = Math.max(CANDIDATES, (long) CANDIDATES_EACH * limit);
    Optional<float[]> unit = ExactVectorIndex.unit(vector);
    Optional<View> view = unit.isEmpty() ? Optional.empty() : view(all);
    while (view.isPresent() && wanted < size / CANDIDATES_EACH) {
      BitSet rows = view.get().graph().nearest(unit.orElseThrow(), (int) wanted);
      rows.or(view.get().pending());
      List<Neighbour> found = all.nearestAmong(rows, vector, limit, excluded);
      if (found.size() == limit) {
        return found;
      }
      // Most candidates were excluded: take more of them, or all.
      wanted *= CANDIDATES_EACH;
      view = view(all);
    }
    return all.nearest(vector, limit, excluded);
  }

  /** Empty if comparing all vectors is better. */
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
   * Adds changed vectors to the graph. Creates the graph when there are many vectors and drops it
   * when there are few. If it cannot be written, logs that once, and all vectors are compared from
   * then on.
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
      LOG.error(
          "the HNSW graph in {} cannot be written; vectors are compared one by one from now on",
          folder,
          e);
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

  /** The rows to add next. They stay pending until the graph is refreshed. */
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

  /** How many vectors are compared one by one until the graph has them; 0 without a graph. */
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
      LOG.warn("the HNSW graph in {} cannot be deleted", folder, e);
    }
  }
}
