package io.millrace.tests.fuzz;

import io.millrace.cli.dataset.Idx;
import io.millrace.cli.send.rows.JsonFileReader;
import io.millrace.cli.send.rows.JsonLinesReader;
import io.millrace.cli.send.rows.ParquetRowReader;
import io.millrace.cli.send.rows.Row;
import io.millrace.cli.send.rows.RowReader;
import io.millrace.cli.send.rows.RowSink;
import io.millrace.cli.send.rows.SeparatedReader;
import io.millrace.cli.send.rows.TableHeader;
import io.millrace.cli.settings.ServiceRegistry;
import io.millrace.console.inference.InferenceRequests;
import io.millrace.console.produce.Forms;
import io.millrace.learning.tensors.SafeTensors;
import io.millrace.learning.vision.images.ImageDecoder;
import io.millrace.learning.vision.images.UnusableImageException;
import io.millrace.runtime.http.HttpStatusException;
import io.millrace.runtime.models.ModelKey;
import io.millrace.runtime.records.ControlRecords;
import io.millrace.runtime.records.EventHeaders;
import io.millrace.runtime.settings.Settings;
import io.millrace.runtime.settings.SettingsException;
import io.millrace.schemas.AvroCodec;
import io.millrace.schemas.Decoded;
import io.millrace.schemas.FrequencyBlockKey;
import io.millrace.schemas.Subject;
import io.millrace.schemas.avro.CheckpointManifest;
import io.millrace.schemas.avro.Command;
import io.millrace.schemas.avro.Comparison;
import io.millrace.schemas.avro.CountedDocument;
import io.millrace.schemas.avro.Document;
import io.millrace.schemas.avro.DocumentExample;
import io.millrace.schemas.avro.DocumentFrequencies;
import io.millrace.schemas.avro.DocumentVector;
import io.millrace.schemas.avro.Evaluation;
import io.millrace.schemas.avro.ForgottenSubjects;
import io.millrace.schemas.avro.Image;
import io.millrace.schemas.avro.ImageExample;
import io.millrace.schemas.avro.InputRange;
import io.millrace.schemas.avro.Judgement;
import io.millrace.schemas.avro.Label;
import io.millrace.schemas.avro.ModelManifest;
import io.millrace.schemas.avro.Prediction;
import io.millrace.schemas.avro.ServingDecision;
import io.millrace.schemas.avro.Source;
import io.millrace.schemas.avro.Tally;
import io.millrace.schemas.avro.WordVector;
import io.millrace.schemas.input.InputConfig;
import io.millrace.schemas.input.InputDecoder;
import io.millrace.schemas.input.SchemaRegistry;
import io.millrace.search.words.VectorText;
import java.io.ByteArrayInputStream;
import java.io.DataInputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.apache.avro.Schema;
import org.apache.kafka.common.header.internals.RecordHeaders;

/**
 * A decoder or parser, and the exceptions by which it may refuse its input. Every other is a
 * finding; so is an input that takes seconds, or gigabytes.
 */
enum FuzzTarget {
  /** Image files of all formats. */
  IMAGES(
      input -> ImageDecoder.decode(input.rest(), new ImageDecoder.PixelLimit(1_000_000, "fuzz")),
      UnusableImageException.class),
  /** What producers send to documents, with headers and key. */
  DOCUMENTS(input -> inputs(input).document(input.text(), input.part(), input.rest())),
  /** What producers send to images. */
  IMAGE_RECORDS(input ->
      inputs(input).image(input.text(), input.part(), new Source("images", 0, 1L), input.rest())),
  /** What producers send to labels. */
  LABELS(input -> inputs(input).label(input.text(), input.part(), input.rest())),
  /** Avro records of every schema, and their headers. */
  AVRO(FuzzTarget::avro),
  /** Model files. */
  SAFETENSORS(input -> SafeTensors.read(input.rest()), IllegalArgumentException.class),
  /** Kafka headers: content types, CloudEvents, step markers. */
  HEADERS(FuzzTarget::headers),
  /** Keys of models, subjects and blocks of frequencies. */
  KEYS(FuzzTarget::keys),
  /** Settings files and values. */
  SETTINGS(FuzzTarget::settings, SettingsException.class),
  /** The parameters of HTTP queries: texts, vectors. */
  QUERIES(FuzzTarget::query, IllegalArgumentException.class),
  /** Checkpoints of every learner. */
  CHECKPOINTS(
      Checkpoints::restore,
      IllegalArgumentException.class,
      java.nio.BufferUnderflowException.class),
  /** Tables that are sent. */
  TABLES(input -> rows(table(input), input), IOException.class),
  /** JSON files that are sent. */
  JSON_FILES(
      input ->
          rows(
              input.number() % 2 == 0
                  ? new JsonFileReader(Optional.empty())
                  : new JsonLinesReader(Optional.empty()),
              input),
      IOException.class),
  /** Parquet files that are sent. */
  PARQUET(FuzzTarget::parquet, IOException.class),
  /** MNIST's files that are sent. */
  IDX(FuzzTarget::idx, IOException.class),
  /** Avro records of the schemas that {@link #AVRO} does not have. */
  MORE_AVRO(FuzzTarget::moreAvro),
  /** Requests for inference over HTTP, in JSON and with binary tensors. */
  INFERENCE(
      input -> {
        String headerLength = input.text();
        return InferenceRequests.read(input.rest(), headerLength);
      },
      HttpStatusException.class),
  /** Forms that are posted over HTTP. */
  FORMS(
      input -> {
        String contentType = String.valueOf(input.text());
        return Forms.read(contentType, input.rest());
      },
      HttpStatusException.class);

  /** Decodes an input. */
  interface Decoder {
    Object decode(FuzzInput input) throws Exception;
  }

  /** A record of 8 MiB may become some gigabytes of garbage, but not thousands of them. */
  private static final long MAX_ALLOCATED_BYTES = 256L << 20;

  /** Inputs choose by its size: a codec that is added here gives them others. */
  private static final List<AvroCodec<?>> CODECS =
      List.of(
          AvroCodec.of(CheckpointManifest.class),
          AvroCodec.of(Command.class),
          AvroCodec.of(Document.class),
          AvroCodec.of(DocumentExample.class),
          AvroCodec.of(DocumentFrequencies.class),
          AvroCodec.of(DocumentVector.class),
          AvroCodec.of(Evaluation.class),
          AvroCodec.of(Image.class),
          AvroCodec.of(ImageExample.class),
          AvroCodec.of(Label.class),
          AvroCodec.of(ModelManifest.class),
          AvroCodec.of(Prediction.class),
          AvroCodec.of(WordVector.class));

  private static final List<AvroCodec<?>> MORE_CODECS =
      List.of(
          AvroCodec.of(Comparison.class),
          AvroCodec.of(CountedDocument.class),
          AvroCodec.of(ForgottenSubjects.class),
          AvroCodec.of(InputRange.class),
          AvroCodec.of(Judgement.class),
          AvroCodec.of(ServingDecision.class),
          AvroCodec.of(Tally.class));

  private static final SchemaRegistry REGISTRY =
      id ->
          Decoded.valid(
              new SchemaRegistry.Registered(
                  id % 3 == 2 ? "JSON" : "AVRO",
                  id % 3 == 0
                      ? CODECS.get(Math.floorMod(id, CODECS.size())).schema().toString()
                      : "{\"type\":\"record\",\"name\":\"R\",\"fields\":[{\"name\":\"text\",\"type\":"
                            + "[\"null\",\"string\"]},{\"name\":\"image\",\"type\":\"bytes\"},"
                            + "{\"name\":\"more\",\"type\":{\"type\":\"array\",\"items\":\"null\"}}]}"));

  private static final InputDecoder WITH_REGISTRY =
      new InputDecoder(InputConfig.DEFAULT, Optional.of(REGISTRY));

  private static final com.sun.management.ThreadMXBean THREADS =
      (com.sun.management.ThreadMXBean) java.lang.management.ManagementFactory.getThreadMXBean();

  private final Decoder decoder;
  private final Set<Class<?>> refusals;

  @SafeVarargs
  FuzzTarget(Decoder decoder, Class<? extends Exception>... refusals) {
    this.decoder = decoder;
    this.refusals = Set.of(refusals);
  }

  /**
   * Decodes arbitrary bytes.
   *
   * @throws AssertionError if the decoder fails otherwise than by a refusal, or allocates too much
   */
  void run(byte[] bytes) {
    long limit = MAX_ALLOCATED_BYTES + 1000L * bytes.length;
    // The first time may load classes, which Jazzer rewrites in this thread.
    if (allocated(bytes) > limit) {
      long allocated = allocated(bytes);
      if (allocated > limit) {
        throw new AssertionError(
            name() + " allocates " + allocated + " bytes for an input of " + bytes.length);
      }
    }
  }

  /** What decoding allocates, bytes. */
  private long allocated(byte[] bytes) {
    long before = THREADS.getCurrentThreadAllocatedBytes();
    try {
      decoder.decode(new FuzzInput(bytes));
    } catch (Exception e) {
      if (refusals.stream().noneMatch(type -> type.isInstance(e))) {
        throw new AssertionError(name() + " fails by " + e, e);
      }
    }
    return THREADS.getCurrentThreadAllocatedBytes() - before;
  }

  private static InputDecoder inputs(FuzzInput input) {
    return input.number() % 2 == 0 ? InputDecoder.DEFAULT : WITH_REGISTRY;
  }

  /** The schemas whose records are decoded. */
  static Stream<Schema> schemas() {
    return Stream.of(CODECS, MORE_CODECS).flatMap(List::stream).map(AvroCodec::schema);
  }

  private static Object avro(FuzzInput input) {
    return avro(CODECS, input);
  }

  private static Object moreAvro(FuzzInput input) {
    return avro(MORE_CODECS, input);
  }

  private static Object avro(List<AvroCodec<?>> codecs, FuzzInput input) {
    AvroCodec<?> codec = codecs.get(input.number() % codecs.size());
    byte[] bytes = input.rest();
    byte[] header = codec.header();
    byte[] record = java.util.Arrays.copyOf(header, header.length + bytes.length);
    System.arraycopy(bytes, 0, record, header.length, bytes.length);
    AvroCodec.nameOf(bytes);
    codec.decode(bytes);
    return codec.decode(record);
  }

  private static Object headers(FuzzInput input) {
    var headers = new RecordHeaders();
    List<String> names =
        List.of(
            "content-type",
            "ce_type",
            "ce_id",
            "ce_datacontenttype",
            "millrace-marker",
            "millrace-cut",
            "millrace-updates",
            "traceparent");
    for (int count = input.number() % 8; count >= 0; count--) {
      headers.add(names.get(input.number() % names.size()), input.part());
    }
    byte[] value = input.part();
    names.forEach(name -> EventHeaders.text(headers, name));
    ControlRecords.marker(headers, value);
    ControlRecords.isMarker(headers, value);
    String type = EventHeaders.contentType(headers);
    return value == null ? "" : InputDecoder.DEFAULT.document(type, value);
  }

  private static Object keys(FuzzInput input) {
    byte[] key = input.rest();
    String text = input.restAsText();
    FrequencyBlockKey.of(key);
    Subject.ofDocument(key);
    Subject.ofImage(key, new Source("images", 0, 1L));
    Subject.parse(text);
    ModelKey.parse(text).map(ModelKey::text);
    return text;
  }

  private static Object settings(FuzzInput input) throws IOException {
    Map<String, String> overrides = new HashMap<>();
    for (int count = input.number() % 4; count > 0; count--) {
      var definition =
          ServiceRegistry.definitions().get(input.number() % ServiceRegistry.definitions().size());
      List<String> names = List.copyOf(definition.names());
      overrides.put(names.get(input.number() % names.size()), String.valueOf(input.text()));
    }
    Path file = Files.createTempFile("fuzz", ".properties");
    try {
      Files.write(file, input.rest());
      Settings settings = Settings.load(file, Map.of(), overrides, ServiceRegistry.definitions());
      ServiceRegistry.definitions().forEach(settings::read);
      return settings.common();
    } finally {
      Files.delete(file);
    }
  }

  private static Object query(FuzzInput input) {
    return switch (input.number() % 3) {
      case 0 -> VectorText.parse(input.restAsText());
      case 1 -> Analyses.WORDS.words(input.restAsText());
      default -> Analyses.TEXTS.vectorize(input.restAsText(), Analyses.CORPUS);
    };
  }

  private static RowReader table(FuzzInput input) {
    boolean quotes = input.number() % 2 == 0;
    return new SeparatedReader(
        new SeparatedReader.Options(Optional.empty(), List.of(',', '\t', ';'), quotes),
        new TableHeader(List.of("text"), List.of("label", "id"), cells -> false, "--text"));
  }

  private static Object rows(RowReader reader, FuzzInput input) throws IOException {
    reader.read(Path.of("fuzz"), new ByteArrayInputStream(input.rest()), new Discarding());
    return reader;
  }

  private static Object parquet(FuzzInput input) throws IOException {
    Path file = Files.createTempFile("fuzz", ".parquet");
    try {
      byte[] bytes = input.rest();
      Files.write(file, bytes);
      new ParquetRowReader(List.of("text"), "--text")
          .read(file, new ByteArrayInputStream(bytes), new Discarding());
      return file;
    } finally {
      Files.delete(file);
    }
  }

  private static Object idx(FuzzInput input) throws IOException {
    boolean labels = input.number() % 2 == 0;
    var in = new DataInputStream(new ByteArrayInputStream(input.rest()));
    if (labels) {
      return Idx.labels(in);
    }
    var images = new Idx.Images(in);
    for (int i = 0; i < images.count(); i++) {
      images.next();
    }
    return images;
  }

  private static final class Discarding implements RowSink {
    @Override
    public boolean accept(Row row) {
      return true;
    }

    @Override
    public void reject(String where, String reason) {}
  }
}
