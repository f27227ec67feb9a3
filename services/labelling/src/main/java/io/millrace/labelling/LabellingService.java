package io.millrace.labelling;

import io.millrace.runtime.kafka.TopicIds;
import io.millrace.runtime.lifecycle.Service;
import io.millrace.runtime.lifecycle.ServiceType;
import io.millrace.runtime.settings.Settings;
import io.millrace.runtime.streams.RepartitionCount;
import io.millrace.runtime.streams.RocksDbLibrary;
import io.millrace.runtime.streams.StreamsService;
import io.millrace.schemas.input.InputDecoder;
import io.millrace.topics.Topic;
import io.millrace.topics.Topics;
import java.util.List;
import java.util.function.UnaryOperator;
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
 * document-examples}. Start reading at {@link #topology}:
 *
 * <ol>
 *   <li>A {@link LabellingSourceProcessor} for each input topic decodes its records.
 *   <li>All records are repartitioned by subject through one internal topic, since producers choose
 *       the partitions of the input topics as they like.
 *   <li>The {@link LabelJoinProcessor} joins the records and labels of a subject.
 *   <li>Examples are written to the topic of their kind.
 * </ol>
 *
 * <p>{@code docs/design-labelling.md} says what happens to repeated, corrected and replaced
 * records.
 */
public final class LabellingService {

  /** The service, for the command line. */
  public static final ServiceType TYPE =
      new ServiceType(
          LabellingConfig.NAME,
          "Joins subjects with their labels: images, document-vectors and labels to examples.",
          LabellingConfig.definition(),
          LabellingService::create);

  private static final String BY_SUBJECT = "by-subject";

  private LabellingService() {}

  private static Service create(Settings settings) {
    RocksDbLibrary.require(LabellingConfig.NAME, "");
    var stats = new LabellingStats();
    Topics topics = settings.topics();
    int partitions =
        RepartitionCount.of(
            settings,
            settings.common().group(LabellingConfig.NAME) + "-" + BY_SUBJECT + "-repartition",
            List.of(
                topics.images().name(), topics.documentVectors().name(), topics.labels().name()));
    var topology =
        topology(
            LabellingConfig.from(settings),
            settings.inputs(),
            topics,
            new TopicIds(settings),
            partitions,
            stats);
    return new StreamsService(
        LabellingConfig.NAME,
        settings,
        LabellingConfig.COMMIT_INTERVAL,
        topology,
        new LabellingMetrics(stats));
  }

  /**
   * The service as a pure function of its settings.
   *
   * @param topicIds gives the id of a topic by its name
   * @param partitions how many the repartition topic has, or will have
   */
  static Topology topology(
      LabellingConfig config,
      InputDecoder inputs,
      Topics topics,
      UnaryOperator<String> topicIds,
      int partitions,
      LabellingStats stats) {
    var builder = new StreamsBuilder();
    KStream<String, JoinInput> images =
        read(
            builder,
            topics.images().name(),
            "images",
            () -> new LabellingSourceProcessor.Images(inputs, topicIds, stats));
    KStream<String, JoinInput> vectors =
        read(
            builder,
            topics.documentVectors().name(),
            "document-vectors",
            () -> new LabellingSourceProcessor.DocumentVectors(stats));
    KStream<String, JoinInput> labels =
        read(
            builder,
            topics.labels().name(),
            "labels",
            () -> new LabellingSourceProcessor.Labels(inputs, stats));
    stores(builder);
    KStream<String, JoinInput.Example> examples =
        images
            .merge(vectors, Named.as("merge-document-vectors"))
            .merge(labels, Named.as("merge-labels"))
            .repartition(
                Repartitioned.with(Serdes.String(), JoinInputSerde.inputs())
                    .withName(BY_SUBJECT)
                    .withNumberOfPartitions(partitions))
            .process(
                () -> new LabelJoinProcessor(config, stats),
                Named.as("join-labels"),
                LabelJoin.UNLABELLED_SUBJECTS,
                LabelJoin.LABELS,
                LabelJoin.WRITTEN_OFFSETS);
    write(examples, topics);
    return builder.build();
  }

  private static KStream<String, JoinInput> read(
      StreamsBuilder builder,
      String topic,
      String name,
      ProcessorSupplier<byte[], byte[], String, JoinInput> decoder) {
    return builder.stream(
            topic, Consumed.with(Serdes.ByteArray(), Serdes.ByteArray()).withName("read-" + name))
        .process(decoder, Named.as("decode-" + name));
  }

  private static void stores(StreamsBuilder builder) {
    builder.addStateStore(
        Stores.timestampedKeyValueStoreWithHeadersBuilder(
            Stores.persistentTimestampedKeyValueStoreWithHeaders(LabelJoin.UNLABELLED_SUBJECTS),
            Serdes.String(),
            JoinInputSerde.examples()));
    builder.addStateStore(
        Stores.timestampedKeyValueStoreBuilder(
            Stores.persistentTimestampedKeyValueStore(LabelJoin.LABELS),
            Serdes.String(),
            Serdes.String()));
    builder.addStateStore(
        Stores.timestampedKeyValueStoreBuilder(
            Stores.persistentTimestampedKeyValueStore(LabelJoin.WRITTEN_OFFSETS),
            Serdes.String(),
            Serdes.Long()));
  }

  private static void write(KStream<String, JoinInput.Example> examples, Topics topics) {
    examples
        .flatMapValues(
            example -> example instanceof JoinInput.OfImage it ? List.of(it.example()) : List.of(),
            Named.as("select-image-examples"))
        .to(topics.imageExamples().name(), produced(topics.imageExamples(), "image-examples"));
    examples
        .flatMapValues(
            example ->
                example instanceof JoinInput.OfDocument it ? List.of(it.example()) : List.of(),
            Named.as("select-document-examples"))
        .to(
            topics.documentExamples().name(),
            produced(topics.documentExamples(), "document-examples"));
  }

  private static <K, V> Produced<K, V> produced(Topic<K, V> topic, String name) {
    return Produced.with(topic.keys(), topic.values()).withName("write-" + name);
  }
}
