package io.millrace.runtime.training;

import io.millrace.runtime.kafka.KafkaClients;
import io.millrace.runtime.kafka.TopicIdWatch;
import io.millrace.runtime.kafka.Transactions;
import io.millrace.runtime.lifecycle.LoopService;
import io.millrace.runtime.lifecycle.Service;
import io.millrace.runtime.metrics.LoopMetrics;
import io.millrace.runtime.settings.IncompatibleStateException;
import io.millrace.runtime.settings.Settings;
import io.millrace.topics.Topic;
import io.millrace.topics.Topics;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.Supplier;

/**
 * Feeds a {@link Trainer} from its topic; each step is one transaction and one version.
 *
 * <p>The instances of a service are one consumer group, in which {@link SoleOwnerAssignor} assigns
 * all partitions to one member. This owner takes over the transactional id of the model, which
 * fences a previous owner that is only stalled, restores the trainer from the topics and continues.
 * After a failed transaction it discards its state and positions and restores them in the same way,
 * but only after a rebalance: an instance that was replaced without noticing must not fence its
 * successor.
 *
 * <p>One thread polls and learns. It polls between batches, so that only one batch, one restore, or
 * the rest of a commit that is slower than a step has to fit into the maximum poll interval. Other
 * threads decode ahead, and one commits a step while the next is learned.
 */
public final class TrainerLoop<E> {

  private static final int MAX_POLL_RECORDS = 500;

  /**
   * A trainer, and how it is fed.
   *
   * @param service the name that begins the settings and the keys of checkpoints
   * @param model the model's name, also that of its consumer group and transactional id: another
   *     than the service's for a variant
   * @param input the topic to learn from
   * @param trainer makes the trainer; called once, on the thread on which it is used
   */
  public record Definition<E>(
      String service,
      String model,
      TrainerLoopConfig config,
      Topic<?, ?> input,
      Supplier<? extends Trainer<E>> trainer) {

    /** The trainer of the model that has the service's name. */
    public Definition(
        String service,
        TrainerLoopConfig config,
        Topic<?, ?> input,
        Supplier<? extends Trainer<E>> trainer) {
      this(service, service, config, input, trainer);
    }
  }

  private final Settings settings;
  private final Definition<E> definition;
  private final TrainerMetrics gauges = new TrainerMetrics();
  private final Transactions.FailpointListener failpoints;

  private TrainerLoop(
      Settings settings, Definition<E> definition, Transactions.FailpointListener probe) {
    this.settings = settings;
    this.definition = definition;
    this.failpoints = probe;
  }

  /**
   * A service that trains a model. It has the model's name.
   *
   * @param settings of the process; for a variant, as {@link Settings#ofVariant} gives them
   */
  public static <E> Service of(Settings settings, Definition<E> definition) {
    return of(settings, definition, moment -> {});
  }

  /** The same with failpoints, for tests. */
  public static <E> Service of(
      Settings settings, Definition<E> definition, Transactions.FailpointListener probe) {
    var loop = new TrainerLoop<>(settings, definition, probe);
    return new LoopService(definition.model(), loop::run);
  }

  /** The same of a model that has the service's name. */
  static <E> Service of(
      String service,
      Settings settings,
      TrainerLoopConfig config,
      Topic<?, ?> input,
      Supplier<? extends Trainer<E>> trainer,
      Transactions.FailpointListener probe) {
    return of(settings, new Definition<>(service, config, input, trainer), probe);
  }

  private void run(LoopService thread) {
    String model = definition.model();
    String input = definition.input().name();
    TrainerLoopConfig config = definition.config();
    var metrics =
        LoopMetrics.ofSteps(thread.meters(), model, settings.topics().deadLetters().name());
    ExecutorService decoders =
        Executors.newFixedThreadPool(
            config.decodeThreads(),
            Thread.ofPlatform().daemon().name(model + "-decode-", 0).factory());
    try (Trainer<E> trainer = definition.trainer().get();
        var consumer =
            KafkaClients.member(
                settings,
                settings.common().group(model),
                SoleOwnerAssignor.class,
                config.sessionTimeout(),
                config.maxPollInterval(),
                Math.min(MAX_POLL_RECORDS, config.bufferRecords()));
        var _ = metrics.bind(consumer);
        var ids = TopicIdWatch.start(settings, model, definition.service(), reliedOn(input))) {
      thread.setWakeup(consumer::wakeup);
      thread.setLongestPause(config.maxPollInterval());
      trainer.bindTo(metrics.registry());
      gauges.bindTo(metrics, model, config.stepRecords());
      var context =
          new TrainerContext<>(
              definition.service(), settings, config, input, trainer, metrics, gauges, failpoints);
      try (var member = new TrainerGroupMember<>(context, consumer, decoders)) {
        ids.whenChanged(member::abandonCommit);
        while (!thread.stopping()) {
          ids.requireSame();
          requireNoAddedPartitions(ids.addedPartitions(input), model);
          thread.setReady(member.runOnce());
          thread.progressed();
        }
      } catch (IncompatibleStateException e) {
        throw ids.cause(e);
      } catch (RuntimeException e) {
        ids.requireSame();
        throw e;
      }
    } finally {
      decoders.shutdownNow();
    }
  }

  /**
   * Of a topic that is made again the rest of a checkpoint is gone, and what was decided about
   * versions.
   */
  private List<String> reliedOn(String input) {
    Topics topics = settings.topics();
    return List.of(
        input, topics.models().name(), topics.checkpoints().name(), topics.servingEvents().name());
  }

  /** At once, rather than when Kafka's client hears of them, within five minutes. */
  private static void requireNoAddedPartitions(String added, String model) {
    if (!added.isEmpty()) {
      throw IncompatibleStateException.resettable(
          model,
          "the order in which model %s learns from its input depends on the partitions: %s"
              .formatted(model, added));
    }
  }
}
