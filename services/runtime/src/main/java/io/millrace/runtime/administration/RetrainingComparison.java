package io.millrace.runtime.administration;

import io.millrace.runtime.administration.ModelVerification.Finding;
import io.millrace.runtime.administration.ModelVerification.Result;
import io.millrace.runtime.models.ForgottenSubjects;
import io.millrace.runtime.models.KeptCheckpoint;
import io.millrace.runtime.models.ModelName;
import io.millrace.runtime.models.ModelRecords;
import io.millrace.runtime.settings.Settings;
import io.millrace.runtime.training.Retraining;
import io.millrace.schemas.avro.ModelManifest;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.LongConsumer;
import org.jspecify.annotations.Nullable;

/** Compares what is learned again with the manifests. */
final class RetrainingComparison {

  /**
   * How the versions that are learned again are numbered.
   *
   * @param first the version with which learning begins
   * @param offset what is added to the number of one that is learned again; -1 if that is unknown,
   *     since the seeded model is not published
   */
  record Numbering(long first, long offset) {
    static final Numbering UNKNOWN = new Numbering(-1, -1);

    boolean isUnknown() {
      return offset < 0;
    }
  }

  private final Settings settings;
  private final NavigableMap<Long, ModelManifest> manifests;
  private final ModelManifest wanted;
  private final Numbering numbering;
  private final LongConsumer relearned;
  private @Nullable Finding difference;
  private Retraining.@Nullable Step last;

  /**
   * Of what has been learned nothing yet.
   *
   * @param manifests of the model's versions
   * @param relearned is told, with each step, of how many records it was
   */
  RetrainingComparison(
      Settings settings,
      NavigableMap<Long, ModelManifest> manifests,
      ModelManifest wanted,
      Numbering numbering,
      LongConsumer relearned) {
    this.settings = settings;
    this.manifests = manifests;
    this.wanted = wanted;
    this.numbering = numbering;
    this.relearned = relearned;
  }

  /**
   * The result.
   *
   * @param found whether the version was reached
   * @param how it was learned again, for people
   */
  Finding finding(boolean found, String how) {
    if (difference != null) {
      return difference;
    }
    if (found) {
      return new Finding("log", Result.PROVED, "learned again " + how);
    }
    return forgottenSince(wanted)
        .orElseGet(() ->
            new Finding(
                "log",
                Result.BROKEN,
                "the log ends before the %d records that the manifest says"
                    .formatted(wanted.getRecords())));
  }

  /** Compares a step; whether the version that is wanted comes later. */
  boolean goesOn(Retraining.Step step) {
    last = step;
    relearned.accept(step.snapshot().records());
    if (numbering.isUnknown()) {
      return untilRecords(step);
    }
    long version = numbering.offset() + step.manifest().getVersion();
    ModelManifest then = manifests.get(version);
    if (then != null && differs(then, step)) {
      return false;
    }
    return version < wanted.getVersion();
  }

  /**
   * Without the seed's manifest, the version is one with as many records; of several, as a
   * rehearsal makes them, the one with the same bytes.
   */
  private boolean untilRecords(Retraining.Step step) {
    boolean same =
        step.snapshot().records() == wanted.getRecords()
            && ModelRecords.digest(step.snapshot().model()).equals(wanted.getSha256());
    if (step.snapshot().records() > wanted.getRecords()) {
      difference = differing(wanted, step, "bytes");
    } else if (same) {
      difference = otherClaim(wanted, step);
    }
    return !same && difference == null;
  }

  private boolean differs(ModelManifest then, Retraining.Step step) {
    if (!then.getExamples().isEmpty()
        && !then.getExamples().equals(step.manifest().getExamples())) {
      difference =
          new Finding(
              "log",
              Result.BROKEN,
              "the records that version %d was made of are not those that are in the log now"
                  .formatted(then.getVersion()));
    } else if (!then.getSha256().equals(ModelRecords.digest(step.snapshot().model()))) {
      difference = differing(then, step, "bytes");
    } else {
      difference = otherClaim(then, step);
    }
    return difference != null;
  }

  /** What a manifest says besides of a version with the right bytes; null if that is right too. */
  private @Nullable Finding otherClaim(ModelManifest then, Retraining.Step step) {
    if (then.getRecords() != step.snapshot().records()) {
      return differing(then, step, "numbers of records");
    }
    if (!then.getClasses().equals(step.manifest().getClasses())) {
      return differing(then, step, "classes");
    }
    // Other builds may have other figures.
    Map<String, Double> said = new TreeMap<>(then.getMetrics());
    Map<String, Double> learned = new TreeMap<>(step.manifest().getMetrics());
    said.keySet().retainAll(step.manifest().getMetrics().keySet());
    learned.keySet().retainAll(then.getMetrics().keySet());
    if ("report".equals(then.getSettings().get("drift.action"))) {
      // Where drifts are only reported, their test may be another at any time.
      said.remove("drifts");
      learned.remove("drifts");
    }
    return said.equals(learned) ? otherState(then, step) : differing(then, step, "metrics");
  }

  /**
   * Another checkpoint of a version with the right bytes; null if it is right too. Where other
   * builds may have made versions before it, they may have left parts that this one reads and does
   * not write: then nobody can say.
   */
  private @Nullable Finding otherState(ModelManifest then, Retraining.Step step) {
    String said = then.getEnvironment().get(KeptCheckpoint.IN_MANIFEST);
    if (said == null
        || said.equals(step.manifest().getEnvironment().get(KeptCheckpoint.IN_MANIFEST))) {
      return null;
    }
    return mayBeOfOthers(then, step)
        ? new Finding(
            "log",
            Result.UNPROVABLE,
            "version %d, learned again, has the same bytes and another private state (its checkpoint), and other builds may have made versions before it"
                .formatted(then.getVersion()))
        : differing(then, step, "private state (its checkpoint)");
  }

  /** Whether other builds or processors may have made a version between the first and this one. */
  private boolean mayBeOfOthers(ModelManifest then, Retraining.Step step) {
    if (numbering.isUnknown()) {
      return true;
    }
    var line = manifests.subMap(numbering.first(), true, then.getVersion(), true);
    return line.size() <= then.getVersion() - numbering.first()
        || line.values().stream().anyMatch(it -> !made(it).equals(here(it, step)));
  }

  /** What was left out, for people; empty for nothing. */
  String leftOut() {
    return last == null || last.leftOut() == 0
        ? ""
        : "; %d records of forgotten subjects were left out".formatted(last.leftOut());
  }

  /** Of what was forgotten after it was begun, it has learned. */
  Optional<Finding> forgottenSince(ModelManifest then) {
    long itsLast = ForgottenSubjects.leftOutBy(then);
    if (last == null || last.lastForgotten() <= itsLast) {
      return Optional.empty();
    }
    return Optional.of(
        new Finding(
            "log",
            Result.UNPROVABLE,
            "version %d has learned from a subject that was forgotten since; `millrace forget` learns its model again"
                .formatted(then.getVersion())));
  }

  /**
   * Another build, engine or processor may add in another order.
   *
   * @param what differs
   */
  private Finding differing(ModelManifest then, Retraining.Step step, String what) {
    Optional<Finding> forgotten = forgottenSince(then);
    if (forgotten.isPresent()) {
      return forgotten.get();
    }
    String kind = ModelName.kindOf(then.getModel());
    if (ForgottenSubjects.read(settings, kind).last() < ForgottenSubjects.leftOutBy(then)) {
      return new Finding(
          "log",
          Result.UNPROVABLE,
          "version %d has left out forgotten subjects, and their list on the topic checkpoints is lost"
              .formatted(then.getVersion()));
    }
    Map<String, String> made = made(then);
    Map<String, String> here = here(then, step);
    return made.equals(here)
        ? new Finding(
            "log",
            Result.BROKEN,
            "version %d, learned again, has other %s".formatted(then.getVersion(), what))
        : new Finding(
            "log",
            Result.UNPROVABLE,
            "version %d, learned again, has other %s, but it was made by %s, and here is %s"
                .formatted(then.getVersion(), what, made, here));
  }

  /** By what a version was made. */
  private static Map<String, String> made(ModelManifest then) {
    Map<String, String> made = new TreeMap<>(then.getEnvironment());
    made.keySet()
        .removeAll(
            Set.of(
                ModelRecords.INPUT_TOPIC,
                ForgottenSubjects.IN_MANIFEST,
                KeptCheckpoint.IN_MANIFEST));
    return made;
  }

  /** The same of this process. */
  private static Map<String, String> here(ModelManifest then, Retraining.Step step) {
    Map<String, String> here = made(step.manifest());
    here.keySet().retainAll(then.getEnvironment().keySet());
    return here;
  }
}
