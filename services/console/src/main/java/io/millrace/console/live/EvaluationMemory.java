package io.millrace.console.live;

import io.millrace.schemas.AvroCodec;
import io.millrace.schemas.Decoded;
import io.millrace.schemas.avro.Evaluation;
import io.millrace.schemas.avro.EvaluationDetails;
import io.millrace.schemas.avro.Scope;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;
import java.util.function.Predicate;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.jspecify.annotations.Nullable;

/**
 * How often versions were right, as {@code evaluations} says: the newest figures of each version
 * and scope, the details of each model, and its accuracy over time. Written by one thread, read by
 * any.
 */
public final class EvaluationMemory {

  private static final AvroCodec<Evaluation> EVALUATIONS = AvroCodec.of(Evaluation.class);

  /** Models and scopes of which details and a line are kept. */
  private static final int MAX_SERIES = 64;

  /** What {@link Judged} takes, about. */
  private static final int JUDGED_BYTES = 400;

  /**
   * The newest figures of a version in a scope, over all its windows.
   *
   * @param shadow whether it answered beside the version that served
   * @param window the last window, whose first instant and the one after it are milliseconds
   * @param labels judged predictions of the version, without those that had no label
   * @param correct how many of them were correct
   * @param loss their mean loss; of the last window while there are no details
   * @param calibrationError not a number while there are no details
   * @param kappaNoChange not a number while there are no details
   * @param time when the broker took the record, milliseconds since 1970
   */
  public record Judged(
      boolean shadow,
      String model,
      long version,
      Scope scope,
      Window window,
      long labels,
      long correct,
      double loss,
      double calibrationError,
      double kappaNoChange,
      long time) {}

  /** A window: its first instant and the one after it, milliseconds since 1970. */
  public record Window(long start, long end) {}

  /**
   * A point of a line.
   *
   * @param time milliseconds since 1970
   * @param labels judged predictions of all versions of the model so far
   * @param accuracy of what was served recently, or of the window
   * @param version that the record is about
   */
  public record Point(long time, long labels, double accuracy, long version) {}

  /** A model in a scope. */
  public record SeriesKey(String model, Scope scope) implements Comparable<SeriesKey> {
    @Override
    public int compareTo(SeriesKey other) {
      int models = model.compareTo(other.model);
      return models == 0 ? scope.compareTo(other.scope) : models;
    }
  }

  private final BoundedMemory<Judged> judged;
  private final Map<SeriesKey, EvaluationDetails> details = new TreeMap<>();
  private final Map<SeriesKey, Line> lines = new TreeMap<>();
  private final List<Consumer<Judged>> listeners = new CopyOnWriteArrayList<>();

  /** A line, thinned out where it gets long: every second point goes, but not the last. */
  private static final class Line {
    private static final int MAX_POINTS = 4000;
    private final List<Point> points = new ArrayList<>();
    private boolean recent;

    void add(Point point, boolean isRecent) {
      if (recent && !isRecent) {
        return; // The recent accuracy is the better line, once it is there.
      }
      if (isRecent && !recent) {
        recent = true;
        points.clear();
      }
      points.add(point);
      if (points.size() > MAX_POINTS) {
        List<Point> thinned = thinned(points, MAX_POINTS / 2);
        points.clear();
        points.addAll(thinned);
      }
    }
  }

  /** An empty memory. */
  public EvaluationMemory(MemoryBounds bounds) {
    judged = new BoundedMemory<>(bounds);
  }

  /** Calls somebody with each evaluation of what was served, on the reading thread. */
  public void onEvaluation(Consumer<Judged> listener) {
    listeners.add(listener);
  }

  /** Takes a record of {@code evaluations}. */
  boolean served(ConsumerRecord<byte[], byte[]> record) {
    return accept(record, false);
  }

  /** Takes a record of {@code shadow-evaluations}. */
  boolean shadow(ConsumerRecord<byte[], byte[]> record) {
    return accept(record, true);
  }

  private boolean accept(ConsumerRecord<byte[], byte[]> record, boolean shadow) {
    if (record.value() == null
        || !(EVALUATIONS.decode(record.value()) instanceof Decoded.Valid<Evaluation>(var it))) {
      return false;
    }
    String key =
        (shadow ? "shadow/" : "") + it.getModel() + "/" + it.getVersion() + "/" + it.getScope();
    EvaluationDetails ofModel = it.getModelDetails();
    var series = new SeriesKey(it.getModel(), it.getScope());
    if (!shadow) {
      synchronized (this) {
        if (ofModel != null && (details.containsKey(series) || details.size() < MAX_SERIES)) {
          details.put(series, ofModel);
        }
        point(it, record.timestamp())
            .ifPresent(point ->
                line(series).ifPresent(line -> line.add(point, it.getModelRecent() != null)));
      }
    }
    Judged kept = judged(it, shadow, judged.get(key).orElse(null), record.timestamp());
    judged.put(key, kept, JUDGED_BYTES);
    if (!shadow) {
      listeners.forEach(listener -> listener.accept(kept));
    }
    return true;
  }

  /** Of details that a record leaves out, those before hold. */
  private static Judged judged(Evaluation it, boolean shadow, @Nullable Judged before, long time) {
    EvaluationDetails details = it.getVersionDetails();
    double loss = before == null || !Double.isFinite(before.loss()) ? it.getLoss() : before.loss();
    return new Judged(
        shadow,
        it.getModel(),
        it.getVersion(),
        it.getScope(),
        new Window(it.getWindowStart().toEpochMilli(), it.getWindowEnd().toEpochMilli()),
        it.getVersionCount(),
        it.getVersionCorrect(),
        details == null ? loss : details.getLoss(),
        details != null
            ? details.getCalibrationError()
            : before == null ? Double.NaN : before.calibrationError(),
        details != null
            ? details.getKappaNoChange()
            : before == null ? Double.NaN : before.kappaNoChange(),
        time);
  }

  private Optional<Line> line(SeriesKey key) {
    Line known = lines.get(key);
    if (known == null && lines.size() < MAX_SERIES) {
      known = new Line();
      lines.put(key, known);
    }
    return Optional.ofNullable(known);
  }

  private static Optional<Point> point(Evaluation it, long time) {
    double accuracy =
        it.getModelRecent() == null ? it.getAccuracy() : it.getModelRecent().getSlidingAccuracy();
    return Double.isFinite(accuracy)
        ? Optional.of(new Point(time, it.getModelCount(), accuracy, it.getVersion()))
        : Optional.empty();
  }

  /** The newest figures that are wanted, the newest first. */
  public List<Judged> newest(int limit, Predicate<Judged> wanted) {
    return judged.newest(limit, wanted);
  }

  /** The figures of a version that served, in what it had not learned from. */
  public Optional<Judged> of(String model, long version) {
    return judged.get(model + "/" + version + "/" + Scope.PREQUENTIAL);
  }

  /** The details of a model, in what its versions had not learned from. */
  public synchronized Optional<EvaluationDetails> details(String model) {
    return Optional.ofNullable(details.get(new SeriesKey(model, Scope.PREQUENTIAL)));
  }

  /** The models and scopes of which there is a line. */
  public synchronized List<SeriesKey> series() {
    return List.copyOf(lines.keySet());
  }

  /**
   * The points of a line since some time, oldest first, thinned out.
   *
   * @param most at least 2
   */
  public synchronized List<Point> points(SeriesKey key, long since, int most) {
    Line line = lines.get(key);
    return line == null
        ? List.of()
        : thinned(line.points.stream().filter(it -> it.time() >= since).toList(), most);
  }

  private static List<Point> thinned(List<Point> points, int most) {
    if (points.size() <= most) {
      return points;
    }
    int every = Math.ceilDiv(points.size(), most);
    List<Point> kept = new ArrayList<>();
    for (int i = (points.size() - 1) % every; i < points.size(); i += every) {
      kept.add(points.get(i));
    }
    return kept;
  }

  BoundedMemory<Judged> judged() {
    return judged;
  }
}
