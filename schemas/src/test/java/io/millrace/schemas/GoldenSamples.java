package io.millrace.schemas;

import io.millrace.schemas.avro.CalibrationBin;
import io.millrace.schemas.avro.CheckpointManifest;
import io.millrace.schemas.avro.ClassFigures;
import io.millrace.schemas.avro.ClassScore;
import io.millrace.schemas.avro.Command;
import io.millrace.schemas.avro.Comparison;
import io.millrace.schemas.avro.ConfusionCell;
import io.millrace.schemas.avro.CountedDocument;
import io.millrace.schemas.avro.DelayBucket;
import io.millrace.schemas.avro.Document;
import io.millrace.schemas.avro.DocumentExample;
import io.millrace.schemas.avro.DocumentFrequencies;
import io.millrace.schemas.avro.DocumentVector;
import io.millrace.schemas.avro.Evaluation;
import io.millrace.schemas.avro.EvaluationDetails;
import io.millrace.schemas.avro.EvaluationRecent;
import io.millrace.schemas.avro.ForgottenSubject;
import io.millrace.schemas.avro.ForgottenSubjects;
import io.millrace.schemas.avro.Image;
import io.millrace.schemas.avro.ImageExample;
import io.millrace.schemas.avro.InputRange;
import io.millrace.schemas.avro.Judgement;
import io.millrace.schemas.avro.Label;
import io.millrace.schemas.avro.ModelManifest;
import io.millrace.schemas.avro.Pixels;
import io.millrace.schemas.avro.Prediction;
import io.millrace.schemas.avro.ReadRecord;
import io.millrace.schemas.avro.Scope;
import io.millrace.schemas.avro.ServingDecision;
import io.millrace.schemas.avro.ServingDrift;
import io.millrace.schemas.avro.ServingEvidence;
import io.millrace.schemas.avro.ServingReason;
import io.millrace.schemas.avro.SliceTally;
import io.millrace.schemas.avro.Source;
import io.millrace.schemas.avro.Tally;
import io.millrace.schemas.avro.WordVector;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.apache.avro.specific.SpecificRecordBase;

/** One sample of every record, fixed for good; maps hold one entry, since their order is open. */
final class GoldenSamples {

  private static final Source SOURCE = new Source("images", 3, 1_234_567_890_123L);

  private static final List<CalibrationBin> BINS =
      List.of(new CalibrationBin(1L, 0L, 0.25), new CalibrationBin(3L, 3L, 2.75));

  private static final List<SliceTally> SLICES =
      List.of(new SliceTally("", 1L, 0L, 1.5), new SliceTally("berlin", 3L, 3L, 0.5));

  private GoldenSamples() {}

  static SpecificRecordBase of(Schemas schema) {
    return switch (schema) {
      case DOCUMENT -> new Document("Der rote Fuchs – 红狐", "fox");
      case IMAGE -> new Image(null, new Pixels(2, 1, 1, bytes(0, 255)), "7");
      case LABEL -> new Label("image/17", "7");
      case COUNTED_DOCUMENT ->
          new CountedDocument(
              List.of("fox", "red"), List.of(1, 300), "fox", SOURCE, 1_767_225_600_000L, false);
      case DOCUMENT_VECTOR ->
          new DocumentVector(
              List.of("fox", "red"),
              List.of(0.6, 0.8),
              42L,
              "scikit-learn",
              false,
              true,
              "fox",
              SOURCE);
      case DOCUMENT_FREQUENCIES ->
          new DocumentFrequencies(
              42L, List.of("fox", "red"), List.of(1L, 40L), 3L, 1_767_225_600_000L, 18L, 17L, 5L);
      case IMAGE_EXAMPLE -> new ImageExample("image/17", bytes(1, 2, 3), "image/png", "7", SOURCE);
      case DOCUMENT_EXAMPLE ->
          new DocumentExample("document/a", List.of("fox"), List.of(1.0), null, SOURCE);
      case WORD_VECTOR -> new WordVector(List.of(0.25f, -1.5f), 99L, 7L);
      case MODEL_MANIFEST ->
          new ModelManifest(
              "vision",
              7L,
              1,
              2,
              1_000_000L,
              "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
              448L,
              List.of("0", "1"),
              List.of(new InputRange("image-examples", 0, 0L, 448L, "cluster/topic")),
              Map.of("vision.batch.size", "64"),
              Map.of("accuracy", 0.5),
              Map.of("engine", "dl4j"),
              6L,
              "e3b0c442",
              "98fc1c14");
      case CHECKPOINT_MANIFEST ->
          new CheckpointManifest(
              "vision",
              7L,
              1,
              3,
              Map.of("vision.batch.size", "64"),
              List.of(SOURCE),
              0,
              12,
              4711L,
              List.of(
                  new ReadRecord(
                      0, 41L, 1_767_225_600_000L, "0123456789abcdef0123456789abcdef", false)));
      case PREDICTION ->
          new Prediction(
              "image/17",
              "7",
              0.75,
              List.of(new ClassScore("7", 0.75, 1.1), new ClassScore("1", 0.25, 0.0)),
              "vision",
              7L,
              0.01,
              null,
              SOURCE,
              0.99,
              null);
      case EVALUATION ->
          new Evaluation(
              "vision",
              7L,
              Scope.PREQUENTIAL,
              Instant.parse("2026-01-01T00:00:00Z"),
              Instant.parse("2026-01-01T00:01:00Z"),
              4L,
              3L,
              0.75,
              0.5,
              12.0,
              10L,
              8L,
              100L,
              90L,
              0.25,
              2L,
              5L,
              7L,
              details(),
              null,
              new EvaluationRecent(1000L, 0.875, 0.5, 0.75, 0.0625, 0.8125, 0.375));
      case INPUT_RANGE -> new InputRange("image-examples", 0, 0L, 448L, "cluster/topic");
      case JUDGEMENT ->
          new Judgement(
              "vision",
              7L,
              SOURCE,
              1_767_225_600_000L,
              true,
              0.5,
              12L,
              true,
              "cluster/topic",
              "7",
              "7",
              0.625,
              "berlin",
              1,
              1,
              "vision-wide");
      case TALLY -> new Tally(4L, 3L, 2.0, 48.0, 6L, 3L, 1L, BINS, List.of(1L, 3L), SLICES);
      case COMMAND -> new Command("refresh", "text", Map.of("by", "hand"));
      case SERVING_DECISION ->
          new ServingDecision(
              "vision",
              7L,
              9L,
              ServingReason.ROLLED_BACK,
              "ada",
              "blurred",
              "vision-wide",
              "",
              new ServingEvidence(
                  "vision", 9L, "vision-wide", 5L, 7L, 90L, 1L, 12L, 3L, 25.5, 20.0),
              new ServingDrift("input", 1.25, 0.5, 1_000));
      case COMPARISON ->
          new Comparison(
              "vision",
              9L,
              "vision-wide",
              Instant.parse("2026-01-01T00:00:00Z"),
              Instant.parse("2026-01-01T00:01:00Z"),
              5L,
              7L,
              90L,
              1L,
              12L,
              3L);
      case FORGOTTEN_SUBJECTS ->
          new ForgottenSubjects(
              "00112233445566778899aabbccddeeff",
              3L,
              List.of(
                  new ForgottenSubject(3L, "e3b0c442", List.of(448L, 17L), 1_767_225_600_000L)));
    };
  }

  private static EvaluationDetails details() {
    return new EvaluationDetails(
        0.5,
        3L,
        1L,
        0.625,
        0.75,
        0.0,
        0.5,
        0.125,
        BINS,
        List.of(new DelayBucket(100L, 1L), new DelayBucket(Long.MAX_VALUE, 3L)),
        List.of(
            new ClassFigures("1", 1L, 2L, 1L, 0.5, 1.0),
            new ClassFigures("7", 3L, 2L, 2L, 1.0, 0.75)),
        List.of(
            new ConfusionCell(0, 0, 1L), new ConfusionCell(1, 0, 1L), new ConfusionCell(1, 1, 2L)),
        SLICES);
  }

  private static ByteBuffer bytes(int... values) {
    byte[] bytes = new byte[values.length];
    for (int i = 0; i < values.length; i++) {
      bytes[i] = (byte) values[i];
    }
    return ByteBuffer.wrap(bytes);
  }
}
