package io.millrace.console.live;

import io.millrace.runtime.records.EventHeaders;
import io.millrace.schemas.AvroCodec;
import io.millrace.schemas.Decoded;
import io.millrace.schemas.avro.Prediction;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;
import java.util.function.Predicate;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.header.Headers;

/** The recent predictions and reconstructions. Written by one thread, read by any. */
public final class PredictionMemory {

  private static final AvroCodec<Prediction> PREDICTIONS = AvroCodec.of(Prediction.class);

  private static final String IMAGE = "image/";

  /** What a decoded prediction takes beside the bytes that it came in, about. */
  private static final long OBJECT_BYTES = 600;

  private final BoundedMemory<Predicted> recent;
  private final BoundedMemory<Predicted> bySubject;
  private final BoundedMemory<Reconstructed> reconstructions;
  private final List<Consumer<Predicted>> predicted = new CopyOnWriteArrayList<>();
  private final List<Consumer<Reconstructed>> reconstructed = new CopyOnWriteArrayList<>();

  private final ForgottenInputs forgotten;

  /** An empty memory, of what is not forgotten. */
  PredictionMemory(MemoryBounds bounds, ForgottenInputs forgotten) {
    this.forgotten = forgotten;
    forgotten.onForgotten(this::forget);
    recent = new BoundedMemory<>(bounds);
    bySubject = new BoundedMemory<>(bounds);
    reconstructions = new BoundedMemory<>(bounds);
  }

  /** Calls somebody with each prediction, on the reading thread. */
  public void onPrediction(Consumer<Predicted> listener) {
    predicted.add(listener);
  }

  /** Calls somebody with each reconstruction, on the reading thread. */
  public void onReconstruction(Consumer<Reconstructed> listener) {
    reconstructed.add(listener);
  }

  /** Takes a record of {@code predictions}. */
  boolean prediction(ConsumerRecord<byte[], byte[]> record) {
    if (record.value() == null
        || !(PREDICTIONS.decode(record.value()) instanceof Decoded.Valid<Prediction>(var it))) {
      return false;
    }
    if (forgotten.covers(it.getSubject(), it.getSource())) {
      return true;
    }
    var taken = new Predicted(it, record.timestamp());
    long size = record.value().length + OBJECT_BYTES;
    recent.put(record.partition() + "-" + record.offset(), taken, size);
    bySubject.put(it.getSubject(), taken, size);
    predicted.forEach(listener -> listener.accept(taken));
    return true;
  }

  /** Takes a record of {@code reconstructions}. */
  boolean reconstruction(ConsumerRecord<byte[], byte[]> record) {
    if (record.value() == null || record.key() == null) {
      return false;
    }
    Headers headers = record.headers();
    String version = EventHeaders.text(headers, "millrace-version").orElse("");
    var it =
        new Reconstructed(
            new String(record.key(), StandardCharsets.UTF_8),
            EventHeaders.text(headers, "ce_id").orElse(""),
            EventHeaders.text(headers, "millrace-model").orElse(""),
            version.matches("\\d{1,18}") ? Long.parseLong(version) : -1,
            record.value());
    if (isForgotten(it)) {
      return true;
    }
    reconstructions.put(it.id(), it, record.value().length + OBJECT_BYTES);
    reconstructed.forEach(listener -> listener.accept(it));
    return true;
  }

  /** All predictions are looked at only where there is one of the subject: many are deleted. */
  private void forget(String subject) {
    if (bySubject.get(subject).isPresent()) {
      recent.removeIf(this::isForgotten);
      bySubject.get(subject).filter(this::isForgotten).ifPresent(_ -> bySubject.remove(subject));
    }
    if (subject.startsWith(IMAGE)) {
      String id = subject.substring(IMAGE.length());
      reconstructions.get(id).filter(this::isForgotten).ifPresent(_ -> reconstructions.remove(id));
    }
  }

  private boolean isForgotten(Predicted it) {
    return forgotten.covers(it.prediction().getSubject(), it.prediction().getSource());
  }

  private boolean isForgotten(Reconstructed it) {
    return forgotten.covers(IMAGE + it.id(), it.event());
  }

  /** The newest predictions that are wanted, the newest first. */
  public List<Predicted> newest(int limit, Predicate<Predicted> wanted) {
    return recent.newest(limit, wanted);
  }

  /** The newest prediction of a subject. */
  public Optional<Predicted> of(String subject) {
    return bySubject.get(subject);
  }

  /** The newest reconstruction of an image. */
  public Optional<Reconstructed> reconstruction(String imageId) {
    return reconstructions.get(imageId);
  }

  /** The memories, for their metrics: predictions, and reconstructions. */
  List<BoundedMemory<?>> memories() {
    return List.of(recent, bySubject, reconstructions);
  }
}
