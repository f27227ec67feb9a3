package io.millrace.cli.send;

import io.millrace.cli.dataset.Idx;
import io.millrace.schemas.AvroCodec;
import io.millrace.schemas.ContentType;
import io.millrace.schemas.Decoded;
import io.millrace.schemas.InputDecoder;
import io.millrace.schemas.Subject;
import io.millrace.schemas.avro.Label;
import java.io.DataInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;

/**
 * Reads labels: lines such as {@code image/17,cat}, JSON lines with {@code subject} and {@code
 * label}, or an IDX file, whose labels belong to the images that {@link ImageFileReader} reads from
 * the file beside it.
 */
final class LabelFileReader implements InputReader {

  private static final AvroCodec<Label> LABELS = AvroCodec.of(Label.class);

  @Override
  public void read(InputFile file, InputStream in, RecordSink sink) throws IOException {
    in.mark(4);
    byte[] start = in.readNBytes(4);
    if (start.length == 4 && ByteBuffer.wrap(start).getInt() == Idx.LABELS) {
      readIdx(file, new DataInputStream(in), sink);
      return;
    }
    in.reset();
    boolean json = file.isNamed(".jsonl", ".ndjson");
    TextLines.of(in)
        .forEach((number, line) -> {
          if (number == 1 && line.strip().equalsIgnoreCase("subject,label")) {
            return true;
          }
          String where = file.path() + ":" + number;
          Decoded<Label> label =
              json
                  ? InputDecoder.label(
                      "application/json", null, line.getBytes(StandardCharsets.UTF_8))
                  : separated(line);
          return take(where, label, sink);
        });
  }

  private static void readIdx(InputFile file, DataInputStream in, RecordSink sink)
      throws IOException {
    List<String> labels = Idx.labels(in);
    for (int i = 0; i < labels.size(); i++) {
      String subject = Subject.image(Idx.stem(file.name()) + "/" + i).toString();
      if (!take(file.path() + ":" + i, Decoded.valid(new Label(subject, labels.get(i))), sink)) {
        return;
      }
    }
  }

  private static boolean take(String where, Decoded<Label> decoded, RecordSink sink) {
    return switch (decoded) {
      case Decoded.Valid<Label>(Label label) ->
          sink.accept(
              Subject.parse(label.getSubject()).orElseThrow().id(),
              LABELS.encode(label),
              ContentType.AVRO.mediaType());
      case Decoded.Invalid<Label>(String reason) -> {
        sink.reject(where, reason);
        yield true;
      }
    };
  }

  private static Decoded<Label> separated(String line) {
    Optional<String[]> fields = CsvLine.parsePair(line);
    if (fields.isEmpty()) {
      return Decoded.invalid("needs two fields, subject and label, separated by a comma");
    }
    byte[] key = fields.get()[0].strip().getBytes(StandardCharsets.UTF_8);
    byte[] value = fields.get()[1].strip().getBytes(StandardCharsets.UTF_8);
    return InputDecoder.label("text/plain", key, value);
  }
}
