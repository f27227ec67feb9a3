package io.millrace.scoring;

import io.millrace.learning.classifier.TermDrift;
import io.millrace.learning.classifier.TermVector;
import io.millrace.learning.core.DistributionDrift;
import io.millrace.runtime.models.VersionId;
import io.millrace.scoring.ScoringMetrics.DriftSignal;
import java.util.Optional;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.jspecify.annotations.Nullable;

/**
 * Decides without labels whether the documents have changed: by their terms ({@link TermDrift}),
 * and by how sure the answers are ({@link DistributionDrift}). The latter is compared within a
 * version, since another version answers otherwise; so its first window is the reference, and a
 * swap is no drift. Not thread-safe.
 */
final class DocumentDrift {

  private final TermDrift terms;
  private final DistributionDrift confidence;
  private final ScoringMetrics metrics;
  private final Optional<InputWatch> watch;
  private @Nullable VersionId version;

  /**
   * Nothing seen yet; {@link ScoringConfig.DriftDetection} says how long and how large.
   *
   * @param watch is told of drifts of the terms, if somebody wants to know
   */
  DocumentDrift(
      ScoringConfig.DriftDetection config, ScoringMetrics metrics, Optional<InputWatch> watch) {
    this.metrics = metrics;
    this.watch = watch;
    this.terms = new TermDrift(config.window(), config.termsThreshold());
    this.confidence = new DistributionDrift(1, config.window(), config.threshold());
    metrics.drift(DocumentScorer.MODEL, DriftSignal.INPUT);
    metrics.drift(DocumentScorer.MODEL, DriftSignal.CONFIDENCE);
  }

  /**
   * Adds an answer.
   *
   * @param record that had the document
   * @param byVersion the version that answered
   * @param probability of the best class; NaN if there was none
   */
  void add(
      ConsumerRecord<?, ?> record, VersionId byVersion, TermVector document, double probability) {
    if (watch.isPresent() && watch.get().beginsAnew()) {
      terms.begin();
    }
    if (!byVersion.equals(version)) {
      version = byVersion;
      confidence.begin();
    }
    watch.ifPresent(it -> it.reads(record));
    boolean drifted = terms.add(document);
    watch.ifPresent(it -> it.compared(drifted, terms.lastIndex()));
    if (!Double.isNaN(probability)) {
      confidence.add(probability);
    }
    metrics
        .drift(DocumentScorer.MODEL, DriftSignal.INPUT)
        .update(terms.lastIndex(), terms.drifts());
    metrics
        .drift(DocumentScorer.MODEL, DriftSignal.CONFIDENCE)
        .update(confidence.lastIndex(), confidence.drifts());
  }
}
