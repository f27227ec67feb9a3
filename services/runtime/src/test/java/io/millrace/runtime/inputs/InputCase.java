package io.millrace.runtime.inputs;

import io.millrace.runtime.settings.Settings;
import io.millrace.schemas.Decoded;
import io.millrace.schemas.avro.Label;
import io.millrace.schemas.input.InputDecoder;
import io.millrace.schemas.input.InputDecoder.DocumentInput;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * A record as somebody sends it.
 *
 * @param form what it is
 * @param example how it is shown
 * @param contentType its content type, or null
 * @param key its key
 * @param value its value; null for none
 * @param settings the settings with which it is read
 * @param result what must happen, as {@link #documentResult} or {@link #labelResult} say it
 */
record InputCase(
    String form,
    String example,
    @Nullable String contentType,
    String key,
    byte @Nullable [] value,
    Map<String, String> settings,
    String result) {

  static final String DOCUMENT_KEY = "mail-1";

  /** A case whose value is text in UTF-8 without content type or settings. */
  static InputCase of(String form, String value) {
    return new InputCase(
        form, value, null, DOCUMENT_KEY, value.getBytes(StandardCharsets.UTF_8), Map.of(), "");
  }

  /** A case of bytes that are shown as said. */
  static InputCase of(String form, String example, byte @Nullable [] value) {
    return new InputCase(form, example, null, DOCUMENT_KEY, value, Map.of(), "");
  }

  InputCase as(String type) {
    return new InputCase(form, example, type, key, value, settings, result);
  }

  InputCase under(String newKey) {
    return new InputCase(form, example, contentType, newKey, value, settings, result);
  }

  InputCase with(String setting, String pointer) {
    var more = new TreeMap<>(settings);
    more.put(setting, pointer);
    return new InputCase(form, example, contentType, key, value, more, result);
  }

  InputCase gives(String expected) {
    return new InputCase(form, example, contentType, key, value, settings, expected);
  }

  /** Reads it as a document. */
  String documentResult() {
    Decoded<DocumentInput> decoded = decoder().document(contentType, keyBytes(), value);
    return switch (decoded) {
      case Decoded.Invalid<DocumentInput>(String reason) -> "refused: " + reason;
      case Decoded.Valid<DocumentInput>(DocumentInput it) -> {
        String id = it.subject().id();
        String named = id.equals(key) ? "" : ", id " + InputTable.code(id);
        yield it.document()
            .map(document ->
                InputTable.code(document.getText())
                    + Optional.ofNullable(document.getLabel())
                        .map(label -> ", label " + InputTable.code(label))
                        .orElse("")
                    + named)
            .orElse("deletes " + InputTable.code(id));
      }
    };
  }

  /** Reads it as a label. */
  String labelResult() {
    return switch (decoder().label(contentType, keyBytes(), value)) {
      case Decoded.Invalid<Label>(String reason) -> "refused: " + reason;
      case Decoded.Valid<Label>(Label it) ->
          "%s is %s".formatted(InputTable.code(it.getSubject()), InputTable.code(it.getLabel()));
    };
  }

  /** The row of the table. */
  InputTable.Row row() {
    List<String> shown = new ArrayList<>();
    if (!example.isEmpty()) {
      shown.add(InputTable.code(example));
    } else if (value != null && value.length > 0) {
      String hex = HexFormat.ofDelimiter(" ").formatHex(value, 0, Math.min(12, value.length));
      shown.add(InputTable.code(hex + (value.length > 12 ? " …" : "")));
    }
    if (!key.equals(DOCUMENT_KEY)) {
      shown.add("key " + InputTable.code(key.replace("\0", "\\0").replace("\7", "\\7")));
    }
    if (contentType != null) {
      shown.add("content-type " + InputTable.code(contentType));
    }
    settings.forEach((name, pointer) -> shown.add(InputTable.code(name + "=" + pointer)));
    return new InputTable.Row(form, String.join(", ", shown), result);
  }

  private InputDecoder decoder() {
    return Settings.of(settings).inputs();
  }

  private byte[] keyBytes() {
    return key.getBytes(StandardCharsets.UTF_8);
  }

  @Override
  public String toString() {
    return form;
  }
}
