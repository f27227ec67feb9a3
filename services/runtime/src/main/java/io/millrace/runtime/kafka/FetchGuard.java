package io.millrace.runtime.kafka;

import java.lang.reflect.Field;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import org.apache.kafka.clients.ClientRequest;
import org.apache.kafka.clients.ClientResponse;
import org.apache.kafka.clients.KafkaClient;
import org.apache.kafka.clients.RequestCompletionHandler;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.message.FetchResponseData.PartitionData;
import org.apache.kafka.common.record.internal.MemoryRecords;
import org.apache.kafka.common.requests.FetchResponse;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Puts a {@link FetchedRecordCutter} between a consumer's network client and the consumer. Kafka
 * has no extension point before a record is unpacked (deserializers and interceptors come after
 * it), so the network client of the classic consumer is replaced by one that passes all calls on
 * and cuts what fetches bring. A test fails if an upgrade of Kafka renames what is looked for here;
 * the consumer of another group protocol stays as it is, with a warning.
 */
final class FetchGuard {

  private static final Logger LOG = LoggerFactory.getLogger(FetchGuard.class);

  private FetchGuard() {}

  /**
   * Guards a consumer that has not polled yet.
   *
   * @return whether it is guarded
   */
  static boolean install(KafkaConsumer<?, ?> consumer, FetchedRecordCutter cutter) {
    try {
      Object delegate = value(field(KafkaConsumer.class, "delegate"), consumer);
      Object network = value(field(delegate.getClass(), "client"), delegate);
      Field client = field(network.getClass(), "client");
      client.set(network, guarded((KafkaClient) value(client, network), cutter));
      return true;
    } catch (ReflectiveOperationException | RuntimeException e) {
      LOG.warn(
          "records that unpack beyond the memory are not cut by this consumer, which is not the"
              + " classic one ({}): leave kafka.group.protocol at classic",
          e.toString());
      return false;
    }
  }

  private static KafkaClient guarded(KafkaClient client, FetchedRecordCutter cutter) {
    return (KafkaClient)
        Proxy.newProxyInstance(
            KafkaClient.class.getClassLoader(),
            new Class<?>[] {KafkaClient.class},
            (proxy, method, arguments) -> call(client, cutter, method, arguments));
  }

  private static Object call(
      KafkaClient client, FetchedRecordCutter cutter, Method method, Object[] arguments)
      throws Throwable {
    if (method.getName().equals("send") && arguments[0] instanceof ClientRequest request) {
      arguments[0] = cutting(request, cutter);
    }
    try {
      return method.invoke(client, arguments);
    } catch (InvocationTargetException e) {
      throw e.getCause();
    }
  }

  /**
   * The request as it is sent. The consumer keeps the one that it made, whose callback it casts to
   * its own type if the request cannot be sent.
   */
  private static ClientRequest cutting(ClientRequest request, FetchedRecordCutter cutter) {
    RequestCompletionHandler handler = request.callback();
    short version = request.requestBuilder().latestAllowedVersion();
    return new ClientRequest(
        request.destination(),
        request.requestBuilder(),
        request.correlationId(),
        request.makeHeader(version).clientId(),
        request.createdTimeMs(),
        request.expectResponse(),
        request.requestTimeoutMs(),
        response -> {
          cut(response, cutter);
          handler.onComplete(response);
        });
  }

  private static void cut(ClientResponse response, FetchedRecordCutter cutter) {
    if (response.hasResponse() && response.responseBody() instanceof FetchResponse fetch) {
      fetch
          .data()
          .responses()
          .forEach(topic -> topic.partitions().forEach(partition -> cut(partition, cutter)));
    }
  }

  private static void cut(PartitionData partition, FetchedRecordCutter cutter) {
    if (partition.records() instanceof MemoryRecords records) {
      partition.setRecords(cutter.cut(records));
    }
  }

  private static Field field(Class<?> owner, String name) throws NoSuchFieldException {
    Field field = owner.getDeclaredField(name);
    field.setAccessible(true);
    return field;
  }

  private static Object value(Field field, Object object) throws IllegalAccessException {
    return field.get(object);
  }
}
