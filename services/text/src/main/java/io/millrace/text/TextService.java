package io.millrace.text;

import io.millrace.learning.text.FrequencyView;
import io.millrace.runtime.Service;
import io.millrace.runtime.ServiceType;
import io.millrace.runtime.Settings;
import io.millrace.runtime.StreamsService;
import io.millrace.schemas.avro.DocumentFrequencies;
import io.millrace.schemas.avro.DocumentVector;
import io.millrace.topics.Topic;
import io.millrace.topics.Topics;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.Set;
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
 * {@code dead-letters}. Producers choose partitions as they like, so the counted documents go by an
 * internal topic on which a document has one partition; each partition tells the others its counts
 * on {@code document-frequencies}: {@code docs/design-text.md}.
 */
public final class TextService {

  /** The service, for the command line. */
  public static final ServiceType TYPE =
      new ServiceType(
          TextConfig.NAME,
          "Weighs documents by TF-IDF: documents to document-vectors.",
          TextConfig.definition(),
          TextService::create);

  private TextService() {}

  private static Service create(Settings settings) {
    var figures = new TextFigures();
    var topology = topology(TextConfig.from(settings), settings.topics(), figures);
    return new StreamsService(TextConfig.NAME, settings, topology, new TextMetrics(figures));
  }

  /** What the service does. */
  static Topology topology(TextConfig config, Topics topics, TextFigures figures) {
    var builder = new StreamsBuilder();
    var view = new FrequencyView();
    figures.termsAre(view::terms);
    frequencies(builder, topics, view, figures);
    stores(builder);
    KStream<byte[], Taken> taken =
        builder.stream(topics.documents().name(), documents())
            .process(() -> new Take(config, figures), Named.as("take-documents"));
    refused(taken, topics.deadLetters());
    KStream<String, Output> outputs =
        accepted(taken)
            .process(
                () -> new Weigh(config, view, figures),
                Named.as("weigh"),
                LiveDocuments.DOCUMENTS,
                LiveDocuments.DELETIONS,
                Publisher.PUBLISHED);
    write(outputs, topics);
    return builder.build();
  }

  private static Consumed<byte[], byte[]> documents() {
    return Consumed.with(Serdes.ByteArray(), Serdes.ByteArray()).withName("read-documents");
  }

  private static void refused(KStream<byte[], Taken> taken, Topic<byte[], byte[]> deadLetters) {
    taken
        .flatMapValues(
            value ->
                value instanceof Taken.Refused it
                    ? Collections.singletonList(it.value())
                    : List.<byte[]>of(),
            Named.as("refused"))
        .to(deadLetters.name(), produced(deadLetters, "dead-letters"));
  }

  private static KStream<byte[], byte[]> accepted(KStream<byte[], Taken> taken) {
    return taken
        .flatMapValues(
            value -> value instanceof Taken.Accepted it ? List.of(it.counted()) : List.of(),
            Named.as("accepted"))
        .repartition(
            Repartitioned.with(Serdes.ByteArray(), Serdes.ByteArray())
                .withName("documents-by-key"));
  }

  private static void frequencies(
      StreamsBuilder builder, Topics topics, FrequencyView view, TextFigures figures) {
    var store = new FrequencyStore(view, figures);
    builder.addGlobalStore(
        new FrequencyStore.Builder(store),
        topics.documentFrequencies().name(),
        Consumed.with(Serdes.ByteArray(), Serdes.ByteArray()).withName("read-document-frequencies"),
        () -> record -> store.take(record.key(), record.value()));
  }

  private static void write(KStream<String, Output> outputs, Topics topics) {
    outputs
        .flatMapValues(
            output ->
                output instanceof Output.OfVector it
                    ? Collections.singletonList(it.vector())
                    : List.<DocumentVector>of(),
            Named.as("vectors"))
        .to(
            topics.documentVectors().name(),
            produced(topics.documentVectors(), "document-vectors"));
    outputs
        .flatMapValues(
            output ->
                output instanceof Output.OfFrequencies it
                    ? Collections.singletonList(it.batch())
                    : List.<DocumentFrequencies>of(),
            Named.as("frequencies"))
        .to(
            topics.documentFrequencies().name(),
            // The batches of a partition keep their order, however many partitions there are.
            produced(topics.documentFrequencies(), "document-frequencies")
                .withStreamPartitioner((_, key, _, count) ->
                    Optional.of(Set.of(BatchKey.parse(key).partition() % count))));
  }

  private static void stores(StreamsBuilder builder) {
    builder.addStateStore(
        Stores.keyValueStoreBuilder(
            Stores.persistentKeyValueStore(LiveDocuments.DOCUMENTS),
            Serdes.String(),
            Serdes.ByteArray()));
    builder.addStateStore(
        Stores.timestampedKeyValueStoreBuilder(
            Stores.inMemoryKeyValueStore(LiveDocuments.DELETIONS),
            Serdes.String(),
            Serdes.ByteArray()));
    builder.addStateStore(
        Stores.keyValueStoreBuilder(
            Stores.inMemoryKeyValueStore(Publisher.PUBLISHED), Serdes.String(), Serdes.Long()));
  }

  private static <K, V> Produced<K, V> produced(Topic<K, V> topic, String name) {
    return Produced.with(topic.keys(), topic.values()).withName("write-" + name);
  }
}
