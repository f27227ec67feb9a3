package io.millrace.scoring;

import io.millrace.runtime.models.ModelVersion;
import io.millrace.schemas.avro.ServingDecision;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.LongPredicate;

/** Versions and events in memory, of one model. */
final class TestServingLog implements ServingLog {

  final List<ServingDecision> told = new ArrayList<>();
  final List<Long> firsts = new ArrayList<>();
  private final TreeMap<Long, ModelVersion> versions = new TreeMap<>();

  void has(ModelVersion version) {
    versions.put(version.manifest().getVersion(), version);
  }

  void loses(long version) {
    versions.remove(version);
  }

  @Override
  public Optional<ModelVersion> newest(String model, LongPredicate wanted) {
    return versions.descendingMap().values().stream()
        .filter(it -> it.manifest().getModel().equals(model))
        .filter(it -> wanted.test(it.manifest().getVersion()))
        .findFirst();
  }

  @Override
  public void first(String model, long version) {
    firsts.add(version);
  }

  @Override
  public void tell(ServingDecision passedOver) {
    told.add(passedOver);
  }
}
