package io.millrace.runtime.administration;

import io.millrace.runtime.lifecycle.RootCause;
import io.millrace.runtime.models.ForgottenSubjects;
import io.millrace.runtime.models.ManifestChain;
import io.millrace.runtime.models.ModelName;
import io.millrace.runtime.models.ModelReader;
import io.millrace.runtime.models.ModelRecords;
import io.millrace.runtime.records.Sha256;
import io.millrace.runtime.settings.FingerprintHistory;
import io.millrace.runtime.settings.IncompatibleStateException;
import io.millrace.runtime.settings.Settings;
import io.millrace.runtime.settings.SettingsException;
import io.millrace.runtime.training.Retraining;
import io.millrace.runtime.training.TrainerLoop;
import io.millrace.schemas.avro.ModelManifest;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.function.LongConsumer;
import org.apache.kafka.common.KafkaException;
import org.jspecify.annotations.Nullable;

/**
 * Proves where a version came from: by its digest, by the chain of its manifests, and by learning
 * it again from the log. Changes nothing.
 */
public final class ModelVerification {

  /** The check of the parts against their digest. */
  public static final String PARTS = "parts";

  /** What a check has found. */
  public enum Result {
    /** It holds. */
    PROVED,
    /** It does not hold: something was changed. */
    BROKEN,
    /** It cannot be checked, and the text says why. */
    UNPROVABLE
  }

  /**
   * One check.
   *
   * @param check its name: parts, chain, or log
   * @param text what was found, for people
   */
  public record Finding(String check, Result result, String text) {}

  private final Settings settings;
  private final String model;
  private final Function<Settings, TrainerLoop.Definition<?>> trainers;
  private final NavigableMap<Long, ModelManifest> manifests = new TreeMap<>();

  /**
   * A verification of versions of a model.
   *
   * @param trainers how its trainer is made from settings
   */
  public ModelVerification(
      Settings settings, String model, Function<Settings, TrainerLoop.Definition<?>> trainers) {
    this.settings = settings;
    this.model = model;
    this.trainers = trainers;
    ModelReader.manifests(settings).stream()
        .filter(manifest -> manifest.getModel().equals(model))
        .forEach(manifest -> manifests.put(manifest.getVersion(), manifest));
  }

  /** The versions whose manifests are on the topic. */
  public NavigableMap<Long, ModelManifest> manifests() {
    return manifests;
  }

  /**
   * Checks a version that has a manifest.
   *
   * @param relearned is told, with each step that is learned again, of how many records it was
   */
  public List<Finding> verify(long version, LongConsumer relearned) {
    ModelManifest manifest = manifests.get(version);
    if (manifest == null) {
      throw new IllegalArgumentException("version " + version + " has no manifest");
    }
    List<Finding> findings = new ArrayList<>();
    findings.add(parts(manifest));
    findings.add(chain(manifest));
    findings.add(log(manifest, relearned));
    return findings;
  }

  private Finding parts(ModelManifest manifest) {
    if (manifest.getParts() == 0) {
      return new Finding(PARTS, Result.PROVED, "it has none");
    }
    NavigableMap<Integer, byte[]> parts = ModelReader.parts(settings, model, manifest.getVersion());
    if (parts.isEmpty()) {
      return new Finding(
          PARTS, Result.UNPROVABLE, "they are deleted (%s.models.retain)".formatted(model));
    }
    MessageDigest sha256 = Sha256.digest();
    parts.values().forEach(sha256::update);
    boolean same =
        parts.size() == manifest.getParts()
            && HexFormat.of().formatHex(sha256.digest()).equals(manifest.getSha256());
    return same
        ? new Finding(PARTS, Result.PROVED, "they have the SHA-256 that the manifest says")
        : new Finding(PARTS, Result.BROKEN, "they do not have the SHA-256 that the manifest says");
  }

  private Finding chain(ModelManifest manifest) {
    ModelManifest current = manifest;
    long proved = 0;
    while (true) {
      if (current.getChain().isEmpty()) {
        return proved == 0
            ? new Finding(
                "chain",
                Result.UNPROVABLE,
                "version %d is of a build that wrote none".formatted(current.getVersion()))
            : chained(manifest, proved);
      }
      Optional<ModelManifest> parent = parent(current);
      if (current.getParent() != null && parent.isEmpty()) {
        return chained(manifest, proved);
      }
      if (!ManifestChain.of(parent, current).equals(current.getChain())) {
        return new Finding(
            "chain",
            Result.BROKEN,
            "the manifest of version %d%s was changed after it was written"
                .formatted(current.getVersion(), parent.isPresent() ? ", or of its parent," : ""));
      }
      proved++;
      if (parent.isEmpty()) {
        return chained(manifest, proved);
      }
      current = parent.get();
    }
  }

  private static Finding chained(ModelManifest manifest, long proved) {
    return proved == 0
        ? new Finding(
            "chain", Result.UNPROVABLE, "the manifest of its parent is deleted (manifests.retain)")
        : new Finding(
            "chain",
            Result.PROVED,
            "%d manifests are as they were written, %d to %d"
                .formatted(proved, manifest.getVersion() - proved + 1, manifest.getVersion()));
  }

  private Optional<ModelManifest> parent(ModelManifest manifest) {
    return Optional.ofNullable(manifest.getParent()).map(manifests::get);
  }

  private Finding log(ModelManifest manifest, LongConsumer relearned) {
    if (manifest.getParts() == 0) {
      return new Finding(
          "log", Result.UNPROVABLE, "its vectors are published word by word, the newest alone");
    }
    TrainerLoop.Definition<?> definition;
    try {
      definition =
          trainers.apply(
              ManifestSettings.of(settings, manifest, ModelName.parse(model).kind(), trainers));
    } catch (SettingsException e) {
      return new Finding("log", Result.UNPROVABLE, "with its settings: " + RootCause.message(e));
    }
    Optional<String> difference =
        FingerprintHistory.OF_THIS_BUILD.difference(
            definition.service(), manifest.getSettings(), ManifestSettings.fingerprint(definition));
    if (difference.isPresent()) {
      return new Finding("log", Result.UNPROVABLE, difference.get());
    }
    if (manifest.getEnvironment().containsKey("origin")) {
      return new Finding(
          "log", Result.UNPROVABLE, "it began with weights that were imported, not from the log");
    }
    try {
      return learnedAgain(manifest, definition, relearned);
    } catch (IncompatibleStateException e) {
      return new Finding("log", Result.UNPROVABLE, RootCause.message(e));
    } catch (KafkaException e) {
      if (isCorrupt(e)) {
        return new Finding("log", Result.BROKEN, RootCause.message(e));
      }
      throw e;
    }
  }

  /** Kafka's consumer has no class for a record whose checksum is wrong. */
  private static boolean isCorrupt(KafkaException e) {
    for (Throwable cause = e; cause != null; cause = cause.getCause()) {
      if (String.valueOf(cause.getMessage()).contains("is corrupt")) {
        return true;
      }
    }
    return false;
  }

  /** The seeded model that its line has begun with; null where that is not published. */
  private @Nullable ModelManifest seed(ModelManifest manifest) {
    return manifests.headMap(manifest.getVersion(), true).descendingMap().values().stream()
        .filter(it -> it.getParent() == null)
        .filter(it -> it.getRecords() == 0 || !it.getChain().isEmpty())
        .findFirst()
        .filter(it -> it.getRecords() == 0)
        .orElse(null);
  }

  private Finding learnedAgain(
      ModelManifest manifest, TrainerLoop.Definition<?> definition, LongConsumer relearned) {
    ModelManifest seed = seed(manifest);
    var comparison = new Comparison(manifest, seed == null ? -1 : seed.getVersion(), relearned);
    boolean found = Retraining.run(settings, definition, manifest.getInputs(), comparison::goesOn);
    if (comparison.difference != null) {
      return comparison.difference;
    }
    if (found) {
      return new Finding(
          "log",
          Result.PROVED,
          "learned again from %d records, to the same bytes%s"
              .formatted(manifest.getRecords(), comparison.leftOut()));
    }
    return comparison
        .forgottenSince(manifest)
        .orElseGet(() ->
            new Finding(
                "log",
                Result.BROKEN,
                "the log ends before the %d records that the manifest says"
                    .formatted(manifest.getRecords())));
  }

  /** Compares what is learned again with the manifests. */
  private final class Comparison {
    private final ModelManifest wanted;
    private final long seed;
    private final LongConsumer relearned;
    private @Nullable Finding difference;
    private Retraining.@Nullable Step last;

    Comparison(ModelManifest wanted, long seed, LongConsumer relearned) {
      this.wanted = wanted;
      this.seed = seed;
      this.relearned = relearned;
    }

    boolean goesOn(Retraining.Step step) {
      last = step;
      relearned.accept(step.snapshot().records());
      ModelManifest then = seed < 0 ? null : manifests.get(seed + step.steps());
      if (then != null && differs(then, step)) {
        return false;
      }
      return seed < 0 ? untilRecords(step) : seed + step.steps() < wanted.getVersion();
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

    /**
     * What a manifest says besides of a version with the right bytes; null if that is right too.
     */
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
      return said.equals(learned) ? null : differing(then, step, "metrics");
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
      if (ForgottenSubjects.leftOutBy(step.manifest()) < ForgottenSubjects.leftOutBy(then)) {
        return new Finding(
            "log",
            Result.UNPROVABLE,
            "version %d has left out forgotten subjects, and their list on the topic checkpoints is lost"
                .formatted(then.getVersion()));
      }
      Map<String, String> made = new TreeMap<>(then.getEnvironment());
      made.remove(ModelRecords.INPUT_TOPIC);
      made.remove(ForgottenSubjects.IN_MANIFEST);
      Map<String, String> here = new TreeMap<>(step.manifest().getEnvironment());
      here.keySet().retainAll(made.keySet());
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
  }
}
