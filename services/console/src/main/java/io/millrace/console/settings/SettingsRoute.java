package io.millrace.console.settings;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.millrace.console.views.Json;
import io.millrace.runtime.http.HttpRoute;
import io.millrace.runtime.settings.Settings;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Supplier;
import java.util.regex.Pattern;
import org.apache.kafka.common.config.AbstractConfig;
import org.apache.kafka.common.config.ConfigDef;
import org.apache.kafka.common.config.ConfigDef.ConfigKey;
import org.apache.kafka.common.config.ConfigDef.Type;
import org.apache.kafka.common.config.types.Password;
import org.jspecify.annotations.Nullable;

/**
 * The settings in force in this process, with what differs from the default. Passwords are hidden,
 * and so is each setting of Kafka's clients that may hold one, and the user in an address.
 */
public final class SettingsRoute {

  /** What stands in the place of a secret that was set. */
  static final String HIDDEN = "(hidden)";

  private static final Pattern SECRET =
      Pattern.compile("password|passphrase|secret|jaas|token|credential|key|certificate|\\.pem");

  private static final Pattern USER_IN_ADDRESS = Pattern.compile("(?<=://)[^/@\\s]*@");

  private final Settings settings;
  private final Supplier<List<SettingsSection>> sections;

  /**
   * The route of a process's settings.
   *
   * @param sections all that the process knows
   */
  public SettingsRoute(Settings settings, Supplier<List<SettingsSection>> sections) {
    this.settings = settings;
    this.sections = sections;
  }

  /** The route. */
  public HttpRoute route() {
    return new HttpRoute("/v1/settings", _ -> json().toString());
  }

  private ObjectNode json() {
    ObjectNode answer = Json.object();
    ArrayNode array = answer.putArray("settings");
    for (SettingsSection section : sections.get()) {
      AbstractConfig values = settings.read(section.definition());
      for (ConfigKey key : section.definition().configKeys().values()) {
        array.add(setting(section.service(), key, values));
      }
    }
    Map<String, Object> client = new TreeMap<>(settings.kafkaClient());
    client.remove("bootstrap.servers");
    client.forEach((name, value) ->
        array.add(
            Json.object()
                .put("service", "Kafka's clients")
                .put("name", "kafka." + name)
                .put("value", shown(name, String.valueOf(value)))
                .put("default", "")
                .put("changed", true)
                .put("doc", "Passed to every Kafka client as " + name + ".")));
    return answer;
  }

  private ObjectNode setting(String service, ConfigKey key, AbstractConfig values) {
    String standard = text(key, key.defaultValue);
    String value = text(key, values.values().get(key.name));
    boolean secret = key.type == Type.PASSWORD;
    return Json.object()
        .put("service", service)
        .put("name", key.name)
        .put("value", secret ? hidden(value) : withoutUser(value))
        .put("default", secret ? "" : standard)
        .put("changed", settings.isSet(key.name) && !value.equals(standard))
        .put("doc", key.documentation);
  }

  private static String text(ConfigKey key, @Nullable Object value) {
    if (value instanceof Password password) {
      return password.value(); // Never shown: compared, and replaced.
    }
    String text = ConfigDef.convertToString(value, key.type);
    return text == null ? "" : text;
  }

  private static String hidden(String value) {
    return value.isEmpty() ? "" : HIDDEN;
  }

  private static String shown(String name, String value) {
    return SECRET.matcher(name.toLowerCase(Locale.ROOT)).find()
        ? hidden(value)
        : withoutUser(value);
  }

  private static String withoutUser(String value) {
    return USER_IN_ADDRESS.matcher(value).replaceAll(HIDDEN + "@");
  }
}
