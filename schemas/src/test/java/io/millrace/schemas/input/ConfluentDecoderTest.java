package io.millrace.schemas.input;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.schemas.AvroCodec;
import io.millrace.schemas.Decoded;
import io.millrace.schemas.avro.Document;
import io.millrace.schemas.avro.Image;
import io.millrace.schemas.avro.Label;
import io.millrace.schemas.input.SchemaRegistry.Registered;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Collections;
import java.util.Map;
import java.util.Optional;
import org.apache.avro.Schema;
import org.apache.avro.generic.GenericData;
import org.apache.avro.generic.GenericDatumWriter;
import org.apache.avro.generic.GenericRecord;
import org.apache.avro.io.BinaryEncoder;
import org.apache.avro.io.EncoderFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Records in Confluent's wire format. */
final class ConfluentDecoderTest {

  private static final byte[] PNG = {(byte) 0x89, 'P', 'N', 'G', '\r', '\n', 0x1a, '\n', 0};

  private static final Schema MAIL =
      new Schema.Parser()
          .parse(
              """
              {"type": "record", "name": "Mail", "fields": [
                {"name": "text", "type": ["null", "string"]},
                {"name": "label", "type": {"type": "enum", "name": "Kind", "symbols": ["ham", "spam"]}}]}
              """);

  private static final Schema PHOTO =
      new Schema.Parser()
          .parse(
              """
              {"type": "record", "name": "Photo", "fields": [
                {"name": "image", "type": "bytes"}, {"name": "label", "type": ["null", "int"]}]}
              """);

  private static final Schema NULLS =
      new Schema.Parser()
          .parse(
              """
              {"type": "record", "name": "Nulls", "fields": [
                {"name": "more", "type": {"type": "array", "items": {"type": "array", "items": "null"}}}]}
              """);

  @Test
  void keepsParsedSchemasUpToABound() throws IOException {
    String doc = "d".repeat(100_000);
    String schema =
        """
        {"type": "record", "name": "Mail", "doc": "%s", "fields": [{"name": "text", "type": "string"}]}
        """
            .formatted(doc);
    var decoder =
        new ConfluentDecoder(Optional.of(id -> Decoded.valid(new Registered("AVRO", schema))));
    for (int id = 1; id <= 210; id++) {
      byte[] value =
          ByteBuffer.allocate(7).put((byte) 0).putInt(id).put((byte) 2).put((byte) 'x').array();

      assertThat(decoder.decode(value)).isInstanceOf(Decoded.Valid.class);
      assertThat(decoder.known())
          .isLessThanOrEqualTo(ConfluentDecoder.MAX_KNOWN_CHARS / doc.length());
    }
  }

  private final Map<Integer, Registered> schemas =
      Map.of(
          1, new Registered("AVRO", MAIL.toString()),
          2, new Registered("AVRO", PHOTO.toString()),
          3, new Registered("JSON", "{}"),
          4, new Registered("PROTOBUF", "message Mail {}"),
          5, new Registered("AVRO", AvroCodec.of(Document.class).schema().toString()),
          6, new Registered("AVRO", "no schema"),
          7, new Registered("AVRO", NULLS.toString()));

  private final InputDecoder decoder =
      new InputDecoder(
          InputConfig.DEFAULT,
          Optional.of(id ->
              Optional.ofNullable(schemas.get(id))
                  .map(Decoded::valid)
                  .orElseGet(() -> Decoded.invalid("no schema " + id))));

  @Test
  void refusesAvroOfAFewBytesThatBecomesMillionsOfValues() throws IOException {
    var nulls = new GenericData.Record(NULLS);
    nulls.put(
        "more", Collections.nCopies(10, Collections.nCopies(JsonInputParser.MAX_VALUES / 9, null)));

    assertThat(decoder.document("", confluent(7, nulls)).toString())
        .contains("not a readable Avro record of the schema id 7")
        .contains("more than the limit of 100,000 values");
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "application/avro", "application/json", "application/octet-stream"})
  void readsAvroByTheSchemaOfItsWriter(String contentType) throws IOException {
    var mail = new GenericData.Record(MAIL);
    mail.put("text", "red fox");
    mail.put("label", new GenericData.EnumSymbol(MAIL.getField("label").schema(), "ham"));

    assertThat(decoder.document(contentType, confluent(1, mail)))
        .isEqualTo(Decoded.valid(new Document("red fox", "ham")));
  }

  @Test
  void readsTheBytesOfAnImageInAvro() throws IOException {
    var photo = new GenericData.Record(PHOTO);
    photo.put("image", ByteBuffer.wrap(PNG));
    photo.put("label", 7);

    assertThat(decoder.image(null, confluent(2, photo)))
        .isEqualTo(Decoded.valid(new Image(ByteBuffer.wrap(PNG), null, "7")));
  }

  @Test
  void readsJsonSchema() {
    byte[] value = wire(3, "{\"subject\": \"image/1\", \"label\": 7.0}".getBytes(UTF_8));

    assertThat(decoder.label(null, null, value))
        .isEqualTo(Decoded.valid(new Label("image/1", "7.0")));
  }

  @Test
  void readsTheSchemasOfMillrace() {
    byte[] single = AvroCodec.of(Document.class).encode(new Document("red fox", " fox"));

    assertThat(decoder.document(null, wire(5, Arrays.copyOfRange(single, 10, single.length))))
        .isEqualTo(Decoded.valid(new Document("red fox", "fox")));
  }

  @Test
  void saysWhatCannotBeRead() throws IOException {
    assertThat(decoder.document(null, wire(4, new byte[] {0, 1})))
        .isEqualTo(
            Decoded.invalid(
                "PROTOBUF in Confluent's wire format (schema id 4): send Avro or JSON"));
    assertThat(decoder.document(null, wire(9, new byte[] {0, 1})))
        .isEqualTo(Decoded.invalid("no schema 9"));
    assertThat(decoder.document(null, wire(1, new byte[] {2, 100})))
        .isInstanceOf(Decoded.Invalid.class);
    assertThat(decoder.document(null, wire(6, new byte[] {2, 100})))
        .isInstanceOf(Decoded.Invalid.class);
  }

  @Test
  void takesNothingElseThatBeginsWithZeroForIt() {
    byte[] avif = "\0\0\0\u001cftypavif".getBytes(UTF_8);
    byte[] utf16 = "red fox".getBytes(java.nio.charset.StandardCharsets.UTF_16BE);

    assertThat(decoder.image(null, avif))
        .isInstanceOfSatisfying(
            Decoded.Invalid.class, it -> assertThat(it.reason()).doesNotContain("Confluent"));
    assertThat(decoder.document(null, utf16))
        .isInstanceOfSatisfying(
            Decoded.Invalid.class, it -> assertThat(it.reason()).contains("UTF-16"));
  }

  private static byte[] confluent(int id, GenericRecord record) throws IOException {
    var out = new ByteArrayOutputStream();
    BinaryEncoder encoder = EncoderFactory.get().binaryEncoder(out, null);
    new GenericDatumWriter<>(record.getSchema()).write(record, encoder);
    encoder.flush();
    return wire(id, out.toByteArray());
  }

  private static byte[] wire(int id, byte[] payload) {
    return ByteBuffer.allocate(5 + payload.length).put((byte) 0).putInt(id).put(payload).array();
  }
}
