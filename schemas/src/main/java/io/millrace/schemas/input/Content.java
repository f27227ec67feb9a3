package io.millrace.schemas.input;

import com.fasterxml.jackson.databind.JsonNode;

/** What a record's value holds, before anything is known about documents, images and labels. */
sealed interface Content {

  /**
   * A JSON value, or an Avro record as JSON.
   *
   * @param root the whole value
   * @param isCloudEvent whether it is a CloudEvent, which has the record in its data
   */
  record JsonValue(JsonNode root, boolean isCloudEvent) implements Content {

    /** Where fields are looked for unless a setting says otherwise. */
    JsonNode data() {
      return isCloudEvent ? root.path("data") : root;
    }

    /**
     * The value of a field; a missing node if there is no such field. A pointer that was set starts
     * at the root or, in a CloudEvent, at its data: at both, it is ambiguous.
     */
    JsonNode find(JsonField field) {
      JsonNode inData = data().at(field.pointer());
      if (!isCloudEvent || !field.isSet()) {
        return inData;
      }
      JsonNode inEvent = root.at(field.pointer());
      if (inEvent.isMissingNode()) {
        return inData;
      }
      return inData.isMissingNode() ? inEvent : JsonInputParser.ambiguous();
    }
  }

  /**
   * Text.
   *
   * @param isDeclared whether the producer has said that it is
   */
  record Text(String text, boolean isDeclared) implements Content {}

  /** Avro in single-object encoding. */
  record SingleObject(byte[] bytes) implements Content {}

  /** The bytes of an image file. */
  record ImageFile(byte[] bytes, String mediaType) implements Content {}

  /** Nothing that is known without a content type; the reason why it is no text. */
  record Unknown(String reason) implements Content {}
}
