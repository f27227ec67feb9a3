package io.millrace.evaluation;

import io.millrace.runtime.Service;
import io.millrace.runtime.ServiceType;
import io.millrace.runtime.Settings;
import io.millrace.runtime.StreamsService;
import io.millrace.schemas.avro.DocumentExample;
import io.millrace.schemas.avro.Evaluation;
import io.millrace.schemas.avro.ImageExample;
import io.millrace.schemas.avro.InputRange;
import io.millrace.schemas.avro.Judgement;
import io.millrace.schemas.avro.ModelManifest;
import io.millrace.schemas.avro.Prediction;
import io.millrace.schemas.avro.Tally;
import io.millrace.topics.AvroSerde;
import io.millrace.topics.Topic;
import io.millrace.topics.Topics;
import java.util.Collections;
import java.util.List;
import org.apache.kafka.common.serialization.Serde;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.streams.KeyValue;
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
 * Judges what was served: {@code predictions, labels -> evaluations}, with the examples topics and
 * {@code models} beside, which tell what each version had learned from. All facts come together on
 * one partition: {@code docs/design-evaluation.md} says why.
 */
public final class EvaluationService {

  /** The service, for the command line. */
  public static final ServiceType TYPE =
      new ServiceType(
          EvaluationConfig.NAME,
          "Joins predictions with labels: accuracy per model and version.",
          EvaluationConfig.definition(),
          EvaluationService::create);

  private EvaluationService() {}

  private static Service create(Settings settings) {
    var figures = new EvaluationFigures();
    var topology = topology(EvaluationConfig.from(settings), settings.topics(), figures);
    return new StreamsService(
        EvaluationConfig.NAME, settings, topology, new EvaluationMetrics(figures));
  }

  /** What the service does. */
  static Topology topology(EvaluationConfig config, Topics topics, EvaluationFigures figures) {
    var builder = new StreamsBuilder();
    stores(builder);
    Topic<String, Evaluation> evaluations = topics.evaluations();
    take(builder, topics, figures)
        .repartition(
            Repartitioned.with(Serdes.String(), FactSerde.facts())
                .withName("facts")
                .withNumberOfPartitions(1))
        .process(
            () -> new Evaluate(config, figures),
            Named.as("evaluate"),
            Pairing.WAITING,
            Pairing.LABELS,
            Provenance.EXAMPLES,
            Provenance.POSITIONS,
            Provenance.VERSIONS,
            Provenance.HELD,
            Scores.WINDOWS,
            Scores.TOTALS,
            Scores.CHANGED)
        .to(
            evaluations.name(),
            Produced.with(evaluations.keys(), evaluations.values()).withName("write-evaluations"));
    return builder.build();
  }

  private static KStream<String, Fact> take(
      StreamsBuilder builder, Topics topics, EvaluationFigures figures) {
    KStream<byte[], Taken> taken = takeAll(builder, topics, figures);
    Topic<byte[], byte[]> letters = topics.deadLetters();
    taken
        .flatMapValues(
            value ->
                value instanceof Taken.Refused it
                    ? Collections.singletonList(it.value())
                    : List.<byte[]>of(),
            Named.as("refused"))
        .to(
            letters.name(),
            Produced.with(letters.keys(), letters.values()).withName("write-dead-letters"));
    return taken.flatMap(
        (_, value) ->
            value instanceof Taken.Accepted it
                ? List.of(KeyValue.pair(it.about(), it.fact()))
                : List.of(),
        Named.as("accepted"));
  }

  private static KStream<byte[], Taken> takeAll(
      StreamsBuilder builder, Topics topics, EvaluationFigures figures) {
    return take(builder, topics.labels(), "labels", () -> new Take.Labels(figures))
        .merge(
            take(builder, topics.predictions(), "predictions", () -> new Take.Predictions(figures)),
            Named.as("with-predictions"))
        .merge(
            take(
                builder,
                topics.imageExamples(),
                "image-examples",
                () -> new Take.Examples<>(figures, ImageExample.class, ImageExample::getSource)),
            Named.as("with-image-examples"))
        .merge(
            take(
                builder,
                topics.documentExamples(),
                "document-examples",
                () ->
                    new Take.Examples<>(
                        figures, DocumentExample.class, DocumentExample::getSource)),
            Named.as("with-document-examples"))
        .merge(
            take(builder, topics.models(), "models", () -> new Take.Manifests(figures)),
            Named.as("with-manifests"));
  }

  private static KStream<byte[], Taken> take(
      StreamsBuilder builder,
      Topic<?, ?> topic,
      String name,
      ProcessorSupplier<byte[], byte[], byte[], Taken> take) {
    return builder.stream(
            topic.name(),
            Consumed.with(Serdes.ByteArray(), Serdes.ByteArray()).withName("read-" + name))
        .process(take, Named.as("take-" + name));
  }

  private static void stores(StreamsBuilder builder) {
    store(builder, Pairing.WAITING, AvroSerde.of(Prediction.class));
    store(builder, Pairing.LABELS, Serdes.String());
    store(builder, Provenance.EXAMPLES, AvroSerde.of(InputRange.class));
    store(builder, Provenance.VERSIONS, AvroSerde.of(ModelManifest.class));
    store(builder, Provenance.HELD, AvroSerde.of(Judgement.class));
    store(builder, Scores.WINDOWS, AvroSerde.of(Tally.class));
    store(builder, Scores.TOTALS, AvroSerde.of(Tally.class));
    builder.addStateStore(
        Stores.keyValueStoreBuilder(
                Stores.inMemoryKeyValueStore(Provenance.POSITIONS), Serdes.String(), Serdes.Long())
            .withCachingEnabled());
    builder.addStateStore(
        Stores.keyValueStoreBuilder(
                Stores.inMemoryKeyValueStore(Scores.CHANGED), Serdes.String(), Serdes.ByteArray())
            .withCachingEnabled());
  }

  /** A store with a stamp on every entry, on disk; writes to it are gathered until the commit. */
  private static <V> void store(StreamsBuilder builder, String name, Serde<V> values) {
    builder.addStateStore(
        Stores.timestampedKeyValueStoreBuilder(
                Stores.persistentTimestampedKeyValueStore(name), Serdes.String(), values)
            .withCachingEnabled());
  }
}
