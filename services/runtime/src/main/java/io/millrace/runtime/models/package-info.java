/**
 * The model store: versions on the {@code models} topic and checkpoints on the {@code checkpoints}
 * topic.
 *
 * <p>A version is its safetensors bytes cut into parts ({@link
 * io.millrace.runtime.models.ModelKey}), followed by a manifest that completes it. Services follow
 * new versions with {@link io.millrace.runtime.models.ModelFollower}; commands read them with
 * {@link io.millrace.runtime.models.ModelReader}. A checkpoint is what a trainer needs besides to
 * go on: that of the newest version ({@link io.millrace.runtime.models.StoredCheckpoint}), and some
 * of older ones ({@link io.millrace.runtime.models.KeptCheckpoint}). The training loop writes them,
 * see {@code io.millrace.runtime.training}. Start reading at {@link
 * io.millrace.runtime.models.ModelKey}.
 */
@NullMarked
package io.millrace.runtime.models;

import org.jspecify.annotations.NullMarked;
