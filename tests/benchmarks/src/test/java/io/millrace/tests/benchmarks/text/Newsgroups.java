package io.millrace.tests.benchmarks.text;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.zip.GZIPInputStream;

/**
 * The 18,846 messages of 20 Newsgroups, "bydate", headers and all, shuffled with a fixed seed. The
 * file has one JSON object a line, with {@code id}, {@code text}, {@code label} and {@code split};
 * it is not part of the project.
 */
public final class Newsgroups {

  /**
   * A message.
   *
   * @param split {@code test} for those that are not to be learned from
   */
  public record Message(String id, String text, String label, String split) {
    boolean isHeldOut() {
      return split.equals("test");
    }
  }

  private static final Path FILE =
      Path.of("shared", "data", "20newsgroups", "20news-bydate.jsonl.gz");
  private static final long SEED = 20;

  private Newsgroups() {}

  /** The file: that of {@code benchmark.data}, else beside one of the folders above. */
  public static Optional<Path> file() {
    String given = System.getProperty("benchmark.data");
    if (given != null) {
      return Optional.of(Path.of(given)).filter(Files::isReadable);
    }
    for (Path folder = Path.of("").toAbsolutePath(); folder != null; folder = folder.getParent()) {
      Path file = folder.resolve(FILE);
      if (Files.isReadable(file)) {
        return Optional.of(file);
      }
    }
    return Optional.empty();
  }

  /** All messages, in the same order every time. */
  public static List<Message> read(Path file) throws IOException {
    List<Message> messages = inOrder(file);
    Collections.shuffle(messages, new Random(SEED));
    return messages;
  }

  /** Messages of such a file in its order. */
  static List<Message> inOrder(Path file) throws IOException {
    List<Message> messages = new ArrayList<>();
    try (InputStream in = new GZIPInputStream(Files.newInputStream(file), 1 << 16);
        JsonParser json = new JsonFactory().createParser(in)) {
      while (json.nextToken() == JsonToken.START_OBJECT) {
        messages.add(message(json));
      }
    }
    return messages;
  }

  private static Message message(JsonParser json) throws IOException {
    Map<String, String> fields = new HashMap<>();
    while (json.nextToken() == JsonToken.FIELD_NAME) {
      String name = json.currentName();
      json.nextToken();
      fields.put(name, json.getText());
    }
    return new Message(
        fields.getOrDefault("id", ""),
        fields.getOrDefault("text", ""),
        fields.getOrDefault("label", ""),
        fields.getOrDefault("split", ""));
  }
}
