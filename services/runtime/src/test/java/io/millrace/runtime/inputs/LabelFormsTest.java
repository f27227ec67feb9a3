package io.millrace.runtime.inputs;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.schemas.AvroCodec;
import io.millrace.schemas.avro.Document;
import io.millrace.schemas.avro.Label;
import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What becomes of every form of a label: a table of {@code docs/inputs.md}. */
final class LabelFormsTest {

  private static final String IMAGE = "image/17";

  static List<InputCase> labels() {
    String event = "{\"specversion\": \"1.0\", \"data\": ";
    return List.of(
        InputCase.of("a JSON object", "{\"subject\": \"image/17\", \"label\": \"cat\"}")
            .gives("`image/17` is `cat`"),
        InputCase.of("a JSON object, the subject as key", "{\"label\": \"cat\"}")
            .under(IMAGE)
            .gives("`image/17` is `cat`"),
        InputCase.of("the label alone, the subject as key", "cat")
            .under(IMAGE)
            .gives("`image/17` is `cat`"),
        InputCase.of("the same as a JSON string", "\"cat\"")
            .under(IMAGE)
            .gives("`image/17` is `cat`"),
        InputCase.of("a number alone", "7.0")
            .under(IMAGE)
            .as("application/json")
            .gives("`image/17` is `7.0`"),
        InputCase.of("white space at the ends", " cat\u00a0\n")
            .under(IMAGE)
            .gives("`image/17` is `cat`"),
        InputCase.of(
                "letters and accents apart",
                "{\"subject\": \"image/17\", \"label\": \"cafe\\u0301\"}")
            .gives("`image/17` is `café`"),
        InputCase.of("a number", "{\"subject\": \"image/17\", \"label\": 1e3}")
            .gives("`image/17` is `1e3`"),
        InputCase.of("a truth value", "{\"subject\": \"image/17\", \"label\": true}")
            .gives("`image/17` is `true`"),
        InputCase.of(
                "another charset",
                "",
                "café".getBytes(java.nio.charset.StandardCharsets.ISO_8859_1))
            .under(IMAGE)
            .as("text/plain; charset=latin1")
            .gives("`image/17` is `café`"),
        InputCase.of(
                "Avro `Label` in single-object encoding",
                "",
                AvroCodec.of(Label.class).encode(new Label(IMAGE, "cat ")))
            .gives("`image/17` is `cat`"),
        InputCase.of(
                "an application's event", "{\"doc\": \"document/mail-1\", \"verdict\": \"spam\"}")
            .with("labels.json.subject", "/doc")
            .with("labels.json.label", "/verdict")
            .gives("`document/mail-1` is `spam`"),
        InputCase.of(
                "a CloudEvent in structured mode",
                event + "{\"subject\": \"image/17\", \"label\": \"cat\"}}")
            .as("application/cloudevents+json")
            .gives("`image/17` is `cat`"),
        InputCase.of("no label", "{\"subject\": \"image/17\", \"label\": null}")
            .gives("refused: the label at labels.json.label=/label is null: send a string"),
        InputCase.of("a blank label", " ").under(IMAGE).gives("refused: the label is blank"),
        InputCase.of("Python's `None`", "None").under(IMAGE).gives(missing("None")),
        InputCase.of("SQL's NULL, with white space", " NULL\n").under(IMAGE).gives(missing("NULL")),
        InputCase.of("NaN as text", "NaN").under(IMAGE).as("text/plain").gives(missing("NaN")),
        InputCase.of("JavaScript's undefined", "undefined")
            .under(IMAGE)
            .gives(missing("undefined")),
        InputCase.of("the same word as a JSON string", "\"None\"")
            .under(IMAGE)
            .gives("`image/17` is `None`"),
        InputCase.of("a JSON string that is cut off", "\"cat")
            .under(IMAGE)
            .gives(
                "refused: begins like JSON but is not (line 1, column 5: Unexpected end-of-input:"
                    + " was expecting closing quote for a string value): send valid JSON, or"
                    + " text/plain as content type"),
        InputCase.of("a broken list", "[cat]")
            .under(IMAGE)
            .gives(
                "refused: begins like JSON but is not (line 1, column 2: Unrecognized token 'cat':"
                    + " was expecting (JSON String, Number (or 'NaN'/'+INF'/'-INF'), Array, Object"
                    + " or token 'null', 'true' or 'false')): send valid JSON, or text/plain as"
                    + " content type"),
        InputCase.of("a bracket, if the content type says text", "[cat]")
            .under(IMAGE)
            .as("text/plain")
            .gives("`image/17` is `[cat]`"),
        InputCase.of(
                "Debezium's placeholder",
                "{\"subject\": \"image/17\", \"label\": \"__debezium_unavailable_value\"}")
            .gives(
                "refused: the label at labels.json.label=/label is Debezium's placeholder for a"
                    + " column that did not change, which the source database did not send: in"
                    + " PostgreSQL, set REPLICA IDENTITY FULL on the table"),
        InputCase.of("a list", "{\"subject\": \"image/17\", \"label\": [\"cat\"]}")
            .gives("refused: the label at labels.json.label=/label is a JSON array: send a string"),
        InputCase.of("an object", "{\"subject\": \"image/17\", \"label\": {\"name\": \"cat\"}}")
            .gives(
                "refused: the label at labels.json.label=/label is a JSON object: send a string"),
        InputCase.of("NaN", "{\"subject\": \"image/17\", \"label\": NaN}")
            .gives(
                "refused: the label at labels.json.label=/label is NaN, which JSON does not have:"
                    + " send null for none"),
        InputCase.of("a label of two lines", "cat\ndog")
            .under(IMAGE)
            .gives("refused: the label holds a control character"),
        InputCase.of("an invisible character", "c\u200bat")
            .under(IMAGE)
            .gives(invisible("label", "U+200B (ZERO WIDTH SPACE)")),
        InputCase.of("an invisible character at the end", "{\"label\": \"cat\\u202e\"}")
            .under(IMAGE)
            .gives(invisible("label", "U+202E (RIGHT-TO-LEFT OVERRIDE)")),
        InputCase.of("an invisible character in the id", "cat")
            .under("image/1\u00ad7")
            .gives(invisible("subject", "U+00AD (SOFT HYPHEN)")),
        InputCase.of("an emoji of several", "👩\u200d🔬")
            .under(IMAGE)
            .gives("`image/17` is `👩\u200d🔬`"),
        InputCase.of("a word that needs a joiner", "می\u200cخواهم")
            .under(IMAGE)
            .gives("`image/17` is `می\u200cخواهم`"),
        InputCase.of("an id without its kind", "{\"subject\": \"17\", \"label\": \"cat\"}")
            .gives("refused: subject must be image/ID or document/ID, was '17'"),
        InputCase.of("a label alone, under another key", "cat")
            .under("17")
            .gives(
                "refused: a label alone needs its subject, such as image/17 or document/9, as the"
                    + " key"),
        InputCase.of("Python's `str(dict)`", "{'subject': 'image/17', 'label': 'cat'}")
            .under(IMAGE)
            .gives(
                "refused: begins like JSON but is not (line 1, column 2: Unexpected character ('''"
                    + " (code 39)): was expecting double-quote to start field name): send valid"
                    + " JSON, or text/plain as content type"),
        InputCase.of(
                "a document", "", AvroCodec.of(Document.class).encode(new Document("red", null)))
            .under(IMAGE)
            .gives("refused: is an Avro Document, not a Label"));
  }

  private static String invisible(String what, String character) {
    return "refused: the %s holds the invisible character %s: send it without"
        .formatted(what, character);
  }

  private static String missing(String word) {
    return "refused: the label "
        + word
        + " looks like a missing value: send a string in JSON to use it as a label";
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("labels")
  void isRead(InputCase it) {
    assertThat(it.labelResult()).isEqualTo(it.result());
  }

  @Test
  void thePageHasARowForEveryCase() throws IOException {
    InputTable.hasRows("labels", DocumentFormsTest.rows(labels()));
  }
}
