package io.millrace.console.live;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.millrace.runtime.http.EventStream;
import io.millrace.runtime.http.HttpResponse;
import io.millrace.runtime.http.HttpStatusException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import org.junit.jupiter.api.Test;

final class EventHubTest {

  private final EventHub hub = new EventHub(2, new MemoryBounds(3, 100_000));

  /** What a client has got. */
  private static final class Client implements EventStream {
    private final List<String> got = new ArrayList<>();
    private final List<String> comments = new ArrayList<>();
    private String lastId = "";
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
    public boolean send(String id, String event, String data) {
      lastId = id;
      return send(event, data);
    }

    @Override
    public boolean position(String id, Duration retry) {
      lastId = id;
      return open;
    }

    @Override
    public boolean comment(String text) {
      comments.add(text);
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

    assertThatThrownBy(
            () -> hub.listen(subscription(EventType.FLOW, _ -> true, 0, 0), Optional.empty()))
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

  @Test
  void aClientThatComesBackGetsWhatItHasMissed() {
    Client first = listen(subscription(EventType.PREDICTION, _ -> true, 0, 0));
    publish(1);
    first.close();
    publish(2);
    hub.publish(EventType.DRIFT, () -> json(3));
    publish(4);

    Client again = comeBack(first, EventType.PREDICTION);
    publish(5);

    assertThat(again.got)
        .containsExactly("prediction {\"n\":2}", "prediction {\"n\":4}", "prediction {\"n\":5}");
    assertThat(again.comments).isEmpty();
    assertThat(comeBack(again, EventType.PREDICTION).got).isEmpty();
  }

  @Test
  void aClientThatHasGotNothingYetComesBackToo() {
    Client first = listen(subscription(EventType.PREDICTION, _ -> true, 0, 0));
    first.close();
    publish(1);

    assertThat(comeBack(first, EventType.PREDICTION).got).containsExactly("prediction {\"n\":1}");
  }

  @Test
  void whatIsNotKeptIsNotContinuedInPart() {
    Client first = listen(subscription(EventType.PREDICTION, _ -> true, 0, 0));
    publish(0);
    first.close();
    for (int i = 1; i <= 4; i++) { // Three are kept.
      publish(i);
    }

    Client again = comeBack(first, EventType.PREDICTION);

    assertThat(again.got).isEmpty();
    assertThat(again.comments)
        .containsExactly("what came after the event " + first.lastId + " is not kept");
    again.close();
    hub.publish(EventType.DRIFT, () -> json(5)); // To which nobody listened.
    Client other = comeBack(first, EventType.DRIFT);
    assertThat(other.comments).hasSize(1);
    other.close();
    for (String unknown : List.of("", "7", "other-1", first.lastId + "0", "x\ny", "-")) {
      Client stranger =
          listen(subscription(EventType.PREDICTION, _ -> true, 0, 0), Optional.of(unknown));
      assertThat(stranger.comments).as(unknown).hasSize(1);
      stranger.close();
    }
  }

  @Test
  void moreThanAStreamHoldsIsNotSentAtOnce() {
    var large = new EventHub(2, new MemoryBounds(500, 100 << 20));
    var first = new Client();
    listen(large, first, Optional.empty());
    first.close();
    for (int i = 0; i < 3; i++) {
      large.publish(
          EventType.PREDICTION,
          () -> JsonNodeFactory.instance.objectNode().put("text", "x".repeat(400_000)));
    }

    var again = new Client();
    listen(large, again, Optional.of(first.lastId));

    assertThat(again.got).isEmpty();
    assertThat(again.comments)
        .containsExactly(
            "what came after the event " + first.lastId + " is more than is sent at once");
    assertThat(again.lastId).isNotEqualTo(first.lastId);
  }

  @Test
  void aPredictionOfManyClassesTakesMoreOfTheBound() {
    Client first = listen(subscription(EventType.PREDICTION, _ -> true, 0, 0));
    first.close();
    for (int i = 0; i < 2; i++) {
      hub.publish(
          EventType.PREDICTION,
          () -> {
            ObjectNode event = json(1);
            var classes = event.putArray("classes");
            for (int label = 0; label < 150; label++) {
              classes.addObject().put("label", label);
            }
            return event;
          });
    }

    Client again = comeBack(first, EventType.PREDICTION);

    assertThat(again.got).isEmpty(); // Of 100,000 bytes there is room for one of the two.
    assertThat(again.comments).hasSize(1);
  }

  @Test
  void whatWasForgottenIsNotSentAgain() {
    Client first = listen(subscription(EventType.PREDICTION, _ -> true, 0, 0));
    Client letters = listen(subscription(EventType.DEAD_LETTER, _ -> true, 0, 0));
    first.close();
    letters.close();
    for (String id : List.of("a", "b")) {
      hub.publish(
          EventType.PREDICTION,
          () -> JsonNodeFactory.instance.objectNode().put("subject", "image/" + id));
    }
    hub.publish(EventType.DEAD_LETTER, () -> JsonNodeFactory.instance.objectNode().put("key", "a"));

    hub.forget("image/a");

    assertThat(comeBack(first, EventType.PREDICTION).got)
        .containsExactly("prediction {\"subject\":\"image/b\"}");
    assertThat(comeBack(letters, EventType.DEAD_LETTER).got).isEmpty();
  }

  private static EventHub.Subscription subscription(
      EventType type, Predicate<ObjectNode> wanted, int limit, int perSecond) {
    return new EventHub.Subscription(Set.of(type), wanted, limit, perSecond, List::of);
  }

  private Client listen(EventHub.Subscription subscription) {
    return listen(subscription, Optional.empty());
  }

  private Client listen(EventHub.Subscription subscription, Optional<String> lastId) {
    var client = new Client();
    ((HttpResponse.Events) hub.listen(subscription, lastId)).subscriber().accept(client);
    return client;
  }

  private static void listen(EventHub hub, Client client, Optional<String> lastId) {
    EventHub.Subscription all = subscription(EventType.PREDICTION, _ -> true, 0, 0);
    ((HttpResponse.Events) hub.listen(all, lastId)).subscriber().accept(client);
  }

  /** A client that comes back after the last event that another has got. */
  private Client comeBack(Client before, EventType type) {
    before.close();
    return listen(subscription(type, _ -> true, 0, 0), Optional.of(before.lastId));
  }

  private void publish(int number) {
    hub.publish(EventType.PREDICTION, () -> json(number));
  }

  private static ObjectNode json(int number) {
    return JsonNodeFactory.instance.objectNode().put("n", number);
  }
}
