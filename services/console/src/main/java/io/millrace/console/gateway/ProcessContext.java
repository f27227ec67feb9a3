package io.millrace.console.gateway;

import io.millrace.console.settings.SettingsSection;
import io.millrace.runtime.administration.ServingRules;
import java.util.List;
import java.util.function.Supplier;

/**
 * What the console cannot know by itself, given by who starts it.
 *
 * @param served what scoring does with models
 * @param settings all settings that the process knows
 */
public record ProcessContext(ServingRules served, Supplier<List<SettingsSection>> settings) {}
