package io.millrace.runtime.http;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** The queue between who has events and who writes them. */
final class QueuedEventStreamTest {

  private static final Duration LONG = Duration.ofHours(1);

  private final AtomicInteger cuts = new AtomicInteger();
  private final QueuedEventStream stream = new QueuedEventStream(cuts::incrementAndGet);

  @Test
  void writesEventsAsTheStandardHasThem() throws Exception {
    stream.send("prediction", "{\"a\": 1}\nb\r\nc\rd");
    stream.comment("still here");
    stream.send("empty", "");
    stream.close();

    assertThat(written(LONG))
        .isEqualTo(
            "event: prediction\ndata: {\"a\": 1}\ndata: b\ndata: c\ndata: d\n\n"
                + ": still here\n\n"
                + "event: empty\ndata: \n\n");
    assertThat(stream.send("late", "x")).isFalse();
    assertThatThrownBy(() -> stream.send("two\nlines", "x"))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void saysWhereAClientIsAndWhenItMayComeAgain() throws Exception {
    stream.position("k3-16", Duration.ofSeconds(2));
    stream.send("k3-17", "prediction", "{}");
    stream.close();

    assertThat(written(LONG))
        .isEqualTo("retry: 2000\nid: k3-16\n\nid: k3-17\nevent: prediction\ndata: {}\n\n");
    for (String id : List.of("a\nb", "a\rb", "a\0b")) {
      assertThatThrownBy(() -> new QueuedEventStream(() -> {}).send(id, "e", "x"))
          .isInstanceOf(IllegalArgumentException.class);
    }
  }

  @Test
  void sendsCommentsWhileThereAreNoEvents() throws Exception {
    var out =
        new ByteArrayOutputStream() {
          @Override
          public void flush() {
            if (size() >= 6) {
              stream.close();
            }
          }
        };

    stream.write(out, Duration.ofMillis(1));

    assertThat(out.toString(UTF_8)).isEqualTo(":\n\n:\n\n");
  }

  @Test
  void aClientThatIsTooSlowIsCutAndNeverWaitedFor() throws Exception {
    int sent = 0;
    while (stream.send("e", "x")) {
      sent++;
    }

    assertThat(sent).isEqualTo(1024);
    assertThat(cuts).hasValue(1);
    assertThat(written(LONG)).isEmpty();
  }

  @Test
  void largeEventsAreBoundedTogetherButOneAloneIsSent() throws Exception {
    String large = "x".repeat(5 << 20);

    assertThat(stream.send("e", large)).isTrue();
    assertThat(stream.send("e", "y")).isFalse();
    assertThat(cuts).hasValue(1);
  }

  @Test
  void whatRunsAtTheEndRunsOnce() {
    var ends = new AtomicInteger();
    stream.onClosed(ends::incrementAndGet);

    stream.ended();
    stream.ended();
    stream.onClosed(ends::incrementAndGet);

    assertThat(ends).hasValue(2);
  }

  private String written(Duration keepAlive) throws IOException, InterruptedException {
    var out = new ByteArrayOutputStream();
    stream.write(out, keepAlive);
    return out.toString(UTF_8);
  }
}
