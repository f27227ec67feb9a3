package io.millrace.deploy;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.Reader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.constructor.SafeConstructor;

/** The compose file runs every service, and every file that it mounts exists. */
final class ComposeTest {

  private static final Path FILE = RepositoryPaths.DEPLOY.resolve("compose/compose.yaml");

  private final Map<String, Map<String, Object>> services = services();

  @Test
  void everyServiceRunsItself() {
    assertThat(RepositoryPaths.SERVICES)
        .allSatisfy(service ->
            assertThat(list(service, "command"))
                .containsSequence(
                    "up",
                    "--bootstrap",
                    "kafka:19092",
                    "--services",
                    service.equals("console") ? "search,console" : service));
  }

  @Test
  void theConsoleGetsTheTokenOfWhoStartsIt() {
    assertThat(services.get("console").get("environment"))
        .isEqualTo(Map.of("MILLRACE_HTTP_TOKEN", "${MILLRACE_HTTP_TOKEN:-}"));
  }

  @Test
  void onlyVisionCarriesTheNetworkEngine() {
    assertThat(RepositoryPaths.SERVICES)
        .filteredOn(service -> image(service).startsWith("millrace-vision:"))
        .containsExactly("vision");
  }

  @Test
  void everyServiceIsReadOnlyAndWaitsForItsTopics() {
    assertThat(RepositoryPaths.SERVICES)
        .allSatisfy(service -> {
          assertThat(services.get(service)).containsEntry("read_only", true);
          assertThat(services.get(service).get("depends_on").toString()).contains("topics");
        });
  }

  @Test
  void everythingElseComesFromAnOfficialImageOfAFixedVersion() {
    assertThat(Stream.of("kafka", "prometheus", "grafana").map(this::image))
        .allSatisfy(image -> assertThat(image).matches("[a-z]+/[a-z]+:v?\\d+(\\.\\d+)+"));
  }

  @Test
  void everyFileThatIsMountedExists() {
    List<String> mounts =
        services.keySet().stream()
            .flatMap(service -> list(service, "volumes").stream())
            .filter(mount -> mount.startsWith("."))
            .toList();

    assertThat(mounts)
        .isNotEmpty()
        .allSatisfy(mount ->
            assertThat(FILE.resolveSibling(mount.substring(0, mount.indexOf(':')))).exists());
  }

  @Test
  void nativeLibrariesCanBeLoadedFromWhereTheyUnpack() {
    assertThat(RepositoryPaths.SERVICES)
        .allSatisfy(service ->
            assertThat(list(service, "tmpfs"))
                .anySatisfy(mount -> assertThat(mount).startsWith("/tmp:").contains("exec")));
  }

  private String image(String service) {
    return services.get(service).get("image").toString();
  }

  private List<String> list(String service, String key) {
    return services.get(service).getOrDefault(key, List.of()) instanceof List<?> values
        ? values.stream().map(Object::toString).toList()
        : List.of();
  }

  @SuppressWarnings("unchecked")
  private static Map<String, Map<String, Object>> services() {
    // Jackson does not support merge keys ("<<"), which the compose file uses.
    var yaml = new Yaml(new SafeConstructor(new LoaderOptions()));
    try (Reader reader = Files.newBufferedReader(FILE)) {
      Map<String, Object> root = yaml.load(reader);
      return (Map<String, Map<String, Object>>) root.get("services");
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }
}
