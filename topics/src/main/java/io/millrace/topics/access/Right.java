package io.millrace.topics.access;

import java.util.Locale;
import org.apache.kafka.common.acl.AccessControlEntry;
import org.apache.kafka.common.acl.AclBinding;
import org.apache.kafka.common.acl.AclOperation;
import org.apache.kafka.common.acl.AclPermissionType;
import org.apache.kafka.common.resource.PatternType;
import org.apache.kafka.common.resource.ResourcePattern;
import org.apache.kafka.common.resource.ResourceType;

/**
 * One right on a Kafka cluster: an operation on a resource. {@code READ}, {@code WRITE}, {@code
 * DELETE} and {@code ALTER} include {@code DESCRIBE}.
 *
 * @param operation what may be done
 * @param type the kind of resource: a topic, a group, a transactional id
 * @param name its full name, or the beginning of the names
 * @param pattern {@code LITERAL} for one resource, {@code PREFIXED} for all that begin so
 * @param need what happens without it
 */
public record Right(
    AclOperation operation, ResourceType type, String name, PatternType pattern, Need need) {

  /** What happens without a right. */
  public enum Need {
    /** The service cannot do its work. */
    WORK,
    /** Only advice at the start is lost. */
    ADVICE
  }

  /** The right in Kafka's terms. */
  public AclBinding binding(String principal) {
    return new AclBinding(
        new ResourcePattern(type, name, pattern),
        new AccessControlEntry(principal, "*", operation, AclPermissionType.ALLOW));
  }

  /**
   * The command that grants it, with Kafka's own tool.
   *
   * @param principal who gets it: {@code User:millrace-text}
   */
  public String command(String bootstrapServers, String principal) {
    return "kafka-acls.sh --bootstrap-server %s --add --allow-principal '%s' --operation %s %s '%s'%s"
        .formatted(
            bootstrapServers,
            principal,
            camelCase(operation.name()),
            option(),
            name,
            pattern == PatternType.PREFIXED ? " --resource-pattern-type prefixed" : "");
  }

  /** Such as {@code WRITE on the topic images}. */
  @Override
  public String toString() {
    String kind = type.name().toLowerCase(Locale.ROOT).replace('_', ' ');
    return pattern == PatternType.PREFIXED
        ? "%s on every %s that begins with %s".formatted(operation, kind, name)
        : "%s on the %s %s".formatted(operation, kind, name);
  }

  private String option() {
    return switch (type) {
      case GROUP -> "--group";
      case TRANSACTIONAL_ID -> "--transactional-id";
      default -> "--topic";
    };
  }

  private static String camelCase(String constant) {
    var name = new StringBuilder();
    for (String word : constant.split("_", -1)) {
      name.append(word.charAt(0)).append(word.substring(1).toLowerCase(Locale.ROOT));
    }
    return name.toString();
  }
}
