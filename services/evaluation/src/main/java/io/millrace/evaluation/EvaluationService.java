package io.millrace.evaluation;

import io.millrace.runtime.kafka.TopicIds;
import io.millrace.runtime.lifecycle.Service;
import io.millrace.runtime.lifecycle.ServiceType;
import io.millrace.runtime.settings.Settings;
import io.millrace.runtime.settings.SettingsException;
import io.millrace.runtime.streams.RepartitionCount;
import io.millrace.runtime.streams.RocksDbLibrary;
import io.millrace.runtime.streams.StreamsService;
import io.millrace.schemas.avro.Comparison;
import io.millrace.schemas.avro.DocumentExample;
import io.millrace.schemas.avro.Evaluation;
import io.millrace.schemas.avro.ImageExample;
import io.millrace.schemas.avro.InputRange;
import io.millrace.schemas.avro.Judgement;
import io.millrace.schemas.avro.ModelManifest;
import io.millrace.schemas.avro.Prediction;
import io.millrace.schemas.avro.Tally;
import io.millrace.schemas.input.InputDecoder;
import io.millrace.topics.AvroSerde;
import io.millrace.topics.Topic;
import io.millrace.topics.Topics;
import java.util.Collections;
import java.util.List;
import java.util.function.Function;
import java.util.function.UnaryOperator;
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
import org.jspecify.annotations.Nullable;

/**
 * Evaluates the predictions that were served: {@code predictions, labels -> evaluations}, and those
 * of challengers: {@code shadow-predictions, labels -> shadow-evaluations, comparisons}. From the
 * examples topics and {@code models} it knows which records each version had learned from. Start
 * reading at {@link #topology}:
 *
 * <ol>
 *   <li>An {@link EvaluationSourceProcessor} for each input topic decodes and validates its
 *       records.
 *   <li>Records that cannot be used go to {@code dead-letters}.
 *   <li>The others are repartitioned, by subject where there is more than one partition; {@code
 *       docs/design-evaluation.md} says what each has to know.
 *   <li>The {@link JudgementProcessor} joins predictions with labels, decides what counts, and
 *       pairs what was served with what challengers answered.
 *   <li>With more than one partition, judgements are repartitioned by model and scope, pairs by
 *       champion and challenger.
 *   <li>The {@link ScoreProcessor} sums and publishes.
 * </ol>
 */
public final class EvaluationService {

  /** The service, for the command line. */
  public static final ServiceType TYPE =
      new ServiceType(
          EvaluationConfig.NAME,
          "Joins predictions with labels: accuracy per model and version.",
          EvaluationConfig.definition(),
          EvaluationService::create);

  private static final String INPUTS = "inputs";
  private static final String JUDGEMENTS = "judgements";

  private EvaluationService() {}

  private static Service create(Settings settings) {
    RocksDbLibrary.require(EvaluationConfig.NAME, "");
    var stats = new EvaluationStats();
    EvaluationConfig config = EvaluationConfig.from(settings);
    requirePartitions(settings, config);
    var topology =
        topology(config, settings.inputs(), settings.topics(), new TopicIds(settings), stats);
    return new StreamsService(
        EvaluationConfig.NAME,
        settings,
        EvaluationConfig.COMMIT_INTERVAL,
        topology,
        new EvaluationMetrics(stats));
  }

  /** The state is kept by partition: with another number, subjects would miss theirs. */
  private static void requirePartitions(Settings settings, EvaluationConfig config) {
    String topic =
        "%s-%s-repartition".formatted(settings.common().group(EvaluationConfig.NAME), INPUTS);
    RepartitionCount.present(settings, topic)
        .ifPresent(present -> {
          if (present != config.partitions()) {
            throw new SettingsException(
                ("%s is %d, but the state of the evaluation is kept in %d (topic %s): set %d, or"
                        + " begin anew as docs/operations.md says")
                    .formatted(
                        EvaluationConfig.PARTITIONS, config.partitions(), present, topic, present));
          }
        });
  }

  /**
   * The service as a pure function of its settings.
   *
   * @param topicIds gives the id of a topic by its name
   */
  static Topology topology(
      EvaluationConfig config,
      InputDecoder inputs,
      Topics topics,
      UnaryOperator<String> topicIds,
      EvaluationStats stats) {
    var builder = new StreamsBuilder();
    stores(builder);
    KStream<String, ScoreInput> judgements =
        acceptedInputs(builder, config, inputs, topics, TopicIds.remembered(topicIds), stats)
            .repartition(repartitionedInputs(config))
            .process(
                () -> new JudgementProcessor(config, stats),
                Named.as("judge"),
                PredictionLabelJoin.UNLABELLED_PREDICTIONS,
                PredictionLabelJoin.LABELS,
                PredictionLabelJoin.SLICES,
                PrequentialScope.EXAMPLE_POSITIONS,
                PrequentialScope.READ_OFFSETS,
                PrequentialScope.MANIFESTS,
                PrequentialScope.HELD_JUDGEMENTS,
                ChallengerJoin.OUTCOMES,
                ChallengerJoin.WAITING);
    KStream<String, ScoreOutput> outputs =
        byModel(judgements, config)
            .process(
                () -> new ScoreProcessor(config, stats),
                Named.as("evaluate"),
                ScoreAggregator.WINDOW_TALLIES,
                ScoreAggregator.TOTAL_TALLIES,
                ScoreAggregator.CHANGED_WINDOWS,
                LabelSequence.STORE,
                ConfusionCounts.STORE,
                ComparisonAggregator.SUMS,
                ComparisonAggregator.CHANGED);
    write(outputs, topics.evaluations(), "evaluations", EvaluationService::served);
    write(outputs, topics.shadowEvaluations(), "shadow-evaluations", EvaluationService::shadow);
    write(outputs, topics.comparisons(), "comparisons", EvaluationService::comparison);
    return builder.build();
  }

  private static @Nullable Evaluation served(ScoreOutput output) {
    return output instanceof ScoreOutput.OfVersion(Evaluation it, boolean isShadow) && !isShadow
        ? it
        : null;
  }

  private static @Nullable Evaluation shadow(ScoreOutput output) {
    return output instanceof ScoreOutput.OfVersion(Evaluation it, boolean isShadow) && isShadow
        ? it
        : null;
  }

  private static @Nullable Comparison comparison(ScoreOutput output) {
    return output instanceof ScoreOutput.OfComparison(Comparison it) ? it : null;
  }

  /**
   * Writes some of the outputs to a topic.
   *
   * @param chosen null for those that another topic gets
   */
  private static <V> void write(
      KStream<String, ScoreOutput> outputs,
      Topic<String, V> topic,
      String name,
      Function<ScoreOutput, @Nullable V> chosen) {
    outputs
        .flatMapValues(
            output -> {
              @Nullable V value = chosen.apply(output);
              return value == null ? List.<V>of() : List.of(value);
            },
            Named.as(name))
        .to(topic.name(), Produced.with(topic.keys(), topic.values()).withName("write-" + name));
  }

  private static Repartitioned<String, EvaluationInput> repartitionedInputs(
      EvaluationConfig config) {
    var inputs =
        Repartitioned.with(Serdes.String(), EvaluationInputSerde.inputs())
            .withName(INPUTS)
            .withNumberOfPartitions(config.partitions());
    return config.partitions() == 1 ? inputs : inputs.withStreamPartitioner(new InputPartitioner());
  }

  /**
   * The sums of a model and scope are in one place, and those of a champion and its challenger; a
   * single partition has them all.
   */
  private static KStream<String, ScoreInput> byModel(
      KStream<String, ScoreInput> judgements, EvaluationConfig config) {
    return config.partitions() == 1
        ? judgements
        : judgements.repartition(
            Repartitioned.with(Serdes.String(), ScoreInput.serde())
                .withName(JUDGEMENTS)
                .withNumberOfPartitions(config.partitions()));
  }

  private static KStream<String, EvaluationInput> acceptedInputs(
      StreamsBuilder builder,
      EvaluationConfig config,
      InputDecoder inputs,
      Topics topics,
      UnaryOperator<String> topicIds,
      EvaluationStats stats) {
    KStream<byte[], ValidationResult> validated =
        readAll(builder, config, inputs, topics, topicIds, stats);
    Topic<byte[], byte[]> letters = topics.deadLetters();
    validated
        .flatMapValues(
            value ->
                value instanceof ValidationResult.Rejected it
                    ? Collections.singletonList(it.value())
                    : List.<byte[]>of(),
            Named.as("rejected"))
        .to(
            letters.name(),
            Produced.with(letters.keys(), letters.values()).withName("write-dead-letters"));
    return validated.flatMap(
        (_, value) ->
            value instanceof ValidationResult.Accepted it
                ? List.of(KeyValue.pair(it.key(), it.input()))
                : List.of(),
        Named.as("accepted"));
  }

  private static KStream<byte[], ValidationResult> readAll(
      StreamsBuilder builder,
      EvaluationConfig config,
      InputDecoder inputs,
      Topics topics,
      UnaryOperator<String> topicIds,
      EvaluationStats stats) {
    String slices = config.figures().sliceHeader();
    return read(
            builder,
            topics.labels(),
            "labels",
            () -> new EvaluationSourceProcessor.Labels(inputs, stats, topicIds, slices))
        .merge(
            read(
                builder,
                topics.predictions(),
                "predictions",
                () -> new EvaluationSourceProcessor.Predictions(stats, topicIds, slices, false)),
            Named.as("merge-predictions"))
        .merge(
            read(
                builder,
                topics.shadowPredictions(),
                "shadow-predictions",
                () -> new EvaluationSourceProcessor.Predictions(stats, topicIds, slices, true)),
            Named.as("merge-shadow-predictions"))
        .merge(
            read(
                builder,
                topics.imageExamples(),
                "image-examples",
                () ->
                    new EvaluationSourceProcessor.Examples<>(
                        stats,
                        topicIds,
                        config.partitions(),
                        ImageExample.class,
                        ImageExample::getSource,
                        ImageExample::getSubject)),
            Named.as("merge-image-examples"))
        .merge(
            read(
                builder,
                topics.documentExamples(),
                "document-examples",
                () ->
                    new EvaluationSourceProcessor.Examples<>(
                        stats,
                        topicIds,
                        config.partitions(),
                        DocumentExample.class,
                        DocumentExample::getSource,
                        DocumentExample::getSubject)),
            Named.as("merge-document-examples"))
        .merge(
            read(
                builder,
                topics.models(),
                "models",
                () -> new EvaluationSourceProcessor.Manifests(stats, topicIds)),
            Named.as("merge-manifests"));
  }

  private static KStream<byte[], ValidationResult> read(
      StreamsBuilder builder,
      Topic<?, ?> topic,
      String name,
      ProcessorSupplier<byte[], byte[], byte[], ValidationResult> decoder) {
    return builder.stream(
            topic.name(),
            Consumed.with(Serdes.ByteArray(), Serdes.ByteArray()).withName("read-" + name))
        .process(decoder, Named.as("decode-" + name));
  }

  private static void stores(StreamsBuilder builder) {
    store(builder, PredictionLabelJoin.UNLABELLED_PREDICTIONS, AvroSerde.of(Prediction.class));
    store(builder, PredictionLabelJoin.LABELS, Serdes.String());
    store(builder, PredictionLabelJoin.SLICES, Serdes.String());
    store(builder, PrequentialScope.EXAMPLE_POSITIONS, AvroSerde.of(InputRange.class));
    store(builder, PrequentialScope.MANIFESTS, AvroSerde.of(ModelManifest.class));
    store(builder, PrequentialScope.HELD_JUDGEMENTS, AvroSerde.of(Judgement.class));
    store(builder, ChallengerJoin.OUTCOMES, Serdes.String());
    store(builder, ChallengerJoin.WAITING, Serdes.String());
    store(builder, ScoreAggregator.WINDOW_TALLIES, AvroSerde.of(Tally.class));
    store(builder, ScoreAggregator.TOTAL_TALLIES, AvroSerde.of(Tally.class));
    store(builder, ConfusionCounts.STORE, Serdes.Long());
    store(builder, ComparisonAggregator.SUMS, AvroSerde.of(Comparison.class));
    builder.addStateStore(
        Stores.timestampedKeyValueStoreBuilder(
            Stores.persistentTimestampedKeyValueStore(LabelSequence.STORE),
            Serdes.String(),
            Serdes.String()));
    builder.addStateStore(
        Stores.keyValueStoreBuilder(
                Stores.inMemoryKeyValueStore(PrequentialScope.READ_OFFSETS),
                Serdes.String(),
                Serdes.Long())
            .withCachingEnabled());
    changedKeys(builder, ScoreAggregator.CHANGED_WINDOWS);
    changedKeys(builder, ComparisonAggregator.CHANGED);
  }

  private static void changedKeys(StreamsBuilder builder, String name) {
    builder.addStateStore(
        Stores.keyValueStoreBuilder(
                Stores.inMemoryKeyValueStore(name), Serdes.String(), Serdes.ByteArray())
            .withCachingEnabled());
  }

  /**
   * A store on disk with a timestamp on every entry; the cache holds its writes until the commit.
   */
  private static <V> void store(StreamsBuilder builder, String name, Serde<V> values) {
    builder.addStateStore(
        Stores.timestampedKeyValueStoreBuilder(
                Stores.persistentTimestampedKeyValueStore(name), Serdes.String(), values)
            .withCachingEnabled());
  }
}
