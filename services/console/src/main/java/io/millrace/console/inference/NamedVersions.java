package io.millrace.console.inference;

import io.millrace.runtime.http.HttpStatusException;
import io.millrace.runtime.models.VersionId;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;

/**
 * The versions that requests have named: loaded one after the other, and a few of them kept, of
 * which the least recently asked one makes room for the next. Safe for several threads.
 */
final class NamedVersions implements AutoCloseable {

  private static final int MAX_WAITING = 8;

  /** Versions that are remembered because they cannot be used. */
  private static final int MAX_FAILED = 64;

  /** Statuses from here on say that the same request may be answered later. */
  private static final int SERVER_ERROR = 500;

  private final Function<VersionId, InferenceModel> loader;
  private final int maxKept;
  private final Map<VersionId, CompletableFuture<InferenceModel>> kept =
      new LinkedHashMap<>(16, 0.75f, true);
  private final Map<VersionId, HttpStatusException> failed = new LinkedHashMap<>();
  private final ThreadPoolExecutor thread =
      new ThreadPoolExecutor(
          1,
          1,
          10,
          TimeUnit.SECONDS,
          new ArrayBlockingQueue<>(MAX_WAITING),
          Thread.ofPlatform().daemon().name("console-versions").factory());

  /**
   * Nothing is loaded yet.
   *
   * @param loader loads a version; throws what the request is answered with if it cannot
   * @param maxKept at least 1
   */
  NamedVersions(Function<VersionId, InferenceModel> loader, int maxKept) {
    this.loader = loader;
    this.maxKept = maxKept;
    thread.allowCoreThreadTimeOut(true);
  }

  /**
   * A version, once it is loaded.
   *
   * @throws HttpStatusException 503 if too many others are being loaded, or as the loader did if
   *     the version cannot be used
   */
  synchronized CompletionStage<InferenceModel> get(VersionId id) {
    checkUsable(id);
    CompletableFuture<InferenceModel> known = kept.get(id);
    if (known != null) {
      return known;
    }
    makeRoom();
    var loading = new CompletableFuture<InferenceModel>();
    try {
      thread.execute(() -> load(id, loading));
    } catch (RejectedExecutionException e) {
      throw busy();
    }
    kept.put(id, loading);
    return loading;
  }

  /**
   * A version, if it is loaded; that it was asked for does not keep it.
   *
   * @throws HttpStatusException as the loader did if the version cannot be used
   */
  synchronized Optional<InferenceModel> loaded(VersionId id) {
    checkUsable(id);
    return kept.entrySet().stream()
        .filter(it -> it.getKey().equals(id) && it.getValue().isDone())
        .map(it -> it.getValue().join())
        .findFirst();
  }

  private void checkUsable(VersionId id) {
    HttpStatusException failure = failed.get(id);
    if (failure != null) {
      throw failure;
    }
  }

  private void makeRoom() {
    Iterator<CompletableFuture<InferenceModel>> eldest = kept.values().iterator();
    while (kept.size() >= maxKept && eldest.hasNext()) {
      CompletableFuture<InferenceModel> candidate = eldest.next();
      if (candidate.isDone()) {
        eldest.remove();
        candidate.thenAccept(InferenceModel::close);
      }
    }
    if (kept.size() >= maxKept) {
      throw busy();
    }
  }

  private static HttpStatusException busy() {
    return HttpStatusException.unavailable(
        "other versions are being loaded (console.inference.versions.max); try again later");
  }

  private void load(VersionId id, CompletableFuture<InferenceModel> loading) {
    try {
      loading.complete(loader.apply(id));
    } catch (Throwable e) {
      // Forgotten first: who asks again has it loaded again, unless it can never be used.
      synchronized (this) {
        kept.remove(id, loading);
        if (e instanceof HttpStatusException failure && failure.status() < SERVER_ERROR) {
          remember(id, failure);
        }
      }
      loading.completeExceptionally(e);
    }
  }

  private void remember(VersionId id, HttpStatusException failure) {
    if (failed.size() == MAX_FAILED) {
      failed.remove(failed.keySet().iterator().next());
    }
    failed.put(id, failure);
  }

  /** Closes all. */
  @Override
  public synchronized void close() {
    thread.shutdownNow();
    kept.values().forEach(it -> it.thenAccept(InferenceModel::close));
    kept.clear();
  }
}
