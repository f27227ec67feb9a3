/**
 * The model store: versions on the {@code models} topic and checkpoints on the {@code checkpoints}
 * topic.
 *
 * <p>A version is its safetensors bytes cut into parts ({@link
 * io.millrace.runtime.models.ModelKey}), followed by a manifest that completes it. Services follow
 * new versions with {@link io.millrace.runtime.models.ModelFollower}; commands read them with
 * {@link io.millrace.runtime.models.ModelReader}. The training loop writes them, see {@code
 * io.millrace.runtime.training}.
 *
 * <p>Start reading at {@link io.millrace.runtime.models.ModelKey}.
 */
@NullMarked
package io.millrace.runtime.models;

import org.jspecify.annotations.NullMarked;
