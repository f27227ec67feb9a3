package io.millrace.learning.core.judging;

import java.util.ArrayList;
import java.util.List;
import java.util.NavigableMap;
import java.util.NavigableSet;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * How often each label was predicted as each class. Labels that have no row of their own are
 * counted together as {@link #OTHER}: a correct prediction among them cannot be told from a wrong
 * one, so that precision and recall of {@code OTHER} are not known.
 *
 * <p>Names as in scikit-learn: {@link #precision} and {@link #recall} are those of {@code
 * precision_recall_fscore_support} with {@code zero_division=nan}, {@link #kappa} is {@code
 * cohen_kappa_score}. O(cells) for each figure of the whole, O(log cells + cells of the row) for
 * those of a class. Not thread-safe.
 */
public final class ConfusionMatrix {

  /** The row and column of all labels that have none. */
  public static final String OTHER = "";

  private final NavigableMap<Cell, Long> cells = new TreeMap<>();
  private final NavigableMap<String, Long> labelled = new TreeMap<>();
  private final NavigableMap<String, Long> predicted = new TreeMap<>();
  private long count;

  /** A row and a column. */
  public record Cell(String label, String predicted) implements Comparable<Cell> {

    @Override
    public int compareTo(Cell other) {
      int byLabel = label.compareTo(other.label);
      return byLabel == 0 ? predicted.compareTo(other.predicted) : byLabel;
    }
  }

  /** Adds predictions to a cell. */
  public void add(String label, String predictedClass, long times) {
    cells.merge(new Cell(label, predictedClass), times, Long::sum);
    labelled.merge(label, times, Long::sum);
    predicted.merge(predictedClass, times, Long::sum);
    count += times;
  }

  /**
   * The matrix with a bounded number of names besides {@link #OTHER}: the first ones by name, which
   * depends on no order of counting.
   */
  public ConfusionMatrix bounded(int maxNames) {
    NavigableSet<String> kept = new TreeSet<>(names());
    kept.remove(OTHER);
    while (kept.size() > maxNames) {
      kept.pollLast();
    }
    var bounded = new ConfusionMatrix();
    cells.forEach((cell, times) ->
        bounded.add(
            kept.contains(cell.label) ? cell.label : OTHER,
            kept.contains(cell.predicted) ? cell.predicted : OTHER,
            times));
    return bounded;
  }

  /** The cells that are not 0, by label, then by predicted class. */
  public NavigableMap<Cell, Long> cells() {
    return new TreeMap<>(cells);
  }

  /** The labels and predicted classes, sorted. */
  public List<String> names() {
    NavigableSet<String> names = new TreeSet<>(labelled.keySet());
    names.addAll(predicted.keySet());
    return new ArrayList<>(names);
  }

  /** The number of predictions. */
  public long count() {
    return count;
  }

  /** The number of predictions that have the label. */
  public long labelled(String label) {
    return labelled.getOrDefault(label, 0L);
  }

  /** The number of predictions that named the class. */
  public long predicted(String name) {
    return predicted.getOrDefault(name, 0L);
  }

  /** The number of predictions that named the class and have it as label. */
  public long correct(String name) {
    return cells.getOrDefault(new Cell(name, name), 0L);
  }

  /** The share of the predictions of a class that were right; NaN if none, and for OTHER. */
  public double precision(String name) {
    return name.equals(OTHER) ? Double.NaN : (double) correct(name) / predicted(name);
  }

  /**
   * Of the records with a label, the share predicted as it; NaN without such records, and for
   * OTHER.
   */
  public double recall(String name) {
    return name.equals(OTHER) ? Double.NaN : (double) correct(name) / labelled(name);
  }

  /** The share of the most frequent label that has a row of its own; NaN without predictions. */
  public double majority() {
    long most =
        labelled.entrySet().stream()
            .filter(it -> !it.getKey().equals(OTHER))
            .mapToLong(it -> it.getValue())
            .max()
            .orElse(0);
    return (double) most / count;
  }

  /** Cohen's kappa, in which OTHER is a class like the others; NaN without predictions. */
  public double kappa() {
    long agreed = 0;
    double byChance = 0;
    for (String name : names()) {
      agreed += correct(name);
      byChance += (double) labelled(name) / count * ((double) predicted(name) / count);
    }
    return count == 0 ? Double.NaN : Kappa.of((double) agreed / count, byChance);
  }
}
