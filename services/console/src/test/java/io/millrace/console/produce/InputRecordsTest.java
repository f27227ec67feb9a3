package io.millrace.console.produce;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.console.produce.InputRecords.InputRecord;
import io.millrace.runtime.http.HttpRoute;
import io.millrace.runtime.http.HttpStatusException;
import io.millrace.runtime.records.EventHeaders;
import io.millrace.runtime.settings.Settings;
import io.millrace.runtime.testing.SampleImages;
import io.millrace.schemas.AvroCodec;
import io.millrace.schemas.avro.Document;
import io.millrace.schemas.avro.Image;
import io.millrace.schemas.avro.Label;
import java.util.Arrays;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import org.junit.jupiter.api.Test;

final class InputRecordsTest {

  private final InputRecords records =
      new InputRecords(
          Settings.of(Map.of("documents.max.bytes", "100", "images.max.pixels", "1000000"))
              .withClock(() -> 0));

  private record Asked(
      String id, Map<String, String> headers, Map<String, String> query, byte[] body)
      implements HttpRoute.Request {
    @Override
    public String pathParam(String name) {
      return id;
    }

    @Override
    public Optional<String> queryParam(String name) {
      return Optional.ofNullable(query.get(name));
    }

    @Override
    public Optional<String> header(String name) {
      return Optional.ofNullable(headers.get(name));
    }
  }

  @Test
  void anImageIsSentAsItsFileUnlessItHasALabel() {
    byte[] png = SampleImages.png(1);

    InputRecord bare = records.image(asked("a", "application/octet-stream", png));
    InputRecord labelled =
        records.image(
            new Asked("a", Map.of("Content-Type", "image/png"), Map.of("label", " cat "), png));

    assertThat(bare.record().value()).isEqualTo(png);
    assertThat(bare.record().partition()).isNull();
    assertThat(EventHeaders.contentType(bare.record().headers())).isEqualTo("image/png");
    assertThat(EventHeaders.contentType(labelled.record().headers())).isEqualTo("application/avro");
    Image image = AvroCodec.of(Image.class).decodeOrThrow(labelled.record().value());
    assertThat(AvroCodec.bytes(image.getEncoded())).isEqualTo(png);
  }

  @Test
  void aDocumentMayComeAsAForm() {
    InputRecord text = records.document(form("a", part("text", "", "red fox")));
    InputRecord file =
        records.document(form("a", part("file", "text/plain; charset=utf-16be", "\0f\0o\0x")));
    InputRecord json =
        records.document(
            form("a", part("file", "application/json", "{\"text\":\"hen\",\"label\":\"bird\"}")));
    InputRecord labelled =
        records.document(
            form(
                "a",
                part("label", "", "fox"),
                part("file", "application/octet-stream", "red fox")));

    assertThat(new String(text.record().value(), UTF_8)).isEqualTo("red fox");
    assertThat(EventHeaders.contentType(file.record().headers()))
        .isEqualTo("text/plain; charset=utf-16be");
    AvroCodec<Document> documents = AvroCodec.of(Document.class);
    assertThat(documents.decodeOrThrow(json.record().value()))
        .isEqualTo(new Document("hen", "bird"));
    assertThat(documents.decodeOrThrow(labelled.record().value()))
        .isEqualTo(new Document("red fox", "fox"));
    assertRefused(records::document, form("a", part("label", "", "x")), 400, "file or text");
    assertRefused(
        records::document,
        form("a", part("file", "", "x"), part("text", "", "y")),
        400,
        "must have one part file or text; its parts are: file, text");
    assertRefused(
        records::document,
        form("a", part("text", "", "x"), part("lable", "", "cat")),
        400,
        "the form has a part lable; it may have file, text, label");
    assertRefused(
        records::document,
        form("a", part("file", "text/plain; charset=none", "x")),
        400,
        "charset");
    assertRefused(records::document, form("a", part("text", "", "\u00ff")), 400, "UTF-8");
    Asked asked = form("a", part("text", "", "x"), part("label", "", "fox"));
    assertRefused(
        records::document,
        new Asked("a", asked.headers(), Map.of("label", "hen"), asked.body()),
        400,
        "the form has the label fox, and ?label= is hen");
  }

  @Test
  void aLabelMayComeAsAForm() {
    InputRecords.Labels labels =
        records.labels(form("", part("subject", "", "image/1"), part("label", "", "cat")));

    assertThat(labels.several()).isFalse();
    assertThat(labels.made().getFirst().subject()).hasToString("image/1");
    assertThat(AvroCodec.of(Label.class).decodeOrThrow(labels.made().getFirst().record().value()))
        .isEqualTo(new Label("image/1", "cat"));
    assertRefused(
        it -> records.labels(it).made().getFirst(),
        form("", part("subject", "", "image/1")),
        400,
        "must have one part label; its parts are: subject");
    assertRefused(
        it -> records.labels(it).made().getFirst(),
        form("", part("subject", "", "image/1"), part("label", "", "a"), part("label", "", "b")),
        400,
        "the part label 2 times");
    assertRefused(
        it -> records.labels(it).made().getFirst(),
        form("", part("subject", "", "image/1"), part("label", "", "a"), part("note", "", "b")),
        400,
        "the form has a part note; it may have subject, label");
    assertRefused(
        it -> records.labels(it).made().getFirst(),
        asked("", "image/png", SampleImages.png(1)),
        415,
        "labels are application/json");
  }

  private static Asked form(String id, String... parts) {
    String body = String.join("", parts) + "--XX--\r\n";
    return asked(id, "multipart/form-data; boundary=XX", body.getBytes(ISO_8859_1));
  }

  private static String part(String name, String type, String content) {
    String ofType = type.isEmpty() ? "" : "Content-Type: " + type + "\r\n";
    return "--XX\r\nContent-Disposition: form-data; name=\"%s\"\r\n%s\r\n%s\r\n"
        .formatted(name, ofType, content);
  }

  @Test
  void theTraceOfTheRequestGoesOn() {
    String trace = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";

    InputRecord made =
        records.document(
            new Asked(
                "a",
                Map.of("Content-Type", "text/plain", "traceparent", trace),
                Map.of(),
                "red fox".getBytes(UTF_8)));

    assertThat(EventHeaders.text(made.record().headers(), "traceparent")).contains(trace);
    assertThat(EventHeaders.text(made.record().headers(), "ce_source"))
        .contains("/millrace/console");
  }

  @Test
  void eachEventHasAnIdOfItsOwnAndSaysWhatItIsAbout() {
    InputRecord first = records.document(asked("a", "text/plain", "red fox".getBytes(UTF_8)));
    InputRecord second = records.document(asked("a", "text/plain", "red fox".getBytes(UTF_8)));
    byte[] json = "{\"text\": \"red fox\", \"label\": \"fox\"}".getBytes(UTF_8);
    InputRecord labelled = records.document(asked("b", "application/json", json));

    assertThat(EventHeaders.text(first.record().headers(), "ce_id"))
        .isNotEqualTo(EventHeaders.text(second.record().headers(), "ce_id"));
    assertThat(EventHeaders.text(first.record().headers(), "ce_subject")).contains("document/a");
    assertThat(EventHeaders.text(first.record().headers(), "ce_dataschema")).isEmpty();
    assertThat(EventHeaders.text(labelled.record().headers(), "ce_dataschema")).isPresent();
  }

  @Test
  void whatWouldBecomeADeadLetterIsRefused() {
    byte[] png = SampleImages.png(1);

    assertRefused(records::document, asked("a", "text/plain", new byte[0]), 400, "empty");
    assertRefused(
        records::document,
        asked("a", "text/plain", "x".repeat(101).getBytes(UTF_8)),
        400,
        "more than documents.max.bytes allows (100)");
    assertRefused(
        records::document, asked("a", "text/plain", new byte[] {(byte) 0xff}), 400, "UTF-8");
    assertRefused(
        records::document,
        asked("a", "application/json", "{\"txt\":1}".getBytes(UTF_8)),
        400,
        "text");
    assertRefused(
        records::document, asked("a\u0000", "text/plain", "x".getBytes(UTF_8)), 400, "NUL");
    assertRefused(
        records::document,
        asked("a", "application/x-www-form-urlencoded", "x".getBytes(UTF_8)),
        415,
        "curl: -H");
    assertRefused(records::image, asked("a", "image/png", "no png".getBytes(UTF_8)), 400, "image");
    assertRefused(
        records::image, asked("a", "image/png", Arrays.copyOf(png, png.length / 2)), 400, "");
    assertRefused(
        records::labels,
        asked("", "application/json", "{\"subject\":\"17\"}".getBytes(UTF_8)),
        400,
        "");
    assertRefused(
        records::labels,
        asked(
            "",
            "application/json",
            "[{\"subject\":\"image/1\",\"label\":\"a\"},{\"subject\":\"x\",\"label\":\"a\"}]"
                .getBytes(UTF_8)),
        400,
        "label 1: subject must be image/ID");
    assertRefused(records::labels, asked("", "", "[]".getBytes(UTF_8)), 400, "1 to 1000");
    assertRefused(records::labels, asked("", "", "{".getBytes(UTF_8)), 400, "not JSON");
  }

  @Test
  void labelsLieUnderTheIdsOfTheirSubjects() {
    InputRecords.Labels labels =
        records.labels(
            asked(
                "",
                "application/json",
                "[{\"subject\":\"image/1\",\"label\":\"a\"},{\"subject\":\"document/2\",\"label\":\"b\"}]"
                    .getBytes(UTF_8)));

    assertThat(labels.several()).isTrue();
    assertThat(labels.made())
        .extracting(it -> new String(it.record().key(), UTF_8))
        .containsExactly("1", "2");
  }

  @Test
  void anArrayOfOneLabelIsAnArray() {
    String label = "{\"subject\":\"image/1\",\"label\":\"a\"}";

    var one = records.labels(asked("", "application/json", label.getBytes(UTF_8)));
    var array = records.labels(asked("", "application/json", ("[" + label + "]").getBytes(UTF_8)));

    assertThat(one.several()).isFalse();
    assertThat(array.several()).isTrue();
  }

  @Test
  void aLabelInTheQueryBesideABodyThatHasAPlaceForItIsRefused() {
    Map<String, String> query = Map.of("label", "cat");

    assertRefused(
        records::document,
        new Asked(
            "a",
            Map.of("Content-Type", "application/json"),
            query,
            "{\"text\":\"red fox\"}".getBytes(UTF_8)),
        400,
        "in JSON it is the field label");
    assertRefused(
        records::image,
        new Asked("a", Map.of("Content-Type", "application/json"), query, "{}".getBytes(UTF_8)),
        400,
        "in JSON it is the field label");
    assertRefused(
        records::image,
        new Asked("a", Map.of("Content-Type", "application/avro"), query, new byte[] {1}),
        400,
        "in Avro it is the field label");
  }

  private static Asked asked(String id, String type, byte[] body) {
    return new Asked(id, type.isEmpty() ? Map.of() : Map.of("Content-Type", type), Map.of(), body);
  }

  private static void assertRefused(
      Function<HttpRoute.Request, ?> what, Asked request, int status, String reason) {
    assertThatThrownBy(() -> what.apply(request))
        .isInstanceOfSatisfying(
            HttpStatusException.class, it -> assertThat(it.status()).isEqualTo(status))
        .hasMessageContaining(reason);
  }
}
