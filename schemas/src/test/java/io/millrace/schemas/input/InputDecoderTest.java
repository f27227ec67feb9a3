package io.millrace.schemas.input;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.schemas.AvroCodec;
import io.millrace.schemas.Decoded;
import io.millrace.schemas.Subject;
import io.millrace.schemas.avro.Document;
import io.millrace.schemas.avro.Image;
import io.millrace.schemas.avro.Label;
import io.millrace.schemas.avro.Pixels;
import io.millrace.schemas.avro.Source;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.apache.avro.io.BinaryEncoder;
import org.apache.avro.io.EncoderFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class InputDecoderTest {

  private static final byte[] PNG = {(byte) 0x89, 'P', 'N', 'G', '\r', '\n', 0x1a, '\n', 0};
  private static final byte[] JPEG = {(byte) 0xff, (byte) 0xd8, (byte) 0xff, (byte) 0xe0};
  private static final byte[] NO_TEXT = {(byte) 0xc3, 0x28, 0};

  @Test
  void refusesJsonWithMoreValuesThanItsTreeMayHave() {
    String values = "{\"\":0},".repeat(JsonInputParser.MAX_VALUES);
    byte[] json = utf8("{\"text\": \"red fox\", \"more\": [" + values + "0]}");

    for (String type : new String[] {"", "application/json"}) {
      assertThat(InputDecoder.DEFAULT.document(type, json).toString())
          .contains("more than the limit of 100,000 values");
    }
    assertThat(InputDecoder.DEFAULT.document("", utf8("[" + values + "0]")).toString())
        .contains("more than the limit of 100,000 values");
  }

  @Test
  void refusesALabelOfTenTimesItsLimitBeforeItIsParsed() {
    String json = "{\"subject\": \"image/1\", \"label\": \"a\", \"more\": \"%s\"}";
    int room = InputDecoder.MAX_LABEL_BYTES - utf8(json.formatted("")).length;

    assertThat(InputDecoder.DEFAULT.label(null, null, utf8(json.formatted("x".repeat(room)))))
        .isEqualTo(Decoded.valid(new Label("image/1", "a")));
    assertThat(
            InputDecoder.DEFAULT.label(
                null, null, utf8(json.formatted("x".repeat(10 * InputDecoder.MAX_LABEL_BYTES)))))
        .isEqualTo(Decoded.invalid("the value has 2621488 bytes, more than the limit of 262144"));
  }

  @Test
  void namesTheControlCharacterInALongText() {
    String text = "red fox\t".repeat(400);

    assertThat(InputDecoder.DEFAULT.document(null, utf8(text)))
        .isEqualTo(Decoded.valid(new Document(text, null)));
    assertThat(InputDecoder.DEFAULT.document(null, utf8(text + "\1" + text)).toString())
        .contains("character 3201 is the control character U+0001");
  }

  @Test
  void readsAnObjectBehindWhiteSpace() {
    byte[] json = utf8("\u00a0\n {\"text\": \"red fox\"}\n");

    assertThat(InputDecoder.DEFAULT.document(null, json))
        .isEqualTo(Decoded.valid(new Document("red fox", null)));
  }

  @Test
  void takesPlainTextForADocument() {
    assertThat(InputDecoder.DEFAULT.document(null, utf8("red fox")))
        .isEqualTo(Decoded.valid(new Document("red fox", null)));
  }

  @Test
  void takesAJsonObjectForADocumentWithItsLabel() {
    byte[] json = utf8("{\"text\": \"red fox\", \"label\": \"fox\", \"more\": [1]}");

    assertThat(InputDecoder.DEFAULT.document(null, json))
        .isEqualTo(Decoded.valid(new Document("red fox", "fox")));
  }

  @Test
  void takesTextThatOnlyLooksLikeJsonAsText() {
    assertThat(InputDecoder.DEFAULT.document(null, utf8("{not json")))
        .isEqualTo(Decoded.valid(new Document("{not json", null)));
  }

  @ParameterizedTest
  @ValueSource(strings = {"a lost \ufffd character", "a\tb\r\nc\fd\u0085e\u007f"})
  void takesTextWithOddCharactersAsItIs(String text) {
    var document = Decoded.valid(new Document(text, null));

    assertThat(InputDecoder.DEFAULT.document(null, utf8(text))).isEqualTo(document);
    assertThat(InputDecoder.DEFAULT.document("text/plain", utf8(text))).isEqualTo(document);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"bell \u0007", "escape \u001b[0m", "backspace \b", "vertical \u000b", "\u001a"})
  void refusesTextWithControlCharactersAsBinary(String text) {
    for (String type : new String[] {null, "text/plain", "text/plain; charset=utf-16be"}) {
      byte[] value =
          type != null && type.endsWith("be")
              ? text.getBytes(StandardCharsets.UTF_16BE)
              : utf8(text);

      assertThat(InputDecoder.DEFAULT.document(type, value))
          .isInstanceOfSatisfying(
              Decoded.Invalid.class,
              invalid -> assertThat(invalid.reason()).startsWith("binary, not text: character"));
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "\ufeff %PDF-1.4",
        "\n{\\rtf1 a}",
        "PK\u0003\u0004",
        "BZh91AY&SY",
        "(dp0\nVtext\np1\n",
        "Vred fox\np0\n.",
        "Obj\u0001"
      })
  void refusesFilesInPlaceOfText(String start) {
    for (String type : new String[] {null, "text/plain"}) {
      assertThat(InputDecoder.DEFAULT.document(type, utf8(start)))
          .isInstanceOfSatisfying(
              Decoded.Invalid.class,
              invalid -> assertThat(invalid.reason()).contains(" file, not text: "));
    }
  }

  @Test
  void takesALostCharacterInJson() {
    assertThat(InputDecoder.DEFAULT.document(null, utf8("{\"text\": \"a lost \ufffd character\"}")))
        .isEqualTo(Decoded.valid(new Document("a lost \ufffd character", null)));
  }

  @Test
  void refusesTextWithTheCharacterNul() {
    assertThat(InputDecoder.DEFAULT.document("text/plain", utf8("red\0fox")))
        .isInstanceOf(Decoded.Invalid.class);
  }

  @Test
  void refusesALabelWithAControlCharacter() {
    assertThat(
            InputDecoder.DEFAULT.label(
                null, null, utf8("{\"subject\": \"image/1\", \"label\": \"a\\nb\"}")))
        .isEqualTo(Decoded.invalid("the label holds a control character"));
  }

  @Test
  void believesTheContentTypeBeforeTheBytes() {
    assertThat(
            InputDecoder.DEFAULT.document("text/plain; charset=utf-8", utf8("{\"text\": \"red\"}")))
        .isEqualTo(Decoded.valid(new Document("{\"text\": \"red\"}", null)));
    assertThat(InputDecoder.DEFAULT.document("application/json", utf8("17")))
        .isEqualTo(Decoded.invalid("not a JSON object"));
  }

  @Test
  void takesAvroForADocument() {
    var document = new Document("red fox", null);

    assertThat(InputDecoder.DEFAULT.document(null, AvroCodec.of(Document.class).encode(document)))
        .isEqualTo(Decoded.valid(document));
  }

  @ParameterizedTest
  @ValueSource(ints = {Integer.MAX_VALUE, Integer.MAX_VALUE / 2, 20_000_000, -1})
  void makesNoRoomForALengthThatIsOnlyClaimed(int length) throws IOException {
    byte[] document = AvroCodec.of(Document.class).encode(new Document("red fox", null));
    var claiming = new ByteArrayOutputStream();
    claiming.write(document, 0, 10);
    BinaryEncoder encoder = EncoderFactory.get().directBinaryEncoder(claiming, null);
    encoder.writeLong(length);

    assertThat(InputDecoder.DEFAULT.document(null, claiming.toByteArray()))
        .isInstanceOfSatisfying(
            Decoded.Invalid.class,
            invalid -> assertThat(invalid.reason()).startsWith("not a readable Avro Document"));
  }

  @Test
  void namesTheRecordThatLiesOnTheWrongTopic() {
    byte[] label = AvroCodec.of(Label.class).encode(new Label("image/1", "7"));

    assertThat(InputDecoder.DEFAULT.document(null, label))
        .isEqualTo(Decoded.invalid("is an Avro Label, not a Document"));
  }

  @Test
  void takesEncodedImagesAsTheyAre() {
    assertThat(InputDecoder.DEFAULT.image(null, PNG))
        .isEqualTo(Decoded.valid(new Image(ByteBuffer.wrap(PNG), null, null)));
    assertThat(InputDecoder.DEFAULT.image(null, JPEG))
        .isEqualTo(Decoded.valid(new Image(ByteBuffer.wrap(JPEG), null, null)));
  }

  @Test
  void wantsExactlyOneFormInAnAvroImage() {
    var pixels = new Pixels(1, 1, 1, ByteBuffer.wrap(new byte[1]));
    var both = new Image(ByteBuffer.wrap(PNG), pixels, null);
    var neither = new Image(null, null, null);

    assertThat(InputDecoder.DEFAULT.image(null, AvroCodec.of(Image.class).encode(both)))
        .isInstanceOf(Decoded.Invalid.class);
    assertThat(InputDecoder.DEFAULT.image(null, AvroCodec.of(Image.class).encode(neither)))
        .isInstanceOf(Decoded.Invalid.class);
  }

  @Test
  void takesALabelInEveryForm() {
    var expected = Decoded.valid(new Label("image/17", "7"));

    assertThat(
            InputDecoder.DEFAULT.label(
                null, null, AvroCodec.of(Label.class).encode(new Label("image/17", "7"))))
        .isEqualTo(expected);
    assertThat(
            InputDecoder.DEFAULT.label(null, null, utf8("{\"subject\":\"image/17\",\"label\":7}")))
        .isEqualTo(expected);
    assertThat(InputDecoder.DEFAULT.label(null, utf8("image/17"), utf8("7\n"))).isEqualTo(expected);
  }

  @Test
  void refusesALabelWithoutItsSubject() {
    assertThat(InputDecoder.DEFAULT.label(null, utf8("17"), utf8("7")))
        .isInstanceOf(Decoded.Invalid.class);
    assertThat(InputDecoder.DEFAULT.label(null, null, utf8("{\"subject\":\"17\",\"label\":\"7\"}")))
        .isEqualTo(Decoded.invalid("subject must be image/ID or document/ID, was '17'"));
  }

  @Test
  void refusesWhatIsEmptyOrNoText() {
    for (byte[] value : new byte[][] {{}, NO_TEXT}) {
      assertThat(InputDecoder.DEFAULT.document(null, value)).isInstanceOf(Decoded.Invalid.class);
      assertThat(InputDecoder.DEFAULT.image(null, value)).isInstanceOf(Decoded.Invalid.class);
      assertThat(InputDecoder.DEFAULT.label(null, null, value)).isInstanceOf(Decoded.Invalid.class);
    }
  }

  @Test
  void refusesLabelsThatAreBlankOrTooLongWhereverTheyStand() {
    String tooLong = "7".repeat(LabelNormalizer.MAX_LENGTH + 1);
    byte[] image = AvroCodec.of(Image.class).encode(new Image(ByteBuffer.wrap(PNG), null, tooLong));
    byte[] label = AvroCodec.of(Label.class).encode(new Label("image/1", tooLong));

    assertThat(InputDecoder.DEFAULT.image(null, image))
        .isEqualTo(Decoded.invalid("the label has 1001 characters, more than the limit of 1000"));
    assertThat(InputDecoder.DEFAULT.label(null, null, label)).isInstanceOf(Decoded.Invalid.class);
    assertThat(InputDecoder.DEFAULT.label(null, utf8("image/1"), utf8(" ")))
        .isEqualTo(Decoded.invalid("the label is blank"));
  }

  @Test
  void refusesLabelsOfSubjectsThatNoRecordCanHave() {
    String tooLong = "image/" + "7".repeat(Subject.MAX_ID_BYTES);
    byte[] label = AvroCodec.of(Label.class).encode(new Label(tooLong, "7"));

    assertThat(InputDecoder.DEFAULT.label(null, null, label))
        .isEqualTo(Decoded.invalid("the subject has 4102 characters, more than the limit of 4096"));
    assertThat(InputDecoder.DEFAULT.label(null, utf8(tooLong), utf8("7")))
        .isInstanceOf(Decoded.Invalid.class);
  }

  @Test
  void refusesValuesOfMoreThanEightMebibytes() {
    byte[] value = new byte[InputDecoder.MAX_VALUE_BYTES + 1];
    System.arraycopy(PNG, 0, value, 0, PNG.length);

    assertThat(InputDecoder.DEFAULT.image(null, value))
        .isEqualTo(Decoded.invalid("the value has 8388609 bytes, more than the limit of 8388608"));
    assertThat(InputDecoder.DEFAULT.document(null, value)).isInstanceOf(Decoded.Invalid.class);
  }

  @Test
  void answersRandomBytesAndCutRecordsWithoutThrowing() {
    var random = new Random(1);
    byte[] document = AvroCodec.of(Document.class).encode(new Document("red fox", "fox"));
    for (int i = 0; i < 2_000; i++) {
      byte[] value = i % 2 == 0 ? new byte[random.nextInt(200)] : document.clone();
      if (i % 2 == 0) {
        random.nextBytes(value);
      } else {
        value[10 + random.nextInt(value.length - 10)] = (byte) random.nextInt();
      }
      assertThat(InputDecoder.DEFAULT.document(null, value)).isNotNull();
      assertThat(InputDecoder.DEFAULT.image(null, value)).isNotNull();
      assertThat(InputDecoder.DEFAULT.label(null, null, value)).isNotNull();
    }
  }

  @Test
  void answersBrokenJsonOfEveryShapeWithoutThrowing() {
    var random = new Random(2);
    var settings =
        new InputDecoder(
            InputConfig.of(name -> name.contains("id") ? "/payload/after/id" : "/payload/after/x"),
            Optional.of(_ -> Decoded.valid(new SchemaRegistry.Registered("JSON", ""))));
    String event = "{\"specversion\": \"1.0\", \"id\": \"1\", \"source\": \"a\", \"type\": \"t\",";
    List<String> shapes =
        List.of(
            "{\"text\": \"red\", \"label\": 7, \"more\": [1, {\"a\": NaN}]}",
            "[{'text': 'red'}, \"\\\"text\\\": 1\"]",
            event + "\"data\": {\"text\": 1}}",
            event + "\"datacontenttype\": \"a/b; charset=x\", \"data_base64\": \"e30=\"}",
            "{\"schema\": {}, \"payload\": {\"op\": \"d\", \"source\": {}, \"before\": {\"id\":"
                + " 1}}}",
            "\0\0\0\0\u0001{\"payload\": {\"after\": {\"x\": \"red\", \"id\": 7}}}");
    List<String> types =
        List.of(
            "",
            "application/json",
            "text/plain; charset=utf-16",
            "application/cloudevents+json",
            "application/avro",
            "a/b;c=\"");
    for (int i = 0; i < 20_000; i++) {
      byte[] value = utf8(shapes.get(i % shapes.size()));
      for (int change = random.nextInt(4); change > 0; change--) {
        value[random.nextInt(value.length)] = (byte) random.nextInt(128);
      }
      value = Arrays.copyOf(value, 1 + random.nextInt(value.length));
      String type = types.get(random.nextInt(types.size()));
      for (InputDecoder decoder : List.of(InputDecoder.DEFAULT, settings)) {
        assertThat(decoder.document(type, value, value)).isNotNull();
        assertThat(decoder.document(type, value, null)).isNotNull();
        assertThat(decoder.image(type, value, new Source("images", 0, 1L), value)).isNotNull();
        assertThat(decoder.label(type, value, value)).isNotNull();
      }
    }
  }

  private static byte[] utf8(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }
}
