package io.millrace.runtime.streams;

import io.millrace.topics.InternalTopic;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.jspecify.annotations.Nullable;

/**
 * An admin client that creates repartition topics with the settings of {@link
 * InternalTopic#repartitionSettings}: the broker stamps their records when it appends them. Kafka
 * Streams has no setting for that, since the one for all internal topics would reach changelogs
 * too, whose timestamps are those of the entries. Kafka's {@code ForwardingAdmin} refuses the calls
 * by which Kafka Streams publishes its metrics, hence the proxy.
 */
final class BrokerTimedAdmin {

  private BrokerTimedAdmin() {}

  /** Such a client, with the settings of an ordinary one. */
  static Admin create(Map<String, Object> config) {
    Admin admin = Admin.create(config);
    return (Admin)
        Proxy.newProxyInstance(
            Admin.class.getClassLoader(),
            new Class<?>[] {Admin.class},
            (_, method, arguments) -> call(admin, method, arguments));
  }

  private static @Nullable Object call(Admin admin, Method method, Object @Nullable [] arguments)
      throws Throwable {
    if (method.getName().equals("createTopics")
        && arguments != null
        && arguments[0] instanceof Collection<?> topics) {
      topics.forEach(topic -> complete((NewTopic) topic));
    }
    try {
      return method.invoke(admin, arguments);
    } catch (InvocationTargetException e) {
      throw e.getTargetException();
    }
  }

  private static void complete(NewTopic topic) {
    if (InternalTopic.isRepartition(topic.name())) {
      Map<String, String> settings = new HashMap<>();
      if (topic.configs() != null) {
        settings.putAll(topic.configs());
      }
      settings.putAll(InternalTopic.repartitionSettings());
      topic.configs(settings);
    }
  }
}
