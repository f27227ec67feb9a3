package io.millrace.cli.settings;

import io.millrace.runtime.lifecycle.ServiceType;
import io.millrace.runtime.settings.CommonConfig;
import io.millrace.runtime.settings.ModelFingerprint;
import io.millrace.runtime.settings.Settings;
import java.util.ArrayList;
import java.util.List;
import org.apache.kafka.common.config.ConfigDef;
import org.apache.kafka.common.config.ConfigDef.ConfigKey;
import picocli.CommandLine;
import picocli.CommandLine.Help;

/** Adds all settings, with default, accepted values and documentation, to {@code up --help}. */
public final class SettingsHelp {

  private static final String SECTION = "settings";

  private SettingsHelp() {}

  /** Adds the settings below a command's options. */
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
            "%nSettings, given by --set NAME=VALUE, in the file of --config, or as a variable: %s"
                + " is %s. Where another value makes another model, the trainer of an existing"
                + " model refuses it until `millrace models reset MODEL`.%n",
            "vision.batch.size", Settings.variable("vision.batch.size")));
    section(text, "all services", CommonConfig.definition());
    section(text, "the process", ProcessConfig.definition());
    for (ServiceType type : ServiceRegistry.ALL) {
      section(text, type.name() + ": " + type.description(), type.definition());
    }
    return text.toString();
  }

  private static void section(StringBuilder text, String title, ConfigDef definition) {
    text.append(String.format("%n  %s%n", title));
    for (ConfigKey key : definition.configKeys().values()) {
      text.append(
          String.format(
              "    %s = %s   (%s%s)%n",
              key.name,
              SettingDescription.defaultValue(key),
              SettingDescription.accepted(key),
              ModelFingerprint.contains(key) ? "; another value makes another model" : ""));
      text.append(String.format("        %s%n", key.documentation));
    }
  }
}
