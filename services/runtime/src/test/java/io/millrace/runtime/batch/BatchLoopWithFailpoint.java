package io.millrace.runtime.batch;

import io.millrace.runtime.lifecycle.Service;
import io.millrace.runtime.settings.Settings;
import io.millrace.runtime.testing.FailpointHalt;
import java.util.function.Supplier;

/** Batch loops of other modules, halted in the midst of a transaction. */
public final class BatchLoopWithFailpoint {

  private BatchLoopWithFailpoint() {}

  /** As {@link BatchLoop#of(String, Settings, BatchLoopConfig, Supplier)}, with a halt. */
  public static Service of(
      String service,
      Settings settings,
      BatchLoopConfig config,
      Supplier<? extends BatchProcessor> processor,
      FailpointHalt halt) {
    return BatchLoop.of(service, settings, config, processor, halt);
  }
}
