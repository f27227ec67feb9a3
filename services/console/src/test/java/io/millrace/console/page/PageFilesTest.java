package io.millrace.console.page;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.runtime.http.HttpResponse;
import io.millrace.runtime.http.HttpRoute;
import io.millrace.runtime.http.HttpStatusException;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The files of the page, and nothing beside them. */
final class PageFilesTest {

  private final PageFiles files = new PageFiles();

  @Test
  void thePageIsServedSoThatABrowserAsksAgainAndLoadsNothingFromElsewhere() throws Exception {
    HttpResponse.Complete page = get("", Map.of());

    assertThat(page.status()).isEqualTo(200);
    assertThat(page.contentType()).isEqualTo("text/html; charset=utf-8");
    assertThat(new String(page.body(), UTF_8)).contains("<title>");
    assertThat(page.headers())
        .containsEntry("Cache-Control", "no-cache")
        .containsEntry("X-Content-Type-Options", "nosniff");
    assertThat(page.headers().get("Content-Security-Policy"))
        .contains("default-src 'self';", "img-src 'self' data: blob:;");
    String tag = page.headers().get("ETag");
    assertThat(get("index.html", Map.of("If-None-Match", tag)).status()).isEqualTo(304);
    assertThat(get("index.html", Map.of("If-None-Match", "\"other\"")).status()).isEqualTo(200);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "nothing.html",
        "../logback-test.xml",
        "..",
        "page/../index.html",
        "/index.html",
        "./index.html",
        "webjars/../../../logback-test.xml",
        "webjars",
        "webjars/",
        "index.html/",
        "index",
        "v1/words/map.html",
        ".hidden.html",
        "index.html\u0000"
      })
  void nothingElseIsServed(String path) {
    assertThatThrownBy(() -> get(path, Map.of()))
        .isInstanceOf(HttpStatusException.class)
        .extracting(it -> ((HttpStatusException) it).status())
        .isEqualTo(404);
    assertThat(files.routes()).noneMatch(route -> route.open().test("/" + path));
  }

  @ParameterizedTest
  @ValueSource(strings = {"v1/words/map", "words/red fox/nearest", "documents/mail/1/terms"})
  void whatSearchAnswersElsewhereIsSaidToBeElsewhere(String path) {
    assertThatThrownBy(() -> get(path, Map.of()))
        .hasMessageContaining("does not run in this process")
        .extracting(it -> ((HttpStatusException) it).status())
        .isEqualTo(503);
  }

  private HttpResponse.Complete get(String path, Map<String, String> headers) throws Exception {
    HttpRoute route = path.isEmpty() ? files.routes().getFirst() : files.routes().getLast();
    return (HttpResponse.Complete) route.responder().respond(new TestRequest(path, headers));
  }

  private record TestRequest(String path, Map<String, String> headers)
      implements HttpRoute.Request {
    @Override
    public String pathParam(String name) {
      return path;
    }

    @Override
    public Optional<String> queryParam(String name) {
      return Optional.empty();
    }

    @Override
    public Optional<String> header(String name) {
      return Optional.ofNullable(headers.get(name));
    }
  }
}
