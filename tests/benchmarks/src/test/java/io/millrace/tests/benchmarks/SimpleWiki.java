package io.millrace.tests.benchmarks;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;
import java.io.InputStream;
import java.io.Writer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.zip.GZIPInputStream;

/**
 * The articles of the Simple English Wikipedia as words: runs of the letters a to z, in lower case.
 * The file has one JSON object a line, with {@code text}; it is not part of the project.
 */
final class SimpleWiki {

  private static final Path FOLDER = Path.of("shared", "data");

  private SimpleWiki() {}

  /** The file: that of {@code benchmark.simplewiki}, else beside one of the folders above. */
  static Optional<Path> file() {
    return find(
        "benchmark.simplewiki", FOLDER.resolve("simplewiki").resolve("simplewiki.jsonl.gz"));
  }

  /** The folder of word pairs and questions: {@code benchmark.wordsim}, else found likewise. */
  static Optional<Path> judgements() {
    return find("benchmark.wordsim", FOLDER.resolve("wordsim"));
  }

  private static Optional<Path> find(String property, Path below) {
    String given = System.getProperty(property);
    if (given != null) {
      return Optional.of(Path.of(given)).filter(Files::isReadable);
    }
    for (Path folder = Path.of("").toAbsolutePath(); folder != null; folder = folder.getParent()) {
      if (Files.isReadable(folder.resolve(below))) {
        return Optional.of(folder.resolve(below));
      }
    }
    return Optional.empty();
  }

  /** Writes the words, one article a line, in the order of the file. */
  static void writeWords(Path file, Path target) throws IOException {
    try (InputStream in = new GZIPInputStream(Files.newInputStream(file), 1 << 16);
        JsonParser json = new JsonFactory().createParser(in);
        Writer out = Files.newBufferedWriter(target, UTF_8)) {
      while (json.nextToken() == JsonToken.START_OBJECT) {
        while (json.nextToken() == JsonToken.FIELD_NAME) {
          boolean isText = json.currentName().equals("text");
          json.nextToken();
          if (isText) {
            out.write(words(json.getText()));
            out.write('\n');
          }
        }
      }
    }
  }

  private static String words(String text) {
    var words = new StringBuilder(text.length());
    boolean inWord = false;
    for (int i = 0; i < text.length(); i++) {
      char c = Character.toLowerCase(text.charAt(i));
      boolean letter = c >= 'a' && c <= 'z';
      if (letter) {
        if (!inWord && !words.isEmpty()) {
          words.append(' ');
        }
        words.append(c);
      }
      inWord = letter;
    }
    return words.toString();
  }
}
