package io.millrace.runtime.administration;

import io.millrace.runtime.models.ModelName;
import io.millrace.runtime.models.ModelReader;
import io.millrace.runtime.models.ModelVersion;
import io.millrace.runtime.models.PublishedManifests;
import io.millrace.runtime.models.ServingChange;
import io.millrace.runtime.models.ServingPointer;
import io.millrace.runtime.models.ServingPolicy;
import io.millrace.runtime.models.VersionId;
import io.millrace.runtime.settings.Settings;
import io.millrace.schemas.avro.ServingDecision;
import io.millrace.schemas.avro.ServingReason;
import java.util.Collection;
import java.util.Optional;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Which version answers for a kind of model, and what a person may decide about it. Whatever cannot
 * be decided is a {@link RefusedException} that says what to do.
 *
 * @param served what scoring does with the models
 * @param name the model that the person has named: the kind's own, or a variant
 * @param pointer the pointer in force
 * @param by the person who decides
 * @param note what they say of it
 */
public record ServingDecisions(
    Settings settings,
    ServingRules served,
    ModelName name,
    Optional<ServingPointer> pointer,
    String by,
    String note) {

  /** Who decides, and what they say of it. */
  public record Person(String name, String note) {}

  /**
   * Makes a decision about a model, unless somebody else decides at the same time.
   *
   * @param name the model that the person has named
   * @param what chooses among the decisions
   * @return what was decided
   * @throws RefusedException if that cannot be decided
   */
  public static ServingDecision make(
      Settings settings,
      ServingRules served,
      ModelName name,
      Person person,
      Function<ServingDecisions, ServingDecision> what) {
    requireFollowed(settings, served, name.kind());
    try {
      ServingDecision decision =
          ServingChange.make(
                  settings,
                  name.kind(),
                  pointer ->
                      Optional.of(
                          what.apply(
                              new ServingDecisions(
                                  settings, served, name, pointer, person.name(), person.note()))))
              .orElseThrow();
      requireKept(settings, decision);
      return decision;
    } catch (ServingChange.OvertakenException e) {
      throw new RefusedException(String.valueOf(e.getMessage()), e);
    }
  }

  /**
   * Requires that scoring follows the pointer of a model.
   *
   * @throws RefusedException if it does not, by these settings
   */
  private static void requireFollowed(Settings settings, ServingRules served, String model) {
    ServingPolicy policy =
        served
            .policy(settings, model)
            .orElseThrow(() ->
                new RefusedException(
                    "scoring does not answer with %s: its versions cannot be chosen"
                        .formatted(model)));
    if (policy == ServingPolicy.NEWEST) {
      String setting = served.setting(model);
      throw new RefusedException(
          ("%s=newest: scoring takes the newest version of %s, whatever is decided; set it to"
                  + " manual or gated for scoring, and for this command (-D %s=manual)")
              .formatted(setting, model, setting));
    }
  }

  /**
   * The version that answers for a kind, by the settings at hand; empty if none does.
   *
   * @param newest the newest version of a model, by its name
   */
  public static Optional<VersionId> answers(
      Settings settings,
      ServingRules served,
      String kind,
      Optional<ServingPointer> pointer,
      Function<String, Optional<Long>> newest) {
    ServingPolicy policy = served.policy(settings, kind).orElse(null);
    if (policy == null || policy != ServingPolicy.NEWEST && pointer.isEmpty()) {
      return Optional.empty();
    }
    if (policy != ServingPolicy.NEWEST && pointer.orElseThrow().version().isPresent()) {
      return pointer.orElseThrow().version();
    }
    String followed = policy == ServingPolicy.NEWEST ? kind : pointer.orElseThrow().model();
    return newest.apply(followed).map(it -> new VersionId(followed, it));
  }

  /** A version answers from now on. */
  public ServingDecision promote(long number) {
    var version = new VersionId(name.text(), number);
    requireUsable(version);
    if (pinned().equals(Optional.of(version))) {
      return decision(version, pointer.orElseThrow().previous(), ServingReason.PROMOTED);
    }
    return decision(
        version, pointer.isEmpty() ? Optional.empty() : current(), ServingReason.PROMOTED);
  }

  /** The version that answered before answers again. */
  public ServingDecision rollBack() {
    requireKind("rollback");
    requirePointer();
    Optional<VersionId> current = current();
    VersionId before =
        before(current)
            .orElseThrow(() ->
                new RefusedException(
                    ("no version of %s answered before version %d: `millrace models promote %s"
                            + " VERSION` names one; %s")
                        .formatted(
                            current.map(VersionId::model).orElse(name.kind()),
                            current.map(VersionId::number).orElse(-1L),
                            name.kind(),
                            choices(name.kind()))));
    requireUsable(before);
    return decision(before, current, ServingReason.ROLLED_BACK);
  }

  /** The version that answers stays, whatever is published. */
  public ServingDecision hold() {
    requireKind("hold");
    requirePointer();
    VersionId current =
        current()
            .orElseThrow(
                () -> new RefusedException("no version of %s can answer".formatted(name.kind())));
    return decision(current, before(Optional.of(current)), ServingReason.HELD);
  }

  /** The newest version answers, always. */
  public ServingDecision follow() {
    return decision(
        name.text(),
        null,
        pointer.isEmpty() ? Optional.empty() : current(),
        ServingReason.FOLLOWED);
  }

  /**
   * Requires that the trainer has not deleted a version while it was decided upon.
   *
   * @throws RefusedException if it has
   */
  private static void requireKept(Settings settings, ServingDecision decision) {
    Long version = decision.getVersion();
    String model = ServingPointer.servingModel(decision);
    if (version != null && !ModelReader.withParts(settings, model).contains(version)) {
      throw new RefusedException(
          ("the parts of version %d of %s were deleted by its trainer at this moment; what answered"
                  + " before goes on: decide again, for a newer version")
              .formatted(version, model));
    }
  }

  private ServingDecision decision(
      VersionId version, Optional<VersionId> previous, ServingReason reason) {
    return decision(version.model(), version.number(), previous, reason);
  }

  private ServingDecision decision(
      String model, @Nullable Long version, Optional<VersionId> previous, ServingReason reason) {
    String kind = name.kind();
    return new ServingDecision(
        kind,
        version,
        previous.isEmpty() ? null : Long.valueOf(previous.get().number()),
        reason,
        by,
        note,
        ServingPointer.inDecision(kind, model),
        previous.isEmpty() ? "" : ServingPointer.inDecision(kind, previous.get().model()),
        null,
        null);
  }

  /** Of a model and its variants one version answers, so that nothing is chosen for one of them. */
  private void requireKind(String command) {
    if (!name.variant().isEmpty()) {
      throw new RefusedException(
          "%s takes the model %s, not one of its variants: `millrace models %s %s`"
              .formatted(command, name.kind(), command, name.kind()));
    }
  }

  private void requirePointer() {
    if (pointer.isEmpty()) {
      throw new RefusedException(
          ("no version of %s answers yet: `millrace models promote %s VERSION` names the first; %s")
              .formatted(name.kind(), name.kind(), choices(name.kind())));
    }
  }

  private Optional<VersionId> pinned() {
    return pointer.flatMap(ServingPointer::version);
  }

  private Optional<VersionId> current() {
    return pinned()
        .or(() -> newestUsableBelow(new VersionId(pointer.orElseThrow().model(), Long.MAX_VALUE)));
  }

  /** The version to roll back to: while the newest answers, the one below it. */
  private Optional<VersionId> before(Optional<VersionId> current) {
    Optional<VersionId> previous = pointer.orElseThrow().previous();
    return pinned().isPresent()
        ? previous
        : current.flatMap(this::newestUsableBelow).or(() -> previous);
  }

  private Optional<VersionId> newestUsableBelow(VersionId bound) {
    long below = bound.number();
    while (true) {
      long limit = below;
      Optional<ModelVersion> found = ModelReader.newest(settings, bound.model(), it -> it < limit);
      if (found.isEmpty()) {
        return Optional.empty();
      }
      below = found.get().manifest().getVersion();
      if (problem(found.get()).isEmpty()) {
        return Optional.of(found.get().id());
      }
    }
  }

  private void requireUsable(VersionId version) {
    String model = version.model();
    long number = version.number();
    Collection<Long> withParts = ModelReader.withParts(settings, model);
    if (!withParts.contains(number)) {
      var manifests = PublishedManifests.read(settings, Integer.MAX_VALUE);
      boolean known = manifests.of(model).anyMatch(it -> it.getVersion() == number);
      throw new RefusedException(
          known
              ? ("the parts of version %d of %s are deleted: the newest stay (%s.models.retain),"
                      + " and those that answer or did before; %s")
                  .formatted(number, model, ModelName.kindOf(model), choices(model))
              : "version %d of %s is not published; %s".formatted(number, model, choices(model)));
    }
    ModelVersion found =
        ModelReader.newest(settings, model, it -> it == number)
            .orElseThrow(() ->
                new RefusedException(
                    "version %d of %s lacks parts, or does not match its SHA-256; %s"
                        .formatted(number, model, choices(model))));
    problem(found)
        .ifPresent(problem -> {
          throw new RefusedException(
              "version %d of %s cannot answer: %s; %s"
                  .formatted(number, model, problem, choices(model)));
        });
  }

  private Optional<String> problem(ModelVersion version) {
    return served.problem(version);
  }

  private String choices(String model) {
    var versions = new TreeSet<>(ModelReader.withParts(settings, model));
    return versions.isEmpty()
        ? "none has parts"
        : "those with parts are "
            + versions.stream().map(String::valueOf).collect(Collectors.joining(", "));
  }
}
