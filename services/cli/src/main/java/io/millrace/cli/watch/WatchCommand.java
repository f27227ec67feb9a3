package io.millrace.cli.watch;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.millrace.cli.command.CommandException;
import io.millrace.cli.command.KafkaCommand;
import io.millrace.cli.json.RecordJson;
import io.millrace.cli.kafka.ByteClients;
import io.millrace.cli.kafka.ClusterConnection;
import io.millrace.cli.kafka.TopicNames;
import io.millrace.cli.kafka.TopicTail;
import io.millrace.cli.terminal.TerminationSignal;
import io.millrace.runtime.settings.Settings;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.Iterator;
import java.util.List;
import java.util.function.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.errors.WakeupException;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Shows the records of a topic. */
@Command(
    name = "watch",
    description = {
      "Shows the committed records of a topic, one JSON object per line, until it is stopped or has"
          + " shown --limit records.",
      "While nothing comes because a model has too few records for a version, says on standard"
          + " error how many it needs.",
      "Avro records are decoded. Text is shown as text, binary data in base64; of parts of models"
          + " and checkpoints only the size."
    },
    footer = {
      "  millrace watch predictions                    every prediction from now on",
      "  millrace watch predictions --limit 1          the last one, or else the next",
      "  millrace watch dead-letters --from earliest   unusable records, with reasons",
      "  millrace watch predictions | jq -c '[.subject, .label, .confidence]'"
    })
public final class WatchCommand extends KafkaCommand {

  private static final Duration POLL = Duration.ofMillis(200);

  /** Where to start. */
  enum From {
    EARLIEST,
    LATEST
  }

  /** The names in the catalogue, for completion by the shell. */
  static final class Candidates implements Iterable<String> {
    @Override
    public Iterator<String> iterator() {
      return TopicNames.all().iterator();
    }
  }

  @Parameters(
      paramLabel = "TOPIC",
      completionCandidates = Candidates.class,
      description = "The name of the topic, with or without the prefix.")
  private String topic = "";

  @Option(
      names = "--from",
      paramLabel = "WHERE",
      description =
          "Where to start: ${COMPLETION-CANDIDATES}. Default: latest, which shows new records; with"
              + " --limit N, the last N records.")
  private @Nullable From from;

  @Option(names = "--limit", paramLabel = "N", description = "Ends after N records.")
  private long limit = Long.MAX_VALUE;

  @Option(names = "--no-bytes", description = "Shows only the size of binary data.")
  private boolean noBytes;

  private final ObjectMapper mapper = new ObjectMapper();

  @Override
  public Integer call() {
    if (limit < 1) {
      throw usageError("--limit must be >= 1, was " + limit);
    }
    Settings settings = settings();
    String name = existing(settings);
    var json = new RecordJson(settings.topics(), !noBytes);
    try (var consumer = ByteClients.consumer(settings, List.of(name));
        var signal = TerminationSignal.onRequest(consumer::wakeup)) {
      show(consumer, json, new UntrainedModels(settings, name, err()));
    } catch (WakeupException e) {
      out().flush();
    }
    return CommandLine.ExitCode.OK;
  }

  private void show(
      KafkaConsumer<byte[], byte[]> consumer, RecordJson json, UntrainedModels untrained) {
    long shown = begin(consumer, record -> print(json.of(record), 0, untrained));
    while (shown < limit && !out().checkError()) {
      ConsumerRecords<byte[], byte[]> records = consumer.poll(POLL);
      for (ConsumerRecord<byte[], byte[]> record : records) {
        if (shown < limit) {
          shown = print(json.of(record), shown, untrained);
        }
      }
      if (records.isEmpty()) {
        untrained.silent();
      }
    }
    out().flush();
  }

  /**
   * Seeks to where reading starts, after the records to show first.
   *
   * @return how many these are
   */
  private long begin(
      KafkaConsumer<byte[], byte[]> consumer, Consumer<ConsumerRecord<byte[], byte[]>> first) {
    long[] shown = {0};
    if (from == From.EARLIEST) {
      consumer.seekToBeginning(consumer.assignment());
    } else if (from == From.LATEST || limit == Long.MAX_VALUE) {
      consumer.seekToEnd(consumer.assignment());
      // Seeking is lazy: asking for the positions fixes them now, not at the first poll.
      consumer.assignment().forEach(consumer::position);
    } else {
      TopicTail.read(
          consumer,
          limit,
          record -> {
            first.accept(record);
            shown[0]++;
            return !out().checkError();
          });
    }
    return shown[0];
  }

  private long print(ObjectNode object, long shown, UntrainedModels untrained) {
    try {
      out().println(mapper.writeValueAsString(object));
      untrained.shown(object);
      return shown + 1;
    } catch (java.io.IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private String existing(Settings settings) {
    String prefix = settings.topics().prefix();
    String name = TopicNames.withoutPrefix(topic, prefix);
    try (var admin = ClusterConnection.connect(settings)) {
      if (ClusterConnection.topicNames(admin).contains(prefix + name)) {
        return prefix + name;
      }
    }
    throw new CommandException(
        "there is no topic "
            + prefix
            + name
            + "; "
            + (TopicNames.all().contains(name)
                ? "`millrace topics apply` creates it"
                : TopicNames.list()));
  }
}
