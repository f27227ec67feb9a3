package io.millrace.runtime.models;

import io.millrace.runtime.kafka.CommittedReader;
import io.millrace.runtime.settings.Settings;
import io.millrace.schemas.AvroCodec;
import io.millrace.schemas.Decoded;
import io.millrace.schemas.avro.ServingDecision;
import io.millrace.schemas.avro.ServingReason;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Which version answers for a kind of model: the last record under the key {@code KIND/serving} of
 * the models topic. It may be a version of a variant ({@link ModelName}). A tombstone there means
 * that there is no pointer. Written by {@link ServingChange} alone.
 *
 * @param decision what was decided last
 * @param since when the broker took it
 */
public record ServingPointer(ServingDecision decision, Instant since) {

  private static final Logger LOG = LoggerFactory.getLogger(ServingPointer.class);
  private static final AvroCodec<ServingDecision> CODEC = AvroCodec.of(ServingDecision.class);
  private static final String SUFFIX = "/serving";

  /** The key of a model's pointer. */
  public static String key(String model) {
    return model + SUFFIX;
  }

  /** The model whose pointer has this key; empty for all other keys. */
  public static Optional<String> modelOf(String key) {
    int slash = key.indexOf('/');
    return slash > 0 && key.substring(slash).equals(SUFFIX)
        ? Optional.of(key.substring(0, slash))
        : Optional.empty();
  }

  /**
   * Decodes the value under a pointer's key. Empty, with a warning, if it is not a decision about
   * that model: it was not written by Millrace.
   *
   * @param timestamp of the record, milliseconds since 1970
   */
  static Optional<ServingPointer> decode(String model, byte[] value, long timestamp) {
    return switch (decision(model, value)) {
      case Decoded.Valid<ServingDecision>(ServingDecision it) ->
          Optional.of(new ServingPointer(it, Instant.ofEpochMilli(timestamp)));
      case Decoded.Invalid<ServingDecision>(String reason) -> {
        LOG.warn("ignored the record {} of the models topic: {}", key(model), reason);
        yield Optional.empty();
      }
    };
  }

  /** Decodes a decision; invalid if it is about another model or a version that cannot be. */
  public static Decoded<ServingDecision> decision(String model, byte[] value) {
    return CODEC.decode(value).flatMap(it -> checked(model, it));
  }

  private static Decoded<ServingDecision> checked(String model, ServingDecision it) {
    if (!it.getModel().equals(model)) {
      return Decoded.invalid("it decides about the model '" + it.getModel() + "'");
    }
    boolean negative =
        it.getVersion() != null && it.getVersion() < 0
            || it.getPrevious() != null && it.getPrevious() < 0;
    if (negative) {
      return Decoded.invalid("a version must be >= 0");
    }
    return ModelName.isOfKind(servingModel(it), model)
            && ModelName.isOfKind(previousModel(it), model)
        ? Decoded.valid(it)
        : Decoded.invalid(
            "a version of '%s' or '%s' cannot answer for it"
                .formatted(servingModel(it), previousModel(it)));
  }

  /** The model whose version answers by a decision, or was passed over. */
  public static String servingModel(ServingDecision decision) {
    return decision.getServingModel().isEmpty() ? decision.getModel() : decision.getServingModel();
  }

  /** The model whose version answered before a decision, or goes on. */
  public static String previousModel(ServingDecision decision) {
    return decision.getPreviousModel().isEmpty()
        ? decision.getModel()
        : decision.getPreviousModel();
  }

  /** A model's name as a decision about a kind has it: empty for the kind's own model. */
  public static String inDecision(String kind, String model) {
    return model.equals(kind) ? "" : model;
  }

  /** The record that makes a decision the one in force. */
  static ProducerRecord<byte[], byte[]> record(String topic, ServingDecision decision) {
    return ModelRecords.record(topic, key(decision.getModel()), CODEC.encode(decision));
  }

  /** The record of an event. */
  public static ProducerRecord<byte[], byte[]> event(Settings settings, ServingDecision decision) {
    return new ProducerRecord<>(
        settings.topics().servingEvents().name(),
        decision.getModel().getBytes(StandardCharsets.UTF_8),
        CODEC.encode(decision));
  }

  /** The pointers of all models, by model. Reads the topic once. */
  public static NavigableMap<String, ServingPointer> read(Settings settings) {
    NavigableMap<String, ServingPointer> pointers = new TreeMap<>();
    CommittedReader.readWritten(
        settings,
        settings.topics().models().name(),
        (key, value, timestamp) ->
            modelOf(key).ifPresent(model -> update(pointers, model, value, timestamp)));
    return pointers;
  }

  private static void update(
      NavigableMap<String, ServingPointer> pointers,
      String model,
      byte @Nullable [] value,
      long timestamp) {
    if (value == null) {
      pointers.remove(model);
    } else {
      decode(model, value, timestamp).ifPresent(it -> pointers.put(model, it));
    }
  }

  /** The model whose version answers: the kind's own, or a variant. */
  public String model() {
    return servingModel(decision);
  }

  /** The version that answers; empty for the newest of {@link #model}. */
  public Optional<VersionId> version() {
    return id(servingModel(decision), decision.getVersion());
  }

  /** The version that answered before; empty if none did. */
  public Optional<VersionId> previous() {
    return id(previousModel(decision), decision.getPrevious());
  }

  /**
   * The versions of a model whose parts must stay: the one that answers and the one to roll back
   * to.
   */
  Set<Long> keeps(String ofModel) {
    return keeps(decision, ofModel);
  }

  /**
   * The versions of a model whose parts must stay by a decision; none by an event that decides
   * nothing.
   */
  static Set<Long> keeps(ServingDecision decision, String ofModel) {
    if (decision.getReason() == ServingReason.PASSED_OVER) {
      return Set.of();
    }
    return Stream.of(
            id(servingModel(decision), decision.getVersion()),
            id(previousModel(decision), decision.getPrevious()))
        .flatMap(Optional::stream)
        .filter(it -> it.model().equals(ofModel))
        .map(VersionId::number)
        .collect(Collectors.toCollection(TreeSet::new));
  }

  private static Optional<VersionId> id(String model, @Nullable Long version) {
    return version == null ? Optional.empty() : Optional.of(new VersionId(model, version));
  }
}
