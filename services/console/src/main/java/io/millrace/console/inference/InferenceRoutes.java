package io.millrace.console.inference;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.millrace.runtime.http.HttpResponse;
import io.millrace.runtime.http.HttpRoute;
import io.millrace.runtime.http.HttpStatusException;
import io.millrace.runtime.models.ModelName;
import io.millrace.runtime.records.TraceContext;
import io.millrace.runtime.records.Traces;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import java.util.function.BooleanSupplier;
import java.util.function.Function;
import java.util.stream.Stream;

/** The routes of the Open Inference Protocol; see {@code docs/http-api.md}. */
final class InferenceRoutes {

  private static final int NOT_FOUND = 404;
  private static final JsonNodeFactory JSON = JsonNodeFactory.instance;
  private static final String MODEL = "/v2/models/{model}";
  private static final String VERSION = MODEL + "/versions/{version}";

  private final ServedModels models;
  private final BooleanSupplier isReady;
  private final InferenceMetrics metrics;
  private final InferenceLimits limits;

  /**
   * The routes.
   *
   * @param isReady whether models are followed
   */
  InferenceRoutes(
      ServedModels models,
      BooleanSupplier isReady,
      InferenceMetrics metrics,
      InferenceLimits limits) {
    this.models = models;
    this.isReady = isReady;
    this.metrics = metrics;
    this.limits = limits;
  }

  /** All of them. */
  List<HttpRoute> all() {
    return Stream.concat(
            Stream.of(
                HttpRoute.get("/v2", _ -> server())
                    .alsoWhileStarting()
                    .described(InferenceSchemas.SERVER),
                HttpRoute.get("/v2/health/live", _ -> health("live", true))
                    .alsoWhileStarting()
                    .open(_ -> true)
                    .described(InferenceSchemas.LIVE),
                HttpRoute.get("/v2/health/ready", _ -> health("ready", isReady.getAsBoolean()))
                    .alsoWhileStarting()
                    .open(_ -> true)
                    .described(InferenceSchemas.READY)),
            Stream.concat(
                of(MODEL, _ -> Optional.empty()),
                of(VERSION, request -> Optional.of(request.pathParam("version")))))
        .toList();
  }

  /** Those of a model, or of one version of it. */
  private Stream<HttpRoute> of(String path, Function<HttpRoute.Request, Optional<String>> version) {
    return Stream.of(
        HttpRoute.get(path, request -> metadata(request, version.apply(request)))
            .described(InferenceSchemas.METADATA),
        HttpRoute.get(path + "/ready", request -> ready(request, version.apply(request)))
            .described(InferenceSchemas.MODEL_READY),
        HttpRoute.post(
                path + "/infer",
                limits.maxBodyBytes(),
                request -> infer(request, version.apply(request)))
            .described(InferenceSchemas.INFER));
  }

  private static HttpResponse server() {
    ObjectNode server = JSON.objectNode().put("name", "millrace").put("version", "0.1.0");
    server.putArray("extensions").add("binary_tensor_data");
    return HttpResponse.json(server.toString());
  }

  private static HttpResponse health(String what, boolean is) {
    return HttpResponse.json(is ? 200 : 503, JSON.objectNode().put(what, is).toString());
  }

  private HttpResponse ready(HttpRoute.Request request, Optional<String> version) {
    String name = request.pathParam("model");
    try {
      models.check(name, version);
    } catch (HttpStatusException e) {
      if (e.status() == NOT_FOUND) {
        throw e;
      }
      ObjectNode not = JSON.objectNode().put("name", name).put("ready", false);
      return HttpResponse.json(e.status(), not.put("error", e.getMessage()).toString());
    }
    return HttpResponse.json(JSON.objectNode().put("name", name).put("ready", true).toString());
  }

  private HttpResponse metadata(HttpRoute.Request request, Optional<String> version) {
    String name = request.pathParam("model");
    InferenceModel.Description described = models.description(name, version);
    ObjectNode metadata = JSON.objectNode().put("name", name);
    ArrayNode versions = metadata.putArray("versions");
    models.versions(name).forEach(it -> versions.add(Long.toString(it)));
    metadata.put("platform", "millrace_safetensors");
    tensors(metadata.putArray("inputs"), described.inputs());
    tensors(metadata.putArray("outputs"), described.outputs());
    return HttpResponse.json(metadata.toString());
  }

  private static void tensors(ArrayNode array, List<InferenceModel.TensorDescription> tensors) {
    for (InferenceModel.TensorDescription tensor : tensors) {
      ObjectNode object =
          array.addObject().put("name", tensor.name()).put("datatype", tensor.datatype());
      ArrayNode shape = object.putArray("shape");
      tensor.shape().forEach(shape::add);
    }
  }

  private HttpResponse infer(HttpRoute.Request request, Optional<String> version) {
    long started = System.nanoTime();
    var timer = metrics.model(ModelName.kindOf(known(request.pathParam("model"))));
    CompletionStage<InferenceModel> model = models.find(request.pathParam("model"), version);
    InferRequest asked =
        InferRequestReader.read(
            request.body(), request.header("Inference-Header-Content-Length"), limits);
    CompletionStage<InferAnswer> answer =
        model.thenCompose(it -> {
          it.description().ifPresent(described -> described.check(asked));
          return it.infer(asked);
        });
    // Now: when the answer comes, the request may be over already.
    Optional<TraceContext> trace = request.trace().context();
    answer.whenComplete((_, _) -> Traces.during(trace, () -> timer.requested(started)));
    return HttpResponse.later(
        answer, it -> InferResponseWriter.write(asked, it, limits.maxAnswerBytes()));
  }

  /** Only what is known may be a metric's tag. */
  private String known(String model) {
    return models.kinds().contains(ModelName.kindOf(model)) ? model : "unknown";
  }
}
