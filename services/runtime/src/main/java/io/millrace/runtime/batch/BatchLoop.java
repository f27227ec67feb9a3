package io.millrace.runtime.batch;

import io.millrace.runtime.kafka.KafkaClients;
import io.millrace.runtime.kafka.TopicIdWatch;
import io.millrace.runtime.kafka.TopicIds;
import io.millrace.runtime.kafka.Transactions;
import io.millrace.runtime.lifecycle.LoopService;
import io.millrace.runtime.lifecycle.Service;
import io.millrace.runtime.metrics.LoopMetrics;
import io.millrace.runtime.settings.IncompatibleStateException;
import io.millrace.runtime.settings.Settings;
import java.util.UUID;
import java.util.function.Supplier;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.CooperativeStickyAssignor;

/**
 * Feeds a {@link BatchProcessor} from its topics, and commits batches with their answers under the
 * {@link ProcessingGuarantee} that is set, while the next ones are processed. Any number of
 * instances share the partitions as a consumer group.
 *
 * <ol>
 *   <li>A poll returns as soon as there is a record; what it brings is a batch.
 *   <li>The processor answers the batch.
 *   <li>A {@link BatchCommitter} sends the answers and commits the offsets, on its own schedule.
 *   <li>Before partitions are given up, their batches are committed. A batch carries the group
 *       membership under which it was polled: if the group has moved on, brokers refuse its commit
 *       and another instance processes it.
 * </ol>
 *
 * <p>Each instance has a transactional id of its own, a new one at every start unless the process
 * has a static name. Not the id but the group's metadata in the transaction keeps a replaced
 * instance from committing (KIP-447). The price: if an instance dies within a transaction, its
 * partitions wait until that times out. Therefore a transaction opens only when its answers are
 * ready, and its time-out is short.
 */
public final class BatchLoop {

  private final String service;
  private final Settings settings;
  private final BatchLoopConfig config;
  private final Supplier<? extends BatchProcessor> processors;
  private final Transactions.FailpointListener failpoints;

  /** Names this process if it has no static name. */
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
   * A service that processes records.
   *
   * @param service its name, also that of its consumer group
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

  /** The same with failpoints, for tests. */
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
    try (BatchProcessor processor = processors.get()) {
      if (processor.awaitWork(thread::stopping)) {
        run(thread, processor);
      }
    }
  }

  private void run(LoopService thread, BatchProcessor processor) {
    var metrics =
        LoopMetrics.ofBatches(thread.meters(), service, settings.topics().deadLetters().name());
    String group = settings.common().group(service);
    try (var consumer =
            KafkaClients.member(
                settings,
                group,
                CooperativeStickyAssignor.class,
                config.sessionTimeout(),
                config.maxPollInterval(),
                config.maxRecords());
        var _ = metrics.bind(consumer);
        var ids = TopicIdWatch.start(settings, service, processor.topics())) {
      thread.setWakeup(consumer::wakeup);
      thread.setLongestPause(config.maxPollInterval());
      processor.bindTo(metrics.registry());
      Supplier<BatchCommitter> deliveries = () -> delivery(group, consumer, metrics);
      try (var member =
          new BatchGroupMember(
              service,
              processor,
              consumer,
              new TopicIds(settings),
              metrics,
              deliveries,
              config.gathering())) {
        ids.whenChanged(member::abandonCommit);
        while (!thread.stopping()) {
          ids.requireSame();
          thread.setReady(member.runOnce());
          thread.progressed();
        }
      } catch (IncompatibleStateException e) {
        throw ids.cause(e);
      } catch (RuntimeException e) {
        ids.requireSame();
        throw e;
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
