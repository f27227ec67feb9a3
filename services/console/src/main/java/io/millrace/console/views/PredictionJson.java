package io.millrace.console.views;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.millrace.console.live.Predicted;
import io.millrace.schemas.avro.ClassScore;
import io.millrace.schemas.avro.NoLabelReason;
import io.millrace.schemas.avro.Prediction;
import org.jspecify.annotations.Nullable;

/** A prediction as JSON. */
public final class PredictionJson {
  private PredictionJson() {}

  /** The JSON of a prediction. */
  public static ObjectNode of(Predicted predicted) {
    Prediction it = predicted.prediction();
    ObjectNode object = Json.object();
    object
        .put("subject", it.getSubject())
        .put("model", it.getModel())
        .put("version", it.getVersion())
        .put("label", it.getLabel());
    Json.put(object, "probability", it.getConfidence());
    ArrayNode classes = object.putArray("classes");
    for (ClassScore score : it.getClasses()) {
      Json.put(
          classes.addObject().put("label", score.getLabel()),
          "probability",
          score.getProbability());
    }
    Json.put(object, "reconstructionError", it.getReconstructionError());
    Json.put(object, "anomaly", it.getAnomaly());
    object.put("reason", it.getLabel() == null ? reason(it.getReason()) : null);
    object.put("time", predicted.time());
    object
        .putObject("source")
        .put("topic", it.getSource().getTopic())
        .put("partition", it.getSource().getPartition())
        .put("offset", it.getSource().getOffset());
    return object;
  }

  private static String reason(@Nullable NoLabelReason reason) {
    return switch (reason) {
      case NO_CLASS_YET -> "the version knows no class yet: its trainer has learned from no label";
      case ONE_CLASS_YET -> "the version knows a single class, so that it can tell nothing apart";
      case NO_KNOWN_TERM -> "the document has no term that the version knows";
      case OTHER -> "a newer build made the prediction, and a reason that this one does not know";
      case null -> "the prediction does not say why it has no label";
    };
  }
}
