package io.millrace.console.flow;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.console.live.EventHub;
import io.millrace.runtime.http.HttpStatusException;
import io.millrace.runtime.settings.Settings;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import org.apache.kafka.common.KafkaException;
import org.junit.jupiter.api.Test;

final class FlowMonitorTest {

  @Test
  void whoAsksWhileKafkaIsSilentHoldsNoThread() {
    var silence = new CountDownLatch(1);
    try (var monitor =
        new FlowMonitor(
            Settings.of(Map.of()),
            new ProcessMeters(),
            new EventHub(1),
            () -> {
              try {
                silence.await();
              } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
              }
              throw new KafkaException("nobody there");
            },
            List::of)) {
      var first = monitor.flow();
      var second = monitor.flow();

      assertThat(first).isNotDone();
      assertThat(second).isSameAs(first);

      silence.countDown();
      assertThatThrownBy(first::join)
          .cause()
          .isInstanceOfSatisfying(
              HttpStatusException.class, it -> assertThat(it.status()).isEqualTo(503))
          .hasMessageContaining("nobody there");
    }
  }
}
