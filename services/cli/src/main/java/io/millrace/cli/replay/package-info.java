/**
 * {@code millrace replay}: learns a variant of a model from the log and compares it with the live
 * model. Start reading at {@link io.millrace.cli.replay.ReplayCommand}.
 */
@NullMarked
package io.millrace.cli.replay;

import org.jspecify.annotations.NullMarked;
