package io.millrace.runtime.kafka;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.apache.kafka.common.serialization.Serializer;
import org.jspecify.annotations.NullUnmarked;

/**
 * The serializer of the values of all producers. Values are bytes already; what is to be done
 * before any of them is sent, as telling the cluster its schema, is decided here for the whole
 * process, so that no producer can leave it out. Safe for several threads if the steps are.
 */
@NullUnmarked // Kafka passes null for tombstones.
public final class ValueSerializer implements Serializer<byte[]> {

  private static final List<Step> STEPS = new CopyOnWriteArrayList<>();

  /** Something that is done with each value, tombstones excepted, before it is sent. */
  @FunctionalInterface
  public interface Step {

    /**
     * The value to send instead, or the same one.
     *
     * @throws IllegalStateException if it cannot be sent now
     */
    byte[] beforeSending(String topic, byte[] value);
  }

  /** Ends a step. */
  @FunctionalInterface
  public interface Registration extends AutoCloseable {
    @Override
    void close();
  }

  /** Adds a step after those that were added before. */
  public static Registration add(Step step) {
    STEPS.add(step);
    return () -> STEPS.remove(step);
  }

  @Override
  public byte[] serialize(String topic, byte[] value) {
    byte[] sent = value;
    for (Step step : STEPS) {
      sent = sent == null ? null : step.beforeSending(topic, sent);
    }
    return sent;
  }
}
