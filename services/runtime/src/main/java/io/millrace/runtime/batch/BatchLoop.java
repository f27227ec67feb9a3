package io.millrace.runtime.batch;

import io.millrace.runtime.kafka.KafkaClients;
import io.millrace.runtime.kafka.Transactions;
import io.millrace.runtime.lifecycle.LoopService;
import io.millrace.runtime.lifecycle.Service;
import io.millrace.runtime.metrics.LoopMetrics;
import io.millrace.runtime.settings.Settings;
import java.util.UUID;
import java.util.function.Supplier;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.CooperativeStickyAssignor;

/**
 * Feeds a {@link BatchProcessor} from its topics and commits batches with their answers, by the
 * {@link ProcessingGuarantee} that is set, while the next ones are answered. Any number of
 * instances share the partitions as a consumer group.
 *
 * <p>The transactional id is the instance's own, and new at every start if the process has no
 * lasting name: what keeps a replaced instance from committing is the group's metadata in the
 * transaction (KIP-447), not the id. The price is that the partitions of an instance that died
 * within a transaction are held up until that times out; so it opens only when the answers are
 * ready, and its time-out is short.
 *
 * <p>A batch is what a poll brings, which comes back as soon as anything is there. Before
 * partitions are given up, what was answered of them is committed. A batch carries the membership
 * under which it was polled; should the group have moved on, its commit is refused and it is done
 * again.
 */
public final class BatchLoop {

  private final String service;
  private final Settings settings;
  private final BatchLoopConfig config;
  private final Supplier<? extends BatchProcessor> processors;
  private final Transactions.FailpointListener failpoints;

  /** Names this process where it was given no lasting name. */
  private final String process = UUID.randomUUID().toString();

  private BatchLoop(
      String service,
      Settings settings,
      BatchLoopConfig config,
      Supplier<? extends BatchProcessor> processors,
      Transactions.FailpointListener probe) {
    this.service = service;
    this.settings = settings;
    this.config = config;
    this.processors = processors;
    this.failpoints = probe;
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
  public static Service of(
      String service,
      Settings settings,
      BatchLoopConfig config,
      Supplier<? extends BatchProcessor> processor,
      Transactions.FailpointListener probe) {
    var loop = new BatchLoop(service, settings, config, processor, probe);
    return new LoopService(service, loop::run);
  }

  private void run(LoopService thread) {
    var metrics = new LoopMetrics(thread.meters(), service, settings.topics().deadLetters().name());
    String group = settings.common().group(service);
    try (BatchProcessor processor = processors.get();
        var consumer =
            KafkaClients.member(
                settings,
                group,
                CooperativeStickyAssignor.class,
                config.sessionTimeout(),
                config.maxPollInterval(),
                config.maxRecords());
        var _ = metrics.bind(consumer)) {
      thread.setWakeup(consumer::wakeup);
      processor.bindTo(metrics.registry());
      Supplier<BatchCommitter> deliveries = () -> delivery(group, consumer, metrics);
      try (var member = new BatchGroupMember(service, processor, consumer, metrics, deliveries)) {
        while (!thread.stopping()) {
          thread.setReady(member.runOnce());
        }
      }
    }
  }

  private BatchCommitter delivery(
      String group, Consumer<byte[], byte[]> consumer, LoopMetrics metrics) {
    return switch (config.guarantee()) {
      case EXACTLY_ONCE ->
          ExactlyOnceCommitter.begin(
              service,
              Transactions.fenceAndOpen(
                  settings,
                  transactionalId(group),
                  config.transactionTimeout(),
                  metrics,
                  failpoints),
              config,
              metrics);
      case AT_LEAST_ONCE ->
          new AtLeastOnceCommitter(
              KafkaClients.idempotent(settings),
              consumer,
              config.commitInterval(),
              metrics,
              failpoints);
    };
  }

  private String transactionalId(String group) {
    String instance = settings.common().instance();
    return group + "-" + (instance.isEmpty() ? process : instance);
  }
}
