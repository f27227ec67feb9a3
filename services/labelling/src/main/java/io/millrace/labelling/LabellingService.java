package io.millrace.labelling;

import io.millrace.runtime.lifecycle.Service;
import io.millrace.runtime.lifecycle.ServiceType;
import io.millrace.runtime.settings.Settings;
import io.millrace.runtime.streams.StreamsService;
import io.millrace.topics.Topic;
import io.millrace.topics.Topics;
import java.util.List;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.streams.StreamsBuilder;
import org.apache.kafka.streams.Topology;
import org.apache.kafka.streams.kstream.Consumed;
import org.apache.kafka.streams.kstream.KStream;
import org.apache.kafka.streams.kstream.Named;
import org.apache.kafka.streams.kstream.Produced;
import org.apache.kafka.streams.kstream.Repartitioned;
import org.apache.kafka.streams.processor.api.ProcessorSupplier;
import org.apache.kafka.streams.state.Stores;

/**
 * Joins subjects with their labels: {@code images, document-vectors, labels -> image-examples,
 * document-examples}. Producers choose partitions as they like, so all three go by one internal
 * topic on which a subject has one partition. What becomes of repeats, corrections and
 * replacements: {@code docs/design-labelling.md}.
 */
public final class LabellingService {

  /** The service, for the command line. */
  public static final ServiceType TYPE =
      new ServiceType(
          LabellingConfig.NAME,
          "Joins subjects with their labels: images, document-vectors and labels to examples.",
          LabellingConfig.definition(),
          LabellingService::create);

  private LabellingService() {}

  private static Service create(Settings settings) {
    var figures = new LabellingStats();
    var topology = topology(LabellingConfig.from(settings), settings.topics(), figures);
    return new StreamsService(
        LabellingConfig.NAME, settings, topology, new LabellingMetrics(figures));
  }

  /** What the service does. */
  static Topology topology(LabellingConfig config, Topics topics, LabellingStats figures) {
    var builder = new StreamsBuilder();
    KStream<String, JoinInput> images =
        take(
            builder,
            topics.images().name(),
            "images",
            () -> new LabellingSourceProcessor.Images(figures));
    KStream<String, JoinInput> vectors =
        take(
            builder,
            topics.documentVectors().name(),
            "document-vectors",
            () -> new LabellingSourceProcessor.DocumentVectors(figures));
    KStream<String, JoinInput> labels =
        take(
            builder,
            topics.labels().name(),
            "labels",
            () -> new LabellingSourceProcessor.Labels(figures));
    stores(builder);
    KStream<String, JoinInput.Example> examples =
        images
            .merge(vectors, Named.as("images-and-vectors"))
            .merge(labels, Named.as("all"))
            .repartition(
                Repartitioned.with(Serdes.String(), JoinInputSerde.offers()).withName("by-subject"))
            .process(
                () -> new LabelJoinProcessor(config, figures),
                Named.as("join"),
                LabelJoinProcessor.WAITING,
                LabelJoinProcessor.LABELS,
                LabelJoinProcessor.WRITTEN);
    write(examples, topics);
    return builder.build();
  }

  private static KStream<String, JoinInput> take(
      StreamsBuilder builder,
      String topic,
      String name,
      ProcessorSupplier<byte[], byte[], String, JoinInput> take) {
    return builder.stream(
            topic, Consumed.with(Serdes.ByteArray(), Serdes.ByteArray()).withName("read-" + name))
        .process(take, Named.as("take-" + name));
  }

  private static void stores(StreamsBuilder builder) {
    builder.addStateStore(
        Stores.timestampedKeyValueStoreWithHeadersBuilder(
            Stores.persistentTimestampedKeyValueStoreWithHeaders(LabelJoinProcessor.WAITING),
            Serdes.String(),
            JoinInputSerde.examples()));
    builder.addStateStore(
        Stores.timestampedKeyValueStoreBuilder(
            Stores.persistentTimestampedKeyValueStore(LabelJoinProcessor.LABELS),
            Serdes.String(),
            Serdes.String()));
    builder.addStateStore(
        Stores.timestampedKeyValueStoreBuilder(
            Stores.persistentTimestampedKeyValueStore(LabelJoinProcessor.WRITTEN),
            Serdes.String(),
            Serdes.Long()));
  }

  private static void write(KStream<String, JoinInput.Example> examples, Topics topics) {
    examples
        .flatMapValues(
            example -> example instanceof JoinInput.OfImage it ? List.of(it.example()) : List.of(),
            Named.as("image-examples"))
        .to(topics.imageExamples().name(), produced(topics.imageExamples(), "image-examples"));
    examples
        .flatMapValues(
            example ->
                example instanceof JoinInput.OfDocument it ? List.of(it.example()) : List.of(),
            Named.as("document-examples"))
        .to(
            topics.documentExamples().name(),
            produced(topics.documentExamples(), "document-examples"));
  }

  private static <K, V> Produced<K, V> produced(Topic<K, V> topic, String name) {
    return Produced.with(topic.keys(), topic.values()).withName("write-" + name);
  }
}
