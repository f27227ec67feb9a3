package io.millrace.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.cli.settings.ServiceRegistry;
import io.millrace.runtime.http.HttpRoute;
import io.millrace.runtime.settings.Settings;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Every route that a service serves is on the page about HTTP, and in words in /openapi.json. */
final class HttpReferenceTest {

  private static final Path PAGE = Path.of("../../docs/http-api.md");
  private static final Pattern PARAMETER = Pattern.compile("[<{]([A-Za-z]+)[>}]");

  @TempDir private Path folder;

  @Test
  void everyRouteIsOnThePage() throws IOException {
    String page = Files.readString(PAGE);

    assertThat(routes())
        .hasSizeGreaterThan(10)
        .allSatisfy(route ->
            assertThat(page)
                .containsPattern("[` ]" + Pattern.quote(documented(route)) + "(`|\\?|'| |\\|)"));
  }

  @Test
  void everyRouteIsDescribed() {
    assertThat(routes())
        .allSatisfy(route -> assertThat(route.operation().summary()).as(route.path()).isNotBlank());
  }

  /** {@code /documents/<id>/vector} is {@code /documents/ID/vector} on the page. */
  private static String documented(HttpRoute route) {
    return PARAMETER.matcher(route.path()).replaceAll(it -> it.group(1).toUpperCase(Locale.ROOT));
  }

  private List<HttpRoute> routes() {
    Settings settings = Settings.of(Map.of("state.directory", folder.toString()));
    return ServiceRegistry.byName(List.of("search", "console")).stream()
        .flatMap(type -> type.create().apply(settings).routes().stream())
        .toList();
  }
}
