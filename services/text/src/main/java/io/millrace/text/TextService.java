package io.millrace.text;

import io.millrace.runtime.Service;
import io.millrace.runtime.ServiceType;
import io.millrace.runtime.Settings;
import io.millrace.runtime.StreamsService;
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
  static final String VECTORS = "write-document-vectors";

  static final String FREQUENCIES = "write-document-frequencies";

  private TextService() {}

  private static Service create(Settings settings) {
    var figures = new TextFigures();
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
  static Topology topology(
      TextConfig config, Topics topics, TextFigures figures, IntSupplier partitions) {
    var builder = new StreamsBuilder();
    var everybody = Everybody.begin(config.analysis(), partitions);
    figures.termsAre(everybody.view()::terms);
    frequencies(builder, topics, new FrequencyStore(everybody, figures));
    stores(builder, config, partitions);
    KStream<byte[], Taken> taken =
        builder.stream(topics.documents().name(), read("documents"))
            .process(
                () -> new Take(config, new Home(partitions), figures),
                Named.as("take-documents"),
                CountStore.NAME)
            .merge(
                builder.stream(topics.commands().name(), read("commands"))
                    .process(() -> new TakeCommands(figures), Named.as("take-commands")),
                Named.as("taken"));
    refused(taken, topics.deadLetters());
    KStream<byte[], byte[]> outputs =
        taken
            .filter((_, value) -> value instanceof Taken.Here, Named.as("here"))
            .merge(byKey(taken), Named.as("all-of-the-partition"))
            .process(
                () -> new Weigh(config, everybody, figures),
                Named.as("weigh"),
                LiveDocuments.DOCUMENTS,
                LiveDocuments.DELETIONS,
                Publisher.PUBLISHED,
                Refresh.REFRESH,
                CountStore.NAME);
    write(outputs, topics);
    return builder.build();
  }

  private static Consumed<byte[], byte[]> read(String what) {
    return Consumed.with(Serdes.ByteArray(), Serdes.ByteArray()).withName("read-" + what);
  }

  private static void refused(KStream<byte[], Taken> taken, Topic<byte[], byte[]> deadLetters) {
    taken
        .flatMapValues(
            value ->
                value instanceof Taken.Refused it
                    ? Collections.singletonList(it.value())
                    : List.<byte[]>of(),
            Named.as("refused"))
        .to(deadLetters.name(), bytes("write-dead-letters"));
  }

  /**
   * The detour of documents that lie in another partition than their own, and the way of commands
   * to all partitions.
   */
  private static KStream<byte[], Taken> byKey(KStream<byte[], Taken> taken) {
    return taken
        .flatMapValues(TextService::sentOn, Named.as("elsewhere"))
        .repartition(
            Repartitioned.with(Serdes.ByteArray(), Serdes.ByteArray())
                .withStreamPartitioner(TakeCommands.partitioner())
                .withName("documents-by-key"))
        .mapValues(
            (key, value) ->
                TakeCommands.isCommand(key) ? TakeCommands.decoded(value) : new Taken.ByKey(value),
            Named.as("from-elsewhere"));
  }

  private static List<byte[]> sentOn(Taken taken) {
    return switch (taken) {
      case Taken.ByKey(byte[] bytes) -> List.of(bytes);
      case Taken.Refresh refresh -> List.of(TakeCommands.encoded(refresh));
      case Taken.Here _, Taken.Refused _ -> List.of();
    };
  }

  private static void frequencies(StreamsBuilder builder, Topics topics, FrequencyStore store) {
    builder.addGlobalStore(
        new MemoryStore<>(FrequencyStore.NAME, () -> store),
        topics.documentFrequencies().name(),
        read("document-frequencies"),
        () -> record -> store.take(record.key(), record.value()));
  }

  private static void write(KStream<byte[], byte[]> outputs, Topics topics) {
    outputs.to(topics.documentVectors().name(), bytes(VECTORS));
    outputs.to(
        topics.documentFrequencies().name(),
        // The batches of a partition keep their order, however many partitions there are.
        bytes(FREQUENCIES)
            .withStreamPartitioner((_, key, _, count) ->
                Optional.of(Set.of(BatchKey.of(key).orElseThrow().partition() % count))));
  }

  private static void stores(StreamsBuilder builder, TextConfig config, IntSupplier partitions) {
    builder.addStateStore(
        Stores.timestampedKeyValueStoreBuilder(
            config.store().supplier(LiveDocuments.DOCUMENTS),
            Serdes.ByteArray(),
            Serdes.ByteArray()));
    builder.addStateStore(
        Stores.timestampedKeyValueStoreBuilder(
            Stores.inMemoryKeyValueStore(LiveDocuments.DELETIONS),
            Serdes.ByteArray(),
            Serdes.ByteArray()));
    builder.addStateStore(
        Stores.keyValueStoreBuilder(
            Stores.inMemoryKeyValueStore(Publisher.PUBLISHED), Serdes.String(), Serdes.Long()));
    builder.addStateStore(
        Stores.keyValueStoreBuilder(
            Stores.inMemoryKeyValueStore(Refresh.REFRESH), Serdes.String(), Serdes.ByteArray()));
    builder.addStateStore(
        new MemoryStore<>(
            CountStore.NAME,
            () -> new CountStore(() -> config.bounds().share(partitions.getAsInt()))));
  }

  private static Produced<byte[], byte[]> bytes(String name) {
    return Produced.with(Serdes.ByteArray(), Serdes.ByteArray()).withName(name);
  }
}
