package io.millrace.runtime.records;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.header.Headers;
import org.jspecify.annotations.Nullable;

/**
 * The polls of services, as spans {@code poll TOPIC}: what brought a record, and when. Does nothing
 * unless spans are exported. Safe for several threads.
 */
public final class Polls {

  private static final String GROUP = "messaging.consumer.group.name";
  private static final String COUNT = "messaging.batch.message_count";

  /** The last poll of each service that polls on one thread and works on others. */
  private static final Map<String, Last> POLLED = new ConcurrentHashMap<>();

  /** The last poll of a thread. */
  private static final ThreadLocal<@Nullable Last> OWN = new ThreadLocal<>();

  private Polls() {}

  static void clear() {
    POLLED.clear();
  }

  /**
   * The last poll of a consumer.
   *
   * @param contexts the spans of the poll, by topic
   */
  private record Last(
      String service,
      String group,
      String client,
      long nanos,
      Map<String, TraceContext> contexts) {}

  /**
   * Takes a poll of a service.
   *
   * @param group the consumer group; topics whose names begin with it are internal to Kafka Streams
   *     and have no spans
   * @param client the consumer's {@code client.id}
   */
  public static void polled(
      String service,
      String group,
      String client,
      Iterable<ConsumerRecord<byte[], byte[]>> records) {
    if (!Traces.areExported()) {
      return;
    }
    long now = Traces.now();
    String internal = group + "-";
    Map<String, Poll> polls = new LinkedHashMap<>();
    for (ConsumerRecord<byte[], byte[]> record : records) {
      if (!record.topic().startsWith(internal)) {
        polls.computeIfAbsent(record.topic(), _ -> new Poll(record)).add(record.headers());
      }
    }
    Map<String, TraceContext> contexts = new LinkedHashMap<>();
    polls.forEach((topic, poll) -> {
      if (!poll.links.isEmpty()) {
        TraceContext context = TraceContext.root("poll/" + group + "/" + poll.first);
        contexts.put(topic, context);
        Map<String, Object> attributes = Traces.operation("poll", "receive");
        attributes.put(Traces.DESTINATION, topic);
        attributes.put(GROUP, group);
        Traces.putText(attributes, Traces.CLIENT, client);
        attributes.put(COUNT, poll.count);
        Traces.export(
            new TraceSpan(
                "poll " + topic,
                TraceSpan.Kind.CLIENT,
                context,
                Optional.empty(),
                poll.links,
                now,
                now,
                attributes));
      }
    });
    var all = new Last(service, group, client, now, contexts);
    POLLED.put(service, all);
    OWN.set(all);
  }

  /** The records of a topic in a poll, and the contexts of those that are traced. */
  private static final class Poll {
    final String first;
    final List<TraceContext> links = new ArrayList<>();
    long count;

    Poll(ConsumerRecord<byte[], byte[]> record) {
      first = record.topic() + "-" + record.partition() + "-" + record.offset();
    }

    void add(Headers headers) {
      count++;
      if (links.size() < Traces.MAX_LINKS) {
        Traces.sampled(headers).ifPresent(links::add);
      }
    }
  }

  /** When this thread, or else its service, has polled last; nanoseconds since 1970. */
  public static long polledNanos(String service) {
    Last last = lastPoll(service);
    return last == null ? Traces.now() : last.nanos();
  }

  private static @Nullable Last lastPoll(String service) {
    Last own = OWN.get();
    return own != null && own.service().equals(service) ? own : POLLED.get(service);
  }

  /** Adds what the last poll of a service says of its consumer. */
  static void describeLast(String service, Map<String, Object> attributes) {
    Last last = lastPoll(service);
    if (last != null) {
      attributes.put(GROUP, last.group());
      Traces.putText(attributes, Traces.CLIENT, last.client());
    }
  }

  /** The span of the last poll of a service, if it brought traced records of this topic. */
  static Optional<TraceContext> last(String service, String topic) {
    Last last = lastPoll(service);
    return last == null ? Optional.empty() : Optional.ofNullable(last.contexts().get(topic));
  }
}
