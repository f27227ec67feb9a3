package io.millrace.console.describe;

import com.fasterxml.jackson.databind.JsonNode;
import io.millrace.console.parts.ConsolePart;
import io.millrace.runtime.http.HttpResponse;
import io.millrace.runtime.http.HttpRoute;
import io.millrace.runtime.settings.Settings;
import java.nio.charset.StandardCharsets;
import java.util.List;

/** Serves {@code /openapi.json} and {@code /asyncapi.json}. Both are made once. */
public final class Descriptions implements ConsolePart {

  private final byte[] asyncApi;
  private volatile byte[] openApi = new byte[0];

  /** The documents of a process. */
  public Descriptions(Settings settings) {
    this.asyncApi = bytes(AsyncApi.of(settings));
  }

  @Override
  public List<HttpRoute> routes() {
    return List.of(
        HttpRoute.get("/openapi.json", _ -> HttpResponse.json(200, openApi)),
        HttpRoute.get("/asyncapi.json", _ -> HttpResponse.json(200, asyncApi)));
  }

  @Override
  public void allRoutes(List<HttpRoute> all) {
    openApi = bytes(OpenApi.of(all));
  }

  private static byte[] bytes(JsonNode json) {
    return json.toPrettyString().getBytes(StandardCharsets.UTF_8);
  }
}
