package io.millrace.learning.embedding.neighbours;

import io.millrace.learning.embedding.kernel.Kernel;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.locks.ReadWriteLock;
import java.util.concurrent.locks.ReentrantReadWriteLock;
import java.util.function.Predicate;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * An index of vectors by name that finds the most similar ones by cosine, exactly: a search
 * compares every vector. Names and vectors can change at any time. O(names · dimensions) a search,
 * in SIMD where it is available; 4 bytes for each dimension, padded to a multiple of 16 dimensions.
 *
 * <p>A name keeps its row, a small number, until it is removed; free rows are used again. An
 * approximate index on top of this one asks for the rows that have {@linkplain #takeChanged
 * changed}, and has the rows that it finds compared here ({@link #nearestAmong}).
 *
 * <p>Safe for several threads: a search sees every vector either before or after a change.
 */
public final class ExactVectorIndex {

  /** Beyond this length a vector has no cosine in single precision. */
  private static final double LONGEST = 1e18;

  /** A vector shorter than this has no direction. */
  private static final double SHORTEST = 1e-18;

  private final ReadWriteLock lock = new ReentrantReadWriteLock();
  private final int dimensions;
  private final int stride;
  private final Map<String, Integer> rows = new HashMap<>();
  private final List<@Nullable String> names = new ArrayList<>();
  private final VectorBlocks vectors;
  private final BitSet free = new BitSet();
  private BitSet changed = new BitSet();

  /**
   * An empty index.
   *
   * @param dimensions the length of all its vectors, at least 1
   */
  public ExactVectorIndex(int dimensions) {
    if (dimensions < 1) {
      throw new IllegalArgumentException("dimensions must be >= 1, was " + dimensions);
    }
    this.dimensions = dimensions;
    this.stride = Kernel.stride(dimensions);
    this.vectors = new VectorBlocks(dimensions);
  }

  /**
   * An index of some vectors.
   *
   * @throws IllegalArgumentException if their lengths differ
   */
  public static ExactVectorIndex of(Map<String, float[]> vectors) {
    int dimensions = vectors.values().stream().mapToInt(it -> it.length).findFirst().orElse(1);
    var neighbours = new ExactVectorIndex(dimensions);
    vectors.forEach(neighbours::put);
    return neighbours;
  }

  /** The length of every vector. */
  public int dimensions() {
    return dimensions;
  }

  /** The number of names. */
  public int size() {
    return reading(rows::size);
  }

  /** Every row's number is below this. */
  public int rows() {
    return reading(names::size);
  }

  /** Whether a vector has the right number of elements and a finite length. */
  public boolean accepts(float[] vector) {
    return vector.length == dimensions && length(vector) <= LONGEST;
  }

  /**
   * Adds a name with its vector, or replaces the name's vector.
   *
   * @param vector {@code float[dimensions]}, copied; a vector of zeros is kept, but no search finds
   *     it
   * @throws IllegalArgumentException if the index does not {@linkplain #accepts accept} the vector
   */
  public void put(String name, float[] vector) {
    require(vector);
    double length = length(vector);
    lock.writeLock().lock();
    try {
      int row = rows.computeIfAbsent(name, this::newRow);
      vectors.set(row, vector, length < SHORTEST ? 0 : (float) (1 / length));
      changed.set(row);
    } finally {
      lock.writeLock().unlock();
    }
  }

  /** Removes a name; returns whether it was there. */
  public boolean remove(String name) {
    lock.writeLock().lock();
    try {
      Integer row = rows.remove(name);
      if (row == null) {
        return false;
      }
      names.set(row, null);
      vectors.inverse(row, 0);
      free.set(row);
      changed.set(row);
      return true;
    } finally {
      lock.writeLock().unlock();
    }
  }

  /** A copy of a name's vector, {@code float[dimensions]}; empty for an unknown name. */
  public Optional<float[]> vector(String name) {
    return reading(() -> Optional.ofNullable(rows.get(name)).map(vectors::copy));
  }

  /**
   * Adds a name's vector, scaled, to another.
   *
   * @param sum {@code double[dimensions]}
   * @return false, with nothing added, for an unknown name
   */
  public boolean addTo(double[] sum, String name, double scale) {
    return reading(() -> {
      Integer row = rows.get(name);
      if (row == null) {
        return false;
      }
      vectors.addTo(sum, row, scale);
      return true;
    });
  }

  /**
   * The names with the most similar vectors, the most similar first, equals in alphabetical order.
   *
   * @param vector {@code float[dimensions]}
   * @param limit the most names to return
   * @param except the names to leave out
   * @throws IllegalArgumentException if the vector is not accepted or the limit is below 1
   */
  public List<Neighbour> nearest(float[] vector, int limit, Predicate<String> except) {
    float[] query = query(vector);
    return reading(() -> {
      Kernel kernel = Kernel.fastest();
      float[] products = new float[Kernel.TILE_LEFT * Kernel.paddedColumns(VectorBlocks.ROWS)];
      var best = new TopK(limit, except);
      for (int first = 0; first < names.size(); first += VectorBlocks.ROWS) {
        int count = Math.min(VectorBlocks.ROWS, names.size() - first);
        kernel.multiply(query, 1, vectors.block(first), count, stride, products);
        for (int i = 0; i < count; i++) {
          offer(best, first + i, products[i]);
        }
      }
      return best.sorted();
    });
  }

  /**
   * Searches some rows only; rows without a name are ignored.
   *
   * @param among the rows to compare
   */
  public List<Neighbour> nearestAmong(
      BitSet among, float[] vector, int limit, Predicate<String> except) {
    float[] query = query(vector);
    return reading(() -> {
      var best = new TopK(limit, except);
      for (int row = among.nextSetBit(0); row >= 0; row = among.nextSetBit(row + 1)) {
        if (row < names.size()) {
          offer(best, row, vectors.product(query, row));
        }
      }
      return best.sorted();
    });
  }

  /** The rows that got another vector or another name since the last call. */
  public BitSet takeChanged() {
    lock.writeLock().lock();
    try {
      BitSet taken = changed;
      changed = new BitSet();
      return taken;
    } finally {
      lock.writeLock().unlock();
    }
  }

  /** A copy of the changed rows, which the next {@link #takeChanged} still returns. */
  public BitSet changed() {
    return reading(() -> (BitSet) changed.clone());
  }

  /** A row's vector scaled to unit length; empty for a row without name or without direction. */
  public Optional<float[]> unit(int row) {
    return reading(() -> {
      if (row >= names.size() || vectors.inverse(row) == 0) {
        return Optional.empty();
      }
      float[] unit = vectors.copy(row);
      for (int k = 0; k < dimensions; k++) {
        unit[k] *= vectors.inverse(row);
      }
      return Optional.of(unit);
    });
  }

  /** The length of a vector, in double precision. */
  public static double length(float[] vector) {
    double squares = 0;
    for (float x : vector) {
      squares += (double) x * x;
    }
    return Math.sqrt(squares);
  }

  /** A vector scaled to unit length; empty if it has no direction. */
  public static Optional<float[]> unit(float[] vector) {
    double length = length(vector);
    if (length < SHORTEST) {
      return Optional.empty();
    }
    float[] unit = new float[vector.length];
    for (int k = 0; k < unit.length; k++) {
      unit[k] = (float) (vector[k] / length);
    }
    return Optional.of(unit);
  }

  private void offer(TopK best, int row, float product) {
    float inverse = vectors.inverse(row);
    if (inverse != 0) {
      best.offer(names.get(row), Math.clamp(product * inverse, -1, 1));
    }
  }

  /** A vector scaled to unit length and padded for the kernel; zeros stay zeros. */
  private float[] query(float[] vector) {
    require(vector);
    float[] query = new float[Kernel.TILE_LEFT * stride];
    unit(vector).ifPresent(unit -> System.arraycopy(unit, 0, query, 0, dimensions));
    return query;
  }

  private void require(float[] vector) {
    if (!accepts(vector)) {
      throw new IllegalArgumentException(
          "the vector must have "
              + dimensions
              + " dimensions and a finite length, had "
              + vector.length);
    }
  }

  private int newRow(String name) {
    int row = free.nextSetBit(0);
    if (row >= 0) {
      free.clear(row);
      names.set(row, name);
      return row;
    }
    names.add(name);
    vectors.reserve(names.size());
    return names.size() - 1;
  }

  private <T> T reading(Supplier<T> read) {
    lock.readLock().lock();
    try {
      return read.get();
    } finally {
      lock.readLock().unlock();
    }
  }
}
