package io.millrace.console.inference;

import io.millrace.runtime.models.ModelReader;
import io.millrace.runtime.models.ModelVersion;
import io.millrace.runtime.settings.Settings;
import io.millrace.schemas.avro.ServingDecision;
import io.millrace.scoring.answers.ServingLog;
import java.util.Optional;
import java.util.function.LongPredicate;

/** Reads versions, and decides and tells nothing: that is scoring's. */
record ReadOnlyServingLog(Settings settings) implements ServingLog {

  @Override
  public Optional<ModelVersion> newest(String model, LongPredicate wanted) {
    return ModelReader.newest(settings, model, wanted);
  }

  @Override
  public void first(String model, long version) {}

  @Override
  public void reportPassedOver(ServingDecision passedOver) {}
}
