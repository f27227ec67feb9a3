package io.millrace.scoring.answers;

import io.millrace.learning.tensors.SafeTensors;
import io.millrace.runtime.models.ModelVersion;
import io.millrace.runtime.models.VersionId;
import io.millrace.runtime.records.TracedVersion;
import io.millrace.runtime.settings.IncompatibleStateException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The version that predicts for a kind of model, and its replacement by others, of the same model
 * or of a variant:
 *
 * <ol>
 *   <li>The follower's thread loads a version ({@link #load}) while the scoring thread predicts by
 *       the one before.
 *   <li>The scoring thread takes the version loaded last between two batches ({@link #inForce}) and
 *       closes the one before.
 * </ol>
 *
 * <p>At most two versions are held, and a third while it is loaded. A predictor is made on one
 * thread and used and closed on others, never on two at once; the lock makes its state visible to
 * the others.
 *
 * @param <P> the predictor
 */
public final class ServedModel<P> implements AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(ServedModel.class);

  /**
   * A version that predicts.
   *
   * @param model the model's name; that of a variant, if it is one
   * @param number the version's number
   * @param traced how spans name it
   * @param published when the trainer sent it
   * @param predictors one for each scoring thread, at least one
   */
  public record Version<P>(
      String model, long number, TracedVersion traced, Instant published, List<P> predictors) {

    /** Its name among all versions. */
    public VersionId id() {
      return new VersionId(model, number);
    }
  }

  /** Is told what happens to versions; on the threads that make it happen. */
  public interface Listener {

    /** The predictors of a version were loaded. */
    void loaded(Duration took);

    /** A version predicts from the next batch on. */
    void serves(Version<?> version);

    /** A version has replaced another. */
    void swapped(Version<?> before, Version<?> after);

    /** Is told nothing. */
    Listener NONE =
        new Listener() {
          @Override
          public void loaded(Duration took) {}

          @Override
          public void serves(Version<?> version) {}

          @Override
          public void swapped(Version<?> before, Version<?> after) {}
        };
  }

  private final String name;
  private final int copies;
  private final Function<SafeTensors, P> loader;
  private final Consumer<P> disposer;
  private final Listener metrics;

  private @Nullable Version<P> current;
  private @Nullable Version<P> next;
  private boolean closed;

  /**
   * A model without a version yet.
   *
   * @param copies predictors of each version, one for each scoring thread
   * @param loader makes a predictor; throws if the tensors are not those of such a model
   * @param disposer closes a predictor
   */
  public ServedModel(
      String name,
      int copies,
      Function<SafeTensors, P> loader,
      Consumer<P> disposer,
      Listener metrics) {
    this.name = name;
    this.copies = copies;
    this.loader = loader;
    this.disposer = disposer;
    this.metrics = metrics;
  }

  /**
   * Loads a version; it is in force from the next batch on. For one thread at a time.
   *
   * @throws IncompatibleStateException if the version cannot be used: it is not a file of such a
   *     model, or holds NaN or infinity. The version before stays in force
   */
  public void load(ModelVersion version) {
    long number = version.manifest().getVersion();
    long started = System.nanoTime();
    List<P> predictors = predictors(version, number);
    Duration took = Duration.ofNanos(System.nanoTime() - started);
    metrics.loaded(took);
    offer(
        new Version<>(
            model(version),
            number,
            TracedVersion.of(version.manifest()),
            version.published(),
            predictors));
    LOG.debug("version {} of {} loaded in {}", number, model(version), took);
  }

  private static String model(ModelVersion version) {
    return version.manifest().getModel();
  }

  private List<P> predictors(ModelVersion version, long number) {
    List<P> made = new ArrayList<>(copies);
    try {
      SafeTensors tensors = SafeTensors.read(version.bytes());
      tensors
          .notFinite()
          .ifPresent(tensor -> {
            throw new IllegalArgumentException("the tensor " + tensor + " holds NaN or infinity");
          });
      while (made.size() < copies) {
        made.add(loader.apply(tensors));
      }
      return List.copyOf(made);
    } catch (RuntimeException e) {
      made.forEach(disposer);
      var failure =
          new IncompatibleStateException(
              "version %d of the model %s cannot be used: %s"
                  .formatted(number, model(version), e.getMessage()));
      failure.addSuppressed(e);
      throw failure;
    }
  }

  private synchronized void offer(Version<P> version) {
    if (next != null) {
      next.predictors().forEach(disposer);
    }
    next = version;
    metrics.serves(version);
    if (closed) {
      close();
    }
  }

  /** The kind. */
  public String name() {
    return name;
  }

  /** Whether there is a version. */
  public synchronized boolean ready() {
    return current != null || next != null;
  }

  /** The version loaded last; empty if there is none. */
  public synchronized Optional<VersionId> latest() {
    return Optional.ofNullable(next == null ? current : next).map(Version::id);
  }

  /**
   * The version loaded last; the next call may close it. For the scoring thread.
   *
   * @throws IllegalStateException if there is none yet
   */
  public synchronized Version<P> inForce() {
    if (next != null) {
      if (current != null) {
        current.predictors().forEach(disposer);
        metrics.swapped(current, next);
      }
      current = next;
      next = null;
    }
    if (current == null) {
      throw new IllegalStateException("the model " + name + " has no version yet");
    }
    return current;
  }

  /** Closes all versions; one that is still being loaded is closed when it is complete. */
  @Override
  public synchronized void close() {
    closed = true;
    if (current != null) {
      current.predictors().forEach(disposer);
      current = null;
    }
    if (next != null) {
      next.predictors().forEach(disposer);
      next = null;
    }
  }
}
