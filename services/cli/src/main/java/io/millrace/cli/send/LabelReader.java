package io.millrace.cli.send;

import io.millrace.schemas.Avro;
import io.millrace.schemas.ContentType;
import io.millrace.schemas.Decoded;
import io.millrace.schemas.Inputs;
import io.millrace.schemas.Subject;
import io.millrace.schemas.avro.Label;
import java.io.DataInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/**
 * Labels apart from their subjects: lines of {@code image/17,cat}, lines of JSON with {@code
 * subject} and {@code label}, or an IDX file of labels, for the images that {@link ImageReader}
 * takes from the file beside it.
 */
final class LabelReader implements Reader {

  private static final Avro<Label> LABELS = Avro.of(Label.class);

  @Override
  public void read(InputFile file, InputStream in, Sink sink) throws IOException {
    in.mark(4);
    byte[] start = in.readNBytes(4);
    if (start.length == 4 && ByteBuffer.wrap(start).getInt() == Idx.LABELS) {
      readIdx(file, new DataInputStream(in), sink);
      return;
    }
    in.reset();
    boolean json = file.isNamed(".jsonl", ".ndjson");
    Lines.of(in)
        .each((number, line) -> {
          if (number == 1 && line.strip().equalsIgnoreCase("subject,label")) {
            return true;
          }
          String where = file.path() + ":" + number;
          Decoded<Label> label =
              json
                  ? Inputs.label("application/json", null, line.getBytes(StandardCharsets.UTF_8))
                  : separated(line);
          return take(where, label, sink);
        });
  }

  private static void readIdx(InputFile file, DataInputStream in, Sink sink) throws IOException {
    String[] labels = Idx.labels(in);
    for (int i = 0; i < labels.length; i++) {
      String subject = Subject.image(Idx.stem(file.name()) + "/" + i).toString();
      if (!take(file.path() + ":" + i, Decoded.valid(new Label(subject, labels[i])), sink)) {
        return;
      }
    }
  }

  private static boolean take(String where, Decoded<Label> decoded, Sink sink) {
    return switch (decoded) {
      case Decoded.Valid<Label>(Label label) ->
          sink.take(
              Subject.parse(label.getSubject()).orElseThrow().id(),
              LABELS.encode(label),
              ContentType.AVRO.mediaType());
      case Decoded.Invalid<Label>(String reason) -> {
        sink.refuse(where, reason);
        yield true;
      }
    };
  }

  private static Decoded<Label> separated(String line) {
    Optional<String[]> fields = Csv.two(line);
    if (fields.isEmpty()) {
      return Decoded.invalid("needs two fields, subject and label, with a comma between");
    }
    byte[] key = fields.get()[0].strip().getBytes(StandardCharsets.UTF_8);
    byte[] value = fields.get()[1].strip().getBytes(StandardCharsets.UTF_8);
    return Inputs.label("text/plain", key, value);
  }
}
