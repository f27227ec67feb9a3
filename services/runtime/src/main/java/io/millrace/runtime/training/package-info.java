/**
 * The training loop: feeds a {@link io.millrace.runtime.training.Trainer} from one topic. Each step
 * is one transaction and makes one version.
 *
 * <p>Start reading at {@link io.millrace.runtime.training.TrainerLoop}, then follow the calls:
 *
 * <ol>
 *   <li>{@code TrainerGroupMember} polls, and begins a session when this instance owns all
 *       partitions ({@link io.millrace.runtime.training.SoleOwnerAssignor} gives them to one
 *       instance).
 *   <li>{@code TrainingSession.takeOver} opens the transactional id that is the model's name. This
 *       fences a previous owner that is only stalled: its next commit fails.
 *   <li>{@code TrainerRecovery} restores the trainer from its checkpoint. If checkpoint and
 *       settings disagree, {@code CheckpointCompatibility} throws an {@link
 *       io.millrace.runtime.settings.IncompatibleStateException} that names the setting; the
 *       service stops and nothing is reset.
 *   <li>{@code TrainingSession.runOnce} cuts the log into batches and steps, in the order of {@code
 *       RoundRobinMerge}, and hands each step to {@code AsyncCommitter}.
 *   <li>While the stream is quiet, {@code QuietStream} decides which control records the session
 *       writes into its own input: they close the step, and let the trainer rehearse.
 * </ol>
 *
 * <p>Commands act on a model from outside: {@link io.millrace.runtime.administration.ModelReset}
 * starts its training again from the beginning of the log, {@link
 * io.millrace.runtime.training.ModelImport} starts it with weights that were trained elsewhere, and
 * {@link io.millrace.runtime.administration.CloseStep} makes it learn now from records that do not
 * fill a batch.
 */
@NullMarked
package io.millrace.runtime.training;

import org.jspecify.annotations.NullMarked;
