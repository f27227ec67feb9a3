package io.millrace.topics;

import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AlterConfigOp;
import org.apache.kafka.clients.admin.Config;
import org.apache.kafka.clients.admin.ConfigEntry;
import org.apache.kafka.clients.admin.NewPartitions;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.errors.TopicExistsException;

/**
 * Makes a cluster's topics match the catalogue: makes what is missing, and on demand changes
 * settings. It never deletes a topic and never takes partitions away; where a topic has another
 * number of partitions than the catalogue, it says so and leaves it, since keys would move.
 */
public final class Provisioner {

  private final Admin admin;
  private final String prefix;

  /** A provisioner for the topics of one prefix. The admin client stays the caller's. */
  public Provisioner(Admin admin, String prefix) {
    this.admin = admin;
    this.prefix = prefix;
  }

  /** How one topic of the catalogue stands on the cluster. */
  public sealed interface State {

    /** The catalogue's entry. */
    TopicSpec spec();

    /** It is there, as the catalogue says. */
    record Matches(TopicSpec spec) implements State {}

    /** It is not there. */
    record Missing(TopicSpec spec) implements State {}

    /**
     * It is there, but otherwise.
     *
     * @param partitions how many partitions it has
     * @param settings the settings that differ: name, and what it is now
     */
    record Drifted(TopicSpec spec, int partitions, Map<String, String> settings) implements State {
      public Drifted {
        settings = Map.copyOf(settings);
      }
    }
  }

  /**
   * Looks, and changes nothing.
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
      Map<ConfigResource, Config> settings =
          admin.describeConfigs(names.stream().map(Provisioner::resource).toList()).all().get();
      return catalogue.topics().stream()
          .map(spec ->
              state(
                  spec,
                  Optional.ofNullable(topics.get(named(spec))),
                  Optional.ofNullable(settings.get(resource(named(spec))))))
          .toList();
    });
  }

  /**
   * Makes the topics that are missing; leaves all others as they are. Safe to run from several
   * processes at once.
   *
   * @return the names of those made
   * @throws KafkaException if the cluster cannot be asked or refuses
   */
  public List<String> createMissing(Catalogue catalogue) {
    List<String> made = new ArrayList<>();
    for (State state : inspect(catalogue)) {
      if (state instanceof State.Missing(TopicSpec spec) && create(spec)) {
        made.add(named(spec));
      }
    }
    return made;
  }

  /**
   * Makes missing topics, sets the settings of drifted ones, and adds partitions where the
   * catalogue has more and the caller allows it. Fewer partitions are never made.
   *
   * @param addPartitions whether partitions may be added; the records of a key may then lie in two
   * @return one line for each change made or left
   */
  public List<String> apply(Catalogue catalogue, boolean addPartitions) {
    List<String> report = new ArrayList<>();
    for (State state : inspect(catalogue)) {
      switch (state) {
        case State.Matches matches -> {}
        case State.Missing(TopicSpec spec) -> {
          if (create(spec)) {
            report.add("made " + named(spec));
          }
        }
        case State.Drifted drifted -> report.addAll(mend(drifted, addPartitions));
      }
    }
    return report;
  }

  private List<String> mend(State.Drifted drifted, boolean addPartitions) {
    List<String> report = new ArrayList<>();
    TopicSpec spec = drifted.spec();
    String name = named(spec);
    if (!drifted.settings().isEmpty()) {
      Collection<AlterConfigOp> changes =
          drifted.settings().keySet().stream()
              .map(setting -> new ConfigEntry(setting, spec.settings().get(setting)))
              .map(entry -> new AlterConfigOp(entry, AlterConfigOp.OpType.SET))
              .toList();
      call(() -> admin.incrementalAlterConfigs(Map.of(resource(name), changes)).all().get());
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
    return report;
  }

  private boolean create(TopicSpec spec) {
    var topic =
        new NewTopic(named(spec), Optional.of(spec.partitions()), Optional.empty())
            .configs(spec.settings());
    try {
      admin.createTopics(List.of(topic)).all().get();
      return true;
    } catch (ExecutionException e) {
      if (e.getCause() instanceof TopicExistsException) {
        return false;
      }
      throw failed(e);
    } catch (InterruptedException e) {
      throw interrupted(e);
    }
  }

  private State state(TopicSpec spec, Optional<TopicDescription> topic, Optional<Config> config) {
    if (topic.isEmpty() || config.isEmpty()) {
      return new State.Missing(spec);
    }
    Map<String, String> differing = new HashMap<>();
    spec.settings()
        .forEach((name, wanted) -> {
          ConfigEntry entry = config.get().get(name);
          String actual = entry == null ? "" : String.valueOf(entry.value());
          if (!actual.equals(wanted)) {
            differing.put(name, actual);
          }
        });
    int partitions = topic.get().partitions().size();
    return differing.isEmpty() && partitions == spec.partitions()
        ? new State.Matches(spec)
        : new State.Drifted(spec, partitions, differing);
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
        : new KafkaException("the cluster could not be asked", e.getCause());
  }

  private static KafkaException interrupted(InterruptedException e) {
    Thread.currentThread().interrupt();
    return new KafkaException("interrupted while asking the cluster", e);
  }
}
