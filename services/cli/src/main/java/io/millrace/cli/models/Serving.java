package io.millrace.cli.models;

import io.millrace.cli.command.CommandException;
import io.millrace.learning.tensors.SafeTensors;
import io.millrace.learning.tensors.SafeTensorsException;
import io.millrace.runtime.models.ModelReader;
import io.millrace.runtime.models.ModelVersion;
import io.millrace.runtime.models.PublishedManifests;
import io.millrace.runtime.models.ServingPointer;
import io.millrace.runtime.models.ServingPolicy;
import io.millrace.runtime.settings.Settings;
import io.millrace.schemas.avro.ServingDecision;
import io.millrace.schemas.avro.ServingReason;
import io.millrace.scoring.ScoringService;
import java.util.Collection;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Which version of a model answers, and what a person may decide about it. Whatever cannot be
 * decided is a {@link CommandException} that says what to do.
 *
 * @param model the model's name
 * @param pointer the pointer in force
 * @param by the person who decides
 * @param note what they say of it
 */
record Serving(
    Settings settings, String model, Optional<ServingPointer> pointer, String by, String note) {

  /**
   * Requires that scoring follows the pointer of a model.
   *
   * @throws CommandException if it does not, by these settings
   */
  static void requireFollowed(Settings settings, String model) {
    ServingPolicy policy =
        ScoringService.servingPolicy(settings, model)
            .orElseThrow(() ->
                new CommandException(
                    "scoring does not answer with %s: its versions cannot be chosen"
                        .formatted(model)));
    if (policy == ServingPolicy.NEWEST) {
      String setting = ScoringService.servingSetting(model);
      throw new CommandException(
          ("%s=newest: scoring takes the newest version of %s, whatever is decided; set it to"
                  + " manual or gated for scoring, and for this command (-D %s=manual)")
              .formatted(setting, model, setting));
    }
  }

  /** The version that answers, by the settings at hand; empty if none does. */
  static OptionalLong answers(
      Settings settings,
      String model,
      Optional<ServingPointer> pointer,
      PublishedManifests manifests) {
    ServingPolicy policy = ScoringService.servingPolicy(settings, model).orElse(null);
    if (policy == null || policy != ServingPolicy.NEWEST && pointer.isEmpty()) {
      return OptionalLong.empty();
    }
    boolean newest = policy == ServingPolicy.NEWEST || pointer.orElseThrow().version().isEmpty();
    return newest
        ? manifests.newest(model).stream().mapToLong(it -> it.getVersion()).findFirst()
        : pointer.orElseThrow().version();
  }

  /** A version answers from now on. */
  ServingDecision promote(long version) {
    requireUsable(version);
    if (pinned().equals(OptionalLong.of(version))) {
      return decision(version, pointer.orElseThrow().previous(), ServingReason.PROMOTED);
    }
    return decision(
        version, pointer.isEmpty() ? OptionalLong.empty() : current(), ServingReason.PROMOTED);
  }

  /** The version that answered before answers again. */
  ServingDecision rollBack() {
    requirePointer();
    OptionalLong current = current();
    OptionalLong before =
        pinned().isPresent() ? pointer.orElseThrow().previous() : newestUsableBelow(current);
    if (before.isEmpty()) {
      throw new CommandException(
          ("no version of %s answered before version %d: `millrace models promote %s VERSION` names"
                  + " one; %s")
              .formatted(model, current.orElse(-1), model, choices()));
    }
    requireUsable(before.getAsLong());
    return decision(before.getAsLong(), current, ServingReason.ROLLED_BACK);
  }

  /** The version that answers stays, whatever is published. */
  ServingDecision hold() {
    requirePointer();
    OptionalLong current = current();
    if (current.isEmpty()) {
      throw new CommandException("no version of %s can answer".formatted(model));
    }
    OptionalLong before =
        pinned().isPresent() ? pointer.orElseThrow().previous() : newestUsableBelow(current);
    return decision(current.getAsLong(), before, ServingReason.HELD);
  }

  /** The newest version answers, always. */
  ServingDecision follow() {
    return decision(
        null, pointer.isEmpty() ? OptionalLong.empty() : current(), ServingReason.FOLLOWED);
  }

  /**
   * Requires that the trainer has not deleted a version while it was decided upon.
   *
   * @throws CommandException if it has
   */
  static void requireKept(Settings settings, ServingDecision decision) {
    Long version = decision.getVersion();
    if (version != null
        && !ModelReader.withParts(settings, decision.getModel()).contains(version)) {
      throw new CommandException(
          ("the parts of version %d of %s were deleted by its trainer at this moment; what answered"
                  + " before goes on: decide again, for a newer version")
              .formatted(version, decision.getModel()));
    }
  }

  private ServingDecision decision(
      @Nullable Long version, OptionalLong previous, ServingReason reason) {
    Long before = previous.isEmpty() ? null : Long.valueOf(previous.getAsLong());
    return new ServingDecision(model, version, before, reason, by, note, "", "", null);
  }

  private void requirePointer() {
    if (pointer.isEmpty()) {
      throw new CommandException(
          ("no version of %s answers yet: `millrace models promote %s VERSION` names the first; %s")
              .formatted(model, model, choices()));
    }
  }

  private OptionalLong pinned() {
    return pointer.map(ServingPointer::version).orElse(OptionalLong.empty());
  }

  private OptionalLong current() {
    return pinned().isPresent() ? pinned() : newestUsableBelow(OptionalLong.of(Long.MAX_VALUE));
  }

  private OptionalLong newestUsableBelow(OptionalLong bound) {
    long below = bound.orElse(0);
    while (true) {
      long limit = below;
      Optional<ModelVersion> found = ModelReader.newest(settings, model, it -> it < limit);
      if (found.isEmpty()) {
        return OptionalLong.empty();
      }
      below = found.get().manifest().getVersion();
      if (problem(found.get()).isEmpty()) {
        return OptionalLong.of(below);
      }
    }
  }

  private void requireUsable(long version) {
    Collection<Long> withParts = ModelReader.withParts(settings, model);
    if (!withParts.contains(version)) {
      var manifests = PublishedManifests.read(settings, Integer.MAX_VALUE);
      boolean known = manifests.of(model).anyMatch(it -> it.getVersion() == version);
      throw new CommandException(
          known
              ? ("the parts of version %d of %s are deleted: the newest stay (%s.models.retain),"
                      + " and those that answer or did before; %s")
                  .formatted(version, model, model, choices())
              : "version %d of %s is not published; %s".formatted(version, model, choices()));
    }
    ModelVersion found =
        ModelReader.newest(settings, model, it -> it == version)
            .orElseThrow(() ->
                new CommandException(
                    "version %d of %s lacks parts, or does not match its SHA-256; %s"
                        .formatted(version, model, choices())));
    problem(found)
        .ifPresent(problem -> {
          throw new CommandException(
              "version %d of %s cannot answer: %s; %s"
                  .formatted(version, model, problem, choices()));
        });
  }

  private static Optional<String> problem(ModelVersion version) {
    try {
      return SafeTensors.read(version.bytes())
          .notFinite()
          .map(tensor -> "the tensor " + tensor + " holds NaN or infinity");
    } catch (SafeTensorsException e) {
      return Optional.of(String.valueOf(e.getMessage()));
    }
  }

  private String choices() {
    var versions = new TreeSet<>(ModelReader.withParts(settings, model));
    return versions.isEmpty()
        ? "none has parts"
        : "those with parts are "
            + versions.stream().map(String::valueOf).collect(Collectors.joining(", "));
  }
}
