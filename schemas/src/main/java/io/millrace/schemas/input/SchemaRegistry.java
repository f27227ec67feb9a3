package io.millrace.schemas.input;

import io.millrace.schemas.Decoded;

/**
 * Finds the schemas of records in Confluent's wire format. Implementations are safe for several
 * threads.
 */
@FunctionalInterface
public interface SchemaRegistry {

  /**
   * A registered schema.
   *
   * @param type {@code AVRO}, {@code JSON} or {@code PROTOBUF}
   * @param text the schema itself, references to others resolved
   */
  record Registered(String type, String text) {}

  /**
   * Finds a schema. Waits for a registry that does not answer, since a record cannot be called bad
   * because its registry is.
   *
   * @return invalid, with the reason, if the registry does not have the schema
   * @throws IllegalStateException if the registry still does not answer; the message names it
   */
  Decoded<Registered> find(int id);
}
