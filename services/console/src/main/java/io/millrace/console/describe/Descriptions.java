package io.millrace.console.describe;

import io.millrace.console.parts.ConsolePart;
import io.millrace.runtime.http.HttpResponse;
import io.millrace.runtime.http.HttpRoute;
import io.millrace.runtime.http.Operation;
import io.millrace.runtime.settings.Settings;
import java.nio.charset.StandardCharsets;
import java.util.List;

/** Serves {@code /asyncapi.json}, which is made once. */
public final class Descriptions implements ConsolePart {

  private final byte[] asyncApi;

  /** The documents of a process. */
  public Descriptions(Settings settings) {
    this.asyncApi = AsyncApi.of(settings).toPrettyString().getBytes(StandardCharsets.UTF_8);
  }

  @Override
  public List<HttpRoute> routes() {
    return List.of(
        HttpRoute.get("/asyncapi.json", _ -> HttpResponse.json(200, asyncApi))
            .described(Operation.of("The topics, as AsyncAPI 3.0").answersJson("{}")));
  }
}
