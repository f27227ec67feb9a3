package io.millrace.evaluation;

import io.millrace.schemas.AvroCodec;
import io.millrace.schemas.avro.InputRange;
import io.millrace.schemas.avro.Label;
import io.millrace.schemas.avro.ModelManifest;
import io.millrace.schemas.avro.Prediction;
import org.apache.kafka.common.errors.SerializationException;
import org.apache.kafka.common.serialization.Serde;
import org.apache.kafka.common.serialization.Serdes;

/** Facts as the Avro records inside them; the fingerprint tells which. */
final class EvaluationInputSerde {

  private static final AvroCodec<Prediction> PREDICTIONS = AvroCodec.of(Prediction.class);
  private static final AvroCodec<Label> LABELS = AvroCodec.of(Label.class);
  private static final AvroCodec<InputRange> PLACES = AvroCodec.of(InputRange.class);
  private static final AvroCodec<ModelManifest> MANIFESTS = AvroCodec.of(ModelManifest.class);

  private EvaluationInputSerde() {}

  /** Any fact. Safe for several threads. */
  static Serde<EvaluationInput> facts() {
    return Serdes.serdeFrom((_, fact) -> encode(fact), (_, bytes) -> decode(bytes));
  }

  private static byte[] encode(EvaluationInput fact) {
    return switch (fact) {
      case EvaluationInput.OfPrediction(Prediction prediction) -> PREDICTIONS.encode(prediction);
      case EvaluationInput.OfLabel(Label label) -> LABELS.encode(label);
      case EvaluationInput.OfExample(InputRange place) -> PLACES.encode(place);
      case EvaluationInput.OfManifest(ModelManifest manifest) -> MANIFESTS.encode(manifest);
    };
  }

  private static EvaluationInput decode(byte[] bytes) {
    String name = AvroCodec.nameOf(bytes).orElse("no record of ours");
    return switch (name) {
      case "Prediction" -> new EvaluationInput.OfPrediction(PREDICTIONS.decodeOrThrow(bytes));
      case "Label" -> new EvaluationInput.OfLabel(LABELS.decodeOrThrow(bytes));
      case "InputRange" -> new EvaluationInput.OfExample(PLACES.decodeOrThrow(bytes));
      case "ModelManifest" -> new EvaluationInput.OfManifest(MANIFESTS.decodeOrThrow(bytes));
      default -> throw new SerializationException("no fact of the evaluation: " + name);
    };
  }
}
