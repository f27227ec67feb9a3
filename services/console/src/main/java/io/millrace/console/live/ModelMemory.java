package io.millrace.console.live;

import io.millrace.runtime.models.ModelKey;
import io.millrace.runtime.models.ServingPointer;
import io.millrace.schemas.AvroCodec;
import io.millrace.schemas.Decoded;
import io.millrace.schemas.avro.ModelManifest;
import io.millrace.schemas.avro.ServingDecision;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.jspecify.annotations.Nullable;

/**
 * The versions of the models, as the topic {@code models} has them: the manifests of the newest
 * versions, which versions have their parts, and the pointers. Written by one thread, read by any.
 */
public final class ModelMemory {

  private static final AvroCodec<ModelManifest> MANIFESTS = AvroCodec.of(ModelManifest.class);

  /** More models than anybody trains beside each other. */
  private static final int MAX_MODELS = 64;

  /** A manifest and when the broker took it, milliseconds since 1970. */
  public record Published(ModelManifest manifest, long time) {}

  private static final class Versions {
    private final NavigableMap<Long, Published> kept = new TreeMap<>();
    private final TreeSet<Long> withParts = new TreeSet<>();
    private long evicted;
  }

  private final int versionsOfEach;
  private final NavigableMap<String, Versions> models = new TreeMap<>();
  private final Map<String, ServingPointer> pointers = new HashMap<>();
  private final List<Consumer<Published>> listeners = new CopyOnWriteArrayList<>();

  /**
   * An empty memory.
   *
   * @param versionsOfEach how many of each model are kept
   */
  public ModelMemory(int versionsOfEach) {
    this.versionsOfEach = versionsOfEach;
  }

  /** Calls somebody with each version, on the reading thread. */
  public void onVersion(Consumer<Published> listener) {
    listeners.add(listener);
  }

  /** Takes a record of {@code models}. */
  boolean accept(ConsumerRecord<byte[], byte[]> record) {
    if (record.key() == null) {
      return false;
    }
    String key = new String(record.key(), StandardCharsets.UTF_8);
    Optional<String> ofPointer = ServingPointer.modelOf(key);
    if (ofPointer.isPresent()) {
      return pointer(ofPointer.get(), record);
    }
    Optional<ModelKey> parsed = ModelKey.parse(key);
    if (parsed.isEmpty()) {
      return false;
    }
    return parsed.get().isManifest()
        ? manifest(parsed.get(), record)
        : part(parsed.get(), record.value() != null);
  }

  private synchronized boolean pointer(String model, ConsumerRecord<byte[], byte[]> record) {
    if (record.value() == null) {
      pointers.remove(model);
      return true;
    }
    if (ServingPointer.decision(model, record.value())
        instanceof Decoded.Valid<ServingDecision>(var decision)) {
      pointers.put(model, new ServingPointer(decision, Instant.ofEpochMilli(record.timestamp())));
      return true;
    }
    return false;
  }

  private synchronized boolean part(ModelKey key, boolean isThere) {
    Versions versions = of(key.model());
    if (versions == null) {
      return false;
    }
    if (isThere) {
      versions.withParts.add(key.version());
    } else {
      versions.withParts.remove(key.version());
    }
    return true;
  }

  private boolean manifest(ModelKey key, ConsumerRecord<byte[], byte[]> record) {
    if (record.value() == null) {
      synchronized (this) {
        Versions versions = of(key.model());
        if (versions != null) {
          versions.kept.remove(key.version());
        }
      }
      return true;
    }
    if (!(MANIFESTS.decode(record.value()) instanceof Decoded.Valid<ModelManifest>(var manifest))
        || !manifest.getModel().equals(key.model())
        || manifest.getVersion() != key.version()) {
      return false;
    }
    var published = new Published(manifest, record.timestamp());
    synchronized (this) {
      Versions versions = of(key.model());
      if (versions == null) {
        return false;
      }
      versions.kept.put(key.version(), published);
      if (versions.kept.size() > versionsOfEach) {
        versions.kept.pollFirstEntry();
        versions.evicted++;
      }
    }
    listeners.forEach(listener -> listener.accept(published));
    return true;
  }

  /** The versions of a model; null if there are too many models. */
  private @Nullable Versions of(String model) {
    Versions known = models.get(model);
    if (known == null && models.size() < MAX_MODELS) {
      known = new Versions();
      models.put(model, known);
    }
    return known;
  }

  /** The models that have a version. */
  public synchronized List<String> models() {
    return models.entrySet().stream()
        .filter(it -> !it.getValue().kept.isEmpty())
        .map(Map.Entry::getKey)
        .toList();
  }

  /** The newest versions of a model, the newest first. */
  public synchronized List<Published> versions(String model, int limit) {
    Versions versions = models.get(model);
    return versions == null
        ? List.of()
        : new ArrayList<>(versions.kept.descendingMap().values().stream().limit(limit).toList());
  }

  /** A version of a model, if it is among the newest. */
  public synchronized Optional<Published> version(String model, long version) {
    return Optional.ofNullable(models.get(model)).map(it -> it.kept.get(version));
  }

  /** The number of a model's newest version. */
  public synchronized Optional<Long> newest(String model) {
    return Optional.ofNullable(models.get(model))
        .map(it -> it.kept.lastEntry())
        .map(Map.Entry::getKey);
  }

  /** Whether the parts of a version are on the topic, so that it can answer. */
  public synchronized boolean isServable(String model, long version) {
    Versions versions = models.get(model);
    return versions != null && versions.withParts.contains(version);
  }

  /** The versions of a model whose parts are on the topic, in ascending order. */
  public synchronized List<Long> servable(String model) {
    Versions versions = models.get(model);
    return versions == null ? List.of() : List.copyOf(versions.withParts);
  }

  /** The pointer of a kind of model. */
  public synchronized Optional<ServingPointer> pointer(String kind) {
    return Optional.ofNullable(pointers.get(kind));
  }

  /** How many versions are kept. */
  public synchronized int size() {
    return models.values().stream().mapToInt(it -> it.kept.size()).sum();
  }

  /** How many have made room since the start. */
  public synchronized long evicted() {
    return models.values().stream().mapToLong(it -> it.evicted).sum();
  }
}
