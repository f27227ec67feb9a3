package io.millrace.cli.demo.data;

import com.fasterxml.jackson.core.JacksonException;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import java.util.zip.GZIPInputStream;

/**
 * A mail, as {@code data/README.md} describes it.
 *
 * @param id group and number in the corpus
 * @param time of delivery, in ISO 8601, UTC
 * @param label {@code spam} or {@code ham}
 * @param text subject and body
 */
public record Mail(String id, String time, String label, String text) {

  private static final ObjectMapper JSON = new ObjectMapper();

  public Mail {
    Instant.parse(time);
    if (id.isEmpty() || !(label.equals("spam") || label.equals("ham"))) {
      throw new IllegalArgumentException(
          "a mail needs an id, and its label must be spam or ham, was " + label);
    }
  }

  /**
   * Reads mails from compressed JSON lines, in their order.
   *
   * @throws IOException if the file cannot be read or a line is not a mail
   */
  static List<Mail> read(Path file) throws IOException {
    List<Mail> mails = new ArrayList<>();
    try (var in = new GZIPInputStream(Files.newInputStream(file), 1 << 16);
        var lines = new BufferedReader(new InputStreamReader(in, StandardCharsets.UTF_8))) {
      for (String line = lines.readLine(); line != null; line = lines.readLine()) {
        mails.add(JSON.readValue(line, Mail.class));
      }
    } catch (JacksonException e) {
      throw new IOException(
          file + ", line " + (mails.size() + 1) + ": " + e.getOriginalMessage(), e);
    }
    return List.copyOf(mails);
  }

  /** Every n-th mail, starting with the first: fewer mails over the same time. */
  public static List<Mail> everyNth(int n, List<Mail> mails) {
    return IntStream.range(0, mails.size())
        .filter(index -> index % n == 0)
        .mapToObj(mails::get)
        .toList();
  }
}
