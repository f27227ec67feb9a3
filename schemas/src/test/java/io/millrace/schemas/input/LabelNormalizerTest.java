package io.millrace.schemas.input;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.schemas.AvroCodec;
import io.millrace.schemas.Decoded;
import io.millrace.schemas.avro.Document;
import io.millrace.schemas.avro.Image;
import io.millrace.schemas.avro.Label;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class LabelNormalizerTest {

  private static final byte[] PNG = {(byte) 0x89, 'P', 'N', 'G', '\r', '\n', 0x1a, '\n', 0};

  @ParameterizedTest
  @ValueSource(
      strings = {
        "café",
        "cafe\u0301",
        " café",
        "café \t\r\n",
        "\u00a0café\u2007\u202f",
        "\u0085café\u2028",
        "\ufeffcafé",
        "\u3000café\u3000"
      })
  void readsEveryWayToWriteALabelAsTheSameEverywhere(String written) {
    var document = new Document("red", "café");

    assertThat(documentLabel("\"" + escaped(written) + "\"")).isEqualTo(Decoded.valid(document));
    assertThat(
            InputDecoder.DEFAULT.document(
                null, AvroCodec.of(Document.class).encode(new Document("red", written))))
        .isEqualTo(Decoded.valid(document));
    assertThat(
            InputDecoder.DEFAULT.image(
                null,
                AvroCodec.of(Image.class).encode(new Image(ByteBuffer.wrap(PNG), null, written))))
        .isEqualTo(Decoded.valid(new Image(ByteBuffer.wrap(PNG), null, "café")));
    var label = Decoded.valid(new Label("document/1", "café"));
    assertThat(InputDecoder.DEFAULT.label(null, utf8("document/1"), utf8(written)))
        .isEqualTo(label);
    assertThat(
            InputDecoder.DEFAULT.label(
                null, null, AvroCodec.of(Label.class).encode(new Label("document/1", written))))
        .isEqualTo(label);
    assertThat(
            InputDecoder.DEFAULT.label(
                null,
                null,
                utf8("{\"subject\": \"document/1\", \"label\": \"" + escaped(written) + "\"}")))
        .isEqualTo(label);
  }

  @ParameterizedTest
  @CsvSource({
    "7, 7",
    "7.0, 7.0",
    "1e3, 1e3",
    "-0.50, -0.50",
    "123456789012345678901234567890, 123456789012345678901234567890",
    "1E400, 1E400",
    "0.1000000000000000055511151231257827, 0.1000000000000000055511151231257827",
    "true, true",
    "false, false"
  })
  void keepsNumbersAndTruthValuesAsTheyAreWritten(String json, String label) {
    assertThat(documentLabel(json)).isEqualTo(Decoded.valid(new Document("red", label)));
    assertThat(
            InputDecoder.DEFAULT.label(
                null, null, utf8("{\"subject\": \"image/1\", \"label\": " + json + "}")))
        .isEqualTo(Decoded.valid(new Label("image/1", label)));
  }

  @ParameterizedTest
  @ValueSource(strings = {"null", "\"\"", "\" \"", "\"\\u00a0\\n\""})
  void takesNothingForNoLabel(String json) {
    assertThat(documentLabel(json)).isEqualTo(Decoded.valid(new Document("red", null)));
    assertThat(
            InputDecoder.DEFAULT.label(
                null, null, utf8("{\"subject\": \"image/1\", \"label\": " + json + "}")))
        .isInstanceOf(Decoded.Invalid.class);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "[\"spam\"] | is a JSON array: send a string",
        "[] | is a JSON array: send a string",
        "{\"name\": \"spam\"} | is a JSON object: send a string",
        "NaN | is NaN, which JSON does not have: send null for none",
        "-Infinity | is -Infinity, which JSON does not have: send null for none",
        "\"\\ud83d\" | the label holds half a surrogate pair, which is no character",
        "\"a\\u0000b\" | the label holds a control character",
        "\"spam\", \"label\": \"ham\" | occurs twice in its JSON object: send it once"
      })
  void refusesWhatIsNoLabelAndSaysWhy(String json, String reason) {
    assertThat(documentLabel(json))
        .isInstanceOfSatisfying(
            Decoded.Invalid.class, invalid -> assertThat(invalid.reason()).contains(reason));
    assertThat(
            InputDecoder.DEFAULT.label(
                null, null, utf8("{\"subject\": \"image/1\", \"label\": " + json + "}")))
        .isInstanceOfSatisfying(
            Decoded.Invalid.class, invalid -> assertThat(invalid.reason()).contains(reason));
  }

  @Test
  void measuresTheLabelThatIsLeft() {
    String longest = "7".repeat(LabelNormalizer.MAX_LENGTH);

    assertThat(LabelNormalizer.normalize("  " + longest + "\n"))
        .isEqualTo(Decoded.valid(Optional.of(longest)));
    assertThat(LabelNormalizer.normalize(longest + "7"))
        .isEqualTo(Decoded.invalid("the label has 1001 characters, more than the limit of 1000"));
  }

  @Test
  void keepsTheCaseAndTheSpaceWithin() {
    assertThat(LabelNormalizer.normalizeRequired("Not Spam")).isEqualTo(Decoded.valid("Not Spam"));
  }

  @Test
  void takesTheSubjectOfAJsonLabelFromTheKey() {
    assertThat(InputDecoder.DEFAULT.label(null, utf8("image/1"), utf8("{\"label\": 7.0}")))
        .isEqualTo(Decoded.valid(new Label("image/1", "7.0")));
  }

  private static Decoded<Document> documentLabel(String json) {
    return InputDecoder.DEFAULT.document(
        null, utf8("{\"text\": \"red\", \"label\": " + json + "}"));
  }

  private static String escaped(String text) {
    return text.replace("\t", "\\t").replace("\r", "\\r").replace("\n", "\\n");
  }

  private static byte[] utf8(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }
}
