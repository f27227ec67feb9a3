package io.millrace.scoring.promotion;

import io.millrace.learning.tensors.SafeTensors;
import io.millrace.learning.tensors.SafeTensorsException;
import io.millrace.runtime.models.ModelReader;
import io.millrace.runtime.models.ModelVersion;
import io.millrace.runtime.settings.Settings;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.LongPredicate;

/**
 * Whether a version can answer: its parts are there, match its SHA-256, and hold finite numbers.
 */
public final class VersionCheck {

  private VersionCheck() {}

  /** Why a complete version cannot answer; empty if it can. */
  public static Optional<String> problem(ModelVersion version) {
    try {
      return SafeTensors.read(version.bytes())
          .notFinite()
          .map(tensor -> "the tensor " + tensor + " holds NaN or infinity");
    } catch (SafeTensorsException e) {
      return Optional.of(String.valueOf(e.getMessage()));
    }
  }

  /**
   * The newest of some versions that can answer.
   *
   * @param wanted whether a version is one of them, by its number
   */
  public static OptionalLong newestUsable(Settings settings, String model, LongPredicate wanted) {
    long below = Long.MAX_VALUE;
    while (true) {
      long bound = below;
      Optional<ModelVersion> found =
          ModelReader.newest(settings, model, it -> it < bound && wanted.test(it));
      if (found.isEmpty()) {
        return OptionalLong.empty();
      }
      below = found.get().manifest().getVersion();
      if (problem(found.get()).isEmpty()) {
        return OptionalLong.of(below);
      }
    }
  }
}
