package io.millrace.broker;

import java.time.Duration;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import kafka.server.BrokerServer;
import kafka.server.ControllerServer;
import kafka.server.KafkaConfig;
import kafka.server.KafkaRaftServer;
import kafka.server.Server$;
import kafka.server.SharedServer;
import kafka.server.StandardFaultHandlerFactory;
import org.apache.kafka.common.errors.BrokerIdNotRegisteredException;
import org.apache.kafka.common.message.RequestHeaderData;
import org.apache.kafka.common.security.auth.KafkaPrincipal;
import org.apache.kafka.common.utils.Time;
import org.apache.kafka.controller.ControllerRequestContext;
import org.apache.kafka.raft.QuorumConfig;
import org.apache.kafka.server.ServerSocketFactory;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Kafka's controller and broker, assembled as {@link KafkaRaftServer} does it, with one step in
 * between: before the broker starts, the controller unregisters the broker of the last run.
 *
 * <p>A broker that was killed stays registered, and the next one can register only when the old
 * session has ended, nine seconds later. The new broker leads all partitions before that; when it
 * registers, they lose their leader for a moment. Committed transactions whose markers are not
 * written yet are then considered complete (KAFKA-20734): readers of committed records never see
 * what they wrote, offsets included, nor anything after it. Without the old registration the new
 * broker does not wait, and no partition loses its leader.
 */
final class SingleNode implements AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(SingleNode.class);
  private static final Duration PATIENCE = Duration.ofMinutes(1);

  private final KafkaConfig config;
  private final ControllerServer controller;
  private final BrokerServer broker;

  private SingleNode(KafkaConfig config, SharedServer shared, ControllerServer controller) {
    this.config = config;
    this.controller = controller;
    this.broker = new BrokerServer(shared);
  }

  /**
   * Starts both; returns when clients are served.
   *
   * @param config of a node that is controller and broker and the only one; its folder is formatted
   * @throws IllegalStateException if the controller does not start
   */
  static SingleNode start(KafkaConfig config) {
    var directories = KafkaRaftServer.initializeLogDirs(config, LOG, "");
    String cluster = directories._1().clusterId().orElseThrow();
    QuorumConfig quorum = config.quorumConfig();
    var shared =
        new SharedServer(
            config,
            directories._1(),
            Time.SYSTEM,
            Server$.MODULE$.initializeMetrics(config, Time.SYSTEM, cluster),
            CompletableFuture.completedFuture(QuorumConfig.parseVoterConnections(quorum.voters())),
            QuorumConfig.parseBootstrapServers(quorum.bootstrapServers()),
            new StandardFaultHandlerFactory(),
            ServerSocketFactory.INSTANCE);
    var node =
        new SingleNode(
            config,
            shared,
            new ControllerServer(shared, KafkaRaftServer.configSchema(), directories._2()));
    try {
      node.controller.startup();
      node.forgetLastBroker();
      node.broker.startup();
      return node;
    } catch (RuntimeException e) {
      node.close();
      throw e;
    }
  }

  /** Stops both; returns when their files are closed. */
  @Override
  public void close() {
    broker.shutdown();
    controller.shutdown();
    broker.awaitShutdown();
    controller.awaitShutdown();
  }

  private void forgetLastBroker() {
    long deadline = System.nanoTime() + PATIENCE.toNanos();
    while (!controller.controller().isActive()) {
      if (System.nanoTime() > deadline) {
        throw new IllegalStateException("the controller did not start within " + PATIENCE);
      }
      Time.SYSTEM.sleep(10);
    }
    var context =
        new ControllerRequestContext(
            new RequestHeaderData(), KafkaPrincipal.ANONYMOUS, OptionalLong.empty());
    try {
      controller
          .controller()
          .unregisterBroker(context, config.nodeId())
          .get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
    } catch (ExecutionException e) {
      if (!(e.getCause() instanceof BrokerIdNotRegisteredException)) {
        throw new IllegalStateException(
            "the controller could not unregister the broker of the last run", e.getCause());
      }
    } catch (TimeoutException e) {
      throw new IllegalStateException("the controller did not answer within " + PATIENCE, e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted while the controller starts", e);
    }
  }
}
