package io.millrace.runtime.settings;

import java.util.Arrays;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import org.apache.kafka.common.config.ConfigDef;
import org.jspecify.annotations.Nullable;

/** The settings that a process knows, those of variants included. Refuses all others. */
final class KnownSettings {

  /** Some of them have the prefix of a service that uses them: {@code vision.engine}. */
  private static final Set<String> SHARED = CommonConfig.definition().names();

  private final List<String> servicesWithVariants;

  /** By environment variable. */
  private final Map<String, String> names = new HashMap<>();

  /**
   * The settings of some definitions, and those of the variants that are named.
   *
   * @param value the value of a setting as it was given; null if it was not
   */
  KnownSettings(Collection<ConfigDef> definitions, Function<String, @Nullable String> value) {
    for (ConfigDef definition : definitions) {
      definition.names().forEach(this::add);
    }
    servicesWithVariants = VariantSettings.services(definitions);
    for (String service : servicesWithVariants) {
      addVariants(service, value.apply(VariantSettings.variants(service)));
    }
  }

  private void addVariants(String service, @Nullable String variants) {
    if (variants == null) {
      return;
    }
    List<String> replaceable =
        names.values().stream()
            .filter(setting -> VariantSettings.isOfVariants(service, setting))
            .filter(setting -> !SHARED.contains(setting))
            .toList();
    Arrays.stream(variants.strip().split("\\s*,\\s*"))
        .filter(VariantSettings::isName)
        .forEach(variant ->
            replaceable.forEach(
                setting -> add(service + "." + variant + setting.substring(service.length()))));
  }

  private void add(String name) {
    names.putIfAbsent(Settings.variable(name), name);
  }

  /**
   * The setting of an environment variable; empty if none belongs to it.
   *
   * @throws SettingsException if the variable is known by another name now
   */
  Optional<String> ofVariable(String variable) {
    String name = names.get(variable);
    if (name == null) {
      RenamedSettings.newVariable(variable)
          .ifPresent(now -> {
            throw new SettingsException(
                "the variable %s is now called %s: set that one".formatted(variable, now));
          });
    }
    return Optional.ofNullable(name);
  }

  /**
   * Requires that a setting is known.
   *
   * @param where it was given, for the message: {@code " in FILE"}
   * @throws SettingsException if it is unknown, or known by another name now
   */
  void require(String name, String where) {
    if (names.containsValue(name)) {
      return;
    }
    RenamedSettings.newName(name)
        .ifPresent(now -> {
          throw new SettingsException(
              "the setting %s%s is now called %s: set that one".formatted(name, where, now));
        });
    String unknown = "unknown setting: " + name + where;
    VariantSettings.Parsed.of(name, servicesWithVariants)
        .ifPresent(it -> {
          throw new SettingsException(
              renamed(it, name, where).orElseGet(() -> unknown + explained(it)));
        });
    throw new SettingsException(unknown + "; see `millrace up --help`");
  }

  private static Optional<String> renamed(
      VariantSettings.Parsed parsed, String name, String where) {
    return RenamedSettings.newName(parsed.setting())
        .filter(now -> now.startsWith(parsed.service() + "."))
        .map(now ->
            "the setting %s%s is now called %s.%s%s: set that one"
                .formatted(
                    name,
                    where,
                    parsed.service(),
                    parsed.variant(),
                    now.substring(parsed.service().length())));
  }

  private String explained(VariantSettings.Parsed parsed) {
    if (!names.containsValue(parsed.setting())) {
      return ("; %s has no setting %s that a variant could replace; see `millrace up --help`")
          .formatted(parsed.service(), parsed.setting());
    }
    return VariantSettings.isOfVariants(parsed.service(), parsed.setting())
            && !SHARED.contains(parsed.setting())
        ? "; %s has no variant named %s: name it in %s, or correct the name"
            .formatted(
                parsed.service(), parsed.variant(), VariantSettings.variants(parsed.service()))
        : "; %s cannot differ between variants".formatted(parsed.setting());
  }
}
