package io.millrace.schemas.input;

import io.millrace.schemas.AvroCodec;
import io.millrace.schemas.Decoded;
import io.millrace.schemas.InvisibleCharacters;
import io.millrace.schemas.Subject;
import io.millrace.schemas.avro.Label;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Makes labels of records. */
final class LabelDecoder {

  private static final AvroCodec<Label> AVRO = AvroCodec.of(Label.class);

  private final ContentReader reader;
  private final JsonField subject;
  private final JsonField label;

  LabelDecoder(InputConfig config, ConfluentDecoder confluent) {
    subject = config.labelSubject();
    label = config.label();
    reader =
        new ContentReader(
            new NearJson(
                List.of(
                    subject.pointer().getMatchingProperty(),
                    label.pointer().getMatchingProperty())),
            confluent);
  }

  Decoded<Label> decode(@Nullable String contentType, byte @Nullable [] key, byte[] value) {
    return InputDecoder.checkedSize(value, InputDecoder.MAX_LABEL_BYTES)
        .flatMap(bytes -> reader.read(contentType, bytes))
        .flatMap(content ->
            switch (content) {
              case Content.SingleObject it ->
                  AVRO.decode(it.bytes()).flatMap(LabelDecoder::checked);
              case Content.JsonValue json -> json(key, json);
              case Content.Text it -> PlainLabel.of(it).flatMap(label -> underKey(key, label));
              case Content.ImageFile it ->
                  Decoded.invalid("an image (%s), not a label".formatted(it.mediaType()));
              case Content.Unknown it -> Decoded.invalid(it.reason());
            });
  }

  private Decoded<Label> json(byte @Nullable [] key, Content.JsonValue json) {
    if (!json.root().isContainerNode()) {
      return JsonInputParser.scalar(json.root(), "the label")
          .flatMap(it -> underKey(key, it.orElse("")));
    }
    return subject(key, json)
        .flatMap(of ->
            InputDecoder.required(json, label, "label").flatMap(it -> checked(new Label(of, it))));
  }

  /** The subject inside a record, or else its key. */
  private Decoded<String> subject(byte @Nullable [] key, Content.JsonValue json) {
    return json.find(subject).isMissingNode()
        ? subjectOf(key)
            .map(Decoded::valid)
            .orElseGet(() ->
                Decoded.invalid(
                    Envelope.missing(json, subject, "subject, such as image/17 or document/9,")))
        : InputDecoder.required(json, subject, "subject");
  }

  private static Decoded<Label> underKey(byte @Nullable [] key, String label) {
    return subjectOf(key)
        .map(subject -> checked(new Label(subject, label)))
        .orElseGet(() ->
            Decoded.invalid(
                "a label alone needs its subject, such as image/17 or document/9, as the key"));
  }

  /** The key, if it is a subject. */
  private static Optional<String> subjectOf(byte @Nullable [] key) {
    return key == null
            || !(TextDecoder.decode(key, StandardCharsets.UTF_8)
                instanceof Decoded.Valid<String>(String text))
        ? Optional.empty()
        : Optional.of(text).filter(it -> Subject.parse(it).isPresent());
  }

  private static Decoded<Label> checked(Label label) {
    String subject = label.getSubject();
    if (Subject.parse(subject).isEmpty()) {
      return Decoded.invalid(
          "subject must be image/ID or document/ID, was "
              + (subject.length() <= 40
                  ? "'" + subject + "'"
                  : "'" + subject.substring(0, 40) + "…'"));
    }
    if (subject.length() > Subject.MAX_ID_BYTES) {
      return Decoded.invalid(
          "the subject has %d characters, more than the limit of %d"
              .formatted(subject.length(), Subject.MAX_ID_BYTES));
    }
    Optional<String> invisible = InvisibleCharacters.first(subject);
    if (invisible.isPresent()) {
      return Decoded.invalid(
          "the subject holds the invisible character %s: send it without"
              .formatted(invisible.get()));
    }
    return LabelNormalizer.normalizeRequired(label.getLabel())
        .map(normal -> new Label(subject, normal));
  }
}
