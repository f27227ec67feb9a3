package io.millrace.text;

import io.millrace.runtime.lifecycle.Service;
import io.millrace.runtime.lifecycle.ServiceType;
import io.millrace.runtime.settings.Settings;
import io.millrace.runtime.streams.StreamsService;
import io.millrace.text.codecs.FrequencyBlockKey;
import io.millrace.text.config.TextConfig;
import io.millrace.text.metrics.TextMetrics;
import io.millrace.text.metrics.TextStats;
import io.millrace.text.state.DocumentFrequencyStore;
import io.millrace.text.state.GlobalFrequencies;
import io.millrace.text.state.GlobalFrequencyStore;
import io.millrace.text.state.InMemoryStoreBuilder;
import io.millrace.text.state.LiveDocuments;
import io.millrace.text.topology.CommandSourceProcessor;
import io.millrace.text.topology.DocumentSourceProcessor;
import io.millrace.text.topology.FrequencyPublisher;
import io.millrace.text.topology.KeyPartitioner;
import io.millrace.text.topology.PartitionCount;
import io.millrace.text.topology.Reweighting;
import io.millrace.text.topology.RoutedRecord;
import io.millrace.text.topology.TfIdfProcessor;
import io.millrace.topics.Topic;
import io.millrace.topics.Topics;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.IntSupplier;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.streams.StreamsBuilder;
import org.apache.kafka.streams.Topology;
import org.apache.kafka.streams.kstream.Consumed;
import org.apache.kafka.streams.kstream.KStream;
import org.apache.kafka.streams.kstream.Named;
import org.apache.kafka.streams.kstream.Produced;
import org.apache.kafka.streams.kstream.Repartitioned;
import org.apache.kafka.streams.state.Stores;

/**
 * Weighs documents by TF-IDF: {@code documents -> document-vectors}, and what cannot be used to
 * {@code dead-letters}. Producers choose partitions as they like: a document that lies in another
 * than its own goes there by an internal topic, counted. Each partition tells the others its counts
 * on {@code document-frequencies}: {@code docs/design-text.md}. A command on {@code commands} has
 * all documents weighed again.
 */
public final class TextService {

  /** The service, for the command line. */
  public static final ServiceType TYPE =
      new ServiceType(
          TextConfig.NAME,
          "Weighs documents by TF-IDF: documents to document-vectors.",
          TextConfig.definition(),
          TextService::create);

  /** The sinks, by which outputs are told apart. */
  public static final String VECTOR_SINK = "write-document-vectors";

  public static final String FREQUENCY_SINK = "write-document-frequencies";

  private TextService() {}

  private static Service create(Settings settings) {
    var figures = new TextStats();
    var topology =
        topology(
            TextConfig.from(settings),
            settings.topics(),
            figures,
            new PartitionCount(settings, settings.topics().documents().name()));
    return new StreamsService(TextConfig.NAME, settings, topology, new TextMetrics(figures));
  }

  /**
   * What the service does.
   *
   * @param partitions how many partitions {@code documents} has; asked when records come
   */
  public static Topology topology(
      TextConfig config, Topics topics, TextStats figures, IntSupplier partitions) {
    var builder = new StreamsBuilder();
    var everybody = GlobalFrequencies.empty(config.analysis(), partitions);
    figures.setVocabularySize(everybody.frequencies()::terms);
    frequencies(builder, topics, new GlobalFrequencyStore(everybody, figures));
    stores(builder, config, partitions);
    KStream<byte[], RoutedRecord> taken =
        builder.stream(topics.documents().name(), read("documents"))
            .process(
                () -> new DocumentSourceProcessor(config, new KeyPartitioner(partitions), figures),
                Named.as("take-documents"),
                DocumentFrequencyStore.STORE_NAME)
            .merge(
                builder.stream(topics.commands().name(), read("commands"))
                    .process(() -> new CommandSourceProcessor(figures), Named.as("take-commands")),
                Named.as("taken"));
    rejected(taken, topics.deadLetters());
    KStream<byte[], byte[]> outputs =
        taken
            .filter((_, value) -> value instanceof RoutedRecord.Local, Named.as("here"))
            .merge(byKey(taken), Named.as("all-of-the-partition"))
            .process(
                () -> new TfIdfProcessor(config, everybody, figures),
                Named.as("weigh"),
                LiveDocuments.DOCUMENT_STORE_NAME,
                LiveDocuments.DELETION_STORE_NAME,
                FrequencyPublisher.STORE_NAME,
                Reweighting.STORE_NAME,
                DocumentFrequencyStore.STORE_NAME);
    write(outputs, topics);
    return builder.build();
  }

  private static Consumed<byte[], byte[]> read(String what) {
    return Consumed.with(Serdes.ByteArray(), Serdes.ByteArray()).withName("read-" + what);
  }

  private static void rejected(
      KStream<byte[], RoutedRecord> taken, Topic<byte[], byte[]> deadLetters) {
    taken
        .flatMapValues(
            value ->
                value instanceof RoutedRecord.Rejected it
                    ? Collections.singletonList(it.value())
                    : List.<byte[]>of(),
            Named.as("refused"))
        .to(deadLetters.name(), bytes("write-dead-letters"));
  }

  /**
   * The detour of documents that lie in another partition than their own, and the way of commands
   * to all partitions.
   */
  private static KStream<byte[], RoutedRecord> byKey(KStream<byte[], RoutedRecord> taken) {
    return taken
        .flatMapValues(TextService::toRepartition, Named.as("elsewhere"))
        .repartition(
            Repartitioned.with(Serdes.ByteArray(), Serdes.ByteArray())
                .withStreamPartitioner(CommandSourceProcessor.partitioner())
                .withName("documents-by-key"))
        .mapValues(
            (key, value) ->
                CommandSourceProcessor.isCommand(key)
                    ? CommandSourceProcessor.decoded(value)
                    : new RoutedRecord.Repartitioned(value),
            Named.as("from-elsewhere"));
  }

  private static List<byte[]> toRepartition(RoutedRecord taken) {
    return switch (taken) {
      case RoutedRecord.Repartitioned(byte[] bytes) -> List.of(bytes);
      case RoutedRecord.Refresh refresh -> List.of(CommandSourceProcessor.encoded(refresh));
      case RoutedRecord.Local _, RoutedRecord.Rejected _ -> List.of();
    };
  }

  private static void frequencies(
      StreamsBuilder builder, Topics topics, GlobalFrequencyStore store) {
    builder.addGlobalStore(
        new InMemoryStoreBuilder<>(GlobalFrequencyStore.STORE_NAME, () -> store),
        topics.documentFrequencies().name(),
        read("document-frequencies"),
        () -> record -> store.update(record.key(), record.value()));
  }

  private static void write(KStream<byte[], byte[]> outputs, Topics topics) {
    outputs.to(topics.documentVectors().name(), bytes(VECTOR_SINK));
    outputs.to(
        topics.documentFrequencies().name(),
        // The batches of a partition keep their order, however many partitions there are.
        bytes(FREQUENCY_SINK)
            .withStreamPartitioner((_, key, _, count) ->
                Optional.of(Set.of(FrequencyBlockKey.of(key).orElseThrow().partition() % count))));
  }

  private static void stores(StreamsBuilder builder, TextConfig config, IntSupplier partitions) {
    builder.addStateStore(
        Stores.timestampedKeyValueStoreBuilder(
            config.store().supplier(LiveDocuments.DOCUMENT_STORE_NAME),
            Serdes.ByteArray(),
            Serdes.ByteArray()));
    builder.addStateStore(
        Stores.timestampedKeyValueStoreBuilder(
            Stores.inMemoryKeyValueStore(LiveDocuments.DELETION_STORE_NAME),
            Serdes.ByteArray(),
            Serdes.ByteArray()));
    builder.addStateStore(
        Stores.keyValueStoreBuilder(
            Stores.inMemoryKeyValueStore(FrequencyPublisher.STORE_NAME),
            Serdes.String(),
            Serdes.Long()));
    builder.addStateStore(
        Stores.keyValueStoreBuilder(
            Stores.inMemoryKeyValueStore(Reweighting.STORE_NAME),
            Serdes.String(),
            Serdes.ByteArray()));
    builder.addStateStore(
        new InMemoryStoreBuilder<>(
            DocumentFrequencyStore.STORE_NAME,
            () ->
                new DocumentFrequencyStore(
                    () -> config.limits().vocabularyPerPartition(partitions.getAsInt()))));
  }

  private static Produced<byte[], byte[]> bytes(String name) {
    return Produced.with(Serdes.ByteArray(), Serdes.ByteArray()).withName(name);
  }
}
