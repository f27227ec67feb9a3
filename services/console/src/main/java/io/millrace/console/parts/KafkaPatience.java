package io.millrace.console.parts;

import io.millrace.runtime.kafka.BoundedConsumer;
import io.millrace.runtime.settings.Settings;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;

/** How long a request waits for a broker that does not answer: less than its client does. */
public final class KafkaPatience {

  /** Until a record counts as not taken. */
  public static final Duration SENDING = Duration.ofSeconds(8);

  private static final int BLOCKED_MILLIS = 2_000;
  private static final int REQUEST_MILLIS = 4_000;
  private static final int ANSWER_MILLIS = 10_000;

  private KafkaPatience() {}

  /** Settings with short time-outs; what the user has set stays. */
  public static Settings in(Settings settings) {
    Map<String, String> defaults = new HashMap<>();
    defaults.put("kafka." + BoundedConsumer.SILENCE_MS, Integer.toString(REQUEST_MILLIS));
    if (!settings.isSet("kafka.request.timeout.ms")) {
      defaults.put("kafka.request.timeout.ms", Integer.toString(REQUEST_MILLIS));
      defaults.put("kafka.default.api.timeout.ms", Integer.toString(ANSWER_MILLIS));
      defaults.put("kafka.max.block.ms", Integer.toString(BLOCKED_MILLIS));
      defaults.put("kafka.delivery.timeout.ms", Long.toString(SENDING.toMillis()));
    }
    return settings.withDefaults(defaults);
  }
}
