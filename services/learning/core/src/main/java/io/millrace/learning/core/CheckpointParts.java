package io.millrace.learning.core;

import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/**
 * The names of the parts that the checkpoint of a learner has. A learner writes only what has
 * changed; one that begins anew must also delete what it does not write again. Not thread-safe.
 */
public final class CheckpointParts {

  private final Set<String> names;
  private final Set<String> stale = new TreeSet<>();

  private CheckpointParts(Set<String> names) {
    this.names = new TreeSet<>(names);
  }

  /** No part yet. */
  public static CheckpointParts none() {
    return new CheckpointParts(Set.of());
  }

  /** The parts that a learner was restored from. */
  public static CheckpointParts of(Set<String> names) {
    return new CheckpointParts(names);
  }

  /** The learner begins anew: what it does not write in its next step is no longer its state. */
  public void beginAnew() {
    stale.addAll(names);
  }

  /**
   * Adds to the parts that a step writes those that it deletes.
   *
   * @param parts by name; an empty value deletes the part
   */
  public void complete(Map<String, Optional<byte[]>> parts) {
    stale.forEach(name -> parts.putIfAbsent(name, Optional.empty()));
    stale.clear();
    parts.forEach((name, bytes) -> {
      if (bytes.isPresent()) {
        names.add(name);
      } else {
        names.remove(name);
      }
    });
  }
}
