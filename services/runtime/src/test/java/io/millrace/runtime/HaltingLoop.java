package io.millrace.runtime;

import java.util.function.Supplier;

/** Batch loops of other modules, halted in the midst of a transaction. */
public final class HaltingLoop {

  private HaltingLoop() {}

  /** As {@link BatchLoop#of(String, Settings, BatchLoopConfig, Supplier)}, with a halt. */
  public static Service of(
      String service,
      Settings settings,
      BatchLoopConfig config,
      Supplier<? extends BatchProcessor> processor,
      ProbeStop halt) {
    return BatchLoop.of(service, settings, config, processor, halt);
  }
}
