package io.millrace.topics.access;

import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.CreateTopicsOptions;
import org.apache.kafka.clients.admin.DescribeConsumerGroupsOptions;
import org.apache.kafka.clients.admin.DescribeTopicsOptions;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.acl.AclOperation;
import org.apache.kafka.common.errors.AuthorizationException;
import org.apache.kafka.common.errors.InterruptException;
import org.apache.kafka.common.resource.PatternType;
import org.apache.kafka.common.resource.ResourceType;

/**
 * Asks a cluster which rights its client lacks; needs no right for that, and changes nothing.
 * Brokers say which operations are allowed on a topic or group (KIP-430). What they do not say,
 * they are asked for by a request that only checks: of a prefix, about a name that nothing has; of
 * a transactional id, what it is doing.
 */
public final class RightsReview {

  /** Completes a prefix to a name that nothing has. */
  private static final String NOTHING = "rights-review";

  /** What a client may be allowed that cannot even describe a resource; all else includes that. */
  private static final Set<AclOperation> UNKNOWN =
      Set.of(AclOperation.CREATE, AclOperation.DESCRIBE_CONFIGS);

  private final Admin admin;

  /** A review by the user of a client. The caller closes it. */
  public RightsReview(Admin admin) {
    this.admin = admin;
  }

  /**
   * The rights that are missing, in the order that was given. A right that the cluster does not
   * tell about counts as given: the request that needs it will say.
   *
   * @throws KafkaException if the cluster does not answer
   */
  public List<Right> missing(Collection<Right> rights) {
    Map<ResourceType, Map<String, Optional<Set<AclOperation>>>> allowed =
        Map.of(
            ResourceType.TOPIC, topics(names(rights, ResourceType.TOPIC)),
            ResourceType.GROUP, groups(names(rights, ResourceType.GROUP)),
            ResourceType.TRANSACTIONAL_ID, ids(names(rights, ResourceType.TRANSACTIONAL_ID)));
    List<Right> missing = new ArrayList<>();
    Set<String> uncreatable = uncreatable(rights);
    for (Right right : rights) {
      boolean lacks =
          right.operation() == AclOperation.CREATE
              ? uncreatable.contains(example(right))
              : examples(right, allowed.getOrDefault(right.type(), Map.of())).stream()
                  .anyMatch(operations -> !operations.contains(right.operation()));
      if (lacks) {
        missing.add(right);
      }
    }
    return missing;
  }

  /** What is known of the resources that a right is about. */
  private static List<Set<AclOperation>> examples(
      Right right, Map<String, Optional<Set<AclOperation>>> allowed) {
    return allowed.entrySet().stream()
        .filter(entry ->
            right.pattern() == PatternType.PREFIXED
                ? entry.getKey().startsWith(right.name())
                : entry.getKey().equals(right.name()))
        .flatMap(entry -> entry.getValue().stream())
        .toList();
  }

  private static Set<String> names(Collection<Right> rights, ResourceType type) {
    Set<String> names = new HashSet<>();
    rights.stream()
        .filter(right -> right.type() == type && right.operation() != AclOperation.CREATE)
        .forEach(right -> names.add(example(right)));
    return names;
  }

  private static String example(Right right) {
    return right.pattern() == PatternType.PREFIXED ? right.name() + NOTHING : right.name();
  }

  /** The operations that are allowed on topics; those on existing ones of a prefix too. */
  private Map<String, Optional<Set<AclOperation>>> topics(Set<String> names) {
    Set<String> all = new HashSet<>(names);
    for (String listed : listed()) {
      names.stream()
          .filter(name -> name.endsWith(NOTHING))
          .map(name -> name.substring(0, name.length() - NOTHING.length()))
          .filter(listed::startsWith)
          .findFirst()
          .ifPresent(_ -> all.add(listed));
    }
    var options = new DescribeTopicsOptions().includeAuthorizedOperations(true);
    Map<String, Optional<Set<AclOperation>>> operations = new HashMap<>();
    admin
        .describeTopics(all, options)
        .topicNameValues()
        .forEach((name, answer) ->
            operations.put(name, allowed(answer, topic -> topic.authorizedOperations())));
    return operations;
  }

  private Set<String> listed() {
    try {
      return admin.listTopics().names().get();
    } catch (ExecutionException e) {
      throw failed(e);
    } catch (InterruptedException e) {
      throw new InterruptException(e);
    }
  }

  private Map<String, Optional<Set<AclOperation>>> groups(Set<String> names) {
    var options = new DescribeConsumerGroupsOptions().includeAuthorizedOperations(true);
    Map<String, Optional<Set<AclOperation>>> operations = new HashMap<>();
    admin
        .describeConsumerGroups(names, options)
        .describedGroups()
        .forEach((name, answer) ->
            operations.put(name, allowed(answer, group -> group.authorizedOperations())));
    return operations;
  }

  /** A client that may write with an id may also ask about it. */
  private Map<String, Optional<Set<AclOperation>>> ids(Set<String> names) {
    Map<String, Optional<Set<AclOperation>>> operations = new HashMap<>();
    var answers = admin.describeTransactions(names);
    for (String name : names) {
      operations.put(name, allowed(answers.description(name), _ -> null));
    }
    return operations;
  }

  private Set<String> uncreatable(Collection<Right> rights) {
    Map<String, NewTopic> topics = new LinkedHashMap<>();
    rights.stream()
        .filter(right -> right.operation() == AclOperation.CREATE)
        .map(RightsReview::example)
        .forEach(name -> topics.put(name, new NewTopic(name, Optional.of(1), Optional.empty())));
    Set<String> refused = new HashSet<>();
    admin
        .createTopics(topics.values(), new CreateTopicsOptions().validateOnly(true))
        .values()
        .forEach((name, answer) -> {
          if (allowed(answer, _ -> null).isPresent()) {
            refused.add(name);
          }
        });
    return refused;
  }

  private interface Operations<T> {
    @org.jspecify.annotations.Nullable
    Set<AclOperation> of(T answer);
  }

  /** What the client is allowed, or may be; empty if nothing is known of that. */
  private static <T> Optional<Set<AclOperation>> allowed(
      KafkaFuture<T> answer, Operations<T> operations) {
    try {
      return Optional.ofNullable(operations.of(answer.get()));
    } catch (ExecutionException e) {
      if (e.getCause() instanceof AuthorizationException) {
        return Optional.of(UNKNOWN);
      }
      if (e.getCause() instanceof org.apache.kafka.common.errors.TimeoutException) {
        throw failed(e);
      }
      return Optional.empty(); // It does not exist, and the client may ask.
    } catch (InterruptedException e) {
      throw new InterruptException(e);
    }
  }

  private static KafkaException failed(ExecutionException e) {
    return e.getCause() instanceof KafkaException cause ? cause : new KafkaException(e.getCause());
  }
}
