package io.millrace.console.produce;

import static java.util.Objects.requireNonNull;

import com.fasterxml.jackson.core.JacksonException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.millrace.console.images.Decoding;
import io.millrace.console.parts.JsonProblem;
import io.millrace.learning.vision.images.DecodedImage;
import io.millrace.learning.vision.images.ImageDecoder;
import io.millrace.learning.vision.images.ImageDecoder.PixelLimit;
import io.millrace.learning.vision.images.UnusableImageException;
import io.millrace.runtime.http.HttpRoute;
import io.millrace.runtime.http.HttpStatusException;
import io.millrace.runtime.records.EventHeaders;
import io.millrace.runtime.records.RequestTrace;
import io.millrace.runtime.settings.InputLimits;
import io.millrace.runtime.settings.Settings;
import io.millrace.schemas.AvroCodec;
import io.millrace.schemas.Decoded;
import io.millrace.schemas.Subject;
import io.millrace.schemas.avro.Document;
import io.millrace.schemas.avro.Image;
import io.millrace.schemas.avro.Label;
import io.millrace.schemas.avro.Pixels;
import io.millrace.schemas.avro.Source;
import io.millrace.schemas.input.ContentType;
import io.millrace.schemas.input.ImageFormat;
import io.millrace.schemas.input.InputDecoder;
import io.millrace.schemas.input.InputDecoder.DocumentInput;
import io.millrace.schemas.input.InputDecoder.ImageInput;
import io.millrace.topics.Topic;
import io.millrace.topics.Topics;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.UUID;
import java.util.function.LongSupplier;
import java.util.stream.Stream;
import org.apache.avro.specific.SpecificRecordBase;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.header.Headers;
import org.jspecify.annotations.Nullable;

/**
 * Makes records of requests, as {@code millrace send} makes them of files: what has a label, or
 * came as JSON, is sent in Avro, whose meaning no setting of the services changes; everything else
 * as it is. What would become a dead letter is refused with status 400 and the same reason. Keys
 * are ids, and Kafka's default partitioner chooses the partition. Safe for several threads.
 */
final class InputRecords {

  private static final ObjectMapper MAPPER = JsonMapper.builder().build();
  private static final AvroCodec<Document> DOCUMENTS = AvroCodec.of(Document.class);
  private static final AvroCodec<Image> IMAGES = AvroCodec.of(Image.class);
  private static final AvroCodec<Label> LABELS = AvroCodec.of(Label.class);

  private static final byte[] NOTHING = {};

  /** Labels of one request. */
  static final int MOST_LABELS = 1000;

  private final Topics topics;
  private final InputDecoder inputs;
  private final InputLimits limits;
  private final LongSupplier clock;

  /** Makes records that the services of these settings can use. */
  InputRecords(Settings settings) {
    this.topics = settings.topics();
    this.inputs = settings.inputs();
    this.limits = settings.common().inputs();
    this.clock = settings.clock();
  }

  /**
   * A record to send.
   *
   * @param subject what it is about
   */
  record InputRecord(Subject subject, ProducerRecord<byte[], byte[]> record) {}

  /** The kinds of inputs, by their topics. */
  private enum Kind {
    DOCUMENT,
    IMAGE,
    LABEL;

    String eventType() {
      return "io.millrace." + name().toLowerCase(Locale.ROOT);
    }
  }

  /**
   * A value and what its headers say of it.
   *
   * @param type its media type; empty if none is said
   * @param schema if it was encoded here
   */
  private record Value(byte @Nullable [] bytes, String type, Optional<AvroCodec<?>> schema) {

    static Value of(byte @Nullable [] bytes, String type) {
      return new Value(bytes, type, Optional.empty());
    }

    static <T extends SpecificRecordBase> Value encoded(AvroCodec<T> codec, T value) {
      return new Value(codec.encode(value), ContentType.AVRO.mediaType(), Optional.of(codec));
    }
  }

  /**
   * What a request sends: its body, or a part of its form.
   *
   * @param type its content type; empty if none is said
   * @param label what the form or the query says that it is
   */
  private record Content(String type, byte[] bytes, Optional<String> label) {

    /**
     * What a request sends.
     *
     * @param parts the names that it may have in a form
     */
    static Content of(HttpRoute.Request request, String... parts) {
      String type = request.header("Content-Type").orElse("");
      Optional<String> asked = request.queryParam("label").filter(it -> !it.isBlank());
      if (!MultipartForm.is(type)) {
        return new Content(type, request.body(), asked);
      }
      MultipartForm form = MultipartForm.of(type, request.body());
      form.allow(Stream.concat(Stream.of(parts), Stream.of("label")).toList());
      MultipartForm.Part part = form.only(parts);
      Optional<String> label = form.text("label").filter(it -> !it.isBlank());
      if (label.isPresent() && asked.isPresent() && !label.equals(asked)) {
        throw HttpStatusException.badRequest(
            "the form has the label %s, and ?label= is %s: send one"
                .formatted(label.get(), asked.get()));
      }
      // curl sends this of a file whose name it does not know.
      String ofPart = part.type().equals("application/octet-stream") ? "" : part.type();
      return new Content(ofPart, part.bytes(), label.or(() -> asked));
    }

    /** A label beside a body that has its own place for one. */
    void refuseLabel(String form) {
      if (label.isPresent()) {
        throw HttpStatusException.badRequest(
            "?label=, and the part label, are for bodies that have no place for a label: in %s it is"
                    .formatted(form)
                + " the field label");
      }
    }
  }

  /** A document: text, or JSON with text and label; or a form with it as {@code file}, or text. */
  InputRecord document(HttpRoute.Request request) {
    String id = request.pathParam("id");
    Content content = Content.of(request, "file", "text");
    String type = content.type();
    byte[] value = content.bytes();
    if (isOfForm(type)) {
      throw HttpStatusException.unsupportedType(
          "a document is text/plain, application/json with text and label, or a form with the part"
              + " file or text, was "
              + type
              + " (curl: -H 'Content-Type: text/plain')");
    }
    if (isJson(type)) {
      content.refuseLabel("JSON");
      // As send understands it, whatever shape of JSON the services are set to.
      Document document = valid(InputDecoder.DEFAULT.document(type, value));
      return document(request, id, Value.encoded(DOCUMENTS, document));
    }
    if (content.label().isPresent()) {
      Document document = valid(inputs.document(type.isEmpty() ? null : type, value));
      return document(
          request,
          id,
          Value.encoded(DOCUMENTS, new Document(document.getText(), content.label().get())));
    }
    return document(request, id, Value.of(value, type));
  }

  private InputRecord document(HttpRoute.Request request, String id, Value made) {
    byte[] value = requireNonNull(made.bytes());
    String type = made.type();
    if (value.length > limits.documentBytes()) {
      throw HttpStatusException.badRequest(
          "the document has %d bytes, more than %s allows (%d)"
              .formatted(value.length, InputLimits.DOCUMENT_BYTES, limits.documentBytes()));
    }
    DocumentInput input = valid(inputs.document(type.isEmpty() ? null : type, bytes(id), value));
    RequestTrace trace = request.trace();
    return record(trace, Kind.DOCUMENT, topics.documents(), input.subject(), id, made);
  }

  /** The deletion of a document. */
  InputRecord deletion(HttpRoute.Request request) {
    String id = request.pathParam("id");
    Subject subject = valid(Subject.ofDocument(bytes(id)));
    RequestTrace trace = request.trace();
    return record(trace, Kind.DOCUMENT, topics.documents(), subject, id, Value.of(null, ""));
  }

  /**
   * An image: the bytes of a file, a form with the part {@code file}, or JSON with image and label.
   */
  InputRecord image(HttpRoute.Request request) {
    String id = request.pathParam("id");
    Content content = Content.of(request, "file");
    String type = content.type();
    byte[] file = content.bytes();
    if (isOfForm(type)) {
      throw HttpStatusException.unsupportedType(
          "an image is the bytes of its file, a form with the part file, or JSON, was "
              + type
              + " (curl: --data-binary @FILE -H 'Content-Type: image/png', or -F file=@FILE)");
    }
    if (isJson(type)) {
      content.refuseLabel("JSON");
      Image image = valid(InputDecoder.DEFAULT.image(type, file));
      return image(request, id, Value.encoded(IMAGES, image));
    }
    if (isAvro(type)) {
      content.refuseLabel("Avro");
      return image(request, id, Value.of(file, ContentType.AVRO.mediaType()));
    }
    if (content.label().isPresent()) {
      var image = new Image(ByteBuffer.wrap(file), null, content.label().get());
      return image(request, id, Value.encoded(IMAGES, image));
    }
    String ofFile = ImageFormat.of(file).map(ImageFormat::mediaType).orElse("image/unknown");
    return image(request, id, Value.of(file, ofFile));
  }

  private InputRecord image(HttpRoute.Request request, String id, Value made) {
    var source = new Source(topics.images().name(), 0, 0L);
    byte[] value = requireNonNull(made.bytes());
    ImageInput input = valid(inputs.image(made.type(), bytes(id), source, value));
    requirePixels(input.image());
    RequestTrace trace = request.trace();
    return record(trace, Kind.IMAGE, topics.images(), input.subject(), id, made);
  }

  /** Decodes it whole, as scoring will: a file can be damaged at its end. */
  private void requirePixels(Image image) {
    var limit = new PixelLimit(limits.imagePixels(), InputLimits.IMAGE_PIXELS);
    try {
      Pixels pixels = image.getPixels();
      if (pixels == null) {
        byte[] file = AvroCodec.bytes(image.getEncoded());
        Decoding.alone(() -> ImageDecoder.decode(file, limit), DecodedImage::width);
      } else {
        ImageDecoder.ofSamples(
            pixels.getWidth(),
            pixels.getHeight(),
            pixels.getChannels(),
            AvroCodec.bytes(pixels.getData()),
            limit);
      }
    } catch (UnusableImageException e) {
      throw HttpStatusException.badRequest(String.valueOf(e.getMessage()));
    }
  }

  /**
   * Labels of one request.
   *
   * @param several whether they came as an array
   */
  record Labels(boolean several, List<InputRecord> made) {}

  /**
   * Labels: a JSON object with subject and label, or an array of them; or a form with subject and
   * label. All are valid, or none.
   */
  Labels labels(HttpRoute.Request request) {
    String type = request.header("Content-Type").orElse("");
    JsonNode body =
        MultipartForm.is(type) ? label(type, request.body()) : json(type, request.body());
    List<JsonNode> given = new ArrayList<>();
    if (body.isArray()) {
      body.forEach(given::add);
    } else {
      given.add(body);
    }
    if (given.isEmpty() || given.size() > MOST_LABELS) {
      throw HttpStatusException.badRequest(
          "a request has 1 to %d labels, this one has %d".formatted(MOST_LABELS, given.size()));
    }
    List<InputRecord> made = new ArrayList<>();
    RequestTrace trace = request.trace();
    for (JsonNode node : given) {
      String where = body.isArray() ? "label " + made.size() + ": " : "";
      made.add(label(trace, node, where));
    }
    return new Labels(body.isArray(), made);
  }

  private InputRecord label(RequestTrace trace, JsonNode node, String where) {
    if (!node.isObject()) {
      throw HttpStatusException.badRequest(
          where + "send {\"subject\": \"image/17\", \"label\": \"cat\"}, or an array of these");
    }
    byte[] json = node.toString().getBytes(StandardCharsets.UTF_8);
    return switch (InputDecoder.DEFAULT.label(ContentType.JSON.mediaType(), null, json)) {
      case Decoded.Invalid<Label>(String reason) ->
          throw HttpStatusException.badRequest(where + reason);
      case Decoded.Valid<Label>(Label label) -> {
        Subject subject = Subject.parse(label.getSubject()).orElseThrow();
        Value value = Value.encoded(LABELS, label);
        yield record(trace, Kind.LABEL, topics.labels(), subject, subject.id(), value);
      }
    };
  }

  /** A form's label, as the JSON of one. */
  private static JsonNode label(String type, byte[] body) {
    MultipartForm form = MultipartForm.of(type, body);
    ObjectNode label = MAPPER.createObjectNode();
    List<String> names = List.of("subject", "label");
    form.allow(names);
    for (String name : names) {
      form.only(name);
      form.text(name).ifPresent(it -> label.put(name, it));
    }
    return label;
  }

  private static JsonNode json(String type, byte[] body) {
    Optional<ContentType> other =
        ContentType.of(type.isEmpty() ? null : type, NOTHING)
            .filter(it -> it != ContentType.JSON && it != ContentType.TEXT);
    if (other.isPresent()) {
      throw HttpStatusException.unsupportedType(
          "labels are application/json, or a form with the parts subject and label, was " + type);
    }
    try {
      return MAPPER.readTree(body);
    } catch (JacksonException e) {
      throw HttpStatusException.badRequest(JsonProblem.of(e));
    } catch (IOException e) {
      throw HttpStatusException.badRequest("the body cannot be read");
    }
  }

  /** With the headers of CloudEvents, each event with an id of its own, and the request's trace. */
  private InputRecord record(
      RequestTrace trace, Kind kind, Topic<?, ?> topic, Subject subject, String key, Value value) {
    String id = UUID.randomUUID().toString();
    Headers headers =
        EventHeaders.of(null, id, kind.eventType(), "console", value.type(), clock.getAsLong());
    value
        .schema()
        .ifPresentOrElse(
            codec -> EventHeaders.describe(headers, subject.toString(), codec),
            () -> EventHeaders.describe(headers, subject.toString()));
    if (value.type().isEmpty()) {
      headers.remove(EventHeaders.CONTENT_TYPE);
    }
    trace.send(headers, topic.name());
    return new InputRecord(
        subject, new ProducerRecord<>(topic.name(), null, bytes(key), value.bytes(), headers));
  }

  private static boolean isJson(String type) {
    return !type.isEmpty() && ContentType.of(type, NOTHING).equals(Optional.of(ContentType.JSON));
  }

  private static boolean isAvro(String type) {
    return !type.isEmpty() && ContentType.of(type, NOTHING).equals(Optional.of(ContentType.AVRO));
  }

  /** What curl sends where nobody says what it is. */
  private static boolean isOfForm(String type) {
    return type.startsWith("application/x-www-form-urlencoded");
  }

  private static <T> T valid(Decoded<T> decoded) {
    return switch (decoded) {
      case Decoded.Valid<T>(T value) -> value;
      case Decoded.Invalid<T>(String reason) -> throw HttpStatusException.badRequest(reason);
    };
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }
}
