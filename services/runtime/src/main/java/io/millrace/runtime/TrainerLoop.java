package io.millrace.runtime;

import io.millrace.topics.Topic;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.Supplier;

/**
 * Feeds a {@link Trainer} from its topic, each step one transaction and one version.
 *
 * <p>The instances of a service are one consumer group in which {@link SoleOwnerAssignor} gives
 * everything to one member. The owner takes over the model's transactional id, which fences a
 * previous owner that is only stalled, restores the trainer from the topics and goes on. After any
 * failed transaction, state in memory and positions are thrown away and restored in the same way,
 * but not before the group has met again: an instance that has been replaced without noticing must
 * not fence its successor.
 *
 * <p>One thread polls and learns. It polls between batches, so that only a single batch, a restore,
 * or the rest of a commit that is slower than a step has to fit into the maximum poll interval;
 * decoding runs ahead on others, and another commits a step while the next is learned.
 */
public final class TrainerLoop<E> {

  private static final int MAX_POLL_RECORDS = 500;

  private final String service;
  private final Settings settings;
  private final TrainerLoopConfig config;
  private final String input;
  private final Supplier<? extends Trainer<E>> trainers;
  private final TrainerGauges gauges = new TrainerGauges();
  private final Transactions.Probe probe;

  private TrainerLoop(
      String service,
      Settings settings,
      TrainerLoopConfig config,
      String input,
      Supplier<? extends Trainer<E>> trainers,
      Transactions.Probe probe) {
    this.service = service;
    this.settings = settings;
    this.config = config;
    this.input = input;
    this.trainers = trainers;
    this.probe = probe;
  }

  /**
   * A service that trains a model.
   *
   * @param service its name, and that of its consumer group
   * @param settings of the process
   * @param input what is learned from
   * @param trainer makes the trainer; called once, on the thread on which it is used
   */
  public static <E> Service of(
      String service,
      Settings settings,
      TrainerLoopConfig config,
      Topic<?, ?> input,
      Supplier<? extends Trainer<E>> trainer) {
    return of(service, settings, config, input, trainer, moment -> {});
  }

  /** The same, looked on by a test. */
  static <E> Service of(
      String service,
      Settings settings,
      TrainerLoopConfig config,
      Topic<?, ?> input,
      Supplier<? extends Trainer<E>> trainer,
      Transactions.Probe probe) {
    var loop = new TrainerLoop<>(service, settings, config, input.name(), trainer, probe);
    return new LoopService(service, loop::run);
  }

  private void run(LoopService thread) {
    var metrics = new LoopMetrics(thread.meters(), service, settings.topics().deadLetters().name());
    ExecutorService decoders =
        Executors.newFixedThreadPool(
            config.decodeThreads(),
            Thread.ofPlatform().daemon().name(service + "-decode-", 0).factory());
    try (Trainer<E> trainer = trainers.get();
        var consumer =
            Clients.member(
                settings,
                settings.common().group(service),
                SoleOwnerAssignor.class,
                config.sessionTimeout(),
                config.maxPollInterval(),
                Math.min(MAX_POLL_RECORDS, config.bufferRecords()));
        var _ = metrics.bind(consumer)) {
      thread.wakeUpBy(consumer::wakeup);
      trainer.bindTo(metrics.registry());
      gauges.bindTo(metrics);
      var context =
          new TrainerContext<>(service, settings, config, input, trainer, metrics, gauges, probe);
      try (var member = new TrainerMember<>(context, consumer, decoders)) {
        while (!thread.stopping()) {
          thread.ready(member.turn());
        }
      }
    } finally {
      decoders.shutdownNow();
    }
  }
}
