package io.millrace.runtime.http;

import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What a route does, for the OpenAPI document. Schemas are JSON Schemas as text; {@code {}} for
 * anything.
 *
 * @param summary a sentence without its full stop; empty for none
 * @param query its parameters in the query
 * @param takes the schema of each media type that a body may have
 * @param answers by status, the schema of each media type that it answers
 */
public record Operation(
    String summary,
    List<Parameter> query,
    Map<String, String> takes,
    Map<Integer, Map<String, String>> answers) {

  private static final String JSON = "application/json";
  private static final int OK = 200;

  /**
   * A parameter in the query.
   *
   * @param type {@code string}, {@code integer}, {@code number} or {@code boolean}
   * @param description what it means
   */
  public record Parameter(String name, String type, String description) {}

  public Operation {
    query = List.copyOf(query);
    takes = Collections.unmodifiableMap(new LinkedHashMap<>(takes));
    answers = Collections.unmodifiableMap(new LinkedHashMap<>(answers));
  }

  /** An operation of which no more is said yet. */
  public static Operation of(String summary) {
    return new Operation(summary, List.of(), Map.of(), Map.of());
  }

  /** The same, with a parameter in the query. */
  public Operation query(String name, String type, String description) {
    List<Parameter> more = new ArrayList<>(query);
    more.add(new Parameter(name, type, description));
    return new Operation(summary, more, takes, answers);
  }

  /** The same, with a media type that a body may have. */
  public Operation takes(String mediaType, String schema) {
    return new Operation(summary, query, with(takes, mediaType, schema), answers);
  }

  /** The same, with a media type that it answers with status 200. */
  public Operation answers(String mediaType, String schema) {
    return answers(OK, mediaType, schema);
  }

  /** The same, with a media type that it answers with a status. */
  public Operation answers(int status, String mediaType, String schema) {
    Map<String, String> ofStatus = with(answers.getOrDefault(status, Map.of()), mediaType, schema);
    return new Operation(summary, query, takes, with(answers, status, ofStatus));
  }

  /** The same, with JSON that it answers with status 200. */
  public Operation answersJson(String schema) {
    return answersJson(OK, schema);
  }

  /** The same, with JSON that it answers with a status. */
  public Operation answersJson(int status, String schema) {
    return answers(status, JSON, schema);
  }

  private static <K, V> Map<K, V> with(Map<K, V> map, K key, V value) {
    Map<K, V> more = new LinkedHashMap<>(map);
    more.put(key, value);
    return more;
  }
}
