package io.millrace.console.describe;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.millrace.runtime.settings.Settings;
import io.millrace.schemas.Schemas;
import io.millrace.topics.Catalogue;
import io.millrace.topics.TopicSpec;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.avro.Schema;
import org.jspecify.annotations.Nullable;

/**
 * The AsyncAPI 3.0 document of the topics, made of the catalogue and the schemas: a channel for
 * each topic, a message for each form of its values, and what Millrace does with it: it receives
 * from producers, and sends what it makes.
 */
final class AsyncApi {

  private static final ObjectMapper MAPPER = JsonMapper.builder().build();
  private static final String AVRO_FORMAT = "application/vnd.apache.avro+json;version=1.9.0";

  /** How the catalogue names a schema in the description of a value. */
  private static final Pattern AVRO = Pattern.compile("Avro (\\w+)");

  private static final List<String> SECURED = List.of("SASL_SSL", "SSL");

  private AsyncApi() {}

  /** The document of a cluster. */
  static ObjectNode of(Settings settings) {
    ObjectNode document = MAPPER.createObjectNode();
    document.put("asyncapi", "3.0.0");
    document
        .putObject("info")
        .put("title", "Millrace's topics")
        .put("version", "1")
        .put(
            "description",
            "Keys are UTF-8 text. Avro is in single-object encoding; headers are CloudEvents in"
                + " Kafka's binary mode.");
    document.put("defaultContentType", "application/avro");
    servers(document.putObject("servers"), settings);
    ObjectNode channels = document.putObject("channels");
    ObjectNode operations = document.putObject("operations");
    ObjectNode messages = document.putObject("components").putObject("messages");
    for (TopicSpec topic : Catalogue.load().topics()) {
      channel(channels, messages, topic, settings.topics().prefix());
      operations(operations, topic);
    }
    return document;
  }

  private static void servers(ObjectNode servers, Settings settings) {
    Object protocol = settings.kafkaClient().getOrDefault("security.protocol", "PLAINTEXT");
    int number = 0;
    for (String host : settings.common().bootstrapServers().split("\\s*,\\s*", -1)) {
      servers
          .putObject("broker" + number++)
          .put("host", host)
          .put("protocol", SECURED.contains(String.valueOf(protocol)) ? "kafka-secure" : "kafka");
    }
  }

  private static void channel(
      ObjectNode channels, ObjectNode messages, TopicSpec topic, String prefix) {
    ObjectNode channel = channels.putObject(topic.name());
    channel.put("address", prefix + topic.name());
    channel.put("description", topic.description());
    ObjectNode kafka = channel.putObject("bindings").putObject("kafka");
    kafka.put("partitions", topic.partitions());
    ObjectNode configuration = kafka.putObject("topicConfiguration");
    configuration.putArray("cleanup.policy").add(topic.compacted() ? "compact" : "delete");
    topic.retention().ifPresent(kept -> configuration.put("retention.ms", kept.toMillis()));
    configuration.put("max.message.bytes", topic.maxMessageBytes());
    kafka.put("bindingVersion", "0.5.0");
    ObjectNode own = channel.putObject("messages");
    for (Form form : forms(topic)) {
      String name = topic.name() + "-" + form.name();
      own.putObject(form.name()).put("$ref", "#/components/messages/" + name);
      ObjectNode message = messages.putObject(name);
      message.put("name", name);
      message.put("summary", topic.value());
      message.put("contentType", form.contentType());
      if (form.schema() != null) {
        ObjectNode payload = message.putObject("payload");
        payload.put("schemaFormat", AVRO_FORMAT);
        payload.set("schema", json(form.schema()));
      }
      ObjectNode key = message.putObject("bindings").putObject("kafka");
      key.putObject("key").put("type", "string").put("description", topic.key());
      key.put("bindingVersion", "0.5.0");
    }
  }

  /**
   * A form of a topic's values.
   *
   * @param schema null for bytes that have none
   */
  private record Form(String name, String contentType, @Nullable Schema schema) {}

  private static List<Form> forms(TopicSpec topic) {
    List<Form> forms = new ArrayList<>();
    Matcher named = AVRO.matcher(topic.value());
    while (named.find()) {
      for (Schemas known : Schemas.values()) {
        if (known.schema().getName().equals(named.group(1))) {
          forms.add(new Form(named.group(1), "application/avro", known.schema()));
        }
      }
    }
    if (topic.value().contains("text/plain")) {
      forms.add(new Form("Text", "text/plain", null));
    }
    if (topic.value().contains("image")) {
      forms.add(new Form("ImageFile", "image/*", null));
    }
    if (topic.value().contains("JSON")) {
      forms.add(new Form("Json", "application/json", null));
    }
    if (forms.isEmpty() || topic.value().contains("bytes")) {
      forms.add(new Form("Bytes", "application/octet-stream", null));
    }
    return forms;
  }

  private static JsonNode json(Schema schema) {
    try {
      return MAPPER.readTree(schema.toString());
    } catch (JsonProcessingException e) {
      throw new IllegalStateException(schema.getName() + " is no JSON", e);
    }
  }

  private static void operations(ObjectNode operations, TopicSpec topic) {
    List<String> services = new ArrayList<>(topic.writers());
    boolean fromOutside = services.removeAll(List.of("producers", "people"));
    if (!services.isEmpty()) {
      operation(operations, "send", topic, "By " + String.join(", ", services) + ".");
    }
    if (!topic.readers().isEmpty()) {
      operation(operations, "receive", topic, "By " + String.join(", ", topic.readers()) + ".");
    } else if (fromOutside) {
      operation(operations, "receive", topic, topic.description());
    }
  }

  private static void operation(
      ObjectNode operations, String action, TopicSpec topic, String summary) {
    ObjectNode operation = operations.putObject(action + "-" + topic.name());
    operation.put("action", action);
    operation.putObject("channel").put("$ref", "#/channels/" + topic.name());
    operation.put("summary", summary);
    ArrayNode messages = operation.putArray("messages");
    for (Form form : forms(topic)) {
      messages.addObject().put("$ref", "#/channels/" + topic.name() + "/messages/" + form.name());
    }
  }
}
