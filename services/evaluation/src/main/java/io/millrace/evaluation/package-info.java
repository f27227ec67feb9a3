/**
 * The evaluation service: joins predictions with labels and publishes the accuracy and loss of
 * every model version. Start reading at {@link io.millrace.evaluation.EvaluationService}, the
 * topology; {@link io.millrace.evaluation.PredictionLabelJoin} judges predictions, {@link
 * io.millrace.evaluation.PrequentialScope} decides which are prequential, {@link
 * io.millrace.evaluation.ScoreAggregator} sums them.
 *
 * <p>{@link io.millrace.evaluation.EvaluationSourceProcessor} turns records that cannot be used
 * into dead letters.
 */
@NullMarked
package io.millrace.evaluation;

import org.jspecify.annotations.NullMarked;
