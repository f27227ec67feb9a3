/**
 * Shows the demonstration's progress, drawn in place on a terminal or as lines of text. Start
 * reading at {@link io.millrace.cli.demo.progress.ProgressView}.
 */
@NullMarked
package io.millrace.cli.demo.progress;

import org.jspecify.annotations.NullMarked;
