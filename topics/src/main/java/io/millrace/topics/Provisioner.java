package io.millrace.topics;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.locks.LockSupport;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AlterConfigOp;
import org.apache.kafka.clients.admin.Config;
import org.apache.kafka.clients.admin.ConfigEntry;
import org.apache.kafka.clients.admin.NewPartitions;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.errors.AuthorizationException;
import org.apache.kafka.common.errors.TopicAuthorizationException;
import org.apache.kafka.common.errors.TopicExistsException;

/**
 * Makes the topics of a cluster match the catalogue: creates missing ones and, on request, changes
 * settings. It never deletes topics or removes partitions. A topic with another number of
 * partitions is reported and left as it is, since keys would move to other partitions.
 */
public final class Provisioner {

  private static final Duration PATIENCE = Duration.ofMinutes(1);
  private static final Duration LOOK_EVERY = Duration.ofMillis(10);

  private final Admin admin;
  private final String prefix;
  private final Replication replication;

  /** A provisioner for the topics with a prefix. The caller closes the admin client. */
  public Provisioner(Admin admin, String prefix) {
    this(admin, prefix, Replication.CHOSEN);
  }

  /**
   * A provisioner for the topics with a prefix.
   *
   * @param admin closed by the caller
   * @param replication the copies of new topics; what it leaves open is chosen by the brokers
   */
  public Provisioner(Admin admin, String prefix, Replication replication) {
    this.admin = admin;
    this.prefix = prefix;
    this.replication = replication;
  }

  /** The state of a topic of the catalogue on the cluster. */
  public sealed interface State {

    /** The catalogue's entry. */
    TopicSpec spec();

    /** The topic is as in the catalogue. */
    record Matches(TopicSpec spec) implements State {}

    /** The topic does not exist. */
    record Missing(TopicSpec spec) implements State {}

    /**
     * The topic exists and differs from the catalogue.
     *
     * @param partitions the number of its partitions
     * @param copies the number of copies of each, if fewer than there should be; else 0
     * @param settings the settings that differ, with their present values
     */
    record Drifted(TopicSpec spec, int partitions, int copies, Map<String, String> settings)
        implements State {
      public Drifted {
        settings = Map.copyOf(settings);
      }
    }

    /** The topic exists; its settings cannot be compared without the right DESCRIBE_CONFIGS. */
    record Unreadable(TopicSpec spec) implements State {}
  }

  /**
   * Compares the cluster with the catalogue; changes nothing.
   *
   * @return one state per topic of the catalogue, in its order
   * @throws KafkaException if the cluster cannot be asked
   */
  public List<State> inspect(Catalogue catalogue) {
    return call(() -> {
      var present = admin.listTopics().names().get();
      List<String> names =
          catalogue.topics().stream().map(this::named).filter(present::contains).toList();
      Map<String, TopicDescription> topics = admin.describeTopics(names).allTopicNames().get();
      var settings =
          admin.describeConfigs(names.stream().map(Provisioner::resource).toList()).values();
      Replication wanted = replication.on(brokers(topics.values()));
      List<State> states = new ArrayList<>();
      for (TopicSpec spec : catalogue.topics()) {
        var config = settings.get(resource(named(spec)));
        states.add(
            config == null
                ? new State.Missing(spec)
                : state(spec, Objects.requireNonNull(topics.get(named(spec))), config, wanted));
      }
      return states;
    });
  }

  /**
   * How many copies topics have here, by the settings and the brokers.
   *
   * @throws KafkaException if the cluster cannot be asked
   */
  public Replication replication(Catalogue catalogue) {
    return call(() -> {
      var present = admin.listTopics().names().get();
      List<String> names =
          catalogue.topics().stream().map(this::named).filter(present::contains).toList();
      return replication.on(brokers(admin.describeTopics(names).allTopicNames().get().values()));
    });
  }

  /** The brokers that are up, and at least as many as have a copy of a topic. */
  private int brokers(Collection<TopicDescription> topics)
      throws ExecutionException, InterruptedException {
    int copies = topics.stream().mapToInt(Provisioner::copies).max().orElse(1);
    return Math.max(copies, admin.describeCluster().nodes().get().size());
  }

  private static int copies(TopicDescription topic) {
    return topic.partitions().stream().mapToInt(it -> it.replicas().size()).min().orElse(1);
  }

  /**
   * Creates the missing topics in one request; leaves all others as they are. Returns when a broker
   * lists them and all their partitions have leaders that answer. Safe to run from several
   * processes at once.
   *
   * @return the names of the created topics
   * @throws TopicAuthorizationException names the missing topics that this client may not create;
   *     the others were created
   * @throws KafkaException if the cluster cannot be asked or refuses
   */
  public List<String> createMissing(Catalogue catalogue) {
    Replication wanted = replication(catalogue);
    return create(
        inspect(catalogue).stream()
            .filter(State.Missing.class::isInstance)
            .map(State::spec)
            .toList(),
        wanted);
  }

  /**
   * Creates missing topics, changes the settings of those that differ, and adds partitions where
   * the catalogue has more and the caller allows it. Never removes partitions.
   *
   * @param addPartitions whether to add partitions; the records of a key may then be in two
   * @return one line for each change, made or not
   */
  public List<String> apply(Catalogue catalogue, boolean addPartitions) {
    List<String> report = new ArrayList<>();
    Replication wanted = replication(catalogue);
    for (State state : inspect(catalogue)) {
      switch (state) {
        case State.Matches matches -> {}
        case State.Missing(TopicSpec spec) ->
            create(List.of(spec), wanted).forEach(name -> report.add("made " + name));
        case State.Drifted drifted -> report.addAll(mend(drifted, addPartitions, wanted));
        case State.Unreadable(TopicSpec spec) ->
            report.add("left " + named(spec) + ", whose settings need the right DESCRIBE_CONFIGS");
      }
    }
    for (String name : driftedRepartitionTopics(catalogue)) {
      set(name, InternalTopic.repartitionSettings());
      report.add("set " + InternalTopic.repartitionSettings().keySet() + " of " + name);
    }
    return report;
  }

  /**
   * The repartition topics of Kafka Streams that exist without {@link
   * InternalTopic#repartitionSettings}, as builds before this one have made them.
   *
   * @return their names, prefix included
   * @throws KafkaException if the cluster cannot be asked
   */
  public List<String> driftedRepartitionTopics(Catalogue catalogue) {
    return call(() -> {
      var present = admin.listTopics().names().get();
      List<ConfigResource> existing =
          catalogue.streams().stream()
              .map(topic -> prefix + topic.name())
              .filter(name -> InternalTopic.isRepartition(name) && present.contains(name))
              .map(Provisioner::resource)
              .toList();
      var configs = admin.describeConfigs(existing).values();
      List<String> drifted = new ArrayList<>();
      for (ConfigResource topic : existing) {
        try {
          Config config = Objects.requireNonNull(configs.get(topic)).get();
          if (!hasAll(config, InternalTopic.repartitionSettings())) {
            drifted.add(topic.name());
          }
        } catch (ExecutionException e) {
          if (!(e.getCause() instanceof AuthorizationException)) {
            throw e; // Without the right to look, nothing is known to be wrong.
          }
        }
      }
      return drifted.stream().sorted().toList();
    });
  }

  private static boolean hasAll(Config config, Map<String, String> settings) {
    return settings.entrySet().stream()
        .allMatch(it ->
            config.get(it.getKey()) != null
                && it.getValue().equals(config.get(it.getKey()).value()));
  }

  private List<String> mend(State.Drifted drifted, boolean addPartitions, Replication wanted) {
    List<String> report = new ArrayList<>();
    TopicSpec spec = drifted.spec();
    String name = named(spec);
    if (!drifted.settings().isEmpty()) {
      int copies = drifted.copies() > 0 ? drifted.copies() : wanted.factor();
      Map<String, String> settings = wanted.settings(spec, copies);
      settings.keySet().retainAll(drifted.settings().keySet());
      set(name, settings);
      report.add("set " + drifted.settings().keySet() + " of " + name);
    }
    if (drifted.partitions() < spec.partitions() && addPartitions) {
      var more = Map.of(name, NewPartitions.increaseTo(spec.partitions()));
      call(() -> admin.createPartitions(more).all().get());
      report.add("raised " + name + " to " + spec.partitions() + " partitions");
    } else if (drifted.partitions() != spec.partitions()) {
      report.add(
          "left "
              + name
              + " with "
              + drifted.partitions()
              + " partitions; the catalogue says "
              + spec.partitions());
    }
    if (drifted.copies() > 0) {
      report.add(
          "left %s with replication factor %d, where it should be %d; kafka-reassign-partitions.sh adds copies"
              .formatted(name, drifted.copies(), wanted.factor()));
    }
    return report;
  }

  private void set(String topic, Map<String, String> settings) {
    Collection<AlterConfigOp> changes =
        settings.entrySet().stream()
            .map(it -> new ConfigEntry(it.getKey(), it.getValue()))
            .map(entry -> new AlterConfigOp(entry, AlterConfigOp.OpType.SET))
            .toList();
    call(() -> admin.incrementalAlterConfigs(Map.of(resource(topic), changes)).all().get());
  }

  private List<String> create(List<TopicSpec> missing, Replication wanted) {
    List<NewTopic> topics =
        missing.stream()
            .map(spec ->
                new NewTopic(named(spec), spec.partitions(), (short) wanted.factor())
                    .configs(wanted.settings(spec, wanted.factor())))
            .toList();
    List<String> made = new ArrayList<>();
    Set<String> refused = new TreeSet<>();
    for (var result : admin.createTopics(topics).values().entrySet()) {
      try {
        result.getValue().get();
        made.add(result.getKey());
      } catch (ExecutionException e) {
        if (e.getCause() instanceof AuthorizationException) {
          refused.add(result.getKey());
        } else if (!(e.getCause() instanceof TopicExistsException)) {
          throw failed(e);
        }
      } catch (InterruptedException e) {
        throw interrupted(e);
      }
    }
    awaitListed(
        topics.stream().map(NewTopic::name).filter(name -> !refused.contains(name)).toList());
    awaitLeaders(missing.stream().filter(spec -> made.contains(named(spec))).toList());
    if (!refused.isEmpty()) {
      throw new TopicAuthorizationException(
          "the right CREATE is missing for the topics " + String.join(", ", refused), refused);
    }
    return made;
  }

  /**
   * The controller answers before the brokers hear of a topic; a client that looks at once fails.
   */
  private void awaitListed(List<String> topics) {
    long deadline = System.nanoTime() + PATIENCE.toNanos();
    while (!topics.isEmpty() && !call(() -> admin.listTopics().names().get()).containsAll(topics)) {
      if (System.nanoTime() > deadline) {
        throw new KafkaException(
            "the controller created "
                + topics
                + ", but after "
                + PATIENCE
                + " no broker lists them");
      }
      LockSupport.parkNanos(LOOK_EVERY.toNanos());
    }
  }

  /**
   * Asks the leader of every new partition for its end, which it answers once it leads. Before that
   * it refuses a producer's first batch but may accept the next one in flight; the first is then
   * out of sequence for good.
   */
  private void awaitLeaders(List<TopicSpec> created) {
    Map<TopicPartition, OffsetSpec> ends = new HashMap<>();
    for (TopicSpec spec : created) {
      for (int partition = 0; partition < spec.partitions(); partition++) {
        ends.put(new TopicPartition(named(spec), partition), OffsetSpec.latest());
      }
    }
    if (!ends.isEmpty()) {
      call(() -> admin.listOffsets(ends).all().get());
    }
  }

  /**
   * A topic that has another number of partitions than the services can work with.
   *
   * @param name the name, prefix included
   * @param actual how many it has
   * @param needed how many it must have
   */
  public record WrongPartitions(String name, int actual, int needed) {}

  /**
   * The topics of a fixed number of partitions that have another one.
   *
   * @throws KafkaException if the cluster cannot be asked
   */
  public List<WrongPartitions> wrongPartitions(Catalogue catalogue) {
    return call(() -> {
      var present = admin.listTopics().names().get();
      List<TopicSpec> fixed =
          catalogue.topics().stream()
              .filter(spec -> spec.fixed() && present.contains(named(spec)))
              .toList();
      Map<String, TopicDescription> topics =
          admin.describeTopics(fixed.stream().map(this::named).toList()).allTopicNames().get();
      return fixed.stream()
          .map(spec ->
              new WrongPartitions(
                  named(spec),
                  Objects.requireNonNull(topics.get(named(spec))).partitions().size(),
                  spec.partitions()))
          .filter(it -> it.actual() != it.needed())
          .toList();
    });
  }

  private State state(
      TopicSpec spec, TopicDescription topic, KafkaFuture<Config> config, Replication wanted)
      throws ExecutionException, InterruptedException {
    Config actual;
    try {
      actual = config.get();
    } catch (ExecutionException e) {
      if (e.getCause() instanceof AuthorizationException) {
        return new State.Unreadable(spec);
      }
      throw e;
    }
    int copies = copies(topic);
    Map<String, String> differing = new HashMap<>();
    wanted
        .settings(spec, copies)
        .forEach((name, value) -> {
          ConfigEntry entry = actual.get(name);
          String present = entry == null ? "" : String.valueOf(entry.value());
          if (Replication.differs(name, present, value)) {
            differing.put(name, present);
          }
        });
    int partitions = topic.partitions().size();
    int tooFew = copies < wanted.factor() ? copies : 0;
    return differing.isEmpty() && partitions == spec.partitions() && tooFew == 0
        ? new State.Matches(spec)
        : new State.Drifted(spec, partitions, tooFew, differing);
  }

  private String named(TopicSpec spec) {
    return prefix + spec.name();
  }

  private static ConfigResource resource(String topic) {
    return new ConfigResource(ConfigResource.Type.TOPIC, topic);
  }

  private interface Call<T> {
    T get() throws ExecutionException, InterruptedException;
  }

  private static <T> T call(Call<T> call) {
    try {
      return call.get();
    } catch (ExecutionException e) {
      throw failed(e);
    } catch (InterruptedException e) {
      throw interrupted(e);
    }
  }

  private static KafkaException failed(ExecutionException e) {
    return e.getCause() instanceof KafkaException cause
        ? cause
        : new KafkaException("the request to the Kafka cluster failed", e.getCause());
  }

  private static KafkaException interrupted(InterruptedException e) {
    Thread.currentThread().interrupt();
    return new KafkaException("interrupted while waiting for the Kafka cluster", e);
  }
}
