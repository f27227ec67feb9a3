package io.millrace.cli.settings;

import io.millrace.runtime.kafka.BoundedConsumer;
import io.millrace.runtime.settings.Settings;
import java.util.HashMap;
import java.util.Map;
import org.apache.kafka.common.errors.DisconnectException;
import org.apache.kafka.common.errors.NetworkException;
import org.apache.kafka.common.errors.TimeoutException;

/**
 * Bounds how long a command waits for brokers that no longer answer. Kafka's defaults are made for
 * services: a producer waits two minutes, and a poll for ever.
 */
public final class BrokerTimeout {

  private static final String REQUEST = "kafka.request.timeout.ms";

  private BrokerTimeout() {}

  /** Settings of Kafka's clients with that bound; what the user has set stays. */
  public static Settings in(Settings settings) {
    long millis = ProcessConfig.from(settings).brokerTimeout().toMillis();
    String most = Long.toString(millis);
    Map<String, String> defaults = new HashMap<>();
    defaults.put("kafka." + BoundedConsumer.SILENCE_MS, Long.toString(millis / 4));
    if (!settings.isSet(REQUEST)) {
      // A request must be able to fail, and be tried again, within the whole time.
      defaults.put(REQUEST, Long.toString(millis / 2));
      defaults.put("kafka.default.api.timeout.ms", most);
      defaults.put("kafka.max.block.ms", most);
      defaults.put("kafka.delivery.timeout.ms", most);
    }
    return settings.withDefaults(defaults);
  }

  /** Whether an exception can come from a broker that does not answer. */
  public static boolean isSilence(Throwable failure) {
    for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
      if (cause instanceof TimeoutException
          || cause instanceof DisconnectException
          || cause instanceof NetworkException) {
        return true;
      }
    }
    return false;
  }
}
