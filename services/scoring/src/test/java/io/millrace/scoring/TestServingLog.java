package io.millrace.scoring;

import io.millrace.runtime.models.ModelVersion;
import io.millrace.schemas.avro.ServingDecision;
import io.millrace.scoring.answers.ServingLog;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.LongPredicate;

/** Versions and events in memory. */
final class TestServingLog implements ServingLog {

  final List<ServingDecision> told = new ArrayList<>();
  final List<Long> firsts = new ArrayList<>();
  private final Map<String, TreeMap<Long, ModelVersion>> versions = new HashMap<>();

  void has(ModelVersion version) {
    of(version.id().model()).put(version.id().number(), version);
  }

  void loses(long version) {
    versions.values().forEach(it -> it.remove(version));
  }

  private TreeMap<Long, ModelVersion> of(String model) {
    return versions.computeIfAbsent(model, _ -> new TreeMap<>());
  }

  @Override
  public Optional<ModelVersion> newest(String model, LongPredicate wanted) {
    return of(model).descendingMap().values().stream()
        .filter(it -> wanted.test(it.manifest().getVersion()))
        .findFirst();
  }

  @Override
  public void first(String model, long version) {
    firsts.add(version);
  }

  @Override
  public void reportPassedOver(ServingDecision passedOver) {
    told.add(passedOver);
  }
}
