package io.millrace.console.live;

import io.millrace.runtime.models.ServingPointer;
import io.millrace.schemas.Decoded;
import io.millrace.schemas.avro.ServingDecision;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;
import java.util.function.Predicate;
import org.apache.kafka.clients.consumer.ConsumerRecord;

/** The recent decisions about which version answers. Written by one thread, read by any. */
public final class ServingMemory {

  /**
   * A decision.
   *
   * @param time when the broker took it, milliseconds since 1970
   */
  public record Decided(ServingDecision decision, long time) {}

  private final BoundedMemory<Decided> decisions;
  private final List<Consumer<Decided>> listeners = new CopyOnWriteArrayList<>();

  /** An empty memory. */
  public ServingMemory(MemoryBounds bounds) {
    decisions = new BoundedMemory<>(bounds);
  }

  /** Calls somebody with each decision, on the reading thread. */
  public void onDecision(Consumer<Decided> listener) {
    listeners.add(listener);
  }

  /** Takes a record of {@code serving-events}. */
  boolean accept(ConsumerRecord<byte[], byte[]> record) {
    if (record.key() == null
        || record.value() == null
        || !(ServingPointer.decision(
                new String(record.key(), StandardCharsets.UTF_8), record.value())
            instanceof Decoded.Valid<ServingDecision>(var decision))) {
      return false;
    }
    var decided = new Decided(decision, record.timestamp());
    decisions.put(
        record.partition() + "-" + record.offset(), decided, record.value().length + 600L);
    listeners.forEach(listener -> listener.accept(decided));
    return true;
  }

  /** The newest decisions that are wanted, the newest first. */
  public List<Decided> newest(int limit, Predicate<Decided> wanted) {
    return decisions.newest(limit, wanted);
  }

  BoundedMemory<Decided> decisions() {
    return decisions;
  }
}
