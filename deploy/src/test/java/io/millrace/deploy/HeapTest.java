package io.millrace.deploy;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.cli.settings.ServiceRegistry;
import io.millrace.runtime.lifecycle.ServiceType;
import io.millrace.runtime.settings.HeapRequirement;
import io.millrace.runtime.settings.Settings;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Every manifest's memory holds its service's defaults at their bounds. */
final class HeapTest {

  static Stream<String> services() {
    return RepositoryPaths.SERVICES.stream();
  }

  @ParameterizedTest
  @MethodSource("services")
  void theHeapOfTheManifestHoldsTheDefaults(String service) throws Exception {
    long heap = Manifests.memoryBytes(service) / 2;
    ServiceType type =
        ServiceRegistry.ALL.stream()
            .filter(it -> it.name().equals(service))
            .findFirst()
            .orElseThrow();

    assertThat(HeapRequirement.problem(service, type.heap().apply(Settings.of(Map.of())), heap))
        .isEmpty();
  }
}
