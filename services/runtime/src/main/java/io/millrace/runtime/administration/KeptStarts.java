package io.millrace.runtime.administration;

import static java.util.Objects.requireNonNull;

import io.millrace.runtime.administration.ModelVerification.Finding;
import io.millrace.runtime.administration.ModelVerification.Result;
import io.millrace.runtime.lifecycle.RootCause;
import io.millrace.runtime.models.KeptCheckpoint;
import io.millrace.runtime.settings.IncompatibleStateException;
import io.millrace.runtime.settings.Settings;
import io.millrace.runtime.training.Retraining;
import io.millrace.runtime.training.TrainerLoop;
import io.millrace.schemas.avro.ModelManifest;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.NavigableSet;
import java.util.Optional;
import java.util.function.LongConsumer;
import org.jspecify.annotations.Nullable;

/**
 * The kept checkpoints from which a version can be learned again, the nearest first, and what was
 * found of those that were looked at.
 */
final class KeptStarts {

  private final Settings settings;
  private final TrainerLoop.Definition<?> definition;
  private final NavigableMap<Long, ModelManifest> chain;
  private final List<String> damaged = new ArrayList<>();
  private final List<String> unusable = new ArrayList<>();
  private @Nullable Long used;

  /**
   * Those of some versions.
   *
   * @param definition the model's trainer
   * @param chain the manifests that are as they were written
   */
  KeptStarts(
      Settings settings,
      TrainerLoop.Definition<?> definition,
      NavigableMap<Long, ModelManifest> chain) {
    this.settings = settings;
    this.definition = definition;
    this.chain = chain;
  }

  /**
   * Learns a version again from the nearest one that can be used.
   *
   * @return empty if there is none
   */
  Optional<Finding> learnedOn(ModelManifest wanted, LongConsumer relearned) {
    if (wanted.getParent() == null) {
      return Optional.empty();
    }
    NavigableMap<Long, NavigableSet<String>> names =
        names(wanted.getModel()).headMap(wanted.getParent(), true).descendingMap();
    for (Map.Entry<Long, NavigableSet<String>> version : names.entrySet()) {
      Optional<Finding> log =
          usable(wanted.getModel(), version.getKey(), version.getValue())
              .flatMap(it -> learnedOn(it, wanted, relearned));
      if (log.isPresent()) {
        return log;
      }
    }
    return Optional.empty();
  }

  private NavigableMap<Long, NavigableSet<String>> names(String model) {
    return KeptCheckpoint.names(settings, definition.service(), model);
  }

  /**
   * One that is as its version's manifest says. A trainer may delete it at any time; what was there
   * when they were listed, and is not there now, is no damage.
   *
   * @param names of its records when they were listed
   */
  private Optional<KeptCheckpoint> usable(String model, long version, NavigableSet<String> names) {
    ModelManifest its = chain.get(version);
    if (its == null) {
      unusable.add(
          "that of version %d: its manifest is not one that the chain proves".formatted(version));
      return Optional.empty();
    }
    if (!its.getEnvironment().containsKey(KeptCheckpoint.IN_MANIFEST)) {
      unusable.add("that of version %d: its manifest says nothing of it".formatted(version));
      return Optional.empty();
    }
    var checkpoint = KeptCheckpoint.read(settings, definition.service(), model, version);
    Optional<String> fault = checkpoint.fault(its);
    if (fault.isEmpty()) {
      return Optional.of(checkpoint);
    }
    if (names.equals(names(model).get(version))) {
      damaged.add("that of version %d: %s".formatted(version, fault.get()));
    } else {
      unusable.add("that of version %d: it was deleted or replaced meanwhile".formatted(version));
    }
    return Optional.empty();
  }

  private Optional<Finding> learnedOn(
      KeptCheckpoint from, ModelManifest wanted, LongConsumer relearned) {
    ModelManifest its = requireNonNull(chain.get(from.version()));
    var numbering = new RetrainingComparison.Numbering(from.version() + 1, 0);
    var comparison = new RetrainingComparison(settings, chain, wanted, numbering, relearned);
    try {
      boolean found =
          Retraining.from(settings, definition, from, its, wanted.getInputs(), comparison::goesOn);
      used = from.version();
      String how =
          "from the checkpoint of version %d on, %d of %d records, to the same bytes%s; the checkpoint itself is proved by `millrace models verify %s %d`"
              .formatted(
                  from.version(),
                  wanted.getRecords() - its.getRecords(),
                  wanted.getRecords(),
                  comparison.leftOut(),
                  wanted.getModel(),
                  from.version());
      return Optional.of(comparison.finding(found, how));
    } catch (IncompatibleStateException e) {
      unusable.add("that of version %d: %s".formatted(from.version(), RootCause.message(e)));
      return Optional.empty();
    }
  }

  /** What was found of the checkpoints; empty if there was none to look at. */
  Optional<Finding> finding() {
    List<String> texts = new ArrayList<>();
    damaged.forEach(it -> texts.add("damaged, " + it));
    unusable.forEach(it -> texts.add("passed over, " + it));
    if (used != null) {
      texts.add("that of version %d is as its manifest says".formatted(used));
    }
    return texts.isEmpty()
        ? Optional.empty()
        : Optional.of(
            new Finding(
                ModelVerification.CHECKPOINT,
                !damaged.isEmpty()
                    ? Result.BROKEN
                    : used != null ? Result.PROVED : Result.UNPROVABLE,
                String.join("; ", texts)));
  }
}
