package io.millrace.runtime.settings;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import org.apache.kafka.common.config.ConfigDef;
import org.apache.kafka.common.config.ConfigDef.Importance;
import org.apache.kafka.common.config.ConfigDef.LambdaValidator;
import org.apache.kafka.common.config.ConfigDef.Type;
import org.apache.kafka.common.config.ConfigException;

/**
 * The settings of variants. A service whose definition has {@code SERVICE.variants} trains several
 * models: with {@code vision.variants=wide}, the setting {@code vision.wide.hidden} replaces {@code
 * vision.hidden} for the variant {@code wide} alone. A variant has every setting of its service
 * except the two that are defined here.
 */
public final class VariantSettings {

  private static final Pattern NAME = Pattern.compile("[a-z][a-z0-9]{0,31}");
  private static final String VARIANTS = ".variants";
  private static final String MODELS = ".models";

  private VariantSettings() {}

  /** Whether a variant may have this name. */
  public static boolean isName(String name) {
    return NAME.matcher(name).matches();
  }

  /**
   * Adds {@code SERVICE.variants} and {@code SERVICE.models}.
   *
   * @param definition has all other settings of the service, whose names no variant may have
   */
  public static void define(ConfigDef definition, String service) {
    Set<String> taken = firstSegments(definition, service);
    taken.addAll(firstSegments(CommonConfig.definition(), service));
    taken.add(VARIANTS.substring(1));
    taken.add(MODELS.substring(1));
    definition
        .define(
            service + VARIANTS,
            Type.LIST,
            "",
            LambdaValidator.with(
                (name, value) -> checkNames(name, (List<?>) value, taken),
                () -> "names of lower-case letters and digits, a letter first"),
            Importance.MEDIUM,
            ("The names of variants, separated by commas. Each is a model of its own that learns"
                    + " from the same records, with the settings of this service except those that"
                    + " are given for it: with %s.variants=wide, the setting %s.wide.batch.size"
                    + " replaces %s.batch.size for the model %s-wide.")
                .formatted(service, service, service, service))
        .define(
            service + MODELS,
            Type.LIST,
            "",
            Importance.MEDIUM,
            ("The models of this service that this process trains, such as %s,%s-wide, so that"
                    + " several processes can share them; empty for all of them.")
                .formatted(service, service));
  }

  private static Set<String> firstSegments(ConfigDef definition, String service) {
    Set<String> segments = new TreeSet<>();
    String prefix = service + ".";
    for (String name : definition.names()) {
      if (name.startsWith(prefix)) {
        segments.add(name.substring(prefix.length()).split("\\.", 2)[0]);
      }
    }
    return segments;
  }

  private static void checkNames(String setting, List<?> names, Set<String> taken) {
    Set<Object> seen = new HashSet<>();
    for (Object name : names) {
      if (!isName((String) name)) {
        throw new ConfigException(
            setting,
            name,
            "a variant's name is at most 32 lower-case letters and digits, a letter first");
      }
      if (taken.contains(name)) {
        throw new ConfigException(
            setting, name, "settings of the service begin with that name; choose another");
      }
      if (!seen.add(name)) {
        throw new ConfigException(setting, name, "is named twice");
      }
    }
  }

  /**
   * The variants that the settings name, in their order.
   *
   * @param definition of the service
   * @throws SettingsException if a name is bad
   */
  public static List<String> names(Settings settings, ConfigDef definition, String service) {
    return list(settings, definition, service + VARIANTS);
  }

  /**
   * The models that the settings choose for this process; empty for all.
   *
   * @param definition of the service
   */
  public static List<String> chosen(Settings settings, ConfigDef definition, String service) {
    return list(settings, definition, service + MODELS);
  }

  /** Empty for a service without variants. */
  private static List<String> list(Settings settings, ConfigDef definition, String name) {
    return definition.names().contains(name) ? settings.read(definition).getList(name) : List.of();
  }

  /** The setting that names the variants of a service. */
  public static String variants(String service) {
    return service + VARIANTS;
  }

  /** The setting that says which models a process trains. */
  public static String models(String service) {
    return service + MODELS;
  }

  /** The services among some definitions that have variants. */
  static List<String> services(Iterable<ConfigDef> definitions) {
    List<String> services = new ArrayList<>();
    for (ConfigDef definition : definitions) {
      definition.names().stream()
          .filter(name -> name.endsWith(VARIANTS))
          .map(name -> name.substring(0, name.length() - VARIANTS.length()))
          .filter(service -> definition.names().contains(service + MODELS))
          .forEach(services::add);
    }
    return services;
  }

  /** Whether each variant has a setting of its service for itself. */
  static boolean isOfVariants(String service, String setting) {
    return setting.startsWith(service + ".")
        && !setting.equals(service + VARIANTS)
        && !setting.equals(service + MODELS);
  }

  /**
   * A name that has the form of a variant's setting.
   *
   * @param variant the part that would be the variant's name
   * @param setting the setting of the service that it would replace
   */
  record Parsed(String service, String variant, String setting) {

    /** Parses a name; empty if it has another form. */
    static Optional<Parsed> of(String name, List<String> services) {
      for (String service : services) {
        String[] segments =
            name.startsWith(service + ".")
                ? name.substring(service.length() + 1).split("\\.", 2)
                : new String[0];
        if (segments.length == 2 && isName(segments[0])) {
          return Optional.of(new Parsed(service, segments[0], service + "." + segments[1]));
        }
      }
      return Optional.empty();
    }
  }
}
