package io.millrace.runtime.administration;

import io.millrace.runtime.lifecycle.RootCause;
import io.millrace.runtime.models.ManifestChain;
import io.millrace.runtime.models.ModelName;
import io.millrace.runtime.models.ModelReader;
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
 *
 * <p>Learning begins at the nearest kept checkpoint that is as it was written and after which the
 * log still has everything, and otherwise with the seeded model. From a checkpoint, what was
 * learned after it is proved; the checkpoint is proved when its own version is.
 */
public final class ModelVerification {

  /** The check of the parts against their digest. */
  public static final String PARTS = "parts";

  /**
   * The check of the kept checkpoints from which the version could be learned on; made where there
   * are any.
   */
  public static final String CHECKPOINT = "checkpoint";

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
   * @param check its name: parts, chain, checkpoint, or log
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
    return verify(version, false, relearned);
  }

  /**
   * Checks a version that has a manifest.
   *
   * @param fromBeginning whether to pass over kept checkpoints
   * @param relearned is told, with each step that is learned again, of how many records it was
   */
  public List<Finding> verify(long version, boolean fromBeginning, LongConsumer relearned) {
    ModelManifest manifest = manifests.get(version);
    if (manifest == null) {
      throw new IllegalArgumentException("version " + version + " has no manifest");
    }
    Chain chain = chain(manifest);
    List<Finding> findings = new ArrayList<>();
    findings.add(parts(manifest));
    findings.add(chain.finding());
    findings.addAll(
        log(manifest, fromBeginning ? Optional.empty() : Optional.of(chain), relearned));
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

  /**
   * What the chain says of a version.
   *
   * @param proved the manifests that are as they were written, from the version back
   */
  private record Chain(NavigableMap<Long, ModelManifest> proved, Finding finding) {}

  private Chain chain(ModelManifest manifest) {
    NavigableMap<Long, ModelManifest> proved = new TreeMap<>();
    Optional<ModelManifest> next = Optional.of(manifest);
    while (next.isPresent()) {
      ModelManifest current = next.get();
      Optional<ModelManifest> parent = parent(current);
      if (current.getChain().isEmpty()) {
        String reason = "version %d is of a build that wrote none".formatted(current.getVersion());
        return new Chain(proved, chained(proved, reason));
      }
      if (current.getParent() != null && parent.isEmpty()) {
        break;
      }
      if (!ManifestChain.of(parent, current).equals(current.getChain())) {
        return new Chain(
            proved,
            new Finding(
                "chain",
                Result.BROKEN,
                "the manifest of version %d%s was changed after it was written"
                    .formatted(
                        current.getVersion(), parent.isPresent() ? ", or of its parent," : "")));
      }
      proved.put(current.getVersion(), current);
      next = parent;
    }
    return new Chain(
        proved, chained(proved, "the manifest of its parent is deleted (manifests.retain)"));
  }

  private static Finding chained(NavigableMap<Long, ModelManifest> proved, String reasonForNone) {
    return proved.isEmpty()
        ? new Finding("chain", Result.UNPROVABLE, reasonForNone)
        : new Finding(
            "chain",
            Result.PROVED,
            "%d manifests are as they were written, %d to %d"
                .formatted(proved.size(), proved.firstKey(), proved.lastKey()));
  }

  private Optional<ModelManifest> parent(ModelManifest manifest) {
    return Optional.ofNullable(manifest.getParent()).map(manifests::get);
  }

  /**
   * What learning again says, after what was found of the kept checkpoints, if there are any.
   *
   * @param chain empty to pass over kept checkpoints
   */
  private List<Finding> log(ModelManifest manifest, Optional<Chain> chain, LongConsumer relearned) {
    if (manifest.getParts() == 0) {
      return List.of(unprovable("its vectors are published word by word, the newest alone"));
    }
    TrainerLoop.Definition<?> definition;
    try {
      definition =
          trainers.apply(
              ManifestSettings.of(settings, manifest, ModelName.parse(model).kind(), trainers));
    } catch (SettingsException e) {
      return List.of(unprovable("with its settings: " + RootCause.message(e)));
    }
    Optional<String> difference =
        FingerprintHistory.OF_THIS_BUILD.difference(
            definition.service(), manifest.getSettings(), ManifestSettings.fingerprint(definition));
    if (difference.isPresent()) {
      return List.of(unprovable(difference.get()));
    }
    Optional<KeptStarts> kept = chain.map(it -> new KeptStarts(settings, definition, it.proved()));
    Finding log = learnedAgain(manifest, definition, kept, relearned);
    List<Finding> findings = new ArrayList<>();
    kept.flatMap(KeptStarts::finding).ifPresent(findings::add);
    findings.add(log);
    return findings;
  }

  private static Finding unprovable(String text) {
    return new Finding("log", Result.UNPROVABLE, text);
  }

  private Finding learnedAgain(
      ModelManifest manifest,
      TrainerLoop.Definition<?> definition,
      Optional<KeptStarts> kept,
      LongConsumer relearned) {
    try {
      return kept.flatMap(it -> it.learnedOn(manifest, relearned))
          .orElseGet(() -> fromBeginning(manifest, definition, relearned));
    } catch (IncompatibleStateException e) {
      return unprovable(RootCause.message(e));
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

  private Finding fromBeginning(
      ModelManifest manifest, TrainerLoop.Definition<?> definition, LongConsumer relearned) {
    if (manifest.getEnvironment().containsKey("origin")) {
      return unprovable("it began with weights that were imported, not from the log");
    }
    ModelManifest seed = seed(manifest);
    var numbering =
        seed == null
            ? RetrainingComparison.Numbering.UNKNOWN
            : new RetrainingComparison.Numbering(seed.getVersion(), seed.getVersion());
    var comparison = new RetrainingComparison(settings, manifests, manifest, numbering, relearned);
    boolean found = Retraining.run(settings, definition, manifest.getInputs(), comparison::goesOn);
    return comparison.finding(
        found,
        "from %d records, to the same bytes%s"
            .formatted(manifest.getRecords(), comparison.leftOut()));
  }
}
