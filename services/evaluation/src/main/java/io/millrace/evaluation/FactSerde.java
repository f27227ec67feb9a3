package io.millrace.evaluation;

import io.millrace.schemas.Avro;
import io.millrace.schemas.avro.InputRange;
import io.millrace.schemas.avro.Label;
import io.millrace.schemas.avro.ModelManifest;
import io.millrace.schemas.avro.Prediction;
import org.apache.kafka.common.errors.SerializationException;
import org.apache.kafka.common.serialization.Serde;
import org.apache.kafka.common.serialization.Serdes;

/** Facts as the Avro records inside them; the fingerprint tells which. */
final class FactSerde {

  private static final Avro<Prediction> PREDICTIONS = Avro.of(Prediction.class);
  private static final Avro<Label> LABELS = Avro.of(Label.class);
  private static final Avro<InputRange> PLACES = Avro.of(InputRange.class);
  private static final Avro<ModelManifest> MANIFESTS = Avro.of(ModelManifest.class);

  private FactSerde() {}

  /** Any fact. Safe for several threads. */
  static Serde<Fact> facts() {
    return Serdes.serdeFrom((_, fact) -> encode(fact), (_, bytes) -> decode(bytes));
  }

  private static byte[] encode(Fact fact) {
    return switch (fact) {
      case Fact.OfPrediction(Prediction prediction) -> PREDICTIONS.encode(prediction);
      case Fact.OfLabel(Label label) -> LABELS.encode(label);
      case Fact.OfExample(InputRange place) -> PLACES.encode(place);
      case Fact.OfManifest(ModelManifest manifest) -> MANIFESTS.encode(manifest);
    };
  }

  private static Fact decode(byte[] bytes) {
    String name = Avro.nameOf(bytes).orElse("no record of ours");
    return switch (name) {
      case "Prediction" -> new Fact.OfPrediction(PREDICTIONS.read(bytes));
      case "Label" -> new Fact.OfLabel(LABELS.read(bytes));
      case "InputRange" -> new Fact.OfExample(PLACES.read(bytes));
      case "ModelManifest" -> new Fact.OfManifest(MANIFESTS.read(bytes));
      default -> throw new SerializationException("no fact of the evaluation: " + name);
    };
  }
}
