package io.millrace.learning.vision.model;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import io.millrace.learning.tensors.SafeTensors;
import io.millrace.learning.tensors.SafeTensorsException;
import io.millrace.learning.tensors.Tensor;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The classes of a file with weights, as one of its metadata names them:
 *
 * <ul>
 *   <li>{@code ["cat","dog"]}: a JSON array, in the order of fc2's rows.
 *   <li>{@code {"0":"cat","1":"dog"}}: from rows to classes, Hugging Face's {@code id2label}.
 *   <li>{@code {"cat":0,"dog":1}}: from classes to rows, torchvision's {@code class_to_idx}.
 *   <li>{@code cat,dog}: separated by commas, if they are as many as fc2 has rows.
 * </ul>
 *
 * @param by who names them
 * @param classes in the order of fc2's rows
 */
record NamedClasses(String by, List<String> classes) {

  /** The metadata that name classes. */
  static final List<String> KEYS = List.of("classes", "id2label", "class_to_idx");

  /** The tensor with a row for each class. */
  static final String ROWS = "fc2.weight";

  private static final JsonFactory JSON = new JsonFactory();

  NamedClasses {
    classes = List.copyOf(classes);
  }

  /**
   * What each of the metadata says.
   *
   * @throws SafeTensorsException if one of them cannot be understood for certain
   */
  static List<NamedClasses> of(SafeTensors file) {
    List<NamedClasses> all = new ArrayList<>();
    for (String key : KEYS) {
      String text = file.metadata().get(key);
      if (text != null) {
        String by = "the file's metadata `" + key + "`";
        all.add(new NamedClasses(by, read(by, text.strip(), rows(file))));
      }
    }
    return all;
  }

  /** How many rows the file has for classes; "no" if it has none. */
  static String rows(SafeTensors file) {
    return Optional.ofNullable(file.tensors().get(ROWS))
        .map(Tensor::shape)
        .filter(shape -> !shape.isEmpty())
        .map(shape -> shape.getFirst().toString())
        .orElse("no");
  }

  private static List<String> read(String by, String text, String rows) {
    if (!text.startsWith("[") && !text.startsWith("{")) {
      List<String> parts = Arrays.stream(text.split(",", -1)).map(String::strip).toList();
      if (Integer.toString(parts.size()).equals(rows)) {
        return parts;
      }
      throw new SafeTensorsException(
          "%s is '%s', which is neither a JSON array nor as many names as %s has rows, %s"
              .formatted(by, text, ROWS, rows));
    }
    try (JsonParser parser = JSON.createParser(text)) {
      return parser.nextToken() == JsonToken.START_ARRAY ? array(parser) : object(parser);
    } catch (IOException | IllegalArgumentException e) {
      throw new SafeTensorsException(
          "%s is no list of classes: %s; write a JSON array of strings in the order of the rows of %s"
              .formatted(by, text, ROWS));
    }
  }

  private static List<String> array(JsonParser parser) throws IOException {
    List<String> classes = new ArrayList<>();
    while (parser.nextToken() != JsonToken.END_ARRAY) {
      classes.add(scalar(parser));
    }
    requireEnd(parser);
    return classes;
  }

  private static List<String> object(JsonParser parser) throws IOException {
    Map<String, String> entries = new LinkedHashMap<>();
    while (parser.nextToken() != JsonToken.END_OBJECT) {
      String name = parser.currentName();
      parser.nextToken();
      if (entries.put(name, scalar(parser)) != null) {
        throw new IllegalArgumentException(name + " twice");
      }
    }
    requireEnd(parser);
    Map<String, String> turned = new LinkedHashMap<>();
    entries.forEach((name, value) -> turned.put(value, name));
    List<String> byRow = inOrder(entries);
    List<String> byClass = turned.size() == entries.size() ? inOrder(turned) : null;
    if (byRow != null && byClass != null && !byRow.equals(byClass)) {
      throw new IllegalArgumentException("rows may be names or values");
    }
    if (byRow == null && byClass == null) {
      throw new IllegalArgumentException("neither names nor values are the rows from 0 on");
    }
    return byRow == null ? Collections.unmodifiableList(byClass) : byRow;
  }

  /** The values by their names, which must be 0, 1 and so on; null if they are not. */
  private static @Nullable List<String> inOrder(Map<String, String> entries) {
    List<String> values = new ArrayList<>();
    for (int row = 0; row < entries.size(); row++) {
      String value = entries.get(Integer.toString(row));
      if (value == null) {
        return null;
      }
      values.add(value);
    }
    return new HashSet<>(values).size() == values.size() ? values : null;
  }

  /** A text, a number or a truth value, as it is written. */
  private static String scalar(JsonParser parser) throws IOException {
    JsonToken token = parser.currentToken();
    if (token == null || !token.isScalarValue() || token == JsonToken.VALUE_NULL) {
      throw new IllegalArgumentException("not a name: " + token);
    }
    return parser.getText();
  }

  private static void requireEnd(JsonParser parser) throws IOException {
    if (parser.nextToken() != null) {
      throw new IllegalArgumentException("more than one value");
    }
  }
}
