/**
 * The settings of a process: where they come from ({@link
 * io.millrace.cli.settings.SettingsOptions}), which services define some ({@link
 * io.millrace.cli.settings.ServiceRegistry}), and how they are shown in {@code up --help} and in
 * {@code docs/settings.md} ({@link io.millrace.cli.settings.SettingDescription}). Start reading at
 * {@link io.millrace.cli.settings.SettingsOptions}.
 */
@NullMarked
package io.millrace.cli.settings;

import org.jspecify.annotations.NullMarked;
