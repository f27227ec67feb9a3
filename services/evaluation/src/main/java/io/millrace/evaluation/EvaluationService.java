package io.millrace.evaluation;

import io.millrace.runtime.lifecycle.Service;
import io.millrace.runtime.lifecycle.ServiceType;
import io.millrace.runtime.settings.Settings;
import io.millrace.runtime.streams.StreamsService;
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
    var figures = new EvaluationStats();
    var topology = topology(EvaluationConfig.from(settings), settings.topics(), figures);
    return new StreamsService(
        EvaluationConfig.NAME, settings, topology, new EvaluationMetrics(figures));
  }

  /** What the service does. */
  static Topology topology(EvaluationConfig config, Topics topics, EvaluationStats figures) {
    var builder = new StreamsBuilder();
    stores(builder);
    Topic<String, Evaluation> evaluations = topics.evaluations();
    take(builder, topics, figures)
        .repartition(
            Repartitioned.with(Serdes.String(), EvaluationInputSerde.facts())
                .withName("facts")
                .withNumberOfPartitions(1))
        .process(
            () -> new EvaluationProcessor(config, figures),
            Named.as("evaluate"),
            PredictionLabelJoin.WAITING,
            PredictionLabelJoin.LABELS,
            PrequentialScope.EXAMPLES,
            PrequentialScope.POSITIONS,
            PrequentialScope.VERSIONS,
            PrequentialScope.HELD,
            ScoreAggregator.WINDOWS,
            ScoreAggregator.TOTALS,
            ScoreAggregator.CHANGED)
        .to(
            evaluations.name(),
            Produced.with(evaluations.keys(), evaluations.values()).withName("write-evaluations"));
    return builder.build();
  }

  private static KStream<String, EvaluationInput> take(
      StreamsBuilder builder, Topics topics, EvaluationStats figures) {
    KStream<byte[], ValidationResult> taken = takeAll(builder, topics, figures);
    Topic<byte[], byte[]> letters = topics.deadLetters();
    taken
        .flatMapValues(
            value ->
                value instanceof ValidationResult.Rejected it
                    ? Collections.singletonList(it.value())
                    : List.<byte[]>of(),
            Named.as("refused"))
        .to(
            letters.name(),
            Produced.with(letters.keys(), letters.values()).withName("write-dead-letters"));
    return taken.flatMap(
        (_, value) ->
            value instanceof ValidationResult.Accepted it
                ? List.of(KeyValue.pair(it.key(), it.input()))
                : List.of(),
        Named.as("accepted"));
  }

  private static KStream<byte[], ValidationResult> takeAll(
      StreamsBuilder builder, Topics topics, EvaluationStats figures) {
    return take(
            builder, topics.labels(), "labels", () -> new EvaluationSourceProcessor.Labels(figures))
        .merge(
            take(
                builder,
                topics.predictions(),
                "predictions",
                () -> new EvaluationSourceProcessor.Predictions(figures)),
            Named.as("with-predictions"))
        .merge(
            take(
                builder,
                topics.imageExamples(),
                "image-examples",
                () ->
                    new EvaluationSourceProcessor.Examples<>(
                        figures, ImageExample.class, ImageExample::getSource)),
            Named.as("with-image-examples"))
        .merge(
            take(
                builder,
                topics.documentExamples(),
                "document-examples",
                () ->
                    new EvaluationSourceProcessor.Examples<>(
                        figures, DocumentExample.class, DocumentExample::getSource)),
            Named.as("with-document-examples"))
        .merge(
            take(
                builder,
                topics.models(),
                "models",
                () -> new EvaluationSourceProcessor.Manifests(figures)),
            Named.as("with-manifests"));
  }

  private static KStream<byte[], ValidationResult> take(
      StreamsBuilder builder,
      Topic<?, ?> topic,
      String name,
      ProcessorSupplier<byte[], byte[], byte[], ValidationResult> take) {
    return builder.stream(
            topic.name(),
            Consumed.with(Serdes.ByteArray(), Serdes.ByteArray()).withName("read-" + name))
        .process(take, Named.as("take-" + name));
  }

  private static void stores(StreamsBuilder builder) {
    store(builder, PredictionLabelJoin.WAITING, AvroSerde.of(Prediction.class));
    store(builder, PredictionLabelJoin.LABELS, Serdes.String());
    store(builder, PrequentialScope.EXAMPLES, AvroSerde.of(InputRange.class));
    store(builder, PrequentialScope.VERSIONS, AvroSerde.of(ModelManifest.class));
    store(builder, PrequentialScope.HELD, AvroSerde.of(Judgement.class));
    store(builder, ScoreAggregator.WINDOWS, AvroSerde.of(Tally.class));
    store(builder, ScoreAggregator.TOTALS, AvroSerde.of(Tally.class));
    builder.addStateStore(
        Stores.keyValueStoreBuilder(
                Stores.inMemoryKeyValueStore(PrequentialScope.POSITIONS),
                Serdes.String(),
                Serdes.Long())
            .withCachingEnabled());
    builder.addStateStore(
        Stores.keyValueStoreBuilder(
                Stores.inMemoryKeyValueStore(ScoreAggregator.CHANGED),
                Serdes.String(),
                Serdes.ByteArray())
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
