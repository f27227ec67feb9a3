package io.millrace.runtime.models;

import io.millrace.runtime.settings.VariantSettings;

/**
 * The name of a model: that of its kind, such as {@code vision}, and of its variant. {@code
 * vision-wide} is the variant {@code wide} of {@code vision}: a model of its own that learns from
 * the same examples with other settings.
 *
 * @param kind the service that trains it
 * @param variant its name; empty for the model that has the settings of its service
 */
public record ModelName(String kind, String variant) {

  private static final char SEPARATOR = '-';

  public ModelName {
    if (kind.isEmpty() || kind.indexOf(SEPARATOR) >= 0) {
      throw new IllegalArgumentException("a model's kind must not have a hyphen, was " + kind);
    }
    if (!variant.isEmpty() && !isVariant(variant)) {
      throw new IllegalArgumentException(
          "a variant's name is at most 32 lower-case letters and digits, a letter first; was "
              + variant);
    }
  }

  /** Whether a variant may have this name. */
  public static boolean isVariant(String name) {
    return VariantSettings.isName(name);
  }

  /**
   * Parses a name.
   *
   * @throws IllegalArgumentException if it is none
   */
  public static ModelName parse(String text) {
    int hyphen = text.indexOf(SEPARATOR);
    if (hyphen >= 0 && !isVariant(text.substring(hyphen + 1))) {
      throw new IllegalArgumentException("not a model's name: " + text);
    }
    return new ModelName(kindOf(text), variantOf(text));
  }

  /** Whether a text names a model of a kind: the kind's own, or a variant. */
  public static boolean isOfKind(String text, String kind) {
    return text.equals(kind)
        || text.startsWith(kind + SEPARATOR) && isVariant(text.substring(kind.length() + 1));
  }

  /** The kind of the model that a text names; the text itself if it names none. */
  public static String kindOf(String text) {
    int hyphen = text.indexOf(SEPARATOR);
    String kind = hyphen < 0 ? text : text.substring(0, hyphen);
    return isOfKind(text, kind) ? kind : text;
  }

  /** The variant that the model with this name is; empty if it is none. */
  public static String variantOf(String model) {
    int hyphen = model.indexOf(SEPARATOR);
    return hyphen < 0 ? "" : model.substring(hyphen + 1);
  }

  /** The name as text, as in keys of the models topic: {@code vision-wide}. */
  public String text() {
    return variant.isEmpty() ? kind : kind + SEPARATOR + variant;
  }
}
