package io.millrace.cli.send;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.millrace.cli.dataset.Idx;
import io.millrace.cli.send.rows.FieldNames;
import io.millrace.cli.send.rows.Row;
import io.millrace.schemas.AvroCodec;
import io.millrace.schemas.Decoded;
import io.millrace.schemas.Subject;
import io.millrace.schemas.avro.Label;
import io.millrace.schemas.input.ContentType;
import io.millrace.schemas.input.InputDecoder;
import java.io.DataInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Reads labels: records with {@code subject} and {@code label}, tables such as {@code image/17,cat}
 * with or without names of columns, or an IDX file, whose labels belong to the images that {@link
 * ImageFileReader} reads from the file beside it.
 */
final class LabelFileReader extends InputReader {

  private static final AvroCodec<Label> LABELS = AvroCodec.of(Label.class);

  LabelFileReader(SendOptions options) {
    super(InputKind.LABELS, options);
  }

  @Override
  void readWhole(InputFormat format, InputFile file, InputStream in, RecordSink sink)
      throws IOException {
    var data = new DataInputStream(in);
    if (data.readInt() != Idx.LABELS) {
      sink.reject(file.path().toString(), "is not an IDX file of labels");
      return;
    }
    List<String> labels = Idx.labels(data);
    for (int i = 0; i < labels.size(); i++) {
      String subject = Subject.image(Idx.stem(file.name()) + "/" + i).toString();
      if (!emit(file.path() + ":" + i, Decoded.valid(new Label(subject, labels.get(i))), sink)) {
        return;
      }
    }
  }

  @Override
  boolean emit(InputFile file, Row row, RecordSink sink) {
    JsonNode subject = row.fields().path("subject");
    JsonNode label = FieldNames.get(row.fields(), options.fields().labelName());
    ObjectNode sent = JsonNodeFactory.instance.objectNode();
    sent.set("subject", subject.isTextual() ? sent.textNode(subject.asText().strip()) : subject);
    sent.set("label", label);
    byte[] json = sent.toString().getBytes(StandardCharsets.UTF_8);
    return emit(row.where(), InputDecoder.DEFAULT.label("application/json", null, json), sink);
  }

  private static boolean emit(String where, Decoded<Label> decoded, RecordSink sink) {
    switch (decoded) {
      case Decoded.Valid<Label>(Label label) -> {
        Subject subject = Subject.parse(label.getSubject()).orElseThrow();
        byte[] value = LABELS.encode(label);
        return sink.accept(
            new InputRecord(
                where,
                subject.id(),
                value,
                ContentType.AVRO.mediaType(),
                subject,
                Optional.of(LABELS),
                Optional.of(label.getLabel())));
      }
      case Decoded.Invalid<Label>(String reason) -> {
        sink.reject(where, reason);
        return true;
      }
    }
  }

  @Override
  Stream<String> mainColumns() {
    return Stream.of("subject", options.fields().labelName());
  }

  @Override
  boolean isHeaderless(List<String> cells) {
    return cells.size() == 2 && Subject.parse(cells.getFirst().strip()).isPresent();
  }

  @Override
  String columnOption() {
    return "a label needs its subject, image/ID or document/ID: name the columns subject and label,"
        + " or give the label's by --label-field";
  }
}
