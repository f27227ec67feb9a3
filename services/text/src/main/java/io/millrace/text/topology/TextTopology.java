package io.millrace.text.topology;

import io.millrace.runtime.kafka.TopicIds;
import io.millrace.schemas.FrequencyBlockKey;
import io.millrace.schemas.input.InputDecoder;
import io.millrace.text.config.TextConfig;
import io.millrace.text.metrics.TextStats;
import io.millrace.text.records.RefreshRequest;
import io.millrace.text.state.DocumentFrequencyStore;
import io.millrace.text.state.GlobalFrequencies;
import io.millrace.text.state.LiveDocuments;
import io.millrace.text.state.PartitionMetadata;
import io.millrace.topics.Topic;
import io.millrace.topics.Topics;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.IntSupplier;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.streams.StreamsBuilder;
import org.apache.kafka.streams.Topology;
import org.apache.kafka.streams.kstream.Consumed;
import org.apache.kafka.streams.kstream.KStream;
import org.apache.kafka.streams.kstream.Named;
import org.apache.kafka.streams.kstream.Produced;
import org.apache.kafka.streams.kstream.Repartitioned;
import org.apache.kafka.streams.processor.StreamPartitioner;
import org.apache.kafka.streams.processor.api.ProcessorSupplier;

/**
 * The topology of the text service: {@code documents -> document-vectors}.
 *
 * <pre>
 * documents -> analyze-documents --+--------------------------> tf-idf --+--> document-vectors
 *                                  +--> documents-by-key ------^         '--> document-frequencies
 * commands  -> decode-commands ----'--> dead-letters                              |
 *                                          global-frequencies (read by tf-idf) <--'
 * </pre>
 *
 * <p>The order of reading: {@link DocumentSourceProcessor}, {@link TfIdfProcessor}. Every node and
 * store has a name, since Kafka Streams derives its topics from them.
 */
public final class TextTopology {

  static final String VECTOR_SINK = "write-document-vectors";
  static final String FREQUENCY_SINK = "write-document-frequencies";

  private TextTopology() {}

  /**
   * Builds the topology.
   *
   * @param inputs decodes documents
   * @param partitions how many partitions {@code documents} has; asked for when records come
   * @param topicIds gives the id of a topic by its name
   */
  public static Topology build(
      TextConfig config,
      InputDecoder inputs,
      Topics topics,
      TextStats stats,
      IntSupplier partitions,
      UnaryOperator<String> topicIds) {
    var builder = new StreamsBuilder();
    UnaryOperator<String> ids = TopicIds.remembered(topicIds);
    Supplier<String> documentsId = () -> topicIds.apply(topics.documents().name());
    var global = new GlobalFrequencies(config.analysis(), partitions, stats);
    stats.setVocabularySize(global::vocabularySize);
    builder.addGlobalStore(
        global.builder(),
        topics.documentFrequencies().name(),
        source("document-frequencies"),
        () -> record -> global.update(record.key(), record.value()));
    addStores(builder, config, partitions);
    KStream<byte[], RoutedRecord> routed =
        readInputs(
            builder,
            topics,
            () -> new DocumentSourceProcessor(config, inputs, partitions, ids, stats),
            () -> new CommandSourceProcessor(stats, ids));
    writeDeadLetters(routed, topics.deadLetters());
    KStream<byte[], byte[]> outputs =
        routed
            .filter((_, value) -> value instanceof RoutedRecord.Local, Named.as("local-documents"))
            .merge(repartition(routed), Named.as("documents-of-partition"))
            .process(
                () -> new TfIdfProcessor(config, global, documentsId, stats),
                Named.as("tf-idf"),
                LiveDocuments.DOCUMENT_STORE_NAME,
                LiveDocuments.DELETION_STORE_NAME,
                PartitionMetadata.STORE_NAME,
                Reweighting.STORE_NAME,
                DocumentFrequencyStore.STORE_NAME);
    writeOutputs(outputs, topics);
    return builder.build();
  }

  private static void addStores(StreamsBuilder builder, TextConfig config, IntSupplier partitions) {
    LiveDocuments.builders(config.store()).forEach(builder::addStateStore);
    builder.addStateStore(PartitionMetadata.builder());
    builder.addStateStore(Reweighting.builder());
    builder.addStateStore(
        DocumentFrequencyStore.builder(
            () -> config.limits().vocabularyPerPartition(partitions.getAsInt())));
  }

  private static KStream<byte[], RoutedRecord> readInputs(
      StreamsBuilder builder,
      Topics topics,
      ProcessorSupplier<byte[], byte[], byte[], RoutedRecord> documentSource,
      ProcessorSupplier<byte[], byte[], byte[], RoutedRecord> commandSource) {
    KStream<byte[], RoutedRecord> documents =
        builder.stream(topics.documents().name(), source("documents"))
            .process(
                documentSource, Named.as("analyze-documents"), DocumentFrequencyStore.STORE_NAME);
    KStream<byte[], RoutedRecord> commands =
        builder.stream(topics.commands().name(), source("commands"))
            .process(commandSource, Named.as("decode-commands"));
    return documents.merge(commands, Named.as("routed-records"));
  }

  private static void writeDeadLetters(
      KStream<byte[], RoutedRecord> routed, Topic<byte[], byte[]> topic) {
    routed
        .flatMapValues(
            value ->
                value instanceof RoutedRecord.DeadLetter letter
                    ? Collections.singletonList(letter.value())
                    : List.<byte[]>of(),
            Named.as("rejected-records"))
        .to(topic.name(), sink("write-dead-letters"));
  }

  /** Sends documents to the partition of their key, and refresh requests to every partition. */
  private static KStream<byte[], RoutedRecord> repartition(KStream<byte[], RoutedRecord> routed) {
    return routed
        .flatMapValues(TextTopology::encodeToRepartition, Named.as("encode-to-repartition"))
        .repartition(
            Repartitioned.with(Serdes.ByteArray(), Serdes.ByteArray())
                .withStreamPartitioner(repartitioner())
                .withName("documents-by-key"))
        .mapValues(
            (key, value) ->
                RefreshRequest.isKey(key)
                    ? new RoutedRecord.Refresh(RefreshRequest.decode(value))
                    : new RoutedRecord.Repartitioned(value),
            Named.as("decode-repartitioned"));
  }

  private static List<byte[]> encodeToRepartition(RoutedRecord routed) {
    return switch (routed) {
      case RoutedRecord.Repartitioned(byte[] encoded) -> List.of(encoded);
      case RoutedRecord.Refresh(RefreshRequest request) -> List.of(request.encode());
      case RoutedRecord.Local _, RoutedRecord.DeadLetter _ -> List.of();
    };
  }

  /** Empty leaves the choice to Kafka's default partitioner. */
  private static StreamPartitioner<byte[], byte[]> repartitioner() {
    return (_, key, _, count) ->
        RefreshRequest.isKey(key)
            ? Optional.of(IntStream.range(0, count).boxed().collect(Collectors.toSet()))
            : Optional.empty();
  }

  private static void writeOutputs(KStream<byte[], byte[]> outputs, Topics topics) {
    outputs.to(topics.documentVectors().name(), sink(VECTOR_SINK));
    outputs.to(
        topics.documentFrequencies().name(),
        // All blocks of a partition go to one partition, which keeps their order.
        sink(FREQUENCY_SINK)
            .withStreamPartitioner((_, key, _, count) ->
                Optional.of(Set.of(FrequencyBlockKey.of(key).orElseThrow().partition() % count))));
  }

  private static Consumed<byte[], byte[]> source(String topic) {
    return Consumed.with(Serdes.ByteArray(), Serdes.ByteArray()).withName("read-" + topic);
  }

  private static Produced<byte[], byte[]> sink(String name) {
    return Produced.with(Serdes.ByteArray(), Serdes.ByteArray()).withName(name);
  }
}
