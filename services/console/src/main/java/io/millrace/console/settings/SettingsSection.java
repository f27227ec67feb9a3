package io.millrace.console.settings;

import org.apache.kafka.common.config.ConfigDef;

/**
 * Settings that belong together.
 *
 * @param service whose they are: {@code vision}, or {@code all services}
 */
public record SettingsSection(String service, ConfigDef definition) {}
