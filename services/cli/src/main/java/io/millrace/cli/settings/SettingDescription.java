package io.millrace.cli.settings;

import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.kafka.common.config.ConfigDef;
import org.apache.kafka.common.config.ConfigDef.ConfigKey;
import org.apache.kafka.common.config.ConfigDef.NonEmptyString;
import org.apache.kafka.common.config.ConfigDef.ValidString;

/** A setting's default and accepted values as text, for help and documentation. */
public final class SettingDescription {

  /** How {@link ConfigDef.Range} and {@link ValidString} show themselves. */
  private static final Pattern BRACKETED = Pattern.compile("\\[(.*)]");

  private static final Pattern RANGE = Pattern.compile("\\[(.+?),\\.\\.\\.(?:,(.+))?]");

  private SettingDescription() {}

  /** The default as it would be given; {@code ""} for an empty text. */
  public static String defaultValue(ConfigKey key) {
    String value = ConfigDef.convertToString(key.defaultValue, key.type);
    return value == null || value.isEmpty() ? "\"\"" : value;
  }

  /** The values that a setting accepts, such as {@code integer, 0 to 65535}. */
  public static String accepted(ConfigKey key) {
    return switch (key.validator) {
      case null -> typeName(key);
      case ValidString valid -> BRACKETED.matcher(valid.toString()).replaceFirst("$1");
      case NonEmptyString _ -> "text, not empty";
      default -> typeName(key) + ", " + range(key.validator.toString());
    };
  }

  private static String typeName(ConfigKey key) {
    return switch (key.type) {
      case BOOLEAN -> "true, false";
      case STRING -> "text";
      case SHORT, INT, LONG -> "integer";
      case DOUBLE -> "number";
      case LIST -> "list";
      case CLASS -> "class name";
      case PASSWORD -> "password";
    };
  }

  private static String range(String validator) {
    Matcher range = RANGE.matcher(validator);
    if (!range.matches()) {
      return validator;
    }
    return range.group(2) == null
        ? "at least " + range.group(1)
        : range.group(1) + " to " + range.group(2);
  }
}
