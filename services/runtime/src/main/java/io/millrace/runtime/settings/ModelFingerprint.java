package io.millrace.runtime.settings;

import java.util.Set;
import java.util.TreeSet;
import org.apache.kafka.common.config.ConfigDef;
import org.apache.kafka.common.config.ConfigDef.ConfigKey;

/**
 * The settings on which a model depends: another value makes another model of the same log. A
 * trainer writes their values into every checkpoint and refuses one that was written with other
 * values. The definitions carry the mark as Kafka's {@link ConfigKey#group}, so that help and
 * documentation can show it.
 */
public final class ModelFingerprint {

  private static final String GROUP = "model";

  private ModelFingerprint() {}

  /**
   * Adds definitions and marks them.
   *
   * @param all the definitions of a service, which become more
   * @param fingerprint those on which its model depends
   */
  public static void define(ConfigDef all, ConfigDef fingerprint) {
    for (ConfigKey key : fingerprint.configKeys().values()) {
      all.define(
          key.name,
          key.type,
          key.defaultValue,
          key.validator,
          key.importance,
          key.documentation,
          GROUP,
          key.orderInGroup,
          key.width,
          key.displayName);
    }
  }

  /** Whether another value of a setting makes another model. */
  public static boolean contains(ConfigKey key) {
    return GROUP.equals(key.group);
  }

  /** The names of the marked settings among some definitions. */
  public static Set<String> names(ConfigDef definitions) {
    var names = new TreeSet<String>();
    definitions.configKeys().values().stream()
        .filter(ModelFingerprint::contains)
        .forEach(key -> names.add(key.name));
    return names;
  }
}
