/**
 * Micrometer meters. {@link io.millrace.runtime.metrics.Meters} registers those of a {@code
 * …Metrics} class; {@link io.millrace.runtime.metrics.LoopMetrics} has those that the training loop
 * and the batch loop share. Start reading at {@link io.millrace.runtime.metrics.Meters}.
 */
@NullMarked
package io.millrace.runtime.metrics;

import org.jspecify.annotations.NullMarked;
