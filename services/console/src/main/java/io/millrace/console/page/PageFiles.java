package io.millrace.console.page;

import io.millrace.console.parts.ConsolePart;
import io.millrace.console.parts.SearchPaths;
import io.millrace.runtime.http.HttpResponse;
import io.millrace.runtime.http.HttpRoute;
import io.millrace.runtime.http.HttpStatusException;
import io.millrace.runtime.http.Operation;
import io.millrace.runtime.records.Sha256;
import java.io.IOException;
import java.io.InputStream;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.Pattern;

/**
 * Serves the files of the page: those of the class path folder {@code console} at {@code /}, and
 * those of WebJars (the class path folder {@code META-INF/resources/webjars}) at {@code /webjars/}.
 * They are for everyone to read, also where a token is set: no file says anything about the data.
 * Browsers ask for each again ({@code no-cache}) and get status 304 while its {@code ETag} is the
 * same; a page loads nothing from elsewhere ({@code Content-Security-Policy}).
 */
public final class PageFiles implements ConsolePart {

  private static final String OCTETS = "application/octet-stream";

  private static final Map<String, String> TYPES =
      Map.ofEntries(
          Map.entry("html", "text/html; charset=utf-8"),
          Map.entry("css", "text/css; charset=utf-8"),
          Map.entry("js", "text/javascript; charset=utf-8"),
          Map.entry("mjs", "text/javascript; charset=utf-8"),
          Map.entry("json", "application/json"),
          Map.entry("map", "application/json"),
          Map.entry("webmanifest", "application/manifest+json"),
          Map.entry("txt", "text/plain; charset=utf-8"),
          Map.entry("svg", "image/svg+xml"),
          Map.entry("png", "image/png"),
          Map.entry("jpg", "image/jpeg"),
          Map.entry("gif", "image/gif"),
          Map.entry("ico", "image/x-icon"),
          Map.entry("woff2", "font/woff2"),
          Map.entry("wasm", "application/wasm"));

  private static final String POLICY =
      "default-src 'self'; img-src 'self' data: blob:; object-src 'none'; base-uri 'none';"
          + " form-action 'self'; frame-ancestors 'none'";

  /** Segments of letters, digits and {@code . _ - @ +}, none of them beginning with a dot. */
  private static final Pattern PATH = Pattern.compile("(/[A-Za-z0-9_@+-][A-Za-z0-9._@+-]*)+");

  private static final int NOT_MODIFIED = 304;

  /** What was found is kept: the files of this program, not what clients name. */
  private final Map<String, File> files = new ConcurrentHashMap<>();

  private record File(String type, String tag, byte[] bytes) {}

  @Override
  public List<HttpRoute> routes() {
    return List.of(
        HttpRoute.get("/", request -> answer("/", request))
            .open("/"::equals)
            .described(Operation.of("The web page").answers("text/html", "{}")),
        HttpRoute.get("/<file>", request -> answer("/" + request.pathParam("file"), request))
            .open(path -> find(path).isPresent())
            .described(Operation.of("A file of the web page")));
  }

  private HttpResponse answer(String path, HttpRoute.Request request) {
    File file =
        find(path)
            .orElseThrow(() -> {
              SearchPaths.refuse(path);
              return HttpStatusException.notFound(
                  "there is nothing at " + path + "; docs/http-api.md has all paths");
            });
    boolean isKnown = request.header("If-None-Match").filter(file.tag()::equals).isPresent();
    HttpResponse.Complete answer =
        isKnown
            ? HttpResponse.empty(NOT_MODIFIED)
            : HttpResponse.of(200, file.type(), file.bytes());
    return answer
        .with("ETag", file.tag())
        .with("Cache-Control", "no-cache")
        .with("Content-Security-Policy", POLICY)
        .with("Referrer-Policy", "no-referrer")
        .with("X-Content-Type-Options", "nosniff");
  }

  private Optional<File> find(String path) {
    String named = path.equals("/") ? "/index.html" : path;
    if (!PATH.matcher(named).matches()) {
      return Optional.empty();
    }
    File known = files.get(named);
    if (known != null) {
      return Optional.of(known);
    }
    Optional<File> read = read(named);
    read.ifPresent(file -> files.put(named, file));
    return read;
  }

  private static Optional<File> read(String path) {
    String type = TYPES.getOrDefault(path.substring(path.lastIndexOf('.') + 1), OCTETS);
    if (type.equals(OCTETS) && !path.startsWith("/webjars/")) {
      return Optional.empty(); // A folder, or no file of a page.
    }
    String resource =
        path.startsWith("/webjars/") ? "/META-INF/resources" + path : "/console" + path;
    try (InputStream in = PageFiles.class.getResourceAsStream(resource)) {
      if (in == null) {
        return Optional.empty();
      }
      byte[] bytes = in.readAllBytes();
      return Optional.of(new File(type, '"' + Sha256.hex(bytes).substring(0, 32) + '"', bytes));
    } catch (IOException e) {
      return Optional.empty();
    }
  }
}
