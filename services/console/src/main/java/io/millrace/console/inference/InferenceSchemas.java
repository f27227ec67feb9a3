package io.millrace.console.inference;

import io.millrace.runtime.http.Operation;

/** What the routes of the protocol take and answer, as JSON Schemas. */
final class InferenceSchemas {

  private static final String TENSORS =
      """
      {"type":"array","items":{"type":"object","required":["name","datatype","shape"],"properties":{
        "name":{"type":"string"},"datatype":{"type":"string"},
        "shape":{"type":"array","items":{"type":"integer"}}}}}\
      """;

  private static final String REQUEST =
      """
      {"type":"object","required":["inputs"],"properties":{
        "id":{"type":["string","null"]},
        "parameters":{"type":["object","null"]},
        "inputs":{"type":"array","items":{"type":"object","required":["name","shape","datatype"],
          "properties":{
            "name":{"type":"string","enum":["images","texts"]},
            "shape":{"type":"array","items":{"type":"integer","minimum":1}},
            "datatype":{"type":"string","enum":["FP32","FP64","BYTES"]},
            "parameters":{"type":["object","null"]},
            "data":{"type":["array","null"]}}}},
        "outputs":{"type":["array","null"],"items":{"type":"object","required":["name"],"properties":{
          "name":{"type":"string"},"parameters":{"type":["object","null"]}}}}}}\
      """;

  private static final String RESPONSE =
      """
      {"type":"object","required":["model_name","model_version","outputs"],"properties":{
        "model_name":{"type":"string"},"model_version":{"type":"string"},"id":{"type":"string"},
        "outputs":{"type":"array","items":{"type":"object",
          "required":["name","shape","datatype"],"properties":{
            "name":{"type":"string"},
            "shape":{"type":"array","items":{"type":"integer"}},
            "datatype":{"type":"string","enum":["FP32","FP64","BYTES"]},
            "parameters":{"type":"object"},
            "data":{"type":"array"}}}}}}\
      """;

  /** Anything: it is described by the tensors in its head. */
  private static final String BINARY = "{}";

  static final Operation SERVER =
      Operation.of("The server, and the extensions of the protocol that it has")
          .answersJson(
              """
              {"type":"object","required":["name","version","extensions"],"properties":{
                "name":{"type":"string"},"version":{"type":"string"},
                "extensions":{"type":"array","items":{"type":"string"}}}}\
              """);

  static final Operation LIVE = Operation.of("Whether the server lives").answersJson(is("live"));

  static final Operation READY =
      Operation.of("Whether the server follows its models").answersJson(is("ready"));

  private static final String MODEL_IS_READY =
      """
      {"type":"object","required":["name","ready"],"additionalProperties":false,"properties":{
        "name":{"type":"string"},"ready":{"type":"boolean"},"error":{"type":"string"}}}\
      """;

  static final Operation MODEL_READY =
      Operation.of("Whether a version of the model can answer")
          .answersJson(MODEL_IS_READY)
          .answersJson(409, MODEL_IS_READY)
          .answersJson(503, MODEL_IS_READY);

  static final Operation METADATA =
      Operation.of("What the model takes and gives")
          .answersJson(
              """
              {"type":"object","required":["name","versions","platform","inputs","outputs"],
                "properties":{"name":{"type":"string"},
                "versions":{"type":"array","items":{"type":"string"}},
                "platform":{"type":"string"},"inputs":%s,"outputs":%s}}\
              """
                  .formatted(TENSORS, TENSORS));

  static final Operation INFER =
      Operation.of("Predicts images or texts")
          .takes("application/json", REQUEST)
          .takes("application/octet-stream", BINARY)
          .answersJson(RESPONSE)
          .answers("application/octet-stream", BINARY);

  private InferenceSchemas() {}

  private static String is(String what) {
    return """
    {"type":"object","required":["%s"],"properties":{"%s":{"type":"boolean"}}}\
    """
        .formatted(what, what);
  }
}
