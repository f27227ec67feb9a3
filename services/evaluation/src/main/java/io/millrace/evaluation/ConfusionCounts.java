package io.millrace.evaluation;

import io.millrace.learning.core.judging.ConfusionMatrix;
import io.millrace.runtime.streams.TaskTime;
import io.millrace.schemas.avro.Judgement;
import java.util.Optional;
import org.apache.kafka.common.serialization.StringSerializer;
import org.apache.kafka.streams.KeyValue;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.state.TimestampedKeyValueStore;
import org.apache.kafka.streams.state.ValueAndTimestamp;

/**
 * The confusion matrices of versions and models, a store entry for each cell. A label has a row of
 * its own if it is one of the first {@code evaluation.classes.max} of the version that predicted:
 * which these are is written in the version's manifest, so that it depends on no order of reading,
 * and a topic full of made-up labels adds no rows. O(1) for a judgement. Not thread-safe.
 */
final class ConfusionCounts {

  /** The number of predictions in each cell, by sums, label and predicted class. */
  static final String STORE = "confusion-counts";

  private static final char SEPARATOR = '\u0000';

  private final TaskTime time;
  private final TimestampedKeyValueStore<String, Long> cells;

  ConfusionCounts(ProcessorContext<?, ?> context, TaskTime time) {
    this.time = time;
    this.cells = context.getStateStore(STORE);
  }

  /** Adds a judgement to the matrix of the version's or model's sums. */
  void add(String total, Judgement judgement) {
    String label = judgement.getLabelIndex() < 0 ? ConfusionMatrix.OTHER : judgement.getLabel();
    String predicted =
        judgement.getPredictedIndex() < 0 ? ConfusionMatrix.OTHER : judgement.getPredicted();
    if (judgement.getCorrect()) {
      // Of an earlier build, a class may be spelt differently than the label that it is.
      predicted = label;
    }
    String key = total + SEPARATOR + label + SEPARATOR + predicted;
    long old = Optional.ofNullable(cells.get(key)).map(ValueAndTimestamp::value).orElse(0L);
    cells.put(key, ValueAndTimestamp.make(old + 1, time.millis()));
  }

  /** The matrix of the version's or model's sums. */
  ConfusionMatrix of(String total) {
    var matrix = new ConfusionMatrix();
    try (var found = cells.prefixScan(total + SEPARATOR, new StringSerializer())) {
      while (found.hasNext()) {
        KeyValue<String, ValueAndTimestamp<Long>> cell = found.next();
        int name = total.length() + 1;
        int middle = cell.key.indexOf(SEPARATOR, name);
        matrix.add(
            cell.key.substring(name, middle), cell.key.substring(middle + 1), cell.value.value());
      }
    }
    return matrix;
  }

  /** Removes the matrices of versions; what last grew after a time of the task stays. */
  void evict(long upToMillis) {
    try (var all = cells.all()) {
      while (all.hasNext()) {
        var cell = all.next();
        String total = cell.key.substring(0, cell.key.indexOf(SEPARATOR));
        if (cell.value.timestamp() <= upToMillis && !WindowKey.isModelTotal(total)) {
          cells.delete(cell.key);
        }
      }
    }
  }
}
