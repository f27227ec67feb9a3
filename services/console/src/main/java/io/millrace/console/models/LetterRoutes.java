package io.millrace.console.models;

import io.millrace.console.views.Query;
import io.millrace.runtime.deadletters.replay.ReadingProgress;
import io.millrace.runtime.deadletters.replay.ReplayRun;
import io.millrace.runtime.http.HttpResponse;
import io.millrace.runtime.http.HttpRoute;
import io.millrace.runtime.http.HttpStatusException;
import io.millrace.runtime.settings.Settings;
import java.util.List;

/** The replay of one dead letter. See {@code docs/http-api.md}. */
public final class LetterRoutes {

  private final Settings settings;
  private final Administration administration;

  /**
   * The route.
   *
   * @param settings of the clients that replay; their time-outs must be short
   */
  public LetterRoutes(Settings settings, Administration administration) {
    this.settings = settings;
    this.administration = administration;
  }

  /** All of them. */
  public List<HttpRoute> all() {
    return List.of(
        HttpRoute.post("/v1/dead-letters/{partition}/{offset}/replay", 16_384, this::replay));
  }

  private HttpResponse replay(HttpRoute.Request request) {
    long partition = number(request, "partition");
    long offset = number(request, "offset");
    boolean again = Query.flag(request, "again");
    boolean superseded = Query.flag(request, "superseded");
    var run = new ReplayRun(false, again, superseded, ReadingProgress.NONE);
    return administration.run(
        "the replay of %d-%d".formatted(partition, offset),
        "GET /v1/dead-letters",
        () -> {
          boolean[] found = {false};
          String answer =
              run.of(
                      settings,
                      _ ->
                          letter -> {
                            boolean is =
                                letter.record().partition() == partition
                                    && letter.record().offset() == offset;
                            found[0] |= is;
                            return is;
                          })
                  .json()
                  .toString();
          if (!found[0]) {
            throw HttpStatusException.notFound(
                "there is no open dead letter %d-%d".formatted(partition, offset));
          }
          return answer;
        });
  }

  private static long number(HttpRoute.Request request, String name) {
    String text = request.pathParam(name);
    if (!text.matches("\\d{1,18}")) {
      throw HttpStatusException.badRequest(
          "%s must be a number of at least 0, was %s".formatted(name, text));
    }
    return Long.parseLong(text);
  }
}
