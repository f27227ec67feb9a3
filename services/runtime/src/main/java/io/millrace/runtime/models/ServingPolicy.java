package io.millrace.runtime.models;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/** Who decides which version of a model answers. */
public enum ServingPolicy {
  /** The newest version, whatever the pointer says. */
  NEWEST,
  /** The pointer, which rules and people move; the first version is taken where there is none. */
  GATED,
  /** The pointer, which people move; nothing answers before they do. */
  MANUAL;

  /** The value of the setting: {@code newest}. */
  public String text() {
    return name().toLowerCase(Locale.ROOT);
  }

  /** The policy of a setting's value. */
  public static ServingPolicy of(String text) {
    return valueOf(text.toUpperCase(Locale.ROOT));
  }

  /** The values that the setting accepts. */
  public static List<String> texts() {
    return Arrays.stream(values()).map(ServingPolicy::text).toList();
  }
}
