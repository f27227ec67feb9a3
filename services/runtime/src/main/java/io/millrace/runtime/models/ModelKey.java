package io.millrace.runtime.models;

import java.util.Locale;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The key of a record on the models topic: {@code vision/000000000042/0003} is a part, {@code
 * vision/000000000042/manifest} completes the version. Numbers are padded, so that keys sort in the
 * order of versions.
 *
 * @param model the model's name; without a slash
 * @param version from 0
 * @param part from 0; empty for the manifest
 */
public record ModelKey(String model, long version, OptionalInt part) {

  private static final Pattern TEXT = Pattern.compile("([^/]+)/(\\d{12})/(\\d{4}|manifest)");
  private static final String MANIFEST = "manifest";
  private static final int MAX_PARTS = 10_000;

  public ModelKey {
    if (model.isEmpty() || model.indexOf('/') >= 0) {
      throw new IllegalArgumentException(
          "a model's name must not be empty or contain a slash, was '" + model + "'");
    }
    if (version < 0 || version > 999_999_999_999L) {
      throw new IllegalArgumentException("version must have at most 12 digits, was " + version);
    }
    if (part.isPresent() && (part.getAsInt() < 0 || part.getAsInt() >= MAX_PARTS)) {
      throw new IllegalArgumentException("part must be in [0, 9999], was " + part.getAsInt());
    }
  }

  /** The key of a part. */
  public static ModelKey part(String model, long version, int part) {
    return new ModelKey(model, version, OptionalInt.of(part));
  }

  /** The key of a manifest. */
  public static ModelKey manifest(String model, long version) {
    return new ModelKey(model, version, OptionalInt.empty());
  }

  /**
   * Parses a key; empty if it is not a model-version key such as {@code
   * vision/000000000042/manifest}.
   */
  public static Optional<ModelKey> parse(String text) {
    Matcher matcher = TEXT.matcher(text);
    if (!matcher.matches()) {
      return Optional.empty();
    }
    String last = matcher.group(3);
    OptionalInt part =
        last.equals(MANIFEST) ? OptionalInt.empty() : OptionalInt.of(Integer.parseInt(last));
    return Optional.of(new ModelKey(matcher.group(1), Long.parseLong(matcher.group(2)), part));
  }

  /** Whether this is the manifest's key. */
  public boolean isManifest() {
    return part.isEmpty();
  }

  /** The key as text, as on the topic. */
  public String text() {
    String last = part.isEmpty() ? MANIFEST : format("%04d", part.getAsInt());
    return model + "/" + format("%012d", version) + "/" + last;
  }

  private static String format(String pattern, Object number) {
    return String.format(Locale.ROOT, pattern, number);
  }
}
