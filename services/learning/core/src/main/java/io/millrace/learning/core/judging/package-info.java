/**
 * Figures about predictions whose labels are known, in plain Java. They are functions of counts and
 * of sums, so that the order in which labels come changes nothing, and sums of several places can
 * be added.
 *
 * <ul>
 *   <li>{@link io.millrace.learning.core.judging.LogLoss}: the loss of one prediction, rounded so
 *       that sums are exact.
 *   <li>{@link io.millrace.learning.core.judging.ConfusionMatrix}: precision, recall, majority
 *       class, Cohen's kappa.
 *   <li>{@link io.millrace.learning.core.judging.Kappa}: accuracy compared with a simpler
 *       classifier's.
 *   <li>{@link io.millrace.learning.core.judging.Calibration}: whether confidences are shares of
 *       correct predictions.
 *   <li>{@link io.millrace.learning.core.judging.FadingMean}: means in which older blocks of
 *       predictions weigh less.
 *   <li>{@link io.millrace.learning.core.judging.AccuracyInterval}: where the true accuracy lies.
 *   <li>{@link io.millrace.learning.core.judging.DelayHistogram}: buckets of label delays.
 *   <li>{@link io.millrace.learning.core.judging.SequentialMcNemar}: evidence that one of two is
 *       right more often on the same records.
 * </ul>
 *
 * <p>Start reading at {@link io.millrace.learning.core.judging.ConfusionMatrix}.
 */
@NullMarked
package io.millrace.learning.core.judging;

import org.jspecify.annotations.NullMarked;
