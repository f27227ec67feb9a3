package io.millrace.runtime.streams;

import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.binder.MeterBinder;
import io.millrace.runtime.kafka.KafkaClients;
import io.millrace.runtime.kafka.TopicIdWatch;
import io.millrace.runtime.kafka.TransactionFailure;
import io.millrace.runtime.lifecycle.RootCause;
import io.millrace.runtime.lifecycle.Service;
import io.millrace.runtime.metrics.ClientMetrics;
import io.millrace.runtime.metrics.LoopMetrics;
import io.millrace.runtime.settings.CommonConfig;
import io.millrace.runtime.settings.HeapCapacity;
import io.millrace.runtime.settings.Settings;
import io.millrace.topics.InternalTopic;
import io.millrace.topics.Replication;
import java.time.Duration;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import java.util.Set;
import java.util.stream.Collectors;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.common.config.ConfigDef;
import org.apache.kafka.common.config.ConfigDef.Importance;
import org.apache.kafka.common.config.ConfigDef.Type;
import org.apache.kafka.streams.CloseOptions;
import org.apache.kafka.streams.CloseOptions.GroupMembershipOperation;
import org.apache.kafka.streams.GroupProtocol;
import org.apache.kafka.streams.KafkaStreams;
import org.apache.kafka.streams.StreamsConfig;
import org.apache.kafka.streams.Topology;
import org.apache.kafka.streams.TopologyDescription;
import org.apache.kafka.streams.errors.MissingSourceTopicException;
import org.apache.kafka.streams.errors.StreamsUncaughtExceptionHandler.StreamThreadExceptionResponse;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A service that runs a Kafka Streams topology, exactly-once v2 (KIP-447). An exception from the
 * topology stops the service: the platform restarts the process, and the records since the last
 * commit are processed again. A transaction that the brokers have ended, since the process had no
 * processor time for longer than its time-out, costs only the thread that had it: a new one
 * processes its records again.
 */
public final class StreamsService implements Service {

  /** The largest record of internal topics: inputs of 8 MiB and what is added to them. */
  private static final int MAX_RECORD_BYTES = 10_485_760;

  private static final int SESSION_TIMEOUT_MILLIS = 15_000;

  /** Kafka's default. */
  private static final int MAX_POLL_INTERVAL_MILLIS = 300_000;

  private static final int BATCH_BYTES = 262_144;

  private static final Duration COMMIT_INTERVAL = Duration.ofMillis(100);

  private static final Duration STOP_WITHIN = Duration.ofSeconds(30);

  /**
   * Heap of a thread: a poll of 32 MiB, the producer's buffer of 72 MiB, a record of 8 MiB that is
   * decoded and encoded again, and Kafka Streams' cache.
   */
  private static final int THREAD_BYTES = 160 << 20;

  private static final double THREADS_SHARE = 0.75;

  private static final Logger LOG = LoggerFactory.getLogger(StreamsService.class);

  private final String name;
  private final Settings settings;
  private final MeterBinder metrics;
  private final Optional<StoreMemory> storeMemory;
  private final KafkaStreams streams;
  private final BoundedClientSupplier clients;
  private final Duration longestPause;
  private final Set<String> inputs;
  private final MonotonicTime time;
  private @Nullable TopicIdWatch ids;
  private @Nullable ClientMetrics clientMetrics;
  private volatile @Nullable MeterRegistry meters;
  private volatile String failure = "";

  /** A service that runs a topology, and by default commits every 100 ms. */
  public StreamsService(String name, Settings settings, Topology topology, MeterBinder metrics) {
    this(name, settings, COMMIT_INTERVAL, topology, metrics);
  }

  /**
   * A service that runs a topology.
   *
   * @param name the service's name; reads the settings {@code NAME.threads} and {@code
   *     NAME.commit.interval.ms}
   * @param commitInterval the default of the time between commits, as it was defined with
   * @param topology the topology to run
   * @param metrics the service's own metrics
   */
  public StreamsService(
      String name,
      Settings settings,
      Duration commitInterval,
      Topology topology,
      MeterBinder metrics) {
    this.name = name;
    this.settings = settings;
    this.metrics = metrics;
    var properties = new Properties();
    properties.putAll(properties(name, settings, commitInterval));
    this.clients = new BoundedClientSupplier(name, settings.common().deadLettersMaxBytes());
    this.longestPause =
        Duration.ofMillis(
            Long.parseLong(
                String.valueOf(
                    properties.getOrDefault(
                        ConsumerConfig.MAX_POLL_INTERVAL_MS_CONFIG, MAX_POLL_INTERVAL_MILLIS))));
    this.storeMemory = storeMemory(storeBytes(settings));
    this.inputs = inputs(topology);
    this.time = new MonotonicTime(settings.clock(), System::nanoTime);
    properties.put(BoundedTimestampExtractor.CLOCK, time);
    this.streams = streams(topology, properties, clients, time);
    this.streams.setUncaughtExceptionHandler(this::threadEnded);
  }

  /** One at a time: two that make the directory of their states at once refuse to start. */
  private static synchronized KafkaStreams streams(
      Topology topology, Properties properties, BoundedClientSupplier clients, MonotonicTime time) {
    return new KafkaStreams(topology, properties, clients, time);
  }

  /** Adds the settings of every service on Kafka Streams. */
  public static ConfigDef define(ConfigDef definition, String service) {
    return define(definition, service, COMMIT_INTERVAL);
  }

  /**
   * Adds the settings of every service on Kafka Streams.
   *
   * @param commitInterval the default of the time between commits
   */
  public static ConfigDef define(ConfigDef definition, String service, Duration commitInterval) {
    return definition
        .define(
            service + ".threads",
            Type.INT,
            1,
            ConfigDef.Range.between(1, 64),
            Importance.MEDIUM,
            "Kafka Streams threads in this process; lowered to what three quarters of the heap"
                + " hold, at 160 MiB each.")
        .define(
            service + ".commit.interval.ms",
            Type.INT,
            Math.toIntExact(commitInterval.toMillis()),
            ConfigDef.Range.between(1, 60_000),
            Importance.MEDIUM,
            "The time between commits. Shorter intervals make output visible sooner, longer ones"
                + " cost less.")
        .define(
            service + ".transactional.stores",
            Type.BOOLEAN,
            false,
            Importance.LOW,
            "Whether stores keep what is not committed apart (KIP-892): after a crash they go on"
                + " from disk instead of being filled again from their topics. Earlier builds"
                + " cannot open such stores: before a rollback delete them in state.directory.");
  }

  private static Map<String, Object> properties(
      String service, Settings settings, Duration commitInterval) {
    var common = settings.common();
    var own = settings.read(define(new ConfigDef(), service, commitInterval));
    Map<String, Object> properties = new HashMap<>(settings.kafkaClient());
    // As in the loops: after a crash the partitions wait for this time; the default is 45 seconds.
    properties.putIfAbsent(ConsumerConfig.SESSION_TIMEOUT_MS_CONFIG, SESSION_TIMEOUT_MILLIS);
    if (!common.instance().isEmpty()) {
      properties.put(
          StreamsConfig.mainConsumerPrefix(ConsumerConfig.GROUP_INSTANCE_ID_CONFIG),
          common.instance());
    }
    // A commit interval fills many of Kafka's default 16 KiB record batches, and each costs the
    // broker time.
    properties.putIfAbsent(ProducerConfig.BATCH_SIZE_CONFIG, BATCH_BYTES);
    properties.put(StreamsConfig.APPLICATION_ID_CONFIG, common.group(service));
    properties.put(StreamsConfig.STATE_DIR_CONFIG, common.stateDirectory().toString());
    properties.put(StreamsConfig.PROCESSING_GUARANTEE_CONFIG, StreamsConfig.EXACTLY_ONCE_V2);
    // By default a task waits for what is on its way on one partition, while all that the others
    // bring is polled and kept, without a bound in bytes.
    properties.put(StreamsConfig.MAX_TASK_IDLE_MS_CONFIG, StreamsConfig.MAX_TASK_IDLE_MS_DISABLED);
    properties.put(
        StreamsConfig.NUM_STREAM_THREADS_CONFIG,
        threads(service, own.getInt(service + ".threads")));
    properties.put(
        StreamsConfig.COMMIT_INTERVAL_MS_CONFIG, own.getInt(service + ".commit.interval.ms"));
    // With the other protocol Streams makes its main consumer itself, which nothing would bound.
    properties.put(
        StreamsConfig.GROUP_PROTOCOL_CONFIG, GroupProtocol.CLASSIC.name().toLowerCase(Locale.ROOT));
    properties.put(
        StreamsConfig.TRANSACTIONAL_STATE_STORES_CONFIG,
        own.getBoolean(service + ".transactional.stores"));
    properties.put(StreamsConfig.ENSURE_EXPLICIT_INTERNAL_RESOURCE_NAMING_CONFIG, true);
    properties.put(
        StreamsConfig.DEFAULT_TIMESTAMP_EXTRACTOR_CLASS_CONFIG,
        BoundedTimestampExtractor.class.getName());
    properties.put(
        StreamsConfig.ROCKSDB_CONFIG_SETTER_CLASS_CONFIG, RocksDbOptions.class.getName());
    properties.put(CommonConfig.STORE_MEMORY, storeBytes(settings));
    Replication replication = common.replication();
    // Where nothing chose the numbers by the brokers, such as in a test: the cluster's defaults.
    properties.put(
        StreamsConfig.REPLICATION_FACTOR_CONFIG,
        replication.factor() > 0 ? replication.factor() : -1);
    if (replication.minInsync() > 0) {
      properties.put(
          StreamsConfig.topicPrefix("min.insync.replicas"),
          Integer.toString(replication.minInsync()));
    }
    properties.put(
        StreamsConfig.topicPrefix("max.message.bytes"), Integer.toString(MAX_RECORD_BYTES));
    KafkaClients.sending(common)
        .forEach((setting, value) -> properties.put(StreamsConfig.producerPrefix(setting), value));
    properties.put(
        StreamsConfig.consumerPrefix(ConsumerConfig.AUTO_OFFSET_RESET_CONFIG), "earliest");
    properties.put(
        StreamsConfig.consumerPrefix(ConsumerConfig.MAX_PARTITION_FETCH_BYTES_CONFIG),
        MAX_RECORD_BYTES);
    properties.putIfAbsent(
        StreamsConfig.consumerPrefix(ConsumerConfig.FETCH_MAX_BYTES_CONFIG),
        KafkaClients.FETCH_BYTES);
    return properties;
  }

  /** As many as the heap holds, each with what one poll brought and what becomes of it. */
  private static int threads(String service, int threads) {
    return HeapCapacity.fitting(service + ".threads", threads, THREAD_BYTES, THREADS_SHARE);
  }

  /** The memory of its stores; empty if none is on disk, so that RocksDB need not be there. */
  private static Optional<StoreMemory> storeMemory(long bytes) {
    return RocksDbLibrary.isLoaded() ? Optional.of(StoreMemory.of(bytes)) : Optional.empty();
  }

  private static long storeBytes(Settings settings) {
    return settings.read(CommonConfig.definition()).getLong(CommonConfig.STORE_MEMORY);
  }

  /** The topics that it reads and Kafka Streams does not make. */
  private static Set<String> inputs(Topology topology) {
    return topology.describe().subtopologies().stream()
        .flatMap(subtopology -> subtopology.nodes().stream())
        .filter(TopologyDescription.Source.class::isInstance)
        .flatMap(node -> ((TopologyDescription.Source) node).topicSet().stream())
        .filter(topic -> !topic.endsWith("-repartition"))
        .collect(Collectors.toUnmodifiableSet());
  }

  @Override
  public String name() {
    return name;
  }

  @Override
  public void start() {
    StaticMembers.removeIdle(settings, settings.common().group(name));
    BrokerTime.now(settings).ifPresent(time::set);
    TopicIdWatch watch = TopicIdWatch.start(settings, name, inputs);
    ids = watch;
    watch.whenChanged(() -> topicsWereMadeAgain(watch));
    streams.start();
  }

  @Override
  public Health health() {
    if (!failure.isEmpty()) {
      return Health.FAILED;
    }
    return switch (streams.state()) {
      case CREATED, REBALANCING -> Health.STARTING;
      case RUNNING -> Health.READY;
      case ERROR, PENDING_ERROR -> Health.FAILED;
      case PENDING_SHUTDOWN, NOT_RUNNING -> Health.STOPPED;
    };
  }

  @Override
  public String failure() {
    return failure.isEmpty() && health() == Health.FAILED
        ? "Kafka Streams is in state " + streams.state() + "; the log says why"
        : failure;
  }

  @Override
  public long[] progress() {
    return clients.polls();
  }

  @Override
  public Duration longestPause() {
    return longestPause;
  }

  @Override
  public void bindTo(MeterRegistry registry) {
    metrics.bindTo(registry);
    storeMemory.ifPresent(it -> it.bindTo(registry));
    meters = registry;
    LoopMetrics.aborts(registry, name, true);
    LoopMetrics.aborts(registry, name, false);
    clientMetrics = ClientMetrics.of(streams, name, registry);
  }

  /**
   * Stops, and sets the group to the beginning of each new topic that it has offsets of: they are
   * of the topic that is gone, and the next start would skip what lies before them.
   */
  private void topicsWereMadeAgain(TopicIdWatch watch) {
    failure = watch.problem();
    LOG.error("{} stops: {}", name, failure);
    try {
      clients.abandonOffsets();
      close(STOP_WITHIN);
    } finally {
      watch.changed().stream()
          .filter(topic -> inputs.contains(topic) || InternalTopic.isRepartition(topic))
          .sorted()
          .forEach(
              topic -> GroupOffsets.toBeginning(settings, settings.common().group(name), topic));
    }
  }

  @Override
  public void close(Duration timeout) {
    if (ids != null) {
      ids.close();
    }
    if (clientMetrics != null) {
      clientMetrics.close();
    }
    // If it did not leave, its partitions would wait until its session ends.
    var options =
        CloseOptions.groupMembershipOperation(GroupMembershipOperation.LEAVE_GROUP)
            .withTimeout(timeout);
    if (!streams.close(options)) {
      LOG.warn("{} did not stop within {}; its open transaction is aborted", name, timeout);
    }
  }

  private String explained(Throwable exception) {
    String message = RootCause.message(exception);
    if (message.contains("invalid partitions")) {
      return ("partitions were added to an input of %s, whose state is kept by partition"
              + " (docs/operations.md, \"Adding partitions\", says what to do): %s")
          .formatted(name, message);
    }
    return exception instanceof MissingSourceTopicException
        ? "a topic that "
            + name
            + " reads is missing (`millrace topics list` says which): create it with `millrace"
            + " topics apply` and start again"
        : message;
  }

  private StreamThreadExceptionResponse threadEnded(Throwable exception) {
    if (failure.isEmpty() && TransactionFailure.isEndedByBrokers(exception)) {
      MeterRegistry registry = meters;
      if (registry != null) {
        LoopMetrics.aborts(registry, name, TransactionFailure.isTimedOut(exception)).increment();
      }
      LOG.warn(
          "{} processes the records since its last commit again, in a new thread: the brokers have"
              + " ended its transaction ({})",
          name,
          RootCause.message(exception));
      return StreamThreadExceptionResponse.REPLACE_THREAD;
    }
    fail(exception);
    return StreamThreadExceptionResponse.SHUTDOWN_CLIENT;
  }

  private void fail(Throwable exception) {
    if (failure.isEmpty()) {
      failure = explained(exception);
    }
    LOG.error("{} stops: {}", name, failure, exception);
  }
}
