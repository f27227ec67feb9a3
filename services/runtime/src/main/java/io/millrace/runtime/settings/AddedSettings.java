package io.millrace.runtime.settings;

import java.util.Set;

/**
 * The settings on which a model depends that builds before did not have. A checkpoint without one
 * continues with whatever value is set now: what the setting is about has begun with this build.
 * Whoever adds a setting to a {@link ModelFingerprint} adds it here.
 */
public final class AddedSettings {

  private static final Set<String> NAMES = Set.of("classifier.memory.capacity");

  private AddedSettings() {}

  /**
   * Whether checkpoints of earlier builds lack a setting.
   *
   * @param name with the service before it
   */
  public static boolean contains(String name) {
    return NAMES.contains(name);
  }
}
