package io.millrace.console.live;

import io.millrace.console.live.ModelMemory.Published;
import io.millrace.runtime.models.ModelName;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;
import java.util.function.Predicate;

/**
 * The recent drifts: a version whose manifest counts more drifts than the version before has met
 * one. Written by one thread, read by any.
 */
public final class DriftMemory {

  private static final String COUNT = "drifts";
  private static final int DRIFT_BYTES = 200;

  private final Map<String, Double> counts = new HashMap<>();
  private final BoundedMemory<Drift> drifts;
  private final List<Consumer<Drift>> listeners = new CopyOnWriteArrayList<>();

  /** An empty memory. */
  public DriftMemory(MemoryBounds bounds) {
    drifts = new BoundedMemory<>(bounds);
  }

  /** Calls somebody with each drift, on the reading thread. */
  public void onDrift(Consumer<Drift> listener) {
    listeners.add(listener);
  }

  /** Takes the next version. */
  void version(Published published) {
    var manifest = published.manifest();
    Double count = manifest.getMetrics().get(COUNT);
    if (count == null) {
      return;
    }
    Double before = counts.put(manifest.getModel(), count);
    if (before == null || count <= before) {
      return;
    }
    String setting = ModelName.kindOf(manifest.getModel()) + ".drift.";
    var drift =
        new Drift(
            manifest.getModel(),
            manifest.getVersion(),
            manifest.getSettings().getOrDefault(setting + "detector", ""),
            manifest.getSettings().getOrDefault(setting + "action", ""),
            published.time());
    drifts.put(manifest.getModel() + "/" + manifest.getVersion(), drift, DRIFT_BYTES);
    listeners.forEach(listener -> listener.accept(drift));
  }

  /** The newest drifts that are wanted, the newest first. */
  public List<Drift> newest(int limit, Predicate<Drift> wanted) {
    return drifts.newest(limit, wanted);
  }
}
