package io.millrace.runtime.training;

import io.micrometer.core.instrument.MeterRegistry;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.ProducerRecord;

/**
 * The smallest trainer whose model depends on every record and its order: an affine map folded over
 * the values, with half of its state in the model and half in the checkpoint. Values that are no
 * numbers cannot be used. Rehearses twice for each record and lets its steps grow, if settings say
 * so.
 */
final class SumTrainer implements Trainer<Long> {

  private static final long FACTOR = 6_364_136_223_846_793_005L;
  private static final int MODEL_LONGS = 120_000;

  private final String model;
  private final Map<String, String> settings;
  private final String outputTopic;
  private long state;
  private long records;
  private long batches;
  private long rehearsals;

  /** A trainer that sends one record a step to a topic. */
  SumTrainer(Map<String, String> settings, String outputTopic) {
    this("sum", settings, outputTopic);
  }

  /** The same of another name. */
  SumTrainer(String model, Map<String, String> settings, String outputTopic) {
    this.model = model;
    this.settings = settings;
    this.outputTopic = outputTopic;
  }

  @Override
  public String model() {
    return model;
  }

  @Override
  public Map<String, String> settings() {
    return settings;
  }

  @Override
  public void initialise() {
    state = 42;
    records = 0;
    batches = 0;
    rehearsals = 0;
  }

  @Override
  public void restore(TrainerState restored) {
    state = ByteBuffer.wrap(restored.model()).getLong();
    ByteBuffer counts = ByteBuffer.wrap(restored.checkpoint().get("counts"));
    records = counts.getLong();
    batches = counts.getLong();
    rehearsals = counts.getLong();
  }

  @Override
  public Optional<Long> decode(ConsumerRecord<byte[], byte[]> record) {
    try {
      return record.value() == null
          ? Optional.empty()
          : Optional.of(Long.parseLong(new String(record.value(), StandardCharsets.UTF_8)));
    } catch (NumberFormatException e) {
      return Optional.empty();
    }
  }

  @Override
  public void learn(List<Long> batch) {
    for (long value : batch) {
      if (value < 0) {
        throw new IllegalStateException("cannot learn from " + value);
      }
      state = state * FACTOR + value;
    }
    records += batch.size();
    batches++;
  }

  @Override
  public void rehearse(int updates) {
    for (int i = 0; i < updates; i++) {
      state = state * FACTOR + 1;
    }
    rehearsals += updates;
  }

  @Override
  public long usefulUpdates() {
    return settings.containsKey("rehearses") ? 2 * records - rehearsals : 0;
  }

  @Override
  public int stepBatches(int configured) {
    return settings.containsKey("grows") ? (int) Math.max(configured, records / 10) : configured;
  }

  /** The model is longer than one part, all of it made of the state. */
  @Override
  public TrainerSnapshot snapshot() {
    ByteBuffer model = ByteBuffer.allocate(MODEL_LONGS * Long.BYTES);
    for (int i = 0; i < MODEL_LONGS; i++) {
      model.putLong(state + i * FACTOR);
    }
    Map<String, Optional<byte[]>> checkpoint = new LinkedHashMap<>();
    checkpoint.put(
        "counts",
        Optional.of(
            ByteBuffer.allocate(3 * Long.BYTES)
                .putLong(records)
                .putLong(batches)
                .putLong(rehearsals)
                .array()));
    var output = new ProducerRecord<byte[], byte[]>(outputTopic, null, text(records));
    return new TrainerSnapshot(
        model.array(),
        List.of("even", "odd"),
        records,
        Map.of("batches", (double) batches, "rehearsals", (double) rehearsals),
        checkpoint,
        List.of(output));
  }

  @Override
  public void bindTo(MeterRegistry registry) {}

  @Override
  public void close() {}

  static byte[] text(long value) {
    return Long.toString(value).getBytes(StandardCharsets.UTF_8);
  }
}
