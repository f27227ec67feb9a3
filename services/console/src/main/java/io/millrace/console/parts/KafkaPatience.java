package io.millrace.console.parts;

import io.millrace.runtime.kafka.BoundedConsumer;
import io.millrace.runtime.settings.Settings;
import java.time.Duration;
import java.util.Map;
import java.util.OptionalLong;

/** How long a request waits for a broker that does not answer: less than its client does. */
public final class KafkaPatience {

  /** Until a record counts as not taken. */
  public static final Duration SENDING = Duration.ofSeconds(8);

  private static final int BLOCKED_MILLIS = 2_000;
  private static final int REQUEST_MILLIS = 4_000;
  private static final int ANSWER_MILLIS = 10_000;

  private KafkaPatience() {}

  /**
   * Settings with short time-outs. What the user has set stays, and the others follow where Kafka
   * wants one to be no shorter than another.
   */
  public static Settings in(Settings settings) {
    long linger = number(settings, "linger.ms").orElse(0);
    long request =
        number(settings, "request.timeout.ms")
            .orElse(
                Math.min(
                    REQUEST_MILLIS,
                    Math.min(
                        number(settings, "default.api.timeout.ms").orElse(REQUEST_MILLIS),
                        number(settings, "delivery.timeout.ms").orElse(Long.MAX_VALUE) - linger)));
    return settings.withDefaults(
        Map.of(
            "kafka." + BoundedConsumer.SILENCE_MS,
            Integer.toString(REQUEST_MILLIS),
            "kafka.request.timeout.ms",
            Long.toString(Math.max(1, request)),
            "kafka.default.api.timeout.ms",
            Long.toString(Math.max(ANSWER_MILLIS, request)),
            "kafka.max.block.ms",
            Integer.toString(BLOCKED_MILLIS),
            "kafka.delivery.timeout.ms",
            Long.toString(Math.max(SENDING.toMillis(), request + linger))));
  }

  /** A setting of the clients; empty if it is not set, or is what the clients will refuse. */
  private static OptionalLong number(Settings settings, String name) {
    String text = settings.kafkaClient().getOrDefault(name, "").toString();
    return text.matches("\\d{1,9}") ? OptionalLong.of(Long.parseLong(text)) : OptionalLong.empty();
  }
}
