package io.millrace.console.gateway;

import io.millrace.console.settings.SettingsSection;
import io.millrace.runtime.administration.ServingRules;
import io.millrace.runtime.models.ModelVersion;
import io.millrace.runtime.models.ServingPolicy;
import io.millrace.runtime.settings.CommonConfig;
import io.millrace.runtime.settings.Settings;
import java.util.List;
import java.util.Optional;

/** What a test starts the console with. */
public final class TestProcessContext {
  private TestProcessContext() {}

  /** People choose the version of vision that answers, and every version can. */
  public static ProcessContext manual() {
    return new ProcessContext(
        new ServingRules() {
          @Override
          public Optional<ServingPolicy> policy(Settings settings, String model) {
            return model.equals("vision") ? Optional.of(ServingPolicy.MANUAL) : Optional.empty();
          }

          @Override
          public String setting(String model) {
            return "scoring." + model + ".serving";
          }

          @Override
          public Optional<String> problem(ModelVersion version) {
            return Optional.empty();
          }
        },
        () -> List.of(new SettingsSection("all services", CommonConfig.definition())));
  }
}
