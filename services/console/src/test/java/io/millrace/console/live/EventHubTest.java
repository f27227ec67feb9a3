package io.millrace.console.live;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.millrace.runtime.http.EventStream;
import io.millrace.runtime.http.HttpResponse;
import io.millrace.runtime.http.HttpStatusException;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.function.Predicate;
import org.junit.jupiter.api.Test;

final class EventHubTest {

  private final EventHub hub = new EventHub(2);

  /** What a client has got. */
  private static final class Client implements EventStream {
    private final List<String> got = new ArrayList<>();
    private Runnable onClosed = () -> {};
    private boolean open = true;

    @Override
    public boolean send(String event, String data) {
      if (open) {
        got.add(event + " " + data);
      }
      return open;
    }

    @Override
    public boolean comment(String text) {
      return open;
    }

    @Override
    public boolean isOpen() {
      return open;
    }

    @Override
    public void close() {
      open = false;
      onClosed.run();
    }

    @Override
    public void onClosed(Runnable action) {
      onClosed = action;
    }
  }

  @Test
  void whatNobodyWantsIsNotMade() {
    listen(subscription(EventType.VERSION, _ -> true, 0, 0));

    hub.publish(
        EventType.PREDICTION,
        () -> {
          throw new AssertionError("nobody listens");
        });

    assertThat(hub.wants(EventType.PREDICTION)).isFalse();
    assertThat(hub.wants(EventType.VERSION)).isTrue();
  }

  @Test
  void aClientGetsWhatItWants() {
    Client client =
        listen(subscription(EventType.PREDICTION, it -> it.path("n").asInt() == 2, 0, 0));

    publish(1);
    publish(2);

    assertThat(client.got).containsExactly("prediction {\"n\":2}");
  }

  @Test
  void aStreamEndsAtItsLimitAndMakesRoom() {
    Client client = listen(subscription(EventType.PREDICTION, _ -> true, 2, 0));

    publish(1);
    publish(2);
    publish(3);

    assertThat(client.got).hasSize(2);
    assertThat(hub.clients()).isZero();
  }

  @Test
  void ofMorePredictionsThanASecondHasTheRestIsLeftOutAndCounted() {
    Client client = listen(subscription(EventType.PREDICTION, _ -> true, 0, 3));

    for (int i = 0; i < 1000; i++) {
      publish(i);
    }

    assertThat(client.got).hasSizeBetween(3, 300);
    assertThat(hub.leftOut()).isEqualTo(1000 - client.got.size());
  }

  @Test
  void oneClientTooManyIsRefused() {
    listen(subscription(EventType.FLOW, _ -> true, 0, 0));
    Client second = listen(subscription(EventType.FLOW, _ -> true, 0, 0));

    assertThatThrownBy(() -> hub.listen(subscription(EventType.FLOW, _ -> true, 0, 0)))
        .isInstanceOf(HttpStatusException.class)
        .hasMessageContaining("console.events.clients");

    second.close();
    listen(subscription(EventType.FLOW, _ -> true, 0, 0));
    assertThat(hub.clients()).isEqualTo(2);
  }

  @Test
  void aStreamBeginsWithWhatIsTrueNow() {
    var first = new EventHub.InitialEvent(EventType.HEALTH, json(7));

    Client client =
        listen(
            new EventHub.Subscription(
                Set.of(EventType.HEALTH), _ -> true, 0, 0, () -> List.of(first)));

    assertThat(client.got).containsExactly("health {\"n\":7}");
  }

  private static EventHub.Subscription subscription(
      EventType type, Predicate<ObjectNode> wanted, int limit, int perSecond) {
    return new EventHub.Subscription(Set.of(type), wanted, limit, perSecond, List::of);
  }

  private Client listen(EventHub.Subscription subscription) {
    var client = new Client();
    ((HttpResponse.Events) hub.listen(subscription)).subscriber().accept(client);
    return client;
  }

  private void publish(int number) {
    hub.publish(EventType.PREDICTION, () -> json(number));
  }

  private static ObjectNode json(int number) {
    return JsonNodeFactory.instance.objectNode().put("n", number);
  }
}
