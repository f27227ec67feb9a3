package io.millrace.runtime.administration;

import io.millrace.runtime.models.ModelVersion;
import io.millrace.runtime.models.ServingPolicy;
import io.millrace.runtime.settings.Settings;
import java.util.Optional;

/** What scoring does with models. Given by who knows scoring: services do not know each other. */
public interface ServingRules {

  /**
   * Who decides which version of a model answers; empty if scoring has no such model.
   *
   * @throws io.millrace.runtime.settings.SettingsException if a setting is bad
   */
  Optional<ServingPolicy> policy(Settings settings, String model);

  /** The name of the setting of {@link #policy}. */
  String setting(String model);

  /** Why a complete version cannot answer; empty if it can. */
  Optional<String> problem(ModelVersion version);
}
