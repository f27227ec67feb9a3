/**
 * What several learners share, in plain Java without dependencies.
 *
 * <ul>
 *   <li>{@link io.millrace.learning.core.SplitMix64}: random numbers whose state can be saved, and
 *       {@link io.millrace.learning.core.Fnv1a}, the hash that seeds them by name.
 *   <li>{@link io.millrace.learning.core.Softmax}: probabilities and cross-entropy of scores.
 *   <li>{@link io.millrace.learning.core.PrequentialStats}: accuracy and loss of predictions that
 *       were made before learning.
 *   <li>{@link io.millrace.learning.core.DriftMonitor}: decides from the errors made before
 *       learning whether the stream has drifted, by {@link io.millrace.learning.core.PageHinkley}
 *       or {@link io.millrace.learning.core.Adwin}, and what follows. {@link
 *       io.millrace.learning.core.DistributionDrift} decides without labels.
 *   <li>{@code io.millrace.learning.core.judging}: figures of predictions whose labels came later.
 *   <li>{@link io.millrace.learning.core.WorkerPool}: threads that share a batch.
 * </ul>
 *
 * <p>All arithmetic is reproducible: sums have a fixed order, and exponentials and logarithms are
 * those of {@link StrictMath}.
 *
 * <p>Start reading at {@link io.millrace.learning.core.PrequentialStats}, to see how a learner is
 * judged.
 */
@NullMarked
package io.millrace.learning.core;

import org.jspecify.annotations.NullMarked;
