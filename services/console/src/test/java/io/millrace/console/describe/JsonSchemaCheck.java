package io.millrace.console.describe;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;

/**
 * Checks JSON by a schema, as far as the OpenAPI document uses JSON Schema: references, types,
 * properties, required and additional ones, items, enums, alternatives.
 */
public final class JsonSchemaCheck {

  private final JsonNode document;

  /** Checks by the schemas of a document. */
  public JsonSchemaCheck(JsonNode document) {
    this.document = document;
  }

  /**
   * What of a value does not fit the schema of an operation's answer with a status; empty if all
   * fits.
   */
  public List<String> ofAnswer(String method, String path, int status, JsonNode value) {
    JsonNode schema =
        document
            .path("paths")
            .path(path)
            .path(method)
            .path("responses")
            .path(Integer.toString(status))
            .path("content")
            .path("application/json")
            .path("schema");
    if (schema.isMissingNode()) {
      return List.of(method + " " + path + " has no answer " + status);
    }
    List<String> problems = new ArrayList<>();
    check(schema, value, "$", problems);
    return problems;
  }

  private void check(JsonNode schema, JsonNode value, String where, List<String> problems) {
    if (schema.has("$ref")) {
      JsonNode target = document.at(schema.get("$ref").asText().substring(1));
      if (target.isMissingNode()) {
        problems.add(where + ": no schema " + schema.get("$ref"));
      } else {
        check(target, value, where, problems);
      }
      return;
    }
    if (schema.has("anyOf")) {
      for (JsonNode one : schema.get("anyOf")) {
        List<String> inside = new ArrayList<>();
        check(one, value, where, inside);
        if (inside.isEmpty()) {
          return;
        }
      }
      problems.add(where + " fits no alternative: " + value);
      return;
    }
    if (schema.has("type") && !isOfType(schema.get("type"), value)) {
      problems.add(where + " must be " + schema.get("type") + ", was " + value);
    }
    if (schema.has("enum")) {
      boolean found = false;
      for (JsonNode one : schema.get("enum")) {
        found |= one.equals(value);
      }
      if (!found) {
        problems.add(where + " must be one of " + schema.get("enum") + ", was " + value);
      }
    }
    if (value.isObject()) {
      object(schema, value, where, problems);
    }
    if (value.isArray() && schema.has("items")) {
      for (int i = 0; i < value.size(); i++) {
        check(schema.get("items"), value.get(i), where + "[" + i + "]", problems);
      }
    }
  }

  private void object(JsonNode schema, JsonNode value, String where, List<String> problems) {
    for (JsonNode required : schema.path("required")) {
      if (!value.has(required.asText())) {
        problems.add(where + " has no " + required.asText());
      }
    }
    value
        .properties()
        .forEach(it -> {
          JsonNode own = schema.path("properties").path(it.getKey());
          JsonNode additional = schema.path("additionalProperties");
          String place = where + "." + it.getKey();
          if (!own.isMissingNode()) {
            check(own, it.getValue(), place, problems);
          } else if (additional.isObject()) {
            check(additional, it.getValue(), place, problems);
          } else if (additional.isBoolean() && !additional.asBoolean()) {
            problems.add(place + " is not described");
          }
        });
  }

  private static boolean isOfType(JsonNode type, JsonNode value) {
    if (type.isArray()) {
      for (JsonNode one : type) {
        if (isOfType(one, value)) {
          return true;
        }
      }
      return false;
    }
    return switch (type.asText()) {
      case "string" -> value.isTextual();
      case "integer" -> value.isIntegralNumber();
      case "number" -> value.isNumber();
      case "boolean" -> value.isBoolean();
      case "array" -> value.isArray();
      case "object" -> value.isObject();
      case "null" -> value.isNull();
      default -> false;
    };
  }
}
