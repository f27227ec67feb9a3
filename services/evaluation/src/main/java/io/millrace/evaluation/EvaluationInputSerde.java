package io.millrace.evaluation;

import io.millrace.schemas.AvroCodec;
import io.millrace.schemas.avro.InputRange;
import io.millrace.schemas.avro.Label;
import io.millrace.schemas.avro.ModelManifest;
import io.millrace.schemas.avro.Prediction;
import org.apache.kafka.common.errors.SerializationException;
import org.apache.kafka.common.serialization.Serde;
import org.apache.kafka.common.serialization.Serdes;

/**
 * Serde of evaluation inputs for the repartition topic. Each is encoded as the Avro record inside
 * it; the fingerprint in its header identifies which.
 */
final class EvaluationInputSerde {

  private static final AvroCodec<Prediction> PREDICTIONS = AvroCodec.of(Prediction.class);
  private static final AvroCodec<Label> LABELS = AvroCodec.of(Label.class);
  private static final AvroCodec<InputRange> POSITIONS = AvroCodec.of(InputRange.class);
  private static final AvroCodec<ModelManifest> MANIFESTS = AvroCodec.of(ModelManifest.class);

  private EvaluationInputSerde() {}

  /** Serde of any input. Safe for several threads. */
  static Serde<EvaluationInput> inputs() {
    return Serdes.serdeFrom((_, input) -> encode(input), (_, bytes) -> decode(bytes));
  }

  private static byte[] encode(EvaluationInput input) {
    return switch (input) {
      case EvaluationInput.OfPrediction(Prediction prediction, _) -> PREDICTIONS.encode(prediction);
      case EvaluationInput.OfLabel(Label label) -> LABELS.encode(label);
      case EvaluationInput.OfExample(InputRange position, _) -> POSITIONS.encode(position);
      case EvaluationInput.OfManifest(ModelManifest manifest) -> MANIFESTS.encode(manifest);
    };
  }

  private static EvaluationInput decode(byte[] bytes) {
    String name = AvroCodec.nameOf(bytes).orElse("not a record of Millrace");
    return switch (name) {
      case "Prediction" -> new EvaluationInput.OfPrediction(PREDICTIONS.decodeOrThrow(bytes), "");
      case "Label" -> new EvaluationInput.OfLabel(LABELS.decodeOrThrow(bytes));
      case "InputRange" -> new EvaluationInput.OfExample(POSITIONS.decodeOrThrow(bytes), "");
      case "ModelManifest" -> new EvaluationInput.OfManifest(MANIFESTS.decodeOrThrow(bytes));
      default ->
          throw new SerializationException(
              "expected an Avro Prediction, Label, InputRange or ModelManifest, found: " + name);
    };
  }
}
