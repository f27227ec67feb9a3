package io.millrace.cli.send;

import io.millrace.cli.command.FileProblem;
import io.millrace.cli.send.rows.FieldNames;
import io.millrace.cli.send.rows.SeparatedReader;
import io.millrace.cli.send.rows.UnreadableFileException;
import io.millrace.schemas.Decoded;
import io.millrace.schemas.avro.Document;
import io.millrace.schemas.input.InputDecoder;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.Charset;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;

/** What {@code send} takes from files, without Kafka. */
final class Reading implements RecordSink {

  private final Path folder;
  final Map<String, InputRecord> accepted = new LinkedHashMap<>();
  final List<String> rejected = new ArrayList<>();

  private Reading(Path folder) {
    this.folder = folder;
  }

  static SendOptions options() {
    return new SendOptions(
        Optional.empty(),
        false,
        Optional.empty(),
        new SeparatedReader.Options(Optional.empty(), List.of(), true),
        FieldNames.DEFAULT,
        "");
  }

  static SendOptions charset(String name) {
    return new SendOptions(
        Optional.empty(),
        false,
        Optional.empty(),
        new SeparatedReader.Options(Optional.of(Charset.forName(name)), List.of(), true),
        FieldNames.DEFAULT,
        "");
  }

  static SendOptions fields(String text, String label) {
    return new SendOptions(
        Optional.empty(),
        false,
        Optional.empty(),
        new SeparatedReader.Options(Optional.empty(), List.of(), true),
        new FieldNames(Optional.of(text), Optional.ofNullable(label), Optional.empty()),
        "");
  }

  /** All files of a folder, as they would be sent. */
  static Reading of(InputKind kind, Path folder, SendOptions options) throws IOException {
    var reading = new Reading(folder);
    var found = new InputFolder(folder, options);
    found.refusals().forEach(no -> reading.reject(no.path().toString(), no.reason()));
    for (InputFile file : found.files()) {
      try (InputStream in = file.open(new AtomicLong())) {
        InputReader.of(kind, options).read(file, in, reading);
      } catch (UnreadableFileException e) {
        reading.reject(e.where(file.path()), e.getMessage());
      } catch (IOException e) {
        reading.reject(file.path().toString(), FileProblem.reason(e));
      }
    }
    return reading;
  }

  static Reading documents(Path folder) throws IOException {
    return of(InputKind.DOCUMENTS, folder, options());
  }

  /** The documents by id. */
  Map<String, Document> documents() {
    Map<String, Document> documents = new LinkedHashMap<>();
    accepted.forEach((id, sent) -> {
      var decoded = InputDecoder.DEFAULT.document(sent.contentType(), sent.value());
      documents.put(id, ((Decoded.Valid<Document>) decoded).value());
    });
    return documents;
  }

  @Override
  public boolean accept(InputRecord input) {
    if (accepted.put(input.key(), input) != null) {
      throw new AssertionError("two records with the id " + input.key());
    }
    return true;
  }

  @Override
  public void reject(String where, String reason) {
    rejected.add(where.replace(folder + "/", "") + ": " + reason);
  }
}
