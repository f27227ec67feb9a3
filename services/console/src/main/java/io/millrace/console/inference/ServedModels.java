package io.millrace.console.inference;

import static java.util.Objects.requireNonNull;

import io.millrace.runtime.http.HttpStatusException;
import io.millrace.runtime.models.ModelFollower;
import io.millrace.runtime.models.ModelName;
import io.millrace.runtime.models.ModelVersion;
import io.millrace.runtime.models.ServingPointer;
import io.millrace.runtime.models.VersionId;
import io.millrace.runtime.settings.IncompatibleStateException;
import io.millrace.scoring.answers.ServingLog;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * The models that requests can ask: of each kind the version that serves, which follows the models
 * topic as scoring does; of each variant the newest version; and any version that a request names.
 * Safe for several threads.
 */
final class ServedModels implements ModelFollower.Listener, AutoCloseable {

  private final Map<String, ModelKind<?>> kinds = new LinkedHashMap<>();
  private final Map<String, ModelKind.Serving> serving = new LinkedHashMap<>();
  private final Map<String, String> unavailable;
  private final NamedVersions named;
  private final Store store;
  private final Map<String, Long> newest = new ConcurrentHashMap<>();
  private volatile boolean isCaughtUp;

  /** The versions that can be read. */
  interface Store extends Inference.PublishedVersions {

    /** Reads a version; empty if it is gone. */
    Optional<ModelVersion> load(VersionId version);
  }

  /**
   * Models without a version yet.
   *
   * @param kinds that can be asked
   * @param unavailable kinds that cannot, and why
   * @param log finds versions
   * @param store reads versions that are named
   * @param maxNamed versions that are kept because they were named
   */
  ServedModels(
      List<ModelKind<?>> kinds,
      Map<String, String> unavailable,
      ServingLog log,
      Store store,
      int maxNamed) {
    for (ModelKind<?> kind : kinds) {
      this.kinds.put(kind.name(), kind);
      serving.put(kind.name(), kind.serving(log));
    }
    this.unavailable = Map.copyOf(unavailable);
    this.store = store;
    this.named = new NamedVersions(this::load, maxNamed);
  }

  /** The kinds of the models. */
  Set<String> kinds() {
    return Set.copyOf(kinds.keySet());
  }

  /** Whether all was read that the models topic had at the start. */
  boolean isCaughtUp() {
    return isCaughtUp;
  }

  @Override
  public void pointerChanged(String kind, Optional<ServingPointer> pointer) {
    selecting(kind).selector().pointerChanged(pointer);
  }

  @Override
  public void published(ModelVersion version) {
    String model = version.id().model();
    newest.put(model, version.id().number());
    ModelKind.Serving kind = selecting(ModelName.kindOf(model));
    if (kind.selector().mayAnswer(model)) {
      kind.selector().published(version);
    }
  }

  @Override
  public void unusable(String model, long version, String reason) {
    ModelKind.Serving kind = selecting(ModelName.kindOf(model));
    if (kind.selector().mayAnswer(model)) {
      kind.selector().unusable(new VersionId(model, version), reason);
    }
  }

  @Override
  public void caughtUp() {
    isCaughtUp = true;
  }

  private ModelKind.Serving selecting(String kind) {
    ModelKind.@Nullable Serving found = serving.get(kind);
    if (found == null) {
      throw new IllegalStateException("not followed: " + kind);
    }
    return found;
  }

  /**
   * What answers for a model, once it is loaded.
   *
   * @param version as the request names it; empty if it names none
   * @throws HttpStatusException 404 if there is no such model or version, 503 if it has no version
   *     yet, or for now
   */
  CompletionStage<InferenceModel> find(String model, Optional<String> version) {
    Optional<VersionId> id = id(model, version);
    return id.isPresent() ? named.get(id.get()) : CompletableFuture.completedFuture(serving(model));
  }

  /**
   * Makes sure that a version can answer. Loads none: this is asked without a token.
   *
   * @throws HttpStatusException as {@link #find}
   */
  void check(String model, Optional<String> version) {
    id(model, version).ifPresentOrElse(named::loaded, () -> serving(model));
  }

  /**
   * What a version takes and gives: the one that is loaded says it, else its manifest. Loads none:
   * this is asked without a token.
   *
   * @throws HttpStatusException as {@link #find}, and 503 if the version is not loaded and its
   *     manifest does not say it
   */
  InferenceModel.Description description(String model, Optional<String> version) {
    Optional<VersionId> id = id(model, version);
    if (id.isEmpty()) {
      return serving(model).description().orElseThrow();
    }
    return named
        .loaded(id.get())
        .flatMap(InferenceModel::description)
        .or(() -> described(id.get()))
        .orElseThrow(() ->
            HttpStatusException.unavailable(
                "%s is not loaded: a request for inference by it loads it; try again after one"
                    .formatted(id.get())));
  }

  private Optional<InferenceModel.Description> described(VersionId id) {
    ModelKind<?> kind = kinds.get(ModelName.kindOf(id.model()));
    return kind == null ? Optional.empty() : store.manifest(id).flatMap(kind.describer());
  }

  /** The versions of a model that a request may name, in ascending order. */
  List<Long> versions(String model) {
    long last = newest.getOrDefault(model, -1L);
    return store.versions(model).stream().filter(it -> it <= last).toList();
  }

  /** The version that a request names, or the newest of a variant; empty for what serves. */
  private Optional<VersionId> id(String model, Optional<String> version) {
    if (unavailable.containsKey(model)) {
      throw HttpStatusException.unavailable(
          model + " cannot answer here: " + unavailable.get(model));
    }
    ModelKind.Serving serves = serving.get(model);
    @Nullable Long last = newest.get(model);
    if (serves == null && last == null) {
      throw HttpStatusException.notFound(
          "there is no model %s; the models are %s, and their variants that have a version"
              .formatted(model, kinds.keySet()));
    }
    if (version.isPresent()) {
      return Optional.of(named(model, version.get()));
    }
    return serves == null
        ? Optional.of(new VersionId(model, requireNonNull(last)))
        : Optional.empty();
  }

  private InferenceModel serving(String model) {
    InferenceModel serves = requireNonNull(serving.get(model)).model();
    if (serves.description().isEmpty()) {
      throw HttpStatusException.unavailable(
          "no version of %s answers yet: its trainer has published none, or none was promoted; try"
                  .formatted(model)
              + " again later");
    }
    return serves;
  }

  private VersionId named(String model, String version) {
    try {
      var id = new VersionId(model, Long.parseLong(version));
      // The topic is not read for what was never published, nor for what is deleted.
      boolean isWritten = Long.toString(id.number()).equals(version);
      if (isWritten
          && id.number() >= 0
          && id.number() <= newest.getOrDefault(model, -1L)
          && store.has(id)) {
        return id;
      }
    } catch (NumberFormatException e) {
      // No model of that name was ever published.
    }
    throw noVersion(model, version);
  }

  private static HttpStatusException noVersion(String model, String version) {
    return HttpStatusException.notFound(
        "there is no version %s of %s: it was never published, or its parts are deleted"
            .formatted(version, model));
  }

  private InferenceModel load(VersionId id) {
    ModelKind<?> kind = kinds.get(ModelName.kindOf(id.model()));
    if (kind == null) {
      throw new IllegalStateException("not followed: " + id);
    }
    ModelVersion version =
        store.load(id).orElseThrow(() -> noVersion(id.model(), Long.toString(id.number())));
    try {
      return kind.fixed(version);
    } catch (IncompatibleStateException e) {
      throw HttpStatusException.conflict(String.valueOf(e.getMessage()));
    }
  }

  /** Ends all models. */
  @Override
  public void close() {
    named.close();
    serving.values().forEach(it -> it.model().close());
  }
}
