package io.millrace.schemas.input;

import com.fasterxml.jackson.core.JsonPointer;
import java.util.List;
import java.util.Optional;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;

/**
 * Where the values that Millrace needs lie in JSON records. All readers of a topic must be given
 * the same.
 *
 * @param documentText the text of a document
 * @param documentLabel its label; empty for none
 * @param documentId its id; empty for the record's key
 * @param imageData the image file, in base64
 * @param imageLabel the label of an image; empty for none
 * @param imageId the id of an image; empty for the record's key
 * @param labelSubject the subject of a label
 * @param label the label
 */
public record InputConfig(
    JsonField documentText,
    Optional<JsonField> documentLabel,
    Optional<JsonField> documentId,
    JsonField imageData,
    Optional<JsonField> imageLabel,
    Optional<JsonField> imageId,
    JsonField labelSubject,
    JsonField label) {

  private static final String NO_LABELS = "Empty: labels inside records are not read.";
  private static final String KEY_IS_ID = "Empty: the record's key is the id.";

  /** The settings, in the order in which they are documented. */
  public static final List<Setting> SETTINGS =
      List.of(
          new Setting("documents.json.text", "/text", "the text of a document lies", ""),
          new Setting("documents.json.label", "/label", "its label lies", NO_LABELS),
          new Setting("documents.json.id", "", "its id lies", KEY_IS_ID),
          new Setting("images.json.image", "/image", "an image file lies, in base64,", ""),
          new Setting("images.json.label", "/label", "the label of an image lies", NO_LABELS),
          new Setting("images.json.id", "", "its id lies", KEY_IS_ID),
          new Setting("labels.json.subject", "/subject", "the subject of a label lies", ""),
          new Setting("labels.json.label", "/label", "the label itself lies", ""));

  /** The config without settings. */
  public static final InputConfig DEFAULT = of(name -> setting(name).standard());

  /**
   * A setting.
   *
   * @param name its name
   * @param standard its default, a JSON Pointer; empty for none
   * @param what what lies there, to be completed to a sentence
   * @param whenEmpty what an empty value means; empty if there must be one
   */
  public record Setting(String name, String standard, String what, String whenEmpty) {}

  /**
   * Reads the settings.
   *
   * @param values the value of each setting, by name
   * @throws IllegalArgumentException if one is no JSON Pointer; the message names it
   */
  public static InputConfig of(UnaryOperator<String> values) {
    return new InputConfig(
        required("documents.json.text", values),
        optional("documents.json.label", values),
        optional("documents.json.id", values),
        required("images.json.image", values),
        optional("images.json.label", values),
        optional("images.json.id", values),
        required("labels.json.subject", values),
        required("labels.json.label", values));
  }

  private static JsonField required(String name, UnaryOperator<String> values) {
    return JsonField.of(name, values.apply(name), setting(name).standard());
  }

  private static Optional<JsonField> optional(String name, UnaryOperator<String> values) {
    return values.apply(name).isEmpty() ? Optional.empty() : Optional.of(required(name, values));
  }

  private static Setting setting(String name) {
    return SETTINGS.stream().filter(it -> it.name().equals(name)).findFirst().orElseThrow();
  }

  /** The names of the fields by which a broken document is recognised as JSON. */
  List<String> documentNames() {
    return Stream.of(Optional.of(documentText), documentLabel, documentId)
        .flatMap(Optional::stream)
        .map(JsonField::pointer)
        .map(JsonPointer::getMatchingProperty)
        .distinct()
        .toList();
  }
}
