package io.millrace.cli.settings;

import io.millrace.runtime.lifecycle.ServiceType;
import io.millrace.runtime.settings.CommonConfig;
import io.millrace.runtime.settings.Settings;
import java.util.ArrayList;
import java.util.List;
import org.apache.kafka.common.config.ConfigDef;
import org.apache.kafka.common.config.ConfigDef.ConfigKey;
import picocli.CommandLine;
import picocli.CommandLine.Help;

/** Every setting with its default and its documentation, in {@code up --help}. */
public final class SettingsHelp {

  private static final String SECTION = "settings";

  private SettingsHelp() {}

  /** Puts the settings below a command's options. */
  public static void addTo(CommandLine command) {
    List<String> sections = new ArrayList<>(command.getHelpSectionKeys());
    sections.add(
        sections.indexOf(CommandLine.Model.UsageMessageSpec.SECTION_KEY_FOOTER_HEADING), SECTION);
    command.setHelpSectionKeys(sections);
    command.getHelpSectionMap().put(SECTION, SettingsHelp::render);
  }

  private static String render(Help help) {
    var text = new StringBuilder();
    text.append(
        help.createHeading(
            "%nSettings, by --set NAME=VALUE, in the file of --config, or as a variable: %s is %s."
                + " Those whose change makes another model need `millrace models reset`.%n",
            "vision.batch.size", Settings.variable("vision.batch.size")));
    section(text, "all services", CommonConfig.definition());
    section(text, "this program", ProcessConfig.definition());
    for (ServiceType type : ServiceRegistry.ALL) {
      section(text, type.name() + ": " + type.description(), type.definition());
    }
    return text.toString();
  }

  private static void section(StringBuilder text, String title, ConfigDef definition) {
    text.append(String.format("%n  %s%n", title));
    for (ConfigKey key : definition.configKeys().values()) {
      text.append(String.format("    %s = %s%n", key.name, SettingsHelp.defaultOf(key)));
      text.append(String.format("        %s%n", key.documentation));
    }
  }

  /** The default as it would be given; {@code ""} for an empty text. */
  public static String defaultOf(ConfigKey key) {
    String value = ConfigDef.convertToString(key.defaultValue, key.type);
    return value == null || value.isEmpty() ? "\"\"" : value;
  }
}
