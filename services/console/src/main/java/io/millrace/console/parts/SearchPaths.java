package io.millrace.console.parts;

import io.millrace.runtime.http.HttpStatusException;
import java.util.regex.Pattern;

/**
 * The paths that search answers. Where it runs in this process its routes come before the
 * console's, so such a path reaches the console only where search does not run.
 */
public final class SearchPaths {

  private static final Pattern PATHS =
      Pattern.compile(
          "(/v1)?/(documents/(.+/(vector|terms|similar)|similar)"
              + "|words/(.+/nearest|nearest|analogy|similarity|stats|map))",
          Pattern.DOTALL);

  private SearchPaths() {}

  /**
   * Refuses a decoded path that search would answer.
   *
   * @throws HttpStatusException with status 503 if it is one
   */
  public static void refuse(String path) {
    if (PATHS.matcher(path).matches()) {
      throw HttpStatusException.unavailable(
          "search answers this, and does not run in this process: ask the process in which it runs,"
              + " or run both in one (--services search,console)");
    }
  }
}
