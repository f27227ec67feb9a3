package io.millrace.tests.benchmarks.embedding;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import io.millrace.runtime.records.ControlRecords;
import io.millrace.runtime.records.StepMarker;
import io.millrace.topics.Topics;
import java.io.IOException;
import java.io.InputStream;
import java.io.Writer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.zip.GZIPInputStream;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.PartitionInfo;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/**
 * The articles of the Simple English Wikipedia as words: runs of the letters a to z, in lower case.
 * The file has one JSON object a line, with {@code text}; it is not part of the project.
 */
final class SimpleWiki {

  private static final Path FOLDER = Path.of("shared", "data");

  /**
   * What was sent.
   *
   * @param records documents, and the markers that close the last step
   */
  record Sent(int documents, int records, long words) {}

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

  /**
   * Sends lines as documents, then the markers that close the last step.
   *
   * @param limit documents at most
   */
  static Sent send(Path lines, int limit, String bootstrap, Topics topics) throws IOException {
    String topic = topics.documents().name();
    int documents = 0;
    long words = 0;
    try (var producer =
            new KafkaProducer<>(
                Map.<String, Object>of("bootstrap.servers", bootstrap),
                new ByteArraySerializer(),
                new ByteArraySerializer());
        var in = Files.newBufferedReader(lines)) {
      for (String line = in.readLine(); line != null && documents < limit; line = in.readLine()) {
        if (!line.isEmpty()) {
          byte[] id = Integer.toString(documents).getBytes(UTF_8);
          producer.send(new ProducerRecord<>(topic, id, line.getBytes(UTF_8)));
          documents++;
          words += 1 + line.chars().filter(c -> c == ' ').count();
        }
      }
      List<PartitionInfo> partitions = producer.partitionsFor(topic);
      var marker = new StepMarker(documents, 0, true);
      partitions.forEach(it -> producer.send(ControlRecords.of(topic, it.partition(), marker)));
      return new Sent(documents, documents + partitions.size(), words);
    }
  }

  /** The words of a text, split by spaces. */
  static String words(String text) {
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
