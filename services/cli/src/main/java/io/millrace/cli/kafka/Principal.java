package io.millrace.cli.kafka;

import io.millrace.runtime.settings.Settings;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Who a process is for the Kafka cluster, as far as its settings tell. */
public final class Principal {

  private static final Pattern USER =
      Pattern.compile("\\busername\\s*=\\s*(?:\"([^\"]*)\"|'([^']*)'|([^\\s;]+))");

  private Principal() {}

  /**
   * The principal, such as {@code User:millrace-text}; {@code User:NAME} where the broker takes the
   * name from a certificate, a ticket or a token.
   */
  public static String of(Settings settings) {
    Map<String, Object> client = settings.kafkaClient();
    Matcher user = USER.matcher(String.valueOf(client.get("sasl.jaas.config")));
    if (user.find()) {
      for (int group = 1; group <= user.groupCount(); group++) {
        if (user.group(group) != null) {
          return "User:" + user.group(group);
        }
      }
    }
    Object protocol = client.getOrDefault("security.protocol", "PLAINTEXT");
    return protocol.equals("PLAINTEXT") ? "User:ANONYMOUS" : "User:NAME";
  }
}
