package io.millrace.topics.access;

import io.millrace.topics.Catalogue;
import io.millrace.topics.Catalogue.ClientKind;
import io.millrace.topics.TopicSpec;
import io.millrace.topics.access.Right.Need;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.apache.kafka.common.acl.AclOperation;
import org.apache.kafka.common.resource.PatternType;
import org.apache.kafka.common.resource.ResourceType;

/**
 * The least rights of each service, and of the people who use the commands, by the catalogue:
 *
 * <ul>
 *   <li>a service reads the topics that name it as a reader and writes those that name it as owner;
 *   <li>a trainer also writes step markers into its input, and has the transactional id of its
 *       model; one of variants has the group and the transactional id of each;
 *   <li>who decides which version answers has the transactional ids of these decisions;
 *   <li>a service on Kafka Streams makes, reads, writes and purges its internal topics;
 *   <li>for advice at the start it may read the configuration of its topics.
 * </ul>
 */
public final class Rights {

  /** Those who send documents, images and labels. */
  public static final String PRODUCERS = "producers";

  /** Those who watch topics. */
  public static final String WATCHERS = "watchers";

  /** Those who make topics, train, reset, replay and forget by command. */
  public static final String OPERATORS = "operators";

  /** The groups of people. */
  public static final List<String> PEOPLE = List.of(PRODUCERS, WATCHERS, OPERATORS);

  /** Who writes it also writes, in the same transactions, which version of a model answers. */
  private static final String SERVING_EVENTS = "serving-events";

  /** What decisions and replays of people are written to. */
  private static final Set<String> DECIDED = Set.of("models", "serving-events", "dead-letters");

  /** Ends the group of a second batch loop, in which challengers answer the same records. */
  private static final String SHADOW = "-shadow";

  private static final List<AclOperation> OPERATIONS_OF_OPERATORS =
      List.of(
          AclOperation.CREATE,
          AclOperation.READ,
          AclOperation.WRITE,
          AclOperation.DELETE,
          AclOperation.ALTER,
          AclOperation.ALTER_CONFIGS);

  private final Catalogue catalogue;
  private final String prefix;

  /**
   * The rights on topics with a prefix.
   *
   * @param prefix the setting {@code topics.prefix}
   */
  public Rights(Catalogue catalogue, String prefix) {
    this.catalogue = catalogue;
    this.prefix = prefix;
  }

  /** All who have rights: the services in the order of the flow, then the groups of people. */
  public List<String> everyone() {
    return Stream.concat(catalogue.services().keySet().stream(), PEOPLE.stream()).toList();
  }

  /** The principal that is proposed for one of them: {@code User:millrace-text}. */
  public static String principal(String who) {
    return "User:millrace-" + who;
  }

  /**
   * The rights of a service, or of a group of people.
   *
   * @throws IllegalArgumentException if no service and no group has that name
   */
  public List<Right> of(String who) {
    return switch (who) {
      case PRODUCERS -> ofProducers();
      case WATCHERS -> topics(catalogue.topics(), AclOperation.READ);
      case OPERATORS -> ofOperators();
      default -> ofService(who);
    };
  }

  /**
   * What a trainer needs for a variant of its model, beside the rights of its service.
   *
   * @param model the variant's name: {@code vision-wide}
   */
  public List<Right> ofVariant(String model) {
    return List.of(
        literal(AclOperation.READ, ResourceType.GROUP, prefix + "millrace-" + model),
        literal(AclOperation.WRITE, ResourceType.TRANSACTIONAL_ID, prefix + model));
  }

  /** The rights of several, each once. */
  public List<Right> of(Collection<String> all) {
    Set<Right> rights = new LinkedHashSet<>();
    all.forEach(who -> rights.addAll(of(who)));
    return List.copyOf(rights);
  }

  private List<Right> ofService(String service) {
    ClientKind kind = catalogue.services().get(service);
    if (kind == null) {
      throw new IllegalArgumentException(
          "no service is named '" + service + "'; there are " + String.join(", ", everyone()));
    }
    List<Right> rights = new ArrayList<>();
    for (TopicSpec topic : catalogue.usedBy(List.of(service))) {
      if (topic.isReadBy(service)) {
        rights.add(topic(AclOperation.READ, topic));
      }
      if (topic.isWrittenBy(service)) {
        rights.add(topic(AclOperation.WRITE, topic));
      }
      if (topic.name().equals(SERVING_EVENTS) && topic.isWrittenBy(service)) {
        rights.add(prefixed(AclOperation.WRITE, ResourceType.TRANSACTIONAL_ID, serving()));
      }
      rights.add(
          right(
              AclOperation.DESCRIBE_CONFIGS,
              ResourceType.TOPIC,
              prefix + topic.name(),
              PatternType.LITERAL,
              Need.ADVICE));
    }
    String group = prefix + "millrace-" + service;
    switch (kind) {
      case STREAMS -> {
        for (var operation :
            List.of(
                AclOperation.READ, AclOperation.WRITE, AclOperation.CREATE, AclOperation.DELETE)) {
          rights.add(prefixed(operation, ResourceType.TOPIC, group + "-"));
        }
        rights.add(
            right(
                AclOperation.DESCRIBE_CONFIGS,
                ResourceType.TOPIC,
                group + "-",
                PatternType.PREFIXED,
                Need.ADVICE));
        rights.add(literal(AclOperation.READ, ResourceType.GROUP, group));
        rights.add(prefixed(AclOperation.WRITE, ResourceType.TRANSACTIONAL_ID, group + "-"));
      }
      case TRAINER -> {
        rights.add(literal(AclOperation.READ, ResourceType.GROUP, group));
        rights.add(literal(AclOperation.WRITE, ResourceType.TRANSACTIONAL_ID, prefix + service));
      }
      case BATCHES -> {
        rights.add(literal(AclOperation.READ, ResourceType.GROUP, group));
        rights.add(literal(AclOperation.READ, ResourceType.GROUP, group + SHADOW));
        rights.add(prefixed(AclOperation.WRITE, ResourceType.TRANSACTIONAL_ID, group + "-"));
      }
      case READER -> {}
      case CONSOLE -> rights.addAll(ofConsole());
    }
    return rights;
  }

  /** What a console does for people, beside reading: it sends, decides, and replays. */
  private List<Right> ofConsole() {
    List<Right> rights = new ArrayList<>();
    for (TopicSpec topic : catalogue.topics()) {
      if (topic.writers().contains(PRODUCERS) || DECIDED.contains(topic.name())) {
        rights.add(topic(AclOperation.WRITE, topic));
      }
    }
    rights.add(prefixed(AclOperation.WRITE, ResourceType.TRANSACTIONAL_ID, serving()));
    rights.add(replays());
    rights.add(
        right(
            AclOperation.DESCRIBE,
            ResourceType.GROUP,
            prefix + "millrace-",
            PatternType.PREFIXED,
            Need.ADVICE));
    return rights;
  }

  private List<Right> ofProducers() {
    List<Right> rights = new ArrayList<>();
    for (TopicSpec topic : catalogue.topics()) {
      if (topic.writers().contains(PRODUCERS)) {
        rights.add(topic(AclOperation.WRITE, topic));
      } else if (topic.writers().contains("send")) {
        rights.add(topic(AclOperation.READ, topic));
        rights.add(topic(AclOperation.WRITE, topic));
      }
    }
    return rights;
  }

  private List<Right> ofOperators() {
    List<Right> rights = new ArrayList<>();
    OPERATIONS_OF_OPERATORS.forEach(
        operation -> rights.addAll(topics(catalogue.topics(), operation)));
    for (String service : catalogue.services().keySet()) {
      String group = prefix + "millrace-" + service;
      switch (catalogue.services().get(service)) {
        case STREAMS -> {
          rights.add(prefixed(AclOperation.READ, ResourceType.TOPIC, group + "-"));
          rights.add(prefixed(AclOperation.DELETE, ResourceType.TOPIC, group + "-"));
          rights.addAll(group(group));
        }
        case TRAINER -> {
          rights.addAll(group(group));
          rights.add(literal(AclOperation.WRITE, ResourceType.TRANSACTIONAL_ID, prefix + service));
          rights.add(prefixed(AclOperation.READ, ResourceType.GROUP, group + "-"));
          rights.add(prefixed(AclOperation.DELETE, ResourceType.GROUP, group + "-"));
          rights.add(
              prefixed(AclOperation.WRITE, ResourceType.TRANSACTIONAL_ID, prefix + service + "-"));
        }
        case BATCHES -> {
          rights.addAll(group(group));
          rights.addAll(group(group + SHADOW));
        }
        case READER, CONSOLE -> {}
      }
    }
    rights.add(prefixed(AclOperation.WRITE, ResourceType.TRANSACTIONAL_ID, prefix + "close-step-"));
    rights.add(prefixed(AclOperation.WRITE, ResourceType.TRANSACTIONAL_ID, prefix + "forget-"));
    rights.add(prefixed(AclOperation.WRITE, ResourceType.TRANSACTIONAL_ID, serving()));
    rights.add(replays());
    return rights;
  }

  private Right replays() {
    return literal(
        AclOperation.WRITE, ResourceType.TRANSACTIONAL_ID, prefix + "millrace-dead-letters-replay");
  }

  /** What the transactional ids begin with that write which version answers. */
  private String serving() {
    return prefix + "serving-";
  }

  private static List<Right> group(String name) {
    return List.of(
        literal(AclOperation.READ, ResourceType.GROUP, name),
        literal(AclOperation.DELETE, ResourceType.GROUP, name));
  }

  private List<Right> topics(List<TopicSpec> topics, AclOperation operation) {
    return topics.stream().map(topic -> topic(operation, topic)).toList();
  }

  private Right topic(AclOperation operation, TopicSpec topic) {
    return literal(operation, ResourceType.TOPIC, prefix + topic.name());
  }

  private static Right literal(AclOperation operation, ResourceType type, String name) {
    return right(operation, type, name, PatternType.LITERAL, Need.WORK);
  }

  private static Right prefixed(AclOperation operation, ResourceType type, String name) {
    return right(operation, type, name, PatternType.PREFIXED, Need.WORK);
  }

  private static Right right(
      AclOperation operation, ResourceType type, String name, PatternType pattern, Need need) {
    return new Right(operation, type, name, pattern, need);
  }
}
