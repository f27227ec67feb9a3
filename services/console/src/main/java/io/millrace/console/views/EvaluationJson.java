package io.millrace.console.views;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.millrace.console.live.EvaluationMemory.Judged;
import io.millrace.console.live.EvaluationMemory.Point;
import io.millrace.console.live.EvaluationMemory.SeriesKey;
import io.millrace.learning.core.judging.AccuracyInterval;
import io.millrace.schemas.avro.CalibrationBin;
import io.millrace.schemas.avro.ClassFigures;
import io.millrace.schemas.avro.ConfusionCell;
import io.millrace.schemas.avro.EvaluationDetails;
import java.util.List;

/** Figures of what was served, as JSON. */
public final class EvaluationJson {

  /** The name of the classes that are not told apart, which is empty on the topic. */
  private static final String OTHER = "other";

  private EvaluationJson() {}

  /** The figures of a version, with the interval that has the true accuracy with 95 %. */
  public static ObjectNode of(Judged it) {
    ObjectNode object = Json.object();
    object
        .put("model", it.model())
        .put("version", it.version())
        .put("labels", it.labels())
        .put("scope", it.scope().name())
        .put("shadow", it.shadow());
    object.putObject("window").put("start", it.window().start()).put("end", it.window().end());
    accuracy(object, it.correct(), it.labels());
    Json.put(object, "logLoss", it.loss());
    Json.put(object, "ece", it.calibrationError());
    Json.put(object, "kappaNoChange", it.kappaNoChange());
    return object.put("time", it.time());
  }

  /** Puts accuracy and interval; null while nothing was judged. */
  public static void accuracy(ObjectNode object, long correct, long labels) {
    boolean known = labels > 0 && correct >= 0 && correct <= labels;
    AccuracyInterval interval = AccuracyInterval.of(known ? correct : 0, known ? labels : 0);
    Json.put(object, "accuracy", known ? (double) correct / labels : null);
    Json.put(object, "accuracyLow", known ? interval.from() : null);
    Json.put(object, "accuracyHigh", known ? interval.to() : null);
  }

  /** A line. */
  static ObjectNode line(SeriesKey key, List<Point> points) {
    ObjectNode object = Json.object();
    object.put("model", key.model()).put("scope", key.scope().name());
    ArrayNode array = object.putArray("points");
    for (Point it : points) {
      array
          .addObject()
          .put("time", it.time())
          .put("labels", it.labels())
          .put("accuracy", it.accuracy())
          .put("version", it.version());
    }
    return object;
  }

  /** The confusion matrix: a row for each true label, a column for each prediction. */
  static ObjectNode confusion(EvaluationDetails details) {
    ObjectNode object = Json.object();
    List<String> names = details.getClasses().stream().map(ClassFigures::getLabel).toList();
    long[][] counts = new long[names.size()][names.size()];
    long all = 0;
    for (ConfusionCell cell : details.getConfusion()) {
      if (isIn(cell.getLabel(), names) && isIn(cell.getPredicted(), names)) {
        counts[cell.getLabel()][cell.getPredicted()] += cell.getCount();
        all += cell.getCount();
      }
    }
    ArrayNode classes = object.putArray("classes");
    names.forEach(name -> classes.add(name.isEmpty() ? OTHER : name));
    ArrayNode rows = object.putArray("counts");
    for (long[] row : counts) {
      ArrayNode cells = rows.addArray();
      for (long count : row) {
        cells.add(count);
      }
    }
    return object.put("count", all);
  }

  private static boolean isIn(int index, List<String> names) {
    return index >= 0 && index < names.size();
  }

  /** The bins of the calibration that hold a prediction. */
  static ObjectNode calibration(EvaluationDetails details) {
    ObjectNode object = Json.object();
    ArrayNode bins = object.putArray("bins");
    for (CalibrationBin bin : details.getCalibration()) {
      if (bin.getCount() > 0) {
        ObjectNode shown = bins.addObject();
        Json.put(shown, "confidence", bin.getConfidence() / bin.getCount());
        Json.put(shown, "accuracy", (double) bin.getCorrect() / bin.getCount());
        shown.put("count", bin.getCount());
      }
    }
    return Json.put(object, "ece", details.getCalibrationError());
  }
}
