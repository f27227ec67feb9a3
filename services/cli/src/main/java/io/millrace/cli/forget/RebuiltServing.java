package io.millrace.cli.forget;

import io.millrace.cli.command.CommandException;
import io.millrace.runtime.models.ServingChange;
import io.millrace.runtime.models.ServingPointer;
import io.millrace.runtime.models.VersionId;
import io.millrace.runtime.settings.Settings;
import io.millrace.schemas.avro.ServingDecision;
import io.millrace.schemas.avro.ServingReason;
import io.millrace.scoring.promotion.VersionCheck;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** Moves the pointer of a kind away from versions that must not answer any more. */
final class RebuiltServing {

  private static final String NOTE = "a subject was forgotten: its model was learned again";

  private RebuiltServing() {}

  /**
   * Decides, if the pointer names such a version: the newest other one of the same model answers,
   * held if the one before was, and there is nothing to roll back to.
   *
   * @param bad whether a version must not answer any more
   * @throws CommandException if no other version of the model can answer; nothing was changed
   */
  static Optional<ServingDecision> decide(
      Settings settings, String kind, Predicate<VersionId> bad) {
    try {
      return ServingChange.make(
          settings, kind, pointer -> pointer.flatMap(it -> decision(settings, kind, it, bad)));
    } catch (ServingChange.OvertakenException e) {
      throw new CommandException(String.valueOf(e.getMessage()), e);
    }
  }

  static Optional<ServingDecision> decision(
      Settings settings, String kind, ServingPointer pointer, Predicate<VersionId> bad) {
    Optional<VersionId> version = pointer.version();
    if (version.filter(bad).isPresent()) {
      String model = version.get().model();
      OptionalLong good =
          VersionCheck.newestUsable(settings, model, it -> !bad.test(new VersionId(model, it)));
      if (good.isEmpty()) {
        throw new CommandException(
            "version %d of %s answers and has learned from a forgotten subject, and no other version of %s can answer: `millrace models promote %s VERSION` names one of another model, then forget again"
                .formatted(version.get().number(), model, model, kind));
      }
      return Optional.of(decision(kind, model, good.getAsLong(), pinned(pointer)));
    }
    return pointer
        .previous()
        .filter(bad)
        .map(before ->
            decision(
                kind,
                pointer.model(),
                version.map(VersionId::number).orElse(null),
                version.isPresent() ? pinned(pointer) : ServingReason.FOLLOWED));
  }

  /** What a person or a drift has held stays held; a rule goes on to promote where it did. */
  private static ServingReason pinned(ServingPointer pointer) {
    return switch (pointer.decision().getReason()) {
      // What a later build has decided may be meant to stay.
      case HELD, DRIFT, OTHER -> ServingReason.HELD;
      default -> ServingReason.PROMOTED;
    };
  }

  private static ServingDecision decision(
      String kind, String model, @Nullable Long version, ServingReason reason) {
    return new ServingDecision(
        kind,
        version,
        null,
        reason,
        System.getProperty("user.name", ""),
        NOTE,
        ServingPointer.inDecision(kind, model),
        "",
        null,
        null);
  }
}
