package io.millrace.runtime;

import java.util.UUID;
import java.util.function.Supplier;
import org.apache.kafka.clients.consumer.CooperativeStickyAssignor;

/**
 * Feeds a {@link BatchProcessor} from its topics, each batch and its answers one transaction. Any
 * number of instances share the partitions as a consumer group.
 *
 * <p>The transactional id is the instance's own, and new at every start if the process has no
 * lasting name: what keeps a replaced instance from committing is the group's metadata in the
 * transaction (KIP-447), not the id. The price is that the partitions of an instance that died
 * within a transaction are held up until that times out; so it opens only when the answers are
 * ready, and its time-out is short.
 *
 * <p>A batch is what a poll brings, which comes back as soon as anything is there. Nothing is in
 * flight between polls, so that a rebalance, which happens within one, finds nothing to undo.
 */
public final class BatchLoop {

  private final String service;
  private final Settings settings;
  private final BatchLoopConfig config;
  private final Supplier<? extends BatchProcessor> processors;
  private final Transactions.Probe probe;

  private BatchLoop(
      String service,
      Settings settings,
      BatchLoopConfig config,
      Supplier<? extends BatchProcessor> processors,
      Transactions.Probe probe) {
    this.service = service;
    this.settings = settings;
    this.config = config;
    this.processors = processors;
    this.probe = probe;
  }

  /**
   * A service that answers records.
   *
   * @param service its name, and that of its consumer group
   * @param settings of the process
   * @param processor makes the processor; called once, on the thread on which it is used
   */
  public static Service of(
      String service,
      Settings settings,
      BatchLoopConfig config,
      Supplier<? extends BatchProcessor> processor) {
    return of(service, settings, config, processor, moment -> {});
  }

  /** The same, looked on by a test. */
  static Service of(
      String service,
      Settings settings,
      BatchLoopConfig config,
      Supplier<? extends BatchProcessor> processor,
      Transactions.Probe probe) {
    var loop = new BatchLoop(service, settings, config, processor, probe);
    return new LoopService(service, loop::run);
  }

  private void run(LoopService thread) {
    var metrics = new LoopMetrics(thread.meters(), service, settings.topics().deadLetters().name());
    String group = settings.common().group(service);
    String instance = settings.common().instance();
    String transactionalId = group + "-" + (instance.isEmpty() ? UUID.randomUUID() : instance);
    try (BatchProcessor processor = processors.get();
        var consumer =
            Clients.member(
                settings,
                group,
                CooperativeStickyAssignor.class,
                config.sessionTimeout(),
                config.maxPollInterval(),
                config.maxRecords());
        var _ = metrics.bind(consumer)) {
      thread.wakeUpBy(consumer::wakeup);
      processor.bindTo(metrics.registry());
      try (var member =
          new BatchMember(
              service,
              processor,
              consumer,
              metrics,
              () ->
                  Transactions.open(
                      settings, transactionalId, config.transactionTimeout(), metrics, probe))) {
        while (!thread.stopping()) {
          thread.ready(member.turn());
        }
      }
    }
  }
}
